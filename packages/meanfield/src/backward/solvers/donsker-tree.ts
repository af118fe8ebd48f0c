import { z } from "zod";
import { InputError, RefusalError, choice, real, scalar, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { BackwardModel, InteractingModel } from "../model.ts";
import { schemeOf, schemeOptions } from "../schemes/scheme.ts";
import { countingRefusal, mostCountedSteps } from "../tree/counting-tree.ts";
import type { TreeSettings } from "../tree/limit-tree.ts";
import { mostSteps } from "../tree/players-tree.ts";
import { stepMartingale, stepMartingales } from "../tree/step-martingale.ts";
import { fitsProduct, treeRun } from "../tree/tree-run.ts";
import type { TreeRun } from "../tree/tree-run.ts";

const options = z.object({
  steps: whole(64, "Steps of the walk; the same with half as many tells the error they leave", {
    minimum: 2,
    maximum: 10_000,
    scale: "log",
  }),
  increments: choice(
    stepMartingales,
    "binomial",
    "The martingale that drives it: up or down; up, down or not at all; Brownian motion at the times of the steps; seldom far up, " +
      "often a little down; or a compensated Poisson process with one jump a step — skewed ones converge like the root of the step",
  ),
  ...schemeOptions("explicit"),
  law: choice(
    ["sweep", "terminal"],
    "sweep",
    "The law that the first sweep of the limit assumes: what it finds itself, or that of the terminal values at all times",
  ),
  tolerance: real(1e-12, "Accepted distance between the law assumed in the limit and the one that follows", {
    minimum: 1e-15,
    maximum: 1,
    scale: "log",
  }),
});

interface State {
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

/** A random walk in place of every Brownian motion. */
export const donskerTree: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "donsker-tree",
  title: "Random walks on a tree",
  family: "backward",
  story:
    "A random walk takes the place of every Brownian motion, so that conditional expectations are sums over a few branches: no " +
    "chance, any driver. In the limit one recombining tree, swept until the law of Y has settled; for up to six players the " +
    "product of their trees; for more, or more steps, players are counted where they stand instead of told apart, with the theta " +
    "scheme on binomial walks of a few steps. The error is of the order of the time step — of its root where the driving martingale " +
    "is skewed — and is estimated by a tree with half the steps.",
  reference:
    "P. Briand, B. Delyon, J. Mémin, Donsker-type theorem for BSDEs, Electron. Commun. Probab. 6 (2001) 1–14; " +
    "A. Papapantoleon, A. Saplaouras, S. Theodorakopoulos, Stability of backward propagation of chaos, arXiv 2506.03562",
  options,
  refuses: (model, { concept, players }) => {
    if (concept !== "nash") return "a backward system has no planner";
    if (model.kind !== "interacting") return "it is for interacting backward systems";
    if (model.forward.kind !== "brownian") return "its walks are for X = W";
    return Number.isFinite(players) && players > 6 && mostCountedSteps(model, players) < 2
      ? `${players} players are too many to count on two steps`
      : undefined;
  },
  init: (model, question, { steps, increments, scheme, theta, law, tolerance }) => {
    const settings = { martingale: stepMartingale(increments), scheme: schemeOf({ scheme, theta }) };
    if (Number.isFinite(question.players)) requireFit(interacting(model), question.players, { ...settings, steps });
    const run = (count: number): TreeRun =>
      treeRun(interacting(model), question.players, { ...settings, steps: count }, law);
    return {
      question,
      coarse: run(coarseSteps(steps)),
      fine: run(steps),
      steps,
      order: settings.martingale.order,
      tolerance,
      coarseSettled: false,
      sweeps: 0,
    };
  },
  step: (_model, state) => {
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
  },
  candidate: (model, state) => {
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
  },
};

/** Before the coarse tree is grown for nothing. */
function requireFit(model: InteractingModel, players: number, settings: TreeSettings): void {
  const { steps, martingale } = settings;
  if (fitsProduct(players, settings)) return;
  const refusal = countingRefusal(settings);
  const counted = mostCountedSteps(model, players);
  if (refusal === undefined && steps <= counted) return;
  const product = players > 6 ? 0 : mostSteps(martingale, players);
  const most = refusal === undefined ? Math.max(counted, product) : product;
  const instead =
    refusal === undefined ? "" : `, or with --option scheme=theta and binomial increments at most ${counted}`;
  throw new InputError(
    "option steps",
    steps,
    most < 2
      ? `at most ${counted} for ${players} players, with --option scheme=theta and binomial increments; more are for regression`
      : `at most ${most} for a ${martingale.kind} tree of ${players} players${instead}; more players or steps are for regression`,
  );
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
function timeErrors({ coarse, fine, order, steps }: State) {
  const [a, b] = [coarse.start(), fine.start()];
  const gained = (steps / coarseSteps(steps)) ** order - 1;
  const error = (name: "y" | "z" | "cross"): number => Math.abs(a[name] - b[name]) / gained;
  return { y: error("y"), z: error("z"), cross: error("cross") };
}

function interacting(model: BackwardModel): InteractingModel {
  if (model.kind !== "interacting") throw new RefusalError("this is no interacting backward system");
  return model;
}
