/**
 * Parameters in the coordinates that learning steps are taken in: a threshold as its place u in [0, 1] between the two
 * ends of its range, so that one schedule suits any range; logits as they are.
 */

import type { ThresholdShape } from "../model.ts";
import type { PlayedPolicy, PolicyClass, PolicyClassName, PolicySpace } from "../policy-class.ts";
import { policyClass } from "../policy-class.ts";

export interface Chart {
  readonly family: PolicyClass;
  /** τ of the smooth threshold, else 0. */
  readonly width: number;
  /** dθ/du, the same in all coordinates. */
  readonly unit: number;
  /** θ of u. */
  readonly theta: (u: Float64Array) => Float64Array;
  readonly play: (u: Float64Array) => PlayedPolicy;
  /** Projects to Θ, in place. */
  readonly project: (u: Float64Array) => Float64Array;
  /** The same for perturbed points: thresholds keep a hundredth of the range away from the lower end. */
  readonly projectPerturbed: (u: Float64Array) => Float64Array;
  /** Uniform numbers to a start. */
  readonly startAt: (uniforms: Float64Array) => Float64Array;
}

/** The public experiments keep perturbed thresholds in [0.01, 1]. */
const lowerMargin = 0.01;

/**
 * Chart of the class of this name.
 *
 * @param width τ of the smooth threshold; 0 for the game's own
 * @throws RefusalError where the class does not exist over this space.
 */
export function chartOf(space: PolicySpace, name: PolicyClassName, width: number): Chart {
  const family = policyClass(space, name, width === 0 ? undefined : width);
  const isThreshold = name !== "softmax";
  const origin = isThreshold ? family.low : 0;
  const unit = isThreshold ? family.high - family.low : 1;
  const low = (family.low - origin) / unit;
  const high = (family.high - origin) / unit;
  const clip = (u: Float64Array, least: number): Float64Array => {
    for (let i = 0; i < u.length; i++) u[i] = Math.min(Math.max(u[i], least), high);
    return u;
  };
  const theta = (u: Float64Array): Float64Array => u.map((v) => origin + unit * v);
  const [first, last] = family.start;
  return {
    family,
    width: name === "smooth-threshold" ? (width === 0 ? (space.threshold as ThresholdShape).width : width) : 0,
    unit,
    theta,
    play: (u) => family.play(theta(u)),
    project: (u) => clip(u, low),
    projectPerturbed: (u) => clip(u, isThreshold ? low + lowerMargin : low),
    startAt: (uniforms) => uniforms.map((v) => (first + (last - first) * v - origin) / unit),
  };
}
