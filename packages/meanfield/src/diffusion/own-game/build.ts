/** From formulas and numbers for the parameters to the model that solvers read. */

import { call, derivative, simplify } from "../../formula/index.ts";
import type { Expression } from "../../formula/index.ts";
import type { Aggregate, DiffusionModel, End, MeshAdvice, SpaceAxis } from "../pde/model.ts";
import { DeclarationError } from "./declaration-error.ts";
import type { ReadDeclaration } from "./declaration.ts";
import type { OwnFormulas } from "./formulas.ts";
import { bound, densitySlopeOf, functionOf, readerOf, seesOf } from "./readers.ts";
import { steeringOf } from "./steering.ts";
import type { Steered, Steering } from "./steering.ts";

export type Numbers = Readonly<Record<string, number>>;

/** A model with the formulas that it was made of, for what looks at them again. */
export interface BuiltGame {
  readonly model: DiffusionModel;
  readonly steered: Steered;
  readonly steering: Steering;
  /** The parts of F by their fields, and g, with numbers for parameters. */
  readonly costs: readonly (readonly [field: string, cost: Expression])[];
  readonly terminal: Expression;
  /** Where fields are shown. */
  readonly window: readonly [low: number, high: number];
}

/** Cells over which a density at the start is summed up to 1. */
const startCells = 20_000;

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
  const low = value("state.from", formulas.low, "finite", () => true);
  const high = value("state.to", formulas.high, `finite and above state.from = ${low}`, (to) => to > low);
  const within = (x: number): boolean => x >= low && x <= high;
  const window =
    formulas.shown === undefined
      ? ([low, high] as const)
      : ([
          value("state.shown[0]", formulas.shown[0], `in [${low}, ${high}]`, within),
          value("state.shown[1]", formulas.shown[1], `in [${low}, ${high}]`, within),
        ] as const);
  if (!(window[0] < window[1]))
    throw new DeclarationError("state.shown", window, `is the empty interval from ${window[0]} to ${window[1]}`);
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
  const steered = { drift: put(formulas.drift), cost: put(formulas.runningCost), interval, aggregates: read };
  const steering = steeringOf(steered);
  const costs = [
    ["running_cost", steering.unsteered],
    ["coupling", put(formulas.coupling)],
    ["potential", put(formulas.potential)],
  ] as const;
  const running = simplify(costs.map(([, cost]) => cost).reduce((sum, cost) => call("+", sum, cost)));
  const terminal = put(formulas.terminalCost);
  const kernel = formulas.kernel === undefined ? undefined : functionOf(put(formulas.kernel), "x", "z");
  const slopes = read.map((name) => readerOf(derivative(running, name), read));
  const model: DiffusionModel = {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low, high, ends: endsOf(declaration, formulas, put) }],
    horizon,
    volatility: sigma,
    discount,
    hamiltonian: [steering.hamiltonian],
    running: {
      value: readerOf(running, read),
      sees: seesOf([running], read),
      densitySlope: densitySlopeOf(running, read),
      nearbySlope: readerOf(derivative(running, "nearby"), read),
      aggregateSlope: (k, t, x, y, population) => slopes[k](t, x, y, population),
    },
    terminal: terminalOf(terminal, read, horizon),
    initial: startOf(put(formulas.initialDensity), low, high),
    aggregates: read.map((name) => aggregateOf(name, formulas, put)),
    ...(kernel === undefined ? {} : { nearby: [kernel] }),
    mesh: meshOf(declaration),
  };
  return { model, steered, steering, costs, terminal, window };
}

function endsOf(
  { state: { ends } }: ReadDeclaration,
  { exitCosts }: OwnFormulas,
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
function startOf(formula: Expression, low: number, high: number): DiffusionModel["initial"] {
  const shape = functionOf(formula, "x");
  const width = (high - low) / startCells;
  let mass = 0;
  for (let i = 0; i < startCells; i++) {
    const x = low + (i + 0.5) * width;
    const here = shape(x);
    if (!(here >= 0 && Number.isFinite(here))) {
      throw new DeclarationError(
        "initial_density",
        here,
        `is ${Number(here.toPrecision(4))} at x = ${Number(x.toPrecision(4))}: must be finite and at least 0`,
      );
    }
    mass += here * width;
  }
  if (!(mass > 0 && Number.isFinite(mass)))
    throw new DeclarationError("initial_density", mass, `has the mass ${mass}: must be above 0 somewhere`);
  return (x) => shape(x) / mass;
}

function aggregateOf(name: string, { averages }: OwnFormulas, put: (expression: Expression) => Expression): Aggregate {
  const declared = averages.get(name);
  if (declared !== undefined) {
    const weight = functionOf(put(declared), "t", "x");
    return { name, state: weight };
  }
  if (name === "mean_drift") return { name, drift: [() => 1] };
  return { name, state: name === "mass" ? () => 1 : (_t, x) => x };
}

/** The monotone scheme, which takes any data and whatever sliders make of it; central differences are for those who ask. */
function meshOf({ state, grid }: ReadDeclaration): MeshAdvice {
  return {
    points: grid.points ?? (state.ends === "periodic" ? 128 : 161),
    steps: grid.steps ?? 80,
    ...(grid.grading === undefined ? {} : { grading: grid.grading }),
    scheme: grid.scheme ?? "upwind",
  };
}
