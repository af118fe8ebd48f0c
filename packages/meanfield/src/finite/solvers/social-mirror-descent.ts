import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { BoundedStep, Solver, Step } from "../../core/index.ts";
import { refusedLongMoves, refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { FiniteModel } from "../model.ts";
import { origin, plannerCandidate, startPlanner, stepPlanner } from "../planner-search.ts";
import type { PlannerSearch } from "../planner-search.ts";
import { toleranceOption } from "../search.ts";

const options = z.object({
  alpha: real(0, "Step size; 0 for one that is found along the way", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-4, to: 100, scale: "log" },
  }),
  starts: whole(3, "How many starts: uniform, uniform with accelerated steps, and then drawn ones", {
    minimum: 1,
    maximum: 1000,
  }),
  patience: whole(330, "Most iterations of one start", { minimum: 1, maximum: 1e9 }),
  seed: whole(0, "Seed of drawn starts", { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  tolerance: toleranceOption,
});

/** Mirror descent on what actions are worth to everybody: y^{k+1} = y^k + αλ^{π^k}, λ the derivative of the total reward. */
export const socialMirrorDescent: Solver<FiniteModel, typeof options, PlannerSearch, FiniteCandidate> = {
  name: "social-mirror-descent",
  title: "Mirror descent of the social planner",
  family: "finite",
  kind: "discrete-time",
  story:
    "One hand steers everybody to the largest total reward: actions are worth what they earn and what they do to all others, " +
    "now and later. Where the total reward is concave in the flow it finds the optimum, and the gap bounds what is missing; " +
    "elsewhere the best of several starts, a policy that no small change improves.",
  reference:
    "A. S. Nemirovskij, D. B. Yudin, Problem complexity and method efficiency in optimization, Wiley 1983, chapter 3; R. Carmona, F. Delarue, Probabilistic theory of mean field games I, Springer 2018, section 6.2",
  options,
  refuses: (model, question) => refusedQuestion(question, "planner") ?? refusedLongMoves(model),
  init: (model, question, given) => startPlanner(model, question, given),
  step: (model, planner): Step | BoundedStep => stepPlanner(model, planner),
  candidate: (_model, planner) => plannerCandidate(planner),
  remark: (_model, planner) => origin(planner),
};
