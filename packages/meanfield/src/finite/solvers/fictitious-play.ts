import { z } from "zod";
import { choice, real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { mixPolicies } from "../averaging.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { workingProfile } from "../compile.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import { shareAlong, startLineSearch } from "../line-search.ts";
import type { LineSearch } from "../line-search.ts";
import type { FiniteModel } from "../model.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";
import { replyOptions, replyTo } from "../reply.ts";
import type { Reply } from "../reply.ts";

/** The share of the newest best response in the average that becomes iterate k + 1. */
const shares = {
  /** All count alike, and the uniform policy with them. */
  uniform: (k: number): number => 1 / (k + 2),
  /** All best responses alike. */
  responses: (k: number): number => 1 / (k + 1),
  /** In proportion to their number, so that the first are soon forgotten. */
  linear: (k: number): number => 2 / (k + 3),
  /** The same without the uniform policy: the steps of M. Frank and P. Wolfe. */
  "frank-wolfe": (k: number): number => 2 / (k + 2),
} as const;

const options = z.object({
  alpha: real(0, "Share of every best response in the average; 0 for shares that fall as weights says", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 1,
    tunable: { from: 1e-3, to: 1, scale: "log", also: [0] },
  }),
  weights: choice(
    ["uniform", "responses", "linear", "frank-wolfe", "line-search"],
    "uniform",
    "The share of the newest best response: uniform 1/(k + 2), responses 1/(k + 1), linear 2/(k + 3), frank-wolfe 2/(k + 2), line-search until the response no longer pays",
  ),
  ...replyOptions,
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly reply: Reply;
  readonly target: Float64Array[];
  readonly targetField: Field;
  readonly share: (k: number) => number;
  /** Where shares are searched. */
  readonly line: LineSearch | undefined;
}

/** Best responses to the average of all flows so far: L^{k+1} = (1 − w)L^k + wL^{br}, w = 1/(k + 2) unless told. */
export const fictitiousPlay: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "fictitious-play",
  title: "Fictitious play",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players answer the average of all flows so far, as if the past told what others will do. Converges in potential and " +
    "monotone games without any step size, but slowly, about like 1/k: take it for its guarantee, not for digits.",
  reference:
    "S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, Fictitious play for mean field games, NeurIPS 2020, algorithm 1; other shares M. Geist et al., Concave utility reinforcement learning: the mean-field game viewpoint, AAMAS 2022",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { alpha, weights, temperature, ties, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    return {
      search,
      reply: { temperature, ties },
      target: workingProfile(search.game),
      targetField: emptyField(search.game),
      share: alpha > 0 ? (): number => alpha : shares[weights === "line-search" ? "uniform" : weights],
      line: alpha === 0 && weights === "line-search" ? startLineSearch(search.game) : undefined,
    };
  },
  step: (_model, state): Step => {
    const { search, reply, target, targetField, share, line } = state;
    let searched: Readonly<Record<string, number>> = {};
    if (search.scored > 0) {
      replyTo(search, reply, target);
      induce(targetField, target);
      let w = share(search.scored - 1);
      if (line !== undefined) {
        w = shareAlong(line, search, targetField, target);
        searched = { share: w };
      }
      mixPolicies(search.field, search.policy, targetField, target, w, "uniform");
    }
    return look(search, "try online-mirror-descent", searched);
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};
