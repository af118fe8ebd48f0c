/**
 * A corridor left by both ends by people who do not mind each other: E. Hopf's and J. D. Cole's transformation and sine series.
 *
 * With u = −(2ν/a) ln φ the equation −u_t − ν u_xx + ½ a u_x² = 1 is linear, φ_t + ν φ_xx = q φ with q = a/(2ν), and the density is
 * m = φ ψ with ψ_t = ν ψ_xx − q ψ (W. H. Fleming, Appl. Math. Optim. 4 (1978) 329–346). φ is 1 at the ends, ψ is 0 there.
 */

import { once } from "../../core/index.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";

export interface CorridorOptions {
  /** a of ½ a p². */
  readonly scale: number;
  /** ν. */
  readonly viscosity: number;
  readonly length: number;
  /** Cost of being inside at the horizon. */
  readonly late: number;
  readonly horizon: number;
  readonly initial: (x: number) => number;
  /** Increasing: where the density at the start begins, ends, and is not smooth in between. */
  readonly knots: readonly number[];
}

export interface CorridorLaw {
  readonly value: (t: number, x: number) => number;
  readonly drift: (t: number, x: number) => number;
  readonly density: (t: number, x: number) => number;
  /** Share of those who are still inside. */
  readonly inside: (t: number) => number;
  /** Mean value at the start. */
  readonly cost: () => number;
}

/** What e^{−rate · time} is less than where a term no longer counts. */
const negligible = 40;
/** Terms of a series; more would only be asked for within 1e-6 of an end of time. */
const mostTerms = 4000;

/**
 * The law; undefined where φ in the middle is so small (below 1e-8) that series of terms of size 1 do not give it.
 */
export function corridorExit(options: CorridorOptions): CorridorLaw | undefined {
  const { scale, viscosity: nu, length, late, horizon, initial, knots } = options;
  const q = scale / (2 * nu);
  const decay = Math.sqrt(q / nu);
  if (!(0.5 * decay * length < Math.log(1e8))) return undefined;
  const atEnd = Math.exp(-q * late);
  const wave = (n: number): number => (n * Math.PI) / length;
  const terms = (time: number): number =>
    Math.min(mostTerms, Math.ceil((length / Math.PI) * Math.sqrt(negligible / (nu * time))));

  /** φ and φ_x. */
  const transform = (t: number, x: number): readonly [number, number] => {
    const left = horizon - t;
    if (left === 0) return [x === 0 || x === length ? 1 : atEnd, 0];
    const shape = Math.cosh(0.5 * decay * length);
    let value = Math.cosh(decay * (x - 0.5 * length)) / shape;
    let slope = (decay * Math.sinh(decay * (x - 0.5 * length))) / shape;
    // Even ones vanish: all is symmetric about the middle.
    for (let n = 1, most = terms(left); n <= most; n += 2) {
      const k = wave(n);
      const weight = (4 / length) * (atEnd / k - k / (k * k + decay * decay)) * Math.exp(-(nu * k * k + q) * left);
      value += weight * Math.sin(k * x);
      slope += weight * k * Math.cos(k * x);
    }
    return [value, slope];
  };

  const start = once(() => {
    const { nodes, weights } = gaussLegendre(400);
    return knots.slice(1).flatMap((to, i) => {
      const [half, middle] = [0.5 * (to - knots[i]), 0.5 * (to + knots[i])];
      return [...nodes].map((node, j) => {
        const x = middle + half * node;
        const [phi] = transform(0, x);
        return { x, mass: half * weights[j] * initial(x), phi };
      });
    });
  });
  const coefficients: number[] = [];
  /** b_n of ψ(0) = m₀/φ(0) = Σ b_n sin k_n x. */
  const coefficient = (n: number): number => {
    for (let i = coefficients.length + 1; i <= n; i++) {
      const k = wave(i);
      coefficients.push(
        (2 / length) * start().reduce((sum, { x, mass, phi }) => sum + (mass / phi) * Math.sin(k * x), 0),
      );
    }
    return coefficients[n - 1];
  };
  const density = (t: number, x: number): number => {
    if (t === 0) return initial(x);
    let psi = 0;
    for (let n = 1, most = terms(t); n <= most; n++) {
      const k = wave(n);
      psi += coefficient(n) * Math.exp(-(nu * k * k + q) * t) * Math.sin(k * x);
    }
    return psi * transform(t, x)[0];
  };
  return {
    value: (t, x) => -Math.log(transform(t, x)[0]) / q,
    drift: (t, x) => {
      const [phi, slope] = transform(t, x);
      return (2 * nu * slope) / phi;
    },
    density,
    inside: (t) => {
      if (t === 0) return 1;
      const { nodes, weights } = gaussLegendre(200);
      return nodes.reduce((sum, node, i) => sum + 0.5 * length * weights[i] * density(t, 0.5 * length * (1 + node)), 0);
    },
    cost: () => start().reduce((sum, { mass, phi }) => sum - (mass * Math.log(phi)) / q, 0),
  };
}
