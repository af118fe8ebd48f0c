import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { finiteCandidate, refusedQuestion } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { probabilityGradients, simplexGap } from "../gradients.ts";
import type { FiniteStationaryModel, StationaryModel } from "../model.ts";
import { caveatOf, startingPolicies, uniformPolicy } from "../optimum-starts.ts";
import { ascend, gainScale, polishedOptimum, startAscent } from "../social-optimum.ts";
import type { Ascent } from "../social-optimum.ts";

const options = z.object({
  starts: whole(
    4,
    "Random policies to start from, beside the uniform one, every threshold that is a local best, and each action alone",
    {
      minimum: 0,
      maximum: 10_000,
    },
  ),
  seed: whole(0, "Seed of the random starts", { minimum: 0, maximum: 2 ** 31 }),
  tolerance: real(
    1e-9,
    "First-order gain that may be left when an ascent is polished, relative to J or to what policies decide about it",
    {
      minimum: 1e-14,
      maximum: 1,
      scale: "log",
    },
  ),
});

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly starts: Float64Array[];
  ascent: Ascent | undefined;
  /** The best policy of all ascents that have ended, and how many ended. */
  best:
    | { readonly policy: Float64Array; readonly J: number; readonly gap: number; readonly settled: boolean }
    | undefined;
  ended: number;
  stuck: number;
}

/** A move is a few linear solves; a step of the solver makes some, so that steps are worth telling of. */
const movesPerStep = 10;

/** The social optimum over all stationary policies, from many starts. */
export const totalGradientAscent: Solver<StationaryModel, typeof options, State, StationaryCandidate> = {
  name: "total-gradient-ascent",
  title: "Ascent on the exact total gradient, from many starts",
  family: "stationary",
  story:
    "Climbs the performance J of a policy judged at its own stationary field, over all stationary policies, with the exact " +
    "gradient (the field's answer to the policy by the implicit function theorem), and polishes where actions mix. J need " +
    "not have one maximum only: the best of many starts is returned.",
  reference: "J. Subramanian, A. Mahajan, AAMAS 2019, 251–259 (SMF-SO)",
  options,
  refuses: (model, question) =>
    refusedQuestion(question) ??
    (model.kind !== "finite"
      ? "it needs finitely many states: set n to 2 or more"
      : question.concept === "nash"
        ? "it maximises what society gets; equilibria want another solver"
        : undefined),
  init: (model, question, { starts, seed, tolerance }) => ({
    question,
    tolerance,
    starts: startingPolicies(model as FiniteStationaryModel, starts, seed),
    ascent: undefined,
    best: undefined,
    ended: 0,
    stuck: 0,
  }),
  step: (model, state) => {
    const game = model as FiniteStationaryModel;
    const { ascent } = state;
    if (ascent === undefined) {
      const start = state.starts.shift();
      if (start !== undefined) state.ascent = startAscent(game, start);
    } else for (let k = 0; k < movesPerStep && ascent.status === "running"; k++) ascend(game, ascent, state.tolerance);
    if (state.ascent !== undefined && state.ascent.status !== "running") finish(game, state, state.ascent);
    const { best } = state;
    const current = state.ascent ?? undefined;
    const metrics = {
      performance: current?.at.J ?? best?.J ?? Number.NaN,
      gradient_gap: current?.gap ?? best?.gap ?? Number.NaN,
    };
    if (state.ascent !== undefined || state.starts.length > 0) return { metrics, status: "running" };
    if (best === undefined)
      return { metrics: {}, status: "diverged", reason: "no starting policy has a stationary field" };
    const found = { performance: best.J, gradient_gap: best.gap };
    return best.settled
      ? { metrics: found, status: "converged", reason: reasonOf(game, state, best) }
      : {
          metrics: found,
          status: "diverged",
          reason: `the ascent stopped with a first-order gain of ${best.gap} left`,
        };
  },
  candidate: (model, { question, best, ascent }) => {
    const policy = best?.policy ?? ascent?.policy ?? uniformPolicy(model as FiniteStationaryModel);
    return finiteCandidate(model as FiniteStationaryModel, question, policy);
  },
};

function finish(model: FiniteStationaryModel, state: State, ascent: Ascent): void {
  const policy = polishedOptimum(model, ascent.policy) ?? ascent.policy;
  const at = probabilityGradients(model, policy);
  const gap = simplexGap(model, policy, at.total);
  const settled = gap <= state.tolerance * gainScale(model, at);
  if (state.best === undefined || at.J > state.best.J) state.best = { policy, J: at.J, gap, settled };
  if (ascent.status === "stuck" && !settled) state.stuck++;
  state.ended++;
  state.ascent = undefined;
}

function reasonOf(model: FiniteStationaryModel, { ended, stuck }: State, { policy }: { policy: Float64Array }): string {
  const frozen = caveatOf(model, policy);
  return (
    `the best of ${ended} ascents (SMF-SO over all stationary policies, scalarised by the initial law)` +
    (stuck === 0 ? "" : `; ${stuck} of them stopped early`) +
    frozen
  );
}
