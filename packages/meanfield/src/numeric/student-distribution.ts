/**
 * Student's t law: density, distribution and quantile, for confidence intervals.
 *
 * NIST Digital Library of Mathematical Functions, 8.17: P(|T| > t) = I_x(ν/2, ½) with x = ν/(ν + t²).
 */

import { incompleteBetaOf } from "./incomplete-beta.ts";
import { logBeta } from "./log-gamma.ts";
import { normalQuantile } from "./normal-distribution.ts";
import { NoConvergenceError } from "./roots.ts";

function checkDegrees(name: string, degreesOfFreedom: number): void {
  if (!(degreesOfFreedom > 0 && degreesOfFreedom < Infinity)) {
    throw new RangeError(`${name}: degreesOfFreedom is ${degreesOfFreedom}; allowed is a finite number > 0`);
  }
}

function density(t: number, nu: number): number {
  return Math.exp(-logBeta(0.5, 0.5 * nu) - 0.5 * (nu + 1) * Math.log1p((t * t) / nu)) / Math.sqrt(nu);
}

/** P(T > t) for t ≥ 0. */
function tail(t: number, nu: number): number {
  const square = t * t;
  return 0.5 * incompleteBetaOf(0.5 * nu, 0.5, nu / (nu + square), square / (nu + square));
}

/** P(0 < T < t) for t ≥ 0. */
function centre(t: number, nu: number): number {
  const square = t * t;
  return 0.5 * incompleteBetaOf(0.5, 0.5 * nu, square / (nu + square), nu / (nu + square));
}

/** The density of Student's law with `degreesOfFreedom` > 0 at `t`. */
export function studentDensity(t: number, degreesOfFreedom: number): number {
  checkDegrees("studentDensity", degreesOfFreedom);
  return density(t, degreesOfFreedom);
}

/** P(T ≤ t) for Student's law with `degreesOfFreedom` > 0; small values (far left) keep their relative accuracy. */
export function studentDistribution(t: number, degreesOfFreedom: number): number {
  checkDegrees("studentDistribution", degreesOfFreedom);
  if (t === 0) return 0.5;
  return t < 0 ? tail(-t, degreesOfFreedom) : 1 - tail(t, degreesOfFreedom);
}

/**
 * The `p`-quantile of Student's law; `p` strictly between 0 and 1, `degreesOfFreedom` > 0 (throws `RangeError` otherwise).
 *
 * Newton's method on logarithms of both sides: in ln t the logarithm of the tail (and, for p near ½, of the central
 * probability) is concave, so that after its first step the iteration moves one way only and cannot leave.
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  checkDegrees("studentQuantile", degreesOfFreedom);
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`studentQuantile: p is ${p}; allowed is a probability strictly between 0 and 1`);
  }
  if (p > 0.5) return -studentQuantile(1 - p, degreesOfFreedom);
  if (p === 0.5) return 0;
  const nu = degreesOfFreedom;
  const central = 0.5 - p;
  const useCentre = p > 0.25;
  let t = useCentre ? central / density(0, nu) : -normalQuantile(p);
  for (let step = 0; step < 100; step++) {
    const slope = t * density(t, nu);
    let change: number;
    if (useCentre) {
      const value = centre(t, nu);
      change = (Math.log(central / value) * value) / slope;
    } else {
      const value = tail(t, nu);
      change = (Math.log(value / p) * value) / slope;
    }
    t *= Math.exp(change);
    // Convergence is quadratic: after a change of 1e-9 the next one would be below rounding.
    if (Math.abs(change) < 1e-9) return -t;
    if (!Number.isFinite(t)) break;
  }
  throw new NoConvergenceError(`studentQuantile: no convergence for p = ${p}, degreesOfFreedom = ${nu}`);
}
