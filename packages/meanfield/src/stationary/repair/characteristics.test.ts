import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { relativeError } from "../../numeric/relative-error.testing.ts";
import { evaluator, occupation, stationaryField } from "./characteristics.ts";
import { gradients, meanField, meanFieldSlope, performance, stationaryLaw, valueFunction } from "./closed-form.ts";
import { hardRule, lengthOf, ruleOf, smoothRule, stateAt } from "./repair-rule.ts";
import type { RepairRule } from "./repair-rule.ts";
import { repairModel } from "./repair.testing.ts";

const states = Array.from({ length: 101 }, (_, i) => i / 100);

/** ∫ over [a, b] in x, cut at the threshold. */
function integral(f: (x: number) => number, a: number, b: number, cut: number): number {
  const middle = Math.min(b, Math.max(a, cut));
  return integrateAdaptive(f, a, middle).value + integrateAdaptive(f, middle, b).value;
}

describe("hard thresholds along characteristics", () => {
  const thetas = [0, 1e-6, 0.01, 0.2, 0.5, 0.8, 0.99, 0.999999];

  // Every number here is of size one after division by its own; 1e-14 a step of the integrator, and a few dozen steps.
  it("agrees with the closed form in the field and how it moves", () => {
    for (const theta of thetas) {
      const { atom, mean, meanSlope, density } = stationaryField(hardRule(lengthOf(theta)));
      const law = stationaryLaw(theta);
      expect(relativeError(atom, law.atom)).toBeLessThan(1e-13);
      expect(relativeError(mean, meanField(theta))).toBeLessThan(1e-13);
      expect(relativeError(meanSlope / (1 - theta), meanFieldSlope(theta))).toBeLessThan(1e-13);
      for (const y of states.slice(1, -1)) expect(relativeError(density(y), law.density(y))).toBeLessThan(2e-13);
    }
  });

  it.each([0.3, 0.9, 0.99, 1 - 1e-6])("agrees with the closed form in values and derivatives, γ = %f", (discount) => {
    const model = repairModel({ discount });
    for (const theta of thetas) {
      const rule = hardRule(lengthOf(theta));
      const { mean, meanSlope } = stationaryField(rule);
      const found = evaluator(model, rule)(mean);
      const exact = valueFunction(model, theta);
      expect(relativeError(found.performance, performance(model, theta))).toBeLessThan(1e-13);
      for (const x of states) expect(relativeError(found.value(x), exact(x))).toBeLessThan(1e-13);
      // The parameter is −ln(1 − θ); derivatives are a difference of terms of the size of J.
      const { partial, total } = gradients(model, theta);
      const size = 1e-13 / (1 - discount);
      expect(Math.abs(found.partial - (1 - theta) * partial)).toBeLessThan(size);
      expect(Math.abs(found.partial + found.perMean * meanSlope - (1 - theta) * total)).toBeLessThan(size);
    }
  });

  it("agrees with the closed form where players mix at 0, and where they never or always repair", () => {
    const model = repairModel({ k: 0.3, lambda: 0.2 });
    for (const chance of [0.3, 0.9, 1]) {
      const rule = hardRule(0, chance);
      const { mean } = stationaryField(rule);
      expect(Math.abs(mean - meanField(0, chance))).toBeLessThan(1e-14);
      const found = evaluator(model, rule)(mean);
      const exact = valueFunction(model, 0, mean, chance);
      for (const x of states) expect(relativeError(found.value(x), exact(x))).toBeLessThan(1e-13);
      expect(relativeError(found.performance, performance(model, 0, mean, chance))).toBeLessThan(1e-13);
    }
    const never = ruleOf({ kind: "threshold", threshold: 1, width: 0 });
    expect(stationaryField(never)).toMatchObject({ atom: 0, mean: 1 });
    expect(relativeError(evaluator(model, never)(1).performance, performance(model, 1))).toBeLessThan(1e-13);
    const always = ruleOf({ kind: "threshold", threshold: -0.5, width: 0 });
    expect(stationaryField(always)).toMatchObject({ atom: 1, mean: 0 });
    expect(relativeError(evaluator(model, always)(0).performance, performance(model, 0, 0, 1))).toBeLessThan(1e-13);
  });

  it("tells thresholds apart that round to 1", () => {
    for (const length of [50, 1e3, 1e9]) {
      const { mean } = stationaryField(hardRule(length));
      expect(relativeError(1 - mean, 2 / (2 + length))).toBeLessThan(1e-6);
      const never = performance(repairModel({}), 1, mean);
      expect(Math.abs(evaluator(repairModel({}), hardRule(length))(mean).performance / never - 1)).toBeLessThan(
        Math.exp(-0.1 * length) + 1e-13,
      );
    }
  });
});

