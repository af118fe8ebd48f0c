/** The discrete game of `plain-game.ts` played through: flows, costs, best responses, and what is left of the equations. */

import { RefusalError } from "../../core/index.ts";
import { lagrangian, restOf } from "./legendre.ts";
import {
  bestDeed,
  between,
  exitCostAt,
  jumpRates,
  momentaAt,
  sightOf,
  solveLines,
  toldDiffusion,
} from "./plain-game.ts";
import type { Bond, Deed, PlainGame, Sight } from "./plain-game.ts";
import type { Population } from "./model.ts";
import type { GridFlow, GridPolicy, GridValue, Stage } from "./problem.ts";

/** The flow that a policy induces from the masses at the start. */
export function plainFlow(game: PlainGame, policy: GridPolicy): GridFlow {
  const { stages, size, initialMass } = game.problem;
  const mass = [initialMass.slice()];
  stages.forEach((stage, s) => {
    const before = mass[s];
    const [up, down] = ratesOf(game, stage, policy.rise[s], policy.fall[s]);
    const theta = stage.implicit;
    const mean = solveLines(game, stage.axis, up, down, theta * stage.length, 1, before, true);
    const after = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      // What arrives at an exit is gone.
      if (game.bonds[0][k] !== undefined) after[k] = before[k] + (mean[k] - before[k]) / theta;
    }
    mass.push(after);
  });
  return { mass, aggregates: aggregatesOf(game, mass, policy) };
}

function ratesOf(
  { bonds, problem }: PlainGame,
  { axis }: Stage,
  rise: Float64Array,
  fall: Float64Array,
): readonly [up: Float64Array, down: Float64Array] {
  const [up, down] = [new Float64Array(problem.size), new Float64Array(problem.size)];
  bonds[axis].forEach((bond, k) => {
    if (bond !== undefined) [up[k], down[k]] = jumpRates(bond, rise[k], fall[k]);
  });
  return [up, down];
}

/** Of every stage (the drifts of a whole step together) and of the law at T. */
function aggregatesOf(
  { problem, bonds, x, y }: PlainGame,
  mass: readonly Float64Array[],
  policy: GridPolicy,
): Float64Array[] {
  const { model, stages, times } = problem;
  const free = bonds[0].flatMap((bond, k) => (bond === undefined ? [] : [k]));
  const mean = stages.map(({ implicit }, s) => between(mass[s + 1], mass[s], implicit));
  const total = (masses: Float64Array, weight: (k: number) => number): number =>
    free.reduce((sum, k) => sum + masses[k] * weight(k), 0);
  const all = stages.map(({ step, time }, s) =>
    Float64Array.from(model.aggregates, ({ state, drift }) => {
      let sum = state === undefined ? 0 : total(mean[s], (k) => state(time, x[k], y[k]));
      stages.forEach((other, o) => {
        const weight = drift?.[other.axis];
        if (other.step !== step || weight === undefined) return;
        const share = other.length / (times[step + 1] - times[step]);
        sum += share * total(mean[o], (k) => weight(other.time, x[k], y[k]) * (policy.rise[o][k] - policy.fall[o][k]));
      });
      return sum;
    }),
  );
  const last = mass[stages.length];
  all.push(
    Float64Array.from(model.aggregates, ({ state }) =>
      state === undefined ? 0 : total(last, (k) => state(model.horizon, x[k], y[k])),
    ),
  );
  return all;
}

/** u(T, ·) against the law at T, costs of exits included. */
function terminalValue(game: PlainGame, flow: GridFlow): Float64Array {
  const { model, stages, size } = game.problem;
  const { at } = sightOf(game, flow, stages.length);
  return Float64Array.from({ length: size }, (_, k) =>
    game.bonds[0][k] === undefined
      ? exitCostAt(game, k, model.horizon)
      : model.terminal.value(game.x[k], game.y[k], at(k)),
  );
}

