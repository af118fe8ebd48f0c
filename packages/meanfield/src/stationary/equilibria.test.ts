import { describe, expect, it } from "vitest";
import { deviation, fieldOf } from "./exploitability.ts";
import { finiteModel, meanPosition } from "./finite-model.ts";
import { probabilityGradients, simplexGap } from "./gradients.ts";
import { localPoints, restingPointFrom } from "./local-search.ts";
import type { LocalPoint } from "./local-search.ts";
import { parametrisedWorth, slopeOf } from "./parametrised.ts";
import { policyClass } from "./policy-class.ts";
import { productModel } from "./product.ts";
import { referenceAnswers } from "./reference-answers.ts";
import { misses, malware, purePolicies, randomGame, reference } from "./stationary.testing.ts";
import { searchThresholds } from "./threshold-equilibria.ts";
import type { ThresholdSearch } from "./threshold-equilibria.ts";
import { coordinateOf, thresholdOf, thresholdPolicy } from "./threshold-policies.ts";
import type { ThresholdModel } from "./threshold-policies.ts";

function search(model: ThresholdModel, interior = 0): ThresholdSearch {
  const steps = searchThresholds(model, interior);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

describe("equilibria of the malware game on a grid (SMFE)", () => {
  it.each([
    [11, "I"],
    [11, "S"],
    [101, "I"],
  ] as const)("n = %d, variant %s: one pure threshold, with the reference's numbers", (n, variant) => {
    const model = malware(n, variant);
    const { equilibria, fieldless } = search(model);
    expect(equilibria).toHaveLength(1);
    expect(fieldless).toEqual([]);
    const [{ c, policy, field, exploitability }] = equilibria;
    const id = `malware.grid.n${n}.${variant}.smfe`;
    expect(Number.isInteger(c)).toBe(true);
    expect(exploitability).toBe(0);
    expect(misses(thresholdOf(model, c), `${id}.threshold`)).toEqual([]);
    expect(misses(meanPosition(model, field), `${id}.mean_field`)).toEqual([]);
    const { own } = deviation(model, policy, field);
    expect(misses(own.J, `${id}.performance`)).toEqual([]);
    expect(misses(own.V[0], `${id}.value_at_zero`)).toEqual([]);
  });

  it("n = 101, variant S: none is pure; one mixes at state 48 and nobody gains more than rounding", () => {
    const model = malware(101, "S");
    const { equilibria, pure } = search(model, 1);
    expect(Math.min(...pure.map((one) => one.exploitability))).toBeGreaterThan(1e-6);
    expect(equilibria).toHaveLength(1);
    const [{ c, policy }] = equilibria;
    expect(Math.floor(c)).toBe(48);
    expect(c).not.toBe(48);
    const { exploitability, gains } = deviation(model, policy);
    expect(exploitability).toBeLessThan(1e-14);
    expect(Math.max(...gains)).toBeLessThan(1e-13);
    // The grid's threshold differs from the continuous game's by O(1/n).
    expect(Math.abs(thresholdOf(model, c) - 0.4851620216)).toBeLessThan(0.01);
  });

  it("come to the continuous game's with the grid, at the rate 1/n", () => {
    // The end point of a cell: the threshold of a grid may be anywhere within one step below that of the interval.
    for (const n of [26, 51, 101]) {
      const [{ c }] = search(malware(n)).equilibria;
      const gap = 0.4851620216364527 - thresholdOf(malware(n), c);
      expect(Math.abs(gap)).toBeLessThan(1.5 / (n - 1));
    }
  });
});

describe("several equilibria, or none in thresholds", () => {
  it("are best responses in every state, also in those that the initial law never sees", () => {
    // All start at 0 and stay there, where acting costs; elsewhere acting pays 1.
    const game = finiteModel({
      positions: [0, 1, 2],
      actionNames: ["wait", "act"],
      discount: 0.9,
      initial: [1, 0, 0],
      successors: (x) => [[x, 1]],
      reward: (x, a) => (x === 0 ? -a : a),
      threshold: { acts: "above", low: 0, high: 2, start: [0, 2], width: 0.1 },
    }) as ThresholdModel;
    expect(search(game).equilibria.map(({ c }) => c)).toEqual([1]);
  });

  it("are the same in any currency", () => {
    for (const unit of [1e-13, 1, 1e13]) {
      const game = productModel({
        d: 0.3 * unit,
        c: 0.2 * unit,
        lambda: 0.2 * unit,
        q: 4,
        s: 0.5,
        delta: 0.2,
        depreciation: "reset",
        normalised: false,
        gamma: 0.9,
      }) as ThresholdModel;
      expect(search(game).equilibria.map(({ c }) => c)).toEqual([8]);
    }
  });

  /** Adopters earn more the more others adopt: nobody, everybody, and an unstable mixture. */
  const adoption = finiteModel({
    positions: [0, 1],
    actionNames: ["leave", "adopt"],
    discount: 0.9,
    successors: (_x, a) =>
      a === 1
        ? [
            [1, 0.9],
            [0, 0.1],
          ]
        : [
            [0, 0.9],
            [1, 0.1],
          ],
    reward: (x, a, [mean]) => x * (mean - 0.5) - 0.01 * a,
    threshold: { acts: "above", low: -1, high: 2, start: [0, 1], width: 0.1 },
  }) as ThresholdModel;

  it("finds all of a coordination game, pure and mixed", () => {
    const { equilibria } = search(adoption, 3);
    const pure = equilibria.filter(({ c }) => Number.isInteger(c));
    expect(pure.map(({ c }) => c)).toEqual([0, 2]);
    for (const { exploitability } of equilibria) expect(exploitability).toBeLessThan(1e-13);
    // Against brute force over all pure policies.
    const stable = [...purePolicies(adoption)].filter((policy) => deviation(adoption, policy).exploitability < 1e-12);
    expect(stable.length).toBe(pure.length);
  });

  it("says so where no threshold is an equilibrium", () => {
    // The best response to being crowded is to act below, which threshold policies "above" cannot do.
    const contrary = finiteModel({
      positions: [0, 1, 2],
      actionNames: ["stay", "reset"],
      discount: 0.5,
      successors: (x, a) =>
        a === 1
          ? [
              [0, 0.5],
              [2, 0.5],
            ]
          : [
              [Math.min(2, x + 1), 0.5],
              [x, 0.5],
            ],
      reward: (x, a) => (x === 0 ? -1 + 2 * a : x - 3 * a),
      threshold: { acts: "above", low: -1, high: 3, start: [0, 2], width: 0.1 },
    }) as ThresholdModel;
    const { equilibria, pure } = search(contrary, 3);
    expect(equilibria).toEqual([]);
    expect(Math.min(...pure.map((one) => one.exploitability))).toBeGreaterThan(0.1);
    // The cooled fixed point assumes no shape and finds one.
    expect(referenceAnswers(contrary).equilibria).toHaveLength(1);
  });
});

describe("coordinates of threshold policies", () => {
  it("are read back, and name thresholds as the spec does", () => {
    const model = malware(11);
    for (const c of [0, 3, 4.25, 11]) expect(coordinateOf(model, thresholdPolicy(model, c))).toBeCloseTo(c, 14);
    expect(coordinateOf(model, new Float64Array(22).fill(0.5))).toBeUndefined();
    // "Repair iff i > 4" is θ = x₄; a state that mixes lies between its two neighbours.
    expect(thresholdOf(model, 5)).toBe(0.4);
    expect(thresholdOf(model, 5.5)).toBeCloseTo(0.45, 15);
    expect(thresholdOf(model, 11)).toBe(1);
    expect(thresholdOf(model, 0)).toBeCloseTo(-0.1, 15);
  });
});

describe("the social optimum (SMF-SO)", () => {
  it.each([
    [11, 2],
    [101, 21],
  ] as const)("n = %d: over thresholds and over all policies", (n, mixing) => {
    const model = malware(n);
    const id = `malware.grid.n${n}.I`;
    const { optimum, thresholds } = referenceAnswers(model);
    const best = thresholds.reduce((a, b) => (b.performance > a.performance ? b : a));
    expect(misses(thresholdOf(model, best.c), `${id}.so_threshold.threshold`)).toEqual([]);
    expect(misses(best.performance, `${id}.so_threshold.performance`)).toEqual([]);
    expect(misses(meanPosition(model, best.field), `${id}.so_threshold.mean_field`)).toEqual([]);
    expect(misses(optimum?.performance ?? 0, `${id}.so.performance`)).toEqual([]);
    expect(misses(optimum?.policy[2 * mixing + 1] ?? 0, `${id}.so.repair_probability`)).toEqual([]);
    const policy = optimum?.policy ?? new Float64Array(0);
    expect(simplexGap(model, policy, probabilityGradients(model, policy).total)).toBeLessThan(1e-14);
  });

  it("n = 11, variant S: pure at i > 1", () => {
    const { thresholds } = referenceAnswers(malware(11, "S"));
    const best = thresholds.reduce((a, b) => (b.performance > a.performance ? b : a));
    expect(misses(thresholdOf(malware(11, "S"), best.c), "malware.grid.n11.S.so_threshold.threshold")).toEqual([]);
    expect(misses(best.performance, "malware.grid.n11.S.so_threshold.performance")).toEqual([]);
  });

  it("is never worse than an equilibrium, and beats every pure policy of a small game", () => {
    for (const k of [0.05, 0.2, 0.5]) {
      for (const lambda of [0.2, 0.5, 1]) {
        const { equilibria, optimum } = referenceAnswers(malware(11, "I", { k, lambda }));
        expect(equilibria.length).toBeGreaterThan(0);
        for (const { performance } of equilibria)
          expect(optimum?.performance).toBeGreaterThanOrEqual(performance - 1e-12);
      }
    }
    const small = randomGame(9, 4, 2, "law");
    const { optimum } = referenceAnswers(small);
    for (const policy of purePolicies(small)) {
      const { own } = deviation(small, policy, fieldOf(small, policy));
      expect(optimum?.performance).toBeGreaterThanOrEqual(own.J - 1e-12);
    }
  });
});

describe("local equilibria and optima of the smooth threshold (LSMFE, LSMF-SO)", () => {
  it.each([
    [11, 0.05],
    [11, 0.1],
    [101, 0.05],
  ])("n = %d, τ = %d: the reference's", (n, tau) => {
    const model = malware(n);
    const family = policyClass(model, "smooth-threshold", tau);
    for (const [concept, name] of [
      ["nash", "lsmfe"],
      ["planner", "lsmfso"],
    ] as const) {
      const slope = slopeOf(model, family, tau, concept);
      const steps = localPoints(slope, 0, 1, n > 50 ? 10 : 40);
      let next = steps.next();
      while (next.done !== true) next = steps.next();
      const point = restingPointFrom(slope, next.value, 0.5) as LocalPoint;
      const id = `malware.smooth.n${n}.tau${tau}.${name}`;
      expect(misses(point.theta, `${id}.threshold`)).toEqual([]);
      expect(Math.abs(slope(point.theta))).toBeLessThan(1e-12);
      const { performance, mean } = parametrisedWorth(model, family, tau, Float64Array.of(point.theta));
      expect(misses(performance, `${id}.performance`)).toEqual([]);
      expect(misses(mean, `${id}.mean_field`)).toEqual([]);
    }
  });

  it("reads references that are there", () => {
    expect(() => reference("malware.none")).toThrow("no record");
  });
});
