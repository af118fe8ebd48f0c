/**
 * The empirical law of agents against the law that is known of them by other means, family by family.
 *
 * Bounds are those of chance alone: Massart's for distribution functions, which random draws exceed once in 10⁶, and five standard
 * errors for shares and moments, once in 10⁶ too; where the known law is one on a grid, with the grid's own error beside.
 */

import { describe, expect, it } from "vitest";
import { column, distance, massart, moving } from "./agents.testing.ts";
import type { AgentPaths } from "./core/index.ts";
import type { AggregateCandidate } from "./diffusion/aggregate/candidate.ts";
import { lawOfMean } from "./diffusion/aggregate/law.ts";
import type { ExhaustibleCandidate } from "./diffusion/exhaustible/model.ts";
import type { LinearQuadraticCandidate } from "./diffusion/linear-quadratic/candidate.ts";
import { moments } from "./diffusion/linear-quadratic/moments.ts";
import type { DiffusionCandidate, GridCandidate, StationaryCandidate as Resting } from "./diffusion/pde/candidate.ts";
import type { FiniteCandidate } from "./finite/candidate.ts";
import type { RatesCandidate } from "./finite/rates/candidate.ts";
import { neuronsAt } from "./network/candidate.ts";
import type { NetworkCandidate } from "./network/candidate.ts";
import { gaussLegendreIntegrate } from "./numeric/quadrature.ts";
import type { StationaryCandidate } from "./stationary/candidate.ts";
import { policyKernel } from "./stationary/evaluation.ts";
import { featuresAt } from "./stationary/finite-model.ts";
import type { FiniteStationaryModel } from "./stationary/model.ts";
import { transitionsAt } from "./stationary/tables.ts";

const sigmas = 5;

function meanOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
}

/** How many standard errors of a share count/n lies off p, at most over states; impossible states count as infinitely many. */
function worstShare(places: Float64Array, values: Float64Array, law: ArrayLike<number>): number {
  const n = values.length;
  const count = new Map<number, number>();
  for (const x of values) count.set(x, (count.get(x) ?? 0) + 1);
  let worst = 0;
  for (let s = 0; s < law.length; s++) {
    // Positions are kept in single precision.
    const error = Math.abs((count.get(Math.fround(places[s])) ?? 0) / n - law[s]);
    // A share of 1/n more, so that the normal law is not asked of states that hardly anybody visits.
    if (error > 1e-12) worst = Math.max(worst, (error - 1 / n) / Math.sqrt((law[s] * (1 - law[s])) / n));
  }
  return worst;
}

describe("linear–quadratic games", () => {
  const agents = 20_000;

  it.each(["systemic-risk", "trade-crowding", "price-impact"])("%s: mean and variance at all times", async (id) => {
    const { candidate, move } = await moving(id);
    const { model, strategy } = candidate as LinearQuadraticCandidate;
    const paths = move({ agents, frames: 6 });
    const { at } = moments(model, Infinity, strategy);
    const random = model.noise.common.columns > 0;
    paths.t.forEach((t, n) => {
      const values = column(paths, n);
      const known = at(t);
      const variance = known.deviation.data[0];
      // Variances of normal draws have the relative error √(2/n); with common noise the mean is that of one path of it.
      expect(Math.abs(varianceOf(values) / variance - 1)).toBeLessThan(sigmas * Math.sqrt(2 / agents));
      const spread = random ? Math.sqrt(known.common.data[0]) : 0;
      expect(Math.abs(meanOf(values) - known.mean[0])).toBeLessThanOrEqual(
        sigmas * (Math.sqrt(variance / agents) + spread) + 1e-6,
      );
    });
  });

  it("follow paths of the common noise that have its law", async () => {
    const { candidate, move } = await moving("systemic-risk-common-noise");
    const { model, strategy } = candidate as LinearQuadraticCandidate;
    const { common, mean, deviation } = moments(model, Infinity, strategy).at(model.horizon);
    const [runs, each] = [200, 50];
    const ends = Float64Array.from({ length: runs }, (_, seed) =>
      meanOf(column(move({ agents: each, frames: 2, seed }), 1)),
    );
    const variance = common.data[0] + deviation.data[0] / each;
    expect(Math.abs(meanOf(ends) - mean[0])).toBeLessThan(sigmas * Math.sqrt(variance / runs));
    expect(Math.abs(varianceOf(ends) / variance - 1)).toBeLessThan(sigmas * Math.sqrt(2 / runs));
  });
});

