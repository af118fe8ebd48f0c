import type { Certificate, Question } from "../core/index.ts";
import type { NetworkCandidate } from "./candidate.ts";
import type { Design } from "./data.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";

/**
 * Certifies a stationary law, by the trapezoidal rule on a plane grid of (c, w) where the solvers integrate c by hand.
 *
 * Consistency: predictions of the Gibbs law of the candidate's residuals, against those assumed. Exploitability: what a neuron
 * gains that answers to the induced predictions instead, ∫V dρ + τ∫ρ ln ρ less its least value, which is τH(ρ|ρ̂).
 *
 * @param rates ∫(v·∇φ + ατΔφ) dρ of low moments, which stationarity makes zero
 */
export function certifyGibbs(
  model: NetworkModel,
  question: Question,
  { law, design, assumed }: NetworkCandidate,
  rates: Float64Array,
): Certificate {
  if (law.kind !== "gibbs" || design === undefined) throw new RangeError("a stationary law is expected");
  const cloud = planeGrid(model, law.range, law.residuals, design);
  const ours = weigh(cloud, law.residuals, design, model.temperature);
  const expected = new Float64Array(design.count);
  assumed(0, expected);
  const consistency = ours.predictions.reduce((worst, g, k) => Math.max(worst, Math.abs(g - expected[k])), 0);
  const induced = design.y.map((value, k) => value - ours.predictions[k]);
  const best = weigh(cloud, induced, design, model.temperature);
  let entropy = best.logZ - ours.logZ;
  for (let k = 0; k < design.count; k++) {
    entropy += (design.weights[k] * (law.residuals[k] - induced[k]) * ours.predictions[k]) / model.temperature;
  }
  return {
    exploitability: question.concept === "planner" ? null : model.temperature * Math.max(0, entropy),
    consistency,
    residual: rates.reduce((worst, rate) => Math.max(worst, Math.abs(rate)), 0),
    exactError: null,
  };
}

/** Answers c σ(w x_k) and −λ|θ|²/2τ on a grid. */
interface Cloud {
  readonly features: readonly Float64Array[];
  readonly base: Float64Array;
  readonly cell: number;
}

function planeGrid(
  model: NetworkModel,
  [low, high]: readonly [number, number],
  residuals: Float64Array,
  design: Design,
): Cloud {
  const { activation, ridge, temperature, trainsOutput } = model;
  const h = 0.2 * Math.sqrt(temperature / ridge);
  const scale = Math.min(h, 0.1 / Math.max(1e-3, ...design.x.map(Math.abs)));
  const nodes = (from: number, to: number, spacing: number): number[] =>
    Array.from({ length: Math.floor((to - from) / spacing) + 1 }, (_, i) => from + (i + 0.5) * spacing);
  const ws = nodes(low, high, scale);
  let most = 0;
  for (const w of ws) {
    let a = 0;
    for (let k = 0; k < design.count; k++) {
      a += design.weights[k] * residuals[k] * activation.value(w * design.x[k]);
    }
    most = Math.max(most, Math.abs(a) / ridge);
  }
  const reach = most + 8.5 * Math.sqrt(temperature / ridge);
  const cs = trainsOutput ? nodes(-reach, reach, h) : [initialMoments(model.initial).mean[0]];
  const base = new Float64Array(cs.length * ws.length);
  const features = Array.from({ length: design.count }, () => new Float64Array(base.length));
  ws.forEach((w, j) => {
    cs.forEach((c, i) => {
      const at = j * cs.length + i;
      base[at] = (-0.5 * ridge * (w * w + (trainsOutput ? c * c : 0))) / temperature;
      features.forEach((row, k) => void (row[at] = c * activation.value(w * design.x[k])));
    });
  });
  return { features, base, cell: scale * (trainsOutput ? h : 1) };
}

/** ln Z and predictions of exp(base + Σ p_k r_k φ_k/τ). */
function weigh(
  { features, base, cell }: Cloud,
  residuals: Float64Array,
  { weights }: Design,
  temperature: number,
): { readonly logZ: number; readonly predictions: Float64Array } {
  const exponents = base.slice();
  features.forEach((row, k) => {
    const factor = (weights[k] * residuals[k]) / temperature;
    for (let i = 0; i < row.length; i++) exponents[i] += factor * row[i];
  });
  const top = exponents.reduce((most, value) => Math.max(most, value), -Infinity);
  let total = 0;
  const predictions = new Float64Array(features.length);
  for (let i = 0; i < exponents.length; i++) {
    const mass = Math.exp(exponents[i] - top);
    total += mass;
    for (let k = 0; k < features.length; k++) predictions[k] += mass * features[k][i];
  }
  return { logZ: top + Math.log(total * cell), predictions: predictions.map((value) => value / total) };
}
