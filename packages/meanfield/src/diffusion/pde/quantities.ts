/**
 * What games of diffusions measure: fields u, m and β, series of aggregates, moments and mass, the expected cost.
 *
 *     measure: (_parameters, _question, candidate) => ({ ...fieldQuantities(candidate), output: … })
 *
 * Values and masses stand at the times of the grid, drifts and means of drifts in the middle of steps (central) or at
 * their beginning (upwind); all are read there by polynomials (`field-interpolation.ts`). Inside walls a field is NaN.
 */

import { evenGrid, InputError, once, scalar, series } from "../../core/index.ts";
import type { Axis, Quantities, Quantity, QuantityDefinition } from "../../core/index.ts";
import type { DiffusionCandidate, GridCandidate, ParticleCandidate, StationaryCandidate } from "./candidate.ts";
import { playedOnGrid } from "../particles/on-grid.ts";
import { policyValue } from "./evaluation.ts";
import { fieldReader, inTime } from "./field-interpolation.ts";
import type { DiffusionModel } from "./model.ts";

/** u, m and β as functions; t is not read by stationary answers, y not on a line. */
export interface Readings {
  readonly value: (t: number, x: number, y: number) => number;
  readonly density: (t: number, x: number, y: number) => number;
  readonly drift: (axis: 0 | 1, t: number, x: number, y: number) => number;
  /** z_k(t), k the place in the model's `aggregates`. */
  readonly aggregate: (k: number, t: number) => number;
  /** ∫ f(x, y) m(t, dx, dy) over the players who are still there. */
  readonly moment: (f: (x: number, y: number) => number, t: number) => number;
  /** What a player expects to pay: over the horizon, or of stationary answers per unit of time. */
  readonly cost: () => number;
}

/** Reads an answer of any kind. */
export function readingsOf(candidate: DiffusionCandidate): Readings {
  switch (candidate.kind) {
    case "grid":
      return gridReadings(candidate);
    case "stationary":
      return stationaryReadings(candidate);
    default:
      return particleReadings(candidate);
  }
}

const FREE = 0;
const WALL = 1;

function gridReadings({ problem, value, flow, policy, question, model }: GridCandidate): Readings {
  const { grid, scheme, times, levels, place, stages } = problem;
  const [inSpace, alongTime] = scheme === "central" ? [6, 4] : [4, 2];
  const walls = place.includes(WALL);
  const read = fieldReader(grid, inSpace, walls ? (k) => place[k] !== WALL : undefined);
  const readFree = fieldReader(
    grid,
    inSpace,
    place.some((kind) => kind !== FREE) ? (k) => place[k] === FREE : undefined,
  );
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const densities = flow.mass.map((mass) => once(() => mass.map((amount, k) => amount / grid.weights[k])));
  /** Drifts of each step along each axis: the stages of one step have one mean time. */
  const drifts = model.space.map((_, axis) =>
    Array.from({ length: times.length - 1 }, (_unused, step) =>
      once(() => {
        const [from, to] = [levels[step], levels[step + 1]];
        const own = stages.slice(from, to).flatMap((stage, i) => (stage.axis === axis ? [from + i] : []));
        return policy.rise[own[0]].map(
          (_each, k) => own.reduce((sum, s) => sum + policy.rise[s][k] - policy.fall[s][k], 0) / own.length,
        );
      }),
    ),
  );
  const share = scheme === "central" ? 0.5 : 0;
  const middles = Float64Array.from(drifts[0], (_, step) => times[step] + share * (times[step + 1] - times[step]));
  /** Upwind the last drift lasts to the end: a line through it could leave what controls give. */
  const heard = (t: number): number => (scheme === "central" ? t : Math.min(t, middles[middles.length - 1]));
  const weighed = (mass: Float64Array, f: (x: number, y: number) => number): number =>
    mass.reduce(
      (sum, amount, k) =>
        place[k] === FREE
          ? sum + amount * f(first.points[Math.floor(k / columns)], second?.points[k % columns] ?? 0)
          : sum,
      0,
    );
  const moment = (f: (x: number, y: number) => number, t: number): number =>
    inTime(times, alongTime, t, (n) => weighed(flow.mass[levels[n]], f));
  /** What the drifts add to an aggregate in each step: all of it, less the state's part over the mean masses of the stage. */
  const moved = model.aggregates.map(({ state }, k) =>
    once(() =>
      middles.map((_, step) => {
        const s = levels[step];
        const { implicit, time } = stages[s];
        if (state === undefined) return flow.aggregates[s][k];
        const mean = flow.mass[s + 1].map((after, i) => implicit * after + (1 - implicit) * flow.mass[s][i]);
        return flow.aggregates[s][k] - weighed(mean, (x, y) => state(time, x, y));
      }),
    ),
  );
  return {
    value: (t, x, y) => inTime(times, alongTime, t, (n) => read(value.value[levels[n]], x, y)),
    density: (t, x, y) => {
      const density = inTime(times, alongTime, t, (n) => read(densities[levels[n]](), x, y));
      // Masses of the upwind scheme are never negative, though polynomials through them may be.
      return scheme === "upwind" && density < 0 ? 0 : density;
    },
    drift: (axis, t, x, y) => inTime(middles, alongTime, heard(t), (step) => readFree(drifts[axis][step](), x, y)),
    aggregate: (k, t) => {
      const { state, drift } = model.aggregates[k];
      const still = state === undefined ? 0 : moment((x, y) => state(t, x, y), t);
      return drift === undefined ? still : still + inTime(middles, alongTime, heard(t), (step) => moved[k]()[step]);
    },
    moment,
    cost: () => {
      // A planner's values are the social ones of one more player; a player's own cost is that of the policy.
      const own = question.concept === "planner" ? policyValue(problem, policy, flow) : value;
      return problem.initialMass.reduce((sum, mass, k) => (mass === 0 ? sum : sum + mass * own.value[0][k]), 0);
    },
  };
}