/** Distribution functions of the players who are there, along an axis, at the middles between its points. */
function onGrid({ problem, flow, model }: GridCandidate, t: number, axis: 0 | 1) {
  const { grid, times, levels, place } = problem;
  let step = 0;
  while (step < times.length - 1 && Math.abs(times[step] - t) > Math.abs(times[step + 1] - t)) step++;
  return { ...marginal(grid.axes, flow.mass[levels[step]], place, axis), horizon: model.horizon, exactly: times[step] };
}

function marginal(axes: GridCandidate["problem"]["grid"]["axes"], mass: Float64Array, place: Uint8Array, axis: 0 | 1) {
  const { points } = axes[axis] ?? axes[0];
  const columns = axes[1]?.points.length ?? 1;
  const sums = new Float64Array(points.length);
  mass.forEach((one, k) => {
    if (place[k] === 0) sums[axis === 0 ? Math.floor(k / columns) : k % columns] += one;
  });
  const F = sums.slice();
  for (let i = 1; i < F.length; i++) F[i] += F[i - 1];
  const at = Float64Array.from(points, (x, i) => 0.5 * (x + (points[i + 1] ?? 2 * x - points[i - 1])));
  return { at, F };
}

describe("diffusions", () => {
  const agents = 6000;
  const frames = 9;

  // The grid's own error: what F changes by on a grid twice as fine, doubled.
  it.each([
    ["gaussian-benchmark", { points: 101, steps: 40 }, 0.002],
    ["congestion", { points: 50, steps: 40 }, 0.01],
    ["exhaustible-resource", { points: 201, steps: 80 }, 0.01],
  ])("%s: distribution functions at three times", async (id, options, grid) => {
    const { candidate, move } = await moving(id, { options });
    const paths = move({ agents, frames });
    for (const n of [0, 4, 8]) {
      const { at, F, exactly } = onGrid(candidate as GridCandidate, paths.t[n], 0);
      expect(exactly).toBeCloseTo(paths.t[n], 1);
      expect(distance(column(paths, n), at, F)).toBeLessThan(massart(agents) + grid);
    }
  });

  it("that rest stay in their law, also in the plane", async () => {
    const { candidate, move } = await moving("ergodic-crowd", { options: { points: 24 } });
    const { grid, mass } = candidate as Resting;
    const paths = move({ agents, frames });
    for (const n of [0, 4, 8]) {
      for (const axis of [0, 1] as const) {
        const { at, F } = marginal(grid.axes, mass, new Uint8Array(grid.size), axis);
        expect(distance(column(paths, n, axis), at, F)).toBeLessThan(massart(agents) + 0.01);
      }
    }
  });

  it("leave a room by its exit and never stand in its walls", async () => {
    const { candidate, move } = await moving("crowd-motion", { options: { points: 31, steps: 30 } });
    const { problem } = candidate as GridCandidate;
    const paths = move({ agents: 2000, frames: 21 });
    const [x, y] = problem.grid.axes;
    const columns = problem.size / x.points.length;
    const nearest = (axis: typeof x | undefined, value: number): number =>
      axis === undefined ? 0 : Math.round((value - axis.low) / (axis.spacing ?? 1));
    const walls = paths.t.reduce((sum, _, n) => {
      const [across, along] = [column(paths, n, 0), column(paths, n, 1)];
      const inside = across.filter((at, i) => {
        if (Number.isNaN(at)) return false;
        const [i0, j0] = [nearest(x, at), nearest(y, along[i])];
        return problem.place[i0 * columns + j0] !== 0 || at < x.low || at > x.high;
      });
      return sum + inside.length;
    }, 0);
    expect(walls).toBe(0);
    const left = paths.t.map((_, n) => column(paths, n).filter(Number.isNaN).length / 2000);
    expect(left.every((share, n) => n === 0 || share >= left[n - 1])).toBe(true);
    expect(left[20]).toBeGreaterThan(0.99);
  });

  it("leave a corridor as fast as two grids together say", async () => {
    const remaining = [];
    let share = 0;
    for (const options of [
      { points: 41, steps: 40 },
      { points: 81, steps: 80 },
    ]) {
      const { candidate, move } = await moving("crowd-motion", { parameters: { dimension: "1" }, options });
      const paths = move({ agents, frames: 5 });
      share = column(paths, 2).filter((x) => !Number.isNaN(x)).length / agents;
      const { F } = onGrid(candidate as GridCandidate, paths.t[2], 0);
      remaining.push(F[F.length - 1]);
    }
    // Upwind grids err by the order of their mesh; what is left of that is less than a third of what they differ by.
    const [coarse, fine] = remaining;
    const exact = 2 * fine - coarse;
    expect(Math.abs(share - exact)).toBeLessThan(
      sigmas * Math.sqrt((exact * (1 - exact)) / agents) + Math.abs(coarse - fine),
    );
  });

  it("follow an answer by particles as they follow one on a grid", async () => {
    const request = { solver: "particle-picard", options: { particles: 1000, steps: 10 }, maximumIterations: 5 };
    const { candidate, move } = await moving("gaussian-benchmark", request);
    expect((candidate as DiffusionCandidate).kind).toBe("particles");
    const paths = move({ agents: 4000, frames: 5 });
    const grid = await moving("gaussian-benchmark", { options: { points: 201, steps: 80 } });
    const { at, F } = onGrid(grid.candidate as GridCandidate, paths.t[4], 0);
    // Beside chance of the agents that of the particles that drifts were learned from.
    expect(distance(column(paths, 4), at, F)).toBeLessThan(massart(4000) + massart(1000));
  });
});

