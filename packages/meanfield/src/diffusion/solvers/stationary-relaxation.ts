import { z } from "zod";
import { RefusalError, whole } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import { andersonAcceleration } from "../../numeric/anderson.ts";
import type { AndersonAcceleration } from "../../numeric/anderson.ts";
import { SingularMatrixError } from "../../numeric/lu.ts";
import type { StationaryCandidate } from "../pde/candidate.ts";
import type { DiffusionModel } from "../pde/model.ts";
import {
  carried,
  extrapolatedConstant,
  extrapolationPoints,
  negativeMasses,
  quickStationary,
  refusesStationary,
  stationaryCandidate,
  stationaryOptions,
  wishOf,
} from "../pde/stationary-grids.ts";
import type { SolvedGrid } from "../pde/stationary-grids.ts";
import { chainSystem } from "../pde/stationary-linear.ts";
import { isLaw, residualOf, startingState, stationaryState } from "../pde/stationary-newton.ts";
import type { StationaryState } from "../pde/stationary-newton.ts";
import { compileStationary } from "../pde/stationary-problem.ts";
import type { StationaryProblem } from "../pde/stationary-problem.ts";

const options = z.object({
  ...stationaryOptions,
  memory: whole(20, "Earlier rounds that the acceleration looks at; 0 is plain damped iteration", {
    minimum: 0,
    maximum: 100,
  }),
});

/** A policy with its law, and what the policy is worth against that. */
interface Round {
  readonly here: StationaryState;
  readonly worth: Float64Array;
  /** The residual as a root mean square. */
  readonly unrest: number;
}

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly memory: number;
  /** Points per axis of the grids still to solve, this one first. */
  readonly grids: number[];
  readonly solved: SolvedGrid[];
  problem: StationaryProblem;
  /** Values to try, and what their chain starts from. */
  trial: StationaryState;
  /** The last round that was accepted. */
  accepted: Round | undefined;
  /** The least restless of them on this grid. */
  best: Round | undefined;
  mixer: AndersonAcceleration;
  damping: number;
}

/** A round may be this much more restless than the best so far. */
const patience = 30;

