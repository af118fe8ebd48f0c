import { bandedLuDecompose, bandedMatrix } from "../../numeric/banded.ts";
import type { BandedMatrix } from "../../numeric/banded.ts";
import { SingularMatrixError } from "../../numeric/lu.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";

/** y′ = f(t, y) with a banded Jacobian, as diffusions on a mesh give. */
export interface BandedSystem {
  readonly rate: (t: number, y: Float64Array, out: Float64Array) => void;
  /** ∂f/∂y into the band of `out`, which holds what it held before. */
  readonly jacobian: (t: number, y: Float64Array, out: BandedMatrix) => void;
  /** Half the bandwidth. */
  readonly width: number;
}

/** A smooth answer takes a few hundred at most: more are a mesh that does not resolve it, or a tolerance below rounding. */
const mostSteps = 3000;

/** Substeps are 1, …, 8 to a step. */
const stages = 8;

/**
 * Integrates through increasing times by the linearly implicit Euler method, extrapolated to order 8, and keeps nothing.
 *
 * P. Deuflhard, "Recent progress in extrapolation methods for ordinary differential equations", SIAM Review 27 (1985) 505–535;
 * E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", Springer 1996, IV.9. Steps follow the solution, not the mesh.
 *
 * @param tolerance of a step, root mean square, relative to 1 + |y|.
 * @param visit sees the state at every time, the first included; it may read it, not keep it.
 * @returns the number of steps.
 * @throws NoConvergenceError where steps become too small or too many, or values are no numbers.
 */
export function implicitMarch(
  { rate, jacobian, width }: BandedSystem,
  times: ArrayLike<number>,
  start: Float64Array,
  tolerance: number,
  visit: (j: number, y: Float64Array) => void,
): number {
  const n = start.length;
  const y = start.slice();
  const slope = new Float64Array(n);
  const J = bandedMatrix(n, width, width);
  const system = bandedMatrix(n, width, width);
  /** Row j of the tableau as far as it is needed: T_{j,k} for the last j. */
  const tableau = Array.from({ length: stages }, () => new Float64Array(n));
  const before = Array.from({ length: stages }, () => new Float64Array(n));

  /** T_{j,0}: j substeps of the Euler method. */
  const substeps = (t: number, size: number, j: number, out: Float64Array): void => {
    const h = size / j;
    const band = 2 * width + 1;
    for (let i = 0; i < J.data.length; i++) system.data[i] = -h * J.data[i];
    for (let i = 0; i < n; i++) system.data[i * band + width] += 1;
    const factors = bandedLuDecompose(system);
    out.set(y);
    for (let i = 1; i <= j; i++) {
      rate(t + i * h, out, slope);
      for (let l = 0; l < n; l++) slope[l] *= h;
      factors.solve(slope, slope);
      for (let l = 0; l < n; l++) out[l] += slope[l];
    }
  };
  /** The scaled error of a step whose result is left in the last entry of `tableau`; infinite where it leads nowhere. */
  const attempt = (t: number, size: number): number => {
    let error = Infinity;
    try {
      for (let j = 1; j <= stages; j++) {
        for (let k = 0; k < j - 1; k++) before[k].set(tableau[k]);
        substeps(t, size, j, tableau[0]);
        for (let k = 1; k < j; k++) {
          const factor = 1 / (j / (j - k) - 1);
          const [lower, older, next] = [tableau[k - 1], before[k - 1], tableau[k]];
          for (let l = 0; l < n; l++) next[l] = lower[l] + factor * (lower[l] - older[l]);
        }
      }
    } catch (failure) {
      // A step so long that values overflow is only too long.
      if (failure instanceof SingularMatrixError || failure instanceof RangeError) return Infinity;
      throw failure;
    }
    const [best, second] = [tableau[stages - 1], tableau[stages - 2]];
    let sum = 0;
    for (let l = 0; l < n; l++) {
      sum += ((best[l] - second[l]) / (1 + Math.max(Math.abs(y[l]), Math.abs(best[l])))) ** 2;
    }
    error = Math.sqrt(sum / n) / tolerance;
    return Number.isFinite(error) ? error : Infinity;
  };

  const span = times[times.length - 1] - times[0];
  let t = times[0];
  let size = times[1] - times[0];
  let steps = 0;
  visit(0, y);
  for (let j = 1; j < times.length; j++) {
    while (t < times[j]) {
      const left = times[j] - t;
      const last = size >= 0.999 * left;
      const h = last ? left : Math.min(size, 0.5 * left);
      J.data.fill(0);
      jacobian(t, y, J);
      const error = attempt(t, h);
      steps++;
      if (steps > mostSteps) {
        throw new NoConvergenceError(`implicitMarch: ${mostSteps} steps were made, to t = ${t}`);
      }
      const wanted = h * Math.min(4, Math.max(0.2, 0.9 * (0.5 / Math.max(error, 1e-12)) ** (1 / stages)));
      if (error <= 1) {
        y.set(tableau[stages - 1]);
        t = last ? times[j] : t + h;
        // A step cut short by an output time says nothing against the size before it.
        size = h < size ? Math.max(size, wanted) : wanted;
      } else {
        size = wanted;
        if (!(size > 1e-12 * span)) {
          throw new NoConvergenceError(`implicitMarch: at t = ${t} the steps become too small to go on`);
        }
      }
    }
    visit(j, y);
  }
  return steps;
}
