/**
 * The law of a density on a line: the density is taken as linear between the points of its grid, so that distribution, quantile
 * and partial moments are polynomials on each cell, without further error.
 */

import { mass } from "./density.ts";
import { lineAxis } from "./grid.ts";
import type { Density } from "./density.ts";
import type { Law } from "./law.ts";

/**
 * The probability law of a density on a line, normalised; on a periodic axis counted from `low` once around.
 *
 * Second order in the spacing for a smooth density. Throws `RangeError` in two dimensions, for a mass that is not positive, and
 * for negative values; those smaller than 1e-12 of the largest value count as rounding and as 0.
 */
export function densityLaw(measure: Density): Law {
  const { points, high, periodic } = lineAxis("densityLaw", measure.grid);
  const total = mass(measure);
  if (!(total > 0)) throw new RangeError(`densityLaw: the density has mass ${total}; allowed is a mass > 0`);
  const cells = periodic ? points.length : points.length - 1;
  const last = cells;
  const largest = measure.values.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  const f = new Float64Array(last + 1);
  const x = new Float64Array(last + 1);
  for (let i = 0; i <= last; i++) {
    const k = i < points.length ? i : 0;
    const value = measure.values[k];
    if (value < -1e-12 * largest) {
      throw new RangeError(`densityLaw: values[${k}] is ${value}; allowed are numbers >= 0`);
    }
    f[i] = Math.max(0, value);
    x[i] = i < points.length ? points[i] : high;
  }
  // Cumulative ∫f, ∫(x − c)f and ∫(x − c)²f at the points.
  const F = new Float64Array(last + 1);
  for (let i = 0; i < last; i++) F[i + 1] = F[i] + 0.5 * (x[i + 1] - x[i]) * (f[i] + f[i + 1]);
  const scale = 1 / F[last];
  for (let i = 0; i <= last; i++) {
    f[i] *= scale;
    F[i] *= scale;
  }
  F[last] = 1;
  const slope = (i: number): number => (f[i + 1] - f[i]) / (x[i + 1] - x[i]);

  let centre = 0;
  for (let i = 0; i < last; i++) {
    const h = x[i + 1] - x[i];
    centre += h * (f[i] * (x[i] / 2 + h / 6) + f[i + 1] * (x[i] / 2 + h / 3));
  }
  const firstPart = (i: number, t: number): number => {
    const y = x[i] - centre;
    const s = slope(i);
    return t * (y * f[i] + t * ((f[i] + s * y) / 2 + (t * s) / 3));
  };
  const secondPart = (i: number, t: number): number => {
    const y = x[i] - centre;
    const s = slope(i);
    return t * (y * y * f[i] + t * (y * (2 * f[i] + y * s) * 0.5 + t * ((f[i] + 2 * y * s) / 3 + (t * s) / 4)));
  };
  const first = new Float64Array(last + 1);
  const second = new Float64Array(last + 1);
  for (let i = 0; i < last; i++) {
    const h = x[i + 1] - x[i];
    first[i + 1] = first[i] + firstPart(i, h);
    second[i + 1] = second[i] + secondPart(i, h);
  }

  /** The first cell at whose end F reaches p (passes 0, for p = 0). */
  const cellOf = (p: number): number => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: p is ${p}; allowed is a probability between 0 and 1`);
    let low = 0;
    let above = last;
    while (above - low > 1) {
      const middle = (low + above) >> 1;
      if (F[middle] < p || F[middle] === 0) low = middle;
      else above = middle;
    }
    return low;
  };
  /** How far into cell i F reaches p: the root of f t + s t²/2 = p − F in the form that does not cancel. */
  const stepInto = (i: number, p: number): number => {
    const rest = Math.max(0, p - F[i]);
    const root = Math.sqrt(Math.max(0, f[i] * f[i] + 2 * slope(i) * rest));
    return rest === 0 ? 0 : Math.min(x[i + 1] - x[i], (2 * rest) / (f[i] + root));
  };
  return {
    distribution: (at) => {
      if (at <= x[0]) return 0;
      if (at >= x[last]) return 1;
      let low = 0;
      let above = last;
      while (above - low > 1) {
        const middle = (low + above) >> 1;
        if (x[middle] <= at) low = middle;
        else above = middle;
      }
      const t = at - x[low];
      return Math.min(1, F[low] + t * (f[low] + 0.5 * t * slope(low)));
    },
    quantile: (p) => {
      const i = cellOf(p);
      return x[i] + stepInto(i, p);
    },
    centre,
    partialMean: (p) => {
      const i = cellOf(p);
      return first[i] + firstPart(i, stepInto(i, p));
    },
    partialSquare: (p) => {
      const i = cellOf(p);
      return second[i] + secondPart(i, stepInto(i, p));
    },
    knots: x,
  };
}
