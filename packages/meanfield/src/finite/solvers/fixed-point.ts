import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { mixPolicies } from "../averaging.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { workingProfile } from "../compile.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import type { FiniteModel } from "../model.ts";
import { adapt, startPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { replyOptions, replyTo } from "../reply.ts";
import type { Reply } from "../reply.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  alpha: real(
    0,
    "Share of the way that flows go to that of the best response; 1 for all of it, 0 for a share that follows progress",
    {
      symbol: "\\alpha",
      minimum: 0,
      maximum: 1,
      tunable: { from: 1e-3, to: 1, scale: "log" },
    },
  ),
  ...replyOptions,
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly reply: Reply;
  readonly target: Float64Array[];
  readonly targetField: Field;
  readonly alpha: number;
  readonly pace: Pace;
}

/** Everybody turns to the best response to the flow: all of the way, or part of it. */
export const fixedPoint: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "fixed-point",
  title: "Damped fixed-point iteration",
  family: "finite",
  kind: "discrete-time",
  story:
    "The population goes over to the best response against its present flow: all of it, which converges only where the game " +
    "hardly couples, or a share that shrinks where that overshoots. With a temperature responses are soft, and what is found " +
    "is an equilibrium of players who err.",
  reference:
    "M. Huang, R. P. Malhamé, P. E. Caines, Commun. Inf. Syst. 6 (2006) 221–252; X. Guo, A. Hu, R. Xu, J. Zhang, Learning mean-field games, NeurIPS 2019",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { alpha, temperature, ties, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    return {
      search,
      reply: { temperature, ties },
      target: workingProfile(search.game),
      targetField: emptyField(search.game),
      alpha,
      pace: startPace(1, 1e-6, 1),
    };
  },
  step: (_model, { search, reply, target, targetField, alpha, pace }): Step => {
    const share = alpha > 0 ? alpha : pace.size;
    if (search.scored > 0) {
      replyTo(search, reply, target);
      induce(targetField, target);
      mixPolicies(search.field, search.policy, targetField, target, share, "mixed");
    }
    const step = look(
      search,
      "try fictitious-play or online-mirror-descent",
      search.scored > 0 ? { alpha: share } : {},
    );
    adapt(pace, search.exploitability);
    return step;
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};
