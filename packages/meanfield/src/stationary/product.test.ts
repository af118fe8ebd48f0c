import { describe, expect, it } from "vitest";
import { once } from "../core/index.ts";
import { meanWithError } from "../numeric/statistics.ts";
import { pure } from "./best-response.ts";
import { evaluate } from "./evaluation.ts";
import { deviation } from "./exploitability.ts";
import { featuresAt, meanPosition } from "./finite-model.ts";
import { misses, parametersOf } from "./stationary.testing.ts";
import { parameterGradients } from "./gradients.ts";
import { localPoints, restingPointFrom } from "./local-search.ts";
import type { LocalPoint } from "./local-search.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { policyClass } from "./policy-class.ts";
import { fastMoves, productModel, slowMoves } from "./product.ts";
import type { Product } from "./product.ts";
import { environmentOf } from "./simulation/environment-of.ts";
import { stationaryFields } from "./stationary-field.ts";
import { tablesAt } from "./tables.ts";
import { searchThresholds } from "./threshold-equilibria.ts";
import type { ThresholdSearch } from "./threshold-equilibria.ts";
import { hasThresholds, thresholdPolicy } from "./threshold-policies.ts";
import type { ThresholdModel } from "./threshold-policies.ts";

const id = (name: string): string => `product-investment.${name}`;

function setOf(name: string, change: Partial<Product> = {}): ThresholdModel {
  const model = productModel({ ...(parametersOf(name) as unknown as Product), ...change });
  if (!hasThresholds(model)) throw new Error("the game has thresholds");
  return model;
}

function finish<T>(steps: Iterator<unknown, T, void>): T {
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

const searchOf = (model: ThresholdModel): ThresholdSearch => finish(searchThresholds(model, 1));

/** Zeros of a derivative on Θ = [−2, 12], by a scan in steps of 0.2. */
const zerosOf = (derivative: (theta: number) => number): LocalPoint[] => finish(localPoints(derivative, -2, 12, 70));

/** The derivative along the smooth threshold class. */
function slope(model: FiniteStationaryModel, which: "partial" | "total"): (theta: number) => number {
  const family = policyClass(model, "smooth-threshold");
  return (theta) => parameterGradients(model, family, Float64Array.of(theta))[which][0];
}

describe("moves of a product", () => {
  // ω in the middles of 5040 equal cells: every bound of ⌊ω(10 − x)/2⌋ falls between cells, so that counting is exact.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])("halve improvements from quality %i in a rich market", (x) => {
    const counted = new Float64Array(10);
    for (let i = 0; i < 5040; i++) counted[x + Math.floor((((i + 0.5) / 5040) * (10 - x)) / 2)] += 1 / 5040;
    const law = new Float64Array(10);
    for (const [y, p] of slowMoves(x)) law[y] += p;
    counted.forEach((p, y) => expect(law[y]).toBeCloseTo(p, 12));
  });

  it("reach every better quality alike in a poor one", () => {
    expect(fastMoves(7)).toEqual([7, 8, 9].map((y) => [y, 1 / 3]));
    expect(fastMoves(9)).toEqual([[9, 1]]);
  });

  it.each(["reset", "step"] as const)("wear by %s after the move, whatever the action", (depreciation) => {
    const model = setOf("PA", { depreciation });
    const P = new Float64Array(200);
    model.transition(Float64Array.of(4), P);
    const at = (x: number, a: number, y: number): number => P[(x * 2 + a) * 10 + y];
    const worn = depreciation === "reset" ? 0 : 4;
    expect(at(5, 0, 5)).toBeCloseTo(0.8, 15);
    expect(at(5, 0, worn)).toBeCloseTo(0.2, 15);
    // At ⟨z⟩ = q both laws weigh the same: from 8, fast {8, 9} and slow {8}.
    expect(at(8, 1, 9)).toBeCloseTo(0.8 * 0.25, 15);
    expect(at(8, 1, depreciation === "reset" ? 0 : 7)).toBeCloseTo(0.2 * (depreciation === "reset" ? 1 : 0.75), 15);
  });

  it("have the slopes that differences give", () => {
    const model = setOf("PB");
    const h = 1e-3;
    for (const m of [3.2, 4, 5.1]) {
      const slopes = new Float64Array(200);
      model.transitionSlope(Float64Array.of(m), 0, slopes);
      const difference = new Float64Array(200);
      const table = new Float64Array(200);
      for (const [k, weight] of [
        [-2, 1],
        [-1, -8],
        [1, 8],
        [2, -1],
      ]) {
        model.transition(Float64Array.of(m + k * h), table);
        table.forEach((p, i) => (difference[i] += (weight * p) / (12 * h)));
      }
      // The fifth derivative of σ(·/0.5) is below 60: an error of h⁴/30 of it, and rounding ε/h.
      slopes.forEach((value, i) => expect(Math.abs(value - difference[i])).toBeLessThan(1e-11));
    }
  });
});

