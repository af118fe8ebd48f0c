import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { softmax } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { workingProfile } from "../compile.ts";
import { evaluate } from "../evaluation.ts";
import { spread } from "../mirror-step.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { adapt, startPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  lr: real(0, "Inverse temperature 1⁄τ; 0 for one that follows progress", {
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-4, to: 100, scale: "log" },
  }),
  alpha: real(1, "Share of the last policy's logarithm that is kept; 1 is mirror descent, 0 forgets", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 1,
    tunable: { from: 0.5, to: 1, also: [1] },
  }),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly lr: number;
  readonly keep: number;
  /** ln π^k, kept by itself since shares get too small. */
  readonly logPolicy: Profile;
  pace: Pace | undefined;
}

/** Mirror descent that keeps no sum of action values: π^{k+1} ∝ (π^k)^α exp(lr·Q), Q with entropy (1 − α)τH(π^k) as a reward. */
export const munchausenMirrorDescent: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "munchausen-mirror-descent",
  title: "Munchausen mirror descent",
  family: "finite",
  kind: "discrete-time",
  story:
    "The last policy's own logarithm stands for all that was learned before: what deep learning uses, since a network cannot " +
    "be added up. With alpha = 1 it is online mirror descent in other clothes; below that it settles at an equilibrium of " +
    "players who like entropy, (1 − alpha)⁄lr of it.",
  reference:
    "M. Laurière et al., Scalable deep reinforcement learning algorithms for mean field games, ICML 2022, after N. Vieillard, O. Pietquin, M. Geist, Munchausen reinforcement learning, NeurIPS 2020",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { lr, alpha, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    const logPolicy = workingProfile(search.game);
    search.policy.forEach((table, p) => table.forEach((share, i) => (logPolicy[p][i] = Math.log(share))));
    return { search, lr, keep: alpha, logPolicy, pace: undefined };
  },
  step: (_model, state): Step => {
    const { search, lr, keep, logPolicy } = state;
    const { game, field, policy, own } = search;
    let scale = lr;
    if (search.scored > 0) {
      if (lr === 0) {
        if (state.pace === undefined) {
          evaluate(field, policy, own);
          const first = 1 / Math.max(spread(game, own.Q), 1e-150);
          state.pace = startPace(first, 1e-3 * first, 1e9 * first);
        }
        scale = state.pace.size;
      }
      evaluate(field, policy, own, (1 - keep) / scale);
      logPolicy.forEach((logs, p) => {
        for (let i = 0; i < logs.length; i++)
          logs[i] = own.Q[p][i] === -Infinity ? -Infinity : keep * logs[i] + scale * own.Q[p][i];
      });
      softmax(game, logPolicy, 1, policy);
      normalise(game.populations, logPolicy);
    }
    const step = look(
      search,
      lr > 0 ? "try a smaller lr" : "try online-mirror-descent",
      search.scored > 0 ? { lr: scale } : {},
    );
    if (state.pace !== undefined) adapt(state.pace, search.exploitability);
    return step;
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** Takes ln Σ exp away from the exponents of every state, which makes them logarithms of shares. */
function normalise(populations: readonly { readonly actions: number }[], exponents: Profile): void {
  populations.forEach(({ actions }, p) => {
    const y = exponents[p];
    for (let first = 0; first < y.length; first += actions) {
      let top = -Infinity;
      for (let i = first; i < first + actions; i++) if (y[i] > top) top = y[i];
      let sum = 0;
      for (let i = first; i < first + actions; i++) sum += Math.exp(y[i] - top);
      const whole = top + Math.log(sum);
      for (let i = first; i < first + actions; i++) y[i] -= whole;
    }
  });
}
