/**
 * Whether a declared game can be solved with the numbers its parameters have; what is wrong is told by field and point.
 *
 * Formulas are tried at a fixed set of times, places, densities and averages (an additive recurrence by the golden ratio's
 * relatives), so that the same mistake is found at the same point every time.
 */

import { InputError } from "../../core/index.ts";
import { compileFormula, derivative } from "../../formula/index.ts";
import type { Expression } from "../../formula/index.ts";
import { checkModel } from "../pde/check-model.ts";
import type { DiffusionModel, Population } from "../pde/model.ts";
import { placeText } from "../pde/check-probes.ts";
import type { BuiltGame } from "./build.ts";
import { DeclarationError } from "./declaration-error.ts";
import { controlAt, inputsOf, situate } from "./readers.ts";
import type { Steered, Steering } from "./steering.ts";

interface Probe {
  readonly t: number;
  readonly x: number;
  /** 0 on a line. */
  readonly y: number;
  readonly axes: number;
  readonly population: Population;
}

/** @throws DeclarationError naming the field, and the point where it fails */
export function checkOwnGame({ model, steered, steering, costs, terminal }: BuiltGame): void {
  const probes = probesOf(model);
  const aggregates = model.aggregates.map(({ name }) => name);
  const reader = (expression: Expression): Read => {
    const tape = compileFormula(expression, inputsOf(aggregates));
    return ({ t, x, y, population }, a = 0) => {
      situate(tape, t, x, y, population);
      tape.inputs[controlAt] = a;
      return tape.run();
    };
  };
  const parts = costs.map(([field, part]) => [field, reader(part)] as const);
  const last = reader(terminal);
  for (const probe of probes) {
    for (const [field, part] of parts) finite(field, part(probe), probe);
    const late = { ...probe, t: model.horizon };
    if (Number.isFinite(model.horizon)) finite("terminal_cost", last(late), late);
  }
  steered.forEach((each, axis) => checkSteering(each, steering[axis], probes, reader));
  byTheWing(model);
}

type Read = (probe: Probe, a?: number) => number;

function checkSteering(
  steered: Steered,
  { square }: Steering,
  probes: readonly Probe[],
  reader: (expression: Expression) => Read,
): void {
  const { interval } = steered;
  const [drift, cost, turn] = [steered.drift, steered.cost, derivative(steered.drift, "a")].map(reader);
  const [slope, bend] = square === undefined ? [turn, turn] : [square.slope, square.bend].map(reader);
  const controls = interval === undefined ? [-1, 0, 1] : evenly(interval);
  for (const probe of probes) {
    for (const a of controls) {
      finite(steered.drifts, drift(probe, a), probe, a);
      finite(steered.costs, cost(probe, a), probe, a);
    }
    if (square !== undefined) checkSquare(steered, slope(probe), bend(probe), probe);
    else {
      checkTurns(steered, probe, controls, drift, cost);
      if (controls.every((a) => turn(probe, a) === 0)) stuck(steered, probe);
    }
  }
}

function finite(field: string, value: number, probe: Probe, a?: number): void {
  if (!Number.isFinite(value)) throw new DeclarationError(field, value, `is ${value} ${at(probe, a)}: must be finite`);
}

function checkSquare(steered: Steered, slope: number, bend: number, probe: Probe): void {
  const { costs, control } = steered;
  if (slope === 0) stuck(steered, probe);
  if (!(bend > 0)) {
    throw new DeclarationError(
      costs,
      bend,
      `must be convex in the control ${control}, but its second derivative in ${control} is ${short(bend)} ${at(probe)}`,
    );
  }
}

function stuck({ drifts, control }: Steered, probe: Probe): never {
  throw new DeclarationError(drifts, 0, `must move with the control ${control}, but it does not ${at(probe)}`);
}

/** Momenta at which a bent drift and its cost are looked at together. */
const momenta = [-11, -2.9, -0.8, -0.05, 0, 0.05, 0.8, 2.9, 11];