describe("product investments, set A", () => {
  const model = setOf("PA");
  const search = once(() => searchOf(model));

  it("has one threshold equilibrium, pure, with the law and the values of the reference", () => {
    const { equilibria } = search();
    expect(equilibria.map(({ c }) => c)).toEqual([8]);
    const { field, own, best } = deviation(model, equilibria[0].policy);
    expect(misses(meanPosition(model, field), id("A.smfe.mean_field"))).toEqual([]);
    expect(misses(field, id("A.smfe.law"))).toEqual([]);
    expect(misses(own.V, id("A.smfe.value"))).toEqual([]);
    expect(misses(own.J, id("A.smfe.performance"))).toEqual([]);
    const advantage = Float64Array.from({ length: 10 }, (_, x) => best.Q[2 * x + 1] - best.Q[2 * x]);
    expect(misses(advantage, id("A.smfe.advantage"))).toEqual([]);
  });

  it("is answered by no pure policy better than the equilibrium, all 1024 tried", () => {
    const policy = thresholdPolicy(model, 8);
    const { field, own } = deviation(model, policy);
    const tables = tablesAt(model, featuresAt(model, field));
    let most = -Infinity;
    for (let code = 0; code < 1024; code++) {
      const choice = Int32Array.from({ length: 10 }, (_, x) => (code >> x) & 1);
      most = Math.max(most, evaluate(model, tables, pure(choice, 2)).J);
    }
    expect(most - own.J).toBeLessThan(1e-13);
    // The enumeration sees gains where there are some: against threshold 3 the best of all gains E(π).
    const three = deviation(model, thresholdPolicy(model, 3));
    const there = tablesAt(model, featuresAt(model, three.field));
    let best = -Infinity;
    for (let code = 0; code < 1024; code++) {
      const choice = Int32Array.from({ length: 10 }, (_, x) => (code >> x) & 1);
      best = Math.max(best, evaluate(model, there, pure(choice, 2)).J);
    }
    expect(best - three.own.J).toBeCloseTo(three.exploitability, 11);
    expect(three.exploitability).toBeGreaterThan(2.7);
  });

  it.each([1, 2, 3, 4, 9])("has what everybody gets who invests below %i", (k) => {
    const { field, own } = deviation(model, thresholdPolicy(model, k));
    expect(misses(meanPosition(model, field), id(`A.threshold.${k}.mean_field`))).toEqual([]);
    expect(misses(own.J, id(`A.threshold.${k}.performance`))).toEqual([]);
  });

  it("has its best interior pure threshold at 3", () => {
    const { pure: pures } = search();
    const interior = pures.filter(({ c }) => c > 0);
    expect(interior.reduce((a, b) => (b.performance > a.performance ? b : a)).c).toBe(3);
  });

  it("has a degenerate optimum: the field stranded at quality 0, the start anywhere", () => {
    let most = -Infinity;
    for (let k = 1; k <= 10; k++) {
      const policy = thresholdPolicy(model, k);
      policy[0] = 1;
      policy[1] = 0;
      const { field, own } = deviation(model, policy);
      expect(field[0]).toBe(1);
      most = Math.max(most, own.J);
    }
    expect(misses(most, id("A.stranded.performance"))).toEqual([]);
  });

  it("has one local equilibrium in the smooth threshold class", () => {
    const found = zerosOf(slope(model, "partial"));
    expect(found.map(({ kind, boundary }) => [kind, boundary])).toEqual([["rest", false]]);
    const [{ theta }] = found;
    const at = parameterGradients(model, policyClass(model, "smooth-threshold"), Float64Array.of(theta));
    expect(misses(theta, id("A.lsmfe.threshold"))).toEqual([]);
    expect(misses(meanPosition(model, at.field), id("A.lsmfe.mean_field"))).toEqual([]);
    expect(misses(at.J, id("A.lsmfe.performance"))).toEqual([]);
  });

  it("has two local optima there, and starts in [1, 5] lead to the one inside", () => {
    const total = slope(model, "total");
    const found = zerosOf(total);
    expect(found.map(({ kind, boundary }) => [kind, boundary])).toEqual([
      ["rest", true],
      ["leave", false],
      ["rest", false],
    ]);
    expect(found[0].theta).toBe(-2);
    const [low, high] = model.threshold.start;
    for (let start = low; start <= high; start += 0.5) {
      const theta = restingPointFrom(total, found, start)?.theta ?? Number.NaN;
      expect(misses(theta, id("A.lsmf-so.threshold"))).toEqual([]);
    }
    // The other lies toward −∞: the slope stays negative there, and society gets more than inside.
    for (const theta of [-1, -1.5, -2, -3, -5]) expect(total(theta)).toBeLessThan(0);
    const at = parameterGradients(model, policyClass(model, "smooth-threshold"), Float64Array.of(found[2].theta));
    expect(misses(meanPosition(model, at.field), id("A.lsmf-so.mean_field"))).toEqual([]);
    expect(misses(at.J, id("A.lsmf-so.performance"))).toEqual([]);
    expect(parameterGradients(model, policyClass(model, "smooth-threshold"), Float64Array.of(-2)).J).toBeGreaterThan(
      at.J,
    );
  });

  it.each([3, 6, 8])("has the gradients of the reference at θ = %i", (theta) => {
    expect(misses(slope(model, "partial")(theta), id(`A.gradient_partial.${theta}`))).toEqual([]);
    expect(misses(slope(model, "total")(theta), id(`A.gradient_total.${theta}`))).toEqual([]);
  });

  it("losing one quality at a time, has the equilibria of the reference", () => {
    const step = setOf("PA.step");
    const { equilibria } = searchOf(step);
    expect(equilibria.map(({ c }) => c)).toEqual([8]);
    const { field, own, best } = deviation(step, equilibria[0].policy);
    expect(misses(meanPosition(step, field), id("A.step.smfe.mean_field"))).toEqual([]);
    expect(misses(field, id("A.step.smfe.law"))).toEqual([]);
    expect(misses(own.V, id("A.step.smfe.value"))).toEqual([]);
    expect(misses(own.J, id("A.step.smfe.performance"))).toEqual([]);
    const advantage = Float64Array.from({ length: 10 }, (_, x) => best.Q[2 * x + 1] - best.Q[2 * x]);
    expect(misses(advantage, id("A.step.smfe.advantage"))).toEqual([]);
    const [local, ...more] = zerosOf(slope(step, "partial"));
    expect(more).toEqual([]);
    expect(misses(local.theta, id("A.step.lsmfe.threshold"))).toEqual([]);
    const smooth = parameterGradients(step, policyClass(step, "smooth-threshold"), Float64Array.of(local.theta));
    expect(misses(smooth.J, id("A.step.lsmfe.performance"))).toEqual([]);
  });
});

