/**
 * Linear interacting systems by hand.
 *
 * With τ = T − t, terminal value ξ^i = pφ^i + rφ̄ + s₀ and Y^i = Aφ^i + Bφ̄ + y. For Gaussian φ = W:
 *
 *     A = p e^{aτ},   A + B = (p + r) e^{(a+c)τ},
 *     y = s₀e^{(a+c)τ} + h (e^{(a+c)τ} − 1)/(a+c) + b p e^{aτ}(e^{cτ} − 1)/c                       in the limit,
 *     y_N − y = (b/N)[r τ e^{(a+c)τ} + p (τe^{(a+c)τ} − e^{aτ}(e^{cτ} − 1)/c)].
 *
 * For log-normal φ, of mean 1, y = s₀e^{(a+c)τ} + h (e^{(a+c)τ} − 1)/(a+c), and (A, B) is the exponential of a 2×2 matrix, triangular
 * in the limit; without b it is as above.
 */

import type { LinearSolution, Loadings } from "../candidate.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";
import { growth, weightedGrowth } from "./growth.ts";
import { exponential } from "./two-by-two.ts";

/** The solution for `players` players, `Infinity` for the limit. */
export function closedLinearSolution(horizon: number, system: LinearSystem, players: number): LinearSolution {
  const share = 1 / players;
  const gaussian = system.noise.kind === "gaussian";
  const loads = gaussian || system.b === 0 ? commonLoads : coupledLoads;
  return {
    at: (t) => {
      const tau = horizon - t;
      return { ...loads(system, share, tau), constant: constantOf(system, share, tau) };
    },
  };
}

/** y_N − y for Gaussian φ, without the cancellation of the two. */
export function constantGap({ a, b, c, terminal }: LinearSystem, players: number, tau: number): number {
  return (
    (b / players) *
    (terminal.mean * tau * Math.exp((a + c) * tau) + terminal.own * Math.exp(a * tau) * c * weightedGrowth(c, tau))
  );
}

type Loads = Pick<Loadings, "own" | "mean">;

function commonLoads({ a, c, terminal }: LinearSystem, _share: number, tau: number): Loads {
  const own = terminal.own * Math.exp(a * tau);
  return { own, mean: own * Math.expm1(c * tau) + terminal.mean * Math.exp((a + c) * tau) };
}

/** d(A, B)/dτ = ((a + bs)A + (bs/N)B, cA + (a + c)B). */
function coupledLoads(system: LinearSystem, share: number, tau: number): Loads {
  const { a, b, c, terminal } = system;
  const { s } = martingaleOf(system);
  const flow = exponential([a + b * s, b * s * share, c, a + c], tau);
  return {
    own: flow[0] * terminal.own + flow[1] * terminal.mean,
    mean: flow[2] * terminal.own + flow[3] * terminal.mean,
  };
}

function constantOf(system: LinearSystem, share: number, tau: number): number {
  const { a, b, c, h, terminal, noise } = system;
  const plain = terminal.constant * Math.exp((a + c) * tau) + h * growth(a + c, tau);
  if (noise.kind === "log-normal") return plain;
  const drift = b * terminal.own * Math.exp(a * tau) * growth(c, tau);
  return plain + drift + (share === 0 ? 0 : constantGap(system, 1 / share, tau));
}
