import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { finiteCandidate, refusedQuestion } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { cool, startCooling } from "../cooling.ts";
import type { Cooling } from "../cooling.ts";
import type { FiniteStationaryModel, StationaryModel } from "../model.ts";

const options = z.object({
  damping: real(
    0.5,
    "Share of the way that the field moves to the one that responses induce; halved where it overshoots",
    {
      minimum: 0,
      open: "minimum",
      maximum: 1,
      tunable: { from: 0.05, to: 1 },
    },
  ),
  temperature: real(0.1, "Temperature of the first responses, in units of the spread of rewards", {
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
    scale: "log",
    tunable: { from: 1e-3, to: 10, scale: "log" },
  }),
  cooling: real(0.5, "Factor of the temperature each time the field has settled", {
    minimum: 0.01,
    maximum: 0.99,
    tunable: { from: 0.05, to: 0.9 },
  }),
  tolerance: real(1e-10, "Accepted exploitability, relative to the value where that exceeds one", {
    minimum: 1e-14,
    maximum: 1,
    scale: "log",
  }),
});

interface State {
  readonly question: Question;
  readonly cooling: Cooling;
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
  init: (model, question, settings) => ({ question, cooling: startCooling(model as FiniteStationaryModel, settings) }),
  step: (model, { cooling }) => {
    const { temperature } = cooling;
    cool(model as FiniteStationaryModel, cooling);
    const { exploitability, distance, status, settings } = cooling;
    const metrics = { exploitability, temperature, ...(distance === Infinity ? {} : { field_change: distance }) };
    if (status === "settled")
      return {
        metrics,
        status: "converged",
        reason: `an equilibrium (SMFE) exploitable by no more than ${settings.tolerance} of its value`,
      };
    if (status === "cold")
      return {
        metrics,
        status: "diverged",
        reason:
          "cooled down without an equilibrium: responses keep jumping, and the equations of the actions in use have no solution",
      };
    return { metrics, status: "running" };
  },
  candidate: (model, { question, cooling }) =>
    finiteCandidate(model as FiniteStationaryModel, question, cooling.policy),
};