describe("product investments, set B", () => {
  it("has one threshold equilibrium, which mixes at quality 4", () => {
    const model = setOf("PB");
    const { equilibria, pure: pures } = searchOf(model);
    expect(equilibria.length).toBe(1);
    const [{ c, policy, field }] = equilibria;
    expect(Math.floor(c)).toBe(4);
    expect(misses(c - 4, id("B.smfe.probability"))).toEqual([]);
    expect(misses(meanPosition(model, field), id("B.smfe.mean_field"))).toEqual([]);
    expect(misses(deviation(model, policy).own.J, id("B.smfe.performance"))).toEqual([]);
    // Every pure one can be exploited, the nearest by 0.0025.
    expect(Math.min(...pures.map(({ exploitability }) => exploitability))).toBeGreaterThan(2e-3);
  });

  it("losing one quality at a time, has a pure one below 6", () => {
    const model = setOf("PB.step");
    const { equilibria } = searchOf(model);
    expect(equilibria.map(({ c }) => c)).toEqual([6]);
    expect(misses(meanPosition(model, equilibria[0].field), id("B.step.smfe.mean_field"))).toEqual([]);
    expect(misses(deviation(model, equilibria[0].policy).own.J, id("B.step.smfe.performance"))).toEqual([]);
  });
});

