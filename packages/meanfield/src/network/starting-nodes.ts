import { covarianceRoot } from "../measure/index.ts";
import type { Neurons } from "./candidate.ts";
import { product } from "./cubature.ts";
import type { InitialLaw } from "./initial.ts";

/** How many directions a normal law before training spreads in, and what quadrature fills them. */
export function directionsOf(law: InitialLaw): readonly number[] {
  if (law.kind === "points") return [];
  const root = covarianceRoot("initial law", law.covariance);
  const p = law.mean.length;
  return Array.from({ length: p }, (_, j) => j).filter((j) =>
    Array.from({ length: p }, (_, i) => root.data[i * p + j]).some((entry) => entry !== 0),
  );
}

/** Spacing of nodes in standard deviations, by the number of directions; more of them are not filled. */
export const usualSpacing: readonly number[] = [1, 0.05, 0.14, 0.4];

/** Nodes lie within so many standard deviations, and those of less than 1e-13 of the largest weight are left out. */
const reach = 8;

/**
 * The law before training as nodes of the trapezoidal rule, which converges geometrically for normal laws
 * (L. N. Trefethen, J. A. C. Weideman, SIAM Review 56 (2014) 385–458); points are what they are.
 */
export function startingNodes(law: InitialLaw, spacing: number): Neurons {
  if (law.kind === "points") {
    const count = law.points.length / law.parameters;
    return { theta: law.points.slice(), weights: new Float64Array(count).fill(1 / count) };
  }
  const { mean, covariance } = law;
  const p = mean.length;
  const directions = directionsOf(law);
  const root = covarianceRoot("initial law", covariance);
  const half = Math.floor(reach / spacing);
  const line = Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * spacing);
  const rule = product(
    directions.length,
    line,
    line.map((x) => Math.exp(-0.5 * x * x)),
  );
  const chosen = [...rule.weights.keys()].filter((i) => rule.weights[i] > 1e-13);
  const total = chosen.reduce((sum, i) => sum + rule.weights[i], 0);
  const theta = new Float64Array(chosen.length * p);
  chosen.forEach((node, i) => {
    for (let a = 0; a < p; a++) {
      let value = mean[a];
      directions.forEach((j, k) => {
        value += root.data[a * p + j] * rule.points[node * directions.length + k];
      });
      theta[i * p + a] = value;
    }
  });
  return { theta, weights: Float64Array.from(chosen, (i) => rule.weights[i] / total) };
}
