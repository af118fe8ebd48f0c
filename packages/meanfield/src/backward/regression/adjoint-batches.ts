/** Independent batches of particles for a forward–backward system, each iterated until its field stands still, on two step sizes. */

import { randomStream } from "../../numeric/random.ts";
import { runningMoments } from "../../numeric/running-moments.ts";
import type { RunningMoments } from "../../numeric/running-moments.ts";
import { adjointRound, finalSlopes, slopesAt } from "./adjoint-pass.ts";
import type { AdjointFit, AdjointRound, AdjointSettings, Noises } from "./adjoint-pass.ts";

export interface BatchSettings extends AdjointSettings {
  readonly seed: number;
  /** Most rounds of a batch. */
  readonly rounds: number;
  /** Accepted change of the field in the last round. */
  readonly settled: number;
}

export interface AdjointBatches {
  readonly add: () => BatchReport;
  /** Of η at the times of the steps, at the horizon that of the terminal value, and of Z^{ii}_0. */
  readonly eta: readonly RunningMoments[];
  readonly z: RunningMoments;
  /** Of Z^{ii}_0 and η_0 less the same with half as many steps; empty where the steps are odd. */
  readonly coarse: { readonly z: RunningMoments; readonly eta: RunningMoments };
  /** Averaged over the batches. */
  readonly average: () => { readonly fits: readonly AdjointFit[]; readonly means: Float64Array };
}

export interface BatchReport {
  readonly rounds: number;
  readonly change: number;
}

export function openBatches(settings: BatchSettings): AdjointBatches {
  const { model, steps, seed } = settings;
  const eta = Array.from({ length: steps + 1 }, () => runningMoments());
  const [z, coarseZ, coarseEta] = [runningMoments(), runningMoments(), runningMoments()];
  const half: BatchSettings | undefined = steps % 2 === 0 ? { ...settings, steps: steps / 2 } : undefined;
  // The pilot only gives the bases, from what follows where nobody acts, and a field to start from.
  const pilots = new Map<number, AdjointRound>();
  const pilotOf = (of: BatchSettings): AdjointRound => {
    const found = pilots.get(of.steps) ?? settle(of, noisesOf(of, 0, 0), undefined).round;
    pilots.set(of.steps, found);
    return found;
  };
  let count = 0;
  let sums: { fits: AdjointFit[]; means: Float64Array } | undefined;
  return {
    eta,
    z,
    coarse: { z: coarseZ, eta: coarseEta },
    add: () => {
      const noises = noisesOf(settings, 2, count);
      const { round, rounds } = settle(settings, noises, pilotOf(settings));
      count++;
      const start = startSlopes(settings, round);
      z.add(start.z);
      round.fits.forEach((fit, n) => eta[n].add(n === 0 ? start.eta : slopesAt(fit, round.means[n]).own));
      eta[steps].add(finalSlopes(settings, round.means[steps]).own);
      if (half !== undefined) {
        const rough = startSlopes(half, settle(half, coarsened(noises), pilotOf(half)).round);
        coarseZ.add(start.z - rough.z);
        coarseEta.add(start.eta - rough.eta);
      }
      sums = added(sums, round);
      return { rounds, change: round.change };
    },
    average: () => {
      const { fits, means } = sums ?? pilotOf(settings);
      const share = (row: Float64Array): Float64Array => row.map((value) => value / Math.max(1, count));
      return {
        fits: fits.map(({ basis, own, cross }) => ({ basis, own: share(own), cross: share(cross) })),
        means: share(means),
      };
    },
  };

  function noisesOf(of: BatchSettings, stream: number, batch: number): Noises {
    const rows = of.copies * of.members;
    const root = Math.sqrt(model.horizon / of.steps);
    const noise = randomStream(seed, stream + 1);
    const starts = new Float64Array(rows);
    randomStream(seed, stream).fillNormal(starts, batch * rows);
    const spread = Math.sqrt(model.start.variance);
    for (let r = 0; r < rows; r++) starts[r] = model.start.mean + spread * starts[r];
    return {
      starts,
      increments: (n, out) => {
        noise.fillNormal(out, (batch * of.steps + n) * rows);
        for (let r = 0; r < rows; r++) out[r] *= root;
      },
    };
  }
}

/** Rounds until the field stands still, or as many as allowed. */
function settle(
  settings: BatchSettings,
  noises: Noises,
  start: AdjointRound | undefined,
): { readonly round: AdjointRound; readonly rounds: number } {
  let round = adjointRound(settings, noises, start);
  let rounds = 1;
  for (; rounds < settings.rounds && round.change > settings.settled; rounds++) {
    round = adjointRound(settings, noises, round);
  }
  return { round, rounds };
}

/** At time 0, or where all start from one state, at the first time that their states differ. */
function startSlopes({ model, players }: BatchSettings, { fits, means }: AdjointRound): { eta: number; z: number } {
  const first = fits[0].basis.own.scale > 0 || fits.length === 1 ? 0 : 1;
  const { own, mean } = slopesAt(fits[first], means[first]);
  return { eta: own, z: model.volatility * (own + (Number.isFinite(players) ? mean / players : 0)) };
}

function coarsened({ starts, increments }: Noises): Noises {
  const second = new Float64Array(starts.length);
  return {
    starts,
    increments: (n, out) => {
      increments(2 * n, out);
      increments(2 * n + 1, second);
      for (let r = 0; r < out.length; r++) out[r] += second[r];
    },
  };
}

function added(
  sums: { fits: AdjointFit[]; means: Float64Array } | undefined,
  { fits, means }: AdjointRound,
): { fits: AdjointFit[]; means: Float64Array } {
  if (sums === undefined) {
    return {
      fits: fits.map(({ basis, own, cross }) => ({ basis, own: own.slice(), cross: cross.slice() })),
      means: means.slice(),
    };
  }
  fits.forEach(({ own, cross }, n) => {
    own.forEach((value, k) => (sums.fits[n].own[k] += value));
    cross.forEach((value, k) => (sums.fits[n].cross[k] += value));
  });
  means.forEach((value, n) => (sums.means[n] += value));
  return sums;
}
