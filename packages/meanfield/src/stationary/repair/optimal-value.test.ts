import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { relativeError } from "../../numeric/relative-error.testing.ts";
import { bestResponseThreshold, costAtZero, repairPaysAtZero } from "./closed-form.ts";
import { optimum } from "./optimal-value.ts";
import { lengthOf, stateAt } from "./repair-rule.ts";
import { recorded, repairModel } from "./repair.testing.ts";

describe("best response along characteristics", () => {
  it("agrees with the closed form at every price: never, a threshold, always", () => {
    const seen = new Set<string>();
    for (const discount of [0.3, 0.5, 0.9, 0.99, 0.9999]) {
      const model = repairModel({ discount });
      for (const c of [0.3, 0.35, 0.45, 0.6, 0.9, 1.05, 1.2, 2, 3.5]) {
        const best = optimum(model, c - model.k);
        const threshold = bestResponseThreshold(model, c);
        const always = repairPaysAtZero(model, c);
        seen.add(threshold === null ? "never" : always ? "always" : "threshold");
        // The switch is met where Y is; its slope in θ is c/2, rounding of Y 1e-15 of its size.
        expect(Math.abs(stateAt(best.length) - (threshold ?? 1))).toBeLessThan(1e-13);
        expect(best.advantageAtZero > 0).toBe(always);
        const cost = always ? costAtZero(model, 0, c, 1) : costAtZero(model, threshold ?? 1, c);
        expect(relativeError(-best.value(0), cost)).toBeLessThan(1e-13);
      }
    }
    expect(seen.size).toBe(3);
  });

  it("answers the prices of the reference", () => {
    for (const c of [0.6, 0.9]) {
      const { value, tolerance } = recorded(`best_response.${c}`);
      expect(Math.abs(stateAt(optimum(repairModel({}), c - 0.2).length) - value)).toBeLessThanOrEqual(tolerance);
    }
    expect(optimum(repairModel({}), 0.3 - 0.2).length).toBe(Infinity);
  });

  it("satisfies the Bellman equation at every state", () => {
    for (const [discount, mean] of [
      [0.5, 0.9],
      [0.9, 0.35],
      [0.9, 0.1],
      [0.9, 1],
      [0.99, 0.6],
    ]) {
      const model = repairModel({ discount });
      const c = model.k + mean;
      const { value, length, performance, advantage } = optimum(model, mean);
      const cut = stateAt(length);
      const ahead = (x: number): number => {
        const middle = Math.max(x, cut);
        return (integrateAdaptive(value, x, middle).value + integrateAdaptive(value, middle, 1).value) / (1 - x);
      };
      expect(relativeError(performance, ahead(0))).toBeLessThan(2e-12);
      for (const x of [0, 0.05, 0.2, 0.5, 0.8, 0.99]) {
        const repaired = -c * x - model.lambda + discount * value(0);
        const left = -c * x + discount * ahead(x);
        // Quadrature to 1e-12.
        expect(relativeError(value(x), Math.max(repaired, left))).toBeLessThan(2e-12);
        expect(Math.abs(advantage(lengthOf(x)) - (repaired - left))).toBeLessThan(2e-12 / (1 - discount));
      }
    }
  });

  it("costs nothing where illness costs nothing", () => {
    const { performance, length } = optimum(repairModel({ k: 0 }), 0);
    expect(Math.abs(performance)).toBe(0);
    expect(length).toBe(Infinity);
  });
});
