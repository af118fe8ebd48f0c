import { describe, expect, it } from "vitest";
import { exploitability, fieldOf } from "../exploitability.ts";
import { featuresAt } from "../finite-model.ts";
import { continuousEnvironment, finiteEnvironment, finiteMalware } from "../learning/environments.testing.ts";
import { learn, question, tableOf, wholeAndResumed } from "../learning/runs.testing.ts";
import { softResponse } from "../regularised-equilibrium.ts";
import { tablesAt } from "../tables.ts";
import { meanFieldQLearning } from "./mean-field-q-learning.ts";

/** The equilibrium of the regularised game by damped iteration on exact soft responses. */
function regularisedEquilibrium(temperature: number): Float64Array {
  let field = finiteMalware.initial;
  let policy: Float64Array = new Float64Array(22);
  for (let k = 0; k < 200; k++) {
    ({ policy } = softResponse(finiteMalware, tablesAt(finiteMalware, featuresAt(finiteMalware, field)), temperature));
    const induced = fieldOf(finiteMalware, policy);
    field = field.map((p, x) => p + 0.5 * (induced[x] - p));
  }
  return policy;
}

describe("regularised Q-learning", () => {
  it.each([0.05, 0.2])(
    "comes to the regularised equilibrium, and says what it is not: temperature %s",
    (temperature) => {
      const options = { temperature, iterations: 60 };
      const ran = learn(meanFieldQLearning, finiteEnvironment, { options });
      const exact = regularisedEquilibrium(temperature);
      const policy = tableOf(ran);
      // Errors of Q of about 0.005 move logits by as much over τ, and probabilities by a quarter of that.
      policy.forEach((p, i) => expect(Math.abs(p - exact[i])).toBeLessThan(0.005 / temperature));
      const last = ran.rows[59];
      expect(Math.abs(last["regularised_exploitability_estimate"])).toBeLessThan(2e-3);
      // The game's own exploitability stays where entropy holds it.
      const truth = exploitability(finiteMalware, policy);
      expect(truth).toBeGreaterThan(0.05);
      expect(Math.abs(truth - exploitability(finiteMalware, exact))).toBeLessThan(0.1 * truth);
      expect(Math.abs(last["exploitability_estimate"] - truth)).toBeLessThan(0.1 * truth);
    },
  );

  it("goes on exactly where it was saved", () => {
    const [whole, resumed] = wholeAndResumed(meanFieldQLearning, finiteEnvironment, { options: { iterations: 9 } });
    expect(resumed).toEqual(whole);
  });

  it("refuses optima, continuous states and a field that is not slower than values", () => {
    expect(meanFieldQLearning.refuses(continuousEnvironment, question("nash"))).toBe(
      "mean-field-q-learning needs finitely many states: set n to 11 or more",
    );
    expect(meanFieldQLearning.refuses(finiteEnvironment, question("planner"))).toContain("learns equilibria only");
    expect(() => learn(meanFieldQLearning, finiteEnvironment, { options: { "value-power": 0.75 }, steps: 0 })).toThrow(
      "β_k/ρ_k → 0",
    );
  });
});
