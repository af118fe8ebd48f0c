import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import { integrateScaled } from "../linear-quadratic/scaled-ode.ts";

/**
 * A linear stochastic system dζ = A ζ dt + noise; means come in through a last coordinate that is constantly 1.
 */
export interface MomentSystem {
  readonly size: number;
  /** A as `update` left it. */
  readonly matrix: Matrix;
  readonly rate: Matrix;
  /** E ζζ′ at time 0. */
  readonly start: Matrix;
  /** Typical sizes of the coordinates. */
  readonly unit: Float64Array;
}

/**
 * E ζζ′ of several systems at the horizon, by M′ = AM + MA′ + rate, and the integral over time of the trace of the
 * first `traced` coordinates of the first system.
 */
export function secondMoments(
  update: (t: number) => void,
  systems: readonly MomentSystem[],
  horizon: number,
  traced = 0,
): { readonly end: readonly Matrix[]; readonly integral: number } {
  const offsets: number[] = [];
  let length = 1;
  for (const { size } of systems) {
    offsets.push(length);
    length += size * size;
  }
  const start = new Float64Array(length);
  const unit = new Float64Array(length).fill(1);
  for (const [s, system] of systems.entries()) {
    start.set(system.start.data, offsets[s]);
    for (let i = 0; i < system.size; i++) {
      for (let j = 0; j < system.size; j++) unit[offsets[s] + i * system.size + j] = system.unit[i] * system.unit[j];
    }
  }
  unit[0] = Math.max(Number.MIN_VALUE, traceOf(systems[0], traced)) * horizon;

  const solution = integrateScaled(
    (t, y, dy) => {
      update(t);
      dy[0] = 0;
      for (let i = 0; i < traced; i++) dy[0] += y[offsets[0] + i * systems[0].size + i];
      for (const [s, { size: n, matrix, rate }] of systems.entries()) {
        const at = offsets[s];
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let sum = rate.data[i * n + j];
            for (let k = 0; k < n; k++) {
              sum += matrix.data[i * n + k] * y[at + k * n + j] + matrix.data[j * n + k] * y[at + i * n + k];
            }
            dy[at + i * n + j] = sum;
            dy[at + j * n + i] = sum;
          }
        }
      }
    },
    0,
    horizon,
    start,
    unit,
  );
  if (solution.outcome !== "finished") throw new RangeError(`the moments could not be integrated: ${solution.reason}`);
  const end = systems.map(({ size }, s) => {
    const out = zeros(size, size);
    out.data.set(solution.end.subarray(offsets[s], offsets[s] + size * size));
    return out;
  });
  return { end, integral: solution.end[0] };
}

function traceOf({ unit }: MomentSystem, traced: number): number {
  let sum = 0;
  for (let i = 0; i < traced; i++) sum += unit[i] * unit[i];
  return traced === 0 ? 1 : sum;
}
