/**
 * Games with one state coordinate that the player moves directly, written down by coefficients, and what a profile of
 * linear strategies costs in them.
 *
 *     dx_i = α_i dt + σ dW^i + σ⁰ dW⁰,     ds = κᾱ dt + σˢ dW⁰ˢ,
 *     J_i  = E ∫₀ᵀ w(t) (½cα_i² + b(t)α_i + γα_iᾱ + λα_i s + h x_iᾱ + f(x_i, x̄)) dt + E g(x_i, x̄).
 *
 * Closed forms of the games are checked and costed here, away from the linear–quadratic engine: the averages (x̄, s) and
 * the deviation x_i − x̄ are uncorrelated under symmetric linear strategies, so that six moments tell everything.
 */

import { integrate } from "../../numeric/ode.ts";

/** ½ xx·x² + xm·x x̄ + ½ mm·x̄² + x·x + m·x̄ + one. */
export interface StateCost {
  readonly xx?: number;
  readonly xm?: number;
  readonly mm?: number;
  readonly x?: number;
  readonly m?: number;
  readonly one?: number;
}

export interface ScalarGame {
  readonly horizon: number;
  /** w(t), the weight of the running cost. */
  readonly weight: (t: number) => number;
  /** c > 0. */
  readonly control: number;
  /** b(t). */
  readonly controlLinear: (t: number) => number;
  /** γ. */
  readonly controlMeanControl: number;
  /** λ. */
  readonly controlCommon: number;
  /** h. */
  readonly stateMeanControl: number;
  readonly running: StateCost;
  /** Not weighted. */
  readonly terminal: StateCost;
  /** κ. */
  readonly impact: number;
  readonly noise: { readonly own: number; readonly common: number; readonly commonState: number };
  readonly initial: { readonly mean: number; readonly variance: number; readonly commonState: number };
}

/** α_i = deviation·(x_i − x̄) + mean·x̄ + common·s + constant, each a function of time. */
export interface ScalarGains {
  readonly deviation: (t: number) => number;
  readonly mean: (t: number) => number;
  readonly common: (t: number) => number;
  readonly constant: (t: number) => number;
}

/** Moments at one time; for N players x̄ is their empirical mean, in the limit the mean given the common noise. */
export interface ScalarMoments {
  readonly mean: number;
  readonly common: number;
  readonly varianceMean: number;
  readonly covariance: number;
  readonly varianceCommon: number;
  /** Var(x_i − x̄). */
  readonly varianceDeviation: number;
}

export interface ScalarProfile {
  readonly at: (t: number) => ScalarMoments;
  /** E ᾱ(t). */
  readonly meanControl: (t: number) => number;
  /** Expected cost of a player. */
  readonly cost: number;
  /** ∫ w(t) E ᾱ(t)² dt. */
  readonly meanControlEnergy: number;
}

/** Follows the moments of N (or infinitely many) players who all play `gains`, to the accuracy of the integrator. */
export function scalarProfile(game: ScalarGame, players: number, gains: ScalarGains): ScalarProfile {
  const { horizon, noise, initial, impact } = game;
  const share = 1 / players;
  const meanNoise = noise.common ** 2 + share * noise.own ** 2;
  const deviationNoise = (1 - share) * noise.own ** 2;

  const expectedState = (cost: StateCost, m: ScalarMoments): number => {
    const { xx = 0, xm = 0, mm = 0, x = 0, m: mean = 0, one = 0 } = cost;
    const meanSquare = m.mean ** 2 + m.varianceMean;
    return 0.5 * xx * (meanSquare + m.varianceDeviation) + (xm + 0.5 * mm) * meanSquare + (x + mean) * m.mean + one;
  };
  const read = (y: Float64Array): ScalarMoments => ({
    mean: y[0],
    common: y[1],
    varianceMean: y[2],
    covariance: y[3],
    varianceCommon: y[4],
    varianceDeviation: y[5],
  });

  const rhs = (t: number, y: Float64Array, dy: Float64Array): void => {
    const [m, s, vm, cov, vs, vd] = y;
    const d = gains.deviation(t);
    const a = gains.mean(t);
    const e = gains.common(t);
    const control = a * m + e * s + gains.constant(t);
    const withMean = a * vm + e * cov;
    const withCommon = a * cov + e * vs;
    const controlSquare = control ** 2 + a * withMean + e * withCommon;
    dy[0] = control;
    dy[1] = impact * control;
    dy[2] = 2 * withMean + meanNoise;
    dy[3] = withCommon + impact * withMean;
    dy[4] = 2 * impact * withCommon + noise.commonState ** 2;
    dy[5] = 2 * d * vd + deviationNoise;
    const running =
      0.5 * game.control * (controlSquare + d * d * vd) +
      game.controlLinear(t) * control +
      game.controlMeanControl * controlSquare +
      game.controlCommon * (control * s + withCommon) +
      game.stateMeanControl * (control * m + withMean) +
      expectedState(game.running, read(y));
    dy[6] = game.weight(t) * running;
    dy[7] = game.weight(t) * controlSquare;
  };
  const start = Float64Array.of(
    initial.mean,
    initial.commonState,
    share * initial.variance,
    0,
    0,
    (1 - share) * initial.variance,
    0,
    0,
  );
  const solution = integrate(rhs, 0, horizon, start, { relative: 1e-13, absolute: 1e-14 });
  if (solution.outcome !== "finished") throw new RangeError(`scalarProfile: ${solution.reason}`);
  const at = (t: number): ScalarMoments => read(solution.at(t));
  return {
    at,
    meanControl: (t) => {
      const { mean, common } = at(t);
      return gains.mean(t) * mean + gains.common(t) * common + gains.constant(t);
    },
    cost: solution.end[6] + expectedState(game.terminal, at(horizon)),
    meanControlEnergy: solution.end[7],
  };
}