function stationaryReadings(candidate: StationaryCandidate): Readings {
  const { grid, scheme, value, mass, drift, constant, extrapolated, model } = candidate;
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const { place } = model;
  const at = (k: number): readonly [number, number] => [
    first.points[Math.floor(k / columns)],
    second?.points[k % columns] ?? 0,
  ];
  const read = fieldReader(
    grid,
    scheme === "central" ? 6 : 4,
    place === undefined ? undefined : (k) => place(...at(k)) === "free",
  );
  const density = once(() => mass.map((amount, k) => amount / grid.weights[k]));
  const moment = (f: (x: number, y: number) => number): number =>
    mass.reduce((sum, amount, k) => (amount === 0 ? sum : sum + amount * f(...at(k))), 0);
  return {
    value: (_t, x, y) => read(value, x, y),
    density: (_t, x, y) => read(density(), x, y),
    drift: (axis, _t, x, y) => read(drift[axis], x, y),
    aggregate: (k) => {
      const { state, drift: weights } = model.aggregates[k];
      return mass.reduce((sum, amount, i) => {
        const [x, y] = at(i);
        const paid = weights?.reduce((all, weight, axis) => all + weight(0, x, y) * drift[axis][i], 0) ?? 0;
        return sum + amount * ((state?.(0, x, y) ?? 0) + paid);
      }, 0);
    },
    moment,
    cost: () => extrapolated?.constant ?? constant,
  };
}

/** Means are those of the particles; values and costs those of their drifts, played by everybody on the game's own mesh. */
function particleReadings(candidate: ParticleCandidate): Readings {
  const { times, particles, alive, aggregates, drift, density, model, question } = candidate;
  const onGrid = once(() => gridReadings({ kind: "grid", model, question, ...playedOnGrid(candidate) }));
  return {
    value: (t, x, y) => onGrid().value(t, x, y),
    density: (t, x, y) => (density ?? onGrid().density)(t, x, y),
    cost: () => onGrid().cost(),
    drift,
    aggregate: (k, t) => inTime(times, 2, t, (n) => aggregates[n][k]),
    moment: (f, t) =>
      inTime(times, 2, t, (n) => {
        const count = alive[n].length;
        let sum = 0;
        for (let i = 0; i < count; i++) {
          if (alive[n][i] === 1) sum += f(particles[n][i], model.space.length === 1 ? 0 : particles[n][count + i]);
        }
        return sum / count;
      }),
  };
}

export interface FieldOptions {
  /** The part of the space that fields are shown on, by axis; all of it where left out. */
  readonly window?: readonly (readonly [low: number, high: number])[];
}

/** The grid on which fields are shown and compared, whatever the solver's: time (unless stationary), then space. */
export function fieldAxes({ space, horizon }: DiffusionModel, { window }: FieldOptions = {}): Axis[] {
  const line = space.length === 1;
  const places = space.map(({ name, low, high }, k) => {
    const [from, to] = window?.[k] ?? [low, high];
    return { name, grid: evenGrid(from, to, line ? 81 : 41) };
  });
  return Number.isFinite(horizon) ? [{ name: "t", grid: evenGrid(0, horizon, line ? 41 : 6) }, ...places] : places;
}

