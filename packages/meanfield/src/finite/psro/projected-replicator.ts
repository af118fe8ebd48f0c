import { projectOntoSimplex } from "../../numeric/simplex-projection.ts";
import { dot } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";
import { replicatorSteps } from "./replicator.ts";

/** γ: the shares that are left to chance among all, so that nothing dies out. */
const exploration = 1e-3;

/**
 * Projected replicator dynamics: each share stays at least γ⁄(n + 1).
 *
 * M. Lanctot, V. Zambaldi, A. Gruslys, A. Lazaridou, K. Tuyls, J. Pérolat, D. Silver, T. Graepel, "A unified game-theoretic
 * approach to multiagent reinforcement learning", NIPS 2017 (PSRO).
 */
export function projectedReplicator(count: number): RegretMinimiser {
  const shares = new Float64Array(count).fill(1 / count);
  const least = exploration / (count + 1);
  const free = 1 - count * least;
  const stepOf = replicatorSteps();
  return {
    shares,
    learn: (payoffs) => {
      const mean = dot(shares, payoffs);
      const step = stepOf(payoffs);
      for (let i = 0; i < count; i++) shares[i] = (shares[i] * (1 + step * (payoffs[i] - mean)) - least) / free;
      projectOntoSimplex(shares);
      for (let i = 0; i < count; i++) shares[i] = least + free * shares[i];
    },
  };
}
