import { describe, expect, it } from "vitest";
import { meanWithError } from "../../numeric/statistics.ts";
import { exploitability } from "../exploitability.ts";
import { continuousEnvironment, finiteEnvironment, finiteMalware } from "../learning/environments.testing.ts";
import { learn, question, tableOf, wholeAndResumed } from "../learning/runs.testing.ts";
import { actorCritic } from "./actor-critic.ts";

describe("actor–critic learning", () => {
  it("of smooth thresholds comes to the local equilibrium", () => {
    const thetas = Array.from({ length: 6 }, (_, run) => {
      const options = { "estimate-every": 2000 };
      return learn(actorCritic, finiteEnvironment, { run, options }).rows[1999]["theta"];
    });
    const { mean, standardError } = meanWithError(thetas);
    expect(standardError).toBeLessThan(0.002);
    expect(Math.abs(mean - 0.48472072)).toBeLessThan(4 * standardError);
  });

  it("lowers the exploitability of a table of logits", () => {
    const options = { class: "softmax", "estimate-every": 2000 };
    const start = learn(actorCritic, finiteEnvironment, { options, steps: 1 });
    const end = learn(actorCritic, finiteEnvironment, { options });
    const truth = exploitability(finiteMalware, tableOf(end));
    expect(truth).toBeLessThan(0.35 * exploitability(finiteMalware, tableOf(start)));
    expect(Math.abs(end.rows[1999]["exploitability_estimate"] - truth)).toBeLessThan(0.1 * truth);
  });

  it("goes on exactly where it was saved", () => {
    const [whole, resumed] = wholeAndResumed(actorCritic, finiteEnvironment, { options: { iterations: 9 } });
    expect(resumed).toEqual(whole);
  });

  it("refuses optima, continuous states, policies without derivative and bad schedules", () => {
    expect(actorCritic.refuses(continuousEnvironment, question("nash"))).toBe(
      "actor-critic needs finitely many states: set n to 11 or more",
    );
    expect(actorCritic.refuses(finiteEnvironment, question("planner"))).toContain("learns equilibria only");
    const start = (options: Readonly<Record<string, unknown>>) =>
      learn(actorCritic, finiteEnvironment, { options, steps: 0 });
    expect(() => start({ class: "hard-threshold" })).toThrow("has no derivative");
    expect(() => start({ power: 0.6 })).toThrow("α_k/β_k → 0");
    expect(() => start({ "value-power": 1 })).toThrow("α_k/ρ_k → 0");
    expect(() => start({ "value-power": 1, unsafe: true })).not.toThrow();
  });
});
