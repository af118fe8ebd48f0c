import type { ChaosSettings } from "../../core/index.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { randomStream } from "../../numeric/random.ts";
import { closedLinearSolution, constantGap } from "../closed-forms/linear.ts";
import type { LinearSystem } from "../model.ts";
import type { SimulatedColumn, SimulatedEntry } from "./columns.ts";

/** E sup_t |Y^{i,N} − Y^i|² of a Gaussian linear system, whose difference is B(t)W̄_t + y_N − y: one path of W̄ a repeat. */
export function supErrorColumn(horizon: number, system: LinearSystem): SimulatedColumn {
  return {
    name: "error_Y_sup",
    title: "Error of Y, largest along paths",
    story:
      "E sup_t |Y^{i,N}_t − Y^i_t|² over the times of the steps, in the norm of the theorems; simulated, with exact increments.",
    theory: -1,
    estimate: (players, settings) => simulate(horizon, system, players, settings),
  };
}

function* simulate(
  horizon: number,
  system: LinearSystem,
  players: number,
  { repeats, steps, seed, signal }: ChaosSettings,
): Generator<number, SimulatedEntry | undefined, void> {
  const { at } = closedLinearSolution(horizon, system, players);
  const step = horizon / steps;
  const factor = Float64Array.from({ length: steps + 1 }, (_, k) => at(k * step).mean * Math.sqrt(step / players));
  const shift = Float64Array.from({ length: steps + 1 }, (_, k) =>
    constantGap(system, players, Math.max(0, horizon - k * step)),
  );
  // One stream per number of players: the same mean path scaled would give every row the same chance.
  const noise = randomStream(seed, 1000 + players);
  const draws = new Float64Array(steps);
  const suprema = new Float64Array(repeats);
  for (let repeat = 0; repeat < repeats; repeat++) {
    if (repeat % 256 === 0) {
      yield repeat / repeats;
      if (signal?.aborted === true) return undefined;
    }
    noise.fillNormal(draws, repeat * steps);
    let walk = 0;
    let worst = shift[0] * shift[0];
    for (let k = 1; k <= steps; k++) {
      walk += draws[k - 1];
      const gap = factor[k] * walk + shift[k];
      worst = Math.max(worst, gap * gap);
    }
    suprema[repeat] = worst;
  }
  if (repeats === 1) return { value: suprema[0], standardError: Infinity };
  const { mean, standardError } = meanWithError(suprema);
  return { value: mean, standardError };
}