/** A function of (t, x, y) as a quantity on `fieldAxes`; asked outside the space it throws InputError. */
export function fieldOf(
  model: DiffusionModel,
  at: (t: number, x: number, y: number) => number,
  options?: FieldOptions,
): Quantity {
  const axes = fieldAxes(model, options);
  const timed = Number.isFinite(model.horizon);
  const whole: readonly (readonly [string, number, number])[] = [
    ...(timed ? [["t", 0, model.horizon] as const] : []),
    ...model.space.map(({ name, low, high }) => [name, low, high] as const),
  ];
  return {
    axes,
    at: (...coordinates) => {
      whole.forEach(([name, low, high], k) => {
        if (!(coordinates[k] >= low && coordinates[k] <= high))
          throw new InputError(name, coordinates[k], `in [${low}, ${high}]`);
      });
      return timed
        ? at(coordinates[0], coordinates[1], coordinates[2] ?? 0)
        : at(0, coordinates[0], coordinates[1] ?? 0);
    },
  };
}

/** A function of time as a quantity; of stationary answers the number that it always is. */
export function alongTime({ horizon }: DiffusionModel, at: (t: number) => number): Quantity {
  return Number.isFinite(horizon) ? series(evenGrid(0, horizon, 101), at) : scalar(at(0));
}

/**
 * What every answer has: `value`, `density`, `control` (`control_x` and `control_y` in the plane), `cost` (of stationary answers
 * `ergodic_constant`), and the model's aggregates under their names.
 *
 * A game's `quantities` list those that it wants to show; `fieldDefinitions` announces them.
 */
export function fieldQuantities(candidate: DiffusionCandidate, options: FieldOptions = {}): Quantities {
  const { model } = candidate;
  const read = readingsOf(candidate);
  const [first, second] = model.space;
  const drift =
    (axis: 0 | 1): (() => Quantity) =>
    () =>
      fieldOf(model, (t, x, y) => read.drift(axis, t, x, y), options);
  const controls =
    second === undefined
      ? { control: drift(0) }
      : { [`control_${first.name}`]: drift(0), [`control_${second.name}`]: drift(1) };
  const aggregates = Object.fromEntries(
    model.aggregates.map(({ name }, k) => [name, () => alongTime(model, (t) => read.aggregate(k, t))]),
  );
  return {
    value: () => fieldOf(model, read.value, options),
    density: () => fieldOf(model, read.density, options),
    ...controls,
    ...aggregates,
    [candidate.kind === "stationary" ? "ergodic_constant" : "cost"]: () => scalar(read.cost()),
  };
}

/** The share of players who have not left. */
export function activeFraction(candidate: DiffusionCandidate): Quantity {
  const { moment } = readingsOf(candidate);
  return alongTime(candidate.model, (t) => moment(() => 1, t));
}

/** The mean of f(x, y) over the players who are there, such as x itself for the mean place. */
export function meanOf(candidate: DiffusionCandidate, f: (x: number, y: number) => number): Quantity {
  const { moment } = readingsOf(candidate);
  return alongTime(candidate.model, (t) => moment(f, t) / moment(() => 1, t));
}

/** How the quantities of `fieldQuantities` are announced, for games on a line or in the plane. */
export function fieldDefinitions({
  dimension,
  stationary = false,
}: {
  readonly dimension: 1 | 2;
  readonly stationary?: boolean;
}): QuantityDefinition[] {
  const controls: QuantityDefinition[] =
    dimension === 1
      ? [{ name: "control", title: "Drift", symbol: "\\beta", story: "The drift that players choose where they are." }]
      : (["x", "y"] as const).map((name) => ({
          name: `control_${name}`,
          title: `Drift along ${name}`,
          symbol: `\\beta_${name}`,
          story: `The drift along ${name} that players choose where they are.`,
        }));
  return [
    {
      name: "value",
      title: "Value",
      symbol: "u",
      story: stationary
        ? "What a start costs beside the constant, of mean 0 over space."
        : "What a player still expects to pay who plays best from there on; for a planner, what one more player there costs all.",
    },
    { name: "density", title: "Density", symbol: "m", story: "The density of the players." },
    ...controls,
    stationary
      ? {
          name: "ergodic_constant",
          title: "Ergodic constant",
          symbol: "\\lambda",
          story: "What a player pays per unit of time.",
        }
      : { name: "cost", title: "Expected cost", symbol: "J", story: "What a player expects to pay at the start." },
  ];
}
