import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { adaptiveStep, constantStep, startMirror } from "../mirror-step.ts";
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
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly steps: MirrorSteps;
  /** 0: adaptive. */
  readonly alpha: number;
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
  init: (model, question, { tolerance, alpha, depth }) => {
    const search = startSearch(model, question, tolerance);
    return { search, alpha, steps: startMirror(search.game, alpha > 0 ? 0 : depth) };
  },
  step: (_model, { search, steps, alpha }): Step =>
    alpha > 0
      ? constantStep(
          search,
          steps,
          alpha,
          `try a smaller alpha than ${alpha}, or 0 for one that is found along the way`,
        )
      : adaptiveStep(search, steps, "try fictitious-play or prior-descent"),
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};
