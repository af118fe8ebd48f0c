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
import { fictitiousQLearning } from "./fictitious-q-learning.ts";

describe("fictitious play with Q-learning", () => {
  it("comes to the equilibrium, with a field that is the average policy's own", () => {
    const ran = learn(fictitiousQLearning, finiteEnvironment, { options: { "estimate-every": 10 } });
    const errors = [5, 100].map((steps) =>
      exploitability(
        finiteMalware,
        tableOf(learn(fictitiousQLearning, finiteEnvironment, { steps, options: { "estimate-every": 100 } })),
      ),
    );
    // The average forgets its first answers like 1/k.
    expect(errors[1]).toBeLessThan(0.4 * errors[0]);
    expect(errors[1]).toBeLessThan(0.003);
    const own = fieldOf(finiteMalware, tableOf(ran));
    own.forEach((p, x) => expect(Math.abs(p - ran.learned.field[x])).toBeLessThan(0.005));
  });

  it("mixes where no pure policy is an equilibrium", () => {
    const ran = learn(fictitiousQLearning, crowdEnvironment, { options: { iterations: 200, "estimate-every": 200 } });
    expect(Math.abs(ran.learned.field[0] - 0.6)).toBeLessThan(0.02);
    // Pure policies are exploitable by more than 3.
    expect(exploitability(crowd, tableOf(ran))).toBeLessThan(0.15);
  });

  it("goes on exactly where it was saved", () => {
    const [whole, resumed] = wholeAndResumed(fictitiousQLearning, finiteEnvironment, { options: { iterations: 9 } });
    expect(resumed).toEqual(whole);
  });

  it("refuses optima, continuous states and values that cannot keep up", () => {
    expect(() => learn(fictitiousQLearning, finiteEnvironment, { options: { "value-power": 1 }, steps: 0 })).toThrow(
      "β_k/ρ_k → 0",
    );
    expect(fictitiousQLearning.refuses(continuousEnvironment, question("nash"))).toBe(
      "fictitious-q-learning needs finitely many states: set n to 11 or more",
    );
    expect(fictitiousQLearning.refuses(finiteEnvironment, question("planner"))).toContain("learns equilibria only");
  });
});
