/** From formulas and numbers for the parameters to the model that solvers read. */

import { call, derivative, simplify, substitute } from "../../formula/index.ts";
import type { Expression } from "../../formula/index.ts";
import type { Aggregate, DiffusionModel, End, MeshAdvice, SpaceAxis } from "../pde/model.ts";
import { DeclarationError } from "./declaration-error.ts";
import type { ReadDeclaration } from "./declaration.ts";
import { placeText } from "../pde/check-probes.ts";
import type { AxisFormulas, OwnFormulas } from "./formulas.ts";
import { bound, densitySlopeOf, functionOf, readerOf, seesOf } from "./readers.ts";
import { steeringOf } from "./steering.ts";
import type { Steered, Steering } from "./steering.ts";

export type Numbers = Readonly<Record<string, number>>;

/** A model with the formulas that it was made of, for what looks at them again. */
export interface BuiltGame {
  readonly model: DiffusionModel;
  /** By axis. */
  readonly steered: readonly Steered[];
  readonly steering: readonly Steering[];
  /** The parts of F by their fields, and g, with numbers for parameters. */
  readonly costs: readonly (readonly [field: string, cost: Expression])[];
  readonly terminal: Expression;
  /** Where fields are shown, by axis. */
  readonly window: readonly (readonly [low: number, high: number])[];
}

/** Cells over which a density at the start is summed up to 1. */
const startCells = 20_000;
/** Along each axis of a plane. */
const planeCells = 300;

/**
 * Builds the model.
 *
 * @throws DeclarationError where numbers are out of their range, or drift and costs are not of a form that is solved
 */
export function buildOwnGame(declaration: ReadDeclaration, formulas: OwnFormulas, parameters: Numbers): BuiltGame {
  const put = (expression: Expression): Expression => bound(expression, parameters);
  const value = (field: string, expression: Expression, allowed: string, fits: (value: number) => boolean): number => {
    const found = functionOf(put(expression), "t")(0);
    if (!(Number.isFinite(found) && fits(found)))
      throw new DeclarationError(field, found, `is ${found}: must be ${allowed}`);
    return found;
  };
  const { read } = formulas;
  const numbers = formulas.axes.map((axis) => numbersOf(axis, value));
  const horizon =
    formulas.horizon === undefined ? Infinity : value("horizon", formulas.horizon, "above 0", (time) => time > 0);
  const sigma = value("sigma", formulas.sigma, "above 0", (each) => each > 0);
  const discount = value("discount", formulas.discount, "at least 0", (each) => each >= 0);
  let interval: [number, number] | undefined;
  if (formulas.control !== undefined) {
    const from = value("control.from", formulas.control[0], "finite", () => true);
    interval = [
      from,
      value("control.to", formulas.control[1], `finite and above control.from = ${from}`, (to) => to > from),
    ];
  }
  const steered = formulas.axes.map(({ name, drift, runningCost }): Steered => {
    const [control, mark] = name === "x" ? ["a", ""] : ["b", "_y"];
    // Along either axis the control is sought under one name.
    const own = (expression: Expression): Expression =>
      substitute(put(expression), new Map([[control, { kind: "name", name: "a" }]]));
    return {
      drift: own(drift),
      cost: own(runningCost),
      interval,
      aggregates: read,
      drifts: `drift${mark}`,
      costs: `running_cost${mark}`,
      control,
    };
  });
  const steering = steered.map(steeringOf);
  const costs = [
    ...steering.map(({ unsteered }, k) => [steered[k].costs, unsteered] as const),
    ["coupling", put(formulas.coupling)] as const,
    ["potential", put(formulas.potential)] as const,
  ];
  const running = simplify(costs.map(([, cost]) => cost).reduce((sum, cost) => call("+", sum, cost)));
  const terminal = put(formulas.terminalCost);
  const kernels = formulas.kernel?.map((kernel, k) => functionOf(put(kernel), ...(k === 0 ? ["x", "z"] : ["y", "w"])));
  const [along, across] = formulas.axes.map((axis, k): SpaceAxis => ({
    name: axis.name,
    ...numbers[k],
    ends: endsOf(axis, put),
  }));
  const [first, second] = steering.map(({ hamiltonian }) => hamiltonian);
  const slopes = read.map((name) => readerOf(derivative(running, name), read));
  const model: DiffusionModel = {
    family: "diffusion",
    kind: "fields",
    space: across === undefined ? [along] : [along, across],
    horizon,
    volatility: sigma,
    discount,
    hamiltonian: second === undefined ? [first] : [first, second],
    running: {
      value: readerOf(running, read),
      sees: seesOf([running], read),
      densitySlope: densitySlopeOf(running, read),
      nearbySlope: readerOf(derivative(running, "nearby"), read),
      aggregateSlope: (k, t, x, y, population) => slopes[k](t, x, y, population),
    },
    terminal: terminalOf(terminal, read, horizon),
    initial: startOf(put(formulas.initialDensity), numbers),
    aggregates: read.map((name) => aggregateOf(name, formulas, put)),
    ...(kernels === undefined ? {} : { nearby: kernels }),
    mesh: meshOf(declaration),
  };
  return { model, steered, steering, costs, terminal, window: numbers.map(({ window }) => window) };
}

