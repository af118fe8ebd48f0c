/**
 * The systems of the table as processes: loads on the martingales φ^j along time, by geometric sums and by the recursion itself.
 *
 * Driven by a martingale that jumps every Δ, the equation is the explicit scheme
 *
 *     Y_n = E_n[Y_{n+1} + Δ f(Y_{n+1}, Z_{n+1}, Ȳ_{n+1})],     Z_{n+1} = Δ⁻¹ E_n[(Y_{n+1} + Δ f)ΔX_{n+1}],
 *
 * and Y_n = A_n φ^i + B_n φ̄ + y_n with, for Gaussian φ,
 *
 *     A_n = (1 + aΔ)A_{n+1},   (A + B)_n = (1 + (a+c)Δ)(A + B)_{n+1},   y_n = (1 + (a+c)Δ)y_{n+1} + hΔ + bΔ(A_n + B_n/N).
 */

import type { Loadings } from "../candidate.ts";
import { closedLinearSolution } from "../closed-forms/linear.ts";
import { growth } from "../closed-forms/growth.ts";
import { power } from "../closed-forms/two-by-two.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";
import type { DataSet } from "./data-set.ts";

/** One player's Y of a system of `players` players (`Infinity` for the limit). */
export interface LoadedProcess {
  readonly players: number;
  readonly horizon: number;
  /** Y is constant between these times and reads φ at the last of them; undefined where it moves all the time. */
  readonly times: Float64Array | undefined;
  /** Loads at the n-th of the times, or at a time. */
  readonly at: (n: number) => Loadings;
}

/** By closed form: exponentials, or geometric sums over the steps. */
export function closedProcess({ horizon, system, steps }: DataSet, players: number): LoadedProcess {
  if (steps === undefined) {
    const { at } = closedLinearSolution(horizon, system, players);
    return { players, horizon, times: undefined, at };
  }
  const { a, b, c, h, terminal, noise } = system;
  const gaussian = noise.kind === "gaussian";
  const step = horizon / steps;
  const share = 1 / players;
  const [alpha, gamma] = [1 + a * step, 1 + (a + c) * step];
  const loads = (m: number): Omit<Loadings, "constant"> => {
    if (gaussian || b === 0) {
      const own = terminal.own * alpha ** m;
      // In the limit Gaussian loads on the mean multiply zero, but are what the system of many players goes to.
      return { own, mean: (terminal.own + terminal.mean) * gamma ** m - own };
    }
    return powerLoads(system, share, step, m);
  };
  const at = (n: number): Loadings => {
    const m = steps - n;
    const plain = terminal.constant * gamma ** m + h * step * geometric(a + c, step, m);
    const drift = gaussian
      ? b *
        step *
        ((1 - share) * terminal.own * mixedSum(alpha, c * step, m) +
          share * (terminal.own + terminal.mean) * m * gamma ** m)
      : 0;
    return { ...loads(m), constant: plain + drift };
  };
  return { players, horizon, times: timesOf(horizon, steps), at };
}

/** Σ_{j<m} (1 + xΔ)ʲ. */
function geometric(x: number, step: number, m: number): number {
  const base = x * step;
  // The quotient (qᵐ − 1)/(q − 1) as an exponential's, exact as q → 1.
  return base > -1 ? growth(Math.log1p(base), m) * logarithmicRatio(base) : sumOf(m, (j) => (1 + base) ** j);
}

/** ln(1 + x)/x. */
function logarithmicRatio(x: number): number {
  return x === 0 ? 1 : Math.log1p(x) / x;
}

/** Σ_{j=1…m} (α + ε)^{m−j} αʲ = α((α + ε)ᵐ − αᵐ)/ε. */
function mixedSum(alpha: number, epsilon: number, m: number): number {
  const ratio = epsilon / alpha;
  if (!(alpha > 0 && ratio > -1)) return sumOf(m, (j) => (alpha + epsilon) ** (m - 1 - j) * alpha ** (j + 1));
  return alpha ** m * growth(Math.log1p(ratio), m) * logarithmicRatio(ratio);
}

function sumOf(count: number, term: (j: number) => number): number {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += term(j);
  return sum;
}

/** (A, B) ← (Ã + bsΔ(Ã + B̃/N), B̃) with Ã = (1 + aΔ)A, B̃ = (1 + aΔ)B + cΔ(A + B), m times. */
function powerLoads(system: LinearSystem, share: number, step: number, m: number): Omit<Loadings, "constant"> {
  const { a, b, c, terminal } = system;
  const { s } = martingaleOf(system);
  const [grow, push, tilt] = [1 + a * step, c * step, b * s * step];
  const flow = power([grow + tilt * (grow + share * push), tilt * share * (grow + push), push, grow + push], m);
  return {
    own: flow[0] * terminal.own + flow[1] * terminal.mean,
    mean: flow[2] * terminal.own + flow[3] * terminal.mean,
  };
}

/**
 * By the recursion, one load for every player: nothing is assumed of their shape but that all players but the first are alike, which
 * the recursion keeps. Only for martingales with steps.
 */
export function recursiveProcess({ horizon, system, steps = 1 }: DataSet, players: number): LoadedProcess {
  const { a, b, c, h, terminal, noise } = system;
  const { s } = martingaleOf(system);
  const gaussian = noise.kind === "gaussian";
  const step = horizon / steps;
  const limit = players === Infinity;
  const count = limit ? 2 : players;
  // Of the limit the two loads are those on the own φ and on the mean.
  const loads = new Float64Array(count).fill(limit ? terminal.mean : terminal.mean / players);
  loads[0] = limit ? terminal.own : terminal.own + terminal.mean / players;
  let constant = terminal.constant;
  const rows: Loadings[] = Array.from({ length: steps + 1 });
  const keep = (n: number): void => {
    const others = count > 1 ? loads[1] : 0;
    rows[n] = limit
      ? { own: loads[0], mean: loads[1], constant }
      : { own: loads[0] - others, mean: players * others, constant };
  };
  keep(steps);
  for (let n = steps - 1; n >= 0; n--) {
    if (limit) {
      const [own, mean] = [loads[0], loads[1]];
      loads[0] = own + step * a * own;
      loads[1] = mean + step * (a * mean + c * (own + mean));
    } else {
      const average = loads.reduce((sum, value) => sum + value, 0) / players;
      for (let i = 0; i < count; i++) loads[i] += step * (a * loads[i] + c * average);
    }
    const exposure = loads[0];
    constant += step * ((a + c) * constant + h + (gaussian ? b * exposure : 0));
    if (!gaussian) loads[0] += step * b * s * exposure;
    keep(n);
  }
  return { players, horizon, times: timesOf(horizon, steps), at: (n) => rows[n] };
}

function timesOf(horizon: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps + 1 }, (_, n) => (n === steps ? horizon : (horizon * n) / steps));
}
