/**
 * Threshold policies on finitely many states, along one coordinate c in [0, |X|] that mixes at one state at a time.
 *
 * Acting below: the first ⌊c⌋ states act, and state ⌊c⌋ acts with probability c − ⌊c⌋. Acting above: the first ⌊c⌋ states do
 * not act, and state ⌊c⌋ does not with that probability. So pure policies are the whole c.
 */

import type { FiniteStationaryModel, ThresholdShape } from "./model.ts";

/** A finite model whose policies may be thresholds: two actions, ordered states. */
export type ThresholdModel = FiniteStationaryModel & { readonly threshold: ThresholdShape };

export function hasThresholds(model: FiniteStationaryModel): model is ThresholdModel {
  return model.threshold !== undefined && model.actions === 2;
}

/** π(a|x) at 2x + a. */
export function thresholdPolicy({ states, threshold }: ThresholdModel, c: number): Float64Array {
  const policy = new Float64Array(2 * states);
  for (let x = 0; x < states; x++) {
    const first = Math.min(1, Math.max(0, c - x));
    const act = threshold.acts === "below" ? first : 1 - first;
    policy[2 * x] = 1 - act;
    policy[2 * x + 1] = act;
  }
  return policy;
}

/**
 * The threshold θ that c stands for, in the units of positions: "act where x > θ" (above) or "x < θ" (below).
 *
 * Above, θ is the last state that does not act; below, the first that does not; between pure policies linear in c. Where
 * there is no such state, the grid is continued by one step.
 */
export function thresholdOf({ positions, states, threshold }: ThresholdModel, c: number): number {
  const at = (j: number): number => {
    if (states === 1) return positions[0] + j;
    if (j < 0) return 2 * positions[0] - positions[1];
    if (j >= states) return 2 * positions[states - 1] - positions[states - 2];
    return positions[j];
  };
  const shift = threshold.acts === "above" ? -1 : 0;
  const j = Math.floor(c);
  return at(j + shift) + (c - j) * (at(j + shift + 1) - at(j + shift));
}

/** The coordinate of a policy that is a threshold policy, mixed at one state at most; undefined for any other. */
export function coordinateOf({ states, threshold }: ThresholdModel, policy: Float64Array): number | undefined {
  let c = 0;
  let ended = false;
  for (let x = 0; x < states; x++) {
    const share = threshold.acts === "below" ? policy[2 * x + 1] : policy[2 * x];
    if (ended && share > 0) return undefined;
    if (share < 1) ended = true;
    c += share;
  }
  return c;
}
