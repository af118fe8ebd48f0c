import { describe, expect, it } from "vitest";
import { exploitability, fieldOf } from "../exploitability.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { parameterGradients } from "../gradients.ts";
import { continuousEnvironment, finiteEnvironment, finiteMalware } from "../learning/environments.testing.ts";
import { learn, tableOf, wholeAndResumed } from "../learning/runs.testing.ts";
import { policyClass } from "../policy-class.ts";
import { likelihoodRatio } from "./likelihood-ratio.ts";

describe("likelihood-ratio learning", () => {
  it.each([
    ["nash", 0.48472072, {}],
    // The perturbations of the field end at 0.035, whose squared bias is far below the error of six runs.
    ["planner", 0.26368357, { iterations: 300, repeats: 10 }],
  ] as const)("of smooth thresholds comes to the exact local solution: %s", (concept, exact, given) => {
    const thetas = Array.from({ length: 6 }, (_, run) => {
      const { rows } = learn(likelihoodRatio, finiteEnvironment, {
        concept,
        run,
        options: { "estimate-every": 1000, ...given },
      });
      return rows[rows.length - 1]["theta"];
    });
    const { mean, standardError } = meanWithError(thetas);
    expect(standardError).toBeLessThan(0.004);
    expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
  });

  it("follows the total derivative for an optimum, the partial one for an equilibrium", () => {
    const { partial, total } = parameterGradients(
      finiteMalware,
      policyClass(finiteMalware, "smooth-threshold"),
      Float64Array.of(0.3),
    );
    const step = 1e-3;
    const slopes = (concept: "nash" | "planner") =>
      meanWithError(
        Array.from({ length: 40 }, (_, run) => {
          const { rows } = learn(likelihoodRatio, finiteEnvironment, {
            concept,
            run,
            from: { iteration: 0, u: [0.3] },
            steps: 1,
            options: {
              field: "population",
              "step-size": step,
              offset: 1,
              "perturbation-size": 0.02,
              trajectories: 1000,
              horizon: 100,
              baseline: "state-value",
              repeats: 50,
              "estimate-every": 1000,
            },
          });
          return (rows[0]["theta"] - 0.3) / step;
        }),
      );
    const [equilibrium, optimum] = [slopes("nash"), slopes("planner")];
    expect(Math.abs(equilibrium.mean - partial[0])).toBeLessThan(4 * equilibrium.standardError);
    expect(Math.abs(optimum.mean - total[0])).toBeLessThan(4 * optimum.standardError);
    expect(Math.abs(total[0] - partial[0])).toBeGreaterThan(8 * optimum.standardError);
  });

  it("lowers the exploitability of a table of logits, and knows by how much", () => {
    const start = learn(likelihoodRatio, finiteEnvironment, { options: { class: "softmax" }, steps: 1 });
    const end = learn(likelihoodRatio, finiteEnvironment, { options: { class: "softmax" } });
    const truth = exploitability(finiteMalware, tableOf(end));
    expect(truth).toBeLessThan(0.35 * exploitability(finiteMalware, tableOf(start)));
    // Field tracked, model unknown: still the estimate is right to a few per cent.
    expect(Math.abs(end.rows[499]["exploitability_estimate"] - truth)).toBeLessThan(0.1 * truth);
  });

  it("tracks the stationary field ever closer", () => {
    const errorAfter = (steps: number): number => {
      const ran = learn(likelihoodRatio, finiteEnvironment, { options: { "estimate-every": 1000 }, steps });
      const own = fieldOf(finiteMalware, tableOf(ran));
      return own.reduce((sum, p, x) => sum + Math.abs(p - ran.learned.field[x]), 0);
    };
    const errors = [1, 30, 500].map(errorAfter);
    expect(errors[1]).toBeLessThan(0.3 * errors[0]);
    expect(errors[2]).toBeLessThan(0.5 * errors[1]);
  });

  it("learns where the state is continuous", () => {
    const { rows } = learn(likelihoodRatio, continuousEnvironment, { options: { "estimate-every": 1000 } });
    // The smooth class of width 0.1 has its local equilibrium near that of hard thresholds, 0.4852.
    expect(Math.abs(rows[499]["theta"] - 0.485)).toBeLessThan(0.03);
  });

  it.each([
    ["thresholds", continuousEnvironment, "nash", {}],
    ["optimum", finiteEnvironment, "planner", { baseline: "none" }],
    ["logits", finiteEnvironment, "nash", { class: "softmax", baseline: "state-value" }],
  ] as const)("goes on exactly where it was saved: %s", (_case, environment, concept, given) => {
    const options = { iterations: 9, repeats: 2, trajectories: 20, ...given };
    const [whole, resumed] = wholeAndResumed(likelihoodRatio, environment, { concept, options });
    expect(resumed).toEqual(whole);
  });

  it("refuses what has no derivative, and schedules that break a condition", () => {
    const start = (options: Readonly<Record<string, unknown>>, concept: "nash" | "planner" = "nash") =>
      learn(likelihoodRatio, finiteEnvironment, { concept, options, steps: 0 });
    expect(() => start({ class: "hard-threshold" })).toThrow("class = hard-threshold has no derivative");
    expect(() => start({ power: 0.6 })).toThrow("α_k/β_k → 0");
    expect(() => start({ "field-power": 2 })).toThrow("Σβ_k = ∞");
    expect(() => start({ power: 0 })).toThrow("α_k → 0");
    expect(() => start({ power: 0, unsafe: true })).not.toThrow();
    expect(() => start({ "perturbation-power": 0.5 })).not.toThrow();
    expect(() => start({ "perturbation-power": 0.5 }, "planner")).toThrow("Σ(α_k/c_k)² < ∞");
    expect(() => start({ field: "two-timescale" }, "planner")).toThrow("population for a social optimum");
  });
});