describe("product investments with a jump at q", () => {
  const model = setOf("PB.hard");

  it.each([1, 2, 3, 4])("has no stationary field where everybody invests below %i, and says why", (k) => {
    const { fields, remark } = stationaryFields(model, thresholdPolicy(model, k));
    expect(fields).toEqual([]);
    expect(remark).toBe("no stationary field exists: the population is pushed back across 4 from both sides");
  });

  it.each([5, 6, 7, 8, 9])("has one where everybody invests below %i", (k) => {
    const { fields } = stationaryFields(model, thresholdPolicy(model, k));
    expect(fields.length).toBe(1);
    expect(misses(meanPosition(model, fields[0]), id(`B.hard.${k}.mean_field`))).toEqual([]);
  });

  it("has no equilibrium among the thresholds of set B that have a field, and one in set A", () => {
    const found = searchOf(model);
    expect(found.fieldless.map(({ c }) => c)).toEqual([1, 2, 3, 4]);
    expect(found.equilibria).toEqual([]);
    const A = setOf("PA.hard");
    const { equilibria } = searchOf(A);
    expect(equilibria.map(({ c }) => c)).toEqual([8]);
    expect(misses(meanPosition(A, equilibria[0].field), id("A.hard.smfe.mean_field"))).toEqual([]);
    expect(misses(deviation(A, equilibria[0].policy).own.J, id("A.hard.smfe.performance"))).toEqual([]);
  });
});

describe("product investments, simulated", () => {
  it("pays players who meet the equilibrium's field what the linear solve says, within 4 standard errors", () => {
    const model = setOf("PA");
    const probabilities = thresholdPolicy(model, 8);
    const { field, own } = deviation(model, probabilities);
    const returns = environmentOf(model).returns(
      { kind: "table", probabilities },
      field,
      { count: 20_000, horizon: 300 },
      { seed: 1, stream: 0 },
    );
    // What comes after 300 steps weighs 0.9³⁰⁰ < 1e-13.
    const { mean, standardError } = meanWithError(returns);
    expect(standardError).toBeLessThan(0.04);
    expect(Math.abs(mean - own.J)).toBeLessThan(4 * standardError);
  });

  it("settles a large population at the stationary field", () => {
    const model = setOf("PA");
    const probabilities = thresholdPolicy(model, 8);
    const settled = environmentOf(model).population(
      { kind: "table", probabilities },
      { players: 20_000, steps: 100, repeats: 5 },
      { seed: 2, stream: 0 },
    );
    // Shares of 100 000 players, who are almost independent: 4 standard errors of at most 0.5/√100000 each.
    deviation(model, probabilities).field.forEach((p, x) =>
      expect(Math.abs(settled[x] - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 100_000) + 1e-6),
    );
  });
});
