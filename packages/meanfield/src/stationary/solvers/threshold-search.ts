import { z } from "zod";
import { flag, whole } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { dimensionless, finiteCandidate, refusedQuestion } from "../candidate.ts";
import type { StationaryModel } from "../model.ts";
import type { PureThreshold, ThresholdSearch } from "../threshold-equilibria.ts";
import { caveatOf } from "../optimum-starts.ts";
import { exhaustiveStates, findThresholds } from "../threshold-zoom.ts";
import { hasThresholds, thresholdOf, thresholdPolicy } from "../threshold-policies.ts";
import type { ThresholdModel } from "../threshold-policies.ts";

const options = z.object({
  interior: whole(
    1,
    "Points between two pure thresholds at which indifference is looked for, beside the ends; more find pairs of equilibria",
    { minimum: 0, maximum: 1000 },
  ),
  exhaustive: flag(
    false,
    `Whether every threshold is visited on more than ${exhaustiveStates} states, too, where the search goes from coarse to fine`,
  ),
});

interface State {
  readonly question: Question;
  /** Whether every threshold is visited. */
  readonly exhaustive: boolean;
  readonly steps: Generator<PureThreshold | undefined, ThresholdSearch, void>;
  /** The pure threshold that is best so far: least exploitable, or for a planner of greatest worth. */
  best: PureThreshold | undefined;
  done: ThresholdSearch | undefined;
}

/** Every threshold policy, pure or mixed at one state, at its own stationary field. */
export const thresholdSearch: Solver<StationaryModel, typeof options, State, StationaryCandidate> = {
  name: "threshold-search",
  title: "Search over threshold policies, with mixing",
  family: "stationary",
  story:
    "Takes every threshold in turn: its stationary field by a linear solve, the best response to it by policy iteration. " +
    "An equilibrium is a threshold that is its own best response; between two pure ones a state may be indifferent and mix. " +
    "Finds all of them, and for a planner the best pure threshold. Exact, for two actions and ordered states.",
  reference: "J. Subramanian, A. Mahajan, AAMAS 2019, 251–259 (SMFE); M. Huang, Y. Ma, CDC 2016 (threshold equilibria)",
  options,
  refuses: (model, question) =>
    refusedQuestion(question) ??
    (model.kind === "finite" && hasThresholds(model)
      ? undefined
      : "it searches thresholds over finitely many ordered states with two actions"),
  init: (model, question, { interior, exhaustive }) => ({
    question,
    exhaustive: exhaustive || model.kind !== "finite" || model.states <= exhaustiveStates,
    steps: findThresholds(model as ThresholdModel, { interior, exhaustive }),
    best: undefined,
    done: undefined,
  }),
  step: (model, state) => {
    const next = state.steps.next();
    if (next.done === true) {
      state.done = next.value;
      return finished(model as ThresholdModel, state, next.value);
    }
    const found = next.value;
    if (found !== undefined && (state.best === undefined || better(state.question, found, state.best)))
      state.best = found;
    return { metrics: metricsOf(state.best), status: "running" };
  },
  candidate: (model, { question, best, done }) => {
    const game = model as ThresholdModel;
    if (question.concept === "nash" && done !== undefined && done.equilibria.length > 0) {
      const all = done.equilibria.map(({ policy, field }) => finiteCandidate(game, question, policy, field));
      // The least exploitable of all is as good as any; the first is the one of fewest surprises.
      return { ...all[0], others: all.slice(1) };
    }
    const policy = best === undefined ? thresholdPolicy(game, 0) : thresholdPolicy(game, best.c);
    return finiteCandidate(game, question, policy, best?.field);
  },
};

function better({ concept }: Question, a: PureThreshold, b: PureThreshold): boolean {
  return concept === "planner" ? a.performance > b.performance : a.exploitability < b.exploitability;
}

function metricsOf(best: PureThreshold | undefined): Record<string, number> {
  return best === undefined ? {} : { exploitability: best.exploitability, performance: best.performance };
}

function finished(model: ThresholdModel, { question, best, exhaustive }: State, search: ThresholdSearch): Step {
  const { equilibria, fieldless } = search;
  const none =
    fieldless.length === 0
      ? ""
      : `; no stationary field exists for threshold ${fieldless.map(({ c }) => dimensionless(thresholdOf(model, c))).join(", ")} (${fieldless[0].remark})`;
  const metrics = metricsOf(best);
  const how = exhaustive ? "" : "; searched from coarse to fine, --option exhaustive=true visits every threshold";
  if (question.concept === "planner") {
    return best === undefined
      ? { metrics, status: "diverged", reason: `no threshold has a stationary field${none}` }
      : {
          metrics,
          status: "converged",
          reason: `the best of all pure thresholds is ${dimensionless(thresholdOf(model, best.c))}${none}${how}${caveatOf(model, thresholdPolicy(model, best.c))}`,
        };
  }
  if (equilibria.length === 0) {
    const nearest =
      best === undefined
        ? ""
        : `; the nearest is ${dimensionless(thresholdOf(model, best.c))}, exploitable by ${best.exploitability.toExponential(2)}`;
    return {
      metrics,
      status: "diverged",
      reason: `no threshold policy, pure or mixed at one state, is an equilibrium${nearest}${none}`,
    };
  }
  const words = equilibria.map(({ c }) => {
    const place = `threshold ${dimensionless(thresholdOf(model, c))}`;
    return Number.isInteger(c) ? `${place}, pure` : `${place}, mixed at state ${Math.floor(c)}`;
  });
  const count = equilibria.length === 1 ? "one equilibrium (SMFE)" : `${equilibria.length} equilibria (SMFE)`;
  return { metrics, status: "converged", reason: `${count}: ${words.join("; ")}${none}${how}` };
}
