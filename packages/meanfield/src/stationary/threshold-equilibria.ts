/**
 * All stationary equilibria (SMFE) in threshold policies, pure or mixed at one state.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, definition of an SMFE; that equilibria of monotone games are thresholds: M. Huang,
 * Y. Ma, CDC 2016. On a grid there need not be a pure one: the best response jumps over the field that it induces, and the
 * state at the jump has to be indifferent and mix.
 */

import { findRoot } from "../numeric/roots.ts";
import { policyIteration } from "./best-response.ts";
import type { BestResponse } from "./best-response.ts";
import { deviation } from "./exploitability.ts";
import { featuresAt } from "./finite-model.ts";
import { stationaryFields } from "./stationary-field.ts";
import { tablesAt } from "./tables.ts";
import { thresholdPolicy } from "./threshold-policies.ts";
import type { ThresholdModel } from "./threshold-policies.ts";

export interface ThresholdEquilibrium {
  /** Coordinate of the policy; whole where it is pure. */
  readonly c: number;
  readonly policy: Float64Array;
  readonly field: Float64Array;
  /** What a deviation still gains, from ξ₀. */
  readonly exploitability: number;
}

/** A pure threshold policy at one of its stationary fields. */
export interface PureThreshold {
  readonly c: number;
  readonly field: Float64Array;
  readonly performance: number;
  readonly exploitability: number;
  /** The largest gain of a deviation from any state, relative to the size of values. */
  readonly gain: number;
  /** Q*(x,1) − Q*(x,0) against this field, by state. */
  readonly advantage: Float64Array;
}

export interface ThresholdSearch {
  readonly pure: readonly PureThreshold[];
  readonly equilibria: readonly ThresholdEquilibrium[];
  /** Pure thresholds without a stationary field, with the reason. */
  readonly fieldless: readonly { readonly c: number; readonly remark: string }[];
}

/**
 * A gain of this, relative to the size of values, is rounding: linear solves lose some hundred roundings. A mixed
 * equilibrium is found to the spacing of the numbers, and its gap is the slope of the advantage times that.
 */
const equilibriumTolerance = 1e-11;

/**
 * Searches threshold by threshold, then between them; yields after each pure threshold what it is worth.
 *
 * @param interior extra points between two pure thresholds at which the advantage is looked at, to see pairs of roots
 */
export function* searchThresholds(
  model: ThresholdModel,
  interior: number,
): Generator<PureThreshold | undefined, ThresholdSearch, void> {
  const pure: PureThreshold[] = [];
  const fieldless: { c: number; remark: string }[] = [];
  const counts: number[] = [];
  for (let c = 0; c <= model.states; c++) {
    const { fields, remark } = stationaryFields(model, thresholdPolicy(model, c));
    counts.push(fields.length);
    if (fields.length === 0) {
      fieldless.push({ c, remark: remark ?? "no stationary field exists" });
      yield undefined;
    }
    for (const field of fields) {
      const found = judge(model, c, field);
      pure.push(found);
      yield found;
    }
  }
  const equilibria = pure.filter(isEquilibrium).map((found) => asEquilibrium(model, found));
  for (let i = 0; i < model.states; i++) {
    for (const found of mixedEquilibria(model, i, Math.max(counts[i], counts[i + 1]), interior)) {
      if (equilibria.every((known) => Math.abs(known.c - found.c) > 1e-9)) equilibria.push(found);
    }
    yield undefined;
  }
  return { pure, equilibria: equilibria.toSorted((a, b) => a.c - b.c), fieldless };
}

/** Whether what a deviation still gains is rounding: in every state, not only from ξ₀, which need not reach them all. */
export function isEquilibrium({ gain }: PureThreshold): boolean {
  return gain <= equilibriumTolerance;
}

/** What the threshold policy c is worth at one of its stationary fields, and what a deviation gains. */
export function judge(model: ThresholdModel, c: number, field: Float64Array): PureThreshold {
  const policy = thresholdPolicy(model, c);
  const found = deviation(model, policy, field, (game, tables) => policyIteration(game, tables, policy));
  return {
    c,
    field,
    performance: found.own.J,
    exploitability: found.exploitability,
    gain: Math.max(0, ...found.gains) / Math.max(Number.MIN_VALUE, ...found.best.V.map(Math.abs)),
    advantage: advantageOf(found.best, model.states),
  };
}

function advantageOf({ Q }: BestResponse, states: number): Float64Array {
  return Float64Array.from({ length: states }, (_, x) => Q[2 * x + 1] - Q[2 * x]);
}

/** The equilibria between c = i and c = i + 1, where state i mixes. */
export function* mixedEquilibria(
  model: ThresholdModel,
  i: number,
  branches: number,
  interior: number,
): Generator<ThresholdEquilibrium, void, void> {
  for (const c of mixedRoots(model, i, branches, interior)) {
    for (const field of stationaryFields(model, thresholdPolicy(model, c)).fields) {
      const found = judge(model, c, field);
      if (isEquilibrium(found)) yield asEquilibrium(model, found);
    }
  }
}

/** The equilibrium that a judged threshold is. */
export function asEquilibrium(
  model: ThresholdModel,
  { c, field, exploitability }: PureThreshold,
): ThresholdEquilibrium {
  return { c, policy: thresholdPolicy(model, c), field, exploitability };
}

/** Where state i, mixing between c = i and c = i + 1, is indifferent: along each of up to `branches` fields. */
function mixedRoots(model: ThresholdModel, i: number, branches: number, interior: number): number[] {
  const roots: number[] = [];
  const points = Array.from({ length: interior + 2 }, (_, k) => i + k / (interior + 1));
  for (let branch = 0; branch < branches; branch++) {
    const gap = (c: number): number => advantageAt(model, i, c, branch);
    const values = points.map(gap);
    for (let k = 1; k < points.length; k++) {
      const [a, b] = [values[k - 1], values[k]];
      // An end where the advantage vanishes is a pure policy, found as such; no field on this branch gives NaN.
      if ((a > 0 && b < 0) || (a < 0 && b > 0)) {
        const root = rootOrNothing(gap, points[k - 1], points[k]);
        if (root !== undefined && root > i && root < i + 1) roots.push(root);
      }
    }
  }
  return roots;
}

/** Where the branch of fields ends inside the interval there is no root to find along it. */
function rootOrNothing(gap: (c: number) => number, a: number, b: number): number | undefined {
  try {
    return findRoot(gap, a, b);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function advantageAt(model: ThresholdModel, i: number, c: number, branch: number): number {
  const policy = thresholdPolicy(model, c);
  const field = stationaryFields(model, policy).fields[branch] as Float64Array | undefined;
  if (field === undefined) return Number.NaN;
  const { Q } = policyIteration(model, tablesAt(model, featuresAt(model, field)), policy);
  return Q[2 * i + 1] - Q[2 * i];
}
