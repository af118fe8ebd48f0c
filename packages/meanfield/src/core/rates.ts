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
  /** Present where the values are Monte-Carlo means. */
  readonly standardError?: readonly number[];
  /** Fitted on log–log axes; null where fewer than two values are positive. */
  readonly slope: Slope | null;
  /**
   * The slope between a million and ten million players, or between fewer where rounding hides these: the limit's own
   * rate, which a fit over few players may not have reached. Only where exact values are cheap for any number.
   */
  readonly asymptotic?: number;
  /** The exponent that theory gives. */
  readonly theory?: number;
}

export interface Slope {
  readonly slope: number;
  readonly standardError: number;
  /** 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
}
