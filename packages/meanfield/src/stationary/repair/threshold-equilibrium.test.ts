import { describe, expect, it } from "vitest";
import { relativeError } from "../../numeric/relative-error.testing.ts";
import { findRoot } from "../../numeric/roots.ts";
import { equilibrium, socialOptima as closedOptima } from "./closed-form.ts";
import {
  gradientsAt,
  smfe,
  smfeThreshold,
  socialOptima,
  socialOptimum,
  socialOptimumThreshold,
} from "./threshold-equilibrium.ts";
import type { ThresholdAnswer } from "./threshold-equilibrium.ts";
import { recorded, repairModel } from "./repair.testing.ts";

const model = repairModel({});

function expectRecorded(actual: number, id: string): void {
  const { value, tolerance } = recorded(id);
  expect(Math.abs(actual - value), `${id}:`).toBeLessThanOrEqual(tolerance);
}

describe("equilibrium and optimum along characteristics", () => {
  it("are those of the reference", () => {
    const optima = socialOptima(model);
    expect(optima.length).toBe(1);
    for (const [name, { policy, mean, performance }] of [
      ["smfe", smfe(model)],
      ["so", optima[0]],
    ] as const) {
      expectRecorded(policy.threshold, `${name}.threshold`);
      expectRecorded(mean, `${name}.mean_field`);
      expectRecorded(-performance, `${name}.cost`);
    }
    expectRecorded(smfeThreshold(model), "smfe.threshold");
    expectRecorded(socialOptimumThreshold(model), "so.threshold");
    expectRecorded(smfe(model).performance / optima[0].performance, "price_of_anarchy");
  });

  it.each([0.5, 0.9, 0.99])(
    "are those of the closed form over all k and λ, society no worse off, γ = %f",
    (discount) => {
      for (const k of [0.05, 0.2, 0.5]) {
        for (const lambda of [0.2, 0.5, 1]) {
          const game = repairModel({ k, lambda, discount });
          const found = smfe(game);
          const optima = socialOptima(game);
          const expected = closedOptima(game);
          expect(optima.length).toBe(expected.length);
          const pairs = [[found, equilibrium(game)], ...optima.map((one, i) => [one, expected[i]] as const)] as const;
          for (const [{ policy, mean, performance }, exact] of pairs as readonly (readonly [
            ThresholdAnswer,
            (typeof expected)[0],
          ])[]) {
            // A threshold is a root of a function of size one, accurate to 1e-14, with slopes from 0.1.
            expect(Math.abs(policy.threshold - exact.threshold)).toBeLessThan(1e-12);
            expect(Math.abs((policy.atZero ?? 0) - exact.atZero)).toBeLessThan(1e-12);
            expect(Math.abs(mean - exact.mean)).toBeLessThan(1e-12);
            expect(relativeError(performance, exact.performance)).toBeLessThan(1e-12);
          }
          expect(optima[0].performance).toBeGreaterThanOrEqual(found.performance * (1 + 1e-13));
        }
      }
    },
  );

  it("stay apart from never where the threshold rounds to 1", () => {
    const game = repairModel({ k: 0.52, lambda: 1, discount: 0.5 });
    const { policy, length, mean } = smfe(game);
    expect(policy.threshold).toBe(1);
    // k + m(ℓ) = 3/2 to 1e-14, where a switch at x = 1 can no longer be seen.
    expect(relativeError(length, 98)).toBeLessThan(1e-11);
    expect(Math.abs(mean - 0.98)).toBeLessThan(1e-13);
  });

  it("have their best threshold at the border where only thresholds count and mixing at 0 would be better", () => {
    const game = repairModel({ k: 0.5, lambda: 0.2 });
    expect(socialOptimum(game).policy).toEqual({ kind: "threshold", threshold: 0, width: 0, atZero: 1 });
    const among = socialOptimum(game, false);
    expect(among.policy).toEqual({ kind: "threshold", threshold: 0, width: 0 });
    expect(among.performance).toBeLessThan(socialOptimum(game).performance);
    expect(gradientsAt(game, 0, 0).total).toBeLessThan(0);
  });
});

describe("gradients of the threshold class", () => {
  it.each([0.2, 0.5, 0.8])("are those of the reference at θ = %f", (theta) => {
    const { partial, total } = gradientsAt(model, theta, 0);
    expect(Math.abs(-partial - recorded(`gradient_partial.${theta}`).value)).toBeLessThan(1e-11);
    expect(Math.abs(-total - recorded(`gradient_total.${theta}`).value)).toBeLessThan(1e-11);
  });

  it("end where they should", () => {
    expectRecorded(-gradientsAt(model, 0, 0).performance, "cost.0");
    expect(gradientsAt(model, 1, 0)).toMatchObject({ partial: -Infinity, total: -Infinity, mean: 1 });
    expectRecorded(-gradientsAt(model, 1, 0).performance, "cost.1");
    // Where never to repair is the equilibrium, repair a little below 1 is too dear.
    expect(gradientsAt(repairModel({ lambda: 1, discount: 0.5 }), 1, 0).partial).toBe(Infinity);
  });

  it("vanish at local equilibria and local optima of smooth thresholds, within a grid step of those on 101 states", () => {
    // On the grid of 101 states: 0.48033581 and 0.22940820 for τ = 0.05 (specification, by linear solves).
    const partial = findRoot((theta) => gradientsAt(model, theta, 0.05).partial, 0.3, 0.7);
    const total = findRoot((theta) => gradientsAt(model, theta, 0.05).total, 0.1, 0.4);
    expect(Math.abs(partial - 0.48033581)).toBeLessThan(0.01);
    expect(Math.abs(total - 0.2294082)).toBeLessThan(0.01);
    expect(gradientsAt(model, total, 0.05).performance).toBeGreaterThan(gradientsAt(model, partial, 0.05).performance);
  });

  it("refuse what is no threshold", () => {
    expect(() => gradientsAt(model, 1.5, 0)).toThrow("theta = 1.5: must be between 0 and 1");
    expect(() => gradientsAt(model, 0.5, Number.NaN)).toThrow("policy.width = NaN");
  });
});
