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

/** The median over repetitions; its error from the order statistics one standard deviation of the count to either side. */
export function medianEntry(sample: readonly number[]): Entry {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = (place: number): number => {
    const inside = Math.min(sorted.length - 1, Math.max(0, place));
    const low = Math.floor(inside);
    return sorted[low] + (inside - low) * (sorted[Math.ceil(inside)] - sorted[low]);
  };
  const [middle, reach] = [(sorted.length - 1) / 2, Math.sqrt(sorted.length) / 2];
  return {
    value: at(middle),
    standardError: sorted.length < 2 ? Infinity : (at(middle + reach) - at(middle - reach)) / 2,
  };
}

/** Whether one of many squares has a share of their sum that those of normal deviations have less than once in a thousand times. */
export function heavy(squares: readonly number[]): boolean {
  const total = squares.reduce((sum, value) => sum + value, 0);
  return Math.max(...squares) > (0.2 + 8 / squares.length) * total;
}

/** Every entry times its number of players. */
export function scaled(entries: readonly Entry[], players: readonly number[]): Entry[] {
  return entries.map(({ value, standardError }, i) => ({
    value: players[i] * value,
    standardError: players[i] * standardError,
  }));
}

/** What the size of a correlation does not tell. */
export function signRemark(players: readonly number[], values: readonly Entry[]): { readonly remark?: string } {
  const negative = players.filter((_, i) => values[i].value < 0);
  if (negative.length === 0) return {};
  const which = negative.length === players.length ? "" : ` for N = ${negative.join(", ")}`;
  return {
    remark: `negative${which}, since neurons make up for each other`,
  };
}

/** @param repeats of each entry, where they differ: its weight in the fit */
export function simulatedColumn(
  column: Column,
  players: readonly number[],
  entries: readonly Entry[],
  repeats?: readonly number[],
): RateColumn {
  const value = entries.map((entry) => entry.value);
  const slope = rateSlope(players, value, repeats);
  const remarks = [column.remark, laterRate(column.theory, players, value, slope, repeats)].filter(
    (remark) => remark !== undefined,
  );
  return {
    ...column,
    ...(remarks.length === 0 ? {} : { remark: remarks.join("; ") }),
    ...(repeats === undefined ? {} : { repeats }),
    value,
    standardError: entries.map(({ standardError }) => standardError),
    slope,
  };
}

/** Where a fit leaves out what theory says of many neurons: from which number on it does not, of at least four. */
function laterRate(
  theory: number | undefined,
  players: readonly number[],
  value: readonly number[],
  slope: RateColumn["slope"],
  repeats: readonly number[] | undefined,
): string | undefined {
  if (theory === undefined || slope === null || !excludes(slope, theory)) return undefined;
  for (let from = 1; from + 4 <= players.length; from++) {
    const later = rateSlope(players.slice(from), value.slice(from), repeats?.slice(from));
    if (later === null || excludes(later, theory)) continue;
    const words = [later.slope, later.low ?? Number.NaN, later.high ?? Number.NaN].map((one) =>
      one.toFixed(2).replace("-", "−"),
    );
    return `few neurons do not show the limit's rate: from N = ${players[from]} on the slope is ${words[0]} [${words[1]}, ${words[2]}]`;
  }
  return undefined;
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
