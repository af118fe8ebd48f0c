/**
 * How strongly firms that aim at s m̄ + b answer a change of the mean m̄: the spectral radius of the best-response map.
 *
 * Its linear part takes m to the x that minimises ∫ ½k ẋ² + ½q(x − s m)² dt + ½Q(x_T − S m_T)², x₀ = 0. An eigenvector
 * with eigenvalue λ = 1/μ solves the Sturm–Liouville problem
 *
 *     −k x″ + q x = μ q s x,   x₀ = 0,   k x′_T = −Q(1 − μS) x_T
 *
 * (W. Walter, Ordinary Differential Equations (1998), § 27, with the parameter in the boundary condition), whose
 * eigenvalues are real and positive for s, S ≥ 0. The least μ is the one at which kx′ = −χx of the solution from T
 * back, χ′ = χ²/k − q(1 − μs), first explodes at t = 0; negative signs of both s and S turn λ round.
 */

import { findRoot } from "../../numeric/roots.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";

export interface Imitation {
  readonly k: number;
  readonly q: number;
  readonly s: number;
  readonly Q: number;
  readonly S: number;
  readonly T: number;
}

/** The spectral radius; undefined where s and S have opposite signs, so that eigenvalues need not be real. */
export function picardRadius({ k, q, s, Q, S, T }: Imitation): number | undefined {
  if (q * s * Q * S < 0) return undefined;
  const [running, terminal] = [Math.abs(q * s), Math.abs(Q * S)];
  if (running === 0 && terminal === 0) return 0;
  // 1 where nothing explodes, 0 where T is the first explosion, falling as μ grows.
  const room = (mu: number): number => {
    const { blowUp } = scalarRiccati({ A: 0, B: 1 / k, C: q - mu * running, terminal: Q - mu * terminal, horizon: T });
    return blowUp === undefined ? 1 : 1 - T / blowUp;
  };
  let [low, high] = [0, 1];
  while (room(high) > 0) {
    [low, high] = [high, 2 * high];
    if (high > 1e300) return 0;
  }
  return 1 / findRoot(room, low, high);
}
