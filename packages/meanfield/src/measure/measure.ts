/** The forms in which a population's law is held. */

import type { Density } from "./density.ts";
import type { Gaussian, Moments } from "./gaussian.ts";
import type { Particles } from "./particles.ts";

export type Measure = Density | Particles | Gaussian | Moments;

/** The dimension of the space a measure lives on. */
export function dimensionOf(measure: Measure): number {
  switch (measure.kind) {
    case "density":
      return measure.grid.axes.length;
    case "particles":
      return measure.dimension;
    case "gaussian":
    case "moments":
      return measure.mean.length;
  }
}

/** Throws `RangeError` unless `component` is one of the coordinates of the measure. */
export function checkComponent(name: string, measure: Measure, component: number): void {
  const dimension = dimensionOf(measure);
  if (!(Number.isInteger(component) && component >= 0 && component < dimension)) {
    throw new RangeError(`${name}: component is ${component}; allowed is a whole number from 0 to ${dimension - 1}`);
  }
}
