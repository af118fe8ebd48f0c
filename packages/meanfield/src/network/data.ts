/** What the network is to learn: the law of (X, Y), to draw from one at a time, and as a finite sum for averages over it. */

import { InputError } from "../core/index.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Activation } from "./activation.ts";
import { cubatureOfDegree3, cubatureOfDegree5, productHermite, splitAtZero } from "./cubature.ts";
import type { Cubature } from "./cubature.ts";

export type DataLaw = GaussianData | PointData;

/** X ~ N(0, s² I) of d numbers, Y = teacher(X) + ε with ε ~ N(0, noise). */
export interface GaussianData {
  readonly kind: "gaussian";
  readonly dimension: number;
  /** s² = E X_i², positive. */
  readonly variance: number;
  readonly teacher: Teacher;
  /** σ_ε² ≥ 0. */
  readonly noise: number;
}

export type Teacher =
  | { readonly kind: "linear"; readonly beta: Float64Array }
  /** x′Ax, A symmetric. */
  | { readonly kind: "quadratic"; readonly matrix: Matrix };

/** K points, each equally likely. */
export interface PointData {
  readonly kind: "points";
  readonly dimension: number;
  /** One point of d numbers after another. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Points and weights p_k (sum 1) such that averages over the data are Σ p_k f(x_k, y_k), apart from the noise in Y. */
export interface Design {
  readonly dimension: number;
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weights: Float64Array;
  /** σ_ε², which no network explains: the least loss is half of it. */
  readonly noise: number;
}

/** E(Y | X = x). */
export function teach(teacher: Teacher, x: Float64Array, at = 0): number {
  if (teacher.kind === "linear") {
    let sum = 0;
    for (let i = 0; i < teacher.beta.length; i++) sum += teacher.beta[i] * x[at + i];
    return sum;
  }
  const { data, rows: d } = teacher.matrix;
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum += data[i * d + j] * x[at + i] * x[at + j];
  return sum;
}

/** How many dimensions of Gaussian data a product rule can fill where the activation is no polynomial. */
const productNodes: Readonly<Record<number, number>> = { 2: 24, 3: 12 };

/**
 * The finite sum that stands for the data in full-batch training; undefined where there is none.
 *
 * Exact for points, and for Gaussian data where activation and teacher are polynomials of degree at most 2; to nine digits in
 * one dimension for activations that are smooth apart from 0; by Gauss–Hermite products in two and three dimensions.
 */
export function designOf(data: DataLaw, activation: Activation): Design | undefined {
  const { dimension } = data;
  if (data.kind === "points") {
    const count = data.y.length;
    return { dimension, count, x: data.x, y: data.y, weights: new Float64Array(count).fill(1 / count), noise: 0 };
  }
  const rule = cubatureFor(data, activation);
  if (rule === undefined) return undefined;
  const x = rule.points.map((point) => point * Math.sqrt(data.variance));
  const count = rule.weights.length;
  const y = Float64Array.from({ length: count }, (_, k) => teach(data.teacher, x, k * dimension));
  return { dimension, count, x, y, weights: rule.weights, noise: data.noise };
}

function cubatureFor({ dimension, teacher }: GaussianData, { degree }: Activation): Cubature | undefined {
  if (degree !== undefined) {
    const highest = Math.max(degree, teacher.kind === "linear" ? 1 : 2);
    if (highest === 1) return cubatureOfDegree3(dimension);
    if (highest === 2) return cubatureOfDegree5(dimension);
  }
  if (dimension === 1) return splitAtZero();
  const nodes = productNodes[dimension];
  return nodes === undefined ? undefined : productHermite(dimension, nodes);
}

/** Draw number `index` of (x, y) into `out`, of d + 1 numbers. */
export function drawData(data: DataLaw, stream: RandomStream, index: number, out: Float64Array): void {
  const { dimension: d } = data;
  if (data.kind === "points") {
    const k = Math.min(data.y.length - 1, Math.floor(stream.uniform(index) * data.y.length));
    for (let i = 0; i < d; i++) out[i] = data.x[k * d + i];
    out[d] = data.y[k];
    return;
  }
  const { variance, teacher, noise } = data;
  const deviation = Math.sqrt(variance);
  for (let i = 0; i < d; i++) out[i] = deviation * stream.normal(index * (d + 1) + i);
  out[d] = teach(teacher, out);
  if (noise > 0) out[d] += Math.sqrt(noise) * stream.normal(index * (d + 1) + d);
}

/**
 * Points from comma-separated text, the last column being y; a first line without numbers is a heading.
 *
 * @throws InputError naming the line that is not made of numbers.
 */
export function readPoints(text: string): PointData {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const rows = lines.map((line) =>
    line.split(/[,;\t]/).map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell))),
  );
  if (rows.length > 0 && rows[0].every(Number.isNaN)) {
    rows.shift();
    lines.shift();
  }
  if (rows.length === 0) throw new InputError("csv", text.slice(0, 40), "at least one line of numbers");
  const columns = rows[0].length;
  rows.forEach((row, i) => {
    if (row.length !== columns || columns < 2 || !row.every(Number.isFinite)) {
      throw new InputError("csv", lines[i], `${Math.max(2, columns)} numbers in every line, the last being y`);
    }
  });
  return {
    kind: "points",
    dimension: columns - 1,
    x: Float64Array.from(rows.flatMap((row) => row.slice(0, -1))),
    y: Float64Array.from(rows, (row) => row[columns - 1]),
  };
}
