import { describe, expect, it } from "vitest";
import { averages, estimate } from "../../core/estimate.ts";
import { InputError, meanFieldEquilibrium, RefusalError } from "../../core/index.ts";
import type { Estimate, Simulation, SimulationSettings } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { averageOver, policyKernel } from "../evaluation.ts";
import { deviation, fieldOf } from "../exploitability.ts";
import { featuresAt, finiteModel } from "../finite-model.ts";
import type { FiniteStationaryModel, StationaryModel } from "../model.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import { productModel } from "../product.ts";
import type { Product } from "../product.ts";
import { equilibrium, socialOptimum } from "../repair/closed-form.ts";
import { repairOneOfMany } from "../repair/one-of-many.ts";
import { repairModel } from "../repair/repair.testing.ts";
import { malware, randomGame, randomPolicy } from "../stationary.testing.ts";
import { tablesAt } from "../tables.ts";
import type { ThresholdModel } from "../threshold-policies.ts";
import { thresholdPolicy } from "../threshold-policies.ts";
import { oneOfMany } from "./one-of-many.ts";
import { plainStrategies } from "./plain-strategies.ts";
import { crowdOf, simulateStationary } from "./play.ts";

const product: Product = {
  d: 0.3,
  c: 0.2,
  lambda: 0.2,
  q: 4,
  s: 0.5,
  delta: 0.2,
  depreciation: "reset",
  normalised: false,
  gamma: 0.9,
};
const continuous = repairModel({});
const eleven = malware(11);

const table = (probabilities: Float64Array): PlayedPolicy => ({ kind: "table", probabilities });
const cut = (model: StationaryModel, c: number): PlayedPolicy => table(thresholdPolicy(model as ThresholdModel, c));
const hard = (threshold: number, width = 0): PlayedPolicy => ({ kind: "threshold", threshold, width });

function candidate(model: StationaryModel, policy: PlayedPolicy): StationaryCandidate {
  return { model, question: meanFieldEquilibrium, policy, field: new Float64Array(0), others: [] };
}

function play(model: StationaryModel, policy: PlayedPolicy, settings: Partial<SimulationSettings>): Simulation {
  const run = simulateStationary(
    model,
    candidate(model, policy),
    {},
    {
      players: 10,
      paths: 20,
      steps: 40,
      seed: 1,
      ...settings,
    },
  );
  let next = run.next();
  while (next.done !== true) next = run.next();
  return next.value;
}

/** The distance of an estimate to a value, in what is allowed: four standard errors, and what it may be off by. */
function distance({ mean, standardError }: Estimate, value = Number.NaN, allowance = 0): number {
  return Math.abs(mean - value) / (4 * standardError + allowance);
}

