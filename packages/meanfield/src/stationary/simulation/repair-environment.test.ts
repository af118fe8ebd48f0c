import { describe, expect, it } from "vitest";
import { kolmogorovSmirnov } from "../../numeric/kolmogorov-smirnov.ts";
import { randomStream } from "../../numeric/random.ts";
import { mean, meanWithError } from "../../numeric/statistics.ts";
import type { RepairModel } from "../model.ts";
import { logistic } from "../policy-class.ts";
import { repairEnvironment } from "./repair-environment.ts";
import { bitsByHand, marks } from "./small-games.testing.ts";

const model: RepairModel = {
  family: "stationary",
  kind: "repair",
  k: 0.2,
  lambda: 0.5,
  discount: 0.9,
  threshold: { acts: "above", low: 0, high: 1, start: [0, 1], width: 0.1 },
};
const environment = repairEnvironment(model);
const below = repairEnvironment({ ...model, threshold: { ...model.threshold, acts: "below" } });
const hard = (threshold: number) => ({ kind: "threshold", threshold, width: 0 }) as const;
const smooth = (threshold: number, width: number) => ({ kind: "threshold", threshold, width }) as const;
/** ⟨z⟩ = 0.35. */
const field = Float64Array.of(0.1, 0.2, 0.75);

/** Fixed seeds: a p-value below this, of some that are looked at here, would be no accident. */
const unlikely = 1e-3;
const uniform = (u: number): number => u;

/** Section 3.1 of the specification: the stationary law of "repair above θ" has this atom at 0, density and mean. */
function stationary(theta: number) {
  const l = -Math.log1p(-theta);
  return {
    atom: 1 / (2 + l),
    mean: ((1 - theta) / 2 + l) / (2 + l),
    /** Distribution function given that x is not 0. */
    cdf: (y: number) => (y <= theta ? -Math.log1p(-y) : l + (y - theta) / (1 - theta)) / (1 + l),
  };
}

/** Uniform-start performance −J of the same section at c = k + ⟨z⟩. */
function performance(theta: number, c: number): number {
  const { lambda, discount: g } = model;
  const s = 1 - theta;
  const I = (1 - s ** (1 - g)) / (1 - g) - (1 - s ** (2 - g)) / (2 - g);
  return -(s ** -g * ((c * (1 - theta * theta)) / 2 + lambda * s) + c * I) / (1 - g * g * s ** (1 - g));
}

