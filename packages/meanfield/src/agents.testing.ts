/** Agents of catalogue games, and how near to a law so many independent draws must be. */

import { catalogue } from "./catalogue.ts";
import type { AgentPaths, AgentSettings } from "./core/index.ts";
import { byName, prepare, runSolver } from "./laboratory.ts";
import type { Preparation, SolveRequest } from "./laboratory.ts";

export interface Moving {
  readonly preparation: Preparation;
  readonly candidate: unknown;
  readonly move: (settings: Partial<AgentSettings>) => AgentPaths;
}

/** An answer to a game of the catalogue, and agents who follow it. */
export async function moving(id: string, request: SolveRequest = {}): Promise<Moving> {
  const game = byName("game", catalogue.games, (one) => one.id, id);
  const preparation = prepare(catalogue, game, request);
  const { candidate } = await runSolver(preparation, {});
  const { wing, model } = preparation;
  const move: Moving["move"] = (settings) => {
    const work = wing.agents?.(model, candidate, { agents: 2000, frames: 12, seed: 3, ...settings });
    if (work === undefined) throw new Error(`${id} has no agents`);
    return finished(work);
  };
  return { preparation, candidate, move };
}

export function finished<T>(work: Generator<number, T, void>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}

/** One coordinate of all agents at a frame; NaN for those who have left. */
export function column({ agents, coordinates, positions }: AgentPaths, frame: number, c = 0): Float64Array {
  const width = coordinates.length;
  return Float64Array.from({ length: agents }, (_, i) => positions[(frame * agents + i) * width + c]);
}

/**
 * What sup|F_n − F| of n independent draws exceeds with probability 10⁻⁶ at most: √(ln(2/δ)/2n), by A. Dvoretzky, J. Kiefer,
 * J. Wolfowitz with the constant of P. Massart, "The tight constant in the DKW inequality", Ann. Probab. 18 (1990) 1269–1283.
 */
export function massart(n: number, chance = 1e-6): number {
  return Math.sqrt(Math.log(2 / chance) / (2 * n));
}

/** max_k |F_n(x_k) − F(x_k)| at given places; who has left is beyond all of them. */
export function distance(values: Float64Array, at: ArrayLike<number>, F: ArrayLike<number>): number {
  const sorted = values.filter((x) => !Number.isNaN(x)).toSorted();
  let [below, most] = [0, 0];
  for (let k = 0; k < at.length; k++) {
    while (below < sorted.length && sorted[below] <= at[k]) below++;
    most = Math.max(most, Math.abs(below / values.length - F[k]));
  }
  return most;
}
