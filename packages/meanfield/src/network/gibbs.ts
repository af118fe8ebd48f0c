/**
 * The law of a neuron that answers to given residuals r = y − g, ρ(θ) ∝ exp(−V(θ)/τ), V = (λ/2)|θ|² − Σ p_k r_k c σ(w x_k).
 *
 * Given w, c is normal with mean a(w)/λ and variance τ/λ, where a(w) = Σ p_k r_k σ(w x_k); so w has the density
 * exp(−λw²/2τ + a²/2λτ)/Z. Where c is fixed, exp(−λw²/2τ + ca/τ)/Z.
 *
 * K. Hu, Z. Ren, D. Šiška, Ł. Szpruch, Ann. Inst. H. Poincaré Probab. Statist. 57 (2021) 2043–2065, section 3.
 */

import { RefusalError } from "../core/index.ts";
import { gaussLegendre } from "../numeric/gauss-rules.ts";
import { zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { GibbsLaw } from "./candidate.ts";
import type { Design } from "./data.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";

export interface Gibbs {
  readonly law: GibbsLaw;
  /** g(x_k) under the law. */
  readonly predictions: Float64Array;
  /** Cov(c σ(w x_j), c σ(w x_k)). */
  readonly covariance: Matrix;
}

/** Why there is no such law, as one line; undefined where there is. */
export function refusedGibbs(model: NetworkModel): string | undefined {
  if (model.horizon < Infinity) return "it finds the stationary law, and the flow up to a time T is asked for";
  if (!(model.temperature > 0 && model.ridge > 0))
    return "without noise and ridge there is no stationary law with a density";
  if (model.data.dimension > 1) return `w has ${model.data.dimension} entries; it takes one`;
  if (!model.trainsOutput && initialMoments(model.initial).covariance.data[0] !== 0)
    return "c must be trained, or the same for all neurons";
  return undefined;
}

/** Negligible beside the largest value: e^−45. */
const negligible = 45;
const panelNodes = 20;

/** @throws RefusalError where the residuals pull so hard that no law exists. */
export function gibbs(model: NetworkModel, design: Design, residuals: Float64Array): Gibbs {
  const { activation, ridge, temperature: tau, trainsOutput } = model;
  const { count: K, x, weights: shares } = design;
  const fixed = initialMoments(model.initial).mean[0];
  const answer = (w: number): number => {
    let a = 0;
    for (let k = 0; k < K; k++) a += shares[k] * residuals[k] * activation.value(w * x[k]);
    return a;
  };
  const exponent = (w: number): number => {
    const a = answer(w);
    return (-0.5 * ridge * w * w + (trainsOutput ? (0.5 * a * a) / ridge : fixed * a)) / tau;
  };
  const scale = Math.min(Math.sqrt(tau / ridge), 1 / Math.max(1e-3, ...x.map(Math.abs)));
  const [low, high, top] = rangeOf(exponent, scale);

  // Panels end at 0, where activations may have a kink.
  const rule = gaussLegendre(panelNodes);
  const nodes: number[] = [];
  const lengths: number[] = [];
  for (const [from, to] of [
    [low, Math.min(0, high)],
    [Math.max(0, low), high],
  ]) {
    const panels = Math.ceil((to - from) / scale);
    for (let i = 0; i < panels; i++) {
      const half = (to - from) / panels / 2;
      for (let k = 0; k < panelNodes; k++) {
        nodes.push(from + half * (2 * i + 1 + rule.nodes[k]));
        lengths.push(half * rule.weights[k]);
      }
    }
  }
  const raw = nodes.map((w, i) => lengths[i] * Math.exp(exponent(w) - top));
  const total = raw.reduce((sum, value) => sum + value, 0);
  const mass = raw.map((value) => value / total);
  const logW = top + Math.log(total);
  const logZ = logW + (trainsOutput ? 0.5 * Math.log((2 * Math.PI * tau) / ridge) : 0);

  const spread = trainsOutput ? tau / ridge : 0;
  const centre = trainsOutput ? (w: number): number => answer(w) / ridge : (): number => fixed;
  const predictions = new Float64Array(K);
  const covariance = zeros(K, K);
  let energy = 0;
  const features = new Float64Array(K);
  nodes.forEach((w, i) => {
    const c = centre(w);
    energy += mass[i] * (w * w + (trainsOutput ? c * c + spread : 0));
    for (let k = 0; k < K; k++) {
      features[k] = activation.value(w * x[k]);
      predictions[k] += mass[i] * c * features[k];
    }
    for (let j = 0; j < K; j++) {
      for (let k = 0; k < K; k++) covariance.data[j * K + k] += mass[i] * (c * c + spread) * features[j] * features[k];
    }
  });
  let work = 0;
  for (let j = 0; j < K; j++) {
    work += shares[j] * residuals[j] * predictions[j];
    for (let k = 0; k < K; k++) covariance.data[j * K + k] -= predictions[j] * predictions[k];
  }
  return {
    predictions,
    covariance,
    law: {
      kind: "gibbs",
      residuals: residuals.slice(),
      nodes: nodesOf(nodes, mass, centre, spread),
      centre,
      spread,
      entropy: -logZ + (work - 0.5 * ridge * energy) / tau,
      density: (w) => Math.exp(exponent(w) - logW),
      range: [low, high],
    },
  };
}

/** Where the exponent is not negligible beside its largest value: low, high, and that value. */
function rangeOf(exponent: (w: number) => number, scale: number): readonly [number, number, number] {
  let top = exponent(0);
  const end = (sign: number): number => {
    let below = 0;
    for (let i = 1; i < 200_000; i++) {
      const value = exponent(sign * i * 0.25 * scale);
      top = Math.max(top, value);
      // Far enough once it has stayed negligible for a while.
      below = value < top - negligible ? below + 1 : 0;
      if (below >= 8) return sign * i * 0.25 * scale;
    }
    throw new RefusalError("there is no stationary law: the pull of the data outweighs the ridge");
  };
  const low = end(-1);
  const high = end(1);
  return [low, high, top];
}

/** Three nodes of c for every w, exact for polynomials of degree 5 of a normal c; one where c is certain. */
function nodesOf(
  nodes: readonly number[],
  mass: readonly number[],
  centre: (w: number) => number,
  spread: number,
): GibbsLaw["nodes"] {
  const hermite: readonly (readonly [number, number])[] =
    spread === 0
      ? [[0, 1]]
      : [
          [-Math.sqrt(3 * spread), 1 / 6],
          [0, 2 / 3],
          [Math.sqrt(3 * spread), 1 / 6],
        ];
  const theta = nodes.flatMap((w) => hermite.flatMap(([away]) => [centre(w) + away, w]));
  const weights = mass.flatMap((share) => hermite.map(([, weight]) => share * weight));
  return { theta: Float64Array.from(theta), weights: Float64Array.from(weights) };
}
