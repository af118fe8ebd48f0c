import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { softmax } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyProfile } from "../compile.ts";
import type { FiniteModel } from "../model.ts";
import { bestCandidate, evaluateOwn, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  alpha: real(1, "Step size", { symbol: "\\alpha", minimum: 0, open: "minimum", maximum: 1e6, scale: "log" }),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  /** Σ_k α Q^{π^k}, less its largest entry in each state. */
  readonly total: Float64Array[];
  readonly alpha: number;
}

/** Action values summed over iterations, and the softmax of the sum: y^{k+1} = y^k + αQ^{π^k}, π^{k+1} = softmax(y^{k+1}). */
export const onlineMirrorDescent: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "online-mirror-descent",
  title: "Online mirror descent",
  family: "finite",
  story: "TODO",
  reference: "J. Pérolat et al., Scaling mean field games by online mirror descent, AAMAS 2022, algorithm 1",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { tolerance, alpha }) => {
    const search = startSearch(model, question, tolerance);
    return { search, alpha, total: emptyProfile(search.game) };
  },
  step: (_model, state): Step => {
    const { search, total, alpha } = state;
    if (search.scored > 0) {
      const { Q } = evaluateOwn(search);
      total.forEach((sum, p) => {
        for (let i = 0; i < sum.length; i++) sum[i] += alpha * Q[p][i];
      });
      softmax(search.game, total, 1, search.policy);
    }
    return look(search, "try a smaller alpha");
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};
