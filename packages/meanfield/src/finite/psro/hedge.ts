import { dot, normalise, rangeOf } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";

/**
 * Hedge: shares ∝ exp(η_T R), R the regrets summed over T rounds and η_T = √(ln n ⁄ Σ range²), so that it needs to know neither
 * how many rounds come nor how large payoffs are; the mean regret falls like range·√(ln n ⁄ T).
 *
 * Y. Freund, R. E. Schapire, J. Comput. System Sci. 55 (1997) 119–139; the step size P. Auer, N. Cesa-Bianchi, C. Gentile, J.
 * Comput. System Sci. 64 (2002) 48–75.
 */
export function hedge(count: number): RegretMinimiser {
  const shares = new Float64Array(count).fill(1 / count);
  const regrets = new Float64Array(count);
  let ranges = 0;
  return {
    shares,
    learn: (payoffs) => {
      const mean = dot(shares, payoffs);
      for (let i = 0; i < count; i++) regrets[i] += payoffs[i] - mean;
      ranges += rangeOf(payoffs) ** 2;
      if (ranges === 0) return;
      const eta = Math.sqrt(Math.log(count) / ranges);
      const top = Math.max(...regrets);
      for (let i = 0; i < count; i++) shares[i] = Math.exp(eta * (regrets[i] - top));
      normalise(shares);
    },
  };
}
