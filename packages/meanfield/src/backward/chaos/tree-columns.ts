import { once } from "../../core/index.ts";
import type { InteractingModel } from "../model.ts";
import type { CountedErrors } from "../tree/counted-errors.ts";
import { countedErrors } from "../tree/counted-errors.ts";
import { mostCountedSteps, solveCountingTree } from "../tree/counting-tree.ts";
import type { TreeSettings } from "../tree/limit-tree.ts";
import { stepMartingale } from "../tree/step-martingale.ts";
import { settledLimitTree } from "../tree/tree-run.ts";
import type { ExactColumn } from "./columns.ts";

/** Of the largest system: a second or two, unless the fewest steps need more. */
const WORK = 1e9;

/**
 * Fewer show no rate unless they are asked for: with two, Y meets one law of two atoms, whose deviation a single player hardly moves.
 */
const FEWEST_STEPS = 3;

/**
 * The steps on which systems of up to so many players can be compared: as many as fit, and no more than asked.
 *
 * @returns undefined where they are too few
 */
export function comparedSteps(model: InteractingModel, players: number, asked: number): number | undefined {
  const quick = mostCountedSteps(model, players, WORK);
  const most = quick < FEWEST_STEPS ? Math.min(FEWEST_STEPS, mostCountedSteps(model, players)) : quick;
  const steps = Math.min(asked, most);
  return steps < Math.min(asked, FEWEST_STEPS) ? undefined : steps;
}

/**
 * Errors of any driver over Brownian motions with random walks in their place: N players and the limit by the same scheme on the same
 * steps, so that there is neither chance in the errors nor a time step in their rate.
 *
 * @param steps `comparedSteps` of the most players, `most`
 */
export function treeColumns(model: InteractingModel, steps: number, most: number): ExactColumn[] {
  const settings: TreeSettings = {
    martingale: stepMartingale("binomial"),
    scheme: { kind: "theta", theta: 0.5 },
    steps,
  };
  const limit = once(() => settledLimitTree(model, settings));
  const size = once(() => Math.max(1, ...limit().values.flatMap((row) => [...row].map(Math.abs))));
  const known = new Map<number, CountedErrors>();
  const errorsOf = (players: number): CountedErrors => {
    const found = known.get(players);
    if (found !== undefined) return found;
    const errors = countedErrors(solveCountingTree(model, players, settings), limit());
    known.set(players, errors);
    return errors;
  };
  const walks = `on walks of ${steps} steps, N players and the limit by the same scheme: without chance`;
  const column = (
    name: string,
    title: string,
    story: string,
    read: (errors: CountedErrors) => number,
    theory?: number,
  ): ExactColumn => ({
    name: `${name}_walk`,
    title: `${title}, on walks`,
    story: `${story}; ${walks}.`,
    ...(theory === undefined ? {} : { theory }),
    // Two equal numbers differ by rounding.
    value: (players) => {
      const value = read(errorsOf(players));
      const rounding = 1e-12 * size();
      return value > (name === "gap_Y0" ? rounding : rounding ** 2) ? value : 0;
    },
    most,
    lastSlope: true,
  });
  return [
    column("gap_Y0", "Gap of the value at the start", "|Y^{i,N}_0 − Y^i_0|", ({ start }) => start, -1),
    column("error_Y", "Error of Y", "max_t E|Y^{i,N} − Y^i|²", ({ y }) => y, -1),
    column(
      "error_Z",
      "Error of Z",
      "E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt",
      ({ zOwn, zCross }) => zOwn + zCross,
      -1,
    ),
    column(
      "error_Z_own",
      "Error of Z without exposures to the others",
      "E∫|Z^{ii} − Z^i|²dt alone",
      ({ zOwn }) => zOwn,
    ),
    column("error_Z_cross", "Exposure to the others", "E∫Σ_{j≠i}|Z^{ij}|²dt", ({ zCross }) => zCross, -1),
  ];
}
