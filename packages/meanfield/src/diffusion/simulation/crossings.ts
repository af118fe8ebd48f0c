import { randomStream } from "../../numeric/random.ts";
import { streams } from "./deviations.ts";

/**
 * Watches who touches a level, also between the times of the grid.
 *
 * A path seen at x₀ and x₁ above the level L at both ends of a step of length Δ has crossed it in between with
 * probability exp(−2(x₀ − L)(x₁ − L)/(σ²Δ)) if it is a Brownian bridge of variance rate σ² (Karatzas & Shreve, Brownian
 * Motion and Stochastic Calculus, 2nd ed., section 4.3). Two approximations remain, both vanishing with the step: within a
 * step the drift's bending of the bridge is neglected, and given the ends the crossings of different players and of the
 * mean are drawn independently although common noise ties them.
 */
export interface Crossings {
  /** Begins a path; whoever starts at the level or below has touched it. */
  readonly start: (path: number, mean: number) => void;
  /** Looks at the end of step `n`, of length `length`. */
  readonly look: (path: number, n: number, length: number, mean: number) => void;
  /** Players that have touched the level on this path, and whether the mean has. */
  readonly count: () => number;
  readonly systemic: () => boolean;
}

/** `continuous`: with the bridge; `grid`: only at the times of the grid, as an observer who looks now and then. */
export type Monitoring = "continuous" | "grid";

/**
 * @param positions first state coordinate of player i at i·stride, plus `centre[0]` and less the mean
 * @param rates variance rates of the first coordinate of one player and of the mean
 */
export function crossings(
  level: number,
  positions: Float64Array,
  stride: number,
  centre: Float64Array,
  rates: { readonly player: number; readonly mean: number },
  monitoring: Monitoring,
  steps: number,
  seed: number,
): Crossings {
  const players = positions.length / stride;
  const stream = randomStream(seed, streams.crossing);
  const before = new Float64Array(players);
  const touched = new Uint8Array(players);
  const bridge = monitoring === "continuous";
  let meanBefore = 0;
  let meanTouched = false;
  let count = 0;

  const crosses = (x0: number, x1: number, spread: number, index: number): boolean => {
    if (x1 <= 0) return true;
    if (!bridge || spread === 0) return false;
    const exponent = (2 * x0 * x1) / spread;
    // Draws are multiples of 2⁻⁵³ > e⁻³⁷: what is less likely than that cannot be told from the impossible.
    return exponent < 37 && stream.uniform(index) < Math.exp(-exponent);
  };

  return {
    start: (_path, mean) => {
      count = 0;
      const shift = mean - centre[0] - level;
      for (let i = 0; i < players; i++) {
        before[i] = positions[i * stride] + shift;
        touched[i] = before[i] <= 0 ? 1 : 0;
        count += touched[i];
      }
      meanBefore = mean - level;
      meanTouched = meanBefore <= 0;
    },
    look: (path, n, length, mean) => {
      const shift = mean - centre[0] - level;
      const first = (path * steps + n) * (players + 1);
      const spread = rates.player * length;
      for (let i = 0; i < players; i++) {
        if (touched[i] === 1) continue;
        const now = positions[i * stride] + shift;
        if (crosses(before[i], now, spread, first + i)) {
          touched[i] = 1;
          count++;
        }
        before[i] = now;
      }
      if (!meanTouched) {
        const now = mean - level;
        meanTouched = crosses(meanBefore, now, rates.mean * length, first + players);
        meanBefore = now;
      }
    },
    count: () => count,
    systemic: () => meanTouched,
  };
}
