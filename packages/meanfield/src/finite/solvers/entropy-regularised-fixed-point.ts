import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { mixPolicies } from "../averaging.ts";
import { respondSoftly, softmax } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyProfile } from "../compile.ts";
import { emptyValues } from "../evaluation.ts";
import type { Values } from "../evaluation.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import { spread } from "../mirror-step.ts";
import type { FiniteModel } from "../model.ts";
import { adapt, startPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  eta: real(0, "Temperature, the worth of a unit of entropy; 0 to cool down as far as progress goes", {
    symbol: "\\eta",
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-3, to: 10, scale: "log" },
  }),
  alpha: real(
    0,
    "Share of the way that flows go to that of the response; 1 for all of it, 0 for a share that follows progress",
    {
      symbol: "\\alpha",
      minimum: 0,
      maximum: 1,
      tunable: { from: 0.01, to: 1, scale: "log" },
    },
  ),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly eta: number;
  readonly alpha: number;
  readonly soft: Values;
  readonly target: Float64Array[];
  readonly targetField: Field;
  readonly share: Pace;
  /** The temperature where it is cooled, 0 before the first response. */
  temperature: number;
  /** The gap between policy and response in the iteration before. */
  gap: number;
}

/** Factor of the temperature each time that the flow has settled. */
const cooling = 0.7;

/** Fixed points of responses that maximise reward plus entropy: V_t(s) = η ln Σ_a exp(Q_t(s,a)⁄η). */
export const entropyRegularisedFixedPoint: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "entropy-regularised-fixed-point",
  title: "Entropy-regularised fixed point",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players earn entropy beside their rewards, which makes their responses unique and smooth, and plain iteration a " +
    "contraction once entropy is worth enough. What it settles at is exploitable in the game itself; cooling brings that " +
    "down as far as iteration stays stable. (prior-descent with n_inner = 0 softens only choices, not values.)",
  reference:
    "B. Anahtarcı, C. D. Karıksız, N. Saldi, Q-learning in regularized mean-field games, Dyn. Games Appl. 13 (2023) 89–117; K. Cui, H. Koeppl, AISTATS 2021",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { eta, alpha, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    return {
      search,
      eta,
      alpha,
      soft: emptyValues(search.game),
      target: emptyProfile(search.game),
      targetField: emptyField(search.game),
      share: startPace(1, 1e-6, 1),
      temperature: eta,
      gap: Infinity,
    };
  },
  step: (_model, state): Step => {
    const { search, eta, alpha, soft, target, targetField, share } = state;
    const part = alpha > 0 ? alpha : share.size;
    if (search.scored > 0) {
      if (state.temperature === 0) state.temperature = spread(search.game, search.response.Q);
      respondSoftly(search.field, soft, state.temperature);
      softmax(search.game, soft.Q, 1 / state.temperature, target);
      induce(targetField, target);
      const gap = distance(search.field, targetField);
      if (alpha === 0) adapt(share, gap);
      if (eta === 0 && gap < 0.1 * search.exploitability) state.temperature *= cooling;
      mixPolicies(search.field, search.policy, targetField, target, part, "mixed");
    }
    return look(
      search,
      "try online-mirror-descent",
      search.scored > 0 ? { temperature: state.temperature, alpha: part } : {},
    );
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** The mean over times of ‖L_t − L'_t‖₁, the largest over populations. */
function distance(one: Field, other: Field): number {
  let most = 0;
  one.parts.forEach(({ pairs }, p) => {
    let sum = 0;
    for (let i = 0; i < pairs.length; i++) sum += Math.abs(pairs[i] - other.parts[p].pairs[i]);
    most = Math.max(most, sum / one.game.times);
  });
  return most;
}
