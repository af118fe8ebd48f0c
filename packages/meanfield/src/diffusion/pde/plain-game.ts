/**
 * The discrete game written down a second time, from its definition in `problem.ts` alone, for certificates and checks.
 *
 * Nothing here is quick or shares a line with the sweeps of solvers: geometry point by point, momenta and rates as formulas,
 * linear systems by the ordinary elimination of `numeric/tridiagonal.ts`. An error in one of the two would show as a residual.
 */

import { solveCyclicTridiagonal, solveTridiagonal } from "../../numeric/tridiagonal.ts";
import type { Axis } from "../../measure/grid.ts";
import { restOf } from "./legendre.ts";
import type { AxisHamiltonian, DiffusionModel, End, Population } from "./model.ts";
import type { GridFlow, GridProblem, Stage } from "./problem.ts";

/** What happens between a point and its two neighbours along one axis. */
export interface Bond {
  /** Neighbours; −1 where there is none or a wall. */
  readonly next: number;
  readonly previous: number;
  /** Rates of diffusion. */
  readonly diffuseUp: number;
  readonly diffuseDown: number;
  /** p⁺ = slopeUp (u_next − u), p⁻ = slopeDown (u − u_previous). */
  readonly slopeUp: number;
  readonly slopeDown: number;
  /** Whether controls to both sides are apart (upwind, and at open ends), or momenta add to the central difference. */
  readonly apart: boolean;
  /** An end that is open, and on which side. */
  readonly open?: {
    readonly end: End & { readonly kind: "open" };
    readonly side: 1 | -1;
    readonly inner: number;
    readonly innermost: number;
    readonly width: number;
  };
}

export interface PlainGame {
  readonly problem: GridProblem;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** By axis and point; points that are walls or exits have none. */
  readonly bonds: readonly (readonly (Bond | undefined)[])[];
  /** By axis, the points of each line in their order. */
  readonly lines: readonly (readonly Int32Array[])[];
  /** Time of each stage level. */
  readonly levelTimes: Float64Array;
}

export function plainGame(problem: GridProblem): PlainGame {
  const { grid, size, stages, times, scheme, model } = problem;
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const x = Float64Array.from({ length: size }, (_, k) => first.points[Math.floor(k / columns)]);
  const y = Float64Array.from({ length: size }, (_, k) => second?.points[k % columns] ?? 0);
  const along = Array.from({ length: size / columns }, (_, i) => i);
  const across = Array.from({ length: columns }, (_, j) => j);
  const lines = [across.map((j) => Int32Array.from(along, (i) => i * columns + j))];
  if (second !== undefined) lines.push(along.map((i) => Int32Array.from(across, (j) => i * columns + j)));
  const bonds = grid.axes.map((axis, a) => bondsOf(problem, axis, a, lines[a]));
  const levelTimes = new Float64Array(stages.length + 1).fill(model.horizon);
  stages.forEach(({ step }, s) => {
    const begins = s === 0 || stages[s - 1].step !== step;
    levelTimes[s] = begins || scheme === "upwind" ? times[step] : 0.5 * (times[step] + times[step + 1]);
  });
  return { problem, x, y, bonds, lines, levelTimes };
}

function bondsOf(
  { model, place, scheme, size }: GridProblem,
  axis: Axis,
  a: number,
  lines: readonly Int32Array[],
): (Bond | undefined)[] {
  const nu = 0.5 * model.volatility ** 2;
  const { points, weights, periodic, low, high } = axis;
  const n = points.length;
  const { ends } = model.space[a] ?? model.space[0];
  /** Distance from point i to the next one, around the circle after the last. */
  const gap = (i: number): number => (i === n - 1 ? high - points[i] + points[0] - low : points[i + 1] - points[i]);
  const bonds: (Bond | undefined)[] = Array.from({ length: size }, () => undefined);
  for (const line of lines) {
    for (let i = 0; i < n; i++) {
      const k = line[i];
      if (place[k] !== 0) continue;
      const reach = (to: number): number => {
        const other = line[periodic ? (to + n) % n : to];
        return other === undefined || place[other] === 1 ? -1 : other;
      };
      const [next, previous] = [reach(i + 1), reach(i - 1)];
      const [after, before] = [gap(i), gap((i + n - 1) % n)];
      const w = weights[i];
      const end = ends === "periodic" ? undefined : i === 0 ? ends[0] : i === n - 1 ? ends[1] : undefined;
      const [hasNext, hasPrevious] = [next >= 0 ? 1 : 0, previous >= 0 ? 1 : 0];
      if (end?.kind === "open") {
        const side = i === 0 ? -1 : 1;
        const inner = side === 1 ? previous : next;
        const innermost = line[i - 2 * side];
        if (inner >= 0 && place[innermost] !== 1) {
          const width = side === 1 ? before : after;
          // A told slope leaves diffusion across the last gap; a told bend replaces all of it.
          const told = end.slope !== undefined;
          const diffuse = told ? nu / (width * w) : 0;
          // Central differences know the told slope and need no other.
          const apart = !(told && scheme === "central");
          bonds[k] = {
            next,
            previous,
            diffuseUp: side === -1 ? diffuse : 0,
            diffuseDown: side === 1 ? diffuse : 0,
            slopeUp: apart && side === -1 ? 1 / width : 0,
            slopeDown: apart && side === 1 ? 1 / width : 0,
            apart,
            open: { end, side, inner, innermost, width },
          };
          continue;
        }
      }
      const mirrored = scheme === "central" && end !== undefined && end.kind !== "absorbing";
      const central = (has: number): number => (mirrored ? 0 : (0.5 * has) / w);
      bonds[k] = {
        next,
        previous,
        diffuseUp: hasNext === 1 ? nu / (after * w) : 0,
        diffuseDown: hasPrevious === 1 ? nu / (before * w) : 0,
        slopeUp: scheme === "upwind" ? (hasNext === 1 ? 1 / after : 0) : central(hasNext),
        slopeDown: scheme === "upwind" ? (hasPrevious === 1 ? 1 / before : 0) : central(hasPrevious),
        apart: scheme === "upwind",
      };
    }
  }
  return bonds;
}

