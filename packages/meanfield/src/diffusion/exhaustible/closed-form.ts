/**
 * Exhaustible reserves in closed form, class by class from the smallest reserves up, by Lambert's W.
 *
 * One class as in C. Harris, S. Howison, R. Sircar, "Games with exhaustible resources", SIAM Journal on Applied
 * Mathematics 70 (2010) 2556–2581, which meets the same Lambert function: with K the slope of the whole market, output is M(1 − e^{−r(τ−t)})/K and rτ = y + W₀(−e^{−y}), y = 1 + rKx/M.
 *
 * With several, sorted by reserves, every class draws what the one before it draws and, beyond that, enough to be the
 * only one left after it: its extra reserves x_j − x_{j−1} are drawn as Δ_j e^{−r(τ_{j−1}−t)} until τ_{j−1} and as
 * M(1 − e^{−r(τ_j−t)})/K_j after it, where K_j is the slope of the market of those left. With ρ = e^{−rτ_{j−1}} and
 * z = r(τ_j − τ_{j−1}) this reads z + ρe^{−z} = ρ + rK_j(x_j − x_{j−1})/M, so that z = Y + W₀(−ρe^{−Y}): no system is left
 * to solve.
 */

import type { Question } from "../../core/index.ts";
import { lambertW0 } from "../../numeric/lambert-w.ts";
import { decisionSlopes, margin } from "./model.ts";
import type { ExhaustibleModel } from "./model.ts";

export interface ExhaustionClosedForm {
  /** By class, in the order of the model. */
  readonly exhaustion: Float64Array;
  readonly shadowPrice: Float64Array;
  readonly extraction: (j: number, t: number) => number;
}

export function exhaustionClosedForm(model: ExhaustibleModel, question: Question): ExhaustionClosedForm {
  const { own, all } = decisionSlopes(model, question);
  const { classes, discount: r } = model;
  const M = margin(model);
  const n = classes.length;
  const order = Array.from({ length: n }, (_, j) => j).toSorted((a, b) => classes[a].reserves - classes[b].reserves);
  const place = new Int32Array(n);
  /** By place in the order: stopping time, the one before it, the market's slope, extra output at the stop before. */
  const stop = new Float64Array(n);
  const previous = new Float64Array(n);
  const slope = new Float64Array(n);
  const extra = new Float64Array(n);
  let weightLeft = 1;
  for (let p = 0; p < n; p++) {
    const { reserves, weight } = classes[order[p]];
    place[order[p]] = p;
    const before = p === 0 ? { reserves: 0, stop: 0 } : { reserves: classes[order[p - 1]].reserves, stop: stop[p - 1] };
    slope[p] = own + all * (p === 0 ? 1 : weightLeft);
    const z = stretch(Math.exp(-r * before.stop), (r * slope[p] * (reserves - before.reserves)) / M);
    previous[p] = before.stop;
    stop[p] = before.stop + z / r;
    extra[p] = (-M * Math.expm1(-z)) / slope[p];
    weightLeft -= weight;
  }
  const shadow = new Float64Array(n);
  for (let p = n - 1; p >= 0; p--) {
    shadow[p] = p === n - 1 ? M * Math.exp(-r * stop[p]) : shadow[p + 1] + own * extra[p + 1] * Math.exp(-r * stop[p]);
  }
  const extraction = (j: number, t: number): number => {
    let sum = 0;
    for (let p = 0; p <= place[j]; p++) {
      if (t < previous[p]) sum += extra[p] * Math.exp(-r * (previous[p] - t));
      else if (t < stop[p]) sum -= (M * Math.expm1(-r * (stop[p] - t))) / slope[p];
    }
    return sum;
  };
  return {
    exhaustion: Float64Array.from(place, (p) => stop[p]),
    shadowPrice: Float64Array.from(place, (p) => shadow[p]),
    extraction,
  };
}

/** The z ≥ 0 with z + ρ(e^{−z} − 1) = load, 0 < ρ ≤ 1. */
function stretch(rho: number, load: number): number {
  if (load === 0) return 0;
  const Y = rho + load;
  const z = Y + lambertW0(-rho * Math.exp(-Y));
  // The sum cancels for small loads; one Newton step on the equation itself, written with expm1, restores the digits.
  return z - (z + rho * Math.expm1(-z) - load) / (1 - rho * Math.exp(-z));
}

/** u(x) = M²/(2rc₂) (1 + W₀(−e^{−1−rc₂x/M}))², what reserves x are worth to a producer who meets the price P₀ for ever. */
export function valueAlone(model: ExhaustibleModel, x: number): number {
  const { discount: r, quadraticCost } = model;
  const M = margin(model);
  const z = stretch(1, (r * quadraticCost * x) / M);
  // 1 + W₀(−e^{−y}) = 1 − e^{−z}, since W₀(−e^{−y}) = z − y = −e^{−z}.
  return (M * Math.expm1(-z)) ** 2 / (2 * r * quadraticCost);
}
