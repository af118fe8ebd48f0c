/** Finite games of diffusions against what is known exactly of them. */

import { describe, expect, it } from "vitest";
import { InputError, RefusalError } from "../../core/index.ts";
import type { Simulation, SimulationSettings } from "../../core/index.ts";
import { matrix } from "../../numeric/matrix.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { decentralised } from "../linear-quadratic/decentralised.ts";
import { exploitability } from "../linear-quadratic/deviation.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { energyA, energyTransition } from "../linear-quadratic/models.testing.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { bestResponse } from "../pde/best-response.ts";
import type { DiffusionCandidate, GridCandidate } from "../pde/candidate.ts";
import { replyTo, restingFlow } from "../pde/iteration.ts";
import { compileProblem } from "../pde/compile.ts";
import type { DiffusionModel, End } from "../pde/model.ts";
import {
  congestion,
  crowdedSegment,
  exactTorus,
  limit,
  noisyResource,
  room,
  trackedMean,
} from "../pde/models.testing.ts";
import { simulateFields, zeroStrategy } from "./simulate.ts";

/** The equilibrium by plain iteration, which these games allow. */
function equilibrium(model: DiffusionModel, rounds: number): GridCandidate {
  const { points, steps, scheme, grading } = model.mesh;
  const problem = compileProblem(model, { points, steps, scheme, ...(grading === undefined ? {} : { grading }) });
  let reply = replyTo(problem, restingFlow(problem));
  for (let k = 0; k < rounds; k++) reply = replyTo(problem, reply.induced);
  const { flow, response } = reply;
  return { kind: "grid", model, question: limit, problem, flow, value: response.value, policy: response.policy };
}

function play(
  model: DiffusionModel,
  candidate: DiffusionCandidate,
  settings: Partial<SimulationSettings> = {},
): Simulation {
  const work = simulateFields(model, candidate, {}, { players: 10, paths: 100, steps: 50, seed: 1, ...settings });
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
    expect(next.value).toBeGreaterThanOrEqual(0);
  }
}

describe("a linear–quadratic game written as fields", () => {
  const model = trackedMean();
  const candidate = equilibrium(model, 25);
  /** The same game in the other family, where players who follow α(t, x) are exact. */
  const exact = {
    ...energyTransition({ ...energyA, d: 0, Dm: 0, s0: 0 }),
    initial: { mean: Float64Array.of(1), covariance: matrix(1, 1, [0.04]), commonState: new Float64Array(0) },
  };
  const alone = decentralised(solveRiccati(exact, limit).strategy);

  it.each([
    [3, 500],
    [10, 400],
  ])("%i players pay and could gain what they do exactly", (players, paths) => {
    const { cost, scalars, scheme, limits, pathsDone } = play(model, candidate, { players, paths, steps: 40 });
    expect([scheme, pathsDone]).toEqual(["euler", paths]);
    // Steps shift costs by some 2e-3.
    expect(Math.abs(cost.mean - expectedCost(exact, players, alone))).toBeLessThan(4 * cost.standardError + 2e-3);
    const { mean, standardError } = scalars["deviation_gain"];
    const gain = exploitability(exact, players, alone, "feedback");
    expect(Math.abs(mean - gain)).toBeLessThan(4 * standardError);
    // Known to a sixth of itself or better: neither nothing nor twice as much.
    expect(standardError).toBeLessThan(gain / 5);
    expect(limits?.["cost"]).toBeCloseTo(0.13914, 3);
  });

  it("the gain falls like one over the number of players", () => {
    const counts = [4, 16, 64];
    const gains = counts.map(
      (players) =>
        play(model, candidate, { players, paths: Math.ceil(6000 / players), steps: 20 }).scalars["deviation_gain"].mean,
    );
    const { slope } = logLogSlope(counts, gains);
    const known = logLogSlope(
      counts,
      counts.map((players) => exploitability(exact, players, alone, "feedback")),
    ).slope;
    expect(known).toBeLessThan(-1);
    expect(Math.abs(slope - known)).toBeLessThan(0.3);
  });

  it("follows the limit's mean, and shows paths of players", () => {
    const { t, series, limitSeries, samples } = play(model, candidate, { players: 20, paths: 200 });
    const { mean, standardError } = series["mean"];
    for (const k of [0, 10, 25, 50]) {
      expect(Math.abs(mean[k] - (limitSeries?.["mean"][k] ?? Number.NaN))).toBeLessThan(4 * standardError[k] + 2e-3);
      expect(series["mean_x"].mean[k]).toBeCloseTo(mean[k], 12);
    }
    expect([t.length, samples.length, samples[0].players.length]).toEqual([51, 2, 12]);
  });
});

