/**
 * A vector along time, by polynomials through the Chebyshev points of the second kind of every interval of a mesh, in the
 * barycentric form (J.-P. Berrut, L. N. Trefethen, SIAM Review 46 (2004) 501–517).
 */
export interface PanelPath {
  /** Takes values at the points of interval i from `value`. */
  readonly fill: (i: number, value: (t: number, out: Float64Array) => void) => void;
  /** At a time in an interval that is filled. */
  readonly at: (t: number, out: Float64Array) => void;
}

const points = 9;

/** @param mesh increasing ends of the intervals */
export function panelPath(mesh: Float64Array, size: number): PanelPath {
  const values: (Float64Array | undefined)[] = Array.from({ length: mesh.length - 1 }, () => undefined);
  const place = (i: number, k: number): number =>
    k === 0
      ? mesh[i]
      : k === points - 1
        ? mesh[i + 1]
        : 0.5 * (mesh[i] + mesh[i + 1] - (mesh[i + 1] - mesh[i]) * Math.cos((Math.PI * k) / (points - 1)));
  const row = new Float64Array(size);
  return {
    fill: (i, value) => {
      const all = new Float64Array(points * size);
      for (let k = 0; k < points; k++) {
        value(place(i, k), row);
        all.set(row, k * size);
      }
      values[i] = all;
    },
    at: (t, out) => {
      let [low, high] = [0, mesh.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (mesh[middle] <= t) low = middle;
        else high = middle;
      }
      const all = values[low];
      if (all === undefined) return void out.fill(Number.NaN);
      out.fill(0);
      let total = 0;
      for (let k = 0; k < points; k++) {
        const distance = t - place(low, k);
        if (distance === 0) return out.set(all.subarray(k * size, (k + 1) * size));
        const weight = ((k === 0 || k === points - 1 ? 0.5 : 1) * (k % 2 === 0 ? 1 : -1)) / distance;
        total += weight;
        for (let a = 0; a < size; a++) out[a] += weight * all[k * size + a];
      }
      for (let a = 0; a < size; a++) out[a] /= total;
    },
  };
}
