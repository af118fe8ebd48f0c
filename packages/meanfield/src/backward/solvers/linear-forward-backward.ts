import { z } from "zod";
import type { Question, Solver } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import type { AdjointLoadings, BackwardCandidate } from "../candidate.ts";
import { meanUnder, solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
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
    const { players } = question;
    const linear = loadings ?? solveAdjointSystem(game, players);
    const mean = players === Infinity ? meanUnder(game, linear) : undefined;
    return {
      kind: "forward-backward",
      model: game,
      question,
      linear,
      adjoint: (t, x, i, j) => {
        const loads = linear.at(t);
        const level = mean === undefined ? average(x) : mean(t);
        return i === j
          ? loads.own * x[i] + loads.mean * level
          : (loads.crossOwn * x[i] + loads.crossMean * level) / players;
      },
      ...(mean === undefined ? {} : { assumedMean: mean }),
    };
  },
};

function forwardBackward(model: BackwardModel) {
  if (model.kind === "forward-backward") return model;
  throw new RefusalError("this is not a forward–backward system");
}

function average(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}
