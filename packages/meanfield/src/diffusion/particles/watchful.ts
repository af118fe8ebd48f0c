/**
 * The deviation of a player who watches the others: a best response to their aggregates as chance has moved them.
 *
 * To the best response on the grid, which knows its own place only, comes what others' luck changes of the value: its part
 * W(t, x, s) is regressed on polynomials of x times the departures s of the others' aggregates from the limit, from what players
 * who so deviate went on to pay in training runs (F. A. Longstaff, E. S. Schwartz, Rev. Financial Studies 14 (2001) 113–147, who
 * regress values of stopping; policy iteration: R. A. Howard, "Dynamic programming and Markov processes", MIT Press 1960). The
 * others do not react, so that s is none of the player's doing. In linear–quadratic games W is such a polynomial.
 */

import { choleskyDecompose } from "../../numeric/cholesky.ts";
import type { DiffusionModel } from "../pde/model.ts";

/** ∂W/∂x along an axis in the step from times[n] on. */
export type Reaction = (axis: number, n: number, x: number, y: number, departures: Float64Array) => number;

/** What deviating players met in training, in rows of all players and times. */
export interface TrainingRows {
  /** Of a step: places (axis by axis), departures (aggregate by aggregate), costs of the step, and what is known of W + costs to come. */
  readonly places: readonly Float64Array[];
  readonly departures: readonly Float64Array[];
  /** Of each row: realised cost from the step on, less the value on the grid there and less what has expectation 0. */
  readonly excess: readonly Float64Array[];
  /** Whether the player was there. */
  readonly alive: readonly Uint8Array[];
}

/** Fits W step by step; departures too small to be told from nothing react in nothing. */
export function fitReaction({ space, aggregates }: DiffusionModel, rows: TrainingRows): Reaction {
  const d = space.length;
  const m = aggregates.length;
  const fits = rows.excess.map((excess, n) => {
    const there = rows.alive[n];
    const count = there.length;
    const center = space.map((_, a) => momentsOf(rows.places[n].subarray(a * count, (a + 1) * count), there));
    const scale = aggregates.map((_, k) =>
      momentsOf(rows.departures[n].subarray(k * count, (k + 1) * count), there, 0),
    );
    const size = features(d, m);
    const gram = new Float64Array(size * size);
    const right = new Float64Array(size);
    const phi = new Float64Array(size);
    let seen = 0;
    for (let i = 0; i < count; i++) {
      if (there[i] === 0) continue;
      seen++;
      fill(
        phi,
        d,
        m,
        (a) => (rows.places[n][a * count + i] - center[a].mean) / center[a].deviation,
        (k) => rows.departures[n][k * count + i] / scale[k].deviation,
      );
      for (let a = 0; a < size; a++) {
        right[a] += phi[a] * excess[i];
        for (let b = 0; b < size; b++) gram[a * size + b] += phi[a] * phi[b];
      }
    }
    if (seen < 4 * size) return undefined;
    for (let a = 0; a < size; a++) gram[a * size + a] += 1e-8 * seen;
    return { center, scale, coefficients: choleskyDecompose({ rows: size, columns: size, data: gram }).solve(right) };
  });
  const phiX = new Float64Array(features(d, m));
  return (axis, n, x, y, departures) => {
    const fit = fits[n];
    if (fit === undefined) return 0;
    const { center, scale, coefficients } = fit;
    slopes(
      phiX,
      d,
      m,
      axis,
      (a) => ((a === 0 ? x : y) - center[a].mean) / center[a].deviation,
      (k) => departures[k] / scale[k].deviation,
    );
    let sum = 0;
    for (let k = 0; k < phiX.length; k++) sum += phiX[k] * coefficients[k];
    return sum / center[axis].deviation;
  };
}

/** 1, x_a, x_a² by {1, s_k}, and s_k². */
function features(d: number, m: number): number {
  return (1 + 2 * d) * (1 + m) + m;
}

function fill(out: Float64Array, d: number, m: number, x: (a: number) => number, s: (k: number) => number): void {
  let at = 0;
  for (let k = -1; k < m; k++) {
    const factor = k < 0 ? 1 : s(k);
    out[at++] = factor;
    for (let a = 0; a < d; a++) {
      const own = x(a);
      out[at++] = factor * own;
      out[at++] = factor * own * own;
    }
  }
  for (let k = 0; k < m; k++) out[at++] = s(k) ** 2;
}

/** Derivatives of the features by the standardised place on one axis, without those that no departure is part of. */
function slopes(
  out: Float64Array,
  d: number,
  m: number,
  axis: number,
  x: (a: number) => number,
  s: (k: number) => number,
): void {
  out.fill(0);
  for (let k = 0; k < m; k++) {
    const at = (k + 1) * (1 + 2 * d) + 1 + 2 * axis;
    out[at] = s(k);
    out[at + 1] = 2 * s(k) * x(axis);
  }
}

function momentsOf(values: Float64Array, there: Uint8Array, about?: number): { mean: number; deviation: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (there[i] === 0) continue;
    count++;
    sum += values[i];
  }
  const mean = about ?? (count === 0 ? 0 : sum / count);
  for (let i = 0; i < values.length; i++) if (there[i] === 1) squares += (values[i] - mean) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, count));
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}
