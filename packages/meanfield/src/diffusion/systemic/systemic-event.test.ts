import { describe, expect, it } from "vitest";
import commonNoise from "../../../../../tests/reference/systemic-risk-common-noise.json" with { type: "json" };
import defaults from "../../../../../tests/reference/systemic-risk-defaults.json" with { type: "json" };
import withoutCommonNoise from "../../../../../tests/reference/systemic-risk.json" with { type: "json" };
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { normalDensity, normalDistribution } from "../../numeric/normal-distribution.ts";
import { systemicEventProbability } from "./systemic-event.ts";

interface Entry {
  readonly id: string;
  readonly value: number;
  readonly set: string;
  readonly args: { readonly N: number | string; readonly D: number; readonly steps?: number };
  readonly suggested_tol: number;
}
type Sets = Readonly<Record<string, Readonly<Record<string, number>>>>;

const rateOf = ({ sigma, rho }: Readonly<Record<string, number>>, N: number): number =>
  sigma ** 2 * (rho ** 2 + (1 - rho ** 2) / N);

describe("the systemic event", () => {
  it("has the recorded probabilities from a fixed start, watched always or at a thousand times", () => {
    for (const file of [withoutCommonNoise, commonNoise]) {
      const params = file.params as unknown as Sets;
      const entries = (file.records as unknown as Entry[]).filter(({ id }) => id.includes("P_systemic"));
      expect(entries.length).toBeGreaterThan(5);
      for (const { value, set, args, suggested_tol: tolerance } of entries) {
        const p = params[set];
        const probability = systemicEventProbability({
          level: args.D,
          horizon: p.T,
          rate: rateOf(p, args.N === "inf" ? Infinity : (args.N as number)),
          initial: { mean: p.m0, variance: 0 },
          ...(args.steps === undefined ? {} : { monitoring: p.T / args.steps }),
        });
        expect(Math.abs(probability - value)).toBeLessThan(tolerance);
        // The records shift by 0.5826, the constant is 0.582597…: no more than that digit may differ.
        expect(Math.abs(probability / value - 1)).toBeLessThan(1e-5);
      }
    }
  });

  it("has the recorded probabilities from a Gaussian start", () => {
    const params = defaults.params as unknown as Sets;
    const entries = (defaults.records as unknown as Entry[]).filter(({ id }) => id.endsWith("P_systemic"));
    expect(entries.length).toBe(11);
    for (const { value, set, suggested_tol: tolerance } of entries) {
      const { N, T, m0, v0, D, ...p } = params[set];
      const initial = { mean: m0, variance: v0 / N };
      const probability = systemicEventProbability({ level: D, horizon: T, rate: rateOf(p, N), initial });
      expect(Math.abs(probability - value)).toBeLessThan(tolerance);
    }
  });

  it("is the same for a Gaussian start by an integral over the endpoint instead of the start", () => {
    // By reflection P = P(X₀ ≤ D) + 2P(X₀ > D, X_T ≤ D): here the normal law of X₀ given X_T is used, there X_T given X₀.
    for (const [variance, rate] of [
      [0.3, 0.5],
      [1e-6, 2],
      [4, 1e-4],
    ]) {
      const [level, mean, horizon] = [-0.4, 0.1, 1.5];
      const total = variance + rate * horizon;
      const share = variance / total;
      const remaining = Math.sqrt(share * rate * horizon);
      const crossed = integrateAdaptive(
        (x) => {
          const expected = mean + share * (x - mean);
          const density = normalDensity((x - mean) / Math.sqrt(total)) / Math.sqrt(total);
          return density * normalDistribution((expected - level) / remaining);
        },
        -Infinity,
        level,
      );
      const wanted = normalDistribution((level - mean) / Math.sqrt(variance)) + 2 * crossed.value;
      expect(systemicEventProbability({ level, horizon, rate, initial: { mean, variance } })).toBeCloseTo(wanted, 12);
    }
  });

  it("agrees with a random walk that is followed step by step, to the order of the correction", () => {
    // P(all of n steps stay above) by quadrature of the density on the half-line; the correction errs by o(√Δ).
    const [level, rate, horizon, steps] = [-0.7, 1, 1, 64];
    const rule = gaussLegendre(160);
    const top = 6;
    const x = Float64Array.from(rule.nodes, (node) => level + ((top - level) * (1 + node)) / 2);
    const weights = rule.weights.map((weight) => (weight * (top - level)) / 2);
    const spread = Math.sqrt((rate * horizon) / steps);
    const kernel = (from: number, to: number): number => normalDensity((to - from) / spread) / spread;
    let density = x.map((to) => kernel(0, to));
    for (let step = 1; step < steps; step++) {
      density = x.map((to) => density.reduce((sum, value, i) => sum + weights[i] * value * kernel(x[i], to), 0));
    }
    const walk = 1 - density.reduce((sum, value, i) => sum + weights[i] * value, 0);
    const initial = { mean: 0, variance: 0 };
    const corrected = systemicEventProbability({ level, horizon, rate, initial, monitoring: horizon / steps });
    const continuous = systemicEventProbability({ level, horizon, rate, initial });
    expect(continuous - walk).toBeGreaterThan(0.03);
    expect(Math.abs(corrected - walk)).toBeLessThan(1e-3);
  });

  it("is certain or impossible where nothing moves", () => {
    const still = { level: 0, horizon: 1, rate: 0 };
    expect(systemicEventProbability({ ...still, initial: { mean: 0.1, variance: 0 } })).toBe(0);
    expect(systemicEventProbability({ ...still, initial: { mean: 0, variance: 0 } })).toBe(1);
    expect(systemicEventProbability({ ...still, initial: { mean: 1, variance: 4 } })).toBeCloseTo(
      normalDistribution(-0.5),
      15,
    );
  });
});
