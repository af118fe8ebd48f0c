/** A tree and before it the same with half as many steps, whose difference tells what the time step leaves. */

import { RefusalError, scalar } from "../../core/index.ts";
import type { Question, Step } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { BackwardModel, InteractingModel } from "../model.ts";
import type { TreeRun } from "./tree-run.ts";

export interface HalvedSteps {
  readonly question: Question;
  readonly coarse: TreeRun;
  readonly fine: TreeRun;
  readonly steps: number;
  /** Of the error in the step. */
  readonly order: number;
  readonly tolerance: number;
  coarseSettled: boolean;
  sweeps: number;
}

/**
 * Both trees, nothing solved yet.
 *
 * @param run the tree of so many steps
 */
export function halvedSteps(
  settings: Pick<HalvedSteps, "question" | "steps" | "order" | "tolerance">,
  run: (steps: number) => TreeRun,
): HalvedSteps {
  const { steps } = settings;
  return { ...settings, coarse: run(coarseSteps(steps)), fine: run(steps), coarseSettled: false, sweeps: 0 };
}

/** One sweep of the tree whose turn it is. */
export function sweepNext(state: HalvedSteps): Step {
  const { coarse, fine, tolerance, steps } = state;
  if (!state.coarseSettled) {
    const gap = coarse.sweep();
    state.coarseSettled = gap <= tolerance;
    return { metrics: { steps: coarseSteps(steps), ...readings(coarse, gap) }, status: "running" };
  }
  const gap = fine.sweep();
  state.sweeps++;
  const metrics = { steps, ...readings(fine, gap) };
  if (!(gap <= tolerance)) return { metrics, status: "running" };
  const { y } = timeErrors(state);
  const law = fine.law === undefined ? "" : `the law moves by ${gap.toPrecision(1)} in sweep ${state.sweeps}; `;
  return { metrics, status: "converged", reason: `${law}${steps} time steps leave about ${y.toPrecision(1)} in Y0` };
}

/** The finer tree, with what its time step leaves. */
export function candidateOf(model: BackwardModel, state: HalvedSteps): BackwardCandidate {
  const { question, fine } = state;
  return {
    kind: "interacting",
    model: interacting(model),
    question,
    field: fine.field(),
    ...(fine.law === undefined ? {} : { assumedLaw: fine.law }),
    told: {
      Y0_time_error: () => scalar(timeErrors(state).y),
      Z0_time_error: () => scalar(timeErrors(state).z),
      ...(question.players > 1 && question.players < Infinity
        ? { Z0_cross: () => scalar(fine.start().cross), Z0_cross_time_error: () => scalar(timeErrors(state).cross) }
        : {}),
    },
  };
}

/** Why a system has no walks; undefined where it has. */
export function walkRefusal(model: BackwardModel, { concept }: Question): string | undefined {
  if (concept !== "nash") return "a backward system has no planner";
  if (model.kind !== "interacting") return "it is for interacting backward systems";
  return model.forward.kind === "brownian" ? undefined : "its walks are for X = W";
}

/** @throws RefusalError for systems of another kind. */
export function interacting(model: BackwardModel): InteractingModel {
  if (model.kind !== "interacting") throw new RefusalError("this is no interacting backward system");
  return model;
}

/** The distance moved is no number where the first sweep had nothing to move from. */
function readings(run: TreeRun, gap: number): Record<string, number> {
  const { y, z: exposure } = run.start();
  return { Y0: y, Z0: exposure, ...(gap === Infinity ? {} : { gap }) };
}

/** Half as many; of three steps two, since one is often too long. */
function coarseSteps(steps: number): number {
  return steps === 3 ? 2 : Math.floor(steps / 2);
}

/**
 * What the time step leaves in Y_0, Z_0 and Z^{12}_0, from the difference of both trees: with half the steps that itself for an error of first
 * order, which is more than that of a second-order scheme, and 2.4 times as much for one of order ½.
 */
function timeErrors({ coarse, fine, order, steps }: HalvedSteps) {
  const [a, b] = [coarse.start(), fine.start()];
  const gained = (steps / coarseSteps(steps)) ** order - 1;
  const error = (name: "y" | "z" | "cross"): number => Math.abs(a[name] - b[name]) / gained;
  return { y: error("y"), z: error("z"), cross: error("cross") };
}
