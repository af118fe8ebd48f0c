/**
 * One-hidden-layer networks whose neurons are the players: g(x) = (1/N) Σ c_i σ(w_i·x), trained on ½E(Y − g(X))².
 *
 * S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671; J. Sirignano, K. Spiliopoulos, SIAM J. Appl. Math. 80
 * (2020) 725–752; G. Rotskoff, E. Vanden-Eijnden, Comm. Pure Appl. Math. 75 (2022) 1889–1935. With N → ∞ the law ρ of a
 * neuron θ = (c, w) follows, in the time t = k/N of k steps of size α/N,
 *
 *     ∂ρ = ∇·(ρ α∇V) + ατΔρ,   V(θ; ρ) = −E[(Y − g(X; ρ)) c σ(w·X)] + (λ/2)|θ|²,
 *
 * the gradient flow in W₂ of F(ρ) = ½E(Y − g)² + (λ/2)∫|θ|²dρ + τ∫ρ ln ρ.
 */

import type { Model } from "../core/index.ts";
import type { Activation } from "./activation.ts";
import type { DataLaw } from "./data.ts";
import type { InitialLaw } from "./initial.ts";

export interface NetworkModel extends Model {
  readonly family: "network";
  readonly activation: Activation;
  readonly data: DataLaw;
  readonly initial: InitialLaw;
  /** Whether c is trained; where not, it keeps its initial value. */
  readonly trainsOutput: boolean;
  /** λ ≥ 0, on the trained parameters. */
  readonly ridge: number;
  /** τ ≥ 0, of independent noise on the trained parameters. */
  readonly temperature: number;
  /** α > 0. */
  readonly rate: number;
  /** T > 0; infinite where the stationary law is asked for. */
  readonly horizon: number;
  /** How many neurons learning trains where nobody asks for another number, and until when. */
  readonly learning: { readonly neurons: number; readonly time: number };
}

/** Numbers of a neuron: c and the d entries of w, in this order. */
export function parametersOf({ data }: Pick<NetworkModel, "data">): number {
  return 1 + data.dimension;
}
