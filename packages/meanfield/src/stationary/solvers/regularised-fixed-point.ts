import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { finiteCandidate, refusedQuestion } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { deviation, fieldOf } from "../exploitability.ts";
import { featuresAt } from "../finite-model.ts";
import type { FiniteStationaryModel, StationaryModel } from "../model.ts";
import { polishedEquilibrium, softResponse } from "../regularised-equilibrium.ts";
import { tablesAt } from "../tables.ts";

const options = z.object({
  damping: real(
    0.5,
    "Share of the way that the field moves to the one that responses induce; halved where it overshoots",
    {
      minimum: 0,
      open: "minimum",
      maximum: 1,
    },
  ),
  temperature: real(0.1, "Temperature of the first responses", {
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
    scale: "log",
  }),
  cooling: real(0.5, "Factor of the temperature each time the field has settled", { minimum: 0.01, maximum: 0.99 }),
  tolerance: real(1e-10, "Accepted exploitability, relative to the value where that exceeds one", {
    minimum: 1e-14,
    maximum: 1,
    scale: "log",
  }),
});

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly cooling: number;
  readonly firstDamping: number;
  damping: number;
  temperature: number;
  field: Float64Array;
  value: Float64Array | undefined;
  policy: Float64Array;
  /** ‖z_BR − z‖₁ of the step before, within one temperature. */
  distance: number;
}

/** Damped fixed point of regularised best responses, cooled, then polished to an exact equilibrium. */
export const regularisedFixedPoint: Solver<StationaryModel, typeof options, State, StationaryCandidate> = {
  name: "regularised-fixed-point",
  title: "Damped fixed point of regularised best responses, polished",
  family: "stationary",
  story:
    "Players respond to the field with a little randomness, the field moves part of the way to what their responses induce, " +
    "and the randomness is cooled. After each cooling the equilibrium's own equations are tried on the actions still in use; " +
    "where they hold the answer is exact. Takes any finite game and assumes nothing about its equilibria; finds one.",
  reference:
    "B. Anahtarcı, C. D. Karıksız, N. Saldi, Q-learning in regularized mean-field games, Dyn. Games Appl. 13 (2023) 89–117",
  options,
  refuses: (model, question) =>
    refusedQuestion(question) ??
    (model.kind !== "finite"
      ? "it needs finitely many states: set n to 2 or more"
      : question.concept === "planner"
        ? "responses are those of single players; a planner wants total-gradient-ascent"
        : undefined),
  init: (model, question, { damping, temperature, cooling, tolerance }) => {
    const { states, actions } = finite(model);
    const policy = new Float64Array(states * actions).fill(1 / actions);
    return {
      question,
      tolerance,
      cooling,
      firstDamping: damping,
      damping,
      temperature,
      field: fieldOf(finite(model), policy),
      value: undefined,
      policy,
      distance: Infinity,
    };
  },
  step: (model, state) => {
    const game = finite(model);
    const { V, policy } = softResponse(
      game,
      tablesAt(game, featuresAt(game, state.field)),
      state.temperature,
      state.value,
    );
    state.value = V;
    state.policy = policy;
    const induced = fieldOf(game, policy);
    const distance = induced.reduce((sum, p, x) => sum + Math.abs(p - state.field[x]), 0);
    if (distance > state.distance) state.damping *= 0.5;
    const { damping } = state;
    state.field = state.field.map((p, x) => p + damping * (induced[x] - p));
    state.distance = distance;
    const { temperature } = state;
    let { exploitability, size } = worth(game, policy);
    if (distance < 1e-3 * Math.min(1, temperature) || damping < 1e-6) {
      state.temperature *= state.cooling;
      state.damping = state.firstDamping;
      state.distance = Infinity;
      const exact = polishedOrNothing(game, policy);
      const better = exact === undefined ? undefined : worth(game, exact);
      if (exact !== undefined && better !== undefined && better.exploitability <= state.tolerance * better.size) {
        state.policy = exact;
        ({ exploitability, size } = better);
      }
    }
    const metrics = { exploitability, field_change: distance, temperature };
    if (exploitability <= state.tolerance * size) {
      return {
        metrics,
        status: "converged",
        reason: `an equilibrium (SMFE) exploitable by no more than ${state.tolerance}`,
      };
    }
    if (state.temperature < 1e-9) {
      return {
        metrics,
        status: "diverged",
        reason:
          "cooled down without an equilibrium: responses keep jumping, and the equations of the actions in use have no solution",
      };
    }
    return { metrics, status: "running" };
  },
  candidate: (model, { question, policy }) => finiteCandidate(finite(model), question, policy),
};

function finite(model: StationaryModel): FiniteStationaryModel {
  return model as FiniteStationaryModel;
}

function worth(model: FiniteStationaryModel, policy: Float64Array): { exploitability: number; size: number } {
  const { exploitability, own } = deviation(model, policy);
  return { exploitability, size: Math.max(1, Math.abs(own.J)) };
}

/** Which actions count as used is a guess at any temperature; the two thresholds tried see most supports. */
function polishedOrNothing(model: FiniteStationaryModel, policy: Float64Array): Float64Array | undefined {
  for (const inUse of [0.05, 1e-3]) {
    const exact = polishedEquilibrium(model, policy, inUse);
    if (exact !== undefined) return exact;
  }
  return undefined;
}
