import { z } from "zod";
import type { Question, Solver } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import type { AdjointLoadings, BackwardCandidate } from "../candidate.ts";
import { solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
import { linearCandidate } from "../forward-backward/linear-candidate.ts";
import type { BackwardModel } from "../model.ts";

const options = z.object({});

interface State {
  readonly question: Question;
  loadings: AdjointLoadings | undefined;
}

/** Linear–quadratic games: the adjoints are linear in the states, with loads from Riccati equations. */
export const linearForwardBackward: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "linear-adjoint",
  title: "Riccati equations of Pontryagin's system",
  family: "backward",
  story:
    "In a linear–quadratic game the adjoints are linear in the players' states: put into Pontryagin's system this gives four " +
    "Riccati equations, for any number of players, integrated backward to rounding.",
  reference: "R. Carmona, F. Delarue, Probabilistic Theory of Mean Field Games I, Springer 2018, section 2.3",
  options,
  refuses: (model, { concept }) => {
    if (concept !== "nash") return "Pontryagin's system is that of an equilibrium";
    if (model.kind !== "forward-backward") return "it is for forward–backward systems";
    return model.linear === undefined ? "it is for linear–quadratic games" : undefined;
  },
  init: (_model, question) => ({ question, loadings: undefined }),
  step: (model, state) => {
    state.loadings = solveAdjointSystem(forwardBackward(model), state.question.players);
    return { metrics: {}, status: "converged", reason: "the Riccati equations integrated back from T" };
  },
  candidate: (model, { question, loadings }) => {
    const game = forwardBackward(model);
    return linearCandidate(game, question, loadings ?? solveAdjointSystem(game, question.players));
  },
};

function forwardBackward(model: BackwardModel) {
  if (model.kind === "forward-backward") return model;
  throw new RefusalError("this is not a forward–backward system");
}
