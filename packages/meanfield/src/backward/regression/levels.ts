/**
 * Independent batches of regressions on one or several levels of time steps.
 *
 * M. B. Giles, "Multilevel Monte Carlo path simulation", Operations Research 56 (2008) 607–617: the answer of the finest level is the
 * coarsest level's plus the differences of neighbouring levels on the same paths, which vary little and so need few batches. Batches go
 * where they are worth most, in proportion to √(variance/cost). What is sampled is the answer of a whole batch, so that standard errors
 * hold whatever the regression does inside of it; what batches have in common, such as the error of the basis, they do not show.
 */

import { runningMoments } from "../../numeric/running-moments.ts";
import type { RunningMoments } from "../../numeric/running-moments.ts";
import { backwardPass, terminalLaw } from "./backward-pass.ts";
import type { PassResult, PassSettings, StepFit } from "./backward-pass.ts";
import { linearPart } from "./linear-part.ts";
import type { LinearPart } from "./linear-part.ts";
import { coarsened, simulatePaths } from "./paths.ts";
import type { Paths } from "./paths.ts";

export interface LevelSettings extends Omit<PassSettings, "linear"> {
  /** Of the finest level; divisible by 2 as often as there are levels below it. */
  readonly steps: number;
  readonly levels: number;
  readonly copies: number;
  /** Players in a copy. */
  readonly members: number;
  readonly seed: number;
  /** `sweep`: the law of Y is read off each pass; `picard`: it is held, from sweep to sweep. */
  readonly law: "sweep" | "picard";
  readonly sweeps: number;
  /** Accepted change of the law in the last sweep. */
  readonly settled: number;
  /** Averages of the finest level that are kept apart, batches going to each in turn; one where left out. */
  readonly groups?: number;
}

/** Moments of what batches of one level gave: differences to the level below, and on the coarsest level the answer itself. */
export interface LevelMoments {
  readonly steps: number;
  /** Rows times steps of a batch. */
  readonly cost: number;
  readonly y: RunningMoments;
  readonly z: RunningMoments;
  readonly cross: RunningMoments;
}

export interface Levels {
  readonly moments: readonly LevelMoments[];
  /** Adds a batch to a level. */
  readonly add: (level: number) => void;
  /** The level that another batch is worth most to. */
  readonly next: () => number;
  /** Sums over levels, with their standard errors. */
  readonly estimate: (name: "y" | "z" | "cross") => { readonly mean: number; readonly standardError: number };
  /** Of the finest level, averaged over its batches, or those of a group; undefined before the first. */
  readonly finest: (group?: number) => Finest | undefined;
  /** The worst change of the law in the last sweep of any batch, and the most sweeps; no change without Picard sweeps. */
  readonly picard: () => { readonly change: number; readonly sweeps: number };
  readonly linearAt: (steps: number) => LinearPart | undefined;
}

export interface Finest {
  readonly fits: readonly StepFit[];
  readonly laws: readonly Float64Array[];
  readonly finalLaw: Float64Array;
  /** Of the mean of Y at every time. */
  readonly means: readonly RunningMoments[];
}

/** Batches that every level gets before its variance is relied upon: sixteen tell it to a third, its root to a sixth. */
export const FIRST_BATCHES = 16;

/** A pilot's own control is what it fits itself, of which the second round has little noise left. */
const PILOT_ROUNDS = 2;