describe("agents whose state is continuous", () => {
  it("move uniformly to what is left of the interval, or to 0, and pay for state and repair", () => {
    const count = 20_000;
    const states = Float64Array.from({ length: count }, (_, j) => ((7 * j) % 100) / 100);
    const actions = Uint8Array.from({ length: count }, (_, j) => (j % 3 === 0 ? 1 : 0));
    const { rewards, next } = environment.transitions(states, actions, field, { seed: 1, stream: 0 });
    // (k + ⟨z⟩) x + λ a, to rounding.
    const errors = rewards.map((r, j) => Math.abs(r + (0.2 + 0.35) * states[j] + 0.5 * actions[j]));
    expect(Math.max(...errors)).toBeLessThan(1e-15);
    expect(next.every((y, j) => actions[j] === 0 || y === 0)).toBe(true);
    const moves = next.map((y, j) => (y - states[j]) / (1 - states[j])).filter((_, j) => actions[j] === 0);
    expect(kolmogorovSmirnov(moves, uniform).pValue).toBeGreaterThan(unlikely);
  });

  it("start uniformly", () => {
    const sample = environment.initialField({ seed: 2, stream: 0 });
    expect(kolmogorovSmirnov(sample, uniform).pValue).toBeGreaterThan(unlikely);
    const run = environment.trajectories(hard(0.5), field, { count: 5000, horizon: 1 }, { seed: 2, stream: 1 });
    expect(kolmogorovSmirnov(run.states, uniform).pValue).toBeGreaterThan(unlikely);
  });

  it("draw what the definition of the generator, in BigInt, says", () => {
    const draws = { seed: 3, stream: 2 ** 45 + 3 };
    const { keys } = randomStream(draws.seed, draws.stream);
    // Two agents share a draw: the even one has its low half.
    const drawn = (mark: bigint, j: number, t: number): number => {
      const { low, high } = bitsByHand(keys, mark, BigInt(j >> 1) + (BigInt(t) << 32n));
      return ((j % 2 === 0 ? low : high) + 0.5) / 2 ** 32;
    };
    // Between them all cases: nobody, everybody, and everybody but who is well repairs.
    for (const theta of [-1, 0, 0.3, 0.9, 1]) {
      const run = environment.trajectories(hard(theta), field, { count: 11, horizon: 9 }, draws);
      for (let j = 0; j < 11; j++) {
        let y = 1 - drawn(marks.start, j, 0);
        for (let t = 0; t < 9; t++) {
          const acts = y < 1 - theta;
          expect([run.states[9 * j + t], run.actions[9 * j + t]]).toEqual([1 - y, acts ? 1 : 0]);
          y = acts ? 1 : y * drawn(marks.noise, j, t);
        }
        expect(run.last[j]).toBe(1 - y);
      }
    }
  });

  it.each([0.2, 0.4851620216])("have at a threshold of %d the stationary law of the closed form", (theta) => {
    const count = 100_000;
    // 200 steps: more than 50 repairs of each.
    const settings = { players: 100, steps: 200, repeats: count / 100 };
    const z = environment.population(hard(theta), settings, { seed: 4, stream: 0 });
    const exact = stationary(theta);
    const well = z.filter((x) => x === 0).length;
    expect(Math.abs(well / count - exact.atom)).toBeLessThan(4 * Math.sqrt((exact.atom * (1 - exact.atom)) / count));
    const { mean: m, standardError } = meanWithError(z);
    expect(Math.abs(m - exact.mean)).toBeLessThan(4 * standardError);
    const others = z.filter((x) => x !== 0);
    expect(kolmogorovSmirnov(others, exact.cdf).pValue).toBeGreaterThan(unlikely);
  });

  it.each([0.2120709306, 0.4851620216, 0.8])("have at a threshold of %d the returns of the closed form", (theta) => {
    // γ^300 is below 1e-13.
    const sample = environment.returns(hard(theta), field, { count: 100_000, horizon: 300 }, { seed: 5, stream: 0 });
    const { mean: J, standardError } = meanWithError(sample);
    expect(standardError).toBeLessThan(0.003);
    expect(Math.abs(J - performance(theta, 0.2 + 0.35))).toBeLessThan(4 * standardError);
  });

  it("act with the probability of a smooth threshold", () => {
    for (const [simulator, sign] of [
      [environment, 1],
      [below, -1],
    ] as const) {
      for (const width of [0.05, 0.4]) {
        const policy = smooth(0.45, width);
        const run = simulator.trajectories(policy, field, { count: 4000, horizon: 50 }, { seed: 6, stream: 0 });
        const excess = new Float64Array(10);
        const variance = new Float64Array(10);
        run.states.forEach((x, i) => {
          const p = logistic((sign * (x - 0.45)) / width);
          const bin = Math.min(9, Math.floor(10 * x));
          excess[bin] += run.actions[i] - p;
          variance[bin] += p * (1 - p);
        });
        excess.forEach((e, bin) => expect(Math.abs(e)).toBeLessThan(4 * Math.sqrt(variance[bin])));
      }
    }
  });

  it("compare their coins with that probability to nine digits", () => {
    // Whoever is at 0 repairs where the coin u is below 1/(1 + e^q), q = θ/τ: odds are put just to either side of u.
    const well = new Float64Array(1);
    for (let stream = 0; stream < 400; stream++) {
      const { keys } = randomStream(7, stream);
      const u = (bitsByHand(keys, marks.coin, 0n).low + 0.5) / 2 ** 32;
      const acted = [1 - 5e-10, 1 + 5e-10].map((side) => {
        const policy = smooth(Math.log((1 / u - 1) * side), 1);
        return environment.nextField(policy, well, 1, { seed: 7, stream })[0] === 0;
      });
      expect(acted).toEqual([true, false]);
    }
  });

  it("become those of the hard threshold as the smooth one narrows, move by move", () => {
    const draws = { seed: 8, stream: 0 };
    const settings = { count: 50, horizon: 100 };
    for (const [simulator, acts] of [
      [environment, (x: number) => x > 0.4],
      [below, (x: number) => x < 0.4],
    ] as const) {
      const sharp = simulator.trajectories(hard(0.4), field, settings, draws);
      // No state of these comes within 1e-8 of the threshold, where even this one would hesitate.
      expect(simulator.trajectories(smooth(0.4, 1e-10), field, settings, draws)).toEqual(sharp);
      expect([...sharp.actions]).toEqual(Array.from(sharp.states, (x) => (acts(x) ? 1 : 0)));
    }
  });

  it.each([hard(0.4), smooth(0.4, 0.1)])("are the same step by step, in however many parts: %o", (policy) => {
    // Returns are made in parts of 8192 agents, trajectories in parts of 65,536 entries.
    const settings = { count: 8203, horizon: 40 };
    const draws = { seed: 9, stream: 1 };
    for (const simulator of [environment, below]) {
      const sums = simulator.returns(policy, field, settings, draws);
      const run = simulator.trajectories(policy, field, settings, draws);
      let furthest = 0;
      for (let j = 0; j < settings.count; j++) {
        let sum = 0;
        for (let i = 40 * j + 39; i >= 40 * j; i--) sum = run.rewards[i] + 0.9 * sum;
        furthest = Math.max(furthest, Math.abs(sums[j] - sum));
      }
      // Forty terms of size at most one, in another order.
      expect(furthest).toBeLessThan(3e-14);
      const ended = simulator.population(policy, { players: 8203, steps: 40, repeats: 1 }, draws);
      expect(ended).toEqual(run.last);
    }
  });

  it("have luck of their own, whoever else is simulated, however long, whatever they do", () => {
    const draws = { seed: 10, stream: 4 };
    const many = environment.trajectories(hard(0.4), field, { count: 30, horizon: 50 }, draws);
    environment.nextField(smooth(0.4, 0.2), field, 100, { seed: 1, stream: 1 });
    const few = repairEnvironment(model).trajectories(hard(0.4), field, { count: 5, horizon: 20 }, draws);
    for (let j = 0; j < 5; j++) {
      expect(few.states.subarray(20 * j, 20 * j + 20)).toEqual(many.states.subarray(50 * j, 50 * j + 20));
    }
    expect(environment.trajectories(hard(0.4), field, { count: 30, horizon: 50 }, draws)).toEqual(many);
    // Another policy meets the same noise.
    const others = environment.trajectories(smooth(0.3, 0.2), field, { count: 30, horizon: 50 }, draws);
    const noise = ({ states, actions }: typeof many, i: number): number =>
      actions[i] === 1 ? Number.NaN : (states[i + 1] - states[i]) / (1 - states[i]);
    let met = 0;
    for (let i = 0; i < 30 * 50; i++) {
      if (i % 50 === 49 || many.states[i] > 0.9 || others.states[i] > 0.9) continue;
      const [a, b] = [noise(many, i), noise(others, i)];
      if (Number.isNaN(a) || Number.isNaN(b)) continue;
      met++;
      // Differences of states, divided by at least a tenth.
      expect(Math.abs(a - b)).toBeLessThan(1e-14);
    }
    expect(met).toBeGreaterThan(200);
    const elsewhere = environment.trajectories(hard(0.4), field, { count: 30, horizon: 50 }, { seed: 10, stream: 5 });
    expect(elsewhere.states).not.toEqual(many.states);
  });

  it("are placed by the field's sample for the next field", () => {
    // Threshold 0.5: those at 0.75 go to 0, the others on to a uniform place above.
    const count = 60_000;
    const next = environment.nextField(hard(0.5), field, count, { seed: 11, stream: 0 });
    expect(next.length).toBe(count);
    const repaired = next.filter((x) => x === 0).length;
    expect(Math.abs(repaired - count / 3)).toBeLessThan(4 * Math.sqrt((count * 2) / 9));
    const expected = (0 + (0.1 + 1) / 2 + (0.2 + 1) / 2) / 3;
    const { mean: m, standardError } = meanWithError(next);
    expect(Math.abs(m - expected)).toBeLessThan(4 * standardError);
  });

  it("pay for the mean of the field that is given", () => {
    const settings = { count: 100, horizon: 50 };
    const draws = { seed: 12, stream: 0 };
    const well = environment.returns(hard(0.4), Float64Array.of(0, 0), settings, draws);
    const ill = environment.returns(hard(0.4), Float64Array.of(1), settings, draws);
    const between = environment.returns(hard(0.4), Float64Array.of(0, 1), settings, draws);
    expect(mean(well) - mean(ill)).toBeGreaterThan(1);
    between.forEach((r, j) => expect(Math.abs(r - (well[j] + ill[j]) / 2)).toBeLessThan(1e-13));
  });
});

