/**
 * Control variates of one step: what a function of the place after it turned out to be, less its expectation before it.
 *
 * E. Gobet, J.-P. Lemor, X. Warin, "A regression-based Monte Carlo method to solve backward stochastic differential equations", Ann.
 * Appl. Probab. 15 (2005) 2172–2202, section 3; with expectations known, C. Bender, J. Steiner, "Least-squares Monte Carlo for
 * backward SDEs", Numerical Methods in Finance, Springer 2012. The expectation of V(X_{n+1}) under the Gaussian step, its ends
 * included, is a Gaussian smoothing W of V continued beyond them (evenly behind a reflecting end, 0 behind an absorbing one):
 *
 *     E[V(X_{n+1}), not absorbed] = W(x + b) − e^{−2 (x − ℓ) b/s²} W(2ℓ − x + b)     for an end ℓ, a drift b, a deviation s,
 *
 * the second term being the bridges that touched the end (the image of the reflection principle). W is tabulated; where s is
 * small beside the cells of the splines, V is a quadratic on the way and its Taylor polynomial does.
 */

import type { SpaceAxis } from "../pde/model.ts";
import type { SplineBasis } from "./cubic-splines.ts";
import { emptyJet } from "./cubic-splines.ts";
import { continued, noBeyond } from "./motion.ts";

/** The step of one particle along the axes. */
export interface StepTaken {
  /** From, the shift by the drift, the shift by the noise, and to. */
  readonly from: Float64Array;
  readonly shift: Float64Array;
  readonly noise: Float64Array;
  readonly to: Float64Array;
  /** False where it was absorbed on the way. */
  alive: boolean;
}

/** Of expectation 0 given where the step began. */
export type Control = (step: StepTaken) => number;

/** Points of the tables to a standard deviation of the step, and deviations that count. */
const FINENESS = 6;
const REACH = 5.5;

/** `level`: what absorption is worth, on the whole. */
export function controlOf(
  space: readonly SpaceAxis[],
  basis: SplineBasis,
  coefficients: Float64Array,
  deviation: number,
  level: number,
): Control {
  const fine = basis.axes.some(({ width }) => deviation < 0.25 * width);
  return fine
    ? taylorControl(space, basis, coefficients, deviation)
    : tableControl(space, basis, coefficients, deviation, level);
}

function taylorControl(
  space: readonly SpaceAxis[],
  basis: SplineBasis,
  coefficients: Float64Array,
  deviation: number,
): Control {
  const [along, across] = [noBeyond(), noBeyond()];
  const jet = emptyJet();
  const square = deviation * deviation;
  return ({ from, shift, noise }) => {
    continued(space[0], from[0] + shift[0], along);
    const e = noise[0];
    if (space.length === 1) {
      basis.read(coefficients, along.place, 0, jet);
      return along.slope * jet.x * e + 0.5 * along.bend * jet.xx * (e * e - square);
    }
    continued(space[1], from[1] + shift[1], across);
    const f = noise[1];
    basis.read(coefficients, along.place, across.place, jet);
    return (
      along.slope * across.value * jet.x * e +
      along.value * across.slope * jet.y * f +
      0.5 * along.bend * across.value * jet.xx * (e * e - square) +
      0.5 * along.value * across.bend * jet.yy * (f * f - square) +
      along.slope * across.slope * jet.xy * e * f
    );
  };
}

/** Points of one axis' table, where V is read for them, and how smoothing sums over them. */
interface Rail {
  readonly first: number;
  readonly spacing: number;
  readonly count: number;
  readonly periodic: boolean;
  /** Place at which V is read, and factor: 0 behind absorbing ends, ½ on them. */
  readonly place: Float64Array;
  readonly factor: Float64Array;
}

function railOf(axis: SpaceAxis, deviation: number): Rail {
  const { low, high, ends } = axis;
  const periodic = ends === "periodic";
  const inside = Math.ceil((high - low) / (deviation / FINENESS));
  const spacing = (high - low) / inside;
  const margin = periodic ? 0 : Math.ceil((2 * REACH * deviation) / spacing);
  const count = periodic ? inside : inside + 1 + 2 * margin;
  const first = low - margin * spacing;
  const place = new Float64Array(count);
  const factor = new Float64Array(count).fill(1);
  for (let i = 0; i < count; i++) {
    const at = i - margin;
    const x = low + at * spacing;
    place[i] = x;
    if (ends === "periodic") continue;
    const beyond = at < 0 ? ends[0] : at > inside ? ends[1] : undefined;
    if (beyond?.kind === "reflecting") place[i] = at < 0 ? 2 * low - x : 2 * high - x;
    if (beyond?.kind === "absorbing") factor[i] = 0;
    if ((at === 0 && ends[0].kind === "absorbing") || (at === inside && ends[1].kind === "absorbing")) factor[i] = 0.5;
  }
  return { first, spacing, count, periodic, place, factor };
}

