import { logLogSlope } from "../numeric/regression.ts";

/** Errors against the number of players, with the rate fitted to them. */
export interface RateTable {
  readonly players: readonly number[];
  readonly columns: readonly RateColumn[];
}

export interface RateColumn {
  /** `snake_case`, as in JSON. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what the error is, and whether it is exact or simulated. */
  readonly story: string;
  readonly value: readonly number[];
  /** The numbers of players that it has values for, where these are not all of the table's; `remark` says why. */
  readonly players?: readonly number[];
  /** What else has to be said beside the numbers: a part of a sentence. */
  readonly remark?: string;
  /** Present where the values are Monte-Carlo means. */
  readonly standardError?: readonly number[];
  /** Repetitions behind each value, where they differ: the weights that it has in the fit. */
  readonly repeats?: readonly number[];
  /** Fitted on log–log axes; null where fewer than two values are positive. */
  readonly slope: Slope | null;
  /**
   * The slope between a million and ten million players, or between fewer where rounding hides these: the limit's own
   * rate, which a fit over few players may not have reached. Only where exact values are cheap for any number.
   */
  readonly asymptotic?: number;
  /** What value · N^(−theory) tends to: the constant of the rate. Only with `theory`, where exact values are cheap. */
  readonly constant?: number;
  /** The exponent that theory gives. */
  readonly theory?: number;
}

export interface Slope {
  readonly slope: number;
  /** Absent where the line goes through two points only, which leave no residual to judge it by; so is the interval. */
  readonly standardError?: number;
  /** 95 % confidence interval. */
  readonly low?: number;
  readonly high?: number;
}

/** Whether the interval of a slope, where it has one, leaves out what theory gives. */
export function excludes({ low, high }: Slope, theory: number): boolean {
  return low !== undefined && high !== undefined && !(low <= theory && theory <= high);
}

/** Through the positive finite values, each as important as its weight, all alike by default. */
export function rateSlope(
  players: readonly number[],
  value: readonly number[],
  weights?: readonly number[],
): Slope | null {
  const positive = players
    .map((count, i) => [count, value[i], weights?.[i] ?? 1] as const)
    .filter(([, error]) => error > 0 && error < Infinity);
  if (positive.length < 2) return null;
  if (positive.length === 2) {
    const [[n0, e0], [n1, e1]] = positive;
    return { slope: Math.log(e1 / e0) / Math.log(n1 / n0) };
  }
  const { slope, standardError, low, high } = logLogSlope(
    positive.map(([count]) => count),
    positive.map(([, error]) => error),
    weights === undefined ? {} : { weights: positive.map(([, , weight]) => weight) },
  );
  return { slope, standardError, low, high };
}
