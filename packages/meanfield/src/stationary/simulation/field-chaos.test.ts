import { describe, expect, it } from "vitest";
import { InputError, RefusalError } from "../../core/index.ts";
import type { ChaosSettings, RateColumn, RateTable } from "../../core/index.ts";
import { beachBar } from "../beach-bar.ts";
import { fieldOf } from "../exploitability.ts";
import type { StationaryModel } from "../model.ts";
import { productModel } from "../product.ts";
import { referenceAnswers } from "../reference-answers.ts";
import { repairModel } from "../repair/repair.testing.ts";
import { malware } from "../stationary.testing.ts";
import { chaosStationary } from "./field-chaos.ts";

const continuous = repairModel({});
const eleven = malware(11);
const product = productModel({
  d: 0.3,
  c: 0.2,
  lambda: 0.2,
  q: 4,
  s: 0.5,
  delta: 0.2,
  depreciation: "reset",
  normalised: false,
  gamma: 0.9,
});

function chaos(model: StationaryModel, settings: Partial<ChaosSettings> = {}): RateTable {
  const run = chaosStationary(model, { players: [100, 1000, 10_000], repeats: 60, steps: 60, seed: 3, ...settings });
  let next = run.next();
  while (next.done !== true) next = run.next();
  return next.value;
}

function column({ columns }: RateTable, name: string): RateColumn {
  const found = columns.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

const names = ({ columns }: RateTable): string[] => columns.map(({ name }) => name);

describe("the law of large numbers (item 5.1)", () => {
  it.each([
    ["continuous", continuous],
    ["eleven states", eleven],
    ["coupled moves", product],
    ["players who mix at 0", repairModel({ lambda: 0.15 })],
  ])("holds at the rate N^{−1/2}: %s", (_, model) => {
    const rates = chaos(model);
    for (const name of ["mean_field_error", "law_error"]) {
      const { slope, theory, standardError } = column(rates, name);
      expect(theory).toBe(-0.5);
      expect(Math.abs((slope?.slope ?? 0) + 0.5)).toBeLessThan(0.1);
      expect(standardError?.length).toBe(3);
    }
  });

  it("has the constant of the central limit theorem", () => {
    for (const model of [continuous, repairModel({ lambda: 0.15 }), eleven]) {
      const rates = chaos(model, { players: [400], repeats: 400 });
      const { value, standardError = [] } = column(rates, "mean_field_error");
      const [deviation] = column(rates, "mean_field_deviation").value;
      // E|ξ| = √(2/π) for a normal variable; among 400 the mean is one up to 1/400 of that.
      const exact = Math.sqrt(2 / Math.PI) * deviation;
      expect(Math.abs(value[0] - exact)).toBeLessThan(4 * standardError[0] + exact / 400);
    }
  });

  it("has the mean deviations of binomial variables where players are independent", () => {
    const rates = chaos(eleven, { players: [50], repeats: 2000 });
    const [{ policy }] = referenceAnswers(eleven).equilibria;
    const exact = fieldOf(eleven, policy).reduce((sum, p) => sum + binomialDeviation(50, p) / 50, 0);
    const { value, standardError = [] } = column(rates, "law_error");
    expect(Math.abs(value[0] - exact)).toBeLessThan(4 * standardError[0]);
  });
});

describe("what one of many counts", () => {
  it("vanishes as 1/N, and the gain of a deviation as 1/N² at a threshold (item 5.2)", () => {
    const rates = chaos(continuous, { repeats: 0 });
    expect(names(rates)).toEqual(["mean_field_deviation", "performance_gap", "deviation_gain"]);
    expect(column(rates, "mean_field_deviation").slope?.slope).toBeCloseTo(-0.5, 12);
    expect(column(rates, "performance_gap").slope?.slope).toBeCloseTo(-1, 6);
    const { slope, theory, value } = column(rates, "deviation_gain");
    expect(theory).toBe(-2);
    expect(slope?.slope).toBeCloseTo(-2, 2);
    expect(value[2]).toBeLessThan(1e-8);
  });

  it("vanishes as 1/N where players mix, and altogether at a pure equilibrium on finitely many states", () => {
    for (const model of [malware(101, "S"), repairModel({ lambda: 0.15 })]) {
      const mixed = column(chaos(model, { repeats: 0 }), "deviation_gain");
      expect(mixed.theory).toBe(-1);
      expect(mixed.slope?.slope).toBeCloseTo(-1, 6);
    }
    const pure = column(chaos(eleven, { players: [2, 100, 1000], repeats: 0 }), "deviation_gain");
    expect(pure.value[0]).toBeGreaterThan(0.05);
    expect(pure.value.slice(1)).toEqual([0, 0]);
    expect(pure.theory).toBeUndefined();
  });

  it("is left out where moves are coupled, and where rewards are not affine in the field", () => {
    expect(names(chaos(product, { players: [20], repeats: 2 }))).toEqual(["mean_field_error", "law_error"]);
    expect(() => chaos(product, { repeats: 0 })).toThrow(RefusalError);
    const beach = { n: 5, distance: 1, move: 0.1, kappa: 1, noise: 0.1, floor: 0.01, gamma: 0.9 };
    const exact = (aversion: "log" | "linear") => names(chaos(beachBar({ ...beach, aversion }), { repeats: 0 }));
    expect(exact("log")).toEqual(["mean_field_deviation"]);
    expect(exact("linear")).toEqual(["mean_field_deviation", "performance_gap", "deviation_gain"]);
  });
});

describe("what was asked", () => {
  it("has random numbers of its own for every number of players", () => {
    for (const model of [continuous, eleven, product]) {
      const settings = { repeats: 5, steps: 20 };
      const both = column(chaos(model, { ...settings, players: [30, 60] }), "law_error").value;
      expect(column(chaos(model, { ...settings, players: [60] }), "law_error").value).toEqual([both[1]]);
      expect(column(chaos(model, { ...settings, players: [30, 60], seed: 4 }), "law_error").value).not.toEqual(both);
    }
  });

  it("stops when it is told to, with the numbers of players done", () => {
    const controller = new AbortController();
    const settings = { players: [10, 100_000], repeats: 50, steps: 50, seed: 0, signal: controller.signal };
    const run = chaosStationary(eleven, settings);
    let next = run.next();
    while (next.done !== true) {
      if (next.value > 0.001) controller.abort();
      next = run.next();
    }
    expect(next.value.players).toEqual([10]);
    for (const { value } of next.value.columns) expect(value).toHaveLength(1);
  });

  it("is refused where it makes no sense", () => {
    for (const wrong of [{ players: [1, 2] }, { players: [20, 10] }, { repeats: -1 }, { steps: 0 }, { seed: 0.5 }])
      expect(() => chaos(eleven, wrong)).toThrow(InputError);
  });
});

/** E|B − np| of a binomial variable, by summing over its law. */
function binomialDeviation(n: number, p: number): number {
  let probability = (1 - p) ** n;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += probability * Math.abs(k - n * p);
    probability *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return sum;
}
