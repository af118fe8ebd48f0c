import { describe, expect, it } from "vitest";
import { InputError, tabulate } from "../../core/index.ts";
import { uniformGrid } from "../../measure/grid.ts";
import { playedOnGrid } from "../particles/on-grid.ts";
import { bestResponse } from "./best-response.ts";
import type { GridCandidate, ParticleCandidate, StationaryCandidate } from "./candidate.ts";
import { compileProblem } from "./compile.ts";
import { policyValue } from "./evaluation.ts";
import { restingPolicy } from "./iteration-flows.ts";
import type { DiffusionModel } from "./model.ts";
import { congestion, exactTorus, limit, noisyResource, planner, trackedMean } from "./models.testing.ts";
import type { Scheme } from "./problem.ts";
import {
  activeFraction,
  alongTime,
  fieldAxes,
  fieldDefinitions,
  fieldQuantities,
  meanOf,
  readingsOf,
} from "./quantities.ts";
import { transportMass } from "./transport.ts";

/** The best response to the flow of players who rest, with the flow that it induces. */
function candidateOf(model: DiffusionModel, scheme: Scheme, points: number, steps: number): GridCandidate {
  const problem = compileProblem(model, { points, steps, scheme });
  const { value, policy } = bestResponse(problem, transportMass(problem, restingPolicy(problem)));
  return { kind: "grid", model, question: limit, problem, flow: transportMass(problem, policy), value, policy };
}

describe("quantities of an answer on a grid", () => {
  it.each(["upwind", "central"] as const)("are its own numbers at its own points, %s", (scheme) => {
    const candidate = candidateOf(congestion(), scheme, 20, 10);
    const { value, density, control, cost } = fieldQuantities(candidate);
    const { problem, flow } = candidate;
    for (const [n, k] of [
      [0, 0],
      [3, 7],
      [10, 19],
    ]) {
      const [t, x] = [problem.times[n], k / 20];
      expect(value().at(t, x)).toBeCloseTo(candidate.value.value[n][k], 12);
      expect(density().at(t, x)).toBeCloseTo(flow.mass[n][k] * 20, 12);
    }
    const middle = scheme === "central" ? 0.5 : 0;
    const t = problem.times[4] + middle * (problem.times[5] - problem.times[4]);
    expect(control().at(t, 0.35)).toBeCloseTo(candidate.policy.rise[4][7] - candidate.policy.fall[4][7], 12);
    expect(cost().at()).toBeCloseTo(
      problem.initialMass.reduce((sum, m, k) => sum + m * candidate.value.value[0][k], 0),
      14,
    );
  });

  it("stand on axes that depend on the model alone, and answer --at", () => {
    const { value } = fieldQuantities(candidateOf(congestion(), "central", 20, 10));
    expect(value().axes.map(({ name, grid }) => [name, grid.length])).toEqual([
      ["t", 41],
      ["x", 81],
    ]);
    const table = tabulate(value(), { t: [0], x: [0.125, 1] });
    expect(table).toMatchObject({ axes: { t: [0], x: [0.125, 1] } });
    expect(() => tabulate(value(), { x: [1.2] })).toThrow(InputError);
    expect(() => value().at(0.1, -0.2)).toThrow("x = -0.2: must be in [0, 1]");
    expect(() => value().at(0.6, 0.2)).toThrow("t = 0.6: must be in [0, 0.5]");
    expect(fieldAxes(congestion(), { window: [[0.25, 0.5]] })[1].grid[80]).toBe(0.5);
  });

  it("of the exact density have its moments, means and mass", () => {
    const candidate = candidateOf(trackedMean(), "central", 96, 24);
    const mean = meanOf(candidate, (x) => x);
    const { mean: aggregate } = fieldQuantities(candidate);
    // The start is symmetric around 1; sums over the grid are exact for Gaussian laws.
    expect(mean.at(0)).toBeCloseTo(1, 12);
    expect(aggregate().at(0)).toBeCloseTo(1, 12);
    for (const t of [0.3, 1]) expect(mean.at(t)).toBeCloseTo(aggregate().at(t), 12);
    expect(readingsOf(candidate).moment((x) => (x - 1) ** 2, 0)).toBeCloseTo(0.04, 10);
  });

  it("count only those who are still there, and their drifts", () => {
    const candidate = candidateOf(noisyResource(), "upwind", 81, 20);
    const active = activeFraction(candidate);
    const there = candidate.flow.mass[20].reduce((sum, m) => sum + m, 0);
    expect(active.at(3)).toBeCloseTo(there, 14);
    expect(there).toBeLessThan(0.9);
    const { mean_output: output } = fieldQuantities(candidate);
    expect(output().at(candidate.problem.times[6])).toBeCloseTo(candidate.flow.aggregates[6][0], 12);
    expect(output().at(3)).toBeGreaterThan(0);
    // Between the exit at 0 and the first point the drift is that of the players inside.
    const { control } = fieldQuantities(candidate);
    const last = candidate.problem.stages.length - 1;
    expect(-control().at(3, 1)).toBeCloseTo(candidate.policy.fall[last][10], 12);
    const first = candidate.policy.fall[0][1];
    expect(-control().at(0, 0.05)).toBeGreaterThan(0.5 * first);
  });

  it("of a planner cost what the policy costs", () => {
    const candidate = { ...candidateOf(exactTorus(), "central", 16, 8), question: planner };
    const own = policyValue(candidate.problem, candidate.policy, candidate.flow).value[0];
    const expected = candidate.problem.initialMass.reduce((sum, m, k) => sum + m * own[k], 0);
    expect(fieldQuantities(candidate)["cost"]().at()).toBeCloseTo(expected, 14);
  });

  it("are NaN inside walls and smooth beside them", () => {
    const model: DiffusionModel = {
      ...congestion(),
      place: (x) => (Math.abs(x - 0.5) < 0.12 ? "wall" : "free"),
      initial: (x) => (Math.abs(x - 0.8) < 0.1 ? 5 + 5 * Math.cos(10 * Math.PI * (x - 0.8)) : 0),
    };
    const candidate = candidateOf(model, "upwind", 100, 10);
    const { value, density } = fieldQuantities(candidate);
    expect(value().at(0, 0.5)).toBeNaN();
    expect(density().at(0.2, 0.37)).toBeGreaterThan(0);
    expect(value().at(0.2, 0.37)).toBeCloseTo(candidate.value.value[4][37], 12);
  });

  it("are announced as they are called", () => {
    const names = Object.keys(fieldQuantities(candidateOf(congestion(), "upwind", 12, 4)));
    expect(fieldDefinitions({ dimension: 1 }).map(({ name }) => name)).toEqual(names);
    expect(fieldDefinitions({ dimension: 2, stationary: true }).map(({ name }) => name)).toEqual([
      "value",
      "density",
      "control_x",
      "control_y",
      "ergodic_constant",
    ]);
  });
});