/** What a player pays who follows a policy while the population is a flow. */
export function plainCost(game: PlainGame, policy: GridPolicy, flow: GridFlow): GridValue {
  const { problem, x, y } = game;
  const { model } = problem;
  return backwards(game, flow, (stage, s, later, mean, sight) => {
    const { axis, length, implicit, carries } = stage;
    const [rise, fall] = [policy.rise[s], policy.fall[s]];
    const [up, down] = ratesOf(game, stage, rise, fall);
    const hamiltonian = model.hamiltonian[axis] ?? model.hamiltonian[0];
    const kept = 1 + implicit * length * carries * model.discount;
    game.bonds[axis].forEach((bond, k) => {
      if (bond === undefined) return;
      const population = sight.at(k);
      const L = (drift: number): number => lagrangian(hamiltonian, sight.time, x[k], y[k], drift, population);
      let paid = carries * model.running.value(sight.time, x[k], y[k], population);
      if (!bond.apart || rise[k] === 0 || fall[k] === 0) paid += L(rise[k] - fall[k]);
      else {
        const rest = restOf(hamiltonian, sight.time, x[k], y[k], population);
        paid += L(rise[k]) + L(-fall[k]) + hamiltonian.value(sight.time, x[k], y[k], rest, population);
      }
      if (bond.open !== undefined) {
        const [above, below] = momentaAt(game, bond, k, later, later, stage);
        // Central controls have a sign, those of two sides each their own.
        const outwards = bond.apart ? (bond.open.side === 1 ? rise[k] : -fall[k]) : rise[k];
        paid += outwards * (bond.open.side === 1 ? above : below);
      }
      mean[k] = later[k] + implicit * length * (paid + toldDiffusion(game, bond, k, later, stage));
    });
    return solveLines(game, axis, up, down, implicit * length, kept, mean, false);
  });
}

/** The value of the best response to a flow, every stage solved by Newton's method to rounding. */
export function plainResponse(game: PlainGame, flow: GridFlow): GridValue {
  const { model } = game.problem;
  return backwards(game, flow, (stage, s, later, mean, sight) => {
    const { axis, length, implicit, carries } = stage;
    const kept = 1 + implicit * length * carries * model.discount;
    const v = mean.slice();
    let least = Infinity;
    for (let round = 0; round < 100; round++) {
      const { defect, rise, fall, terms } = stageDefect(game, stage, sight, later, v);
      const largest = maximum(defect);
      const scale = Number.EPSILON * (1 + maximum(v));
      // Rounding stops the fall of the defect before it stops exactly at any given bound; where its terms are large, far before.
      const rounding = Math.max(1e5 * scale, 64 * Number.EPSILON * terms);
      if (largest <= 4 * scale || (round > 8 && largest <= rounding && largest >= 0.5 * least)) return v;
      if (!Number.isFinite(largest)) break;
      least = Math.min(least, largest);
      const [up, down] = ratesOf(game, stage, rise, fall);
      const change = solveLines(game, axis, up, down, implicit * length, kept, defect, false);
      for (let k = 0; k < v.length; k++) v[k] -= change[k];
    }
    throw new RefusalError(
      `the certificate's own best response is not found at t = ${stage.time} (stage ${s}): take more time steps` +
        (game.problem.scheme === "central" ? ", or the upwind scheme" : ""),
    );
  });
}

type SolveStage = (
  stage: Stage,
  s: number,
  later: Float64Array,
  /** A first guess of ū, right at exits and walls. */
  mean: Float64Array,
  sight: Sight,
) => Float64Array;

/** From T to 0, ū of every stage by `solve`. */
function backwards(game: PlainGame, flow: GridFlow, solve: SolveStage): GridValue {
  const { stages } = game.problem;
  const value = [terminalValue(game, flow)];
  for (let s = stages.length - 1; s >= 0; s--) {
    const { implicit } = stages[s];
    const later = value[0];
    const exits = later.map((u, k) => (game.bonds[0][k] === undefined ? exitCostAt(game, k, game.levelTimes[s]) : u));
    const mean = solve(stages[s], s, later, between(exits, later, implicit), sightOf(game, flow, s));
    value.unshift(
      exits.map((u, k) => (game.bonds[0][k] === undefined ? u : later[k] + (mean[k] - later[k]) / implicit)),
    );
  }
  return { value };
}

interface StageDefect {
  /** v − u⁺ + θτ(−ν D²v + r'v + Ĥ − F), in units of u. */
  readonly defect: Float64Array;
  readonly rise: Float64Array;
  readonly fall: Float64Array;
  /** The largest sum of the sizes of its terms at any point. */
  readonly terms: number;
}

