import { describe, expect, it } from "vitest";
import { dormandPrince5 } from "./dormand-prince-5.ts";
import { dormandPrince8 } from "./dormand-prince-8.ts";
import type { EmbeddedPair, RightHandSide } from "./embedded-runge-kutta.ts";
import { createStepper, evaluateDense } from "./embedded-runge-kutta.ts";

/** A rooted tree by its branches, with its order, its density gamma and its stage weights Phi for one tableau. */
interface Tree {
  readonly order: number;
  readonly density: number;
  readonly stageWeights: readonly number[];
}

/**
 * All rooted trees up to an order, weighed by a tableau.
 *
 * Butcher: a method has order p exactly if sum_i b_i Phi_i(tree) = 1 / gamma(tree) for all trees of at most p nodes
 * (Hairer, Norsett & Wanner I, II.2). Phi_i is the product over branches of sum_j a_ij Phi_j(branch).
 */
function rootedTrees(largest: number, pair: EmbeddedPair): Tree[] {
  const apply = (weights: readonly number[]): number[] =>
    pair.stages.map((row) => row.reduce((sum, a, j) => sum + a * weights[j], 0));
  const trees: (Tree & { readonly grown: readonly number[] })[] = [];
  const plant = (
    first: number,
    left: number,
    order: number,
    density: number,
    stageWeights: readonly number[],
  ): void => {
    if (left === 0) {
      const whole = { order, density: order * density, stageWeights };
      pending.push({ ...whole, grown: apply(stageWeights) });
      return;
    }
    // Branches in non-decreasing position, so that every set of branches comes once.
    for (let b = first; b < trees.length; b++) {
      const branch = trees[b];
      if (branch.order > left) continue;
      const weights = stageWeights.map((weight, i) => weight * branch.grown[i]);
      plant(b, left - branch.order, order, density * branch.density, weights);
    }
  };
  let pending: typeof trees = [];
  for (let order = 1; order <= largest; order++) {
    pending = [];
    plant(
      0,
      order - 1,
      order,
      1,
      pair.stages.map(() => 1),
    );
    trees.push(...pending);
  }
  return trees;
}

function dot(weights: readonly number[], values: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * values[i], 0);
}

/** The value at theta of the continuous extension of a step of size 1 from 0 whose stage slopes are `slopes`. */
function denseValue(pair: EmbeddedPair, slopes: readonly number[], theta: number): number {
  const difference = dot(pair.stages[pair.last], slopes);
  const bend = slopes[0] - difference;
  const coefficients = [difference, bend, difference - slopes[pair.last] - bend];
  for (const row of pair.dense) coefficients.push(dot(row, slopes));
  const out = new Float64Array(1);
  evaluateDense(new Float64Array(1), 0, Float64Array.from(coefficients), 0, coefficients.length, theta, out);
  return out[0];
}

const cases = [
  { name: "Dormand-Prince 5(4)", pair: dormandPrince5, order: 5, dense: 4, errors: [4], counts: 17 },
  { name: "Dormand-Prince 8(5,3)", pair: dormandPrince8, order: 8, dense: 7, errors: [5, 3], counts: 200 },
] as const;