/** Law of the policy, values of the policy against that law, policy of the values; a part of the way, again and again. */
export const stationaryRelaxation: Solver<DiffusionModel, typeof options, State, StationaryCandidate> = {
  name: "stationary-relaxation",
  title: "Damped policy iteration for stationary games",
  family: "diffusion",
  kind: "fields",
  story:
    "Everybody keeps a policy until its law has settled; what it is worth then tells the next policy, and all go part of the " +
    "way there, accelerated by what earlier rounds told. One linear system a round and no derivative of the coupling: a road " +
    "of its own beside Newton's, slow where noise is small and crowds are disliked much.",
  reference:
    "S. Cacace, F. Camilli, A. Goffi, A policy iteration method for mean field games, ESAIM: COCV 27 (2021) 85; D. G. Anderson, J. ACM 12 (1965) 547–560",
  options,
  refuses: refusesStationary,
  quick: quickStationary,
  init: (model, question, chosen) => {
    const refused = refusesStationary(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    const { points, scheme } = wishOf(model, chosen);
    const grids = [...(chosen.extrapolate ? extrapolationPoints(points) : [points])];
    const problem = compileStationary(model, { points: grids[0], scheme });
    const { tolerance, memory } = chosen;
    return {
      question,
      tolerance,
      memory,
      grids,
      problem,
      solved: [],
      trial: startingState(problem),
      accepted: undefined,
      best: undefined,
      mixer: andersonAcceleration({ depth: memory, damping: 1 }),
      damping: 1,
    };
  },
  step: (model, state) => {
    const { problem, best } = state;
    const round = follow(problem, state.trial);
    if (round === undefined || (best !== undefined && !(round.unrest <= patience * best.unrest))) {
      if (best === undefined || state.damping < 1e-9) {
        return { metrics: metricsOf(state), status: "diverged", reason: "no part of the way, however small, leads on" };
      }
      // Too far: half of the way from where it was best, with a fresh memory.
      state.damping *= 0.5;
      state.mixer = andersonAcceleration({ depth: state.memory, damping: state.damping });
      const { here, worth } = best;
      state.accepted = best;
      const u = here.u.map((value, i) => value + state.damping * (worth[i] - value));
      state.trial = stationaryState(problem, u, here.mass, here.around);
      return { metrics: metricsOf(state), status: "running" };
    }
    if (best === undefined || round.unrest < best.unrest) state.best = round;
    state.accepted = round;
    const { here, worth } = round;
    if (residualOf(here) > Math.max(state.tolerance, here.rounding)) {
      const u = centred(problem, state.mixer.next(here.u, worth));
      state.trial = stationaryState(problem, u, here.mass, here.around);
      return { metrics: metricsOf(state), status: "running" };
    }
    return settled(model, state, here);
  },
  candidate: (_model, { problem, question, accepted, trial, solved, grids }) =>
    stationaryCandidate(
      problem,
      question,
      accepted?.here ?? trial,
      grids.length === 0 && solved.length > 1 ? extrapolatedConstant(solved, problem.scheme) : undefined,
    ),
};

/** A grid is done: the next one, or the end. */
function settled(model: DiffusionModel, state: State, here: StationaryState): Step {
  const { problem, grids, solved, tolerance } = state;
  const metrics = metricsOf(state);
  if (!isLaw(here)) return { metrics, status: "diverged", reason: negativeMasses(problem, here) };
  solved.push({ constant: here.constant, points: grids[0], spacing: problem.axes[0].spacing });
  grids.shift();
  if (grids.length === 0) {
    const bound = Math.max(tolerance, here.rounding).toPrecision(2);
    return { metrics, status: "converged", reason: `exploitability and both residuals are at most ${bound}` };
  }
  state.problem = compileStationary(model, { points: grids[0], scheme: problem.scheme });
  state.trial = carried(problem, here, state.problem);
  state.accepted = undefined;
  state.best = undefined;
  state.mixer = andersonAcceleration({ depth: state.memory, damping: state.damping });
  return { metrics, status: "running" };
}

/** The law of the chain that u steers, and what its policy is worth against it; undefined where either does not exist. */
function follow(problem: StationaryProblem, { u, mass, around, equations }: StationaryState): Round | undefined {
  try {
    const chain = chainSystem(problem, equations, mass);
    const here = stationaryState(problem, centred(problem, u), chain.law(), around);
    const { u: change } = chain.value(here.equations.hjb.map((value) => -value));
    const worth = centred(
      problem,
      here.u.map((value, i) => value + change[i]),
    );
    const unrest = unrestOf(problem, here);
    return Number.isFinite(unrest) && worth.every(Number.isFinite) ? { here, worth, unrest } : undefined;
  } catch (error) {
    if (error instanceof SingularMatrixError) return undefined;
    throw error;
  }
}

/** The root mean square of hjb + λ, half of the weight by players and half by places. */
function unrestOf({ weights }: StationaryProblem, { mass, equations, constant }: StationaryState): number {
  const area = weights.reduce((sum, w) => sum + w, 0);
  const square = mass.reduce(
    (sum, amount, i) => sum + 0.5 * (Math.abs(amount) + weights[i] / area) * (equations.hjb[i] + constant) ** 2,
    0,
  );
  return Math.sqrt(square);
}

/** Less its mean over space. */
function centred({ weights }: StationaryProblem, u: Float64Array): Float64Array {
  let [sum, area] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    sum += weights[i] * u[i];
    area += weights[i];
  }
  return u.map((value) => value - sum / area);
}

function metricsOf({ accepted, trial, problem, damping }: State): Step["metrics"] {
  const here = accepted?.here ?? trial;
  return {
    exploitability: here.exploitability,
    residual: residualOf(here),
    constant: here.constant,
    damping,
    points: problem.grid.axes[0].points.length,
  };
}
