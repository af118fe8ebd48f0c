import { cubicSpline } from "../../numeric/cubic-spline.ts";
import { solveTridiagonal } from "../../numeric/tridiagonal.ts";

export interface SweepMesh {
  /** Increasing; m₀ well inside. */
  readonly points: Float64Array;
  /** Increasing from 0 to T. */
  readonly times: Float64Array;
}

export interface LinearSweep {
  /** At time n and point i of P: entry n P + i. */
  readonly values: Float64Array;
  /** At time 0. */
  readonly at: (m: number) => number;
}

/**
 * E[∫ₜᵀ source ds + end(m_T)] along dm = drift dt + σ dW⁰, by Crank and Nicolson's method with three-point differences.
 *
 * No slope at the ends: they must be so far out that nobody who starts at m₀ comes there. `source` gets the place on the mesh too.
 */
export function linearSweep(
  { points, times }: SweepMesh,
  noise: number,
  drift: (t: number, m: number) => number,
  source: (t: number, m: number, n: number, i: number) => number,
  end: (m: number) => number,
): LinearSweep {
  const count = points.length;
  const last = times.length - 1;
  const values = new Float64Array(count * times.length);
  for (let i = 0; i < count; i++) values[last * count + i] = end(points[i]);
  const lower = new Float64Array(count);
  const diagonal = new Float64Array(count);
  const upper = new Float64Array(count);
  const right = new Float64Array(count);
  const scratch = new Float64Array(count);
  // Weights of the generator at the later time, then at the earlier.
  const down = new Float64Array(count);
  const up = new Float64Array(count);
  const downNext = new Float64Array(count);
  const upNext = new Float64Array(count);
  const weigh = (t: number, below: Float64Array, above: Float64Array): void => {
    for (let i = 1; i < count - 1; i++) {
      const h = points[i] - points[i - 1];
      const k = points[i + 1] - points[i];
      const b = drift(t, points[i]);
      below[i] = (noise * noise - b * k) / (h * (h + k));
      above[i] = (noise * noise + b * h) / (k * (h + k));
    }
  };
  /** The central difference b (y₊ − y₋) with uneven cells has a middle weight too, the rest of the other two. */
  const middle = (below: number, above: number): number => -(below + above);
  weigh(times[last], downNext, upNext);
  for (let n = last - 1; n >= 0; n--) {
    const half = 0.5 * (times[n + 1] - times[n]);
    weigh(times[n], down, up);
    for (let i = 0; i < count; i++) {
      const here = (n + 1) * count + i;
      lower[i] = -half * down[i];
      upper[i] = -half * up[i];
      diagonal[i] = 1 - half * middle(down[i], up[i]);
      const old = values[here];
      const change =
        i === 0 || i === count - 1 ? 0 : downNext[i] * (values[here - 1] - old) + upNext[i] * (values[here + 1] - old);
      right[i] = old + half * (change + source(times[n], points[i], n, i) + source(times[n + 1], points[i], n + 1, i));
    }
    solveTridiagonal(lower, diagonal, upper, right, values.subarray(n * count, (n + 1) * count), scratch);
    downNext.set(down);
    upNext.set(up);
  }
  const first = cubicSpline(points, values.subarray(0, count));
  return { values, at: (m) => first(m) };
}