describe("smooth thresholds along characteristics", () => {
  const model = repairModel({});
  const policies = [
    [0.3, 0.5],
    [0.48, 0.1],
    [0.9, 0.05],
    [0, 0.02],
    [0.98, 0.05],
    [-0.2, 0.3],
    [0.3, 0.003],
  ] as const;

  it("has a law that is stationary: of mass one, and in balance at every state", () => {
    for (const [theta, width] of policies) {
      const rule = smoothRule(theta, width);
      const repair = rule.pieces[0].chance;
      const { atom, mean, density } = stationaryField(rule);
      const cut = Math.min(1, Math.max(0, theta));
      const weigh = (f: (x: number) => number, upTo: number): number =>
        integral((x) => f(x) * density(x), 0, upTo, cut);
      for (const y of [0.1, 0.35, 0.8, 0.99]) {
        const flow = atom * (1 - rule.atZero) + weigh((x) => (1 - repair(x)) / (1 - x), y);
        expect(relativeError(density(y), flow)).toBeLessThan(2e-12);
      }
      // f ~ (1 − y)^{q(1) − 1}: states next to 1, which numbers cannot tell apart, hold a mass of about 1e-16^{q(1)}.
      const unseen = 4e-12 + 10 * 1e-16 ** repair(1);
      expect(Math.abs(atom + weigh(() => 1, 1) - 1)).toBeLessThan(unseen);
      expect(Math.abs(weigh((x) => x, 1) - mean)).toBeLessThan(unseen);
    }
  });

  it("satisfies the evaluation equation at every state", () => {
    for (const discount of [0.5, 0.9, 0.999]) {
      const at = repairModel({ discount });
      for (const [theta, width] of policies) {
        const rule = smoothRule(theta, width);
        const repair = rule.pieces[0].chance;
        const mean = 0.37;
        const c = at.k + mean;
        const { value, performance: J, advantage } = evaluator(at, rule)(mean);
        const ahead = (x: number): number => integral(value, x, 1, theta) / (1 - x);
        expect(relativeError(J, ahead(0))).toBeLessThan(2e-12);
        for (const x of [0, 0.1, 0.31, 0.5, 0.95]) {
          const repaired = -c * x - at.lambda + discount * value(0);
          const left = -c * x + discount * ahead(x);
          const q = repair(x);
          expect(relativeError(value(x), q * repaired + (1 - q) * left)).toBeLessThan(2e-12);
          // A difference of two numbers of the size of V.
          expect(Math.abs(advantage(lengthOf(x)) - (repaired - left))).toBeLessThan(2e-12 * Math.abs(J));
        }
      }
    }
  });

  it("has derivatives that central differences confirm", () => {
    for (const [theta, width] of policies) {
      const rule = smoothRule(theta, width);
      const { mean, meanSlope } = stationaryField(rule);
      const { partial, perMean } = evaluator(model, rule)(mean);
      // Twice extrapolated, with steps small beside τ: (h/τ)⁶ is 1e-9 of a sixth derivative, rounding 1e-14/h.
      const h = width / 16;
      const difference = (f: (x: number) => number): number => {
        const d = [h, h / 2, h / 4].map((e) => (f(theta + e) - f(theta - e)) / (2 * e));
        const once = [(4 * d[1] - d[0]) / 3, (4 * d[2] - d[1]) / 3];
        return (16 * once[1] - once[0]) / 15;
      };
      const at = (x: number): RepairRule => smoothRule(x, width);
      const own = (x: number): number => evaluator(model, at(x))(stationaryField(at(x)).mean).performance;
      const tolerance = 1e-9 + 1e-12 / width;
      expect(Math.abs(meanSlope - difference((x) => stationaryField(at(x)).mean))).toBeLessThan(tolerance);
      expect(Math.abs(partial - difference((x) => evaluator(model, at(x))(mean).performance))).toBeLessThan(tolerance);
      expect(Math.abs(partial + perMean * meanSlope - difference(own))).toBeLessThan(tolerance);
    }
  });

  it("has the partial derivative that the policy gradient theorem gives", () => {
    // ∂J = Σ over the occupation of ∂q (Q(x, 1) − Q(x, 0)): values and occupation, no derivative of either.
    for (const [theta, width] of policies) {
      const rule = smoothRule(theta, width);
      const { mean } = stationaryField(rule);
      const { advantage, partial } = evaluator(model, rule)(mean);
      const { atom, perLength, beyond } = occupation(model, rule);
      const slope = rule.pieces[0].slope;
      const last = rule.pieces[rule.pieces.length - 1].to;
      const sum =
        atom * rule.atZeroSlope * advantage(0) +
        beyond * slope(1) * advantage(Infinity) +
        integral(
          (t) => perLength(t) * slope(stateAt(t)) * advantage(t),
          0,
          last,
          lengthOf(Math.max(0, Math.min(0.999, theta))),
        );
      expect(Math.abs(sum - partial)).toBeLessThan(1e-11);
    }
  });

  it("tends to the hard threshold like τ²", () => {
    const theta = 0.4;
    const exact = gradients(model, theta).total;
    const errors = [0.02, 0.01, 0.005].map((width) => {
      const rule = smoothRule(theta, width);
      const { mean, meanSlope } = stationaryField(rule);
      const { partial, perMean } = evaluator(model, rule)(mean);
      return Math.abs(partial + perMean * meanSlope - exact);
    });
    // σ is symmetric about θ; the next term is of order τ⁴.
    expect(Math.log2(errors[0] / errors[1])).toBeCloseTo(2, 1);
    expect(Math.log2(errors[1] / errors[2])).toBeCloseTo(2, 2);
  });
});

