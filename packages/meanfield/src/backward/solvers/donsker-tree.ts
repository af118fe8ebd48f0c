import { z } from "zod";
import { InputError, choice, real, whole } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { BackwardModel } from "../model.ts";
import { schemeOf, schemeOptions } from "../schemes/scheme.ts";
import { candidateOf, halvedSteps, interacting, sweepNext, walkRefusal } from "../tree/halved-steps.ts";
import type { HalvedSteps } from "../tree/halved-steps.ts";
import { mostSteps } from "../tree/players-tree.ts";
import type { StepMartingale } from "../tree/step-martingale.ts";
import { stepMartingale, stepMartingales } from "../tree/step-martingale.ts";
import { treeRun } from "../tree/tree-run.ts";

const options = z.object({
  steps: whole(
    0,
    "Steps of the walk, at least 2; the same with half as many tells the error they leave. 0: 64, or as many as the product of the " +
      "players' trees allows",
    { minimum: 0, maximum: 10_000 },
  ),
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

/** A random walk in place of every Brownian motion. */
export const donskerTree: Solver<BackwardModel, typeof options, HalvedSteps, BackwardCandidate> = {
  name: "donsker-tree",
  title: "Random walks on a tree",
  family: "backward",
  story:
    "A random walk takes the place of every Brownian motion, so that conditional expectations are sums over a few branches: no " +
    "chance, any driver. In the limit one recombining tree, swept until the law of Y has settled; for up to six players the " +
    "product of their trees. The error is of the order of the time step — of its root where the driving martingale is skewed — and is " +
    "estimated by a tree with half the steps.",
  reference:
    "P. Briand, B. Delyon, J. Mémin, Donsker-type theorem for BSDEs, Electron. Commun. Probab. 6 (2001) 1–14; " +
    "A. Papapantoleon, A. Saplaouras, S. Theodorakopoulos, Stability of backward propagation of chaos, arXiv 2506.03562",
  options,
  refuses: (model, question) => {
    const { players } = question;
    const many = Number.isFinite(players) && players > MOST_PLAYERS;
    return (
      walkRefusal(model, question) ??
      (many ? `a product of more than ${MOST_PLAYERS} trees is too large; counting-tree takes more` : undefined)
    );
  },
  init: (model, question, { steps: asked, increments, scheme, theta, law, tolerance }) => {
    const martingale = stepMartingale(increments);
    const steps = allowedSteps(martingale, question.players, asked);
    const settings = { martingale, scheme: schemeOf({ scheme, theta }) };
    return halvedSteps({ question, steps, order: martingale.order, tolerance }, (count) =>
      treeRun(interacting(model), question.players, { ...settings, steps: count }, law),
    );
  },
  step: (_model, state) => sweepNext(state),
  candidate: candidateOf,
};

const MOST_PLAYERS = 6;
const USUAL_STEPS = 64;

/** Before the coarse tree is grown for nothing. */
function allowedSteps(martingale: StepMartingale, players: number, asked: number): number {
  const most = players === Infinity ? Infinity : mostSteps(martingale, players);
  if (most < 2) {
    throw new InputError(
      "option increments",
      martingale.kind,
      `of fewer moves a step for ${players} players: binomial`,
    );
  }
  if (asked === 0) return Math.min(USUAL_STEPS, most);
  if (asked < 2) throw new InputError("option steps", asked, "0 for as many as are advised, or at least 2");
  if (asked <= most) return asked;
  throw new InputError(
    "option steps",
    asked,
    `at most ${most} for a ${martingale.kind} tree of ${players} players; more are for counting-tree or regression`,
  );
}
