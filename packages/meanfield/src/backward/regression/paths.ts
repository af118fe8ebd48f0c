/** Simulated forward paths of copies of the whole system, from addressed random streams. */

import { randomStream } from "../../numeric/random.ts";
import type { ForwardProcess } from "../model.ts";

/** Rows are players, copy after copy. */
export interface Paths {
  readonly horizon: number;
  readonly steps: number;
  readonly copies: number;
  /** Players in one copy; in the limit all paths are one copy, whose members are independent of each other. */
  readonly players: number;
  /** X at the n-th time, one number a row. */
  readonly states: readonly Float64Array[];
  /** Writes W_{n+1} − W_n. */
  readonly increments: (n: number, out: Float64Array) => void;
}

export interface PathSettings {
  readonly forward: ForwardProcess;
  readonly horizon: number;
  readonly steps: number;
  readonly copies: number;
  readonly players: number;
  readonly seed: number;
  /** Two streams from this number on: starts and noise. */
  readonly stream: number;
  /** Number of the batch, which has random numbers of its own. */
  readonly batch: number;
}

export function simulatePaths(settings: PathSettings): Paths {
  const { forward, horizon, steps, copies, players, seed, stream, batch } = settings;
  const rows = copies * players;
  const root = Math.sqrt(horizon / steps);
  const noise = randomStream(seed, stream + 1);
  const increments = (n: number, out: Float64Array): void => {
    noise.fillNormal(out, (batch * steps + n) * rows);
    for (let r = 0; r < rows; r++) out[r] *= root;
  };
  const start = new Float64Array(rows);
  if (forward.kind === "diffusion") {
    randomStream(seed, stream).fillNormal(start, batch * rows);
    for (let r = 0; r < rows; r++) start[r] = forward.start(start[r]);
  }
  const states = forwardStates(forward, horizon, steps, start, increments);
  return { horizon, steps, copies, players, states, increments };
}

/** The same noises and starts with every second time left out; `steps` must be even. */
export function coarsened(forward: ForwardProcess, fine: Paths): Paths {
  const steps = fine.steps / 2;
  const second = new Float64Array(fine.states[0].length);
  const increments = (n: number, out: Float64Array): void => {
    fine.increments(2 * n, out);
    fine.increments(2 * n + 1, second);
    for (let r = 0; r < out.length; r++) out[r] += second[r];
  };
  const states =
    forward.kind === "brownian"
      ? fine.states.filter((_, n) => n % 2 === 0)
      : forwardStates(forward, fine.horizon, steps, fine.states[0], increments);
  return { ...fine, steps, states, increments };
}

/** Exact for X = W, else by Euler's scheme. */
function forwardStates(
  forward: ForwardProcess,
  horizon: number,
  steps: number,
  start: Float64Array,
  increments: Paths["increments"],
): Float64Array[] {
  const step = horizon / steps;
  const states = [start];
  const moves = new Float64Array(start.length);
  for (let n = 0; n < steps; n++) {
    const x = states[n];
    increments(n, moves);
    const next = new Float64Array(x.length);
    if (forward.kind === "brownian") for (let r = 0; r < x.length; r++) next[r] = x[r] + moves[r];
    else {
      const t = n * step;
      for (let r = 0; r < x.length; r++) {
        next[r] = x[r] + forward.drift(t, x[r]) * step + forward.volatility(t, x[r]) * moves[r];
      }
    }
    states.push(next);
  }
  return states;
}