describe("the game of N players", () => {
  it.each([
    ["dense", randomGame(3, 3, 2, "law"), 6000],
    ["imitating", imitation(), 20_000],
  ])("is the one whose law is on all pairs of states, for two players: %s moves", (_, model, paths) => {
    const policy = randomPolicy(3, model);
    const { initial, states } = model;
    const { scalars, series } = play(model, table(policy), { players: 2, paths, steps: 12 });
    const { returns, means } = pairOf(model, policy, policy, independent(initial, initial), 12);
    expect(distance(scalars["performance"], (returns[0] + returns[1]) / 2)).toBeLessThan(1);
    const path = series["mean_field_path"];
    // Thirteen numbers, so five standard errors.
    path.mean.forEach((mean, t) => expect(Math.abs(mean - means[t])).toBeLessThan(5 * path.standardError[t]));
    // The newcomer meets the other one where it is after half of the steps, and moves it.
    const { law } = pairOf(model, policy, policy, independent(initial, initial), 6);
    const other = initial.map((_, y) => initial.reduce((sum, __, x) => sum + law[states * x + y], 0));
    const keeping = pairOf(model, policy, policy, independent(initial, other), 6).returns[0];
    const best = deviation(model, policy).best.policy;
    const deviating = pairOf(model, best, policy, independent(initial, other), 6).returns[0];
    expect(distance(scalars["newcomer_performance"], keeping)).toBeLessThan(1);
    expect(distance(scalars["deviation_gain"], deviating - keeping)).toBeLessThan(1);
  });

  it("pays, among many, what infinitely many earn from ξ₀", () => {
    for (const [model, policy] of [
      [continuous, hard(0.4851620216)],
      [eleven, cut(eleven, 5)],
      [productModel(product), cut(productModel(product), 8)],
      [randomGame(4, 5, 3, "mean"), table(randomPolicy(4, randomGame(4, 5, 3, "mean")))],
    ] as const) {
      const { scalars, limits, cost } = play(model, policy, { players: 4000, paths: 30, steps: 60 });
      // What a player counts in the field itself: rewards that move by about 1 with the field, over 1/(1 − γ) steps.
      expect(distance(scalars["performance"], limits?.["performance"], 20 / 4000)).toBeLessThan(1);
      expect(cost.mean).toBe(-scalars["performance"].mean);
      expect(distance(scalars["mean_field"], limits?.["mean_field"], 0.01)).toBeLessThan(1);
    }
  });

  it("pays a newcomer J among many who have settled (item 5.3)", () => {
    for (const [model, policy, paths] of [
      [continuous, hard(0.4851620216), 1000],
      [continuous, hard(0.3, 0.1), 500],
      [eleven, cut(eleven, 5), 1000],
      [productModel(product), cut(productModel(product), 6), 100],
    ] as const) {
      const { scalars, limits } = play(model, policy, { players: 100, paths, steps: 150 });
      // It counts in the field itself, 0.012 with the malware game, and steps are left out.
      const allowance = 0.02 + scalars["newcomer_truncation_bound"].mean;
      expect(distance(scalars["newcomer_performance"], limits?.["newcomer_performance"], allowance)).toBeLessThan(1);
    }
  });

  it("pays a newcomer among three exactly what a Markov decision problem of its own says", () => {
    const settings = { players: 3, paths: 6000, steps: 200 };
    const policy = thresholdPolicy(eleven, 5);
    const grid = play(eleven, table(policy), settings);
    const exact = oneOfMany(eleven, policy, fieldOf(eleven, policy))?.(3);
    expect(distance(grid.scalars["newcomer_performance"], exact?.performance, 1e-3)).toBeLessThan(1);
    const smfe = equilibrium(continuous);
    const own = play(continuous, hard(smfe.threshold), settings);
    expect(
      distance(own.scalars["newcomer_performance"], repairOneOfMany(continuous, smfe, 3).performance, 1e-3),
    ).toBeLessThan(1);
  });
});

describe("a newcomer who deviates (item 5.2)", () => {
  it("gains nothing by the best response to an equilibrium's field, which is the policy itself", () => {
    expect(play(eleven, cut(eleven, 5), {}).scalars["deviation_gain"]).toMatchObject({ mean: 0, standardError: 0 });
    const { threshold } = equilibrium(continuous);
    const { mean, standardError } = play(continuous, hard(threshold), {}).scalars["deviation_gain"];
    expect(Math.abs(mean) + standardError).toBeLessThan(1e-12);
  });

  it("gains the exploitability of any other policy, among many", () => {
    for (const [model, policy, paths] of [
      [continuous, hard(socialOptimum(continuous).threshold), 1000],
      [continuous, hard(0.8, 0.05), 300],
      [eleven, cut(eleven, 8), 300],
      [productModel(product), cut(productModel(product), 3), 100],
    ] as const) {
      const { scalars, limits } = play(model, policy, { players: 100, paths, steps: 120 });
      const gain = limits?.["deviation_gain"] ?? 0;
      // Far beyond the error allowed for: gains are 0.11, 0.33, 0.19 and 2.7.
      expect(gain).toBeGreaterThan(4 * scalars["deviation_gain"].standardError);
      expect(distance(scalars["deviation_gain"], gain, 0.1 * gain)).toBeLessThan(1);
    }
  });

  it("gains by no threshold more than the best reply among two, and by the best one that", () => {
    const policy = thresholdPolicy(eleven, 5);
    const exact = oneOfMany(eleven, policy, fieldOf(eleven, policy))?.(2).gain ?? 0;
    expect(exact).toBeCloseTo(0.0516454528, 9);
    const gains = Array.from({ length: 12 }, (_, c) => gainOf(eleven, table(policy), cut(eleven, c), 2, 1000));
    const best = gains.reduce((one, other) => (other.mean > one.mean ? other : one));
    expect(distance(best, exact)).toBeLessThan(1);
  });

  it("lives the same life twice where it does not deviate", () => {
    for (const model of [eleven, productModel(product)]) {
      const policy = cut(model, 4);
      expect(gainOf(model, policy, policy, 20, 50).mean).toBe(0);
    }
  });
});