describe("quantities of other answers", () => {
  it("have no time where nothing depends on it", () => {
    const grid = uniformGrid(0, 1, 10, { periodic: true });
    const field = (f: (x: number) => number): Float64Array => grid.axes[0].points.map(f);
    const model: DiffusionModel = {
      ...exactTorus(),
      horizon: Infinity,
      aggregates: [{ name: "output", state: (_t, x) => x, drift: [() => 2] }],
    };
    const candidate: StationaryCandidate = {
      kind: "stationary",
      model,
      question: limit,
      grid,
      scheme: "central",
      constant: 0.7,
      value: field((x) => Math.cos(2 * Math.PI * x)),
      mass: field((x) => (1 + Math.sin(2 * Math.PI * x)) / 10),
      drift: [field(() => 0.3)],
      policy: { rise: [field(() => 0.3)], fall: [field(() => 0)] },
      residual: 0,
    };
    const { value, density, ergodic_constant: constant, output } = fieldQuantities(candidate);
    expect(value().axes.map(({ name }) => name)).toEqual(["x"]);
    expect(value().at(0.2)).toBeCloseTo(Math.cos(0.4 * Math.PI), 13);
    expect(density().at(0.5)).toBeCloseTo(1, 13);
    expect(constant().at()).toBe(0.7);
    const mean = candidate.mass.reduce((sum, m, k) => sum + (m * k) / 10, 0);
    expect(output().at()).toBeCloseTo(mean + 0.6, 13);
    expect(alongTime(model, () => 3).axes).toEqual([]);
  });

  it("by particles are their own means, and what their drifts are worth on a grid", () => {
    const candidate: ParticleCandidate = {
      kind: "particles",
      model: trackedMean(),
      question: limit,
      times: Float64Array.of(0, 1),
      drift: (_axis, t, x) => t - x,
      adjoint: () => 0,
      particles: [Float64Array.of(1, 2, 3), Float64Array.of(0, 4, 9)],
      alive: [Uint8Array.of(1, 1, 1), Uint8Array.of(1, 1, 0)],
      aggregates: [Float64Array.of(2), Float64Array.of(5)],
    };
    const quantities = fieldQuantities(candidate);
    expect(Object.keys(quantities)).toEqual(["value", "density", "control", "mean", "cost"]);
    expect(quantities["control"]().at(0.5, 0)).toBe(0.5);
    expect(quantities["mean"]().at(0.5)).toBe(3.5);
    expect(meanOf(candidate, (x) => x).at(1)).toBe(2);
    expect(activeFraction(candidate).at(1)).toBeCloseTo(2 / 3, 14);
    // Values are those of the drifts on the game's own mesh: from T on nothing but the cost at T is left.
    const { value } = readingsOf(candidate);
    const { flow } = playedOnGrid(candidate);
    const mean = flow.aggregates[flow.aggregates.length - 1][0];
    expect(value(1, 1.1, 0)).toBeCloseTo((1.1 - 0.3 * mean - 0.5) ** 2, 12);
    expect(readingsOf(candidate).cost()).toBeGreaterThan(0);
  });
});
