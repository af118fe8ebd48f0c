import { z } from "zod";
import { InputError, RefusalError, choice, evenGrid, listed, real, scalar, series, whole } from "../../core/index.ts";
import type { ParametersOf, Quantities, Question, Solver } from "../../core/index.ts";
import { linearInterpolation } from "../../numeric/linear-interpolation.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { BackwardModel, InteractingModel } from "../model.ts";
import type { ControlVariate } from "../regression/backward-pass.ts";
import { fittedField } from "../regression/fitted-field.ts";
import { FIRST_BATCHES, openLevels } from "../regression/levels.ts";
import type { Levels } from "../regression/levels.ts";
import { schemeStart } from "../regression/scheme-start.ts";
import { schemeOf, schemeOptions } from "../schemes/scheme.ts";

const options = z.object({
  paths: whole(
    4096,
    "Simulated players in a batch; of finitely many players there are at least 200 copies of the system",
    {
      minimum: 100,
      maximum: 10_000_000,
      scale: "log",
    },
  ),
  steps: whole(40, "Time steps, of the finest level", { minimum: 1, maximum: 10_000, scale: "log" }),
  levels: whole(
    2,
    "Levels of time steps, each with half the steps of the next: from two on the time error is estimated",
    {
      minimum: 1,
      maximum: 10,
    },
  ),
  ...schemeOptions("theta"),
  degree: whole(4, "Degree of Hermite polynomials in a player's own state", { minimum: 0, maximum: 12 }),
  crowd: whole(2, "Total degree where numbers of all players, or another player's state, come in", {
    minimum: 0,
    maximum: 4,
  }),
  control: choice(
    ["best", "none", "centred", "martingale", "linear"],
    "best",
    "Control variates: none; the fitted mean taken off what is multiplied by noise; the martingale too; that for what the exactly " +
      "solved linear part leaves, for X = W only; best: linear for X = W, else martingale",
  ),
  law: choice(
    ["sweep", "picard"],
    "sweep",
    "The law of Y: read off each sweep back through time, or held over it and replaced by what it gave, until it settles",
  ),
  sweeps: whole(50, "Most Picard sweeps of a batch", { minimum: 1, maximum: 1000 }),
  tolerance: real(1e-3, "Accepted standard error of Y0 and of Z0", { minimum: 1e-12, maximum: 1e6, scale: "log" }),
  batches: whole(300, "Most batches, of all levels together: no more are added, however large the standard errors", {
    minimum: 16,
    maximum: 1_000_000,
    scale: "log",
  }),
  seed: whole(0, "Seed of all random numbers", { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});

type Options = ParametersOf<typeof options>;

interface State {
  readonly question: Question;
  readonly options: Options;
  readonly control: ControlVariate;
  readonly levels: Levels;
}

/** Conditional expectations by regression on simulated paths. */
export const leastSquaresMonteCarlo: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "least-squares-monte-carlo",
  title: "Least-squares Monte Carlo",
  family: "backward",
  story:
    "Paths are simulated forward; back in time, Y and every Z^{ij} are regressed on polynomials of a player's own state and of numbers " +
    "of all players. Any driver, any number of players, any forward process. Independent batches give standard errors; what the time " +
    "step leaves is seen by several levels, what the polynomials leave by a higher degree.",
  reference:
    "E. Gobet, J.-P. Lemor, X. Warin, Ann. Appl. Probab. 15 (2005) 2172–2202; M. B. Giles, Oper. Res. 56 (2008) 607–617",
  options,
  refuses: (model, { concept }) => {
    if (concept !== "nash") return "a backward system has no planner";
    return model.kind === "interacting" ? undefined : "it is for interacting backward systems";
  },
  init: (model, question, chosen) => {
    const system = interacting(model);
    const { steps, levels, degree } = chosen;
    const brownian = system.forward.kind === "brownian";
    const control = chosen.control !== "best" ? chosen.control : brownian ? "linear" : "martingale";
    if (steps % 2 ** (levels - 1) !== 0) {
      throw new InputError("option steps", steps, `divisible by ${2 ** (levels - 1)} for ${levels} levels`);
    }
    if (chosen.batches < levels * FIRST_BATCHES) {
      throw new InputError("option batches", chosen.batches, `at least ${levels * FIRST_BATCHES} for ${levels} levels`);
    }
    if (control === "linear" && !brownian) {
      throw new InputError(
        "option control",
        control,
        "none, centred or martingale: the linear part is solved for X = W only",
      );
    }
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
      control,
      levels: openLevels({
        ...chosen,
        model: system,
        players: question.players,
        scheme: schemeOf(chosen),
        control,
        degrees: { own: degree, crowd: Math.min(chosen.crowd, degree) },
        copies,
        members,
        settled: SETTLED,
      }),
    };
  },
  step: (_model, { levels, options: { tolerance, batches: most } }) => {
    const level = levels.next();
    levels.add(level);
    if (!levels.moments.every(({ y }) => y.count > 1)) return { metrics: { level }, status: "running" };
    const [y, exposure] = [levels.estimate("y"), levels.estimate("z")];
    const metrics = {
      level,
      Y0: y.mean,
      Y0_standard_error: y.standardError,
      Z0: exposure.mean,
      Z0_standard_error: exposure.standardError,
    };
    const enough = levels.moments.every(({ y: { count } }) => count >= FIRST_BATCHES);
    const precise = y.standardError <= tolerance && exposure.standardError <= tolerance;
    const { change, sweeps } = levels.picard();
    const counts = levels.moments.map(({ y: { count } }) => count);
    const settled = change <= SETTLED;
    const reached =
      `standard errors ${y.standardError.toPrecision(1)} of Y0, ${exposure.standardError.toPrecision(1)} of Z0 from ` +
      `${counts.join(" + ")} batches`;
    if (enough && precise && settled) {
      const law = sweeps === 0 ? "" : `; the law settles in ${sweeps} sweeps`;
      return { metrics, status: "converged", reason: reached + law };
    }
    if (counts.reduce((sum, count) => sum + count, 0) < most) return { metrics, status: "running" };
    const short = precise ? "" : ` where ${tolerance} was asked for`;
    const law = settled ? "" : `; the law still moved by ${change.toPrecision(1)} in the last of ${sweeps} sweeps`;
    return { metrics, status: "iteration-limit", reason: `${reached}${short}${law}` };
  },
  candidate: (model, state) => {
    const system = interacting(model);
    const { levels, question, options: chosen } = state;
    if (levels.finest() === undefined) levels.add(chosen.levels - 1);
    const finest = levels.finest();
    if (finest === undefined) throw new RefusalError("no batch has been computed");
    const { fits, laws, finalLaw } = finest;
    const linear = levels.linearAt(chosen.steps);
    const times = evenGrid(0, system.horizon, chosen.steps + 1);
    return {
      kind: "interacting",
      model: system,
      question,
      field: fittedField({ model: system, players: question.players, fits, linear, finalLaw }),
      ...(question.players === Infinity ? { assumedLaw: lawOf(laws, times) } : {}),
      told: toldOf(state, system, times),
    };
  },
};

