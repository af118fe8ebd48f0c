/** One tree until its law has settled, a sweep at a time. */

import { RefusalError, once } from "../../core/index.ts";
import type { DecouplingField } from "../candidate.ts";
import type { InteractingModel } from "../model.ts";
import type { LimitTree, TreeSettings } from "./limit-tree.ts";
import { sweepLimitTree } from "./limit-tree.ts";
import { countingField } from "./counting-field.ts";
import { solveCountingTree } from "./counting-tree.ts";
import { solvePlayersTree } from "./players-tree.ts";
import { limitField, playersField } from "./tree-field.ts";

export interface TreeRun {
  /** Another sweep; returns how far the law of Y moved from the one assumed, relative where it exceeds one, 0 for finitely many players. */
  readonly sweep: () => number;
  readonly start: () => { readonly y: number; readonly z: number; readonly cross: number };
  readonly field: () => DecouplingField;
  /** In the limit: the functionals of the law that the last sweep was given, or found itself where it was the first. */
  readonly law: ((t: number, out: Float64Array) => void) | undefined;
}

/**
 * The recombining tree of the limit, or the product of all players' trees.
 *
 * @param guess `sweep`: the first sweep reads the law off itself; `terminal`: it assumes the law of the terminal values at all times
 */
export function treeRun(
  model: InteractingModel,
  players: number,
  settings: TreeSettings,
  guess: "sweep" | "terminal",
): TreeRun {
  return players === Infinity ? limitRun(model, settings, guess) : playersRun(model, players, settings);
}

function limitRun(model: InteractingModel, settings: TreeSettings, guess: "sweep" | "terminal"): TreeRun {
  let tree: LimitTree | undefined;
  let assumed: readonly Float64Array[] | undefined;
  const solved = (): LimitTree => {
    tree ??= sweepLimitTree(model, settings);
    return tree;
  };
  const guessed = (): readonly Float64Array[] | undefined => {
    if (guess === "sweep") return undefined;
    const { laws } = sweepLimitTree(model, { ...settings, steps: 1 });
    return Array.from({ length: settings.steps + 1 }, () => laws[1]);
  };
  return {
    sweep: () => {
      assumed = tree?.laws ?? guessed();
      tree = sweepLimitTree(model, settings, assumed);
      // A law that was read off the sweep itself still has to be confirmed.
      return assumed === undefined && model.functionals.length > 0 ? Infinity : distance(tree.laws, assumed);
    },
    start: () => ({ y: solved().values[0][0], z: solved().exposures[0][0], cross: 0 }),
    field: () => limitField(solved()),
    law: (t, out) => {
      const laws = assumed ?? solved().laws;
      const position = Math.min(settings.steps, Math.max(0, (t / model.horizon) * settings.steps));
      const n = Math.min(settings.steps - 1, Math.floor(position));
      for (let k = 0; k < out.length; k++) out[k] = laws[n][k] + (position - n) * (laws[n + 1][k] - laws[n][k]);
    },
  };
}

/**
 * The limit with its law settled to rounding.
 *
 * @throws RefusalError where it does not settle.
 */
export function settledLimitTree(model: InteractingModel, settings: TreeSettings): LimitTree {
  let tree = sweepLimitTree(model, settings);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    const before = tree.laws;
    tree = sweepLimitTree(model, settings, before);
    if (distance(tree.laws, before) <= SETTLED) return tree;
  }
  throw new RefusalError(`the law of Y does not settle on a walk of ${settings.steps} steps`);
}

const SETTLED = 1e-14;
const MOST_SWEEPS = 200;

function playersRun(model: InteractingModel, players: number, settings: TreeSettings): TreeRun {
  let tree: ReturnType<typeof solvePlayersTree> | undefined;
  const solved = (): ReturnType<typeof solvePlayersTree> => {
    tree ??= solvePlayersTree(model, players, settings);
    return tree;
  };
  return {
    sweep: () => {
      solved();
      return 0;
    },
    start: () => ({ y: solved().values[0][0], z: solved().own[0][0], cross: solved().cross[0][0] ?? 0 }),
    field: () => playersField(solved()),
    law: undefined,
  };
}

/** Players counted where they stand, on walks that `countingRefusal` takes. */
export function countingRun(model: InteractingModel, players: number, settings: TreeSettings): TreeRun {
  const tree = once(() => solveCountingTree(model, players, settings));
  return {
    sweep: () => {
      tree();
      return 0;
    },
    start: () => {
      const { values, own, cross } = tree();
      return { y: values[0][0][0], z: own[0][0][0], cross: cross[0][0]?.[0][0] ?? 0 };
    },
    field: () => countingField(tree()),
    law: undefined,
  };
}

function distance(laws: readonly Float64Array[], assumed: readonly Float64Array[] | undefined): number {
  let worst = 0;
  laws.forEach((law, n) =>
    law.forEach((value, k) => {
      const gap = Math.abs(value - (assumed?.[n][k] ?? value)) / Math.max(1, Math.abs(value));
      // A NaN must come through.
      worst = Number.isNaN(gap) ? gap : Math.max(worst, gap);
    }),
  );
  return worst;
}
