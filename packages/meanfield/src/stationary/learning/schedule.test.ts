import { describe, expect, it } from "vitest";
import { checkPerturbation, checkStep, checkTimeScales, spallLimit, spallSteps, stepAt } from "./schedule.ts";
import type { NamedSchedule } from "./schedule.ts";

const alpha = (power: number): NamedSchedule => ({ symbol: "α", option: "power", scale: 1, offset: 50, power });
const beta = (power: number): NamedSchedule => ({ symbol: "β", option: "field-power", scale: 1, offset: 1, power });
const c = (power: number): NamedSchedule => ({
  symbol: "c",
  option: "perturbation-power",
  scale: 0.2,
  offset: 1,
  power,
});

describe("step sizes", () => {
  it("are powers of the iteration, from 0", () => {
    const schedule = { scale: 3, offset: 2, power: 0.5 };
    expect(stepAt(schedule, 0)).toBe(3 / Math.SQRT2);
    expect(stepAt(schedule, 2)).toBe(1.5);
  });

  it("of a valid pair pass", () => {
    expect(() => checkTimeScales(alpha(1), beta(0.6))).not.toThrow();
    expect(() => checkPerturbation(alpha(1), c(0.167))).not.toThrow();
  });

  it("that break a condition are refused by its name, with the numbers", () => {
    expect(() => checkTimeScales(alpha(0.6), beta(0.6))).toThrow(
      "power = 0.6: must be above field-power = 0.6, so that α_k/β_k → 0; here α_k = 1/(k + 50)^0.6 and β_k = 1/(k + 1)^0.6",
    );
    expect(() => checkTimeScales(alpha(1), beta(2))).toThrow("field-power = 2: must be at most 1, so that Σβ_k = ∞");
    expect(() => checkTimeScales(alpha(0), beta(0.6))).toThrow("power = 0: must be above 0, so that α_k → 0");
    expect(() => checkTimeScales(alpha(1), beta(0))).toThrow("field-power = 0: must be above 0, so that β_k → 0");
    expect(() => checkTimeScales(alpha(1.2), beta(0.6))).toThrow("so that Σα_k = ∞");
    expect(() => checkTimeScales(alpha(1), beta(0.5))).toThrow(
      "field-power = 0.5: must be above 0.5, so that Σβ_k² < ∞",
    );
    expect(() => checkStep(alpha(0.5))).toThrow("so that Σα_k² < ∞");
    expect(() => checkPerturbation(alpha(1), c(0))).toThrow("so that c_k → 0");
    expect(() => checkPerturbation(alpha(0.602), c(0.167))).toThrow(
      "perturbation-power = 0.167: must be below power − 0.5 = 0.102, so that Σ(α_k/c_k)² < ∞",
    );
  });
});

describe("the schedule of the public experiments", () => {
  it("has Spall's exponents, from the first iteration on", () => {
    expect(spallSteps(0)).toEqual({ step: 21 ** -0.602, perturbation: 0.2 });
    expect(spallSteps(49)).toEqual({ step: 70 ** -0.602, perturbation: 0.2 / 50 ** 0.101 });
    expect(spallSteps(50)).toEqual({ step: 1 / 71, perturbation: 0.2 / 51 ** 0.167 });
  });

  it("meets the conditions in the limit that it claims", () => {
    const k = 1e6;
    const { step, perturbation } = spallSteps(k);
    const [a, b] = [spallLimit.step, spallLimit.perturbation];
    expect(stepAt(a, k + 1)).toBeCloseTo(step, 15);
    expect(stepAt(b, k)).toBeCloseTo(perturbation, 15);
    expect(() => checkTimeScales(a, beta(0.6))).not.toThrow();
    expect(() => checkPerturbation(a, b)).not.toThrow();
  });
});
