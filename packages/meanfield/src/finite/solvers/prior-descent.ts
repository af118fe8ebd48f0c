import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { softmax, uniformPolicy } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyProfile, workingProfile } from "../compile.ts";
import type { FiniteModel } from "../model.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  eta: real(1, "Temperature: how hard the prior pulls", {
    symbol: "\\eta",
    minimum: 0,
    open: "minimum",
    maximum: 1e9,
    scale: "log",
    tunable: { from: 1e-2, to: 1e3, scale: "log" },
  }),
  n_inner: whole(10, "Iterations after which the prior is replaced by the policy; 0 keeps the uniform prior for ever", {
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1, to: 100, scale: "log", also: [0] },
  }),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  /** Logarithms of the prior, up to one number a state: it gets too small for shares. */
  readonly logPrior: Float64Array[];
  /** y = ln prior + Q*⁄η. */
  readonly exponents: Float64Array[];
  readonly eta: number;
  readonly inner: number;
}

/** Soft best responses that stay near a prior: π^{k+1} ∝ q exp(Q*⁄η), the prior q replaced by the policy now and then. */
export const priorDescent: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "prior-descent",
  title: "Prior descent",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players answer the flow softly, never far from a prior, which settles where plain best responses jump; now and then the " +
    "prior itself moves to the policy, so that what is found comes ever nearer to an equilibrium of the game without it.",
  reference:
    "K. Cui, H. Koeppl, Approximately solving mean field games via entropy-regularized deep reinforcement learning, AISTATS 2021, section 3.3",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { eta, n_inner, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    const logPrior = emptyProfile(search.game);
    uniformPolicy(search.game, logPrior);
    for (const table of logPrior) table.forEach((share, i) => (table[i] = Math.log(share)));
    return { search, logPrior, exponents: workingProfile(search.game), eta, inner: n_inner };
  },
  step: (_model, state): Step => {
    const { search, logPrior, exponents, eta, inner } = state;
    const k = search.scored - 1;
    if (k >= 0) {
      exponents.forEach((y, p) => {
        const Q = search.response.Q[p];
        for (let i = 0; i < y.length; i++)
          y[i] = logPrior[p][i] === -Infinity ? -Infinity : logPrior[p][i] + Q[i] / eta;
      });
      softmax(search.game, exponents, 1, search.policy);
      if (inner > 0 && (k + 2) % inner === 0) centre(search, exponents, logPrior);
    }
    return look(search, `try a larger eta than ${eta}`);
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** The exponents less the largest of each state: as large as they may be without leaving double precision. */
function centre({ game }: Search, exponents: readonly Float64Array[], out: readonly Float64Array[]): void {
  game.populations.forEach(({ actions }, p) => {
    const [from, to] = [exponents[p], out[p]];
    for (let first = 0; first < from.length; first += actions) {
      let top = -Infinity;
      for (let i = first; i < first + actions; i++) top = Math.max(top, from[i]);
      for (let i = first; i < first + actions; i++) to[i] = from[i] - top;
    }
  });
}
