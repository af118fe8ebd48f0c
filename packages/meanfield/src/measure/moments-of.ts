/** Mean and covariance of a measure, whatever its form. */

import { zeros } from "../numeric/matrix.ts";
import { mass } from "./density.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { Density } from "./density.ts";
import type { Measure } from "./measure.ts";

/**
 * The mean, one entry for each coordinate (a fresh array).
 *
 * Densities are integrated with the weights of their grid and divided by their mass; on a periodic axis the coordinate is that
 * of [low, high). Throws `RangeError` for a density without positive mass.
 */
export function meanOf(measure: Measure): Float64Array {
  switch (measure.kind) {
    case "density":
      return densityMoments(measure).mean;
    case "particles": {
      const { count, dimension, positions, weights } = measure;
      const mean = new Float64Array(dimension);
      for (let i = 0; i < count; i++) {
        const weight = weights === undefined ? 1 : weights[i];
        for (let c = 0; c < dimension; c++) mean[c] += weight * positions[i * dimension + c];
      }
      return weights === undefined ? mean.map((sum) => sum / count) : mean;
    }
    case "gaussian":
    case "moments":
      return measure.mean.slice();
  }
}

/**
 * The covariance matrix of the measure itself (for particles: with weights 1/count, not 1/(count − 1)); a fresh matrix.
 *
 * Throws `RangeError` for a density without positive mass.
 */
export function covarianceOf(measure: Measure): Matrix {
  switch (measure.kind) {
    case "density":
      return densityMoments(measure).covariance;
    case "particles": {
      const { count, dimension, positions, weights } = measure;
      const mean = meanOf(measure);
      const covariance = zeros(dimension, dimension);
      for (let i = 0; i < count; i++) {
        const weight = weights === undefined ? 1 / count : weights[i];
        for (let a = 0; a < dimension; a++) {
          const deviation = weight * (positions[i * dimension + a] - mean[a]);
          for (let b = 0; b <= a; b++) {
            covariance.data[a * dimension + b] += deviation * (positions[i * dimension + b] - mean[b]);
          }
        }
      }
      for (let a = 0; a < dimension; a++) {
        for (let b = 0; b < a; b++) covariance.data[b * dimension + a] = covariance.data[a * dimension + b];
      }
      return covariance;
    }
    case "gaussian":
    case "moments":
      return { ...measure.covariance, data: measure.covariance.data.slice() };
  }
}

function densityMoments(measure: Density): { readonly mean: Float64Array; readonly covariance: Matrix } {
  const { grid, values } = measure;
  const total = mass(measure);
  if (!(total > 0)) throw new RangeError(`the density has mass ${total}; allowed for its moments is a mass > 0`);
  const [x, y] = grid.axes;
  const columns = y === undefined ? 1 : y.points.length;
  const dimension = grid.axes.length;
  const mean = new Float64Array(dimension);
  for (let k = 0; k < values.length; k++) {
    const share = grid.weights[k] * values[k];
    mean[0] += share * x.points[Math.floor(k / columns)];
    if (y !== undefined) mean[1] += share * y.points[k % columns];
  }
  for (let c = 0; c < dimension; c++) mean[c] /= total;
  const covariance = zeros(dimension, dimension);
  for (let k = 0; k < values.length; k++) {
    const share = (grid.weights[k] * values[k]) / total;
    const dx = x.points[Math.floor(k / columns)] - mean[0];
    covariance.data[0] += share * dx * dx;
    if (y !== undefined) {
      const dy = y.points[k % columns] - mean[1];
      covariance.data[1] += share * dx * dy;
      covariance.data[3] += share * dy * dy;
    }
  }
  if (y !== undefined) covariance.data[2] = covariance.data[1];
  return { mean, covariance };
}
