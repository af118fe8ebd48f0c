import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import { bestResponse } from "../pde/best-response.ts";
import type { BestResponse } from "../pde/best-response.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { incentiveDistance, incentivesOf, incentivesOfParts, noIncentives, partsOf } from "../pde/incentives.ts";
import type { FullIncentives } from "../pde/incentives.ts";
import { updatesOf } from "../pde/iteration-acceleration.ts";
import type { Updates } from "../pde/iteration-acceleration.ts";
import { flowDistance, massFault } from "../pde/iteration-flows.ts";
import { gridOptions, gridProblem, quickGrid, refusesGrid, toleranceOption } from "../pde/iteration-options.ts";
import { attempt, averageCost, firstReply, judgeOf } from "../pde/iteration.ts";
import type { Judge, JudgedMetrics } from "../pde/iteration.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { plainGame } from "../pde/plain-game.ts";
import type { GridFlow, GridProblem } from "../pde/problem.ts";
import { socialSlope } from "../pde/social-slope.ts";
import { transportMass } from "../pde/transport.ts";

const options = z.object({
  tolerance: toleranceOption(1e-9),
  damping: real(0.5, "Share of the way to what comes of the flow and the incentives assumed that each update goes", {
    symbol: "\\delta",
    minimum: 0,
    maximum: 1,
    open: "minimum",
    tunable: { from: 0.05, to: 1 },
  }),
  memory: whole(8, "How many earlier updates Anderson's acceleration combines; 0 is plain damped iteration", {
    minimum: 0,
    maximum: 30,
    tunable: { from: 0, to: 12 },
  }),
  ...gridOptions,
});

/** What is assumed: a flow, and what a planner makes players feel. */
interface Assumed {
  readonly flow: GridFlow;
  readonly incentives: FullIncentives;
}

interface State {
  readonly question: Question;
  readonly problem: GridProblem;
  readonly judge: Judge;
  readonly update: Updates;
  /** The last that was looked at, with the answer to it. */
  assumed: Assumed;
  response: BestResponse;
  next: Assumed;
}

/** Players who are charged what they cost the others do what is best for all. */
export const gridPlanner: Solver<DiffusionModel, typeof options, State, GridCandidate> = {
  name: "planner",
  title: "Mean-field control by incentives",
  family: "diffusion",
  kind: "fields",
  story:
    "One hand steers everybody to the least average cost. On top of their own costs players are made to feel what they " +
    "cost the others, through densities, neighbourhoods, means and mean controls; flow and incentives are iterated " +
    "together, with Anderson's acceleration, until they agree with the answer to them.",
  reference:
    "A. Bensoussan, J. Frehse, P. Yam, Mean Field Games and Mean Field Type Control Theory, Springer 2013, chapter 4; " +
    "B. Acciaio, J. Backhoff-Veraguas, R. Carmona, SIAM J. Control Optim. 57 (2019) 3666–3693",
  options,
  refuses: (model, question) => refusesGrid(model, question, "planner"),
  quick: quickGrid,
  init: (model, question, { tolerance, damping, memory, ...grid }) => {
    const problem = gridProblem(model, question, grid, "planner");
    const { flow, response } = firstReply(problem);
    const assumed = { flow, incentives: noIncentives(problem) };
    return {
      question,
      problem,
      judge: judgeOf({ tolerance, patience: 60, advice: "try a smaller damping, or another memory" }),
      update: updatesOf(problem, { damping, memory }),
      assumed,
      response,
      next: assumed,
    };
  },
  step: (_model, state): Step => {
    const looked = attempt(() => look(state));
    if (typeof looked === "string") return { metrics: {}, status: "diverged", reason: looked };
    const step = state.judge.step(looked, () => candidateOf(state));
    return step.status === "converged" ? { ...step, reason: `${step.reason ?? ""}${whatIsLeft(state)}` } : step;
  },
  candidate: (_model, state) => candidateOf(state),
};

/** In words, where the incentives are those of the continuous game, how far this grid's own average cost is from its least. */
function whatIsLeft({ problem, response }: State): string {
  const { discount, space } = problem.model;
  const plane = space.length === 2;
  if (discount === 0 && !plane) return "";
  const slope = socialSlope(plainGame(problem), response.policy);
  const where = discount === 0 ? "in the plane" : plane ? "in the plane and with discount" : "with discount";
  const told =
    slope === null ? "" : `: its average cost still slopes by ${slope.toExponential(1)}, the certificate's residual`;
  return `; ${where} the incentives are exact for the continuous game, and for this grid's up to its error${told}`;
}

function candidateOf({ problem, question, assumed, response }: State): GridCandidate {
  const { value, policy } = response;
  return { kind: "grid", model: problem.model, question, problem, flow: assumed.flow, value, policy };
}

/** Answers what is assumed, and says what to assume next. */
function look(state: State): JudgedMetrics & Step["metrics"] {
  const { problem, update } = state;
  const { flow, incentives } = state.next;
  state.response = bestResponse(problem, flow, incentives);
  state.assumed = state.next;
  const { value, policy, residual } = state.response;
  const induced = transportMass(problem, policy);
  const called = incentivesOf(problem, flow, value, incentives);
  const next = update(flow, induced, partsOf(incentives), partsOf(called));
  state.next = { flow: next.flow, incentives: incentivesOfParts(next.others) };
  const flowsApart = flowDistance(flow, induced);
  const incentivesApart = incentiveDistance(incentives, called);
  const metrics = {
    distance: Math.max(flowsApart, incentivesApart),
    flow_distance: flowsApart,
    incentive_distance: incentivesApart,
    residual,
    mass: massFault(problem, induced),
    cost: averageCost(problem, policy, induced),
  };
  return metrics;
}
