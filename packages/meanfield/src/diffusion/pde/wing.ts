/** What games of diffusions declared by their Hamiltonian offer beside their solvers. */

import type { FlowCoordinate, FlowSummary, NamedArray, Wing } from "../../core/index.ts";
import { orRefuse, refusing } from "../../core/too-extreme.ts";
import type { Axis } from "../../measure/grid.ts";
import type { DiffusionCandidate, GridCandidate } from "./candidate.ts";
import { fieldAgents } from "../particles/agents.ts";
import { simulateFields, zeroStrategy } from "../particles/simulate.ts";
import { certifyFields } from "./certify.ts";
import type { DiffusionModel } from "./model.ts";
import { startingFrom } from "./starting-from.ts";

export const fieldsWing: Wing<DiffusionModel, DiffusionCandidate> = {
  family: "diffusion",
  certify: (model, question, candidate) => orRefuse(() => certifyFields(model, question, candidate)),
  flow: (_model, _players, candidate) => (candidate.kind === "grid" ? gridFlow(candidate) : undefined),
  arrays: (_model, candidate) => arraysOf(candidate),
  finiteGames: "simulated",
  simulate: (model, candidate, events, settings) => refusing(simulateFields(model, candidate, events, settings)),
  agents: (model, candidate, settings) => refusing(fieldAgents(model, candidate, settings)),
  startingFrom,
  strategies: { zero: (model) => orRefuse(() => zeroStrategy(model)) },
};

const quantiles = [0.05, 0.25, 0.75, 0.95] as const;

/** The law of the players who are there, along every axis that is no circle. */
function gridFlow({ problem, flow, model }: GridCandidate): FlowSummary | undefined {
  const { grid, times, levels, place } = problem;
  const rows = grid.axes[0].points.length;
  const columns = grid.size / rows;
  const open = grid.axes.flatMap((axis, k) => (axis.periodic ? [] : [k]));
  if (open.length === 0) return undefined;
  const coordinates = open.map((k): FlowCoordinate => {
    const axis = grid.axes[k] ?? grid.axes[0];
    const laws = Array.from(levels, (level) => {
      const marginal = new Float64Array(axis.points.length);
      flow.mass[level].forEach((mass, i) => {
        // Negative masses of the central scheme are errors, too small to be seen.
        if (place[i] === 0) marginal[k === 0 ? Math.floor(i / columns) : i % columns] += Math.max(0, mass);
      });
      return law(axis, marginal);
    });
    const [q05, q25, q75, q95] = quantiles.map((p) => Float64Array.from(laws, ({ quantile }) => quantile(p)));
    const { name } = model.space[k] ?? model.space[0];
    return {
      mean: Float64Array.from(laws, ({ mean }) => mean),
      deviation: Float64Array.from(laws, ({ deviation }) => deviation),
      quantiles: [q05, q25, q75, q95],
      axis: { title: "Position", symbol: name },
    };
  });
  const left = flow.mass[levels[levels.length - 1]].reduce((sum, mass, i) => (place[i] === 0 ? sum + mass : sum), 0);
  return { t: times.slice(), coordinates, ...(left < 1 - 1e-6 ? { whose: "those who are still there" } : {}) };
}

/** Mean, deviation and quantiles of masses at points, each spread evenly over its cell. */
function law({ points, weights, low }: Axis, mass: Float64Array) {
  const total = mass.reduce((sum, each) => sum + each, 0);
  const moment = (f: (x: number) => number): number =>
    mass.reduce((sum, each, i) => sum + each * f(points[i]), 0) / total;
  const mean = moment((x) => x);
  const quantile = (p: number): number => {
    let [below, edge] = [0, low];
    for (let i = 0; i < mass.length; i++) {
      if (below + mass[i] >= p * total && mass[i] > 0) return edge + (weights[i] * (p * total - below)) / mass[i];
      below += mass[i];
      edge += weights[i];
    }
    return edge;
  };
  return { mean, deviation: Math.sqrt(moment((x) => (x - mean) ** 2)), quantile };
}

/**
 * What the grid itself holds: `grid_density`, `grid_value` and `grid_drift_x` (`grid_drift_y`) with their axes `grid_t`, `grid_x`,
 * …; levels of time first, drifts by step. Densities are those of one player, values what the solver minimises: quantities of the
 * same games may be in other units, and keep their names.
 */
function arraysOf(candidate: DiffusionCandidate): Record<string, NamedArray> {
  switch (candidate.kind) {
    case "grid":
      return gridArrays(candidate);
    case "stationary": {
      const { grid, mass, value, drift, model } = candidate;
      const shape = grid.axes.map(({ points }) => points.length);
      return {
        grid_density: { shape, data: mass.map((amount, k) => amount / grid.weights[k]) },
        grid_value: { shape, data: value },
        ...Object.fromEntries(drift.map((data, k) => [`grid_drift_${nameOf(model, k)}`, { shape, data }])),
        ...axesArrays(model, grid.axes),
      };
    }
    default: {
      const { times, particles, alive, model } = candidate;
      const count = alive[0].length;
      return {
        particles: stacked([times.length, model.space.length, count], particles),
        alive: stacked(
          [times.length, count],
          alive.map((each) => Float64Array.from(each)),
        ),
        particles_t: { shape: [times.length], data: times },
      };
    }
  }
}

function gridArrays({ problem, flow, value, policy, model }: GridCandidate): Record<string, NamedArray> {
  const { grid, levels, times, stages } = problem;
  const shape = grid.axes.map(({ points }) => points.length);
  const steps = times.length - 1;
  const density = Array.from(levels, (level) => flow.mass[level].map((amount, k) => amount / grid.weights[k]));
  const drifts = grid.axes.map((_, axis) => {
    const rows = Array.from({ length: steps }, (_unused, step) => {
      // The last stage of a step along an axis: the only one on a line.
      const s = stages.findLastIndex((stage) => stage.step === step && stage.axis === axis);
      return policy.rise[s].map((rise, k) => rise - policy.fall[s][k]);
    });
    return [`grid_drift_${nameOf(model, axis)}`, stacked([steps, ...shape], rows)] as const;
  });
  return {
    grid_density: stacked([steps + 1, ...shape], density),
    grid_value: stacked(
      [steps + 1, ...shape],
      Array.from(levels, (level) => value.value[level]),
    ),
    ...Object.fromEntries(drifts),
    grid_t: { shape: [steps + 1], data: times },
    ...axesArrays(model, grid.axes),
  };
}

function axesArrays(model: DiffusionModel, axes: readonly Axis[]): Record<string, NamedArray> {
  return Object.fromEntries(
    axes.map(({ points }, k) => [`grid_${nameOf(model, k)}`, { shape: [points.length], data: points }]),
  );
}

function nameOf({ space }: DiffusionModel, axis: number): string {
  return (space[axis] ?? space[0]).name;
}

function stacked(shape: readonly number[], rows: readonly Float64Array[]): NamedArray {
  const data = new Float64Array(shape.reduce((product, length) => product * length, 1));
  let place = 0;
  for (const row of rows) {
    data.set(row, place);
    place += row.length;
  }
  return { shape, data };
}