export function openLevels(settings: LevelSettings): Levels {
  const { model, steps, levels, copies, members, control, seed } = settings;
  const stepsOf = (level: number): number => steps / 2 ** (levels - 1 - level);
  const moments = Array.from({ length: levels }, (_, level) => ({
    steps: stepsOf(level),
    cost: copies * members * stepsOf(level) * (level === 0 ? 1 : 1.5),
    y: runningMoments(),
    z: runningMoments(),
    cross: runningMoments(),
  }));
  const parts = new Map<number, LinearPart | undefined>();
  const linearAt = (count: number): LinearPart | undefined => {
    if (!parts.has(count)) parts.set(count, control === "linear" ? linearPart(model, count) : undefined);
    return parts.get(count);
  };
  const pathsOf = (level: number, stream: number, batch: number): Paths =>
    simulatePaths({
      forward: model.forward,
      horizon: model.horizon,
      steps: stepsOf(level),
      copies,
      players: members,
      seed,
      // Four streams a level: starts and noise of pilots and of batches.
      stream: 4 * level + stream,
      batch,
    });
  const passOf = (count: number): PassSettings => ({ ...settings, linear: linearAt(count) });
  const pilots = new Map<number, PassResult>();
  const pilotOf = (level: number): PassResult => {
    let pilot = pilots.get(level);
    if (pilot !== undefined) return pilot;
    const pass = passOf(stepsOf(level));
    pilot = backwardPass(pathsOf(level, 0, 0), pass);
    for (let round = 1; round < PILOT_ROUNDS; round++) {
      pilot = backwardPass(pathsOf(level, 0, round), pass, pilot, undefined, true);
    }
    pilots.set(level, pilot);
    return pilot;
  };

  let worst = { change: 0, sweeps: 0 };
  /** One pass, or as many as the law needs to settle. */
  const solveBatch = (paths: Paths, level: number): PassResult => {
    const pass = passOf(paths.steps);
    const pilot = pilotOf(level);
    if (settings.law === "sweep" || model.functionals.length === 0) {
      return backwardPass(paths, pass, pilot);
    }
    const finalLaw = terminalLaw(paths, pass);
    let assumed: readonly Float64Array[] = Array.from({ length: paths.steps + 1 }, () => finalLaw);
    for (let sweep = 1; ; sweep++) {
      const result = backwardPass(paths, pass, pilot, assumed);
      const change = changeOf(result.laws, assumed);
      if (!(change > settings.settled) || sweep >= settings.sweeps) {
        worst = { change: Math.max(worst.change, change), sweeps: Math.max(worst.sweeps, sweep) };
        return result;
      }
      assumed = result.laws;
    }
  };

  const finest = new Map<number, AveragedFits>();
  return {
    moments,
    linearAt,
    add: (level) => {
      const { y, z, cross } = moments[level];
      const paths = pathsOf(level, 2, y.count);
      const fine = solveBatch(paths, level);
      const coarse = level === 0 ? undefined : solveBatch(coarsened(model.forward, paths), level - 1).start;
      y.add(fine.start.y - (coarse?.y ?? 0));
      z.add(fine.start.z - (coarse?.z ?? 0));
      cross.add(fine.start.cross - (coarse?.cross ?? 0));
      if (level === levels - 1) {
        const group = (y.count - 1) % (settings.groups ?? 1);
        const average = finest.get(group) ?? averagedFits(fine);
        finest.set(group, average);
        average.add(fine);
      }
    },
    next: () => {
      const short = moments.findIndex(({ y }) => y.count < FIRST_BATCHES);
      if (short >= 0) return short;
      // What a batch more takes off the sum of variances, for its cost; of Y or Z, whichever is known worse.
      const gain = ({ y, z, cost }: LevelMoments): number =>
        Math.max(y.variance, z.variance) / (y.count * (y.count + 1) * cost);
      return moments.reduce((best, level, k) => (gain(level) > gain(moments[best]) ? k : best), 0);
    },
    estimate: (name) => ({
      mean: moments.reduce((sum, level) => sum + level[name].mean, 0),
      standardError: Math.sqrt(moments.reduce((sum, level) => sum + level[name].standardError ** 2, 0)),
    }),
    finest: (group = 0) => finest.get(group)?.average(),
    picard: () => worst,
  };
}

interface AveragedFits {
  readonly add: (result: PassResult) => void;
  readonly average: () => Finest;
}

/** Averages of coefficients: all batches of a level have the bases of its pilot. */
function averagedFits({ fits, laws, means, finalLaw }: PassResult): AveragedFits {
  let count = 0;
  const zeros = (row: Float64Array): Float64Array => new Float64Array(row.length);
  const sums = fits.map(({ basis, centre, z, cross, y }) => ({
    basis,
    centre: zeros(centre),
    z: zeros(z),
    cross: zeros(cross),
    y: zeros(y),
  }));
  const lawSums = laws.map(zeros);
  const finalSum = zeros(finalLaw);
  const meanMoments = Array.from(means, () => runningMoments());
  const addTo = (sum: Float64Array, row: Float64Array): void => row.forEach((value, k) => (sum[k] += value));
  return {
    add: (result) => {
      count++;
      result.fits.forEach((fit, n) => {
        for (const name of ["centre", "z", "cross", "y"] as const) addTo(sums[n][name], fit[name]);
      });
      result.laws.forEach((law, n) => addTo(lawSums[n], law));
      addTo(finalSum, result.finalLaw);
      result.means.forEach((value, n) => meanMoments[n].add(value));
    },
    average: () => {
      const share = (row: Float64Array): Float64Array => row.map((value) => value / count);
      return {
        fits: sums.map(({ basis, centre, z, cross, y }) => ({
          basis,
          centre: share(centre),
          z: share(z),
          cross: share(cross),
          y: share(y),
        })),
        laws: lawSums.map(share),
        finalLaw: share(finalSum),
        means: meanMoments,
      };
    },
  };
}

function changeOf(laws: readonly Float64Array[], assumed: readonly Float64Array[]): number {
  let worst = 0;
  laws.forEach((law, n) =>
    law.forEach((value, k) => {
      const change = Math.abs(value - assumed[n][k]) / Math.max(1, Math.abs(value));
      // A NaN must come through.
      worst = Number.isNaN(change) ? change : Math.max(worst, change);
    }),
  );
  return worst;
}