describe("discounted occupation", () => {
  it("has the mass 1/(1 − γ) and weighs rewards to J", () => {
    for (const discount of [0.5, 0.9, 0.999]) {
      const model = repairModel({ discount });
      for (const rule of [hardRule(0.7), hardRule(0, 0.4), hardRule(Infinity), smoothRule(0.4, 0.1)]) {
        const { atom, perLength, beyond } = occupation(model, rule);
        const weigh = (f: (x: number, q: number) => number): number =>
          rule.pieces.reduce(
            (sum, { from, to, chance }) =>
              sum +
              integrateAdaptive((t) => perLength(t) * f(stateAt(t), chance(stateAt(t))), from, to, { relative: 1e-13 })
                .value,
            atom * f(0, rule.atZero) + beyond * f(1, rule.pieces[rule.pieces.length - 1].chance(1)),
          );
        expect(
          relativeError(
            weigh(() => 1),
            1 / (1 - discount),
          ),
        ).toBeLessThan(1e-12);
        const J = weigh((x, q) => -(model.k + 0.3) * x - model.lambda * q);
        expect(relativeError(J, evaluator(model, rule)(0.3).performance)).toBeLessThan(1e-12);
      }
    }
  });
});

describe("rules", () => {
  it("refuses policies that are none", () => {
    expect(() => ruleOf({ kind: "threshold", threshold: Number.NaN, width: 0 })).toThrow("policy.threshold = NaN");
    expect(() => ruleOf({ kind: "threshold", threshold: 0.5, width: -1 })).toThrow("policy.width = -1");
    expect(() => ruleOf({ kind: "threshold", threshold: 0.5, width: 0, atZero: 0.5 })).toThrow("policy.atZero = 0.5");
    expect(() => ruleOf({ kind: "threshold", threshold: 0, width: 0.1, atZero: 0.5 })).toThrow("policy.atZero = 0.5");
  });
});
