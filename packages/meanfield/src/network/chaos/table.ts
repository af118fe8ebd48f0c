import { excludes, rateSlope } from "../../core/index.ts";
import type { RateColumn } from "../../core/index.ts";
import { mean, variance } from "../../numeric/statistics.ts";

export interface Column {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly theory?: number;
  /** The theory's constant, where it is known. */
  readonly constant?: number;
  /** As in `RateColumn`. */
  readonly players?: readonly number[];
  readonly remark?: string;
}

/** One simulated number: its estimate and how well it is known. */
export interface Entry {
  readonly value: number;
  readonly standardError: number;
}

/** The mean over repetitions. */
export function meanEntry(sample: readonly number[]): Entry {
  return {
    value: mean(sample),
    standardError: sample.length < 2 ? Infinity : Math.sqrt(variance(sample) / sample.length),
  };
}

/** `scale` times the mean square of independent deviations from a known centre. */
export function squareEntry(deviations: readonly number[], scale: number): Entry {
  return meanEntry(deviations.map((value) => scale * value * value));
}

export function simulatedColumn(column: Column, players: readonly number[], entries: readonly Entry[]): RateColumn {
  return {
    ...column,
    value: entries.map(({ value }) => value),
    standardError: entries.map(({ standardError }) => standardError),
    slope: rateSlope(
      players,
      entries.map(({ value }) => value),
    ),
  };
}

/** A column whose values are cheap for any number of players, with the slope among millions of them. */
export function exactColumn(column: Column, players: readonly number[], at: (players: number) => number): RateColumn {
  const value = players.map(at);
  const slope = rateSlope(players, value);
  const [before, after] = [at(1e6), at(1e7)];
  const asymptotic = before > 0 && after > 0 ? Math.log10(after / before) : undefined;
  const { theory, story } = column;
  // The interval of exact values measures how the line bends, not chance.
  const bent = slope !== null && theory !== undefined && excludes(slope, theory);
  const rate = asymptotic?.toFixed(2).replace("-", "−");
  return {
    ...column,
    story:
      bent && rate !== undefined
        ? `${story} So few neurons do not yet show the limit's rate: among many more the slope is ${rate}.`
        : story,
    value,
    slope,
    ...(asymptotic === undefined ? {} : { asymptotic }),
    ...(asymptotic === undefined || theory === undefined ? {} : { constant: after * 1e7 ** -theory }),
  };
}
