/**
 * Equilibria in which the law stays Gaussian: dX = (a (x̄ − X) + α) dt + σ dW, cost k α²/2 + q (X − s x̄ − b)²/2 + ℓ ln m,
 * at the end Q (X − S x̄ − B)²/2.
 *
 * u = ½ A x² + ζ x + ω and m = N(μ, v) turn the equations into
 *
 *     A' = A²/k + 2aA − q + ℓ/v,                         A(T) = Q,
 *     v' = −2 (A/k + a) v + σ²,                          v(0) = v₀,
 *     ζ' = (A/k + a) ζ − a μ A + q (s μ + b) − ℓ μ/v,    ζ(T) = −Q (S μ(T) + B),
 *     μ' = −(A μ + ζ)/k,                                 μ(0) = x₀
 *
 * (ℓ = 0: A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, J. Optim. Theory Appl. 169 (2016) 496–529; ℓ ln m: O. Guéant,
 * "Mean field games and applications to economics", PhD thesis, Paris 2009). Solved by shooting at 1e-12.
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { findRoot } from "../../numeric/roots.ts";

export interface GaussianGame {
  readonly a: number;
  readonly k: number;
  readonly q: number;
  readonly s: number;
  readonly b: number;
  readonly ell: number;
  readonly Q: number;
  readonly S: number;
  readonly B: number;
  readonly sigma: number;
  readonly T: number;
  readonly x0: number;
  readonly v0: number;
}

/** u = ½ A x² + ζ x + ω and the law N(μ, v) at one time. */
export interface GaussianMoment {
  readonly A: number;
  readonly zeta: number;
  readonly omega: number;
  readonly mean: number;
  readonly variance: number;
}

/**
 * The equilibrium at any time of [0, T].
 *
 * @throws RefusalError where the curvature of the value leaves every bound before T.
 */
export function gaussianFlow(game: GaussianGame): (t: number) => GaussianMoment {
  const { k, Q, S, B, T, x0, v0 } = game;
  const curvature = startingCurvature(game);
  const through = (zeta: number) => integrate(slopes(game), 0, T, [curvature, v0, zeta, x0, 0]);
  // ζ and μ depend on ζ(0) in a straight line.
  const miss = (end: Float64Array): number => end[2] + Q * (S * end[3] + B);
  const [still, moved] = [miss(through(0).end), miss(through(k).end)];
  const solution = through((-k * still) / (moved - still));
  const { end } = solution;
  const last = 0.5 * Q * (S * end[3] + B) ** 2 - end[4];
  return (t) => {
    const [A, variance, zeta, mean, omega] = solution.at(t);
    return { A, variance, zeta, mean, omega: omega + last };
  };
}

function slopes({ a, k, q, s, b, ell, sigma }: GaussianGame): (t: number, y: Float64Array, dy: Float64Array) => void {
  const nu = 0.5 * sigma * sigma;
  return (_t, y, dy) => {
    const [A, v, zeta, mu] = y;
    const target = s * mu + b;
    dy[0] = (A * A) / k + 2 * a * A - q + ell / v;
    dy[1] = -2 * (A / k + a) * v + sigma * sigma;
    if (y.length === 2) return;
    dy[2] = (A / k + a) * zeta - a * mu * A + q * target - (ell * mu) / v;
    dy[3] = -(A * mu + zeta) / k;
    dy[4] =
      -nu * A +
      (zeta * zeta) / (2 * k) -
      a * mu * zeta -
      0.5 * q * target * target +
      0.5 * ell * (Math.log(2 * Math.PI * v) + (mu * mu) / v);
  };
}

/** A(0). */
function startingCurvature(game: GaussianGame): number {
  const { ell, Q, T, v0, k } = game;
  if (ell === 0) {
    // A needs nothing of the law: backwards from its end, the stable direction. The variance plays no part.
    const back = integrate(
      (t, y, dy) => {
        const both = new Float64Array(2);
        slopes(game)(t, Float64Array.of(y[0], 1), both);
        dy[0] = both[0];
      },
      T,
      0,
      [Q],
    );
    if (back.outcome === "finished") return back.end[0];
    throw new RefusalError(`the value has no finite curvature before t = ${back.tEnd}`);
  }
  const bound = 1e5 * (k + Math.abs(Q) + ell / v0);
  const miss = (A: number): number => {
    const run = integrate(slopes(game), 0, T, [A, v0], {
      events: [{ value: (_t, y) => y[0] - bound, direction: 1, terminal: true }],
    });
    return run.outcome === "finished" ? run.end[0] - Q : bound;
  };
  let reach = 1 + Math.abs(Q);
  while (miss(-reach) > 0 || miss(reach) < 0) {
    reach *= 2;
    if (reach > bound) throw new RefusalError("no curvature of the value at the start leads to the one asked for at T");
  }
  return findRoot(miss, -reach, reach);
}