function tableControl(
  space: readonly SpaceAxis[],
  basis: SplineBasis,
  coefficients: Float64Array,
  deviation: number,
  level: number,
): Control {
  const jet = emptyJet();
  const rails = space.map((axis) => railOf(axis, deviation));
  const [first, second] = rails;
  const columns = second?.count ?? 1;
  let table: Float64Array = new Float64Array(first.count * columns);
  for (let i = 0; i < first.count; i++) {
    for (let j = 0; j < columns; j++) {
      const factor = first.factor[i] * (second?.factor[j] ?? 1);
      if (factor === 0) continue;
      basis.read(coefficients, first.place[i], second?.place[j] ?? 0, jet);
      table[i * columns + j] = factor * (jet.value - level);
    }
  }
  table = smoothed(table, first, columns, 1, deviation);
  if (second !== undefined) table = smoothed(table, second, 1, first.count, deviation);
  const images = space.map((axis) => imagesOf(axis, deviation));
  const weights = rails.map(() => new Float64Array(4));
  const index = rails.map(() => new Int32Array(4));
  const read = (): number => {
    let sum = 0;
    for (let i = 0; i < 4; i++) {
      const row = index[0][i] * columns;
      if (second === undefined) {
        sum += weights[0][i] * table[row];
        continue;
      }
      let inner = 0;
      for (let j = 0; j < 4; j++) inner += weights[1][j] * table[row + index[1][j]];
      sum += weights[0][i] * inner;
    }
    return sum;
  };
  return ({ from, shift, to, alive }) => {
    let expected = 0;
    const count = images[0].find(from[0], shift[0]);
    const others = second === undefined ? 0 : images[1].find(from[1], shift[1]);
    for (let i = 0; i < count; i++) {
      const { places, factors } = images[0];
      locate(rails[0], places[i], index[0], weights[0]);
      if (second === undefined) {
        expected += factors[i] * read();
        continue;
      }
      for (let j = 0; j < others; j++) {
        locate(second, images[1].places[j], index[1], weights[1]);
        expected += factors[i] * images[1].factors[j] * read();
      }
    }
    if (!alive) return -expected;
    basis.read(coefficients, to[0], to[1] ?? 0, jet);
    return jet.value - level - expected;
  };
}

/** The places of W and their factors that a step along one axis needs: its middle, and images behind absorbing ends. */
function imagesOf({ low, high, ends }: SpaceAxis, deviation: number) {
  const places = new Float64Array(3);
  const factors = new Float64Array(3);
  const near = REACH * deviation;
  const square = deviation * deviation;
  const find = (from: number, shift: number): number => {
    places[0] = from + shift;
    factors[0] = 1;
    let count = 1;
    if (ends === "periodic") return count;
    for (const [side, { kind }] of ends.entries()) {
      if (kind !== "absorbing") continue;
      const end = side === 0 ? low : high;
      if (Math.abs(from - end) > near + Math.abs(shift)) continue;
      places[count] = 2 * end - from + shift;
      factors[count] = -Math.exp((-2 * (from - end) * shift) / square);
      count++;
    }
    return count;
  };
  return { places, factors, find };
}

/** Cubic interpolation on a rail; beyond it, its last point. */
function locate({ first, spacing, count, periodic }: Rail, at: number, index: Int32Array, weight: Float64Array): void {
  const along = (at - first) / spacing;
  let cell = Math.floor(along);
  let u = along - cell;
  if (!periodic) {
    if (cell < 1) [cell, u] = [1, Math.max(-1, along - 1)];
    else if (cell > count - 3) [cell, u] = [count - 3, Math.min(2, along - (count - 3))];
  }
  for (let i = 0; i < 4; i++) index[i] = periodic ? (((cell - 1 + i) % count) + count) % count : cell - 1 + i;
  weight[0] = (-u * (u - 1) * (u - 2)) / 6;
  weight[1] = ((u + 1) * (u - 1) * (u - 2)) / 2;
  weight[2] = (-(u + 1) * u * (u - 2)) / 2;
  weight[3] = ((u + 1) * u * (u - 1)) / 6;
}

/** The table convolved with the normal law along one axis of `rail`, entries `stride` apart, for each of `repeats` rows of the other. */
function smoothed(
  table: Float64Array,
  { count, spacing, periodic }: Rail,
  stride: number,
  repeats: number,
  deviation: number,
): Float64Array {
  const reach = Math.ceil((REACH * deviation) / spacing);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * (((k - reach) * spacing) / deviation) ** 2),
  );
  const total = kernel.reduce((sum, each) => sum + each, 0);
  const out = new Float64Array(table.length);
  const rows = repeats === 1 ? stride : repeats;
  const line = new Float64Array(count + 2 * reach);
  for (let row = 0; row < rows; row++) {
    const from = repeats === 1 ? row : row * count;
    for (let k = 0; k < line.length; k++) {
      const at = k - reach;
      const inside = periodic ? ((at % count) + count) % count : Math.max(0, Math.min(count - 1, at));
      line[k] = table[from + inside * stride];
    }
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k] * line[i + k];
      out[from + i * stride] = sum / total;
    }
  }
  return out;
}
