/**
 * The probability that one bank of the systemic-risk games defaults: that X^i touches a level by the horizon.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13
 * (2015) 911–933, estimate it by simulation. Under a strategy α = K(t)(X̄ − X^i) the average X̄ is a Brownian motion and the
 * deviation X^i − X̄ an independent Ornstein–Uhlenbeck process of rate a + K(t), so that it solves a linear equation in two
 * variables, or in one where either part is missing. Values on grids of n, 2n and 4n cells are extrapolated twice.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { normalDensity, normalDistribution } from "../../numeric/normal-distribution.ts";
import { integrate } from "../../numeric/ode.ts";
import { absorbedLine } from "./absorbed-line.ts";
import { absorbedPlane } from "./absorbed-plane.ts";
import { driftlessAbsorption } from "./short-time-absorption.ts";

export interface BankDefaultProblem {
  readonly level: number;
  readonly horizon: number;
  /** a + K(t), the rate at which the deviation returns; undefined where it does not return at all. */
  readonly rate: ((t: number) => number) | undefined;
  /** Variance rates of X̄ and of X^i − X̄. */
  readonly meanRate: number;
  readonly deviationRate: number;
  readonly initial: {
    readonly mean: number;
    /** Variances of X̄₀ and of X^i₀ − X̄₀, both Gaussian and independent. */
    readonly meanVariance: number;
    readonly deviationVariance: number;
  };
}

export interface BankDefault {
  /** Not a number where the estimated error exceeds 0.01. */
  readonly probability: number;
  /**
   * How much the last halving of the cells moved the value extrapolated once, or a fiftieth of what it moved the plain
   * value, in case the former is small by chance: a cautious estimate of the error, as a rule ten times too large. Where
   * the noise is too weak for grids and left out, what it could add at most, to first order.
   */
  readonly error: number;
}

/** Grids are refined until the estimated error is below this. */
const tolerance = 1.5e-5;

/**
 * P(X^i touches the level by T); a bank that starts at or below it counts as in default.
 *
 * Mean reversion that is very fast against the horizon needs grids finer than the finest; `error` then says how far off
 * the number may be. Ordinary parameters take a tenth of a second, the finest grid one second.
 */
export function bankDefaultProbability(problem: BankDefaultProblem): BankDefault {
  const { level, horizon, rate, meanRate, deviationRate, initial } = problem;
  const start = initialLaw(problem);
  if (rate === undefined) {
    const sigma = Math.sqrt(meanRate + deviationRate);
    return { probability: start.average((z) => driftlessAbsorption(z, sigma, horizon)), error: 0 };
  }
  const deviationVariance = largestVariance(problem, rate);
  const meanVariance = initial.meanVariance + meanRate * horizon;
  const top = Math.max(0, initial.mean - level) + reach * Math.sqrt(deviationVariance + meanVariance);

  // What the noise does in the whole time is then lost between two points of the grid, at every level of refinement. An
  // average whose noise is lost beside its start in rounding has less than a hundred-millionth of it.
  const lost = Math.sqrt((meanRate + deviationRate) * horizon) < top / 400;
  if (lost || (meanRate === 0 && initial.meanVariance > 0)) return silent(problem, rate);
  if (meanRate === 0) {
    const drift = (t: number) => [-rate(t) * (level - initial.mean), -rate(t)] as const;
    const sigma = Math.sqrt(deviationRate);
    return refine([200, 400, 800, 1600, 3200], (n) => start.average(absorbedLine({ horizon, sigma, drift, top }, n)));
  }
  if (deviationRate === 0) {
    return refine([100, 200, 400, 800], (n) => start.average(absorbedFamily(problem, rate, top, n)));
  }
  const beta = Math.sqrt(meanRate / deviationRate);
  const width = reach * Math.sqrt(beta * beta * deviationVariance + meanVariance / (beta * beta));
  const [low, high] = [-initial.mean / beta - width, -initial.mean / beta + width];
  return refine([40, 80, 160, 320], (n) => {
    const u = absorbedPlane({ level, horizon, rate, meanRate, deviationRate, top, low, high }, n);
    return start.average((z, deviation) => {
      const average = z + level - deviation;
      return u(z, beta * deviation - average / beta);
    });
  });
}

/**
 * The limit of vanishing noise: x̄ stays and the deviation d fades or grows to d·f(t), f(t) = exp(−∫k), so that the bank
 * is lowest where f is smallest or largest. The noise lowers that minimum by no more than about the expected fall of a
 * Brownian motion, times what a disturbance may grow by where k < 0; the error is the probability that a level so much
 * higher is touched and this one not.
 */
function silent({ level, horizon, meanRate, deviationRate, initial }: BankDefaultProblem, rate: (t: number) => number) {
  const steps = 1000;
  const step = horizon / steps;
  let [exponent, least, most, growth] = [0, 0, 0, 0];
  for (let i = 0; i < steps; i++) {
    exponent -= rate((i + 0.5) * step) * step;
    least = Math.min(least, exponent);
    most = Math.max(most, exponent);
    growth = Math.max(growth, exponent - least);
  }
  const [low, high] = [Math.exp(least), Math.exp(most)];
  const own = Math.sqrt(initial.deviationVariance);
  const shared = Math.sqrt(initial.meanVariance);
  const touched = (barrier: number): number => {
    const given = (d: number): number => {
      const room = barrier - initial.mean - Math.min(d * low, d * high);
      return shared === 0 ? (room >= 0 ? 1 : 0) : normalDistribution(room / shared);
    };
    if (own === 0) return given(0);
    if (shared === 0) {
      // Below the level at the start or at the farthest point of a fall: the deviation alone decides.
      const room = barrier - initial.mean;
      return normalDistribution(room / Math.max(own * (room < 0 ? high : low), Number.MIN_VALUE));
    }
    // Split at 0, where the lowest point changes over.
    const half = (sign: number): number =>
      integrateAdaptive((x) => normalDensity(x) * given(sign * own * x), 0, 10, { relative: 1e-11, absolute: 1e-15 })
        .value;
    return half(-1) + half(1);
  };
  const probability = touched(level);
  const fall = Math.sqrt((2 * (meanRate + deviationRate) * horizon) / Math.PI) * Math.exp(growth);
  const error = touched(level + fall) - probability;
  return { probability: error <= 0.01 ? probability : Number.NaN, error };
}

