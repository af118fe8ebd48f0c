/** Two small games written out by hand, and their exact answers by linear algebra alone. */

import { luDecompose } from "../../numeric/lu.ts";
import { identity, matrix } from "../../numeric/matrix.ts";
import type { FiniteStationaryModel } from "../model.ts";

/** The malware game on n = 11 states, variant I, k = 0.2, λ = 0.5, γ = 0.9: two actions, rewards of (x, a) alone. */
export function malwareByHand(): FiniteStationaryModel {
  const n = 11;
  const positions = Float64Array.from({ length: n }, (_, i) => i / 10);
  return {
    family: "stationary",
    kind: "finite",
    states: n,
    actions: 2,
    positions,
    actionNames: ["nothing", "repair"],
    discount: 0.9,
    initial: new Float64Array(n).fill(1 / n),
    features: matrix(1, n, positions),
    transitionsCoupled: false,
    transition: (_phi, out) => {
      out.fill(0);
      for (let x = 0; x < n; x++) {
        for (let y = x; y < n; y++) out[2 * x * n + y] = 1 / (n - x);
        out[(2 * x + 1) * n] = 1;
      }
    },
    reward: ([mean], out) => {
      for (let x = 0; x < n; x++) {
        out.fill(-(0.2 + mean) * positions[x], 2 * x * n, (2 * x + 1) * n);
        out.fill(-(0.2 + mean) * positions[x] - 0.5, (2 * x + 1) * n, (2 * x + 2) * n);
      }
    },
    transitionSlope: none,
    rewardSlope: none,
  };
}

/**
 * Three states and three actions, P and r by the field's mean m on positions 0, 1, 2: P = (1 − w) P₀ + w P₁ with
 * w = m²(2 − m)², where P₁ is P₀ with its successors turned round, and rewards of the successor as well; what is impossible
 * depends on m.
 */
export function coupledByHand(): FiniteStationaryModel {
  const rows = [
    [0.7, 0.3, 0],
    [0.1, 0.6, 0.3],
    [0, 1, 0],
    [0.25, 0.25, 0.5],
    [0, 0.2, 0.8],
    [0.9, 0.1, 0],
    [0.5, 0, 0.5],
    [1, 0, 0],
    [0.3, 0.3, 0.4],
  ];
  return {
    family: "stationary",
    kind: "finite",
    states: 3,
    actions: 3,
    positions: Float64Array.of(0, 1, 2),
    actionNames: ["a", "b", "c"],
    discount: 0.8,
    initial: Float64Array.of(0.2, 0.5, 0.3),
    features: matrix(1, 3, [0, 1, 2]),
    transitionsCoupled: true,
    transition: ([m], out) => {
      const w = (m * (2 - m)) ** 2;
      rows.forEach((row, i) => row.forEach((p, y) => (out[3 * i + y] = (1 - w) * p + w * row[2 - y])));
    },
    reward: ([m], out) => {
      for (let i = 0; i < 27; i++) out[i] = ((7 * i) % 11) / 8 - m * (i % 3);
    },
    transitionSlope: none,
    rewardSlope: none,
  };
}

function none(): void {
  throw new Error("simulators need no slopes");
}

/** P and r of the game at a field, as dense tables. */
export function tablesOf(model: FiniteStationaryModel, field: ArrayLike<number>): { P: Float64Array; r: Float64Array } {
  const { states, actions, features } = model;
  const phi = Float64Array.from({ length: features.rows }, (_, f) => {
    let sum = 0;
    for (let x = 0; x < states; x++) sum += features.data[f * states + x] * field[x];
    return sum;
  });
  const P = new Float64Array(states * actions * states);
  const r = new Float64Array(P.length);
  model.transition(phi, P);
  model.reward(phi, r);
  return { P, r };
}

/** P_π and r_π at a field. */
export function playedBy(model: FiniteStationaryModel, policy: Float64Array, field: ArrayLike<number>) {
  const { states, actions } = model;
  const { P, r } = tablesOf(model, field);
  const chain = new Float64Array(states * states);
  const pay = new Float64Array(states);
  for (let x = 0; x < states; x++) {
    for (let a = 0; a < actions; a++) {
      for (let y = 0; y < states; y++) {
        const p = policy[x * actions + a] * P[(x * actions + a) * states + y];
        chain[x * states + y] += p;
        pay[x] += p * r[(x * actions + a) * states + y];
      }
    }
  }
  return { chain, pay };
}

/** J = ξ₀ (I − γP_π)⁻¹ r_π. */
export function performanceByHand(
  model: FiniteStationaryModel,
  policy: Float64Array,
  field: ArrayLike<number>,
): number {
  const { chain, pay } = playedBy(model, policy, field);
  const A = identity(model.states);
  chain.forEach((p, i) => (A.data[i] -= model.discount * p));
  return luDecompose(A)
    .solve(pay)
    .reduce((sum, v, x) => sum + v * model.initial[x], 0);
}

/** z = zP_π with sum one. */
export function stationaryByHand(model: FiniteStationaryModel, policy: Float64Array): Float64Array {
  const n = model.states;
  const { chain } = playedBy(model, policy, model.initial);
  const A = identity(n);
  for (let x = 0; x < n; x++) for (let y = 0; y < n; y++) A.data[y * n + x] -= chain[x * n + y];
  A.data.fill(1, 0, n);
  const one = new Float64Array(n);
  one[0] = 1;
  return luDecompose(A).solve(one);
}

/** FNV-1a over the bytes: one word that changes when any bit does. */
export function fingerprint({ buffer, byteOffset, byteLength }: Float64Array | Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

/**
 * The 64 bits of draw `index` of a kind of draw of a stream, by the definition in kernels/hash.ts, in BigInt; `keys` low
 * words before high.
 */
export function bitsByHand(keys: Uint32Array, mark: bigint, index: bigint): { low: number; high: number } {
  const word = (1n << 64n) - 1n;
  const key0 = BigInt(keys[0]) | (BigInt(keys[1]) << 32n);
  const key1 = (BigInt(keys[2]) | (BigInt(keys[3]) << 32n)) ^ mark;
  let w = (key0 + index * 0x9e3779b97f4a7c15n) & word;
  w = (((w ^ (w >> 32n)) * 0xd6e8feb86659fd93n) & word) ^ key1;
  w = ((w ^ (w >> 30n)) * 0xbf58476d1ce4e5b9n) & word;
  w = ((w ^ (w >> 27n)) * 0x94d049bb133111ebn) & word;
  w ^= w >> 31n;
  return { low: Number(w & 0xff_ff_ff_ffn), high: Number(w >> 32n) };
}

/** Marks of kernels/agents.ts. */
export const marks = {
  start: 0xb5c0fbcfec4d3b2fn,
  step: 0x3c6ef372fe94f82bn,
  noise: 0xa54ff53a5f1d36f1n,
  coin: 0x510e527fade682d1n,
};
