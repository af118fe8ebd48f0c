import { covarianceRoot } from "../measure/index.ts";
import type { Neurons } from "./candidate.ts";
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

/** Nodes lie within so many standard deviations; those of such a share of the largest weight are left out. */
const reach = 8;
const negligible = 1e-13;

/**
 * The law before training as nodes of the trapezoidal rule, which converges geometrically for normal laws
 * (L. N. Trefethen, J. A. C. Weideman, SIAM Review 56 (2014) 385–458); points are what they are.
 *
 * @param kinked whether neurons on either side of w = 0 go different ways: nodes then lie half a spacing from there, so that
 * none of them is where neither way is right
 */
export function startingNodes(law: InitialLaw, spacing: number, kinked = false): Neurons {
  if (law.kind === "points") {
    const count = law.points.length / law.parameters;
    return { theta: law.points.slice(), weights: new Float64Array(count).fill(1 / count) };
  }
  const { mean, covariance } = law;
  const p = mean.length;
  const directions = directionsOf(law);
  const root = covarianceRoot("initial law", covariance);
  const lines = directions.map((j) => {
    // In deviations of this direction; where it is not an entry of w alone, its own centre.
    const kink = j === 0 ? 0 : -mean[j] / root.data[j * p + j];
    const offset = kinked ? fraction(kink / spacing + 0.5) * spacing : 0;
    const half = Math.floor(reach / spacing);
    return Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * spacing + offset);
  });
  const theta: number[] = [];
  const weights: number[] = [];
  const at = new Float64Array(directions.length);
  const visit = (k: number, weight: number): void => {
    if (weight <= negligible) return;
    if (k < directions.length) {
      for (const x of lines[k]) {
        at[k] = x;
        visit(k + 1, weight * Math.exp(-0.5 * x * x));
      }
      return;
    }
    weights.push(weight);
    for (let a = 0; a < p; a++) {
      let value = mean[a];
      directions.forEach((j, i) => void (value += root.data[a * p + j] * at[i]));
      theta.push(value);
    }
  };
  visit(0, 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { theta: Float64Array.from(theta), weights: Float64Array.from(weights, (weight) => weight / total) };
}

function fraction(x: number): number {
  return x - Math.round(x);
}
