/**
 * What is regressed on at one time: Hermite polynomials in a player's own state, and in numbers of all players' states.
 *
 * With finitely many players Y^i depends on the others through the law of their Y, so the functionals of the law that the driver is
 * given are taken of what each player's own state alone predicts of its Y one step later, and the functionals of the terminal value of
 * the states themselves. Both are known at the time and symmetric in the players. What centres and scales them is fixed once, by a
 * pilot, so that coefficients of independent batches belong to the same functions and can be averaged.
 */

import type { LawFunctional } from "../law-functional.ts";
import type { Desk } from "./desk.ts";
import { exponents, hermite } from "./hermite.ts";

export interface Basis {
  readonly degree: number;
  readonly own: Scale;
  readonly features: readonly Feature[];
  /** For each function the degree in the own state and the number of the product of features that it has. */
  readonly functions: { readonly size: number; readonly own: Int32Array; readonly product: Int32Array };
  /** For each function of two players' states its degrees in both, and the number of the product of features. */
  readonly pairs: {
    readonly size: number;
    readonly own: Int32Array;
    readonly other: Int32Array;
    readonly product: Int32Array;
  };
  /** Degrees in each of the features. */
  readonly products: readonly (readonly number[])[];
}

/** x ↦ (x − centre)/scale; scale 0 where the number does not vary. */
export interface Scale {
  readonly centre: number;
  readonly scale: number;
}

/** A number of all players' states. */
export interface Feature extends Scale {
  readonly functional: LawFunctional;
  /** Coefficients of Hermite polynomials in the own state that the functional is taken of; the state itself where left out. */
  readonly predictor?: Float64Array;
}

export interface Degrees {
  /** Of polynomials in the own state alone. */
  readonly own: number;
  /** In total where features or a second player's state come in; not above `own`. */
  readonly crowd: number;
}

export function basisOf(degrees: Degrees, own: Scale, features: readonly Feature[]): Basis {
  // A state that does not vary yet has only the constant.
  const least = own.scale === 0 ? 0 : degrees.own;
  const used = features.filter(({ scale }) => scale > 0);
  const products = exponents(used.length, degrees.crowd);
  const total = products.map((product) => product.reduce((sum, power) => sum + power, 0));
  const powers = Array.from({ length: least + 1 }, (_, a) => a);
  const functions = powers.flatMap((a) =>
    products.flatMap((_, c) => (total[c] === 0 || a + total[c] <= degrees.crowd ? [[a, c] as const] : [])),
  );
  const pairs = powers.flatMap((a) =>
    powers.flatMap((b) => products.flatMap((_, c) => (a + b + total[c] <= degrees.crowd ? [[a, b, c] as const] : []))),
  );
  return {
    degree: least,
    own,
    features: used,
    products,
    functions: {
      size: functions.length,
      own: Int32Array.from(functions, ([a]) => a),
      product: Int32Array.from(functions, ([, c]) => c),
    },
    pairs: {
      size: pairs.length,
      own: Int32Array.from(pairs, ([a]) => a),
      other: Int32Array.from(pairs, ([, b]) => b),
      product: Int32Array.from(pairs, ([, , c]) => c),
    },
  };
}

/** The values of a basis on the states of copies of the system. */
export interface Design {
  readonly basis: Basis;
  readonly copies: number;
  readonly players: number;
  /** he_a of the scaled own state, rows × (degree + 1). */
  readonly own: Float64Array;
  /** Products of features, copies × products. */
  readonly shared: Float64Array;
  /** Where `own` lies, if that is in the memory of the kernels. */
  readonly desk?: Desk;
}

/** @param desk for many rows, whose design then lies in its memory */
export function designOf(basis: Basis, x: Float64Array, players: number, desk?: Desk): Design {
  const { degree, own: scale } = basis;
  const width = degree + 1;
  const copies = x.length / players;
  if (desk !== undefined && scale.scale !== 0) {
    const own = desk.hermiteRows(x, scale.centre, scale.scale, degree);
    return { basis, copies, players, own, shared: sharedOf(basis, x, own, copies, players), desk };
  }
  const own = new Float64Array(x.length * width);
  for (let r = 0; r < x.length; r++) hermite(standardised(x[r], scale), degree, own, r * width);
  return { basis, copies, players, own, shared: sharedOf(basis, x, own, copies, players) };
}

function sharedOf(
  { features, products, degree }: Basis,
  x: Float64Array,
  own: Float64Array,
  copies: number,
  players: number,
): Float64Array {
  const out = new Float64Array(copies * products.length).fill(1);
  if (features.length === 0) return out;
  const width = degree + 1;
  const members = new Float64Array(players);
  const most = products.reduce((highest, product) => Math.max(highest, ...product), 0);
  const powers = features.map(() => new Float64Array(most + 1));
  for (let copy = 0; copy < copies; copy++) {
    features.forEach(({ functional, predictor, centre, scale: spread }, k) => {
      for (let i = 0; i < players; i++) {
        const r = copy * players + i;
        members[i] = predictor === undefined ? x[r] : combination(predictor, own, r * width);
      }
      hermite((functional.of(members) - centre) / spread, most, powers[k]);
    });
    products.forEach((product, c) => {
      let value = 1;
      product.forEach((power, k) => (value *= powers[k][power]));
      out[copy * products.length + c] = value;
    });
  }
  return out;
}

function combination(coefficients: Float64Array, own: Float64Array, at: number): number {
  let sum = 0;
  for (let a = 0; a < coefficients.length; a++) sum += coefficients[a] * own[at + a];
  return sum;
}

export function standardised(x: number, { centre, scale }: Scale): number {
  return scale === 0 ? 0 : (x - centre) / scale;
}

/** Mean and standard deviation; scale 0 where that is nothing beside the mean. */
export function scaleOf(values: Float64Array): Scale {
  let sum = 0;
  for (let r = 0; r < values.length; r++) sum += values[r];
  const centre = sum / values.length;
  let squares = 0;
  for (let r = 0; r < values.length; r++) squares += (values[r] - centre) ** 2;
  const scale = Math.sqrt(squares / values.length);
  return { centre, scale: scale > 1e-9 * Math.max(1, Math.abs(centre)) ? scale : 0 };
}
