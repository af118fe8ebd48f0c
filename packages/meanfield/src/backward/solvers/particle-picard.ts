import { z } from "zod";
import { InputError, RefusalError, evenGrid, real, scalar, series, whole } from "../../core/index.ts";
import type { ParametersOf, Quantities, Question, Solver } from "../../core/index.ts";
import { linearInterpolation } from "../../numeric/linear-interpolation.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import type { BackwardModel } from "../model.ts";
import { openBatches } from "../regression/adjoint-batches.ts";
import type { AdjointBatches } from "../regression/adjoint-batches.ts";
import { fittedAdjoint } from "../regression/fitted-adjoint.ts";

const options = z.object({
  paths: whole(
    1000,
    "Simulated players in a batch; of finitely many players there are at least 100 copies of the system",
    {
      minimum: 100,
      maximum: 1_000_000,
      scale: "log",
    },
  ),
  steps: whole(50, "Time steps, an even number; the same with half as many tells the error they leave", {
    minimum: 2,
    maximum: 10_000,
    scale: "log",
  }),
  degree: whole(1, "Degree of Hermite polynomials in a player's own state; 1 is exact for linear–quadratic games", {
    minimum: 1,
    maximum: 12,
  }),
  crowd: whole(1, "Total degree where the average, or another player's state, comes in", { minimum: 1, maximum: 4 }),
  damping: real(1, "Share of the new adjoint in what is played next", { minimum: 0, open: "minimum", maximum: 1 }),
  rounds: whole(100, "Most rounds of a batch", { minimum: 1, maximum: 10_000 }),
  tolerance: real(1e-3, "Accepted standard error of the slope of the adjoint at the start and of Z0", {
    minimum: 1e-12,
    maximum: 1e6,
    scale: "log",
  }),
  seed: whole(0, "Seed of all random numbers", { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});

interface State {
  readonly question: Question;
  readonly options: ParametersOf<typeof options>;
  readonly batches: AdjointBatches;
  unsettled: number;
  rounds: number;
}

/** Particles forward under the adjoints of the last round, adjoints backward by regression. */
export const particlePicard: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "particle-picard",
  title: "Particles and regression, in rounds",
  family: "backward",
  story:
    "Players are simulated forward, acting on the adjoints that the last round found as functions of time and states; backward the " +
    "adjoints of all coordinates are regressed on the states, and the next round begins. Any cost and drift that are smooth, any " +
    "number of players; nothing is assumed of the answer but the degree of its polynomials.",
  reference: "C. Bender, J. Zhang, Ann. Appl. Probab. 18 (2008) 143–177",
  options,
  refuses: (model, { concept, players }) => {
    if (concept !== "nash") return "Pontryagin's system is that of an equilibrium";
    if (model.kind !== "forward-backward") return "it is for forward–backward systems";
    return model.system === "nash" && players < Infinity && players > MOST_NASH
      ? `adjoints of all pairs among more than ${MOST_NASH} players are too many`
      : undefined;
  },
  init: (model, question, chosen) => {
    const { steps } = chosen;
    if (steps % 2 !== 0) throw new InputError("option steps", steps, "an even number");
    const limit = question.players === Infinity;
    const members = limit ? chosen.paths : question.players;
    const copies = limit ? 1 : Math.max(FEWEST_COPIES, Math.ceil(chosen.paths / members));
    if (copies * members * steps > MOST_NUMBERS) {
      throw new InputError(
        "option paths",
        chosen.paths,
        `less, or fewer steps: a batch of ${copies * members} players and ${steps} steps is more than ${MOST_NUMBERS} numbers`,
      );
    }
    return {
      question,
      options: chosen,
      unsettled: 0,
      rounds: 0,
      batches: openBatches({
        ...chosen,
        model: adjoint(model),
        players: question.players,
        copies,
        members,
        degrees: { own: chosen.degree, crowd: Math.min(chosen.crowd, chosen.degree) },
        controlled: true,
        settled: SETTLED,
      }),
    };
  },
  step: (_model, state) => {
    const { batches, options: chosen } = state;
    const { rounds, change } = batches.add();
    state.rounds = Math.max(state.rounds, rounds);
    if (!(change <= SETTLED)) state.unsettled++;
    const [eta, exposure] = [batches.eta[0], batches.z];
    const readings = { rounds, change, eta_0: eta.mean, Z0: exposure.mean };
    if (!Number.isFinite(change)) {
      return {
        metrics: readings,
        status: "diverged",
        reason: "the field grows without bound: take less of each change (damping)",
      };
    }
    if (exposure.count < 2) return { metrics: readings, status: "running" };
    const metrics = {
      ...readings,
      eta_0_standard_error: eta.standardError,
      Z0_standard_error: exposure.standardError,
    };
    const precise = Math.max(eta.standardError, exposure.standardError) <= chosen.tolerance;
    if (!(precise && exposure.count >= FIRST_BATCHES && state.unsettled === 0)) return { metrics, status: "running" };
    return {
      metrics,
      status: "converged",
      reason:
        `the field stands still after ${state.rounds} rounds at most; standard errors ${eta.standardError.toPrecision(1)} of its slope, ` +
        `${exposure.standardError.toPrecision(1)} of Z0 from ${exposure.count} batches`,
    };
  },
  candidate: (model, { question, options: chosen, batches }) => {
    const system = adjoint(model);
    const { fits, means } = batches.average();
    const times = evenGrid(0, system.horizon, chosen.steps + 1);
    return {
      kind: "forward-backward",
      model: system,
      question,
      adjoint: fittedAdjoint(system, question.players, fits, means[means.length - 1]),
      ...(question.players === Infinity ? { assumedMean: linearInterpolation(times, means) } : {}),
      told: toldOf(batches, times),
    };
  },
};

/** Batches before a standard error is relied upon. */
const FIRST_BATCHES = 8;
const FEWEST_COPIES = 100;
const MOST_NASH = 60;
/** 200 MB of states. */
const MOST_NUMBERS = 2.5e7;
const SETTLED = 1e-9;

function toldOf({ eta, z: exposure, coarse }: AdjointBatches, times: Float64Array): Quantities {
  const over = (read: (moments: (typeof eta)[number]) => number) => () =>
    series(times, linearInterpolation(times, eta.map(read)));
  if (exposure.count === 0) return {};
  return {
    eta: over(({ mean }) => mean),
    Z0: () => scalar(exposure.mean),
    ...(exposure.count < 2
      ? {}
      : {
          eta_standard_error: over(({ standardError }) => standardError),
          Z0_standard_error: () => scalar(exposure.standardError),
        }),
    eta_0_time_error: () => scalar(Math.abs(coarse.eta.mean)),
    Z0_time_error: () => scalar(Math.abs(coarse.z.mean)),
  };
}

function adjoint(model: BackwardModel): ForwardBackwardModel {
  if (model.kind !== "forward-backward") throw new RefusalError("this is no forward–backward system");
  return model;
}