/** p b + f must fall and then rise in the control; where b is straight, f must be convex. */
function checkTurns(
  { drifts, costs, control }: Steered,
  probe: Probe,
  controls: readonly number[],
  drift: (probe: Probe, a: number) => number,
  cost: (probe: Probe, a: number) => number,
): void {
  const [b, f] = [drift, cost].map((read) => controls.map((a) => read(probe, a)));
  const size = (values: readonly number[]): number => values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const bend = (values: readonly number[], i: number): number => values[i - 1] - 2 * values[i] + values[i + 1];
  const inner = controls.keys().toArray().slice(1, -1);
  const straight = inner.every((i) => Math.abs(bend(b, i)) <= 1e-10 * size(b));
  const dent = inner.find((i) => bend(f, i) < -1e-9 * size(f));
  if (straight && dent !== undefined) {
    throw new DeclarationError(
      costs,
      f[dent],
      `must be convex in the control ${control}, but it lies above its chord ${at(probe, controls[dent])}`,
    );
  }
  for (const p of straight ? [] : momenta) {
    const sum = f.map((value, i) => p * b[i] + value);
    const tolerance = 1e-9 * size(sum);
    const lowest = sum.indexOf(Math.min(...sum));
    const wrong = sum.findIndex(
      (value, i) => i > 0 && (i <= lowest ? value > sum[i - 1] + tolerance : value < sum[i - 1] - tolerance),
    );
    if (wrong >= 0) {
      throw new DeclarationError(
        costs,
        sum[wrong],
        `together with the drift must fall and then rise in the control ${control}: ${p}*${drifts} + ${costs} does not ${at(probe, controls[wrong])}`,
      );
    }
  }
}

/** Fields of a model by the fields of a declaration that they come from. */
const fields: readonly (readonly [part: string, field: string])[] = [
  ["model.hamiltonian", "running_cost"],
  ["model.running", "coupling"],
  ["model.terminal", "terminal_cost"],
  ["model.initial", "initial_density"],
  ["model.space", "state"],
  ["model.mesh", "grid"],
  ["model.aggregates", "averages"],
];

/** What every game of this family must be. */
function byTheWing(model: DiffusionModel): void {
  try {
    checkModel(model);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const field = fields.find(([part]) => error.field.startsWith(part))?.[1] ?? error.field;
    const given = typeof error.value === "string" ? error.value : String(error.value);
    throw new DeclarationError(field, error.value, `is ${given}: must be ${error.allowed}`);
  }
}

function evenly([low, high]: readonly [number, number]): number[] {
  return Array.from({ length: 33 }, (_, i) => low + ((high - low) * i) / 32);
}

function probesOf({ space, horizon, initial, nearby, aggregates }: DiffusionModel): Probe[] {
  const count = space.length === 1 ? 101 : 15;
  const [xs, ys] = space.map(({ low, high }) =>
    Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.5)) / count),
  );
  const points = xs.flatMap((x) => (ys ?? [0]).map((y) => ({ x, y, start: initial(x, y) })));
  const cell = space.reduce((area, { low, high }) => (area * (high - low)) / count, 1);
  const largest = Math.max(...points.map(({ start }) => start));
  const [along, across] = nearby ?? [];
  const averaged = (x: number, y: number): number =>
    along === undefined
      ? 0
      : cell * points.reduce((sum, other) => sum + along(x, other.x) * (across?.(y, other.y) ?? 1) * other.start, 0);
  return Array.from({ length: 40 }, (_, k) => {
    const share = (irrational: number): number => (0.5 + (k + 1) * irrational) % 1;
    const t = (Number.isFinite(horizon) ? horizon : 1) * share(Math.sqrt(11));
    const [x, y = 0] = space.map(
      ({ low, high }, axis) => low + (high - low) * share(axis === 0 ? 0.7548776662466927 : 0.5698402909980532),
    );
    return {
      t,
      x,
      y,
      axes: space.length,
      population: {
        density: largest * (0.001 + share(Math.SQRT2)),
        nearby: averaged(x, y),
        aggregates: Float64Array.from(aggregates, ({ state }, j) => {
          const weights = state === undefined ? [-1, 1] : points.map((point) => state(t, point.x, point.y));
          const [least, most] = [Math.min(...weights), Math.max(...weights)];
          return least + (most - least) * share(Math.sqrt(5 + 2 * j));
        }),
      },
    };
  });
}

function at({ t, x, y, axes, population: { density } }: Probe, a?: number): string {
  return `at ${placeText(axes, x, y, t)}, m = ${short(density)}${a === undefined ? "" : `, a = ${short(a)}`}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
