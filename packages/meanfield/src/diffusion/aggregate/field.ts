import { emptyStencil, stencil, stencilAt } from "./lagrange.ts";
import type { Stencil } from "./lagrange.ts";
import type { FieldMesh } from "./mesh.ts";

/** A function of (t, m) by its values on a mesh: polynomials of seventh degree between, affine in m beyond the ends. */
export interface Field {
  readonly mesh: FieldMesh;
  /** Slice by slice, as many as there are points each. */
  readonly values: Float64Array;
  readonly at: (t: number, m: number) => number;
  /** The derivative in m. */
  readonly slope: (t: number, m: number) => number;
  /** The values at all points of the mesh at a time, into `out`. */
  readonly row: (t: number, out: Float64Array) => Float64Array;
}

/** Throws `RangeError` unless the mesh has at least eight points and eight slices, and `values` has its size. */
export function fieldOf(mesh: FieldMesh, values: Float64Array): Field {
  const { horizon, slices, grading } = mesh;
  const points = mesh.points.length;
  if (points < stencil || slices + 1 < stencil || values.length !== points * (slices + 1)) {
    throw new RangeError(
      `fieldOf: ${values.length} values for ${points} points and ${slices + 1} slices; allowed are at least 8 of each`,
    );
  }
  const low = mesh.points[0];
  const high = mesh.points[points - 1];
  const timeRoom = emptyStencil();
  const spaceRoom = emptyStencil();
  const inTime = (t: number): Stencil =>
    stencilAt(slices * Math.min(1, Math.max(0, 1 - t / horizon)) ** (1 / grading), slices + 1, timeRoom);
  /** Value and slope at a place inside. */
  const inside = (t: number, m: number): readonly [number, number] => {
    const time = inTime(t);
    const space = stencilAt(mesh.place(m), points, spaceRoom);
    let value = 0;
    let slope = 0;
    for (let j = 0; j < stencil; j++) {
      const row = (time.first + j) * points + space.first;
      let atSlice = 0;
      let slopeAtSlice = 0;
      for (let i = 0; i < stencil; i++) {
        atSlice += space.weights[i] * values[row + i];
        slopeAtSlice += space.slopes[i] * values[row + i];
      }
      value += time.weights[j] * atSlice;
      slope += time.weights[j] * slopeAtSlice;
    }
    return [value, slope * mesh.density(m)];
  };
  const within = (m: number): number => Math.min(high, Math.max(low, m));
  return {
    mesh,
    values,
    at: (t, m) => {
      const [value, slope] = inside(t, within(m));
      return value + (m - within(m)) * slope;
    },
    slope: (t, m) => inside(t, within(m))[1],
    row: (t, out) => {
      const { first, weights } = inTime(t);
      out.fill(0);
      for (let j = 0; j < stencil; j++) {
        const weight = weights[j];
        if (weight === 0) continue;
        const start = (first + j) * points;
        for (let i = 0; i < points; i++) out[i] += weight * values[start + i];
      }
      return out;
    },
  };
}
