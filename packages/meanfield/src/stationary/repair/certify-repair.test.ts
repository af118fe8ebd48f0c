import { describe, expect, it } from "vitest";
import type { ThresholdPolicy } from "../policy-class.ts";
import { certifyRepair, exploitability } from "./certify-repair.ts";
import { evaluator, stationaryField } from "./characteristics.ts";
import { equilibrium, smfeThreshold, socialOptimumThreshold } from "./closed-form.ts";
import { optimum } from "./optimal-value.ts";
import { ruleOf } from "./repair-rule.ts";
import { repairModel } from "./repair.testing.ts";

const model = repairModel({});
const hard = (threshold: number): ThresholdPolicy => ({ kind: "threshold", threshold, width: 0 });

describe("certificate of the malware game", () => {
  it("finds nothing wrong with the closed form's equilibrium", () => {
    for (const discount of [0.5, 0.9, 0.99]) {
      const game = repairModel({ discount });
      const { threshold, mean } = equilibrium(game);
      const found = certifyRepair(game, hard(threshold), mean);
      // Exploitability is quadratic in the distance of thresholds, which is rounding; the residual is linear.
      expect(found.exploitability).toBeLessThan(1e-20);
      expect(found.consistency).toBeLessThan(1e-13);
      expect(found.residual).toBeLessThan(1e-13);
    }
  });

  it("finds nothing wrong where nobody repairs, everybody does, or players mix at 0", () => {
    const cases = [
      [repairModel({ lambda: 1, discount: 0.5 }), hard(1), 1],
      [repairModel({ k: 0.5, lambda: 0.2 }), { ...hard(0), atZero: 1 }, 0],
      [repairModel({ lambda: 0.2 }), { ...hard(0), atZero: 1 / 23 }, 11 / 45],
    ] as const;
    for (const [game, policy, mean] of cases) {
      const found = certifyRepair(game, policy, mean);
      // Linear in the error of the advantage at 0 where players are indifferent there.
      expect(found.exploitability).toBeLessThan(1e-14);
      expect(found.consistency).toBeLessThan(1e-14);
      expect(found.residual).toBeLessThan(1e-14);
    }
    // The threshold alone is exploited by those who repair at 0.
    expect(exploitability(repairModel({ lambda: 0.2 }), hard(0))).toBeGreaterThan(1e-3);
  });

  it("is the difference of the optimal value and the policy's, for hard and smooth thresholds", () => {
    for (const policy of [
      hard(0),
      hard(0.1),
      hard(0.9),
      hard(1),
      { ...hard(0), atZero: 0.5 },
      { ...hard(0.3), width: 0.05 },
      { ...hard(0.6), width: 0.4 },
    ]) {
      for (const discount of [0.5, 0.9, 0.99]) {
        const game = repairModel({ discount });
        const rule = ruleOf(policy);
        const { mean } = stationaryField(rule);
        const difference = optimum(game, mean).performance - evaluator(game, rule)(mean).performance;
        // Rounding of two values of size 1/(1 − γ).
        expect(Math.abs(exploitability(game, policy) - difference)).toBeLessThan(1e-13 / (1 - discount));
      }
    }
  });

  it("falls quadratically to nothing, far below the rounding of values", () => {
    const theta = smfeThreshold(model);
    const [first, second, third] = [1e-3, 1e-5, 1e-7].map((d) => exploitability(model, hard(theta + d)) / d ** 2);
    // E = e₂d² + e₃d³; the last has d² = 1e-14 with θ known to 1e-16.
    expect(Math.abs(second / first - 1)).toBeLessThan(2e-3);
    expect(Math.abs(third / second - 1)).toBeLessThan(2e-5);
  });

  it("measures how far an assumed mean is from the induced one, and the gain of one deviation", () => {
    const theta = socialOptimumThreshold(model);
    const { mean } = stationaryField(ruleOf(hard(theta)));
    const found = certifyRepair(model, hard(theta), mean + 1e-3);
    expect(Math.abs(found.consistency - 1e-3)).toBeLessThan(1e-14);
    expect(found.mean).toBe(mean);
    // Those just above θ should not repair yet: the gain is the advantage of not doing so there.
    const { advantage } = evaluator(model, ruleOf(hard(theta)))(mean + 1e-3);
    expect(Math.abs(found.residual + advantage(-Math.log1p(-theta)))).toBeLessThan(1e-15);
    expect(found.residual).toBeGreaterThan(0.05);
    expect(found.exploitability).toBeGreaterThan(0.1);
  });

  it("finds the largest gain inside the interval where the policy is smooth", () => {
    const policy = { ...hard(0.5), width: 0.1 };
    const rule = ruleOf(policy);
    const { mean } = stationaryField(rule);
    const { advantage } = evaluator(model, rule)(mean);
    const chance = rule.pieces[0].chance;
    let most = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = i / 20_000;
      const gain = advantage(-Math.log1p(-x));
      most = Math.max(most, gain > 0 ? (1 - chance(x)) * gain : -chance(x) * gain);
    }
    const { residual } = certifyRepair(model, policy, mean);
    expect(residual).toBeGreaterThanOrEqual(most);
    // The grid misses the peak by half a step: a curvature of about 10 times (2.5e-5)².
    expect(residual - most).toBeLessThan(1e-8);
  });
});
