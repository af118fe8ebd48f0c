import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { softmax } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { spread } from "../mirror-step.ts";
import type { FiniteModel } from "../model.ts";
import { adapt, startPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { bestCandidate, evaluateOwn, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  lr: real(0, "Inverse temperature of the softmax; 0 for one that follows progress", {
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-3, to: 1e3, scale: "log" },
  }),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly lr: number;
  /** Undefined before action values are known. */
  pace: Pace | undefined;
}

/** The softmax of what actions are worth to players who keep the policy: π^{k+1} = softmax(lr·Q^{π^k}). */
export const boltzmannPolicyIteration: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "boltzmann-policy-iteration",
  title: "Boltzmann policy iteration",
  family: "finite",
  kind: "discrete-time",
  story:
    "Policy iteration with a softmax where the greedy policy would jump, and no memory: it settles at a policy that errs in " +
    "proportion to what errors cost, not at an equilibrium, unless the temperature can be brought down.",
  reference:
    "K. Cui, H. Koeppl, Approximately solving mean field games via entropy-regularized deep reinforcement learning, AISTATS 2021",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { lr, tolerance }) => ({
    search: startSearch(model, question, tolerance),
    lr,
    pace: undefined,
  }),
  step: (_model, state): Step => {
    const { search, lr } = state;
    let scale = lr;
    if (search.scored > 0) {
      const { Q } = evaluateOwn(search);
      if (lr === 0) {
        const first = 1 / Math.max(spread(search.game, Q), 1e-150);
        state.pace ??= startPace(first, 1e-3 * first, 1e9 * first);
        scale = state.pace.size;
      }
      softmax(search.game, Q, scale, search.policy);
    }
    const step = look(search, "try online-mirror-descent, which remembers", search.scored > 0 ? { lr: scale } : {});
    if (state.pace !== undefined) adapt(state.pace, search.exploitability);
    return step;
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};
