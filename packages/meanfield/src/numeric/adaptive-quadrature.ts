/**
 * Integrals to a tolerance: the interval with the largest error is halved until the sum of errors is small enough.
 *
 * R. Piessens, E. de Doncker-Kapenga, C. W. Überhuber, D. K. Kahaner, "QUADPACK: A Subroutine Package for Automatic
 * Integration", Springer 1983: the 10–21 point pair of Gauss and Kronrod and its estimate of the error. Nodes and weights
 * were computed afresh with 50 digits (Kronrod's nodes as roots of the Stieltjes polynomial, weights from moments).
 */

import { NoConvergenceError } from "./roots.ts";

/** Kronrod's positive nodes, outermost first; every second one is Gauss's. The 21st is 0. */
const NODES = [
  0.9956571630258081, 0.9739065285171717, 0.9301574913557082, 0.8650633666889845, 0.7808177265864169,
  0.6794095682990244, 0.5627571346686047, 0.4333953941292472, 0.2943928627014602, 0.14887433898163122,
] as const;
const KRONROD = [
  0.011694638867371874, 0.032558162307964725, 0.054755896574351995, 0.07503967481091996, 0.0931254545836976,
  0.10938715880229764, 0.12349197626206584, 0.13470921731147334, 0.14277593857706009, 0.14773910490133849,
] as const;
const KRONROD_CENTRE = 0.1494455540029169;
const GAUSS = [
  0.06667134430868814, 0.1494513491505806, 0.21908636251598204, 0.26926671930999635, 0.29552422471475287,
] as const;

export interface AdaptiveOptions {
  /** Accepted error relative to the integral. Default 1e-12. */
  readonly relative?: number;
  /** Accepted absolute error. Default 1e-14. */
  readonly absolute?: number;
  /** Default 2000. */
  readonly maximumIntervals?: number;
}

export interface Integral {
  readonly value: number;
  /** Estimate of the absolute error, as a rule far too large. */
  readonly error: number;
  readonly evaluations: number;
}

interface Piece {
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly error: number;
  /** ∫|f|, the measure of what rounding can do. */
  readonly size: number;
}

const below = new Float64Array(NODES.length);
const above = new Float64Array(NODES.length);

function integratePiece(f: (x: number) => number, low: number, high: number): Piece {
  const centre = 0.5 * (low + high);
  const half = 0.5 * (high - low);
  const middle = f(centre);
  let kronrod = KRONROD_CENTRE * middle;
  let gauss = 0;
  let size = KRONROD_CENTRE * Math.abs(middle);
  for (let i = 0; i < NODES.length; i++) {
    const left = f(centre - half * NODES[i]);
    const right = f(centre + half * NODES[i]);
    below[i] = left;
    above[i] = right;
    kronrod += KRONROD[i] * (left + right);
    size += KRONROD[i] * (Math.abs(left) + Math.abs(right));
    if (i % 2 === 1) gauss += GAUSS[i >> 1] * (left + right);
  }
  const average = 0.5 * kronrod;
  let variation = KRONROD_CENTRE * Math.abs(middle - average);
  for (let i = 0; i < NODES.length; i++) {
    variation += KRONROD[i] * (Math.abs(below[i] - average) + Math.abs(above[i] - average));
  }
  size *= half;
  variation *= half;
  let error = Math.abs((kronrod - gauss) * half);
  if (variation > 0 && error > 0) error = variation * Math.min(1, ((200 * error) / variation) ** 1.5);
  return { low, high, value: half * kronrod, error: Math.max(error, 50 * Number.EPSILON * size), size };
}

/** f over an interval with infinite ends as a function on [0, 1) or (−1, 1). */
function mapped(
  f: (x: number) => number,
  a: number,
  b: number,
): readonly [f: (t: number) => number, low: number, high: number] {
  if (a === -Infinity && b === Infinity) {
    return [
      (t) => {
        const rest = 1 - t * t;
        return (f(t / rest) * (1 + t * t)) / (rest * rest);
      },
      -1,
      1,
    ];
  }
  if (b === Infinity) return [(t) => f(a + t / (1 - t)) / ((1 - t) * (1 - t)), 0, 1];
  if (a === -Infinity) return [(t) => f(b - t / (1 - t)) / ((1 - t) * (1 - t)), 0, 1];
  return [f, a, b];
}

/**
 * ∫ₐᵇ f(x) dx; either end may be infinite, and a > b changes the sign.
 *
 * Stops when the estimated error is below the larger of `absolute` and `relative`·|value|, or has reached what rounding
 * allows (10⁻¹⁴ of ∫|f|). f is never evaluated at the ends, so that integrable singularities there are no obstacle; put other
 * kinks and singularities at ends by splitting. Throws `RangeError` where an end or a value of f is not a number,
 * `NoConvergenceError` when the intervals run out.
 */
export function integrateAdaptive(
  f: (x: number) => number,
  a: number,
  b: number,
  options: AdaptiveOptions = {},
): Integral {
  const { relative = 1e-12, absolute = 1e-14, maximumIntervals = 2000 } = options;
  if (Number.isNaN(a) || Number.isNaN(b)) {
    throw new RangeError(`integrateAdaptive: the ends are ${a} and ${b}; allowed are numbers and ±Infinity`);
  }
  if (a === b) return { value: 0, error: 0, evaluations: 0 };
  if (a > b) {
    const turned = integrateAdaptive(f, b, a, options);
    return { ...turned, value: -turned.value };
  }
  // In a short piece next to an end a node may round to the end itself.
  const first = Number.isFinite(a) ? a + Math.abs(a) * Number.EPSILON || Number.MIN_VALUE : a;
  const last = Number.isFinite(b) ? b - Math.abs(b) * Number.EPSILON || -Number.MIN_VALUE : b;
  let evaluations = 0;
  const [g, low, high] = mapped(
    (node) => {
      const x = Math.min(last, Math.max(first, node));
      evaluations++;
      const value = f(x);
      if (!Number.isFinite(value)) {
        throw new RangeError(`integrateAdaptive: f(${x}) is ${value}; allowed are finite values between the ends`);
      }
      return value;
    },
    a,
    b,
  );
  const pieces: Piece[] = [integratePiece(g, low, high)];
  for (;;) {
    let value = 0;
    let error = 0;
    let size = 0;
    let worst = 0;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i];
      value += piece.value;
      error += piece.error;
      size += piece.size;
      if (piece.error > pieces[worst].error) worst = i;
    }
    if (error <= Math.max(absolute, relative * Math.abs(value), 51 * Number.EPSILON * size)) {
      return { value, error, evaluations };
    }
    const piece = pieces[worst];
    const middle = 0.5 * (piece.low + piece.high);
    if (pieces.length >= maximumIntervals || middle <= piece.low || middle >= piece.high) {
      throw new NoConvergenceError(
        `integrateAdaptive: error ${error} for the value ${value} after ${pieces.length} intervals; ` +
          `allowed was ${Math.max(absolute, relative * Math.abs(value))}`,
      );
    }
    pieces[worst] = integratePiece(g, piece.low, middle);
    pieces.push(integratePiece(g, middle, piece.high));
  }
}
