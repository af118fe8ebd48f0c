import { describe, expect, it } from "vitest";
import { fieldOf } from "../exploitability.ts";
import {
  continuousEnvironment,
  continuousMalware,
  finiteEnvironment,
  finiteMalware,
} from "../learning/environments.testing.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { learn, tableOf, wholeAndResumed } from "../learning/runs.testing.ts";
import { meanField, performance, smfeThreshold, socialOptimumThreshold } from "../repair/closed-form.ts";
import { simultaneousPerturbation } from "./simultaneous-perturbation.ts";

const exact = { nash: smfeThreshold(continuousMalware), planner: socialOptimumThreshold(continuousMalware) };

describe("simultaneous perturbation", () => {
  it.each(["nash", "planner"] as const)(
    "comes to the exact threshold within 0.015 in 60 iterations, on average over 20 runs: %s",
    (concept) => {
      const runs = Array.from({ length: 20 }, (_, run) =>
        learn(simultaneousPerturbation, continuousEnvironment, { concept, run, options: { "estimate-every": 60 } }),
      );
      const { mean, standardError } = meanWithError(runs.map(({ rows }) => rows[59]["theta"]));
      expect(Math.abs(mean - exact[concept])).toBeLessThan(0.015);
      // Runs are independent and spread like those of the public scripts, ± 0.011.
      expect(standardError * Math.sqrt(20)).toBeLessThan(0.015);
      expect(standardError).toBeGreaterThan(0);
    },
  );

  it.each(["nash", "planner"] as const)("comes within 0.006 in 300 iterations of 1000 trajectories: %s", (concept) => {
    // Twenty populations instead of a hundred, for time: the field's noise is small beside that of the returns.
    const options = { iterations: 300, trajectories: 1000, repeats: 20, "estimate-every": 300 };
    const thetas = Array.from(
      { length: 20 },
      (_, run) => learn(simultaneousPerturbation, continuousEnvironment, { concept, run, options }).rows[299]["theta"],
    );
    expect(Math.abs(meanWithError(thetas).mean - exact[concept])).toBeLessThan(0.006);
  });

  /** T̂ at θ = 1/2, from what one step of size 1 does to it. */
  const slopes = (concept: "nash" | "planner", options: Readonly<Record<string, unknown>>, runs: number) => {
    const from = { iteration: 0, u: [0.5] };
    const step = 1e-3;
    return meanWithError(
      Array.from({ length: runs }, (_, run) => {
        const { rows } = learn(simultaneousPerturbation, continuousEnvironment, {
          concept,
          run,
          from,
          steps: 1,
          options: {
            schedule: "power",
            "step-size": step,
            offset: 1,
            "perturbation-size": 0.05,
            trajectories: 2000,
            "estimate-every": 1000,
            iterations: 1000,
            ...options,
          },
        });
        return (rows[0]["theta"] - 0.5) / step;
      }),
    );
  };
  /** (J(θ + c) − J(θ − c))/2c, each at its own field or both at that of θ. */
  const difference = (concept: "nash" | "planner", c: number): number => {
    const J = (theta: number): number =>
      performance(continuousMalware, theta, meanField(concept === "nash" ? 0.5 : theta));
    return (J(0.5 + c) - J(0.5 - c)) / (2 * c);
  };

  it.each([
    ["nash", -0.04040013],
    ["planner", -1.11554095],
  ] as const)(
    "estimates the gradient of its concept without bias but that of the difference: %s",
    (concept, gradient) => {
      // The bias of the difference is O(c²): a hundred times less at c = 0.005 than at 0.05.
      expect(Math.abs(difference(concept, 0.05) - gradient)).toBeLessThan(0.03);
      expect(Math.abs(difference(concept, 0.005) - gradient)).toBeLessThan(0.0003);
      const { mean, standardError } = slopes(concept, {}, 60);
      expect(Math.abs(mean - difference(concept, 0.05))).toBeLessThan(4 * standardError);
      expect(standardError).toBeLessThan(0.05);
    },
  );

  it("has smaller errors where both sides share their luck", () => {
    const paired = slopes("planner", { trajectories: 200 }, 60);
    const independent = slopes("planner", { trajectories: 200, paired: false }, 60);
    expect(paired.standardError).toBeLessThan(0.8 * independent.standardError);
  });

  it("estimates the same with normal perturbations, up to their O(c²)", () => {
    const { mean, standardError } = slopes("planner", { perturbation: "gaussian", "perturbation-size": 0.02 }, 200);
    // E η⁴ = 3 makes the bias three times that of signs.
    expect(Math.abs(mean + 1.11554095)).toBeLessThan(4 * standardError + 3 * 0.03 * 0.16);
  });

  it("tracks the field on a second time scale, of shares and of samples", () => {
    const shared = { field: "two-timescale", "estimate-every": 1000, iterations: 400 };
    const finite = learn(simultaneousPerturbation, finiteEnvironment, {
      options: { ...shared, class: "smooth-threshold", trajectories: 1000 },
    });
    const errorAfter = (steps: number): number => {
      const ran = learn(simultaneousPerturbation, finiteEnvironment, {
        options: { ...shared, class: "smooth-threshold", trajectories: 1000 },
        steps,
      });
      const own = fieldOf(finiteMalware, tableOf(ran));
      return own.reduce((sum, p, x) => sum + Math.abs(p - ran.learned.field[x]), 0);
    };
    // ξ₀ is far from stationary; noise of a batch of 1000 then falls with √β.
    expect(errorAfter(400)).toBeLessThan(0.25 * errorAfter(1));
    expect(Math.abs(finite.rows[399]["theta"] - 0.48472072)).toBeLessThan(0.02);

    const continuous = learn(simultaneousPerturbation, continuousEnvironment, { options: shared });
    expect(Math.abs(continuous.rows[399]["theta"] - exact.nash)).toBeLessThan(0.02);
    expect(Math.abs(continuous.rows[399]["field_mean"] - meanField(exact.nash))).toBeLessThan(0.02);
    expect(continuous.learned.field.length).toBe(1000);
  });

  it("learns tabular policies too", () => {
    const { rows, learned } = learn(simultaneousPerturbation, finiteEnvironment, {
      options: { class: "softmax", iterations: 400, gain: 5, repeats: 10 },
    });
    expect(learned.parametrised?.theta.length).toBe(11);
    expect(rows[399]["theta_norm"]).toBeGreaterThan(rows[0]["theta_norm"]);
    expect(rows[399]["exploitability_estimate"]).toBeLessThan(0.7 * rows[0]["exploitability_estimate"]);
  });

  it.each([
    ["equilibrium", continuousEnvironment, "nash", {}],
    ["optimum", continuousEnvironment, "planner", {}],
    ["particles", continuousEnvironment, "nash", { field: "two-timescale", perturbation: "gaussian", paired: false }],
    ["shares", finiteEnvironment, "nash", { class: "softmax", field: "two-timescale" }],
  ] as const)("goes on exactly where it was saved: %s", (_case, environment, concept, given) => {
    const options = { iterations: 9, repeats: 2, trajectories: 20, horizon: 50, ...given };
    const [whole, resumed] = wholeAndResumed(simultaneousPerturbation, environment, { concept, options });
    expect(resumed).toEqual(whole);
  });

  it("refuses schedules that break a condition, unless told not to", () => {
    const start = (options: Readonly<Record<string, unknown>>, concept: "nash" | "planner" = "nash") =>
      learn(simultaneousPerturbation, continuousEnvironment, { concept, options, steps: 0 });
    const tracking = { field: "two-timescale" };
    const power = { schedule: "power" };
    expect(() => start({ ...tracking, ...power, power: 0.6 })).toThrow("α_k/β_k → 0");
    expect(() => start({ ...tracking, "field-power": 2 })).toThrow("Σβ_k = ∞");
    expect(() => start({ ...power, power: 0 })).toThrow("α_k → 0");
    expect(() => start({ ...power, "perturbation-power": 0.5 })).toThrow("Σ(α_k/c_k)² < ∞");
    expect(() => start({ ...power, power: 0, unsafe: true })).not.toThrow();
    expect(() => start(tracking, "planner")).toThrow(
      'field = "two-timescale": must be population for a social optimum',
    );
    expect(() => start({ class: "softmax" })).toThrow("class = softmax needs finitely many states");
  });
});
