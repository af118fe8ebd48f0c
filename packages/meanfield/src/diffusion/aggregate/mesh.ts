/**
 * Meshes of means and times. In m they may gather around a place where the answer is steep; in time, at T.
 *
 * Points are even in the coordinate ξ(m) = m + g w asinh((m − c)/w): next to c they stand 1 + g times closer than far away, and
 * between the distance to the next grows in proportion to that from c (J. F. Thompson, Z. U. A. Warsi, C. W. Mastin, "Numerical
 * Grid Generation", North-Holland 1985, chapter VIII).
 */

export interface Stretching {
  /** c. */
  readonly centre: number;
  /** w > 0. */
  readonly width: number;
  /** g ≥ 0; 0 is even. */
  readonly gather: number;
}

export const even: Stretching = { centre: 0, width: 1, gather: 0 };

export interface FieldMesh {
  readonly horizon: number;
  /** Steps between slices of time, t = T (1 − (j/slices)^grading): slice 0 is at T, the last at 0. */
  readonly slices: number;
  readonly grading: number;
  /** Increasing. */
  readonly points: Float64Array;
  /** The place of m among the points as a real number, its derivative and second derivative. */
  readonly place: (m: number) => number;
  readonly density: (m: number) => number;
  readonly bend: (m: number) => number;
  /** The same coordinate beyond the last points. */
  readonly pointAt: (place: number) => number;
  /** With cells of half the size, this mesh's points among their ends, and the slices given. */
  readonly halved: (slices: number) => FieldMesh;
  /** Longer by that many cells on both sides, the other points staying where they are. */
  readonly widened: (cells: number) => FieldMesh;
}

export interface MeshSettings {
  readonly horizon: number;
  readonly slices: number;
  readonly grading: number;
  readonly cells: number;
  readonly stretching: Stretching;
}

/** A mesh of [low, high], enlarged by less than a cell so that `start`, inside, is one of its points. */
export function meanMesh(low: number, high: number, start: number, settings: MeshSettings): FieldMesh {
  const { cells, stretching } = settings;
  const [first, middle, last] = [low, start, high].map(coordinate(stretching));
  const left = Math.min(cells - 1, Math.max(1, Math.round((cells * (middle - first)) / (last - first))));
  const step = Math.max((middle - first) / left, (last - middle) / (cells - left));
  return meshFrom(middle - left * step, step, settings);
}

/** The mesh whose i-th point has ξ = first + i step. */
function meshFrom(first: number, step: number, settings: MeshSettings): FieldMesh {
  const { horizon, slices, grading, cells, stretching } = settings;
  const { centre, width, gather } = stretching;
  const xi = coordinate(stretching);
  const pointAt = (place: number): number => inverse(stretching, first + place * step);
  return {
    horizon,
    slices,
    grading,
    points: Float64Array.from({ length: cells + 1 }, (_, i) => pointAt(i)),
    place: (m) => (xi(m) - first) / step,
    density: (m) => (1 + gather / Math.hypot(1, (m - centre) / width)) / step,
    bend: (m) => {
      const z = (m - centre) / width;
      return (-gather * z) / (width * Math.hypot(1, z) ** 3) / step;
    },
    pointAt,
    halved: (count) => meshFrom(first, 0.5 * step, { ...settings, slices: count, cells: 2 * cells }),
    widened: (more) => meshFrom(first - more * step, step, { ...settings, cells: cells + 2 * more }),
  };
}

/** The time of a slice. */
export function sliceTime({ horizon, slices, grading }: FieldMesh, j: number): number {
  return j === slices ? 0 : horizon * (1 - (j / slices) ** grading);
}

function coordinate({ centre, width, gather }: Stretching): (m: number) => number {
  return (m) => m + gather * width * Math.asinh((m - centre) / width);
}

/** The m with ξ(m) = target, by Newton's method on an increasing function that bends towards c on both sides. */
function inverse({ centre, width, gather }: Stretching, target: number): number {
  if (gather === 0) return target;
  const rest = target - centre;
  // Started where the asinh is left out: from there steps run to the root monotonically.
  let z = rest / (width * (1 + gather));
  for (let k = 0; k < 100; k++) {
    const excess = z + gather * Math.asinh(z) - rest / width;
    const next = z - excess / (1 + gather / Math.hypot(1, z));
    if (Math.abs(next - z) <= 2 * Number.EPSILON * Math.abs(next)) return centre + width * next;
    z = next;
  }
  return centre + width * z;
}
