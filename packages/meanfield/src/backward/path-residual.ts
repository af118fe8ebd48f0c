/**
 * How well a field satisfies its backward equation along simulated paths: for forward processes without exact transitions, and for
 * systems of finitely many players that are not linear.
 */

import { randomStream } from "../numeric/random.ts";
import type { InteractingCandidate } from "./candidate.ts";

const STEPS = 200;
/** Fewer of many players, whose fields take longer to read. */
const pathsOf = (players: number): number => Math.max(10, Math.min(200, Math.floor(10_000 / players)));

/**
 * The root mean square of Y^1_0 − ξ^1 − ∫f ds + Σ_j ∫Z^{1j}dW^j over 200 paths of 200 steps, fewer paths of more than fifty players.
 *
 * It measures the field and the time step together: for a smooth exact field it falls like the root of the step.
 */
export function pathResidual({ model, question, field, assumedLaw }: InteractingCandidate): number {
  const { horizon, forward, driver, terminal, functionals, terminalFunctionals } = model;
  const limit = question.players === Infinity;
  // In the limit the paths are independent copies of one player, who sees the law that was assumed.
  const players = limit ? 1 : question.players;
  const paths = pathsOf(players);
  const step = horizon / STEPS;
  const noise = randomStream(0, 1);
  const starts = randomStream(0, 0);
  const law = new Float64Array(functionals.length);
  const [x, y, z, dw] = [0, 1, 2, 3].map(() => new Float64Array(players));
  const finals = new Float64Array(terminalFunctionals.length);
  const ends: Float64Array = new Float64Array(paths);
  const sums = new Float64Array(paths);
  for (let path = 0; path < paths; path++) {
    for (let i = 0; i < players; i++) {
      x[i] = forward.kind === "brownian" ? 0 : forward.start(starts.normal(path * players + i));
    }
    let sum = 0;
    for (let k = 0; k < STEPS; k++) {
      const t = k * step;
      field.values(t, x, y);
      field.diagonal(t, x, z);
      if (limit) assumedLaw?.(t, law);
      else functionals.forEach(({ of }, index) => (law[index] = of(y)));
      if (k === 0) sum += y[0];
      sum += driver(t, x[0], y[0], z[0], law) * -step;
      noise.fillNormal(dw, (path * STEPS + k) * players);
      for (let j = 0; j < players; j++) {
        dw[j] *= Math.sqrt(step);
        sum += field.z(t, x, 0, j) * dw[j];
      }
      for (let j = 0; j < players; j++) {
        x[j] +=
          forward.kind === "brownian" ? dw[j] : forward.drift(t, x[j]) * step + forward.volatility(t, x[j]) * dw[j];
      }
    }
    sums[path] = sum;
    ends[path] = x[0];
    if (!limit) {
      terminalFunctionals.forEach(({ of }, index) => (finals[index] = of(x)));
      sums[path] -= terminal(x[0], finals);
    }
  }
  if (limit) {
    terminalFunctionals.forEach(({ of }, index) => (finals[index] = of(ends)));
    for (let path = 0; path < paths; path++) sums[path] -= terminal(ends[path], finals);
  }
  return Math.sqrt(sums.reduce((total, value) => total + value * value, 0) / paths);
}
