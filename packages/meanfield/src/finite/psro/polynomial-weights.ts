import { normalise, rangeOf } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";

/**
 * Polynomial weights: each weight loses the share η·loss of itself, losses being what a thing falls short of the best, in [0,
 * 1]; shares are the weights. η = min(½, √(ln n ⁄ T)), started anew whenever the rounds T have doubled, or a larger range has
 * been seen.
 *
 * N. Cesa-Bianchi, Y. Mansour, G. Stoltz, "Improved second-order bounds for prediction with expert advice", Mach. Learn. 66
 * (2007) 321–352.
 */
export function polynomialWeights(count: number): RegretMinimiser {
  const shares = new Float64Array(count).fill(1 / count);
  let [round, epoch, range] = [0, 1, 0];
  return {
    shares,
    learn: (payoffs) => {
      const seen = rangeOf(payoffs);
      if (seen > range || round === epoch) {
        if (round === epoch) epoch *= 2;
        if (seen > range) range = 2 * seen;
        round = 0;
        shares.fill(1 / count);
      }
      round++;
      if (range === 0) return;
      const eta = Math.min(0.5, Math.sqrt(Math.log(count) / epoch));
      const top = Math.max(...payoffs);
      for (let i = 0; i < count; i++) shares[i] *= 1 - (eta * (top - payoffs[i])) / range;
      normalise(shares);
    },
  };
}