describe("what was asked", () => {
  it("is played by addressed random numbers", () => {
    for (const [model, policy] of [
      [continuous, hard(0.4)],
      [eleven, cut(eleven, 5)],
      [productModel(product), cut(productModel(product), 8)],
    ] as const) {
      const once = play(model, policy, {});
      expect(play(model, policy, {})).toEqual(once);
      expect(play(model, policy, { seed: 2 }).cost.mean).not.toBe(once.cost.mean);
      expect(play(model, policy, { paths: 3 }).samples).toEqual(once.samples);
      const longer = play(model, policy, { steps: 60 });
      expect(longer.samples[0].mean.subarray(0, 41)).toEqual(once.samples[0].mean);
    }
  });

  it("comes with times, samples and bounds", () => {
    const simulation = play(eleven, cut(eleven, 5), { steps: 1000, players: 3, paths: 4 });
    expect(simulation.scheme).toBe("exact-chain");
    expect(simulation.t.length).toBeLessThanOrEqual(401);
    expect([...simulation.t.subarray(0, 2), simulation.t.at(-1)]).toEqual([0, 3, 1000]);
    expect(simulation.samples).toHaveLength(2);
    const { players, mean } = simulation.samples[0];
    expect(mean[7]).toBeCloseTo((players[0][7] + players[1][7] + players[2][7]) / 3, 14);
    // The largest reward is met by a player in x = 1 who repairs, while all are there: then 1.2 + 0.5.
    const { mean: bound } = play(eleven, cut(eleven, 5), { steps: 20 }).scalars["truncation_bound"];
    expect(bound).toBeLessThanOrEqual(0.9 ** 20 * 17);
    expect(bound).toBeGreaterThan(0.9 ** 20 * 10);
    // Half of twenty steps leave more to come than the noise; half of a thousand do not.
    expect(play(eleven, cut(eleven, 5), { steps: 20 }).remarks?.join()).toContain("that of 10 steps");
    expect(simulation.remarks).toBeUndefined();
  });

  it("stops when it is told to, with the paths that are complete", () => {
    const controller = new AbortController();
    const settings = { players: 1000, paths: 1000, steps: 200, seed: 1, signal: controller.signal };
    const run = simulateStationary(eleven, candidate(eleven, cut(eleven, 5)), {}, settings);
    let next = run.next();
    while (next.done !== true) {
      if (next.value > 0.01) controller.abort();
      next = run.next();
    }
    expect(next.value.pathsDone).toBeGreaterThan(0);
    expect(next.value.pathsDone).toBeLessThan(20);
    expect(() => play(eleven, cut(eleven, 5), { ...settings, players: 1_000_000 })).toThrow(RefusalError);
  });

  it("is played without a stationary field, where what is compared with one is left out", () => {
    const jump = productModel({ ...product, s: 0, delta: 0.1, normalised: true });
    const { scalars, limits, remarks, series } = play(jump, cut(jump, 3), { players: 500 });
    expect(Object.keys(scalars).toSorted()).toEqual(["mean_field", "performance", "truncation_bound"]);
    expect(limits).toBeUndefined();
    expect(remarks?.join()).toContain("no stationary field");
    // Pushed back across ⟨z⟩ = 4 from both sides.
    expect(series["mean_field_path"].mean.at(-1)).toBeCloseTo(4, 0);
  });

  it("is refused where it makes no sense", () => {
    for (const wrong of [{ players: 0 }, { paths: 0.5 }, { steps: 0 }, { seed: -1 }, { players: 1e9 }])
      expect(() => play(eleven, cut(eleven, 5), wrong)).toThrow(InputError);
    expect(() => play(eleven, hard(0.4), {})).toThrow("continuous state");
    expect(() => play(continuous, cut(eleven, 5), {})).toThrow("finitely many states");
    expect(() => play(malware(5), cut(eleven, 5), {})).toThrow("a table of 22 probabilities, this game has 5 states");
  });

  it("may be a policy that anybody can name", () => {
    const { zero, uniform } = plainStrategies;
    const never = play(continuous, zero(continuous).policy, { steps: 30 });
    expect(never.series["mean_field_path"].mean[30]).toBeCloseTo(1, 6);
    expect(play(eleven, zero(eleven).policy, { steps: 60 }).series["mean_field_path"].mean[60]).toBeCloseTo(1, 4);
    const { scalars } = play(eleven, uniform(eleven).policy, { players: 500, paths: 40 });
    // ⟨z⟩ = 1/3 exactly for this policy.
    expect(distance(scalars["mean_field"], 1 / 3)).toBeLessThan(1);
    expect(() => uniform(continuous)).toThrow(RefusalError);
  });
});

