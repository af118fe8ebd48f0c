/**
 * Free energy F(ρ) = ½E(Y − g)² + (λ/2)E|θ|² + τ∫ρ ln ρ of the trained parameters, and what of it is lost in time.
 *
 * S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671, equation (11); K. Hu, Z. Ren, D. Šiška, Ł. Szpruch, "Mean-field
 * Langevin dynamics and energy landscape of neural networks", Ann. Inst. H. Poincaré Probab. Statist. 57 (2021) 2043–2065.
 */

import { RefusalError } from "../core/index.ts";
import { choleskyDecompose } from "../numeric/cholesky.ts";
import { zeros } from "../numeric/matrix.ts";
import { neuronsAt, predictAll } from "./candidate.ts";
import type { MomentLaw, NetworkCandidate } from "./candidate.ts";
import { velocity } from "./certify.ts";
import { lossNow, productMoment } from "./quantities.ts";

/** F(ρ_t); infinite for laws without a density where τ > 0. */
export function freeEnergy(candidate: NetworkCandidate, t: number): number {
  const { model, law } = candidate;
  const { ridge, temperature, trainsOutput } = model;
  const neurons = neuronsAt(law, t);
  const p = neurons.theta.length / neurons.weights.length;
  let energy = lossNow(candidate, t);
  for (let a = trainsOutput ? 0 : 1; a < p; a++) energy += 0.5 * ridge * productMoment(neurons, a, a);
  return temperature === 0 ? energy : energy + temperature * entropy(candidate, t);
}

/** ∫ρ ln ρ of the trained parameters. */
function entropy({ model, law }: NetworkCandidate, t: number): number {
  switch (law.kind) {
    case "particles":
      return Infinity;
    case "gibbs":
      return law.entropy;
    case "density": {
      const shares = law.at(t);
      return shares.reduce((sum, share) => (share > 0 ? sum + share * Math.log(share / law.width) : sum), 0);
    }
    case "moments": {
      requireGaussian(law);
      const { covariance } = law.at(t);
      const first = model.trainsOutput ? 0 : 1;
      const k = covariance.rows - first;
      const block = zeros(k, k);
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          block.data[a * k + b] = covariance.data[(a + first) * covariance.rows + b + first];
        }
      }
      return -0.5 * (k * Math.log(2 * Math.PI * Math.E) + choleskyDecompose(block).logDeterminant);
    }
  }
}

/** −dF/dt = αE|∇δF/δρ|², for w on a line beside one fixed c: normal laws, and densities on cells. */
export function dissipation({ model, law, design }: NetworkCandidate, t: number): number {
  const { rate, temperature } = model;
  if (design === undefined) return Number.NaN;
  const neurons = neuronsAt(law, t);
  const { theta, weights } = neurons;
  const predictions = predictAll(model.activation, neurons, design);
  const v = new Float64Array(2);
  if (law.kind === "density") {
    const { width } = law;
    let sum = 0;
    for (let i = 0; i + 1 < weights.length; i++) {
      if (!(weights[i] > 0 && weights[i + 1] > 0)) continue;
      const middle = Float64Array.of(theta[2 * i], 0.5 * (theta[2 * i + 1] + theta[2 * i + 3]));
      velocity(model, design, predictions, middle, v);
      const slope = -v[1] / rate + (temperature * Math.log(weights[i + 1] / weights[i])) / width;
      sum += 0.5 * (weights[i] + weights[i + 1]) * slope * slope;
    }
    return rate * sum;
  }
  if (law.kind !== "moments") return Number.NaN;
  requireGaussian(law);
  const { mean, covariance } = law.at(t);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    velocity(model, design, predictions, theta.subarray(2 * i, 2 * i + 2), v);
    const slope = -v[1] / rate - (temperature * (theta[2 * i + 1] - mean[1])) / covariance.data[3];
    sum += weights[i] * slope * slope;
  }
  return rate * sum;
}

function requireGaussian(law: MomentLaw): void {
  if (!law.gaussian) throw new RefusalError("the law of a neuron is known by its moments only, and has no entropy");
}