describe.each(cases)("$name", ({ pair, order, dense, errors, counts }) => {
  const trees = rootedTrees(order + 1, pair);
  // Entries of the larger tableau reach 40 and cancel; what is left is rounding of that size.
  const rounding = 1e-13;

  it("has rows that sum to its nodes", () => {
    for (const [i, row] of pair.stages.entries()) {
      const sum = row.reduce((total, a) => total + a, 0);
      expect(Math.abs(sum - pair.nodes[i])).toBeLessThan(2e-14);
    }
  });

  it("meets every order condition up to its order and not the next", () => {
    const weights = pair.stages[pair.last];
    const upTo = trees.filter((tree) => tree.order <= order);
    expect(upTo).toHaveLength(counts);
    for (const tree of upTo) {
      expect(Math.abs(dot(weights, tree.stageWeights) - 1 / tree.density)).toBeLessThan(rounding);
    }
    const next = trees.filter((tree) => tree.order === order + 1);
    const worst = Math.max(...next.map((tree) => Math.abs(dot(weights, tree.stageWeights) - 1 / tree.density)));
    expect(worst).toBeGreaterThan(1e-6);
  });

  it("has error estimators that vanish up to their order and not at the next", () => {
    for (const [e, errorOrder] of errors.entries()) {
      const row = pair.errors[e];
      const sizes = [0, 0];
      for (const tree of trees) {
        if (tree.order > errorOrder + 1) continue;
        const at = tree.order <= errorOrder ? 0 : 1;
        sizes[at] = Math.max(sizes[at], Math.abs(dot(row, tree.stageWeights)));
      }
      expect(sizes[0]).toBeLessThan(rounding);
      expect(sizes[1]).toBeGreaterThan(1e-6);
    }
  });

  it("has a continuous extension of one order less everywhere in the step", () => {
    for (const theta of [0.1, 0.25, 0.5, 0.7, 0.95]) {
      const sizes = [0, 0];
      for (const tree of trees) {
        if (tree.order > dense + 1) continue;
        const defect = denseValue(pair, tree.stageWeights, theta) - theta ** tree.order / tree.density;
        const at = tree.order <= dense ? 0 : 1;
        sizes[at] = Math.max(sizes[at], Math.abs(defect));
      }
      // Its coefficients reach 500.
      expect(sizes[0]).toBeLessThan(1e-12);
      expect(sizes[1]).toBeGreaterThan(1e-7);
    }
  });

  it("shows these orders on an oscillator: step error h^(p+1), extension error h^(p)", () => {
    const oscillator: RightHandSide = (_, y, dy) => {
      dy[0] = y[1];
      dy[1] = -y[0];
    };
    const exact = (t: number) => [Math.cos(t), -Math.sin(t)];
    // Single components of the error pass through zero; its length does not.
    const length = (x: Float64Array, y: readonly number[]) => Math.hypot(x[0] - y[0], x[1] - y[1]);
    const measure = (h: number) => {
      const stepper = createStepper(pair, oscillator, 2);
      stepper.y.set(exact(0));
      stepper.evaluate(0, stepper.y, stepper.slope);
      stepper.attempt(0, h, 0, 1);
      const coefficients = new Float64Array(2 * stepper.denseCount);
      expect(stepper.writeDense(0, h, coefficients, 0)).toBe(true);
      let between = 0;
      const out = new Float64Array(2);
      for (let q = 1; q < 32; q++) {
        evaluateDense(stepper.y, 0, coefficients, 0, stepper.denseCount, q / 32, out);
        between = Math.max(between, length(out, exact((q * h) / 32)));
      }
      return { end: length(stepper.yNew, exact(h)), between };
    };
    const coarse = measure(order === 8 ? 0.8 : 0.1);
    const fine = measure(order === 8 ? 0.4 : 0.05);
    // Measured 9.04 and 8.04 (order 8), 6.00 and 5.01 (order 5).
    expect(Math.abs(Math.log2(coarse.end / fine.end) - (order + 1))).toBeLessThan(0.1);
    expect(Math.abs(Math.log2(coarse.between / fine.between) - (dense + 1))).toBeLessThan(0.1);
  });

  it("joins steps with equal values and slopes", () => {
    const slopes = trees.map((tree) => tree.stageWeights).at(-1) ?? [];
    const value = dot(pair.stages[pair.last], slopes);
    expect(denseValue(pair, slopes, 0)).toBe(0);
    expect(denseValue(pair, slopes, 1)).toBe(value);
    const delta = 1e-6;
    // A one-sided difference sees the slope to delta times the second derivative.
    expect(Math.abs(denseValue(pair, slopes, delta) / delta - slopes[0])).toBeLessThan(1e-3);
    expect(Math.abs((value - denseValue(pair, slopes, 1 - delta)) / delta - slopes[pair.last])).toBeLessThan(1e-3);
  });
});

describe("attempt", () => {
  it("reports values that are not finite, and calls an overflowing estimate merely too large", () => {
    const grow = createStepper(
      dormandPrince8,
      (_, y, dy) => {
        dy[0] = y[0] * y[0];
      },
      1,
    );
    grow.y[0] = 1e100;
    grow.evaluate(0, grow.y, grow.slope);
    expect(grow.attempt(0, 1, 1e-6, 1e-6)).toBe(Number.NaN);
    const steep = createStepper(
      dormandPrince8,
      (t, _, dy) => {
        dy[0] = 1e250 * Math.sin(9 * t);
      },
      1,
    );
    steep.evaluate(0, steep.y, steep.slope);
    expect(steep.attempt(0, 1, 0, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(steep.evaluations()).toBe(13);
  });
});
