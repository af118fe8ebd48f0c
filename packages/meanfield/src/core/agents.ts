/** Many players of the limit game, moving under one strategy: what a picture of a crowd is made of. */

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
  /** How each coordinate is announced, named as the axes of the game's fields are; symbols are TeX without dollars. */
  readonly coordinates: readonly { readonly name: string; readonly title: string; readonly symbol: string }[];
  /** True where there is nothing between two places: agents jump. */
  readonly discrete: boolean;
  /** At time i, agent j, coordinate c: (i · agents + j) · coordinates.length + c; NaN from when an agent has left. */
  readonly positions: Float32Array;
}
