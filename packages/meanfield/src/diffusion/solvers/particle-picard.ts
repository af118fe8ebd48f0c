import { z } from "zod";
import { InputError, RefusalError, choice, real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { NotPositiveDefiniteError } from "../../numeric/cholesky.ts";
import { particleCandidate } from "../particles/fields.ts";
import type { ParticleFields } from "../particles/fields.ts";
import { openRounds } from "../particles/rounds.ts";
import type { ParticleRounds, RoundReport } from "../particles/rounds.ts";
import type { ParticleCandidate } from "../pde/candidate.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { refusesGrid } from "../pde/iteration-options.ts";

const options = z.object({
  particles: whole(10_000, "Simulated players, an even number: neighbours have opposite noises", {
    minimum: 100,
    maximum: 10_000_000,
    scale: "log",
  }),
  steps: whole(50, "Time steps; an even number where their error is extrapolated away", {
    minimum: 2,
    maximum: 10_000,
    scale: "log",
  }),
  extrapolate: choice(
    ["yes", "no"],
    "yes",
    "Whether the game is solved with half as many steps too, to take away the error that is of the order of the step",
  ),
  cells: whole(
    0,
    "Cells of the splines that values are regressed on, along each axis; 0 takes 32 on a line, 10 in the plane",
    {
      minimum: 0,
      maximum: 1000,
    },
  ),
  smoothing: real(1e-6, "Weight of the penalty on third differences of coefficients", {
    minimum: 1e-9,
    maximum: 1,
    scale: "log",
  }),
  bandwidth: real(1, "Width of the kernels that estimate densities, as a multiple of the rule of thumb", {
    minimum: 0.01,
    maximum: 100,
    scale: "log",
  }),
  damping: real(1, "Share of the new gradient in what is played next", { minimum: 0, open: "minimum", maximum: 1 }),
  tolerance: real(0.1, "Largest move of a round at which to stop, as a share of the statistical error", {
    minimum: 1e-6,
    maximum: 1,
    scale: "log",
  }),
  seed: whole(0, "Seed of all random numbers", { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});

interface State {
  readonly question: Question;
  readonly damping: number;
  readonly tolerance: number;
  readonly particles: number;
  readonly fine: ParticleRounds;
  readonly coarse: ParticleRounds | undefined;
  rounds: number;
  /** What the round left that changed gradients least: all there is once they have grown without bound. */
  calmest: { readonly change: number; readonly fine: ParticleFields; readonly coarse?: ParticleFields } | undefined;
  broken: boolean;
}

/** Particles forward under the gradients of the last round, costs to go backward by regression. */
export const particlePicardFields: Solver<DiffusionModel, typeof options, State, ParticleCandidate> = {
  name: "particle-picard",
  title: "Particles and regression, in rounds",
  family: "diffusion",
  kind: "fields",
  story:
    "Simulated players act on the gradient of a value that is regressed, on splines, from what they went on to pay; what they " +
    "see of the others is the crowd of particles itself. Nothing is put on a grid, so that it checks the methods that are; its " +
    "error falls with the root of the number of particles, and is told.",
  reference:
    "C. Bender, J. Zhang, Ann. Appl. Probab. 18 (2008) 143–177; E. Gobet, P. Turkedjian, Math. Comp. 85 (2016) 1359–1391",
  options,
  refuses,
  init: (model, question, chosen) => {
    const refused = refuses(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    const { particles, steps, cells, smoothing, bandwidth, seed, damping, tolerance, extrapolate } = chosen;
    const numbers = particles * steps * (2 * model.space.length + 1);
    if (numbers > MOST_NUMBERS) {
      throw new InputError(
        "option particles",
        particles,
        `less, or fewer steps: a round keeps ${numbers} numbers, more than ${MOST_NUMBERS}`,
      );
    }
    if (particles % 2 !== 0) throw new InputError("option particles", particles, "an even number");
    const twice = extrapolate === "yes";
    if (twice && steps % 2 !== 0) throw new InputError("option steps", steps, "an even number");
    if (cells !== 0 && cells < 4) throw new InputError("option cells", cells, "0, or at least 4");
    const common = {
      particles,
      cells: cells === 0 ? (model.space.length === 1 ? 32 : 10) : cells,
      smoothing,
      bandwidth,
      seed,
    };
    return {
      question,
      damping,
      tolerance,
      particles,
      fine: openRounds(model, { ...common, steps, joined: 1 }),
      coarse: twice ? openRounds(model, { ...common, steps: steps / 2, joined: 2 }) : undefined,
      rounds: 0,
      calmest: undefined,
      broken: false,
    };
  },
  step: (_model, state) => {
    const { fine, coarse, damping, tolerance, particles } = state;
    const played = rounds(fine, coarse, damping);
    if (played === undefined) {
      state.broken = true;
      return { metrics: {}, status: "diverged", reason: GROWING };
    }
    const { report, beside } = played;
    state.rounds++;
    const metrics = {
      adjoint_change: report.adjointChange,
      adjoint_standard_error: report.adjointError,
      flow_change: report.flowChange,
      flow_standard_error: report.flowError,
      leave_change: report.leaveChange,
      mean_drift_change: report.meanChange,
      mean_drift_standard_error: report.meanError,
      cost: beside === undefined ? report.cost : 2 * report.cost - beside.cost,
      cost_standard_error: report.costError,
      ...(beside === undefined ? {} : { cost_time_error: Math.abs(report.cost - beside.cost) }),
    };
    if (!Object.values(metrics).every(Number.isFinite)) {
      state.broken = true;
      return { metrics, status: "diverged", reason: GROWING };
    }
    const change = Math.max(report.adjointChange, beside?.adjointChange ?? 0);
    if (!(change >= (state.calmest?.change ?? Infinity))) {
      state.calmest = { change, fine: fine.fields(), ...(coarse === undefined ? {} : { coarse: coarse.fields() }) };
    }
    const settled = (each: RoundReport | undefined): boolean =>
      each === undefined ||
      (within(each.flowChange, each.flowError, tolerance) &&
        within(each.meanChange, each.meanError, tolerance) &&
        // Rounds may go on exchanging a few particles at an end for ever; that is below all error of chance.
        each.leaveChange * particles <= Math.max(4, tolerance * Math.sqrt(particles)));
    if (state.rounds < 2 || !settled(report) || !settled(beside)) return { metrics, status: "running" };
    return {
      metrics,
      status: "converged",
      reason:
        `the last round moved particles by ${report.flowChange.toExponential(1)}, and gradients by ` +
        `${report.adjointChange.toExponential(1)}; chance moves their mean by ${report.flowError.toExponential(1)}`,
    };
  },
  candidate: (model, { question, fine, coarse, broken, calmest }) =>
    broken && calmest !== undefined
      ? particleCandidate(model, question, calmest.fine, calmest.coarse)
      : particleCandidate(model, question, fine.fields(), coarse?.fields()),
};

const GROWING = "gradients grow without bound: take less of each change (damping), or more steps";

/** A round of both systems; undefined where numbers are no longer finite, of which there is no regression. */
function rounds(fine: ParticleRounds, coarse: ParticleRounds | undefined, damping: number) {
  try {
    return { report: fine.round(damping), beside: coarse?.round(damping) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof NotPositiveDefiniteError) return undefined;
    throw error;
  }
}

function refuses(model: DiffusionModel, question: Question): string | undefined {
  if (model.kind === "fields" && model.place !== undefined) {
    return "values on the two sides of a wall are no smooth function to regress on; grids take walls";
  }
  return refusesGrid(model, question);
}

/** 400 MB. */
const MOST_NUMBERS = 5e7;
/** Below this nothing is asked: games whose values the splines meet exactly leave no error of chance. */
const ROUNDING = 1e-9;

function within(change: number, error: number, tolerance: number): boolean {
  return change <= Math.max(tolerance * error, ROUNDING);
}