describe("what a simulator of the interval is given", () => {
  const draws = { seed: 0, stream: 0 };
  const once = { count: 1, horizon: 1 };
  const play = (policy: Parameters<typeof environment.returns>[0], z = field) =>
    environment.returns(policy, z, once, draws);

  it("is counts from one, a sample of states, a threshold, and draws", () => {
    expect(() => environment.returns(hard(0), field, { ...once, count: 0 }, draws)).toThrow("count = 0: must be");
    expect(() => environment.trajectories(hard(0), field, { ...once, horizon: 0.5 }, draws)).toThrow("horizon = 0.5");
    expect(() => environment.nextField(hard(0), field, 0, draws)).toThrow("count = 0: must be");
    expect(() => environment.population(hard(0), { players: 0, steps: 1, repeats: 1 }, draws)).toThrow("players = 0");
    expect(() => environment.returns(hard(0), field, once, { seed: 0, stream: -1 })).toThrow("stream = -1: must be");
    expect(() => play(hard(0), new Float64Array(0))).toThrow("field.length = 0: must be");
    expect(() => play(hard(0), Float64Array.of(0.5, 1.5))).toThrow("field[1] = 1.5: must be a state, in [0, 1]");
    expect(() => play(hard(0), Float64Array.of(Number.NaN))).toThrow("field[0] = NaN: must be a state");
    expect(() => play(hard(Number.NaN))).toThrow("policy.threshold = NaN: must be a finite number");
    expect(() => play(smooth(0.5, -1))).toThrow("policy.width = -1: must be");
    expect(() => play({ kind: "table", probabilities: Float64Array.of(0, 1) })).toThrow("policy.kind");
  });

  it("is states in the interval with actions 0 or 1", () => {
    const step = (x: number[], a: number[]) =>
      environment.transitions(Float64Array.from(x), Uint8Array.from(a), field, draws);
    expect(() => step([], [])).toThrow("states.length = 0");
    expect(() => step([0.5], [0, 1])).toThrow("actions.length = 2: must be 1");
    expect(() => step([0.5, -0.1], [0, 1])).toThrow("states[1] = -0.1: must be a state");
    expect(() => step([0.5, 0.1], [0, 2])).toThrow("actions[1] = 2: must be 0 or 1");
  });
});
