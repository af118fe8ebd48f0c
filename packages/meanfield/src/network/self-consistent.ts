import { matrix } from "../numeric/matrix.ts";
import { newtonSystem } from "../numeric/newton-system.ts";
import type { Design } from "./data.ts";
import { gibbs } from "./gibbs.ts";
import type { NetworkModel } from "./model.ts";

/**
 * The predictions g with g = ∫c σ(w x) dρ for the Gibbs law ρ of the residuals y − g.
 *
 * Newton's method: the Jacobian is I + Cov P/τ with the covariance of the neurons' answers and P the weights of the data. The
 * equations are those of a strictly convex problem, so that there is one solution.
 */
export function selfConsistentPredictions(
  model: NetworkModel,
  design: Design,
  start: Float64Array,
  tolerance: number,
): { readonly predictions: Float64Array; readonly iterations: number } {
  const { y, weights, count: K } = design;
  const answerTo = (g: ArrayLike<number>) =>
    gibbs(
      model,
      design,
      y.map((value, k) => value - g[k]),
    );
  const { x, iterations } = newtonSystem(
    (g) => answerTo(g).predictions.map((value, k) => g[k] - value),
    (g) =>
      matrix(
        K,
        K,
        answerTo(g).covariance.data.map(
          (value, i) => (value * weights[i % K]) / model.temperature + (Math.floor(i / K) === i % K ? 1 : 0),
        ),
      ),
    start,
    { tolerance },
  );
  return { predictions: x, iterations };
}
