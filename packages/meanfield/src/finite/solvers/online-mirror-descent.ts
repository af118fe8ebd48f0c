import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { finishedStep, startFinish } from "../finishing.ts";
import type { Finish } from "../finishing.ts";
import { constantStep, startMirror } from "../mirror-step.ts";
import type { MirrorSteps } from "../mirror-step.ts";
import type { FiniteModel } from "../model.ts";
import { bestCandidate, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  alpha: real(0, "Step size; 0 for one that is found along the way", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-4, to: 100, scale: "log" },
  }),
  depth: whole(5, "With a step size found along the way: how many earlier iterates speed it up; 0 for none", {
    minimum: 0,
    maximum: 20,
    tunable: { from: 0, to: 12 },
  }),
  newton_after: whole(
    300,
    "With a step size found along the way: iterations after which games whose players only repel each other are finished by " +
      "Newton's steps of an interior-point method; 0 for never",
    { minimum: 0, maximum: 1e9 },
  ),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly steps: MirrorSteps;
  /** 0: adaptive. */
  readonly alpha: number;
  readonly finish: Finish;
}

/** Action values summed over iterations, and the softmax of the sum: y^{k+1} = y^k + αQ^{π^k}, π^{k+1} = softmax(y^{k+1}). */
export const onlineMirrorDescent: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "online-mirror-descent",
  title: "Online mirror descent",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players add up what actions were worth against the flows of all policies so far, and take the softmax of the sum. " +
    "One backward and one forward pass an iteration, no best responses. Found along the way, the step size lets it reach " +
    "rounding in most games; a constant one can crawl or circle. Take it first.",
  reference: "J. Pérolat et al., Scaling mean field games by online mirror descent, AAMAS 2022, algorithm 1",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { tolerance, alpha, depth, newton_after }) => {
    const search = startSearch(model, question, tolerance);
    const steps = startMirror(search.game, alpha > 0 ? 0 : depth);
    return { search, alpha, steps, finish: startFinish(newton_after) };
  },
  step: (_model, { search, steps, alpha, finish }): Step =>
    alpha > 0
      ? constantStep(
          search,
          steps,
          alpha,
          `try a smaller alpha than ${alpha}, or 0 for one that is found along the way`,
        )
      : finishedStep(search, steps, finish, "try fictitious-play or prior-descent"),
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};
