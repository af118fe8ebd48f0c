/**
 * Noisy linear neurons g(x) = w̄x on Gaussian data in one dimension, c ≡ 1:
 * dw = [s₂(β − w̄) − λw]dt + √(2τ)dB, an Ornstein–Uhlenbeck process whose level knows the average.
 */

import { logarithmicExcess } from "../../measure/kullback-leibler.ts";

export interface NoisyNeuron {
  readonly beta: number;
  readonly s2: number;
  /** λ. */
  readonly lam: number;
  /** τ. */
  readonly tau: number;
  readonly m0: number;
  readonly v0: number;
}

/** (1 − e^{−rt})/r, also for r = 0. */
function growth(r: number, t: number): number {
  return r === 0 ? t : -Math.expm1(-r * t) / r;
}

/** Mean of a neuron, the same for finitely many. */
export function meanAt({ beta, s2, lam, m0 }: NoisyNeuron, t: number): number {
  return m0 * Math.exp(-(s2 + lam) * t) + s2 * beta * growth(s2 + lam, t);
}

/** Variance of a neuron in the limit. */
export function varianceAt({ lam, tau, v0 }: NoisyNeuron, t: number): number {
  return v0 * Math.exp(-2 * lam * t) + 2 * tau * growth(2 * lam, t);
}

/** Variance of the average of N neurons. */
export function averageVarianceAt({ s2, lam, tau, v0 }: NoisyNeuron, players: number, t: number): number {
  const r = 2 * (s2 + lam);
  return (v0 * Math.exp(-r * t) + 2 * tau * growth(r, t)) / players;
}

/** Variance of one of N neurons: (1 − 1/N) of the limit's, and that of the average. */
export function varianceAmong(neuron: NoisyNeuron, players: number, t: number): number {
  return (1 - 1 / players) * varianceAt(neuron, t) + averageVarianceAt(neuron, players, t);
}

/** F = (s₂/2)(β − m)² + (λ/2)(m² + v) − (τ/2) ln(2πe v), the noise in Y apart. */
export function freeEnergyAt(neuron: NoisyNeuron, m: number, v: number): number {
  const { beta, s2, lam, tau } = neuron;
  return 0.5 * s2 * (beta - m) ** 2 + 0.5 * lam * (m * m + v) - 0.5 * tau * Math.log(2 * Math.PI * Math.E * v);
}

/** dF/dt along the limit, by the chain rule on the closed forms of m and v. */
export function freeEnergyRate(neuron: NoisyNeuron, t: number): number {
  const { beta, s2, lam, tau } = neuron;
  const [m, v] = [meanAt(neuron, t), varianceAt(neuron, t)];
  const rateOfM = s2 * (beta - m) - lam * m;
  const rateOfV = 2 * tau - 2 * lam * v;
  return -s2 * (beta - m) * rateOfM + lam * m * rateOfM + (0.5 * lam - (0.5 * tau) / v) * rateOfV;
}

/** −dF/dt = E|∂_w δF/δρ|² = (s₂(β − m) − λm)² + v(λ − τ/v)². */
export function dissipationAt({ beta, s2, lam, tau }: NoisyNeuron, m: number, v: number): number {
  return (s2 * (beta - m) - lam * m) ** 2 + v * (lam - tau / v) ** 2;
}

/** The stationary law, which exists for λ > 0. */
export function stationaryMoments({ beta, s2, lam, tau }: NoisyNeuron): readonly [mean: number, variance: number] {
  return [(s2 * beta) / (s2 + lam), tau / lam];
}

/**
 * Relative entropy of k of N stationary neurons with respect to k independent ones of the limit.
 *
 * Both are normal with the mean of the limit; the k neurons have the covariance v(I + (ρ/k) 11′), where
 * ρ = (k/N)(V̄/v − 1) with V̄ = τ/(s₂ + λ), so that it is ½(ρ − ln(1 + ρ)), of order (k/N)².
 */
export function stationaryEntropy({ s2, lam }: NoisyNeuron, players: number, k: number): number {
  const rho = (k / players) * (-s2 / (s2 + lam));
  return 0.5 * logarithmicExcess(rho);
}

/** The same at time t for the law of k neurons that started independently. */
export function entropyAt(neuron: NoisyNeuron, players: number, k: number, t: number): number {
  const v = varianceAt(neuron, t);
  const rho = (k / players) * ((players * averageVarianceAt(neuron, players, t)) / v - 1);
  return 0.5 * logarithmicExcess(rho);
}
