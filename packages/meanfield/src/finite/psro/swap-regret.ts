import { luDecompose, zeros } from "../../numeric/index.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";

/**
 * From regret against one thing always to regret against one thing in the place of each: n minimisers, one for the times that
 * each thing is chosen, and shares ν = νQ, Q having theirs as rows; the rows hear what things were worth, times ν_j. What is
 * played then is a correlated equilibrium in the mean, not only a coarse one.
 *
 * A. Blum, Y. Mansour, "From external to internal regret", J. Mach. Learn. Res. 8 (2007) 1307–1324.
 */
export function withoutSwapRegret(count: number, minimiser: (count: number) => RegretMinimiser): RegretMinimiser {
  const rows = Array.from({ length: count }, () => minimiser(count));
  const shares = new Float64Array(count).fill(1 / count);
  const own = new Float64Array(count);
  return {
    shares,
    learn: (payoffs) => {
      rows.forEach((row, j) => {
        for (let i = 0; i < count; i++) own[i] = shares[j] * payoffs[i];
        row.learn(own);
      });
      stationary(
        rows.map((row) => row.shares),
        shares,
      );
    },
  };
}

/** A tiny share goes anywhere, so that there is only one stationary law. */
const mixing = 1e-9;

/** ν = νQ, Σν = 1. */
function stationary(Q: readonly Float64Array[], out: Float64Array): void {
  const n = Q.length;
  const system = zeros(n, n);
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) system.data[i * n + j] = (i === j ? 1 : 0) - (1 - mixing) * Q[j][i];
    right[i] = mixing / n;
  }
  const law = luDecompose(system).solve(right);
  const sum = law.reduce((total, share) => total + Math.max(0, share), 0);
  law.forEach((share, i) => (out[i] = Math.max(0, share) / sum));
}
