/** Errors of propagation of chaos by simulation, as columns of a table. */

import type { ChaosSettings } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import type { SimulatedColumn, SimulatedEntry } from "../chaos/columns.ts";
import { mean, meanWithError, variance } from "../../numeric/statistics.ts";
import { closedLinearSolution } from "../closed-forms/linear.ts";
import { linearErrors } from "../linear/second-moments.ts";
import type { InteractingModel, LinearSystem } from "../model.ts";
import type { FittedField } from "../regression/fitted-field.ts";
import { simulateCoupled, trapezoidalRule } from "./coupled-errors.ts";
import type { CoupledErrors, PathErrors } from "./coupled-errors.ts";
import { brownianLaw, fittedFields, fittedSystem, linearFields, linearLaw, timesOf } from "./coupled-fields.ts";

/** Work before the first column's own share shows. */
type Run = Generator<number, CoupledErrors | undefined, void>;

/**
 * Errors of Y and Z and of the empirical law of Y; a number of players is simulated once for all columns.
 *
 * Systems that are not linear are fitted for every number of players first, by regression with as many time steps.
 */
export function simulatedErrorColumns(model: InteractingModel): SimulatedColumn[] {
  const known = new Map<number, { readonly settings: ChaosSettings; readonly errors: CoupledErrors | undefined }>();
  const run = model.linear === undefined ? fittedRun(model) : linearRun(model);
  function* errorsOf(players: number, settings: ChaosSettings): Run {
    const found = known.get(players);
    if (found?.settings === settings) return found.errors;
    const errors = yield* run(players, settings);
    known.set(players, { settings, errors });
    return errors;
  }
  const column = (
    name: string,
    title: string,
    story: string,
    read: (errors: CoupledErrors) => SimulatedEntry | undefined,
  ): SimulatedColumn => ({
    name: `${name}_simulated`,
    title: `${title}, simulated`,
    story: `${story} ${model.linear === undefined ? "Simulated, with fields fitted by regression." : "Simulated, with exact fields."}`,
    theory: -1,
    *estimate(players, settings) {
      const errors = yield* errorsOf(players, settings);
      return errors === undefined ? undefined : read(errors);
    },
  });
  const { linear } = model;
  const largest: SimulatedColumn[] =
    linear === undefined || linear.noise.kind === "gaussian"
      ? []
      : [
          {
            name: "error_Y_sup",
            title: "Error of Y, largest along paths",
            story:
              "E sup_t |Y^{i,N}_t − Y^i_t|² over the times of the steps, in the norm of the theorems; simulated with exact fields, " +
              "the average over time, which is known exactly, as control variate.",
            theory: -1,
            *estimate(players, settings) {
              const errors = yield* errorsOf(players, settings);
              if (errors?.paths === undefined) return undefined;
              return controlled(errors.paths, averageError(model.horizon, linear, players, settings.steps));
            },
          },
        ];
  const laws =
    model.forward.kind === "brownian"
      ? [
          column(
            "empirical_w2_squared",
            "Squared Wasserstein distance of the empirical law",
            "E W₂² between the empirical law of all Y^{i,N} at the step nearest T/2 and the law of Y in the limit.",
            ({ empirical }) => empirical,
          ),
        ]
      : [];
  return [
    ...largest,
    column(
      "error_Y_path",
      "Error of Y, averaged over time",
      "(1/T) ∫E|Y^{i,N} − Y^i|²dt on the same Brownian motions.",
      ({ yPath }) => yPath,
    ),
    column(
      "error_Z",
      "Error of Z",
      "E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt, exposures to the others included.",
      ({ z }) => z,
    ),
    column("error_Z_cross", "Exposure to the others", "E∫Σ_{j≠i}|Z^{ij}|²dt.", ({ zCross }) => zCross),
    ...laws,
  ];
}

/** (1/T) ∫E|Y^{i,N} − Y^i|²dt, the integral by the rule of the simulation. */
function averageError(horizon: number, linear: LinearSystem, players: number, steps: number): number {
  const finite = closedLinearSolution(horizon, linear, players);
  const errors = linearErrors(horizon, linear, players, finite, closedLinearSolution(horizon, linear, Infinity));
  const weights = trapezoidalRule(steps, steps);
  return timesOf(horizon, steps).reduce((sum, t, n) => sum + (weights[n] / steps) * errors.y(t), 0);
}

