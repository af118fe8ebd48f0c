/**
 * Laws of X and of Y = p₁X + p₂X̄ at one time, for N players of a linear–quadratic system and in the limit.
 *
 * Deviations X^i − X̄ and the average X̄ are independent, with variances (1 − 1/N)V and U/N,
 *
 *     V′ = 2Fᴺ₁V + σ²,     U′ = 2(Fᴺ₁ + Fᴺ₂)U + σ²,     V(0) = U(0) = v₀,
 *
 * so that N players have covariance V·1 + ((U − V)/N)·11ᵀ. V less the limit's variance has an equation of its own, as has E X̄ − m:
 * no difference of two numbers of order one is left.
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { AdjointLoadings } from "../candidate.ts";
import type { ExchangeableLaw } from "../chaos/marginals.ts";
import { feedback } from "./adjoint-system.ts";
import type { ForwardBackwardModel } from "./model.ts";

/**
 * @param t after 0
 * @param finite loads of the system of N players
 */
export function playerLaws(
  model: ForwardBackwardModel,
  t: number,
  finite: AdjointLoadings,
  limit: AdjointLoadings,
): { readonly x: ExchangeableLaw; readonly y: ExchangeableLaw } {
  const { linear: game, start, volatility } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const rate = volatility * volatility;
  const solution = integrate(
    (s, y, dy) => {
      const ours = feedback(game, finite.at(s)).drift;
      const theirs = feedback(game, limit.at(s)).drift;
      const [gap, h, k] = [ours[0] - theirs[0], ours[0] + ours[1], theirs[0] + theirs[1]];
      dy[0] = 2 * theirs[0] * y[0] + rate;
      dy[1] = 2 * ours[0] * y[1] + 2 * gap * y[0];
      dy[2] = 2 * h * y[2] + rate;
      dy[3] = k * y[3];
      dy[4] = h * y[4] + (h - k) * y[3];
    },
    0,
    t,
    [start.variance, 0, start.variance, start.mean, 0],
    { relative: 1e-13, absolute: 1e-20 },
  );
  if (solution.outcome !== "finished") throw new RefusalError(`the laws cannot be followed: ${solution.reason}`);
  const [variance, excess, average, mean, shift] = solution.end;
  const [p, q] = [finite.at(t), limit.at(t)];
  const [sum, limitSum] = [p.own + p.mean, q.own + q.mean];
  const own = p.own * p.own;
  return {
    x: { variance, excess, common: average - variance - excess, shift },
    y: {
      variance: q.own * q.own * variance,
      excess: own * excess + (p.own - q.own) * (p.own + q.own) * variance,
      common: sum * sum * average - own * (variance + excess),
      shift: sum * shift + (sum - limitSum) * mean,
    },
  };
}
