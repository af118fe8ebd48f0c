import { describe, expect, it } from "vitest";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import { normalDensity, normalDistribution } from "../../numeric/normal-distribution.ts";
import { absorbedPlane } from "./absorbed-plane.ts";
import { bankDefaultProbability } from "./bank-default.ts";
import type { BankDefaultProblem } from "./bank-default.ts";

const fixed = { mean: 0, meanVariance: 0, deviationVariance: 0 };

describe("the default of a bank", () => {
  it("is by reflection where the level is the mean to which a bank returns, at any rate", () => {
    // z = X − m₀ and −z have one law after z = 0, so P(touch | z₀) = 2P(X_T beyond | z₀), with k(t) = 1 + t.
    const [v0, horizon, noise] = [0.3, 2, 0.8];
    const exponent = (t: number): number => t + (t * t) / 2;
    const left = Math.exp(-exponent(horizon));
    const spread = Math.sqrt(
      gaussLegendreIntegrate((t) => noise * Math.exp(2 * (exponent(t) - exponent(horizon))), 0, horizon, 40),
    );
    const root = Math.sqrt(v0);
    const wanted =
      0.5 +
      gaussLegendreIntegrate((x) => normalDensity(x) * 2 * normalDistribution((-left * root * x) / spread), 0, 12, 80);
    const { probability, error } = bankDefaultProbability({
      level: 1,
      horizon,
      rate: (t) => 1 + t,
      meanRate: 0,
      deviationRate: noise,
      initial: { mean: 1, meanVariance: 0, deviationVariance: v0 },
    });
    expect(Math.abs(probability - wanted)).toBeLessThan(1e-8);
    expect(error).toBeLessThan(1e-5);
  });

  it("agrees with an integral equation for the first passage of an Ornstein–Uhlenbeck process", () => {
    // Fortet's equation P(X_t ≤ D) = ∫ p(s) P(X_t ≤ D | X_s = D) ds, by the midpoint rule, whose errors go as h and h^{3/2}
    // since the kernel ends in ½ with a square root; extrapolated.
    const [k, noise, level, horizon] = [1.4, 0.9, -0.6, 1.2];
    const passed = (n: number): number => {
      const h = horizon / n;
      const spread = (t: number): number => Math.sqrt((noise * -Math.expm1(-2 * k * t)) / (2 * k));
      const kernel = (t: number): number => normalDistribution((level * -Math.expm1(-k * t)) / spread(t));
      const density = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        let sum = normalDistribution(level / spread((i + 1) * h));
        for (let j = 0; j < i; j++) sum -= h * density[j] * kernel((i - j + 0.5) * h);
        density[i] = sum / (h * kernel(0.5 * h));
      }
      return density.reduce((sum, value) => sum + h * value, 0);
    };
    const [a, b, c] = [500, 1000, 2000].map(passed);
    const wanted = c + (c - b) ** 2 / (b - a - (c - b));
    const { probability } = bankDefaultProbability({
      level,
      horizon,
      rate: () => k,
      meanRate: 0,
      deviationRate: noise,
      initial: fixed,
    });
    expect(Math.abs(probability - wanted)).toBeLessThan(2e-6);
  });

  it("comes to the one-dimensional problems where the average or the deviation falls silent", () => {
    // The distance is of the order of the small variance rate: 0.05 × 1e-5.
    const problem: BankDefaultProblem = {
      level: -0.7,
      horizon: 1,
      rate: (t) => 2 - t,
      meanRate: 0,
      deviationRate: 1,
      initial: { mean: 0.1, meanVariance: 0, deviationVariance: 0.2 },
    };
    const line = bankDefaultProbability(problem).probability;
    expect(Math.abs(bankDefaultProbability({ ...problem, meanRate: 1e-6 }).probability - line)).toBeLessThan(5e-7);

    // Extrapolated linearly to no noise of its own; what is left is of second order in 0.02.
    const silent = { ...problem, meanRate: 1, deviationRate: 0, initial: { ...problem.initial, meanVariance: 0.1 } };
    const family = bankDefaultProbability(silent).probability;
    const at = (deviationRate: number): number => bankDefaultProbability({ ...silent, deviationRate }).probability;
    expect(Math.abs(2 * at(0.01) - at(0.02) - family)).toBeLessThan(2e-5);
    // Without a spread of starts there is nothing for the pull to act on.
    const together = { ...silent, initial: { ...fixed, mean: 0.1 } };
    expect(bankDefaultProbability(together).probability).toBeCloseTo(2 * normalDistribution(-0.8), 12);
  });

  it("converges with the square of the cell in two dimensions", () => {
    const problem = { level: -0.7, horizon: 1, rate: () => 3, meanRate: 0.3, deviationRate: 0.7 };
    const value = (n: number): number => absorbedPlane({ ...problem, top: 6, low: -6, high: 6 }, n)(0.7, 0);
    const [a, b, c, d] = [24, 48, 96, 192].map(value);
    expect((b - a) / (c - b)).toBeCloseTo(4, 0);
    expect((c - b) / (d - c)).toBeCloseTo(4, 1);
  });

  it("counts banks that start below the level, and few others when time is short", () => {
    const [horizon, mean, variance] = [1e-4, 0.2, 0.22];
    const problem: BankDefaultProblem = {
      level: 0,
      horizon,
      rate: () => 5,
      meanRate: 0.1,
      deviationRate: 0.9,
      initial: { mean, meanVariance: 0.02, deviationVariance: 0.2 },
    };
    // Of those above, the share f(0)∫2Φ(−z/√T)dz = f(0)√(2T/π), f the density at the level; the rest is of order T.
    const spread = Math.sqrt(variance);
    const others = (normalDensity(mean / spread) / spread) * Math.sqrt((2 * horizon) / Math.PI);
    const short = bankDefaultProbability(problem).probability;
    expect(Math.abs(short - normalDistribution(-mean / spread) - others)).toBeLessThan(2 * horizon);
    expect(bankDefaultProbability({ ...problem, initial: { ...fixed, mean: -1 } }).probability).toBe(1);
    const sunk = { mean: -9, meanVariance: 0.02, deviationVariance: 0.2 };
    expect(bankDefaultProbability({ ...problem, initial: sunk }).probability).toBe(1);
  });

  it("holds a bank that the cross term pushes away from the average", () => {
    // k < 0: the deviation runs away; against no pull at all this makes default likelier.
    const problem: BankDefaultProblem = {
      level: -0.7,
      horizon: 1,
      rate: () => -0.8,
      meanRate: 0.1,
      deviationRate: 0.9,
      initial: fixed,
    };
    const { probability, error } = bankDefaultProbability(problem);
    expect(error).toBeLessThan(1e-5);
    expect(probability).toBeGreaterThan(2 * normalDistribution(-0.7));
    expect(probability).toBeLessThan(2 * normalDistribution(-0.7 * Math.exp(-0.8)));
  });

  it("says how far off it may be where mean reversion outruns the grid", () => {
    const problem: BankDefaultProblem = {
      level: -0.7,
      horizon: 1,
      rate: () => 3000,
      meanRate: 0.1,
      deviationRate: 0.9,
      initial: fixed,
    };
    const { probability, error } = bankDefaultProbability(problem);
    expect(error).toBeGreaterThan(1e-4);
    // Grids of 768 cells gave 0.0318073; the systemic event, its limit, is at 0.02686.
    expect(Math.abs(probability - 0.0318073)).toBeLessThan(error);
    expect(bankDefaultProbability({ ...problem, rate: () => 1e5 }).probability).toBeNaN();
  });

  it("leaves out noise that no grid would see, and says what it may add", () => {
    const scattered: BankDefaultProblem = {
      level: -0.7,
      horizon: 1,
      rate: () => 1,
      meanRate: 0.1,
      deviationRate: 0.9,
      initial: { mean: 0, meanVariance: 300, deviationVariance: 3000 },
    };
    // The last noise that the grids take, and one a third weaker that they do not.
    const seen = bankDefaultProbability(scattered);
    const left = bankDefaultProbability({ ...scattered, meanRate: 0.04, deviationRate: 0.4 });
    expect(left.error).toBeGreaterThan(1e-3);
    expect(left.error).toBeLessThan(0.01);
    expect(Math.abs(seen.probability - left.probability)).toBeLessThan(1.6 * left.error);
    expect(seen.probability).toBeGreaterThan(left.probability);

    // Nearly no noise at all: a bank below the level at the start, or at the end, by Gaussian laws.
    const still = { ...scattered, level: -10, meanRate: 1e-18, deviationRate: 1e-17 };
    const apart = bankDefaultProbability({ ...still, initial: { mean: 0, meanVariance: 0, deviationVariance: 100 } });
    expect(apart.probability).toBeCloseTo(normalDistribution(-1), 12);
    expect(apart.error).toBeLessThan(1e-8);
    const buried = bankDefaultProbability({ ...still, meanRate: 0, rate: () => 1e3 });
    // The deviations are gone at once, so that all banks with x̄ below the level touch it, and those that began there.
    const wanted =
      normalDistribution(-10 / Math.sqrt(300)) +
      gaussLegendreIntegrate(
        (x) => normalDensity(x) * normalDistribution((-10 - Math.sqrt(300) * x) / Math.sqrt(3000)),
        -10 / Math.sqrt(300),
        10,
        80,
      );
    expect(buried.probability).toBeCloseTo(wanted, 11);
    expect(bankDefaultProbability({ ...still, initial: fixed })).toEqual({ probability: 0, error: 0 });
  });
});