/**
 * The mean of the suprema, less what chance added to the averages over time, whose mean is known (S. Asmussen, P. W. Glynn,
 * "Stochastic Simulation", Springer 2007, section V.2).
 */
function controlled({ largest, average }: PathErrors, exact: number): SimulatedEntry {
  const repeats = largest.length;
  if (repeats === 1) return { value: largest[0], standardError: Infinity };
  const spread = variance(average);
  const centre = mean(largest);
  // With few repetitions a coefficient fitted to them would take chance for an answer.
  const factor =
    repeats < 10 || spread === 0
      ? 0
      : average.reduce((sum, value, r) => sum + (value - exact) * (largest[r] - centre), 0) / ((repeats - 1) * spread);
  const { mean: value, standardError } = meanWithError(largest.map((sup, r) => sup - factor * (average[r] - exact)));
  return { value, standardError };
}

function linearRun(model: InteractingModel): (players: number, settings: ChaosSettings) => Run {
  const { horizon, linear } = model;
  return (players, settings) => {
    if (linear === undefined) throw new RefusalError("this backward system is not linear");
    const { steps } = settings;
    const fields = linearFields(horizon, linear, players, steps);
    const law = linearLaw(horizon, linear, steps, Math.round(steps / 2));
    return simulateCoupled(model, [fields], law, { ...settings, players });
  };
}

/** Of the regressions: paths of one batch, independent fits, batches of each. */
const FIT = { paths: 4000, fits: 4, batches: 2 };
/** Of states held at once. */
const MOST_NUMBERS = 2.5e7;

/**
 * That regressions of so many players can be held, before any is begun.
 *
 * @throws RefusalError for a nonlinear system of too many players and steps.
 */
export function checkFits(model: InteractingModel, players: readonly number[], steps: number): void {
  const most = Math.max(...players);
  if (model.linear === undefined && 100 * most * steps > MOST_NUMBERS) {
    throw new RefusalError(
      `regressions of ${most} players with ${steps} steps are too large: the product may be ${MOST_NUMBERS / 100} at most`,
    );
  }
}

function fittedRun(model: InteractingModel): (players: number, settings: ChaosSettings) => Run {
  let limits: { readonly settings: ChaosSettings; readonly fits: readonly FittedField[] } | undefined;
  return function* run(players, settings) {
    const { steps, seed, signal } = settings;
    if (limits?.settings !== settings) {
      limits = { settings, fits: yield* part(fittedSystem(model, Infinity, { steps, seed, ...FIT }), 0, 0.1) };
      if (stopped(signal)) return undefined;
    }
    const { fits } = limits;
    const finite = yield* part(fittedSystem(model, players, { steps, seed, ...FIT }), 0.1, 0.7);
    if (stopped(signal)) return undefined;
    const fields = finite.map((field, k) => fittedFields(model, steps, field, fits[k]));
    const law = model.forward.kind === "brownian" ? limitLaw(model, fits[0], steps) : undefined;
    return yield* part(simulateCoupled(model, fields, law, { ...settings, players }), 0.8, 0.2);
  };
}

/** Of Y at the step nearest T/2. */
function limitLaw({ horizon }: InteractingModel, limit: FittedField, steps: number) {
  const t = timesOf(horizon, steps)[Math.round(steps / 2)];
  const [state, out] = [new Float64Array(1), new Float64Array(1)];
  return brownianLaw(t, (w) => {
    state[0] = w;
    limit.values(t, state, out);
    return out[0];
  });
}

/** A generator whose shares fill a part of the whole. */
function* part<T>(run: Generator<number, T, void>, start: number, share: number): Generator<number, T, void> {
  let next = run.next();
  while (next.done !== true) {
    yield start + share * next.value;
    next = run.next();
  }
  return next.value;
}

/** Asked by a function, since a signal changes behind the compiler's back. */
function stopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
