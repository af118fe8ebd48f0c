import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import { bestResponse } from "../pde/best-response.ts";
import type { BestResponse } from "../pde/best-response.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { updatesOf } from "../pde/iteration-acceleration.ts";
import type { Updates } from "../pde/iteration-acceleration.ts";
import { gridOptions, gridProblem, quickGrid, refusesGrid, toleranceOption } from "../pde/iteration-options.ts";
import { attempt, firstReply, judgeOf, measure, replyCandidate, replyTo } from "../pde/iteration.ts";
import type { Judge, Reply } from "../pde/iteration.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridFlow, GridProblem } from "../pde/problem.ts";

const options = z.object({
  tolerance: toleranceOption(1e-9),
  damping: real(1, "Share of the way from the flow assumed to the flow induced that each update goes", {
    symbol: "\\delta",
    minimum: 0,
    maximum: 1,
    open: "minimum",
    tunable: { from: 0.05, to: 1 },
  }),
  memory: whole(0, "How many earlier updates Anderson's acceleration combines; 0 is plain iteration", {
    minimum: 0,
    maximum: 30,
    tunable: { from: 0, to: 12 },
  }),
  ...gridOptions,
});

interface State {
  readonly question: Question;
  readonly problem: GridProblem;
  readonly judge: Judge;
  readonly update: Updates;
  /** Whether the next flow is the one induced. */
  readonly plain: boolean;
  /** The last look. */
  reply: Reply;
  /** The flow to be assumed next, undefined before the first step, and the answer to it where that is known. */
  next: GridFlow | undefined;
  answer: BestResponse | undefined;
}

/** μ ← μ + δ (Φ(μ) − μ), Φ(μ) the flow of the best response to μ: densities and aggregates alike. */
export const gridPicard: Solver<DiffusionModel, typeof options, State, GridCandidate> = {
  name: "picard",
  title: "Picard iteration on the flow",
  family: "diffusion",
  kind: "fields",
  story:
    "Everybody answers the flow of the last round, the population follows that answer, and so on. The simplest method, " +
    "and fast where players care little about each other; where they care much, the rounds swing ever wider: " +
    "damp them, or let Anderson's acceleration combine them.",
  reference:
    "Y. Achdou, M. Laurière, Mean field games and applications: numerical aspects, Lecture Notes in Mathematics 2281 (2020), section 4; " +
    "H. F. Walker, P. Ni, SIAM J. Numer. Anal. 49 (2011) 1715–1735",
  options,
  refuses: (model, question) => refusesGrid(model, question),
  quick: quickGrid,
  init: (model, question, { tolerance, damping, memory, ...grid }) => {
    const problem = gridProblem(model, question, grid);
    return {
      question,
      problem,
      judge: judgeOf({
        tolerance,
        patience: 60,
        advice: "best responses swing: try a smaller damping, memory, or newton",
      }),
      update: updatesOf(problem, { damping, memory }),
      plain: damping === 1 && memory === 0,
      reply: firstReply(problem),
      next: undefined,
      answer: undefined,
    };
  },
  step: (_model, state): Step => {
    const { question, problem, judge, update, plain, next: assumed } = state;
    const looked = attempt(() => {
      if (assumed !== undefined) state.reply = replyTo(problem, assumed, state.answer);
      // The best response to the flow induced tells the exploitability; where nothing is mixed it is the next reply, too.
      state.answer = plain ? bestResponse(problem, state.reply.induced) : undefined;
      return measure(problem, state.reply, state.answer);
    });
    if (typeof looked === "string") return { metrics: {}, status: "diverged", reason: looked };
    const { flow, induced } = state.reply;
    state.next = update(flow, induced).flow;
    return judge.step(looked, () => replyCandidate(problem, question, state.reply));
  },
  candidate: (_model, { problem, question, reply }) => replyCandidate(problem, question, reply),
};
