import { describe, expect, it } from "vitest";
import { exploitability, fieldOf } from "../exploitability.ts";
import {
  continuousEnvironment,
  crowd,
  crowdEnvironment,
  finiteEnvironment,
  finiteMalware,
} from "../learning/environments.testing.ts";
import { learn, question, tableOf, wholeAndResumed } from "../learning/runs.testing.ts";
import { evaluate } from "../evaluation.ts";
import { featuresAt } from "../finite-model.ts";
import { tablesAt } from "../tables.ts";
import { qLearning } from "./q-learning.ts";

/** Repair iff i > 4: the pure equilibrium of the specification, section 3.2. */
const equilibrium = Float64Array.from({ length: 22 }, (_, i) => (i % 2 === (i >> 1 > 4 ? 1 : 0) ? 1 : 0));

describe("Q-learning on two time scales", () => {
  it("finds the equilibrium, its field and its values", () => {
    const runs = Array.from({ length: 5 }, (_, run) =>
      learn(qLearning, finiteEnvironment, { run, options: { "estimate-every": 2000 } }),
    );
    // The best response at the exact field loses nothing anywhere; what is left is what the average remembers.
    for (const ran of runs) expect(exploitability(finiteMalware, tableOf(ran))).toBeLessThan(1e-3);

    const exact = fieldOf(finiteMalware, equilibrium);
    const { Q } = evaluate(finiteMalware, tablesAt(finiteMalware, featuresAt(finiteMalware, exact)), equilibrium);
    for (const { learned, saved } of runs) {
      exact.forEach((p, x) => expect(Math.abs(learned.field[x] - p)).toBeLessThan(0.03));
      (saved["Q"] as number[]).forEach((value, pair) => expect(Math.abs(value - Q[pair])).toBeLessThan(0.1));
    }
  });

  it("mixes where no pure policy is an equilibrium", () => {
    const ran = learn(qLearning, crowdEnvironment, { options: { "estimate-every": 2000 } });
    // A hundredth too many in the first place makes the second worth 0.02 a visit more: fields are easier than policies.
    expect(Math.abs(ran.learned.field[0] - 0.6)).toBeLessThan(0.05);
    const pure = exploitability(crowd, Float64Array.of(1, 0, 1, 0));
    expect(pure).toBeGreaterThan(3);
    expect(exploitability(crowd, tableOf(ran))).toBeLessThan(0.1 * pure);
  });

  it("goes on exactly where it was saved", () => {
    const [whole, resumed] = wholeAndResumed(qLearning, finiteEnvironment, { options: { iterations: 9 } });
    expect(resumed).toEqual(whole);
  });

  it("refuses optima, continuous states and a field that is not slower than values", () => {
    expect(qLearning.refuses(continuousEnvironment, question("nash"))).toBe(
      "q-learning needs finitely many states: set n to 11 or more",
    );
    expect(qLearning.refuses(finiteEnvironment, question("planner"))).toContain("learns equilibria only");
    const start = (options: Readonly<Record<string, unknown>>) =>
      learn(qLearning, finiteEnvironment, { options, steps: 0 });
    expect(() => start({ "field-power": 0.6 })).toThrow("β_k/ρ_k → 0");
    expect(() => start({ "value-power": 0.5 })).toThrow("Σρ_k² < ∞");
  });
});
