/**
 * The affine part of a scalar linear–quadratic feedback: ψ′ = Bχψ + β, ψ(T) given, beside χ′ = Bχ² − C, χ(T) = g.
 *
 * With h of the Riccati equation's linearisation, h″ = BC h, the solution is ψ = (ψ_T − β∫₀^τ h)/h. Around the resting
 * point m* = β/C the equation is homogeneous: ψ + χ m* decays like 1/h.
 */

import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";
import type { ScalarRiccati } from "../../numeric/scalar-riccati.ts";

export interface TrackingProblem {
  readonly B: number;
  readonly C: number;
  /** χ(T). */
  readonly terminal: number;
  /** β. */
  readonly drive: number;
  /** ψ(T). */
  readonly terminalOffset: number;
  readonly horizon: number;
}

export interface Tracking {
  readonly riccati: ScalarRiccati;
  /** ψ(t). */
  readonly offset: (t: number) => number;
}

let rule: ReturnType<typeof gaussLegendre> | undefined;

/** Solves both equations; like `scalarRiccati`, evaluation throws RangeError beyond a blow-up. */
export function tracking(problem: TrackingProblem): Tracking {
  const { B, C, terminal, drive, terminalOffset, horizon } = problem;
  const riccati = scalarRiccati({ A: 0, B, C, terminal, horizon });
  const offset = (t: number): number => {
    const tau = horizon - t;
    const left = riccati.decay(t, horizon);
    // Below this m* is far off and the difference would cancel; ∫h/h is smooth there and twenty Gauss nodes are exact.
    if (Math.abs(B * C) * tau * tau < 0.1) {
      rule ??= gaussLegendre(20);
      let sum = 0;
      for (let i = 0; i < rule.nodes.length; i++) {
        sum += rule.weights[i] * riccati.decay(t, t + 0.5 * tau * (1 + rule.nodes[i]));
      }
      return terminalOffset * left - 0.5 * drive * tau * sum;
    }
    const rest = drive / C;
    return (terminalOffset + terminal * rest) * left - riccati.at(t) * rest;
  };
  return { riccati, offset };
}
