import { z } from "zod";
import { choice } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { mixFlows } from "../pde/iteration-flows.ts";
import { gridOptions, gridProblem, quickGrid, refusesGrid, toleranceOption } from "../pde/iteration-options.ts";
import { attempt, firstReply, judgeOf, measure, replyCandidate, replyTo } from "../pde/iteration.ts";
import type { Judge, Reply } from "../pde/iteration.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridFlow, GridProblem } from "../pde/problem.ts";

/** The share of the newest flow in the average after n earlier ones. */
const shares = {
  /** All flows count alike. */
  uniform: (n: number): number => 1 / (n + 1),
  /** Later flows count more, in proportion to their number. */
  linear: (n: number): number => 2 / (n + 2),
} as const;

// Not tighter by default: errors fall like a power of the iteration, so that each digit costs ten times the last.
const options = z.object({
  tolerance: toleranceOption(1e-3),
  weights: choice(
    ["uniform", "linear"],
    "linear",
    "uniform: all flows count alike, the newest 1/(n + 1); linear: the newest 2/(n + 2), so that early flows are soon forgotten",
  ),
  ...gridOptions,
});

interface State {
  readonly question: Question;
  readonly problem: GridProblem;
  readonly judge: Judge;
  readonly share: (n: number) => number;
  /** How many flows the average holds. */
  count: number;
  /** The last look. */
  reply: Reply;
  /** Undefined before the first step. */
  average: GridFlow | undefined;
}

/** Best response to the average of all flows so far. */
export const gridFictitiousPlay: Solver<DiffusionModel, typeof options, State, GridCandidate> = {
  name: "fictitious-play",
  title: "Fictitious play",
  family: "diffusion",
  kind: "fields",
  story:
    "Players answer the average of all flows seen so far, as if the past told what the others will do. It converges in " +
    "potential and in monotone games, however strong the coupling, but slowly: take it for its guarantee, not for digits.",
  reference:
    "P. Cardaliaguet, S. Hadikhanloo, ESAIM: COCV 23 (2017) 569–591; weights 2/(n + 2): P. Lavigne, L. Pfeiffer, Appl. Math. Optim. 88 (2023) 89",
  options,
  refuses: (model, question) => refusesGrid(model, question),
  quick: quickGrid,
  init: (model, question, { tolerance, weights, ...grid }) => {
    const problem = gridProblem(model, question, grid);
    return {
      question,
      problem,
      judge: judgeOf({ tolerance, patience: 500, advice: "try newton" }),
      share: shares[weights],
      count: 0,
      reply: firstReply(problem),
      average: undefined,
    };
  },
  step: (_model, state): Step => {
    const { question, problem, judge, share, average } = state;
    const looked = attempt(() => {
      if (average !== undefined) state.reply = replyTo(problem, average);
      return measure(problem, state.reply);
    });
    if (typeof looked === "string") return { metrics: {}, status: "diverged", reason: looked };
    const { flow, induced } = state.reply;
    // The resting flow is only where the iteration starts: the first answer replaces it, as n = 0 says.
    state.average = mixFlows(flow, induced, share(state.count));
    state.count++;
    return judge.step(looked, () => replyCandidate(problem, question, state.reply));
  },
  candidate: (_model, { problem, question, reply }) => replyCandidate(problem, question, reply),
};
