/**
 * Central limit theorem of the linear network: N Var M^N from the linearised moment equations.
 *
 * J. Sirignano, K. Spiliopoulos, Stochastic Process. Appl. 130 (2020) 1820–1852. With P = E(c + w)² and Q = E(c − w)², of which
 * M = (P − Q)/4, fluctuations of (P, Q) have the covariance Σ/N with Σ̇ = JΣ + ΣJ′, and for online training + V gg′.
 */

import { integrate } from "../numeric/ode.ts";
import { neuronsAt } from "./candidate.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { productMoment } from "./quantities.ts";

/** The linear network's data and rate. */
export interface SlopeTraining {
  readonly beta: number;
  readonly s2: number;
  readonly alpha: number;
  readonly sige: number;
}

/** Var A₀², Var B₀² and their covariance before training. */
export interface SlopeSpread {
  readonly varA2: number;
  readonly varB2: number;
  readonly covA2B2: number;
}

/** lim N Var M^N as a function of time on [0, T], from the law that a candidate starts with. */
export function slopeFluctuations(
  { beta, s2, alpha, sige }: SlopeTraining,
  { law, model }: NetworkCandidate,
  { varA2, varB2, covA2B2 }: SlopeSpread,
  online: boolean,
): (t: number) => number {
  const start = neuronsAt(law, 0);
  const cc = productMoment(start, 0, 0);
  const cw = productMoment(start, 0, 1);
  const ww = productMoment(start, 1, 1);
  const r = 2 * alpha * s2;
  const solution = integrate(
    (_t, [P, Q, a, b, d], dy) => {
      const error = beta - (P - Q) / 4;
      dy[0] = r * error * P;
      dy[1] = -r * error * Q;
      const [jpp, jpq, jqp, jqq] = [r * (error - P / 4), (r * P) / 4, (r * Q) / 4, -r * (error + Q / 4)];
      const V = online ? (2 * s2 * s2 * error * error + sige * sige * s2) * 4 * alpha * alpha : 0;
      dy[2] = 2 * (jpp * a + jpq * b) + V * P * P;
      dy[3] = jpp * b + jpq * d + jqp * a + jqq * b - V * P * Q;
      dy[4] = 2 * (jqp * b + jqq * d) + V * Q * Q;
    },
    0,
    model.horizon,
    [cc + 2 * cw + ww, cc - 2 * cw + ww, varA2, covA2B2, varB2],
  );
  if (solution.outcome !== "finished") {
    throw new RangeError(`the fluctuations could not be integrated: ${solution.reason}`);
  }
  const row = new Float64Array(5);
  return (t) => {
    const [, , a, b, d] = solution.at(t, row);
    return (a - 2 * b + d) / 16;
  };
}