describe("games with a price on the mean", () => {
  it("have means with the law of the equation forward", async () => {
    const { candidate, move } = await moving("energy-transition-threshold");
    const known = lawOfMean(candidate as Extract<AggregateCandidate, { kind: "aggregate-field" }>, 1e-6);
    const runs = 200;
    const paths: AgentPaths[] = Array.from({ length: runs }, (_, seed) => move({ agents: 1, frames: 21, seed }));
    const { t } = paths[0];
    for (const n of [5, 10, 20]) {
      const means = Float64Array.from(paths, (one) => column(one, n)[0]);
      const variance = varianceOf(means);
      const at = t[n];
      // Euler steps of 1/400 beside chance.
      const own = (candidate as AggregateCandidate).model.ownNoise ** 2 * at;
      const j = known.times.findIndex((time) => time >= at - 1e-9);
      const expected = known.mean(known.times[j]);
      expect(Math.abs(meanOf(means) - expected)).toBeLessThan(sigmas * Math.sqrt(variance / runs) + 0.02);
      expect(variance).toBeGreaterThan(own);
    }
  });

  it("start together and spread by their own noise where nothing else shakes them", async () => {
    const { candidate, move } = await moving("energy-transition-threshold", { parameters: { s0: 0, s1: 0.3 } });
    const { model, equilibria, chosen } = candidate as Extract<AggregateCandidate, { kind: "aggregate-path" }>;
    const paths = move({ agents: 20_000, frames: 5 });
    paths.t.forEach((t, n) => {
      const values = column(paths, n);
      const variance = model.ownNoise ** 2 * t;
      const error = Math.abs(meanOf(values) - equilibria[chosen].mean(t));
      expect(error).toBeLessThanOrEqual(sigmas * Math.sqrt(variance / 20_000) + 1e-6);
      expect(Math.abs(varianceOf(values) - variance)).toBeLessThanOrEqual(
        sigmas * variance * Math.sqrt(2 / 20_000) + 1e-6,
      );
    });
  });
});

describe("exhaustible reserves", () => {
  it("are what the plan leaves, and gone when the plan says", async () => {
    const { candidate, move } = await moving("hotelling-resource");
    const { model, extraction, exhaustion } = candidate as ExhaustibleCandidate;
    const paths = move({ agents: 100, frames: 9 });
    const end = paths.t[8];
    expect(end).toBeCloseTo(Math.max(...exhaustion), 9);
    for (const n of [0, 3, 8]) {
      const left = column(paths, n);
      // What is drawn later, by a rule that knows of no kinks: 200 panels of it.
      const rest = Array.from({ length: 200 }, (_, k) => {
        const [from, to] = [k, k + 1].map((i) => paths.t[n] + ((end - paths.t[n]) * i) / 200);
        return gaussLegendreIntegrate((t) => extraction(0, t), from, to, 4);
      }).reduce((sum, part) => sum + part, 0);
      expect(Math.abs(left[0] - rest)).toBeLessThan(1e-5 * model.classes[0].reserves);
    }
  });

  it("belong to classes by their shares", async () => {
    const { candidate, move } = await moving("hotelling-resource", { preset: "H2types" });
    const { model } = candidate as ExhaustibleCandidate;
    const { groups } = move({ agents: 1000 });
    model.classes.forEach(({ weight }, j) => {
      expect(Math.abs((groups?.of.filter((k) => k === j).length ?? 0) - 1000 * weight)).toBeLessThanOrEqual(1);
    });
  });
});

