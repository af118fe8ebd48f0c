import { RefusalError } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { constantMatrix, linearRows, quadraticForm, scalarMatrix, terminalForm } from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";

/**
 * Banks that lend to each other, with the letters of R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic
 * risk", Communications in Mathematical Sciences 13 (2015) 911–933:
 *
 *     dX^i = (a(X̄ − X^i) + α^i) dt + σ(√(1−ρ²) dW^i + ρ dW⁰),
 *     J^i  = E ∫₀ᵀ ½(α^i)² − qα^i(X̄ − X^i) + ½ε(X̄ − X^i)² dt + ½c E(X̄_T − X^i_T)².
 */
export interface SystemicRisk {
  readonly a: number;
  readonly q: number;
  readonly eps: number;
  readonly c: number;
  readonly sigma: number;
  readonly rho: number;
  readonly T: number;
  readonly m0: number;
  readonly v0: number;
  /** The level at which a bank, or the average of all, is in default. */
  readonly D: number;
}

/** @throws RefusalError for a single bank: it is its own average. */
export function requireSeveralBanks({ players }: Question): void {
  if (players === 1) throw new RefusalError("players = 1: a bank alone has nobody to lend to; at least 2");
}

/** The linear–quadratic model of these banks. */
export function systemicModel(p: SystemicRisk): LinearQuadraticModel {
  const space = layout(1, 1);
  const gap = { mean: 1, state: -1 };
  const control = { control: 1 };
  return {
    family: "linear-quadratic",
    layout: space,
    horizon: p.T,
    drift: constantMatrix(linearRows(space, [{ mean: p.a, state: -p.a, control: 1 }])),
    commonDrift: constantMatrix(zeros(0, space.size)),
    running: constantMatrix(quadraticForm(space).half(1, control).product(-p.q, control, gap).half(p.eps, gap).matrix),
    terminal: terminalForm(space).half(p.c, gap).matrix,
    noise: {
      own: scalarMatrix(p.sigma * Math.sqrt(1 - p.rho * p.rho)),
      common: scalarMatrix(p.sigma * p.rho),
      commonState: zeros(0, 1),
    },
    initial: { mean: Float64Array.of(p.m0), covariance: scalarMatrix(p.v0), commonState: new Float64Array(0) },
  };
}
