import { z } from "zod";
import { InputError, real, whole } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { BackwardModel, InteractingModel } from "../model.ts";
import { mostCountedSteps } from "../tree/counting-tree.ts";
import { candidateOf, halvedSteps, interacting, sweepNext, walkRefusal } from "../tree/halved-steps.ts";
import type { HalvedSteps } from "../tree/halved-steps.ts";
import { stepMartingale } from "../tree/step-martingale.ts";
import { countingRun } from "../tree/tree-run.ts";

const options = z.object({
  steps: whole(
    0,
    "Steps of the walk, at least 2; the same with half as many tells the error they leave. 0: as many as are counted in a few " +
      "seconds, at most 32",
    { minimum: 0, maximum: 100 },
  ),
  theta: real(0.5, "Weight of the implicit part of every step; ½ is of second order but for the first step back", {
    minimum: 0,
    maximum: 1,
  }),
});

/** Players on walks that go up or down, counted where they stand. */
export const countingTree: Solver<BackwardModel, typeof options, HalvedSteps, BackwardCandidate> = {
  name: "counting-tree",
  title: "Players counted on random walks",
  family: "backward",
  story:
    "A walk that goes up or down takes the place of every Brownian motion, and players are not told apart: the value of one depends on " +
    "its own place and on how many of the others stand at each place. Ten players on 12 steps, hundreds on 4, 2000 on 3, any " +
    "driver, every Z^{ij}, without chance. What so few steps leave is estimated by half as many.",
  reference: "P. Briand, B. Delyon, J. Mémin, Donsker-type theorem for BSDEs, Electron. Commun. Probab. 6 (2001) 1–14",
  options,
  refuses: (model, question) => {
    const { players } = question;
    const refusal = walkRefusal(model, question);
    if (refusal !== undefined) return refusal;
    if (players === Infinity) return "it counts finitely many players";
    if (players < 2) return "a player alone has nobody to count";
    const most = mostCountedSteps(interacting(model), players);
    return most < FEWEST_STEPS ? `${players} players are too many to count on ${FEWEST_STEPS} steps` : undefined;
  },
  init: (model, question, { steps: asked, theta }) => {
    const { players } = question;
    const system = interacting(model);
    const steps = allowedSteps(system, players, asked);
    const martingale = stepMartingale("binomial");
    return halvedSteps({ question, steps, order: martingale.order, tolerance: 0 }, (count) =>
      countingRun(system, players, { martingale, scheme: { kind: "theta", theta }, steps: count }),
    );
  },
  step: (_model, state) => sweepNext(state),
  candidate: candidateOf,
};

const FEWEST_STEPS = 2;
const USUAL_STEPS = 32;
/** With two, Y meets one law of two atoms; worth more time. */
const USEFUL_STEPS = 3;
/** A second or two. */
const USUAL_WORK = 1e9;

/** Before the coarse tree is grown for nothing. */
function allowedSteps(model: InteractingModel, players: number, asked: number): number {
  const most = mostCountedSteps(model, players);
  if (asked === 0) {
    const quick = mostCountedSteps(model, players, USUAL_WORK);
    return Math.min(USUAL_STEPS, Math.max(quick, Math.min(USEFUL_STEPS, most)));
  }
  if (asked < FEWEST_STEPS) throw new InputError("option steps", asked, "0 for as many as are advised, or at least 2");
  if (asked <= most) return asked;
  throw new InputError("option steps", asked, `at most ${most} for ${players} players; more are for regression`);
}
