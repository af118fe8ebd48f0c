/**
 * The law of Y^1 + … + Y^k of a log-normal system against that of k independent copies of the limit, in W₂, exactly.
 *
 * With loads A, B of N players and β = B/N the sum is (A + kβ)S_k + kβ Σ_{j>k} M^j + k y_N, where S_k = M^1 + … + M^k: a variable with a
 * density, and an independent one that many players make small, which a Gauss rule stands for. On the line the optimal coupling pairs
 * quantiles: at every quantile of the limit's law the difference δ to that of N players is solved for, so that it keeps its digits
 * however small it is.
 */

import { chebyshev } from "../../numeric/chebyshev.ts";
import type { QuadratureRule } from "../../numeric/gauss-rules.ts";
import { normalDistribution, normalQuantile } from "../../numeric/normal-distribution.ts";
import { findRoot } from "../../numeric/roots.ts";
import type { Loadings } from "../candidate.ts";
import { expectation, gaussianRule } from "../gaussian-rule.ts";
import { sumRules } from "./sum-rule.ts";

/** Distances at one time, of systems of any number of players that share their martingales. */
export interface LogNormalLaws {
  /**
   * W₂² between the law of Y^1 + … + Y^k and the limit's; undefined where no rule of a few dozen points settles it, or where Y^1 falls
   * with its own M^1.
   *
   * @param finite loads of `players` ≥ k players
   */
  readonly squaredDistance: (k: 1 | 2, players: number, finite: Loadings) => number | undefined;
}

/** Points of the rules tried one after the other, until two agree to many digits, or the last two to a few. */
const SIZES = [12, 20, 32, 64];
const AGREEMENT = 1e-7;
const LAST_AGREEMENT = 1e-4;
/** Of quantiles; that of 10⁷ players is a million times as large. */
const ROUNDING = 1e-13;

/**
 * @param deviation s√t, of ln M
 * @param limit loads of the limit, the own one not zero
 */
export function logNormalLaws(deviation: number, limit: Loadings): LogNormalLaws {
  const variable = [positiveSum(1, deviation), positiveSum(2, deviation)] as const;
  const one = gaussianRule(0.0625, 8.5);
  const copy: QuadratureRule = {
    nodes: one.nodes.map((z) => Math.expm1(deviation * z - 0.5 * deviation * deviation)),
    weights: one.weights,
  };
  const rules = SIZES.map((size) => sumRules(copy, size));
  return {
    squaredDistance: (k, players, finite) => {
      let [before, now] = [Number.NaN, Number.NaN];
      for (const rule of rules) {
        const found = distanceBy(rule(players - k), variable[k - 1], k, players, finite, limit);
        if (found === undefined) return undefined;
        // Two equal laws differ by rounding.
        if (found <= (ROUNDING * limit.own) ** 2) return 0;
        [before, now] = [now, found];
        if (Math.abs(now - before) <= AGREEMENT * now) return now;
      }
      return Math.abs(now - before) <= LAST_AGREEMENT * now ? now : undefined;
    },
  };
}

const OUTER = gaussianRule(0.125, 7.5);

function distanceBy(
  { nodes, weights }: QuadratureRule,
  { score, quantile }: PositiveVariable,
  k: number,
  players: number,
  finite: Loadings,
  limit: Loadings,
): number | undefined {
  // Laws of −Y are as far apart as those of Y.
  const sign = Math.sign(limit.own);
  const share = finite.mean / players;
  const own = sign * (finite.own + k * share);
  if (!(own > 0)) return undefined;
  const scale = Math.abs(limit.own);
  const shift = sign * k * (limit.mean + limit.constant - finite.constant - share * (players - k));
  const others = nodes.map((node) => sign * k * share * node);
  return expectation(OUTER, (z) => {
    const target = scale * quantile(z) + shift;
    // The smaller of both tails, and what is more of it for N players.
    const side = z <= 0 ? 1 : -1;
    const tail = normalDistribution(-Math.abs(z));
    const excess = (delta: number): number => {
      let sum = 0;
      for (let m = 0; m < others.length; m++) {
        const x = (target + delta - others[m]) / own;
        sum += weights[m] * ((x > 0 ? normalDistribution(side * score(Math.log(x))) : z <= 0 ? 0 : 1) - tail);
      }
      return side * sum;
    };
    return rootOf(excess, 1e-3 * scale * quantile(z)) ** 2;
  });
}

/** The root of an increasing function that may be flat far away, from 0 outwards. */
function rootOf(f: (x: number) => number, step: number): number {
  const start = f(0);
  if (start === 0) return 0;
  let [near, far] = [0, start > 0 ? -step : step];
  while (f(far) * start > 0) [near, far] = [far, 4 * far];
  return findRoot(f, near, far);
}

/** A positive random variable with a density, by ln x ↦ Φ⁻¹(P(X ≤ x)) and the inverse of that, x. */
interface PositiveVariable {
  readonly score: (logarithm: number) => number;
  /** At Φ(z). */
  readonly quantile: (z: number) => number;
}

/** M^1 + … + M^k of independent log-normal variables of mean 1. */
function positiveSum(k: 1 | 2, s: number): PositiveVariable {
  const score = (u: number): number => (u + 0.5 * s * s) / s;
  if (k === 1) return { score, quantile: (z) => Math.exp(s * z - 0.5 * s * s) };
  const rule = gaussianRule(0.03, 13);
  const other = rule.nodes.map((z) => Math.exp(s * z - 0.5 * s * s));
  const both = (u: number): number => {
    const x = Math.exp(u);
    let [below, above] = [0, 0];
    for (let j = 0; j < other.length; j++) {
      const rest = x - other[j];
      const at = rest > 0 ? score(Math.log(rest)) : -Infinity;
      below += rule.weights[j] * (rest > 0 ? normalDistribution(at) : 0);
      above += rule.weights[j] * (rest > 0 ? normalDistribution(-at) : 1);
    }
    return below <= 0.5 ? normalQuantile(below) : -normalQuantile(above);
  };
  // Two who are both at z = ∓9 lie beyond z = ∓9√2 together, or not far from it.
  const ends = [-9, 9].map((z) => Math.LN2 + s * z - 0.5 * s * s) as [number, number];
  const smooth = chebyshev(both, ...ends, 100);
  return {
    score: (u) => (u <= ends[0] ? -Infinity : u >= ends[1] ? Infinity : smooth(u)),
    quantile: (z) => Math.exp(findRoot((u) => smooth(u) - z, ...ends)),
  };
}