/** Fewer do not tell how Y depends on numbers of all players. */
const FEWEST_COPIES = 200;
/** 200 MB of states. */
const MOST_NUMBERS = 2.5e7;
const SETTLED = 1e-9;

/** Linear between the times. */
function lawOf(laws: readonly Float64Array[], times: Float64Array): (t: number, out: Float64Array) => void {
  const functions = Array.from(laws[0], (_, k) =>
    linearInterpolation(
      times,
      laws.map((law) => law[k]),
    ),
  );
  return (t, out) => functions.forEach((at, k) => (out[k] = at(t)));
}

/**
 * Means over batches with their standard errors; by level where there are several.
 *
 * `Y0_scheme` is what the scheme gives without chance. The time error said is the difference to half as many steps: that of a first-order scheme, more than that of a second-order one.
 */
function toldOf(
  { levels, question, control, options: chosen }: State,
  model: InteractingModel,
  times: Float64Array,
): Quantities {
  const of = (name: string, part: "y" | "z" | "cross"): Quantities => ({
    [name]: () => scalar(levels.estimate(part).mean),
    [`${name}_standard_error`]: () => scalar(levels.estimate(part).standardError),
    ...(levels.moments.length === 1
      ? {}
      : { [`${name}_time_error`]: () => scalar(Math.abs(last(levels.moments)[part].mean)) }),
  });
  const several = Number.isFinite(question.players) && question.players > 1;
  // With the linear part solved exactly the scheme is another one: it steps what is left only.
  const own = control === "linear" ? undefined : schemeStart(model, question.players, schemeOf(chosen), chosen.steps);
  return {
    ...(own === undefined ? {} : { Y0_scheme: () => scalar(own.y), Z0_scheme: () => scalar(own.z) }),
    ...of("Y0", "y"),
    ...of("Z0", "z"),
    ...(several ? of("Z0_cross", "cross") : {}),
    // Of the limit over Brownian motions the mean is an integral of the field, which no sample of states blurs.
    ...(question.players === Infinity && model.forward.kind === "brownian" ? {} : meanSeries(levels, times)),
    ...(levels.moments.length === 1 ? {} : levelTable(levels)),
  };
}

function meanSeries(levels: Levels, times: Float64Array): Quantities {
  const means = levels.finest()?.means ?? [];
  const over = (read: (moments: (typeof means)[number]) => number) => () =>
    series(times, linearInterpolation(times, means.map(read)));
  return {
    Y_mean: over(({ mean }) => mean),
    ...(means.every(({ count }) => count > 1)
      ? { Y_mean_standard_error: over(({ standardError }) => standardError) }
      : {}),
  };
}

function levelTable({ moments }: Levels): Quantities {
  const steps = moments.map((level) => level.steps);
  const column = (read: (level: Levels["moments"][number]) => number) => () =>
    listed("steps", steps, moments.map(read));
  return {
    level_batches: column(({ y }) => y.count),
    level_Y0: column(({ y }) => y.mean),
    level_variance_Y0: column(({ y }) => y.variance),
    level_variance_Z0: column(({ z: exposure }) => exposure.variance),
  };
}

function last<T>(list: readonly T[]): T {
  return list[list.length - 1];
}

function interacting(model: BackwardModel): InteractingModel {
  if (model.kind !== "interacting") throw new RefusalError("this is no interacting backward system");
  return model;
}
