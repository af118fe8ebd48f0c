/** Many players of the limit game, moving under one strategy: what a picture of a crowd is made of. */

import { InputError } from "./errors.ts";
import { evenGrid } from "./quantity.ts";

export interface AgentSettings {
  readonly agents: number;
  /** Times at which positions are kept, at least 2, from 0 to the horizon; fewer where time itself has fewer. */
  readonly frames: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Positions of agents that each play the strategy against the limit's flow; none of them moves it. */
export interface AgentPaths {
  readonly t: Float64Array;
  readonly agents: number;
  readonly coordinates: readonly AgentCoordinate[];
  /** True where there is nothing between two places: agents jump. */
  readonly discrete: boolean;
  /** At time i, agent j, coordinate c: (i · agents + j) · coordinates.length + c; NaN from when an agent has left. */
  readonly positions: Float32Array;
  /** Kinds of agents where there are several: populations, classes. `of` has the place in `names` of each agent. */
  readonly groups?: { readonly names: readonly string[]; readonly of: Uint8Array };
}

/** How a coordinate is announced, named as the axes of the game's fields are; symbols are TeX without dollars. */
export interface AgentCoordinate {
  readonly name: string;
  readonly title: string;
  readonly symbol: string;
  /** The places there are, where the coordinate is discrete, increasing. */
  readonly places?: Float64Array;
  /** Words for them. */
  readonly labels?: readonly string[];
  /** The ends of the space, where it has some. */
  readonly ends?: readonly [low: number, high: number];
  /** Whether the ends are one and the same place. */
  readonly periodic?: boolean;
}

/** Random streams of agents, one for each purpose: apart from those of solvers, which count from 0. */
export const agentStreams = { start: 100, own: 101, common: 102, crossing: 103 } as const;

const most = { agents: 1_000_000, frames: 10_000, positions: 2 ** 28 };

/**
 * Room for the positions of agents, all NaN.
 *
 * @throws InputError for numbers of agents and frames or a seed that are no such numbers or too large to hold.
 */
export function openAgents(
  settings: AgentSettings,
  t: Float64Array,
  coordinates: readonly AgentCoordinate[],
  discrete: boolean,
): AgentPaths {
  checkAgents(settings);
  const { agents } = settings;
  const size = t.length * agents * coordinates.length;
  if (size > most.positions)
    throw new InputError("agents", agents, `at most ${Math.floor(most.positions / (t.length * coordinates.length))}`);
  return { t, agents, coordinates, discrete, positions: new Float32Array(size).fill(Number.NaN) };
}

/** @throws InputError as `openAgents`. */
export function checkAgents({ agents, frames, seed }: AgentSettings): void {
  const whole = (field: string, value: number, least: number, largest: number): void => {
    if (!Number.isSafeInteger(value) || value < least || value > largest)
      throw new InputError(field, value, `a whole number from ${least} to ${largest}`);
  };
  whole("agents", agents, 1, most.agents);
  whole("frames", frames, 2, most.frames);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError("seed", seed, "a whole number in [0, 2^53)");
}

/** Even times from 0 to a horizon in continuous time. */
export function frameTimes(horizon: number, { frames }: Pick<AgentSettings, "frames">): Float64Array {
  return evenGrid(0, horizon, frames);
}

/** Of the times 0, 1, …, T all where frames suffice, else as many, evenly chosen, the first and the last among them. */
export function frameSteps(horizon: number, { frames }: Pick<AgentSettings, "frames">): Float64Array {
  const count = Math.min(frames, horizon + 1);
  return Float64Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * horizon) / (count - 1))));
}
