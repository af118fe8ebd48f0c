import { describe, expect, it } from "vitest";
import { meanWithError } from "../../numeric/statistics.ts";
import { exploitability } from "../exploitability.ts";
import { continuousEnvironment, finiteEnvironment, finiteMalware } from "../learning/environments.testing.ts";
import { learn, tableOf, wholeAndResumed } from "../learning/runs.testing.ts";
import { likelihoodRatio } from "./likelihood-ratio.ts";
import { naturalGradient } from "./natural-gradient.ts";

describe("natural-gradient learning", () => {
  it("of a table of logits ends near the equilibrium, where plain gradients have hardly begun", () => {
    const after = (learner: typeof naturalGradient | typeof likelihoodRatio): number => {
      const options = { class: "softmax", "estimate-every": 500 };
      return exploitability(
        finiteMalware,
        tableOf(learn(learner as typeof likelihoodRatio, finiteEnvironment, { options })),
      );
    };
    const natural = after(naturalGradient);
    // It starts at 0.5; one run ends at 0.005.
    expect(natural).toBeLessThan(0.01);
    expect(natural).toBeLessThan(0.1 * after(likelihoodRatio));
  });

  it.each([
    ["nash", 0.48472072, { iterations: 500 }],
    ["planner", 0.26368357, { iterations: 300, repeats: 10 }],
  ] as const)("of smooth thresholds comes to the exact local solution: %s", (concept, exact, given) => {
    const thetas = Array.from({ length: 6 }, (_, run) => {
      const options = { "estimate-every": 1000, ...given };
      return learn(naturalGradient, finiteEnvironment, { concept, run, options }).rows[given.iterations - 1]["theta"];
    });
    const { mean, standardError } = meanWithError(thetas);
    expect(standardError).toBeLessThan(0.003);
    expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
  });

  it.each([
    ["thresholds", continuousEnvironment, "nash", {}],
    ["optimum", finiteEnvironment, "planner", {}],
    ["logits", finiteEnvironment, "nash", { class: "softmax" }],
  ] as const)("goes on exactly where it was saved: %s", (_case, environment, concept, given) => {
    const options = { iterations: 9, repeats: 2, trajectories: 20, ...given };
    const [whole, resumed] = wholeAndResumed(naturalGradient, environment, { concept, options });
    expect(resumed).toEqual(whole);
  });

  it("refuses what has no derivative", () => {
    const options = { class: "hard-threshold" };
    expect(() => learn(naturalGradient, finiteEnvironment, { options, steps: 0 })).toThrow("has no derivative");
  });
});
