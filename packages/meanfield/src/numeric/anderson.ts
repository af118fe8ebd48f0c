/**
 * Acceleration of fixed-point iterations x ← g(x) by what the last few values told of its slope.
 *
 * D. G. Anderson, J. ACM 12 (1965) 547–560; as minimal residuals: H. F. Walker, P. Ni, SIAM J. Numer. Anal. 49 (2011)
 * 1715–1735.
 */

export interface AndersonOptions {
  /** How many earlier differences are kept; 0 is plain (damped) iteration. */
  readonly depth: number;
  /** β in (0, 1]: the share of the way to the combined image that each update goes. Default 1. */
  readonly damping?: number;
}

export interface AndersonAcceleration {
  /** The next x, given this one and its image g(x); a new array. Both are copied as far as they are kept. */
  readonly next: (x: Float64Array, image: Float64Array) => Float64Array;
  /** Forgets the past: for an update that turned out to be of no use. */
  readonly restart: () => void;
}

/** A mixer with memory for one iteration from start to end. */
export function andersonAcceleration({ depth, damping = 1 }: AndersonOptions): AndersonAcceleration {
  let lastX: Float64Array | undefined;
  let lastRest: Float64Array | undefined;
  let stepsOfX: Float64Array[] = [];
  let stepsOfRest: Float64Array[] = [];
  const restart = (): void => {
    lastX = undefined;
    lastRest = undefined;
    stepsOfX = [];
    stepsOfRest = [];
  };
  const next = (x: Float64Array, image: Float64Array): Float64Array => {
    const rest = image.map((entry, i) => entry - x[i]);
    if (depth > 0 && lastX !== undefined && lastRest !== undefined) {
      const beforeX = lastX;
      const beforeRest = lastRest;
      stepsOfX.push(x.map((entry, i) => entry - beforeX[i]));
      stepsOfRest.push(rest.map((entry, i) => entry - beforeRest[i]));
      if (stepsOfX.length > depth) {
        stepsOfX.shift();
        stepsOfRest.shift();
      }
    }
    lastX = x.slice();
    lastRest = rest;
    const weights = leastSquares(stepsOfRest, rest);
    const out = x.map((entry, i) => entry + damping * rest[i]);
    weights.forEach((weight, j) => {
      const dx = stepsOfX[j];
      const dr = stepsOfRest[j];
      if (weight !== 0) for (let i = 0; i < out.length; i++) out[i] -= weight * (dx[i] + damping * dr[i]);
    });
    return out;
  };
  return { next, restart };
}

/**
 * Weights γ with |f − Σ γ_j columns_j| least, by Gram–Schmidt from the newest column to the oldest.
 *
 * A column within 1e-8 of the span of newer ones tells nothing that rounding did not: its weight is 0.
 */
function leastSquares(columns: readonly Float64Array[], f: Float64Array): Float64Array {
  const count = columns.length;
  const weights = new Float64Array(count);
  const basis: {
    readonly q: Float64Array;
    readonly column: number;
    readonly length: number;
    readonly parts: number[];
  }[] = [];
  for (let j = count - 1; j >= 0; j--) {
    const q = columns[j].slice();
    const size = Math.sqrt(dot(q, q));
    const parts = basis.map(() => 0);
    // Twice is enough for orthogonality to rounding.
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((earlier, k) => {
        const part = dot(earlier.q, q);
        parts[k] += part;
        for (let i = 0; i < q.length; i++) q[i] -= part * earlier.q[i];
      });
    }
    const length = Math.sqrt(dot(q, q));
    if (!(length > 1e-8 * size)) continue;
    for (let i = 0; i < q.length; i++) q[i] /= length;
    basis.push({ q, column: j, length, parts });
  }
  const targets = basis.map(({ q }) => dot(q, f));
  for (let k = basis.length - 1; k >= 0; k--) {
    let sum = targets[k];
    for (let l = k + 1; l < basis.length; l++) sum -= basis[l].parts[k] * weights[basis[l].column];
    weights[basis[k].column] = sum / basis[k].length;
  }
  return weights;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
