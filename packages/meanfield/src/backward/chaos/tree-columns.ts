import { RefusalError, once } from "../../core/index.ts";
import type { InteractingModel } from "../model.ts";
import { stepMartingale } from "../tree/step-martingale.ts";
import { treeRun } from "../tree/tree-run.ts";
import type { ExactColumn } from "./columns.ts";

/** Beyond it products of trees are too large. */
export const MOST_TREES = 5;

/** Few, so that the product of five trees is quick; with half as many they are extrapolated, the error being of first order. */
const STEPS = 12;

/** Law settled to rounding. */
const TOLERANCE = 1e-12;
const MOST_SWEEPS = 200;

interface Start {
  readonly y: number;
  readonly z: number;
  readonly cross: number;
}

/** Gaps at time 0 of any driver over Brownian motions, with random walks in their place: no chance, and few players. */
export function treeColumns(model: InteractingModel): ExactColumn[] {
  if (model.forward.kind !== "brownian") return [];
  const limit = once(() => startOf(model, Infinity));
  const known = new Map<number, Start>();
  const at = (players: number): Start => {
    const found = known.get(players) ?? startOf(model, players);
    known.set(players, found);
    return found;
  };
  const walks = `random walks in place of the Brownian motions, extrapolated from ${STEPS / 2} and ${STEPS} steps, which leaves a few per cent; no chance`;
  return [
    {
      name: "gap_Y0_walk",
      title: "Gap of the value at the start, on walks",
      story: `|Y^{i,N}_0 − Y^i_0|; ${walks}.`,
      theory: -1,
      most: MOST_TREES,
      value: (players) => rounded(Math.abs(at(players).y - limit().y), limit().y),
    },
    {
      name: "error_Z0_walk",
      title: "Error of Z at the start, on walks",
      story: `|Z^{ii}_0 − Z^i_0|² + Σ_{j≠i}|Z^{ij}_0|²; ${walks}.`,
      theory: -1,
      most: MOST_TREES,
      value: (players) => {
        const { z: own, cross } = at(players);
        return rounded(Math.hypot(own - limit().z, Math.sqrt(players - 1) * cross), limit().z) ** 2;
      },
    },
  ];
}

/** Two equal numbers differ by rounding. */
function rounded(gap: number, size: number): number {
  return gap > 10 * TOLERANCE * Math.max(1, Math.abs(size)) ? gap : 0;
}

function startOf(model: InteractingModel, players: number): Start {
  const [coarse, fine] = [STEPS / 2, STEPS].map((steps) => onTree(model, players, steps));
  return { y: 2 * fine.y - coarse.y, z: 2 * fine.z - coarse.z, cross: 2 * fine.cross - coarse.cross };
}

function onTree(model: InteractingModel, players: number, steps: number): Start {
  const settings = { martingale: stepMartingale("binomial"), scheme: { kind: "explicit" }, steps } as const;
  const run = treeRun(model, players, settings, "sweep");
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) if (run.sweep() <= TOLERANCE) return run.start();
  throw new RefusalError(`the law of Y does not settle on a walk of ${steps} steps`);
}
