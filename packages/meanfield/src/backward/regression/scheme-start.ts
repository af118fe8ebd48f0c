/**
 * What a time-stepping scheme gives at the start by itself, without chance and without a basis.
 *
 * Beside it the error of a regression falls apart into what the regression leaves, the distance to this value, and what the time step
 * leaves, the distance of this value to the solution. Known for linear systems by recursion, and in the limit for any driver by a tree
 * whose walk is Brownian motion at the times of the steps, as the regression's paths are.
 */

import type { InteractingModel } from "../model.ts";
import { martingaleOf } from "../model.ts";
import { linearRecursion } from "../schemes/linear-recursion.ts";
import type { Scheme } from "../schemes/scheme.ts";
import { stepMartingale } from "../tree/step-martingale.ts";
import { treeRun } from "../tree/tree-run.ts";

export interface SchemeStart {
  readonly y: number;
  readonly z: number;
  readonly cross: number;
}

/** Undefined where it is not known: several players with a driver that is not linear, or states that are not Brownian motions. */
export function schemeStart(
  model: InteractingModel,
  players: number,
  scheme: Scheme,
  steps: number,
): SchemeStart | undefined {
  const { horizon, linear, forward } = model;
  if (linear !== undefined) {
    const { loads, exposure, cross } = linearRecursion(linear, { horizon, steps, players, scheme });
    const { at, mean } = martingaleOf(linear);
    const { own, mean: crowd, constant } = loads[0];
    return { y: own * at(0, 0) + crowd * mean + constant, z: exposure[0], cross: cross[0] };
  }
  if (players !== Infinity || forward.kind !== "brownian" || steps > MOST_STEPS) return undefined;
  const tree = treeRun(model, players, { steps, martingale: stepMartingale("gaussian"), scheme }, "sweep");
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) if (tree.sweep() <= SETTLED) return tree.start();
  return undefined;
}

/** More take more than some seconds. */
const MOST_STEPS = 200;
const MOST_SWEEPS = 50;
const SETTLED = 1e-12;