type Value = (field: string, expression: Expression, allowed: string, fits: (value: number) => boolean) => number;

interface AxisNumbers {
  readonly low: number;
  readonly high: number;
  readonly window: readonly [low: number, high: number];
}

function numbersOf({ field, shown, ...axis }: AxisFormulas, value: Value): AxisNumbers {
  const low = value(`${field}.from`, axis.low, "finite", () => true);
  const high = value(`${field}.to`, axis.high, `finite and above ${field}.from = ${low}`, (to) => to > low);
  if (shown === undefined) return { low, high, window: [low, high] };
  const [from, to] = shown.map((each, k) =>
    value(`${field}.shown[${k}]`, each, `in [${low}, ${high}]`, (x) => x >= low && x <= high),
  );
  if (!(from < to))
    throw new DeclarationError(`${field}.shown`, [from, to], `is the empty interval from ${from} to ${to}`);
  return { low, high, window: [from, to] };
}

function endsOf(
  { said: { ends }, exitCosts }: AxisFormulas,
  put: (expression: Expression) => Expression,
): SpaceAxis["ends"] {
  if (ends === "periodic") return "periodic";
  const kinds = typeof ends === "string" ? ([ends, ends] as const) : ends;
  const [first, second] = kinds.map((kind, side): End => {
    if (kind !== "absorbing") return { kind };
    const cost = put(exitCosts[side]);
    return cost.kind === "number" && cost.value === 0 ? { kind } : { kind, cost: functionOf(cost, "t") };
  });
  return [first, second];
}

function terminalOf(terminal: Expression, read: readonly string[], horizon: number): DiffusionModel["terminal"] {
  const value = readerOf(terminal, read);
  return { value: (x, y, population) => value(horizon, x, y, population), sees: seesOf([terminal], read) };
}

/** The density of mass 1 that a formula is a multiple of. */
function startOf(formula: Expression, axes: readonly AxisNumbers[]): DiffusionModel["initial"] {
  const shape = functionOf(formula, "x", "y");
  const count = axes.length === 1 ? startCells : planeCells;
  const [x, y] = axes.map(({ low, high }) => {
    const width = (high - low) / count;
    return { width, points: Float64Array.from({ length: count }, (_, i) => low + (i + 0.5) * width) };
  });
  let mass = 0;
  for (const a of x.points) {
    for (const b of y?.points ?? [0]) {
      const here = shape(a, b);
      if (!(here >= 0 && Number.isFinite(here))) {
        throw new DeclarationError(
          "initial_density",
          here,
          `is ${Number(here.toPrecision(4))} at ${placeText(axes.length, a, b)}: must be finite and at least 0`,
        );
      }
      mass += here * x.width * (y?.width ?? 1);
    }
  }
  if (!(mass > 0 && Number.isFinite(mass)))
    throw new DeclarationError("initial_density", mass, `has the mass ${mass}: must be above 0 somewhere`);
  return (a, b) => shape(a, b) / mass;
}

function aggregateOf(name: string, { averages }: OwnFormulas, put: (expression: Expression) => Expression): Aggregate {
  const declared = averages.get(name);
  if (declared !== undefined) {
    return { name, state: functionOf(put(declared), "t", "x", "y") };
  }
  switch (name) {
    case "mean_drift":
      return { name, drift: [() => 1] };
    case "mean_drift_y":
      return { name, drift: [() => 0, () => 1] };
    case "mean":
      return { name, state: (_t, x) => x };
    case "mean_y":
      return { name, state: (_t, _x, y) => y };
    default:
      return { name, state: () => 1 };
  }
}

/** The monotone scheme, which takes any data and whatever sliders make of it; central differences are for those who ask. */
function meshOf({ state, grid }: ReadDeclaration): MeshAdvice {
  return {
    points: grid.points ?? (state.y !== undefined ? 33 : state.ends === "periodic" ? 128 : 161),
    steps: grid.steps ?? (state.y === undefined ? 80 : 24),
    ...(grid.grading === undefined ? {} : { grading: grid.grading }),
    scheme: grid.scheme ?? "upwind",
  };
}