describe("games with ends", () => {
  it("who rests runs dry as Brownian motion does, and would gain all there is", () => {
    const model = noisyResource();
    const still = zeroStrategy(model);
    const { cost, scalars, limits } = play(model, still, { players: 20, paths: 60, steps: 40 });
    expect(cost).toMatchObject({ mean: 0, standardError: 0 });
    const { active_fraction: active, deviation_gain: gain } = scalars;
    expect(Math.abs(active.mean - (limits?.["active_fraction"] ?? Number.NaN))).toBeLessThan(4 * active.standardError);
    // The best response to a market where nobody sells earns the value on the grid; its own share of the market costs some.
    const { value } = bestResponse(still.problem, still.flow);
    const best = still.problem.initialMass.reduce((sum, mass, k) => sum - mass * value.value[0][k], 0);
    expect(gain.mean).toBeLessThan(best + 4 * gain.standardError);
    expect(gain.mean).toBeGreaterThan(0.9 * best - 4 * gain.standardError);
    expect(limits?.["deviation_gain"]).toBeCloseTo(best, 12);
  });

  it("many players of the equilibrium sell what the limit sells", () => {
    const model = noisyResource();
    const { series, limitSeries, scalars, cost, limits } = play(model, equilibrium(model, 12), {
      players: 200,
      paths: 10,
      steps: 40,
    });
    for (const name of ["mean_output", "active_fraction"]) {
      const { mean, standardError } = series[name];
      for (const k of [0, 10, 20, 30]) {
        const expected = limitSeries?.[name][k] ?? Number.NaN;
        expect(Math.abs(mean[k] - expected)).toBeLessThan(4 * standardError[k] + 3e-3);
      }
    }
    expect(Math.abs(cost.mean - (limits?.["cost"] ?? Number.NaN))).toBeLessThan(4 * cost.standardError + 5e-3);
    // Among two hundred there is next to nothing to gain.
    expect(Math.abs(scalars["deviation_gain"].mean)).toBeLessThan(4 * scalars["deviation_gain"].standardError + 2e-4);
  });

  it("walks around walls and out by exits in the plane", () => {
    const model = room();
    const candidate = zeroStrategy(model);
    const { series, limitSeries, samples, sampleAxis } = play(model, candidate, {
      players: 100,
      paths: 10,
      steps: 100,
    });
    const left = series["active_fraction"];
    const last = left.mean.length - 1;
    // Nine points an axis, whose chain smears, and straight steps round a pillar: alike, no more.
    expect(left.mean[last]).toBeGreaterThan(0.3);
    expect(Math.abs(left.mean[last] - (limitSeries?.["active_fraction"][last] ?? Number.NaN))).toBeLessThan(0.2);
    expect(series).not.toHaveProperty("mean_x");
    expect(samples[0].players).toHaveLength(12);
    expect(sampleAxis?.symbol).toBe("x");
  });

  it("who leaves by a door pays as at an end, discounted to the middle of the step", () => {
    const leaving: DiffusionModel = {
      ...crowdedSegment({ discount: 2 }),
      volatility: 1,
      running: { value: () => 0 },
      terminal: { value: () => 0 },
      exitCost: () => 1,
      initial: (x) => (x < 0.5 ? 4 * Math.sin(2 * Math.PI * x) ** 2 : 0),
    };
    const end = { kind: "absorbing", cost: () => 1 } as const;
    const wall = leaving.space[0].ends[1] as End;
    const doors: readonly DiffusionModel[] = [
      { ...leaving, place: (x) => (x > 0.6 ? "exit" : "free") },
      { ...leaving, space: [{ ...leaving.space[0], ends: [end, wall] }] },
    ];
    for (const model of doors) {
      const { cost, scalars } = play(model, zeroStrategy(model), { players: 20, paths: 20, steps: 1 });
      const active = scalars["active_fraction"].mean;
      expect(active).toBeGreaterThan(0.2);
      expect(active).toBeLessThan(0.8);
      // One step from 0 to 1: e^{−2/2} for each who left.
      expect(cost.mean).toBeCloseTo(Math.exp(-1) * (1 - active), 12);
    }
  });

  it("sees the density of the others alone: a few players pay what the limit does", () => {
    const model = congestion();
    const { cost, limits } = play(model, equilibrium(model, 12), { players: 6, paths: 150, steps: 40 });
    // Steps and kernel shift costs by some 5e-3; with its own kernel each would see a throng about it and pay 0.4.
    expect(limits?.["cost"]).toBeCloseTo(0.23, 2);
    expect(Math.abs(cost.mean - (limits?.["cost"] ?? Number.NaN))).toBeLessThan(4 * cost.standardError + 5e-3);
    expect(cost.standardError).toBeLessThan(0.01);
  });

  it("says what a kernel does to costs that see the density", () => {
    const { remarks, scalars } = play(congestion(), zeroStrategy(congestion()), { players: 50, paths: 4, steps: 20 });
    expect(remarks?.[0]).toMatch(/through a kernel/);
    expect(scalars["deviation_gain"].mean).toBeGreaterThan(0);
  });
});

describe("what cannot be played", () => {
  it("is refused in words", () => {
    const model = trackedMean();
    const still = zeroStrategy(model);
    expect(() => play(model, still, { players: 0 })).toThrow(InputError);
    expect(() => play(exactTorus(), still)).toThrow(/another space/);
    expect(() => play({ ...model, horizon: 2 }, still)).toThrow(/for the horizon T = 1/);
    const stationary = { kind: "stationary", model } as unknown as DiffusionCandidate;
    expect(() => play(model, stationary)).toThrow(RefusalError);
    const stopped = { players: 5000, paths: 3, steps: 50, signal: AbortSignal.abort() };
    expect(() => play(model, still, stopped)).toThrow(/before the first path/);
  });

  it("one player alone has nobody to see, and is not asked to deviate", () => {
    const model = trackedMean();
    expect(play(model, zeroStrategy(model), { players: 1, paths: 5, steps: 5 }).scalars).toEqual({});
  });
});