/** What everybody sees in one stage. */
export interface Sight {
  readonly time: number;
  /** The population at point k; the same object every time. */
  readonly at: (k: number) => Population;
}

/** The population of stage s of a flow, or of the law at T for s = number of stages. */
export function sightOf({ problem, x, y }: PlainGame, flow: GridFlow, s: number): Sight {
  const { model, stages, grid } = problem;
  const stage = stages[s] as Stage | undefined;
  const mass = stage === undefined ? flow.mass[s] : between(flow.mass[s + 1], flow.mass[s], stage.implicit);
  const nearby = model.nearby === undefined ? undefined : averaged(model.nearby, grid.axes, mass);
  const seen = { density: 0, nearby: 0, aggregates: flow.aggregates[s] };
  const at = (k: number): Population => {
    seen.density = mass[k] / grid.weights[k];
    if (nearby !== undefined) seen.nearby = nearby(x[k], y[k]);
    return seen;
  };
  return { time: stage?.time ?? model.horizon, at };
}

/** θ later + (1 − θ) earlier. */
export function between(later: Float64Array, earlier: Float64Array, theta: number): Float64Array {
  return later.map((value, k) => theta * value + (1 - theta) * earlier[k]);
}

/** (K * m)(x, y), rows summed once. */
function averaged(
  kernel: NonNullable<DiffusionModel["nearby"]>,
  axes: readonly Axis[],
  mass: Float64Array,
): (x: number, y: number) => number {
  const [first, second] = axes;
  const columns = second?.points.length ?? 1;
  const rows = new Map<number, Float64Array>();
  return (x, y) => {
    const row = rows.get(x) ?? new Float64Array(columns);
    if (!rows.has(x)) {
      first.points.forEach((other, i) => {
        const weight = kernel[0](x, other);
        for (let j = 0; j < columns; j++) row[j] += weight * mass[i * columns + j];
      });
      rows.set(x, row);
    }
    return row.reduce(
      (sum, amount, j) => sum + amount * (second === undefined ? 1 : kernel[1](y, second.points[j])),
      0,
    );
  };
}

/** What players at a point do at given momenta, and what that is worth to them. */
export interface Deed {
  readonly rise: number;
  readonly fall: number;
  /** The numerical Hamiltonian. */
  readonly hamiltonian: number;
}

/** The best drifts at momenta p⁺ and p⁻, apart or with their sum. */
export function bestDeed(
  hamiltonian: AxisHamiltonian,
  apart: boolean,
  up: number,
  down: number,
  t: number,
  x: number,
  y: number,
  population: Population,
): Deed {
  const H = (p: number): number => hamiltonian.value(t, x, y, p, population);
  const slope = (p: number): number => hamiltonian.slope(t, x, y, p, population);
  if (!apart) return { rise: -slope(up + down), fall: 0, hamiltonian: H(up + down) };
  const rest = restOf(hamiltonian, t, x, y, population);
  const [rises, falls] = [up < rest, down > rest];
  const count = (rises ? 1 : 0) + (falls ? 1 : 0);
  return {
    rise: rises ? -slope(up) : 0,
    fall: falls ? slope(down) : 0,
    hamiltonian: (rises ? H(up) : 0) + (falls ? H(down) : 0) + (count === 1 ? 0 : (1 - count) * H(rest)),
  };
}

