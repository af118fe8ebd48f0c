/**
 * A density on cells in one dimension, moved by implicit Euler steps of dm/dt + dF/dx = 0 with no flux through the ends.
 *
 * The flux between cells i and i + 1 is F = right[i] m[i] - left[i] m[i+1], rates >= 0 as every monotone scheme has them.
 * However long the step, mass is kept to rounding and the density stays >= 0 exactly (kernels/fokker-planck.ts says how).
 */
import { openArena } from "./arena.ts";

export interface Transport {
  /** The density, live: one number per cell. */
  readonly density: Float64Array;
  /** The flux's rates, live: one number per inner face, >= 0, in units of length over time. */
  readonly right: Float64Array;
  readonly left: Float64Array;
  /**
   * Sets the rates to those of the first-order upwind scheme for drift b = drift[face] + shift and diffusion coefficient
   * D (sigma^2 / 2) on cells of width dx.
   */
  readonly upwind: (drift: Float64Array, shift: number, D: number, dx: number) => void;
  /** Moves the density by one implicit step; `ratio` = dt / dx. */
  readonly step: (ratio: number) => void;
  /** The sum over cells of weights[i] * density[i]. */
  readonly integrate: (weights: Float64Array) => number;
}

/** `cells` >= 1 cells, the density and the rates zero. */
export function transport(cells: number): Transport {
  if (!Number.isSafeInteger(cells) || cells < 1) throw new RangeError(`cells must be an integer >= 1, got ${cells}`);
  const faces = cells - 1;
  const { kernels, float64 } = openArena(6 * (8 * cells + 64));
  const [density, scratch, weight] = [float64(cells), float64(cells), float64(cells)];
  const [right, left, drifts] = [float64(faces), float64(faces), float64(faces)];
  return {
    density,
    right,
    left,
    upwind(drift, shift, D, dx) {
      if (drift.length !== faces) throw new RangeError(`drift must have ${faces} entries, got ${drift.length}`);
      drifts.set(drift);
      kernels.upwindRates(faces, drifts.byteOffset, shift, D / dx, right.byteOffset, left.byteOffset);
    },
    step(ratio) {
      kernels.fokkerPlanckStep(cells, density.byteOffset, right.byteOffset, left.byteOffset, ratio, scratch.byteOffset);
    },
    integrate(weights) {
      if (weights.length !== cells) throw new RangeError(`weights must have ${cells} entries, got ${weights.length}`);
      weight.set(weights);
      return kernels.dot(cells, weight.byteOffset, density.byteOffset);
    },
  };
}
