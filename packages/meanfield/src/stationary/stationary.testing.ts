/** What the tests of stationary games share: reference numbers, and games without any structure. */

import { readFileSync } from "node:fs";
import { randomStream } from "../numeric/random.ts";
import { finiteModel } from "./finite-model.ts";
import { malwareOnGrid } from "./malware.ts";
import type { FiniteStationaryModel } from "./model.ts";
import type { ThresholdModel } from "./threshold-policies.ts";

interface Reference {
  readonly value: number | readonly number[];
  readonly tolerance: number;
}

const file = new URL("../../../../tests/reference/stationary-games.json", import.meta.url);
const { params, records } = JSON.parse(readFileSync(file, "utf8")) as {
  params: Record<string, Record<string, unknown>>;
  records: { id: string; value: number | number[]; suggested_tol: number }[];
};

export function reference(id: string): Reference {
  const record = records.find((candidate) => candidate.id === id);
  if (record === undefined) throw new Error(`no record ${id}`);
  return { value: record.value, tolerance: record.suggested_tol };
}

/** A parameter set of the reference. */
export function parametersOf(set: string): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(params, set)) throw new Error(`no parameter set ${set}`);
  return params[set];
}

/** Where a number, or any of a list, is not the reference's within its tolerance; empty where all are. */
export function misses(actual: number | ArrayLike<number>, id: string): string[] {
  const { value, tolerance } = reference(id);
  const [ours, theirs] = [actual, value].map((x) => (typeof x === "number" ? [x] : Array.from(x)));
  if (ours.length !== theirs.length) return [`${id}: ${ours.length} numbers, reference ${theirs.length}`];
  return ours.flatMap((x, i) =>
    Math.abs(x - theirs[i]) <= tolerance ? [] : [`${id}[${i}]: ${x}, reference ${theirs[i]} within ${tolerance}`],
  );
}

export function malware(n: number, variant: "I" | "S" = "I", costs = {}): ThresholdModel {
  return malwareOnGrid({ k: 0.2, lambda: 0.5, gamma: 0.9, ...costs }, n, variant) as ThresholdModel;
}

/** A game with dense random rows that both depend on the field: P = (1 − ε)A + ε (mixture weighted by φ). */
export function randomGame(
  seed: number,
  states: number,
  actions: number,
  features: "mean" | "law",
): FiniteStationaryModel {
  const draws = randomStream(seed, 0).sequence();
  const law = (): number[] => {
    const weights = Array.from({ length: states }, () => draws.exponential());
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((w) => w / sum);
  };
  const rows = Array.from({ length: states * actions }, () => [law(), law()]);
  const prizes = Array.from({ length: states * actions * states }, () => draws.normal());
  const slopes = Array.from({ length: states * actions }, () => draws.normal());
  const crowd = (phi: Float64Array): number => phi[0] / (1 + phi[0]);
  return finiteModel({
    positions: Array.from({ length: states }, (_, x) => x),
    actionNames: Array.from({ length: actions }, (_, a) => `a${a}`),
    discount: 0.8,
    initial: law(),
    features,
    transitionsCoupled: true,
    successors: (x, a, phi) => {
      const [one, other] = rows[x * actions + a];
      const weight = crowd(phi);
      return one.map((p, y) => [y, (1 - weight) * p + weight * other[y]] as const);
    },
    reward: (x, a, phi, y) => prizes[(x * actions + a) * states + y] + slopes[x * actions + a] * Math.sin(phi[0]),
  });
}

export function randomPolicy(seed: number, { states, actions }: FiniteStationaryModel): Float64Array {
  const draws = randomStream(seed, 1).sequence();
  const policy = new Float64Array(states * actions);
  for (let x = 0; x < states; x++) {
    let sum = 0;
    for (let a = 0; a < actions; a++) sum += policy[x * actions + a] = draws.exponential();
    for (let a = 0; a < actions; a++) policy[x * actions + a] /= sum;
  }
  return policy;
}

/** Every pure policy of a small game. */
export function* purePolicies({ states, actions }: FiniteStationaryModel): Generator<Float64Array, void, void> {
  for (let code = 0; code < actions ** states; code++) {
    const policy = new Float64Array(states * actions);
    for (let x = 0, rest = code; x < states; x++, rest = Math.floor(rest / actions))
      policy[x * actions + (rest % actions)] = 1;
    yield policy;
  }
}
