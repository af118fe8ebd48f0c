import { z } from "zod";
import type { Question, Solver } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import { linearField } from "../linear/field.ts";
import { MOST_UNKNOWNS, solvePlayersSystem } from "../linear/players-system.ts";
import type { PlayersSolution } from "../linear/players-system.ts";
import { martingaleOf } from "../model.ts";
import type { BackwardModel } from "../model.ts";

const options = z.object({});

interface State {
  readonly question: Question;
  solution: PlayersSolution | undefined;
}

/** Linear drivers: one ordinary differential equation per player. */
export const linearBackwardSystem: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "linear-system",
  title: "Ordinary differential equations, one per player",
  family: "backward",
  story:
    "Where the driver is linear and the terminal values are Gaussian or log-normal, Y is linear in the players' martingales; its " +
    "loads solve as many linear equations as there are players, integrated backward to rounding.",
  reference: "N. El Karoui, S. Peng, M. C. Quenez, Math. Finance 7 (1997) 1–71, section 2.2",
  options,
  refuses: (model, { concept }) => {
    if (concept !== "nash") return "a backward system has no planner";
    if (model.kind !== "interacting") return "it is for interacting backward systems";
    return model.linear === undefined ? "it is for linear drivers" : undefined;
  },
  init: (_model, question) => ({ question, solution: undefined }),
  step: (model, state) => {
    const { horizon, system } = linearPart(model);
    const { players } = state.question;
    state.solution = solvePlayersSystem(horizon, system, players);
    const { unknowns } = state.solution;
    const beyond = Number.isFinite(players) && players > MOST_UNKNOWNS ? ", all players but one being alike" : "";
    return {
      metrics: {},
      status: "converged",
      reason: `${unknowns} linear differential equations integrated back from T${beyond}`,
    };
  },
  candidate: (model, { question, solution }) => {
    const { interacting, horizon, system } = linearPart(model);
    const linear = solution ?? solvePlayersSystem(horizon, system, question.players);
    const { mean } = martingaleOf(system);
    const limit = question.players === Infinity;
    return {
      kind: "interacting",
      model: interacting,
      question,
      linear,
      field: linearField(system, linear, question.players),
      ...(limit
        ? {
            assumedLaw: (t: number, out: Float64Array): void => {
              const { own, mean: crowd, constant } = linear.at(t);
              out[0] = (own + crowd) * mean + constant;
            },
          }
        : {}),
    };
  },
};

function linearPart(model: BackwardModel) {
  if (model.kind !== "interacting" || model.linear === undefined) {
    throw new RefusalError("this backward system is not linear");
  }
  return { interacting: model, horizon: model.horizon, system: model.linear };
}