interface Pair {
  /** Probability of (x, y) at x·|X| + y after the steps. */
  readonly law: Float64Array;
  /** Expected discounted returns of the first player and of the second. */
  readonly returns: readonly [number, number];
  /** E⟨Z⟩ at every time, the last included. */
  readonly means: readonly number[];
}

/** Two players who start from a law of the pair and each play their own policy, without chance. */
function pairOf(
  model: FiniteStationaryModel,
  first: Float64Array,
  second: Float64Array,
  start: Float64Array,
  steps: number,
): Pair {
  const { states, positions, discount } = model;
  let law = start;
  const means: number[] = [];
  const returns: [number, number] = [0, 0];
  for (let t = 0; t <= steps; t++) {
    const next = new Float64Array(states * states);
    let mean = 0;
    for (let x = 0; x < states; x++) {
      for (let y = 0; y < states; y++) {
        const p = law[x * states + y];
        mean += (p * (positions[x] + positions[y])) / 2;
        const field = new Float64Array(states);
        field[x] += 0.5;
        field[y] += 0.5;
        const { P, r } = tablesAt(model, featuresAt(model, field));
        returns[0] += t < steps ? discount ** t * p * averageOver(model, first, r)[x] : 0;
        returns[1] += t < steps ? discount ** t * p * averageOver(model, second, r)[y] : 0;
        const [one, other] = [first, second].map((policy) => policyKernel(model, P, policy).data);
        for (let u = 0; u < states; u++)
          for (let v = 0; v < states; v++) next[u * states + v] += p * one[x * states + u] * other[y * states + v];
      }
    }
    means.push(mean);
    if (t < steps) law = next;
  }
  return { law, returns, means };
}

/** The law of two independent players. */
function independent(first: Float64Array, second: Float64Array): Float64Array {
  return Float64Array.from({ length: first.length ** 2 }, (_, i) => {
    const x = Math.floor(i / first.length);
    return first[x] * second[i % first.length];
  });
}

/** Who imitates is in 1 with the probability that anybody is; to stay there, or in 0, pays a little more. */
function imitation(): FiniteStationaryModel {
  return finiteModel({
    positions: [0, 1],
    actionNames: ["imitate", "stay"],
    discount: 0.9,
    initial: [0.1, 0.9],
    transitionsCoupled: true,
    successors: (x, a, [mean]) =>
      a === 1
        ? [[x, 1]]
        : [
            [0, 0.98 - 0.9 * mean],
            [1, 0.02 + 0.9 * mean],
          ],
    reward: (_x, a, [mean]) => mean + 0.1 * a,
  });
}

/** What a newcomer gains by another policy, over paths of which it joins each after 30 steps for 150. */
function gainOf(
  model: StationaryModel,
  policy: PlayedPolicy,
  deviating: PlayedPolicy,
  players: number,
  paths: number,
): Estimate {
  const crowd = crowdOf(model, policy, deviating, { players, seed: 5 });
  const tally = averages(1);
  for (let path = 0; path < paths; path++) {
    let gain = 0;
    crowd.start(path);
    for (let t = 0; t < 180; t++) {
      if (t === 30) crowd.join();
      if (t >= 30) {
        const life = crowd.newcomer();
        gain += model.discount ** (t - 30) * (life.deviating - life.keeping);
      }
      crowd.advance(t);
    }
    tally.add(Float64Array.of(gain));
  }
  return estimate(tally.mean[0], tally.standardErrors()[0], paths);
}
