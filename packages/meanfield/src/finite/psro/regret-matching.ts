import { dot, normalise } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";

/**
 * Regret matching: shares in proportion to the regrets summed so far that are positive; the mean regret falls like range·√(n ⁄
 * T).
 *
 * S. Hart, A. Mas-Colell, "A simple adaptive procedure leading to correlated equilibrium", Econometrica 68 (2000) 1127–1150.
 */
export function regretMatching(count: number): RegretMinimiser {
  const shares = new Float64Array(count).fill(1 / count);
  const regrets = new Float64Array(count);
  return {
    shares,
    learn: (payoffs) => {
      const mean = dot(shares, payoffs);
      for (let i = 0; i < count; i++) regrets[i] += payoffs[i] - mean;
      for (let i = 0; i < count; i++) shares[i] = Math.max(0, regrets[i]);
      normalise(shares);
    },
  };
}