function stageDefect(game: PlainGame, stage: Stage, sight: Sight, later: Float64Array, v: Float64Array): StageDefect {
  const { problem, x, y } = game;
  const { model, size } = problem;
  const { axis, length, implicit, carries } = stage;
  const hamiltonian = model.hamiltonian[axis] ?? model.hamiltonian[0];
  const [defect, rise, fall] = Array.from({ length: 3 }, () => new Float64Array(size));
  let terms = 0;
  game.bonds[axis].forEach((bond, k) => {
    if (bond === undefined) return;
    const population = sight.at(k);
    const deed = deedAt(game, bond, k, hamiltonian, stage, sight, later, v, population);
    [rise[k], fall[k]] = [deed.rise, deed.fall];
    const { next, previous, diffuseUp, diffuseDown } = bond;
    const diffusion =
      (diffuseUp === 0 ? 0 : diffuseUp * (v[next] - v[k])) -
      (diffuseDown === 0 ? 0 : diffuseDown * (v[k] - v[previous]));
    const [up, down] = jumpRates(bond, rise[k], fall[k]);
    const cost = carries * (model.running.value(sight.time, x[k], y[k], population) - model.discount * v[k]);
    const told = toldDiffusion(game, bond, k, later, stage);
    defect[k] = v[k] - later[k] + implicit * length * (deed.hamiltonian - diffusion - told - cost);
    const jumps = (Math.abs(up) + Math.abs(down)) * Math.abs(v[k]);
    const sizes = Math.abs(deed.hamiltonian) + jumps + Math.abs(told) + Math.abs(cost);
    terms = Math.max(terms, Math.abs(v[k]) + Math.abs(later[k]) + implicit * length * sizes);
  });
  return { defect, rise, fall, terms };
}

function deedAt(
  game: PlainGame,
  bond: Bond,
  k: number,
  hamiltonian: Parameters<typeof bestDeed>[0],
  stage: Stage,
  { time }: Sight,
  later: Float64Array,
  v: Float64Array,
  population: Population,
): Deed {
  const [up, down] = momentaAt(game, bond, k, v, later, stage);
  return bestDeed(hamiltonian, bond.apart, up, down, time, game.x[k], game.y[k], population);
}

/** How far values and masses are from solving the equations of the discrete game together, step by step. */
export interface Defects {
  /** Of the Hamilton–Jacobi–Bellman equation over a stage, and of the value at T, in units of u. */
  readonly value: number;
  /** Of the Fokker–Planck equation over a stage with the drifts that the value gives, in mass. */
  readonly mass: number;
}

export function plainDefects(game: PlainGame, value: GridValue, flow: GridFlow): Defects {
  let mass = 0;
  const ofValue = plainValueDefect(game, value, flow, (s, rise, fall) => {
    mass = worse(mass, massDefect(game, flow, s, rise, fall));
  });
  return { value: ofValue, mass };
}

/** The first of them alone; `each` is given the drifts that the value gives in a stage. */
export function plainValueDefect(
  game: PlainGame,
  value: GridValue,
  flow: GridFlow,
  each: (s: number, rise: Float64Array, fall: Float64Array) => void = () => {},
): number {
  const { stages } = game.problem;
  const end = terminalValue(game, flow);
  let largest = maximum(end.map((u, k) => u - value.value[stages.length][k]));
  stages.forEach((stage, s) => {
    const later = value.value[s + 1];
    const v = between(later, value.value[s], 1 - stage.implicit);
    const { defect, rise, fall } = stageDefect(game, stage, sightOf(game, flow, s), later, v);
    largest = worse(largest, maximum(defect));
    each(s, rise, fall);
  });
  return largest;
}

/** Of the Fokker–Planck equation over stage s. */
function massDefect(game: PlainGame, flow: GridFlow, s: number, rise: Float64Array, fall: Float64Array): number {
  const stage = game.problem.stages[s];
  const { axis, length, implicit } = stage;
  const mean = between(flow.mass[s + 1], flow.mass[s], implicit);
  const [up, down] = ratesOf(game, stage, rise, fall);
  // mean − π⁻ − θτ Gᵀ mean, jump by jump.
  const rest = mean.map((mass, k) => mass - flow.mass[s][k]);
  game.bonds[axis].forEach((bond, k) => {
    if (bond === undefined) return;
    const [forth, back] = [implicit * length * up[k] * mean[k], implicit * length * down[k] * mean[k]];
    rest[k] += forth + back;
    if (bond.next >= 0) rest[bond.next] -= forth;
    if (bond.previous >= 0) rest[bond.previous] -= back;
  });
  let largest = 0;
  game.bonds[axis].forEach((bond, k) => {
    if (bond !== undefined) largest = worse(largest, Math.abs(rest[k]));
  });
  return largest;
}

/** Largest absolute value; not-a-number shows. */
export function maximum(values: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < values.length; k++) most = worse(most, Math.abs(values[k]));
  return most;
}

function worse(a: number, b: number): number {
  return b <= a ? a : b;
}
