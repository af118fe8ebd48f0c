import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { relativeError } from "../../numeric/relative-error.testing.ts";
import {
  bestResponseThreshold,
  costAtZero,
  costIntegral,
  equilibrium,
  gradients,
  meanField,
  meanFieldSlope,
  performance,
  priceOfAnarchy,
  repairPaysAtZero,
  smfeThreshold,
  socialOptima,
  socialOptimum,
  socialOptimumThreshold,
  stationaryLaw,
  valueFunction,
} from "./closed-form.ts";
import { recorded, repairModel } from "./repair.testing.ts";

const model = repairModel({});

/** Expects what is recorded, to 1e-10 for derivatives and 1e-11 for the rest, of numbers of size one to five. */
function expectRecorded(actual: number, id: string): void {
  const { value, tolerance } = recorded(id);
  expect(Math.abs(actual - value), `${id}:`).toBeLessThanOrEqual(tolerance);
}

describe("closed form of the malware game", () => {
  it("has the equilibrium and the social optimum of the reference, one local optimum alone", () => {
    const smfe = equilibrium(model);
    const optima = socialOptima(model);
    expect(optima.length).toBe(1);
    for (const [name, { threshold, mean, valueAtZero, performance: reward }] of [
      ["smfe", smfe],
      ["so", optima[0]],
    ] as const) {
      expectRecorded(threshold, `${name}.threshold`);
      expectRecorded(mean, `${name}.mean_field`);
      expectRecorded(-valueAtZero, `${name}.cost_at_zero`);
      expectRecorded(-reward, `${name}.cost`);
    }
    expect(smfe.atZero).toBe(0);
    expect(smfeThreshold(model)).toBe(smfe.threshold);
    expect(socialOptimumThreshold(model)).toBe(optima[0].threshold);
    expectRecorded(priceOfAnarchy(model), "price_of_anarchy");
  });

  it("has the costs at both ends of the class", () => {
    expectRecorded(-performance(model, 0), "cost.0");
    expectRecorded(-performance(model, 1), "cost.1");
    expect(meanField(0)).toBe(0.25);
    expect(meanField(1)).toBe(1);
    expect(gradients(model, 1)).toEqual({ partial: -Infinity, total: -Infinity });
  });

  it.each([0.2, 0.5, 0.8])("has the derivatives of the reference at θ = %f", (theta) => {
    const { partial, total } = gradients(model, theta);
    expect(Math.abs(-partial - recorded(`gradient_partial.${theta}`).value)).toBeLessThan(1e-10);
    expect(Math.abs(-total - recorded(`gradient_total.${theta}`).value)).toBeLessThan(1e-10);
  });

  it("answers a frozen price as the reference does: a threshold, never or always", () => {
    for (const c of [0.6, 0.9]) {
      expectRecorded(bestResponseThreshold(model, c) ?? Number.NaN, `best_response.${c}`);
    }
    expect(bestResponseThreshold(model, 0.3)).toBeNull();
    const never = recorded("best_response.never_price").value;
    expect(bestResponseThreshold(model, never * (1 - 1e-12))).toBeNull();
    // Just above, one repairs near x = 1 alone: h(∞) grows like the price, and h falls short of it by a power of s.
    expect(bestResponseThreshold(model, never * (1 + 1e-6))).toBeGreaterThan(0.9999);
    expect(bestResponseThreshold(model, 2 * (model.lambda / model.discount) * (1 + 1e-12))).toBe(0);
    expect(bestResponseThreshold(model, 2 * (model.lambda / model.discount) * (1 - 1e-9))).toBeLessThan(1e-8);
    expect(repairPaysAtZero(model, 1.2)).toBe(true);
    expect(repairPaysAtZero(model, 1.1)).toBe(false);
  });

  it("gives each best response a lower cost from 0 than any threshold beside it, at any price", () => {
    for (const discount of [0.5, 0.9, 0.999]) {
      for (const c of [0.8, 0.9, 0.95]) {
        const at = repairModel({ discount });
        const best = bestResponseThreshold(at, c) ?? Number.NaN;
        for (const offset of [-1e-3, 1e-3]) {
          expect(costAtZero(at, best + offset, c)).toBeGreaterThan(costAtZero(at, best, c));
        }
      }
    }
  });

  it("integrates its law to one and to its mean", () => {
    for (const theta of [0, 1e-9, 0.2, 0.7, 0.999]) {
      for (const atZero of theta === 0 ? [0, 0.4, 1] : [0]) {
        const law = stationaryLaw(theta, atZero);
        const moment = (power: number): number =>
          integrateAdaptive((y) => y ** power * law.density(y), 0, theta).value +
          integrateAdaptive((y) => y ** power * law.density(y), theta, 1).value;
        // Densities up to 1000 near θ = 0.999 are integrated to 1e-12.
        expect(Math.abs(law.atom + moment(0) - 1)).toBeLessThan(3e-12);
        expect(Math.abs(moment(1) - meanField(theta, atZero))).toBeLessThan(3e-12);
        expect(law.distribution(1)).toBe(1);
        expect(law.distribution(0)).toBeCloseTo(law.atom, 15);
        const middle = theta + 0.3 * (1 - theta);
        const below =
          law.atom +
          integrateAdaptive(law.density, 0, theta).value +
          integrateAdaptive(law.density, theta, middle).value;
        expect(Math.abs(law.distribution(middle) - below)).toBeLessThan(3e-12);
      }
    }
    expect(stationaryLaw(1).distribution(0.999)).toBe(0);
    expect(stationaryLaw(1).density(0.5)).toBe(0);
  });

  it("keeps the digits of I(θ) for small θ and on both sides of where the series hands over", () => {
    // I(θ) = θ²/2 + γθ³/3 + γ(γ + 1)θ⁴/8 + …; the next term is 1e-18 of the first at θ = 1e-6.
    const theta = 1e-6;
    expect(
      relativeError(costIntegral(model, theta), theta ** 2 / 2 + 0.3 * theta ** 3 + (0.9 * 1.9 * theta ** 4) / 8),
    ).toBeLessThan(1e-14);
    for (const discount of [0.3, 0.9, 1 - 1e-9]) {
      // The quadrature's tolerance.
      for (const x of [0.05, 0.39, 0.4, 0.6, 0.99]) {
        const { value } = integrateAdaptive((y) => y * (1 - y) ** -discount, 0, x, {
          relative: 1e-14,
          absolute: 1e-16,
        });
        expect(relativeError(costIntegral({ discount }, x), value)).toBeLessThan(3e-14);
      }
    }
  });

  it("satisfies the evaluation equation for every policy, whatever the discount", () => {
    for (const discount of [0.3, 0.9, 1 - 1e-6]) {
      const at = repairModel({ discount, k: 0.3, lambda: 0.4 });
      for (const [theta, atZero] of [
        [0, 0],
        [0, 0.35],
        [0, 1],
        [1e-8, 0],
        [0.4, 0],
        [0.97, 0],
        [1, 0],
      ]) {
        const c = at.k + 0.37;
        const value = valueFunction(at, theta, 0.37, atZero);
        const ahead = (x: number): number =>
          (x >= theta
            ? integrateAdaptive(value, x, 1).value
            : integrateAdaptive(value, x, theta).value + integrateAdaptive(value, theta, 1).value) /
          (1 - x);
        for (const x of [0, 5e-9, 0.2, 0.39, 0.6, 0.98]) {
          const repair = x > theta ? 1 : x === 0 ? atZero : 0;
          const right =
            -c * x +
            repair * (discount * value(0) - at.lambda) +
            (1 - repair) * discount * (repair === 1 ? 0 : ahead(x));
          // Quadrature to 1e-12, and rounding of it by as much near x = 1.
          expect(relativeError(value(x), right), `γ = ${discount}, θ = ${theta}, p = ${atZero}, x = ${x}`).toBeLessThan(
            4e-12,
          );
        }
        expect(relativeError(ahead(0), performance(at, theta, 0.37, atZero))).toBeLessThan(4e-12);
        expect(relativeError(-value(0), costAtZero(at, theta, c, atZero))).toBeLessThan(1e-14);
      }
    }
  });

  it("has derivatives that central differences confirm", () => {
    const h = 1e-4;
    // Extrapolated once: the error is a sixth-derivative-sized h⁴ = 1e-16, and rounding 1e-16/h.
    const derivative = (f: (x: number) => number, x: number): number =>
      (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
    for (const discount of [0.5, 0.9, 0.99]) {
      const at = repairModel({ discount });
      for (const theta of [0.01, 0.3, 0.6, 0.9]) {
        const mean = meanField(theta);
        const { partial, total } = gradients(at, theta);
        const scale = 1e-10 / (1 - discount);
        expect(Math.abs(meanFieldSlope(theta) - derivative((x) => meanField(x), theta))).toBeLessThan(1e-10);
        expect(Math.abs(partial - derivative((x) => performance(at, x, mean), theta))).toBeLessThan(scale);
        expect(Math.abs(total - derivative((x) => performance(at, x), theta))).toBeLessThan(scale);
      }
    }
  });

  it("repairs at 0 with some probability where no threshold is an equilibrium", () => {
    const at = repairModel({ k: 0.2, lambda: 0.2 });
    const { threshold, atZero, mean } = equilibrium(at);
    expect(threshold).toBe(0);
    // A player at 0 is indifferent where k + ⟨z⟩ = 2λ/γ: m = 11/45, p = (1 − 4m)/(1 − 2m) = 1/23.
    expect(relativeError(mean, 11 / 45)).toBeLessThan(1e-14);
    expect(relativeError(atZero, 1 / 23)).toBeLessThan(1e-13);
    const value = valueFunction(at, threshold, mean, atZero);
    const stay = 0.9 * integrateAdaptive(value, 0, 1).value;
    expect(relativeError(stay, -0.2 + 0.9 * value(0))).toBeLessThan(1e-12);
    // Among θ in [0, 1] alone it is at the border.
    expect(equilibrium(at, false)).toMatchObject({ threshold: 0, atZero: 0, mean: 0.25 });
    expect(gradients(at, 0).partial).toBeLessThan(0);
  });

  it("ends in repair everywhere and in no repair at all where the costs say so", () => {
    expect(equilibrium(repairModel({ k: 0.5, lambda: 0.2 }))).toMatchObject({ threshold: 0, atZero: 1, mean: 0 });
    expect(equilibrium(repairModel({ k: 0.5, lambda: 1, discount: 0.5 }))).toMatchObject({ threshold: 1, mean: 1 });
    // Beyond the last number below 1 thresholds still differ by their length: k + m(ℓ) = 3/2 has ℓ = 98 up to e^{−49}.
    const far = equilibrium(repairModel({ k: 0.52, lambda: 1, discount: 0.5 }));
    expect(far.threshold).toBe(1);
    expect(relativeError(far.length, 98)).toBeLessThan(1e-13);
    expect(relativeError(far.mean, 0.98)).toBeLessThan(1e-14);
  });

  it("has a social optimum no worse than the equilibrium, and no worse than any policy tried", () => {
    for (const discount of [0.5, 0.9, 0.99]) {
      for (const k of [0.05, 0.2, 0.5]) {
        for (const lambda of [0.2, 0.5, 1]) {
          const at = repairModel({ k, lambda, discount });
          for (const mixing of [true, false]) {
            const { performance: best } = socialOptimum(at, mixing);
            const rounding = 1e-13 * Math.abs(best);
            expect(priceOfAnarchy(at, mixing)).toBeGreaterThanOrEqual(1 - 1e-13);
            const tried = Array.from({ length: 41 }, (_, i) => performance(at, i / 40));
            if (mixing) tried.push(...tried.map((_, i) => performance(at, 0, undefined, i / 40)));
            expect(Math.max(...tried)).toBeLessThanOrEqual(best + rounding);
          }
        }
      }
    }
  });

  it("finds both local optima where there are two", () => {
    const optima = socialOptima(repairModel({ k: 0.05, lambda: 0.2, discount: 0.5 }));
    expect(optima.map(({ atZero }) => atZero)).toEqual([1, 0]);
    const at = repairModel({ k: 0.05, lambda: 0.2, discount: 0.5 });
    expect(Math.abs(gradients(at, optima[1].threshold).total)).toBeLessThan(1e-13);
  });

  it("has a vanishing-discount limit that loses no digits", () => {
    const far = equilibrium(repairModel({ discount: 1 - 2 ** -40 }));
    const near = equilibrium(repairModel({ discount: 1 - 2 ** -30 }));
    // θ moves by a multiple of 1 − γ, of order one.
    expect(Math.abs(far.threshold - near.threshold)).toBeLessThan(2 ** -29);
    expect(Math.abs(2 ** -40 * far.performance - 2 ** -30 * near.performance)).toBeLessThan(2 ** -29);
  });

  it("refuses what is not in the class", () => {
    expect(() => meanField(1.2)).toThrow("the threshold is 1.2; allowed is 0 to 1");
    expect(() => meanField(0.3, 0.5)).toThrow("repair at 0 has probability 0.5");
    expect(() => performance(model, Number.NaN)).toThrow(RangeError);
  });
});