/** Momenta of values ū at a point, with what an open end tells; `later` is the value after the stage. */
export function momentaAt(
  { x, y }: PlainGame,
  { next, previous, slopeUp, slopeDown, open }: Bond,
  k: number,
  mean: Float64Array,
  later: Float64Array,
  stage: Stage,
): readonly [up: number, down: number] {
  // Towards walls and out of reflecting ends values go on as in a mirror: no slope.
  const up = slopeUp === 0 ? 0 : slopeUp * (mean[next] - mean[k]);
  const down = slopeDown === 0 ? 0 : slopeDown * (mean[k] - mean[previous]);
  if (open === undefined) return [up, down];
  const outward = outwardSlope(open, k, later, stage.time, stage.axis === 0 ? y[k] : x[k]);
  return open.side === 1 ? [outward, down] : [up, outward];
}

type Open = NonNullable<Bond["open"]>;

function bendOf({ inner, innermost, width }: Open, k: number, later: Float64Array): number {
  return (later[k] - 2 * later[inner] + later[innermost]) / width ** 2;
}

/** u_x that is told at an open end, or goes on from the value after the stage. */
function outwardSlope(open: Open, k: number, later: Float64Array, t: number, other: number): number {
  if (open.end.slope !== undefined) return open.end.slope(t, other);
  return open.side * ((later[k] - later[open.inner]) / open.width + open.width * bendOf(open, k, later));
}

/** ν times the part of the second difference that an open end tells. */
export function toldDiffusion(
  { problem, x, y }: PlainGame,
  { open }: Bond,
  k: number,
  later: Float64Array,
  stage: Stage,
): number {
  if (open === undefined) return 0;
  const nu = 0.5 * problem.model.volatility ** 2;
  if (open.end.slope === undefined) return nu * bendOf(open, k, later);
  const outward = open.end.slope(stage.time, stage.axis === 0 ? y[k] : x[k]);
  return (2 * nu * open.side * outward) / open.width;
}

/** Rates of jumps up and down under two controls. */
export function jumpRates(bond: Bond, rise: number, fall: number): readonly [up: number, down: number] {
  const { diffuseUp, diffuseDown, slopeUp, slopeDown, apart } = bond;
  if (apart) return [diffuseUp + rise * slopeUp, diffuseDown + fall * slopeDown];
  return [diffuseUp + (rise - fall) * slopeUp, diffuseDown + (fall - rise) * slopeDown];
}

/** What players pay who are at an exit at time t; 0 at walls. */
export function exitCostAt({ problem, x, y }: PlainGame, k: number, t: number): number {
  const { model, place, grid } = problem;
  if (place[k] !== 2) return 0;
  if (model.place?.(x[k], y[k]) === "exit") return model.exitCost?.(t, x[k], y[k]) ?? 0;
  for (const [a, { ends }] of model.space.entries()) {
    if (ends === "periodic") continue;
    const { points } = grid.axes[a] ?? grid.axes[0];
    const [own, other] = a === 0 ? [x[k], y[k]] : [y[k], x[k]];
    const end = own === points[0] ? ends[0] : own === points[points.length - 1] ? ends[1] : undefined;
    if (end?.kind === "absorbing") return end.cost?.(t, other) ?? 0;
  }
  return 0;
}

/**
 * Solves (kept + step (up + down)) f − step (up f_next + down f_previous) = b on every line of an axis, or its transpose.
 *
 * Points without a bond keep b.
 */
export function solveLines(
  game: PlainGame,
  axis: number,
  up: Float64Array,
  down: Float64Array,
  step: number,
  kept: number,
  b: Float64Array,
  transpose: boolean,
): Float64Array {
  const out = b.slice();
  const { periodic } = game.problem.grid.axes[axis] ?? game.problem.grid.axes[0];
  for (const line of game.lines[axis]) {
    const n = line.length;
    const [lower, diagonal, upper, rhs] = Array.from({ length: 4 }, () => new Float64Array(n));
    line.forEach((k, i) => {
      const bond = game.bonds[axis][k];
      diagonal[i] = bond === undefined ? 1 : kept + step * (up[k] + down[k]);
      rhs[i] = b[k];
      if (bond === undefined) return;
      const [after, before] = [(i + 1) % n, (i + n - 1) % n];
      if (transpose) {
        lower[after] -= step * up[k];
        upper[before] -= step * down[k];
      } else {
        upper[i] -= step * up[k];
        lower[i] -= step * down[k];
      }
    });
    const found = periodic
      ? solveCyclicTridiagonal(lower, diagonal, upper, rhs, rhs, new Float64Array(2 * n))
      : solveTridiagonal(lower, diagonal, upper, rhs, rhs, new Float64Array(n));
    line.forEach((k, i) => void (out[k] = found[i]));
  }
  return out;
}
