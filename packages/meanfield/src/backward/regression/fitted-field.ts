/** What was fitted as functions of time and states; between times linear, at the horizon the terminal value. */

import type { DecouplingField } from "../candidate.ts";
import type { InteractingModel } from "../model.ts";
import type { StepFit } from "./backward-pass.ts";
import { designOf, standardised } from "./basis.ts";
import type { Design } from "./basis.ts";
import type { LinearPart } from "./linear-part.ts";
import { hermite } from "./hermite.ts";
import { evaluate, pairWeights } from "./projection.ts";

export interface FittedField extends DecouplingField {
  /** Writes Z^{ij} of one player for all j. */
  readonly exposures: (t: number, x: Float64Array, i: number, out: Float64Array) => void;
}

export interface FieldParts {
  readonly model: InteractingModel;
  /** `Infinity` for the limit. */
  readonly players: number;
  readonly fits: readonly StepFit[];
  readonly linear: LinearPart | undefined;
  /** The functionals of the law of X_T in the limit. */
  readonly finalLaw: Float64Array;
}

export function fittedField({ model, players, fits, linear, finalLaw }: FieldParts): FittedField {
  const { horizon, terminal, terminalFunctionals } = model;
  const limit = players === Infinity;
  const size = limit ? 1 : players;
  const steps = fits.length;
  const seen = fits.map(({ basis }) => lastDesign((x) => designOf(basis, x, size)));
  const scratch = [0, 1, 2].map(() => new Float64Array(size));
  const final = new Float64Array(terminalFunctionals.length);
  const powers = new Float64Array(1 + Math.max(...fits.map(({ basis }) => basis.degree)));

  const terminals = (x: Float64Array, out: Float64Array): void => {
    if (limit) final.set(finalLaw);
    else terminalFunctionals.forEach(({ of }, k) => (final[k] = of(x)));
    for (let i = 0; i < size; i++) out[i] = terminal(x[i], final);
  };
  /** Adds the exactly solved part, `sign` times. */
  const addLinear = (n: number, x: Float64Array, what: "y" | "z", out: Float64Array, sign = 1): void => {
    if (linear === undefined) return;
    const part = linear.at(n);
    for (let i = 0; i < size; i++) out[i] += sign * (what === "y" ? part.value(x[i]) : part.slope(x[i]));
  };
  const fitted = (n: number, x: Float64Array, what: "y" | "z", out: Float64Array): void => {
    if (n < steps) {
      if (limit) out[0] = polynomial(fits[n], fits[n][what], x[0], powers);
      else evaluate(seen[n](x), fits[n][what], out);
    } else {
      terminals(x, out);
      addLinear(n, x, what, out, -1);
    }
  };
  /**
   * Where all start from one state only that state was regressed on: there the fit gives the value, and the fit of the time after
   * it how the value changes with the states.
   */
  const shaped = (
    at: (n: number, x: Float64Array, out: Float64Array) => void,
    last: number,
  ): ((n: number, x: Float64Array, out: Float64Array) => void) => {
    return (n, x, out) => {
      at(n, x, out);
      if (n > 0 || last < 1 || fits[0].basis.own.scale > 0) return;
      const [there, here, middle] = scratch;
      middle.fill(fits[0].basis.own.centre);
      at(1, x, there);
      at(1, middle, here);
      for (let i = 0; i < out.length; i++) out[i] += there[i] - here[i];
    };
  };
  const read = (what: "y" | "z", last: number) => {
    const own = shaped((n, x, out) => fitted(n, x, what, out), last);
    return inTime(horizon, steps, last, (n, x, out) => {
      own(n, x, out);
      addLinear(n, x, what, out);
    });
  };
  const values = read("y", steps);
  const diagonal = read("z", steps - 1);

  const exposuresAt = (n: number, x: Float64Array, i: number, out: Float64Array): void => {
    const design = seen[n](x);
    const { own, basis } = design;
    const width = basis.degree + 1;
    const weights = new Float64Array(width * width);
    pairWeights(design, fits[n].cross, 0, weights);
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let a = 0; a < width; a++) {
        for (let b = 0; b < width; b++) sum += own[i * width + a] * weights[a * width + b] * own[j * width + b];
      }
      out[j] = sum;
    }
  };
  const row = [new Float64Array(size), new Float64Array(size)];
  const exposures = (t: number, x: Float64Array, i: number, out: Float64Array): void => {
    if (size > 1) {
      inTime(
        horizon,
        steps,
        steps - 1,
        shaped((n, states, into) => exposuresAt(n, states, i, into), steps - 1),
      )(t, x, out);
    }
    diagonal(t, x, row[0]);
    out[i] = row[0][i];
  };
  return {
    values,
    diagonal,
    exposures,
    z: (t, x, i, j) => {
      if (i === j) {
        diagonal(t, x, row[0]);
        return row[0][i];
      }
      exposures(t, x, i, row[1]);
      return row[1][j];
    },
  };
}

/** In the limit, where a basis has no more than the own state: the same without a design, for fields that are read often. */
function polynomial({ basis }: StepFit, coefficients: Float64Array, x: number, powers: Float64Array): number {
  hermite(standardised(x, basis.own), basis.degree, powers);
  let sum = 0;
  for (let a = 0; a <= basis.degree; a++) sum += coefficients[a] * powers[a];
  return sum;
}

/** Linear in time between the times 0 … `last` of the steps, constant after the last. */
function inTime(
  horizon: number,
  steps: number,
  last: number,
  at: (n: number, x: Float64Array, out: Float64Array) => void,
): (t: number, x: Float64Array, out: Float64Array) => void {
  let second = new Float64Array(0);
  return (t, x, out) => {
    const position = Math.min(last, Math.max(0, (t / horizon) * steps));
    const nearest = Math.round(position);
    if (Math.abs(position - nearest) < 1e-9) {
      at(nearest, x, out);
      return;
    }
    const n = Math.floor(position);
    const weight = position - n;
    at(n, x, out);
    if (second.length !== out.length) second = new Float64Array(out.length);
    at(n + 1, x, second);
    for (let i = 0; i < out.length; i++) out[i] += weight * (second[i] - out[i]);
  };
}

/** The design of the states it was last asked for: exposures are asked for pair by pair. */
function lastDesign(make: (x: Float64Array) => Design): (x: Float64Array) => Design {
  let states: Float64Array | undefined;
  let design: Design | undefined;
  return (x) => {
    if (design === undefined || states === undefined || states.some((value, i) => value !== x[i])) {
      states = x.slice();
      design = make(states);
    }
    return design;
  };
}
