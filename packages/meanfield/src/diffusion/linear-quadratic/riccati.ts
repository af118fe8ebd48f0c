import { z } from "zod";
import type { ParametersOf, Question, Solver } from "../../core/index.ts";
import { InputError, RefusalError, parseParameters, real } from "../../core/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate, LinearStrategy } from "./candidate.ts";
import { checkModel } from "./check-model.ts";
import { sizes } from "./coefficients.ts";
import { requireDetermined } from "./conditioning.ts";
import { explosionRefusal } from "./explosion.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { integrateNash } from "./nash.ts";
import { openLoopExplosion } from "./open-loop-convexity.ts";
import { solvePlanner } from "./planner.ts";
import { integrateScaled } from "./scaled-ode.ts";

const options = z.object({
  tolerance: real(1e-13, "Relative tolerance of the integrator of the Riccati equations", {
    minimum: 1e-14,
    maximum: 1e-3,
    scale: "log",
  }),
});

/** The equations are integrated at once, by `init`. */
interface RiccatiState {
  readonly candidate: LinearQuadraticCandidate;
}

/** Nash equilibria (feedback and open loop, N players or the limit) and the planner's optimum by Riccati equations. */
export const riccati: Solver<LinearQuadraticModel, typeof options, RiccatiState, LinearQuadraticCandidate> = {
  name: "riccati",
  title: "Matrix Riccati equations",
  family: "linear-quadratic",
  story:
    "Solves the matrix Riccati equations of the game by an adaptive integrator of order eight, to nearly machine " +
    "precision and in one step. The method of choice wherever the game is linear-quadratic.",
  reference:
    "Carmona, Fouque & Sun, Mean field games and systemic risk (2015), sections 3-5; Yong (2013) for the planner",
  options,
  refuses: (model, { players }) =>
    model.limitOnly !== undefined && Number.isFinite(players) ? `players = ${players}: ${model.limitOnly}` : undefined,
  init: (model, question, { tolerance }) => ({ candidate: solve(model, question, tolerance) }),
  step: () => ({
    metrics: {},
    status: "converged",
    reason: "the Riccati equations were integrated to the tolerance asked",
  }),
  candidate: (_model, state) => state.candidate,
};

/**
 * The candidate directly, without the ceremony of a solver.
 *
 * @throws InputError for bad options or a number of players that is not a whole number of at least 1 or `Infinity`;
 * RefusalError where the horizon is past an explosion (naming its time), a problem is not convex, or the mean is so
 * unstable that rounding decides the equilibrium.
 */
export function solveRiccati(
  model: LinearQuadraticModel,
  question: Question,
  given: Partial<ParametersOf<typeof options>> = {},
): LinearQuadraticCandidate {
  return solve(model, question, parseParameters(options, given).tolerance);
}

function solve(model: LinearQuadraticModel, question: Question, tolerance: number): LinearQuadraticCandidate {
  checkModel(model);
  const { players, concept, information } = question;
  // One player is no game, but the formulas hold and make a useful check: N = 1 is the planner of one.
  if (players !== Infinity && !(Number.isInteger(players) && players >= 1)) {
    throw new InputError("players", players, "a whole number of at least 1, or Infinity");
  }
  if (model.limitOnly !== undefined && Number.isFinite(players)) {
    throw new RefusalError(`players = ${players}: ${model.limitOnly}`);
  }
  if (concept === "planner") {
    const { strategy, value } = solvePlanner(model, players, tolerance);
    return { model, question, strategy, value, assumedMean: meanUnder(model, strategy.gain) };
  }
  const solution = integrateNash(model, players, information, 0, tolerance);
  const { system, at, explosion } = solution;
  if (explosion !== undefined) throw explosionRefusal(model.horizon, explosion, system.timeDependent);
  if (information === "open-loop" && Number.isFinite(players)) {
    const lost = openLoopExplosion(model, players);
    if (lost !== undefined) throw explosionRefusal(model.horizon, lost, system.timeDependent);
  }
  requireDetermined(model, players, information, solution, tolerance);
  const P = zeros(system.size, system.size);
  const gain = (t: number, out: Matrix): void => {
    at(t, P);
    system.gain(t, P, out);
  };
  const strategy: LinearStrategy = { source: "empirical", gain };
  return { model, question, strategy, value: at, assumedMean: meanUnder(model, gain) };
}

/** E (x̄, s) where all follow the gain, integrated when first asked for. */
function meanUnder(
  model: LinearQuadraticModel,
  gain: (t: number, out: Matrix) => void,
): LinearQuadraticCandidate["assumedMean"] {
  const { layout, horizon, initial, drift, commonDrift } = model;
  const { state: d, common: e, control: k, offset, size, stateSize: n } = layout;
  const K = zeros(k, n);
  const D = zeros(d, size);
  const C = zeros(e, size);
  const zMean = new Float64Array(size);
  zMean[offset.one] = 1;
  const fill = (t: number, y: Float64Array): void => {
    gain(t, K);
    for (let i = 0; i < d; i++) zMean[i] = zMean[offset.mean + i] = y[i];
    for (let j = 0; j < e; j++) zMean[offset.common + j] = y[d + j];
    for (let a = 0; a < k; a++) {
      let sum = K.data[a * n + n - 1];
      for (let j = 0; j < n - 1; j++) sum += K.data[a * n + j] * zMean[j];
      zMean[offset.control + a] = zMean[offset.meanControl + a] = sum;
    }
  };
  const integrateMean = () => {
    const typical = sizes(model);
    const solution = integrateScaled(
      (t, y, dy) => {
        fill(t, y);
        drift.into(t, D);
        commonDrift.into(t, C);
        for (let i = 0; i < d + e; i++) {
          const [rows, row] = i < d ? [D, i] : [C, i - d];
          let sum = 0;
          for (let j = 0; j < size; j++) sum += rows.data[row * size + j] * zMean[j];
          dy[i] = sum;
        }
      },
      0,
      horizon,
      Float64Array.of(...initial.mean, ...initial.commonState),
      Float64Array.of(...typical.state, ...typical.common),
    );
    if (solution.outcome !== "finished") throw new RefusalError(`the mean could not be integrated: ${solution.reason}`);
    return solution;
  };
  let solution: ReturnType<typeof integrateMean> | undefined;
  return (t, out) => {
    solution ??= integrateMean();
    solution.at(t, out);
  };
}
