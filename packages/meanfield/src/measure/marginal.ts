/** The law of one coordinate of a measure. */

import { matrix } from "../numeric/matrix.ts";
import { density } from "./density.ts";
import { checkComponent, dimensionOf } from "./measure.ts";
import { particles } from "./particles.ts";
import type { Density } from "./density.ts";
import type { Grid } from "./grid.ts";
import type { Measure } from "./measure.ts";

/** The marginal of one coordinate, in the form of the measure (itself in one dimension); throws `RangeError` for another. */
export function marginal<M extends Measure>(measure: M, component: number): M;
export function marginal(measure: Measure, component: number): Measure {
  checkComponent("marginal", measure, component);
  if (dimensionOf(measure) === 1) return measure;
  switch (measure.kind) {
    case "density":
      return densityMarginal(measure, component);
    case "particles": {
      const { count, dimension, positions, weights } = measure;
      const own = Float64Array.from({ length: count }, (_, i) => positions[i * dimension + component]);
      return weights === undefined ? particles(own) : { ...particles(own), weights };
    }
    case "gaussian":
    case "moments": {
      const variance = measure.covariance.data[component * (measure.covariance.columns + 1)];
      return {
        kind: measure.kind,
        mean: Float64Array.of(measure.mean[component]),
        covariance: matrix(1, 1, [variance]),
      };
    }
  }
}

function densityMarginal({ grid, values }: Density, component: number): Density {
  const [x, y] = grid.axes;
  if (y === undefined) return { kind: "density", grid, values };
  const axis = component === 0 ? x : y;
  const columns = y.points.length;
  const own = new Float64Array(axis.points.length);
  for (let i = 0; i < x.points.length; i++) {
    for (let j = 0; j < columns; j++) {
      if (component === 0) own[i] += y.weights[j] * values[i * columns + j];
      else own[j] += x.weights[i] * values[i * columns + j];
    }
  }
  const line: Grid = { axes: [axis], size: own.length, weights: axis.weights };
  return density(line, own);
}
