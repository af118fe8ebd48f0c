/**
 * The linear network g(x) = (1/N) Σ c_i w_i x on Gaussian data in one dimension, by closed forms.
 *
 * A = c + w and B = c − w each keep their shape: every A is multiplied by √z and every B divided by it, with
 * ż = 2αs₂(βz − P₀z²/4 + Q₀/4), P₀ = EA₀², Q₀ = EB₀². So M = E cw = (P₀z − Q₀/z)/4, and c² − w² = AB never changes for any neuron.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";

export interface LinearNetwork {
  readonly beta: number;
  /** EX² = s₂. */
  readonly s2: number;
  readonly alpha: number;
  /** Standard deviation of the noise in Y. */
  readonly sige: number;
  /** EA₀² and EB₀². */
  readonly P0: number;
  readonly Q0: number;
}

/** Covariances of (A₀², B₀²), from which finitely many neurons fluctuate. */
export interface StartingSpread {
  readonly varA2: number;
  readonly varB2: number;
  readonly covA2B2: number;
}

/** Independent c and w before training, by mean and variance. */
export interface IndependentNeurons {
  readonly mc: number;
  readonly vc: number;
  readonly mw: number;
  readonly vw: number;
}

/** Moments of A = c + w and B = c − w before training, and those of their squares for normal c and w. */
export function startingSquares({ mc, vc, mw, vw }: IndependentNeurons): StartingSpread & {
  readonly P0: number;
  readonly Q0: number;
  /** E AB = E(c² − w²). */
  readonly invariant: number;
} {
  const [a, b, v, covariance] = [mc + mw, mc - mw, vc + vw, vc - vw];
  return {
    P0: a * a + v,
    Q0: b * b + v,
    varA2: 2 * v * v + 4 * a * a * v,
    varB2: 2 * v * v + 4 * b * b * v,
    covA2B2: 2 * covariance * covariance + 4 * a * b * covariance,
    invariant: a * b + covariance,
  };
}

/** z(t), in a form that neither overflows nor divides by a root that may vanish. */
export function stretch({ beta, s2, alpha, P0, Q0 }: LinearNetwork, t: number): number {
  const a = 0.5 * alpha * s2 * Q0;
  const b = 2 * alpha * s2 * beta;
  const c = 0.5 * alpha * s2 * P0;
  const delta = Math.sqrt(b * b + 4 * a * c);
  const half = 0.5 * delta * t;
  // tanh(δt/2)/δ.
  const tau = half < 1e-8 ? 0.5 * t : Math.tanh(half) / delta;
  return (1 + (b + 2 * a) * tau) / (1 + (2 * c - b) * tau);
}

/** P = EA² and Q = EB² at time t. */
export function squares(network: LinearNetwork, t: number): readonly [P: number, Q: number] {
  const z = stretch(network, t);
  return [network.P0 * z, network.Q0 / z];
}

/** M(t) = E cw, the slope of the network. */
export function slope(network: LinearNetwork, t: number): number {
  const [P, Q] = squares(network, t);
  return (P - Q) / 4;
}

/** ½[s₂(β − M)² + σ_ε²]. */
export function lossAt(network: LinearNetwork, t: number): number {
  const { s2, beta, sige } = network;
  return 0.5 * (s2 * (beta - slope(network, t)) ** 2 + sige * sige);
}

/** ∂M(t)/∂(P₀, Q₀). */
export function slopeGradient(network: LinearNetwork, t: number): readonly [byP: number, byQ: number] {
  const { beta, s2, alpha, P0, Q0 } = network;
  const k = 0.5 * alpha * s2;
  const [a, b, c] = [k * Q0, 4 * k * beta, k * P0];
  const delta = Math.sqrt(b * b + 4 * a * c);
  const half = 0.5 * delta * t;
  // τ = tanh(δt/2)/δ depends on u = (δt/2)² alone; near 0 by its series, where the quotients lose their digits.
  const u = half * half;
  const series = half < 0.03;
  const tau = series
    ? 0.5 * t * (1 - u * (1 / 3 - u * (2 / 15 - u * (17 / 315 - (u * 62) / 2835))))
    : Math.tanh(half) / delta;
  const byDelta2 = series
    ? (t ** 3 / 8) * (-1 / 3 + u * (4 / 15 - u * (17 / 105 - (u * 248) / 2835)))
    : (0.5 * t * (1 - (delta * tau) ** 2) - tau) / (2 * delta * delta);
  const top = 1 + (b + 2 * a) * tau;
  const bottom = 1 + (2 * c - b) * tau;
  const z = top / bottom;
  const zOf = (da: number, dc: number): number => {
    const dTau = byDelta2 * 4 * (da * c + a * dc);
    return ((b + 2 * a) * dTau + 2 * da * tau - z * ((2 * c - b) * dTau + 2 * dc * tau)) / bottom;
  };
  const zByP = zOf(0, k);
  const zByQ = zOf(k, 0);
  const weight = (P0 + Q0 / (z * z)) / 4;
  return [z / 4 + weight * zByP, -1 / (4 * z) + weight * zByQ];
}

/** lim N Var M^N(t) of gradient flow: only the sample before training varies (delta method). */
export function gradientFlowVariance(network: LinearNetwork, spread: StartingSpread, t: number): number {
  const [byP, byQ] = slopeGradient(network, t);
  const { varA2, varB2, covA2B2 } = spread;
  return byP * byP * varA2 + 2 * byP * byQ * covA2B2 + byQ * byQ * varB2;
}

/**
 * lim N Var M^N of online SGD at k = Nt: what each sample adds travels with the gradient of the closed form from where it
 * enters, ∫₀ᵗ V(s) (∇M(t − s; P_s, Q_s)·g_s)² ds with g = 2α(P, −Q) and V = 2s₂²(β − M)² + σ_ε²s₂ for Gaussian X.
 */
export function onlineVariance(network: LinearNetwork, spread: StartingSpread, t: number): number {
  const { alpha, s2, beta, sige } = network;
  const { value } = integrateAdaptive(
    (s) => {
      const [P, Q] = squares(network, s);
      const [byP, byQ] = slopeGradient({ ...network, P0: P, Q0: Q }, t - s);
      const V = 2 * s2 * s2 * (beta - (P - Q) / 4) ** 2 + sige * sige * s2;
      return V * (2 * alpha * (byP * P - byQ * Q)) ** 2;
    },
    0,
    t,
    { relative: 1e-11 },
  );
  return gradientFlowVariance(network, spread, t) + value;
}
