/**
 * The market of exhaustible reserves when the shadow price of every class is given.
 *
 * H. Hotelling, "The economics of exhaustible resources", Journal of Political Economy 39 (1931) 137–175: in current
 * value the shadow price grows at the rate of interest, λ_j e^{rt}. Between the times at which classes stop, outputs are
 * therefore of the form a + b e^{rt}, and what has been drawn is explicit.
 */

import { zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { margin } from "./model.ts";
import type { DecisionSlopes, ExhaustibleModel } from "./model.ts";

export interface MarketPath {
  /** When each class stops; 0 for one that never starts. */
  readonly exhaustion: Float64Array;
  /** Drawn over all time by a producer of each class. */
  readonly drawn: Float64Array;
  /** ∂ drawn_j / ∂ λ_i. */
  readonly sensitivity: Matrix;
  readonly extraction: (j: number, t: number) => number;
  readonly meanExtraction: (t: number) => number;
}

/** Clears the market at all times; `shadow` holds λ_j > 0, at time 0. */
export function clearMarket(
  model: ExhaustibleModel,
  { own, all }: DecisionSlopes,
  shadow: ArrayLike<number>,
): MarketPath {
  const { classes, discount: r } = model;
  const M = margin(model);
  const n = classes.length;
  // Dearest reserves stop first: the last to stop is alone at the end.
  const order = Array.from({ length: n }, (_, j) => j).toSorted((a, b) => shadow[b] - shadow[a]);
  const exhaustion = new Float64Array(n);
  /** Weight and weighted shadow price of the classes still active in phase p (those at place p and later). */
  const weight = new Float64Array(n + 1);
  const burden = new Float64Array(n + 1);
  for (let p = n - 1; p >= 0; p--) {
    const j = order[p];
    weight[p] = weight[p + 1] + classes[j].weight;
    burden[p] = burden[p + 1] + classes[j].weight * shadow[j];
    const steep = own + all * weight[p + 1];
    // Class j stops where M − all·q̄ = λ_j e^{rt}, with q̄ of those that go on.
    const growth = (M * own) / (shadow[j] * steep - all * burden[p + 1]);
    exhaustion[j] = growth > 1 ? Math.log(growth) / r : 0;
  }
  const meanIn = (p: number, t: number): number =>
    (weight[p] * M - burden[p] * Math.exp(r * t)) / (own + all * weight[p]);
  const phaseAt = (t: number): number => {
    let p = 0;
    while (p < n && t >= exhaustion[order[p]]) p++;
    return p;
  };
  const meanExtraction = (t: number): number => {
    const p = phaseAt(t);
    return p === n ? 0 : meanIn(p, t);
  };
  const extraction = (j: number, t: number): number =>
    t >= exhaustion[j] ? 0 : (M - shadow[j] * Math.exp(r * t) - all * meanExtraction(t)) / own;

  const drawn = new Float64Array(n);
  const sensitivity = zeros(n, n);
  let start = 0;
  for (let p = 0; p < n; p++) {
    const end = exhaustion[order[p]];
    const length = end - start;
    const grown = (Math.exp(r * start) * Math.expm1(r * length)) / r;
    const steep = own + all * weight[p];
    for (let a = p; a < n; a++) {
      const j = order[a];
      drawn[j] += ((M * own * length) / steep + ((all * burden[p]) / steep - shadow[j]) * grown) / own;
      // Outputs vanish where their class stops, so that moving the stopping times counts nothing to first order.
      sensitivity.data[j * n + j] -= grown / own;
      for (let b = p; b < n; b++) {
        const i = order[b];
        sensitivity.data[j * n + i] += (grown * all * classes[i].weight) / (steep * own);
      }
    }
    start = end;
  }
  return { exhaustion, drawn, sensitivity, extraction, meanExtraction };
}
