import { describe, expect, it } from "vitest";
import { fieldOf } from "../exploitability.ts";
import { oneOfMany } from "../simulation/one-of-many.ts";
import { malware } from "../stationary.testing.ts";
import { thresholdPolicy } from "../threshold-policies.ts";
import { equilibrium, performance } from "./closed-form.ts";
import { repairOneOfMany } from "./one-of-many.ts";
import { repairModel } from "./repair.testing.ts";

const model = repairModel({});
const smfe = equilibrium(model);

describe("one of finitely many players", () => {
  it("earns in the limit what the closed form says", () => {
    for (const threshold of [0, 0.2, 0.7, 1]) {
      const settled = { length: -Math.log1p(-threshold), atZero: 0, mean: 0.3 };
      expect(repairOneOfMany(model, settled, Infinity).performance).toBeCloseTo(performance(model, threshold, 0.3), 12);
    }
    const mixed = { length: 0, atZero: 0.3, mean: 0.1 };
    expect(repairOneOfMany(model, mixed, Infinity).performance).toBeCloseTo(performance(model, 0, 0.1, 0.3), 12);
  });

  it("gains nothing in the limit, and of the order 1/N² among many", () => {
    expect(repairOneOfMany(model, smfe, Infinity).gain).toBe(0);
    const gain = (players: number): number => repairOneOfMany(model, smfe, players).gain;
    expect(gain(100)).toBeGreaterThan(0);
    // The next order is 1/N³.
    expect((gain(1000) * 1e6) / (gain(100) * 1e4)).toBeCloseTo(1, 1);
    expect((gain(10_000) * 1e8) / (gain(1000) * 1e6)).toBeCloseTo(1, 2);
  });

  it("gains of the order 1/N where players mix at 0, and nothing where repair or none is dominant", () => {
    const mixing = repairModel({ lambda: 0.15 });
    const found = equilibrium(mixing);
    expect(found.atZero).toBeGreaterThan(0);
    expect(found.atZero).toBeLessThan(1);
    const gain = (players: number): number => repairOneOfMany(mixing, found, players).gain;
    // Exactly: between repair and none at 0 the value is linear in the advantage, which is linear in 1/N.
    expect(gain(1000) / gain(10_000)).toBeCloseTo(10, 8);
    for (const lambda of [0.05, 9]) {
      const dominated = repairModel({ lambda });
      expect(repairOneOfMany(dominated, equilibrium(dominated), 5).gain).toBe(0);
    }
  });

  it("is what grids come to, at their order 1/n", () => {
    const errors = [101, 401].map((n) => {
      const grid = malware(n);
      const policy = thresholdPolicy(grid, Math.floor(0.5 * (n - 1)) + 1);
      const field = fieldOf(grid, policy);
      const mean = field.reduce((sum, p, x) => sum + p * grid.positions[x], 0);
      const ours = repairOneOfMany(model, { length: Math.LN2, atZero: 0, mean }, 4);
      const theirs = oneOfMany(grid, policy, field)?.(4);
      return { performance: (theirs?.performance ?? 0) - ours.performance, gain: (theirs?.gain ?? 0) - ours.gain };
    });
    expect(Math.abs(errors[1].performance)).toBeLessThan(0.003);
    expect(errors[0].performance / errors[1].performance).toBeCloseTo(4, 0);
    expect(Math.abs(errors[1].gain)).toBeLessThan(0.001);
    expect(errors[0].gain / errors[1].gain).toBeCloseTo(4, 0);
  });

  it("counts its own state in the mean it pays for: by hand for one who never repairs", () => {
    const never = { length: Infinity, atZero: 0, mean: 0.4 };
    const { discount: gamma, k } = model;
    // 1 − X_t is a product of t + 1 uniform numbers: E X_t = 1 − 2^{−t−1}, E X_t² = 1 − 2·2^{−t−1} + 3^{−t−1}.
    const sum = (rate: number): number => rate / (1 - gamma * rate);
    const [one, half, third] = [sum(1), sum(0.5), sum(1 / 3)];
    for (const players of [2, 7]) {
      const c = k + (0.4 * (players - 1)) / players;
      const cost = c * (one - half) + (one - 2 * half + third) / players;
      expect(repairOneOfMany(model, never, players).performance).toBeCloseTo(-cost, 12);
    }
  });
});
