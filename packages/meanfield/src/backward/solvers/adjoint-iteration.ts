import { z } from "zod";
import { RefusalError, real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { AdjointLoadings, BackwardCandidate } from "../candidate.ts";
import { adjointSlopes, feedback, finalLoads, loadsOf, shareOf } from "../forward-backward/adjoint-system.ts";
import { linearCandidate } from "../forward-backward/linear-candidate.ts";
import type { ForwardBackwardModel, LinearQuadraticGame } from "../forward-backward/model.ts";
import type { BackwardModel } from "../model.ts";
import { chebyshev } from "../../numeric/chebyshev.ts";
import { integrate } from "../../numeric/ode.ts";

const options = z.object({
  tolerance: real(1e-11, "Largest change of a load, relative where it exceeds one, at which to stop", {
    minimum: 0,
    open: "minimum",
    maximum: 1,
  }),
  damping: real(0.5, "Share of the new adjoint in the next", {
    minimum: 0,
    open: "minimum",
    maximum: 1,
    tunable: { from: 0.05, to: 1 },
  }),
});

/** Times that the loads are kept at; Chebyshev points between them carry smooth loads to rounding. */
const NODES = 65;

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly damping: number;
  /** Four rows of NODES values. */
  loads: AdjointLoadings;
}

/** Forward with what the adjoint says, backward with what was done: Picard's iteration on a forward–backward system. */
export const adjointIteration: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "adjoint-iteration",
  title: "Picard iteration between states and adjoints",
  family: "backward",
  story:
    "Starts from no action. Players act on the adjoints they have, the adjoints of what they did are carried back through linear " +
    "equations, and part of the change is taken over. It shows how a forward–backward system converges or, over long horizons and " +
    "with much of the change taken at once, does not.",
  reference: "R. Carmona, F. Delarue, Probabilistic Theory of Mean Field Games I, Springer 2018, section 4.1.1",
  options,
  refuses: (model, { concept }) => {
    if (concept !== "nash") return "Pontryagin's system is that of an equilibrium";
    if (model.kind !== "forward-backward") return "it is for forward–backward systems";
    return model.linear === undefined ? "it is for linear–quadratic games" : undefined;
  },
  init: (_model, question, { tolerance, damping }) => ({
    question,
    tolerance,
    damping,
    loads: { at: () => ({ own: 0, mean: 0, crossOwn: 0, crossMean: 0 }) },
  }),
  step: (model, state) => {
    const { setting, game } = linearPart(model);
    const share = shareOf(setting, state.question.players);
    const before = state.loads;
    const solution = integrate(
      (t, y, dy) => adjointSlopes(game, share, y, feedback(game, before.at(t)), dy),
      setting.horizon,
      0,
      finalLoads(game, share),
      { relative: 1e-13, absolute: 1e-15 },
    );
    if (solution.outcome !== "finished") {
      return {
        metrics: {},
        status: "diverged",
        reason: `the adjoint of the last profile explodes: ${solution.reason}`,
      };
    }
    let change = 0;
    const mixed = (["own", "mean", "crossOwn", "crossMean"] as const).map((name) =>
      chebyshev(
        (t) => {
          const [old, fresh] = [before.at(t)[name], loadsOf(solution.at(t))[name]];
          change = Math.max(change, Math.abs(fresh - old) / Math.max(1, Math.abs(fresh)));
          return old + state.damping * (fresh - old);
        },
        0,
        setting.horizon,
        NODES,
      ),
    );
    state.loads = { at: (t) => loadsOf(mixed.map((load) => load(t))) };
    const metrics = { change };
    if (change > 1e8) {
      return { metrics, status: "diverged", reason: "loads grow without bound: take less of each change (damping)" };
    }
    if (!(change <= state.tolerance)) return { metrics, status: "running" };
    return { metrics, status: "converged", reason: `adjoints changed by ${change.toExponential(1)}` };
  },
  candidate: (model, { question, loads }) => linearCandidate(linearPart(model).setting, question, loads),
};

function linearPart(model: BackwardModel): {
  readonly setting: ForwardBackwardModel;
  readonly game: LinearQuadraticGame;
} {
  if (model.kind === "forward-backward" && model.linear !== undefined) return { setting: model, game: model.linear };
  throw new RefusalError("this is not a linear–quadratic forward–backward system");
}