describe("finite games", () => {
  it.each(["beach-bar", "predator-prey", "sir-epidemic", "linear-quadratic-grid"])(
    "%s: shares of all states of all populations at all times",
    async (id) => {
      const { candidate, move } = await moving(id);
      const { model, flow } = candidate as FiniteCandidate;
      const paths = move({ agents: 10_000, frames: 1000 });
      const { groups, coordinates, t } = paths;
      expect(t).toHaveLength(model.horizon + 1);
      // The number of a state from its coordinates.
      const size = coordinates.reduce((product, { places }) => product * (places?.length ?? 1), 1);
      const states = Float64Array.from({ length: size }, (_, s) => s);
      for (const p of model.populations.keys()) {
        t.forEach((time, n) => {
          let numbers = new Float64Array(paths.agents);
          for (const [c, { places }] of coordinates.entries()) {
            const index = new Map(Array.from(places ?? [], (x, i) => [Math.fround(x), i]));
            const along = column(paths, n, c);
            numbers = numbers.map((number, i) => number * (places?.length ?? 1) + (index.get(along[i]) ?? Number.NaN));
          }
          const own = numbers.filter((_, i) => (groups?.of[i] ?? 0) === p);
          const law = flow[p].subarray(time * size, (time + 1) * size);
          expect(worstShare(states, own, law)).toBeLessThan(sigmas);
        });
      }
    },
  );

  it.each(["cyber-security-rates", "kl-rates", "lq-rates"])("%s: shares of all states at all times", async (id) => {
    const { candidate, move } = await moving(id, { options: { N: 201 } });
    const { model, grid, mu } = candidate as RatesCandidate;
    const paths = move({ agents: 20_000, frames: 11 });
    paths.t.forEach((time, n) => {
      const i = Math.round((time / model.horizon) * (grid.t.length - 1));
      const law = mu.subarray(i * grid.states, (i + 1) * grid.states);
      expect(worstShare(model.states.grid, column(paths, n), law)).toBeLessThan(sigmas);
    });
  });

  it("come with no device", async () => {
    const { preparation, candidate } = await moving("beach-bar");
    const device = { concept: "correlated", policies: [], weights: new Float64Array(), recommendations: [] };
    const work = preparation.wing.agents?.(
      preparation.model,
      { ...(candidate as FiniteCandidate), device },
      { agents: 10, frames: 3, seed: 0 },
    );
    expect(() => work?.next()).toThrow("told what to do");
  });
});

describe("stationary games", () => {
  it.each(["stationary-beach-bar", "product-investment"])("%s: the law ξ₀ Pⁿ", async (id) => {
    const { candidate, move } = await moving(id);
    const { field, policy, ...rest } = candidate as StationaryCandidate;
    const model = rest.model as FiniteStationaryModel;
    const table = policy.kind === "table" ? policy.probabilities : new Float64Array();
    const kernel = policyKernel(model, transitionsAt(model, featuresAt(model, field)), table);
    const paths = move({ agents: 20_000, frames: 11 });
    let law = model.initial;
    for (let n = 0; n < paths.t.length; n++) {
      expect(worstShare(model.positions, column(paths, n), law)).toBeLessThan(sigmas);
      const before = law;
      law = before.map((_, y) => before.reduce((sum, share, x) => sum + share * kernel.data[x * model.states + y], 0));
    }
  });

  it("malware-spread: the mean of the field after a while", async () => {
    const { candidate, move } = await moving("malware-spread");
    const { field } = candidate as StationaryCandidate;
    const paths = move({ agents: 20_000, frames: 41 });
    const end = column(paths, 40);
    expect(Math.abs(meanOf(end) - field[0])).toBeLessThan(sigmas * Math.sqrt(varianceOf(end) / 20_000));
    expect(end.every((x) => x >= 0 && x <= 1)).toBe(true);
  });
});

describe("neurons", () => {
  it.each(["linear-network", "quadratic-network", "noisy-neuron", "mean-field-langevin"])(
    "%s: second moments at three times",
    async (id) => {
      const { candidate, move } = await moving(id);
      const { law, model } = candidate as NetworkCandidate;
      const agents = 2000;
      const paths = move({ agents, frames: 5 });
      const first = model.trainsOutput ? 0 : 1;
      for (const n of [0, 2, 4]) {
        const { theta, weights } = neuronsAt(law, law.kind === "gibbs" ? 0 : paths.t[n]);
        const p = theta.length / weights.length;
        const shown = p - first < 2 ? [first] : [first + 1, first];
        for (const [c, a] of shown.entries()) {
          const squares = column(paths, n, c).map((x) => x * x);
          const known = weights.reduce((sum, weight, i) => sum + weight * theta[i * p + a] ** 2, 0);
          // Steps of a hundredth in time beside chance.
          expect(Math.abs(meanOf(squares) - known)).toBeLessThan(
            sigmas * Math.sqrt(varianceOf(squares) / agents) + 0.005 * known,
          );
        }
      }
    },
  );
});
