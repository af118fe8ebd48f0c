/** What players of a stationary game see beside the density where they stand: averages over their surroundings, moments. */

import { luDecompose } from "../../numeric/lu.ts";
import { zeros } from "../../numeric/matrix.ts";
import { newtonSystem } from "../../numeric/newton-system.ts";
import { stationaryEquations } from "./stationary-equations.ts";
import type { Surroundings } from "./stationary-equations.ts";
import type { StationaryProblem } from "./stationary-problem.ts";

/** The surroundings that values u and masses make; where Hamiltonians see aggregates of drifts, by a small fixed point. */
export function surroundingsOf(
  problem: StationaryProblem,
  u: Float64Array,
  mass: Float64Array,
  guess: Float64Array,
): Surroundings {
  const { model } = problem;
  const nearby = average(problem, mass);
  if (model.aggregates.length === 0) return { nearby, aggregates: guess };
  const at = (aggregates: Float64Array): Float64Array => measured(problem, u, mass, { nearby, aggregates });
  if (!steersBy(problem, "aggregates")) return { nearby, aggregates: at(guess) };
  const { x } = newtonSystem(
    (z) => at(z).map((value, k) => value - z[k]),
    (z) => reactionOf(problem, u, mass, { nearby, aggregates: z }).reaction,
    guess,
  );
  return { nearby, aggregates: x };
}

/** Whether anything sees more than the density on the spot, so that equations are not local. */
export function seesFar({ model }: StationaryProblem): boolean {
  return [model.running, ...model.hamiltonian].some(({ sees }) => sees?.nearby === true || sees?.aggregates === true);
}

function steersBy({ model }: StationaryProblem, what: "aggregates"): boolean {
  return model.hamiltonian.some(({ sees }) => sees?.[what] === true);
}

/** z as the policy of u, played in the given surroundings by the given masses, makes it. */
function measured(problem: StationaryProblem, u: Float64Array, mass: Float64Array, around: Surroundings): Float64Array {
  const { model, x, y } = problem;
  const { drift } = stationaryEquations(problem, u, mass, around);
  return Float64Array.from(model.aggregates, (aggregate) => {
    let sum = 0;
    for (let i = 0; i < mass.length; i++) {
      let here = aggregate.state?.(0, x[i], y[i]) ?? 0;
      aggregate.drift?.forEach((weight, a) => (here += weight(0, x[i], y[i]) * drift[a][i]));
      sum += mass[i] * here;
    }
    return sum;
  });
}

/** ∂(measured − z)/∂z, by central differences. */
function reactionOf(problem: StationaryProblem, u: Float64Array, mass: Float64Array, around: Surroundings) {
  const count = problem.model.aggregates.length;
  const reaction = zeros(count, count);
  for (let k = 0; k < count; k++) {
    const step = 1e-5 * Math.max(1, Math.abs(around.aggregates[k]));
    const moved = (by: number): Float64Array =>
      measured(problem, u, mass, { ...around, aggregates: around.aggregates.map((z, l) => (l === k ? z + by : z)) });
    const [after, before] = [moved(step), moved(-step)];
    for (let l = 0; l < count; l++) {
      reaction.data[l * count + k] = (after[l] - before[l]) / (2 * step) - (l === k ? 1 : 0);
    }
  }
  return { reaction };
}

/** How both equations change through their surroundings alone, for a change of values and masses. */
export interface FarChange {
  readonly hjb: Float64Array;
  readonly outflow: Float64Array;
}

/** The derivative of both equations through what is seen of surroundings, at a solution of `surroundingsOf`. */
export function farDerivative(
  problem: StationaryProblem,
  u: Float64Array,
  mass: Float64Array,
  around: Surroundings,
): (du: Float64Array, dmass: Float64Array) => FarChange {
  const count = problem.model.aggregates.length;
  const reaction =
    count > 0 && steersBy(problem, "aggregates")
      ? luDecompose(reactionOf(problem, u, mass, around).reaction)
      : undefined;
  return (du, dmass) => {
    const nearby = average(problem, dmass);
    const size = Math.max(1e-300, largest(du), largest(dmass) * mass.length, largest(nearby));
    const step = 1e-5 / size;
    const along = (base: Float64Array, change: Float64Array, by: number): Float64Array =>
      base.map((value, i) => value + by * change[i]);
    let aggregates = new Float64Array(count);
    if (count > 0) {
      const moved = (by: number): Float64Array =>
        measured(problem, along(u, du, by), along(mass, dmass, by), {
          nearby: along(around.nearby, nearby, by),
          aggregates: around.aggregates,
        });
      const [after, before] = [moved(step), moved(-step)];
      aggregates = after.map((value, k) => (value - before[k]) / (2 * step));
      if (reaction !== undefined) aggregates = reaction.solve(aggregates).map((value) => -value);
    }
    const moved = (by: number) =>
      stationaryEquations(problem, u, mass, {
        nearby: along(around.nearby, nearby, by),
        aggregates: along(around.aggregates, aggregates, by),
      });
    const [after, before] = [moved(step), moved(-step)];
    return {
      hjb: after.hjb.map((value, i) => (value - before.hjb[i]) / (2 * step)),
      outflow: after.outflow.map((value, i) => (value - before.outflow[i]) / (2 * step)),
    };
  };
}

function largest(v: Float64Array): number {
  return v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** (K * m) at each unknown, a product of one kernel per axis; empty where the model has none. */
function average({ model, grid, points }: StationaryProblem, mass: Float64Array): Float64Array {
  if (model.nearby === undefined) return new Float64Array(0);
  const [x, y] = grid.axes;
  const columns = y?.points.length ?? 1;
  const [first, second] = model.nearby;
  const between = new Float64Array(grid.size);
  points.forEach((k, i) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    for (let r = 0; r < x.points.length; r++) {
      between[r * columns + column] += first(x.points[r], x.points[row]) * mass[i];
    }
  });
  if (y === undefined || second === undefined) return Float64Array.from(points, (k) => between[k]);
  const table = Float64Array.from({ length: columns * columns }, (_, k) =>
    second(y.points[Math.floor(k / columns)], y.points[k % columns]),
  );
  return Float64Array.from(points, (k) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += table[column * columns + c] * between[row * columns + c];
    return sum;
  });
}
