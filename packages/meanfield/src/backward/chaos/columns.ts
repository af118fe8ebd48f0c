import type { ChaosSettings } from "../../core/index.ts";

/** One error against the number of players. */
export interface Column {
  /** `snake_case`. */
  readonly name: string;
  readonly title: string;
  readonly story: string;
  /** The exponent of N that theory gives. */
  readonly theory?: number;
}

export interface ExactColumn extends Column {
  /** Undefined where there is no such number for so many players. */
  readonly value: (players: number) => number | undefined;
  /** Why there is none, where that can be: a part of a sentence. */
  readonly missing?: string;
  /** Beyond this number of players the value is too costly. Default: any number. */
  readonly most?: number;
  /** With `most`: from a hundred players on, the slope between the last two numbers of players counts as that of many. */
  readonly lastSlope?: boolean;
}

/** A Monte-Carlo mean with its standard error, for every number of players. */
export interface SimulatedColumn extends Column {
  /** Yields the share done; a stopped run may return undefined. */
  readonly estimate: (players: number, settings: ChaosSettings) => Generator<number, SimulatedEntry | undefined, void>;
}

export interface SimulatedEntry {
  readonly value: number;
  readonly standardError: number;
}