/** Standard deviations that a grid reaches out to: what happens beyond has probability below 1e-7. */
const reach = 6;

/** Richardson's extrapolation, twice, of values with errors h², h⁴, … on halved cells, until it settles. */
function refine(cells: readonly number[], value: (n: number) => number): BankDefault {
  let [plain, once] = [Number.NaN, Number.NaN];
  let best: BankDefault = { probability: Number.NaN, error: Infinity };
  for (const n of cells) {
    const next = value(n);
    const nextOnce = (4 * next - plain) / 3;
    const twice = (16 * nextOnce - once) / 15;
    const error = Math.max(Math.abs(nextOnce - once), Math.abs(next - plain) / 50);
    best = { probability: Math.min(1, Math.max(0, twice)), error };
    if (best.error <= tolerance) break;
    [plain, once] = [next, nextOnce];
  }
  // Beyond this the scheme may be unstable, and what it says means nothing.
  return best.error <= 0.01 ? best : { probability: Number.NaN, error: best.error };
}

/** The largest variance of the deviation on [0, T], from below by steps in which the rate is frozen. */
function largestVariance({ horizon, deviationRate, initial }: BankDefaultProblem, rate: (t: number) => number): number {
  const steps = 1000;
  const step = horizon / steps;
  let variance = initial.deviationVariance;
  let largest = variance;
  for (let i = 0; i < steps; i++) {
    const k = rate((i + 0.5) * step);
    const left = Math.exp(-2 * k * step);
    variance = variance * left + deviationRate * (k === 0 ? step : (1 - left) / (2 * k));
    largest = Math.max(largest, variance);
  }
  return largest;
}

/**
 * Without own noise a deviation d only fades, d·exp(−∫k), and the bank is a Brownian motion with that drift: one line for
 * each of 33 starting deviations, and the polynomial through them between.
 */
function absorbedFamily(problem: BankDefaultProblem, rate: (t: number) => number, top: number, n: number) {
  const { horizon, meanRate, initial } = problem;
  const sigma = Math.sqrt(meanRate);
  const widest = 8.5 * Math.sqrt(initial.deviationVariance);
  if (widest === 0) return (z: number) => driftlessAbsorption(z, sigma, horizon);
  const fading = integrate((t, y, dy) => (dy[0] = -rate(t) * y[0]), 0, horizon, [1]);
  const left = new Float64Array(1);
  const nodes = Float64Array.from({ length: 33 }, (_, j) => widest * Math.cos((Math.PI * j) / 32));
  const lines = Array.from(nodes, (d) =>
    absorbedLine({ horizon, sigma, drift: (t) => [-rate(t) * d * fading.at(t, left)[0], 0], top: top + widest }, n),
  );
  return (z: number, deviation: number): number => {
    let [above, below] = [0, 0];
    for (const [j, node] of nodes.entries()) {
      const line = lines[j];
      if (deviation === node) return line(z);
      const weight = ((j % 2 === 0 ? 1 : -1) * (j === 0 || j === 32 ? 0.5 : 1)) / (deviation - node);
      above += weight * line(z);
      below += weight;
    }
    return above / below;
  };
}

/** Averages over the initial law of (z, deviation), z = X^i₀ − level; those with z ≤ 0 count one. */
function initialLaw({ level, initial }: BankDefaultProblem): {
  average: (u: (z: number, deviation: number) => number) => number;
} {
  const { meanVariance, deviationVariance } = initial;
  const center = initial.mean - level;
  const variance = meanVariance + deviationVariance;
  if (variance === 0) return { average: (u) => (center <= 0 ? 1 : u(center, 0)) };
  const spread = Math.sqrt(variance);
  const low = Math.max(0, center - 8.5 * spread);
  const high = center + 8.5 * spread;
  if (high <= 0) return { average: () => 1 };
  const share = deviationVariance / variance;
  const remaining = Math.sqrt(share * meanVariance);
  return {
    average: (u) => {
      let sum = normalDistribution(-center / spread);
      // Panels narrow towards the barrier, where u turns.
      for (let panel = 0; panel < panels; panel++) {
        const from = low + (high - low) * (panel / panels) ** 2;
        const half = ((high - low) * (2 * panel + 1)) / (2 * panels * panels);
        for (let i = 0; i < rule.nodes.length; i++) {
          const z = from + half * (1 + rule.nodes[i]);
          const weight = rule.weights[i] * half * (normalDensity((z - center) / spread) / spread);
          sum += weight * given(z, u);
        }
      }
      return sum;
    },
  };

  /** E[u | z], by the trapezoidal rule, which is exact to rounding for what is smooth on the scale of its step. */
  function given(z: number, u: (z: number, deviation: number) => number): number {
    const expected = share * (z - center);
    if (remaining === 0) return u(z, expected);
    let sum = 0;
    for (let j = -51; j <= 51; j++) sum += normalDensity(j / 6) * u(z, expected + (remaining * j) / 6);
    return sum / 6;
  }
}

const panels = 8;
const rule = gaussLegendre(16);
