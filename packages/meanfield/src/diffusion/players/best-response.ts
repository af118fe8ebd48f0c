import { InputError, RefusalError } from "../../core/index.ts";
import { choleskyDecompose, NotPositiveDefiniteError } from "../../numeric/cholesky.ts";
import { spectralRadius } from "../../numeric/eigenvalues.ts";
import { luDecompose, solveLinear } from "../../numeric/lu.ts";
import { identity, multiplyVector, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";

/**
 * Best responses, equilibria and learning in static quadratic games between N players.
 *
 * Player i chooses u_i ∈ R^{n_i} and pays J_i(u) = ½ u′H_i u + b_i·u + c_i, where u stacks everybody's choice. Open-loop
 * differential games become such games once controls are polynomials in time (direct-transcription.ts). D. Fudenberg and
 * D. K. Levine, The Theory of Learning in Games, MIT Press 1998, chapters 1 and 2.
 */
export interface StaticQuadraticGame {
  /** n_1, …, n_N. */
  readonly sizes: readonly number[];
  /** Row block i holds player i's own rows of H_i: ∂J_i/∂u_i = gradient_i u + gradientConstant_i. */
  readonly gradient: Matrix;
  readonly gradientConstant: Float64Array;
  /** J_i(u). */
  readonly cost: (player: number, profile: Float64Array) => number;
  /** Σ_i H_i and Σ_i b_i, computed when asked for. */
  readonly total: () => { readonly hessian: Matrix; readonly linear: Float64Array };
}

/**
 * The game with these Hessians (symmetric), linear terms and constants, one of each a player.
 *
 * @throws InputError where shapes do not fit.
 */
export function staticQuadraticGame(
  sizes: readonly number[],
  costs: readonly { readonly hessian: Matrix; readonly linear: Float64Array; readonly constant?: number }[],
): StaticQuadraticGame {
  const offsets = offsetsOf(sizes);
  const n = offsets[sizes.length];
  if (costs.length !== sizes.length) throw new InputError("costs", costs.length, `one a player, ${sizes.length}`);
  const gradient = zeros(n, n);
  const gradientConstant = new Float64Array(n);
  costs.forEach(({ hessian, linear }, i) => {
    if (hessian.rows !== n || hessian.columns !== n || linear.length !== n) {
      throw new InputError(
        `costs[${i}]`,
        [hessian.rows, hessian.columns, linear.length],
        `on all ${n} entries of the profile`,
      );
    }
    gradient.data.set(hessian.data.subarray(offsets[i] * n, offsets[i + 1] * n), offsets[i] * n);
    gradientConstant.set(linear.subarray(offsets[i], offsets[i + 1]), offsets[i]);
  });
  return {
    sizes,
    gradient,
    gradientConstant,
    cost: (player, profile) => {
      const { hessian, linear, constant = 0 } = costs[player];
      const slope = multiplyVector(hessian, profile);
      return profile.reduce((sum, u, q) => sum + u * (slope[q] / 2 + linear[q]), constant);
    },
    total: () => {
      const hessian = zeros(n, n);
      const linear = new Float64Array(n);
      for (const cost of costs) {
        cost.hessian.data.forEach((value, q) => (hessian.data[q] += value));
        cost.linear.forEach((value, q) => (linear[q] += value));
      }
      return { hessian, linear };
    },
  };
}

/** Everybody against everybody's last choice, or in turn against the choices already made this round (Gauss–Seidel). */
export type Order = "simultaneous" | "sequential";

/** Best responses of a fixed game, factored once. */
export interface BestResponses {
  /** The best response of one player to a profile, into `out` (its own entries only). */
  readonly of: (player: number, profile: Float64Array, out: Float64Array) => Float64Array;
  /** One round: the profile in which everybody has responded. */
  readonly round: (profile: Float64Array, order: Order, out: Float64Array) => Float64Array;
  /** What each player gains by its best response; exact, as a square, so that it cannot be negative. */
  readonly exploitability: (profile: Float64Array) => Float64Array;
}

/** @throws RefusalError where some player's own Hessian is not positive definite: it has no best response. */
export function bestResponses(game: StaticQuadraticGame): BestResponses {
  const { gradient, gradientConstant, sizes } = game;
  const offsets = offsetsOf(sizes);
  const n = offsets[sizes.length];
  const own = sizes.map((size, i) => {
    const block = zeros(size, size);
    for (let a = 0; a < size; a++) {
      const from = (offsets[i] + a) * n + offsets[i];
      block.data.set(gradient.data.subarray(from, from + size), a * size);
    }
    try {
      return { block, factored: choleskyDecompose(block) };
    } catch (error) {
      if (!(error instanceof NotPositiveDefiniteError)) throw error;
      throw new RefusalError(`player ${i + 1} has no best response: its own Hessian is not positive definite`);
    }
  });
  const slopes = sizes.map((size) => new Float64Array(size));
  const fresh = sizes.map((size) => new Float64Array(size));

  const ownSlope = (player: number, profile: Float64Array): Float64Array => {
    const slope = slopes[player];
    for (let a = 0; a < slope.length; a++) {
      const row = (offsets[player] + a) * n;
      let sum = gradientConstant[offsets[player] + a];
      for (let q = 0; q < n; q++) sum += gradient.data[row + q] * profile[q];
      slope[a] = sum;
    }
    return slope;
  };
  const respond = (player: number, profile: Float64Array, out: Float64Array): Float64Array => {
    const step = own[player].factored.solve(ownSlope(player, profile));
    for (let a = 0; a < step.length; a++) out[a] = profile[offsets[player] + a] - step[a];
    return out;
  };
  return {
    of: respond,
    round: (profile, order, out) => {
      if (order === "sequential") {
        out.set(profile);
        sizes.forEach((_, i) => out.set(respond(i, out, fresh[i]), offsets[i]));
      } else {
        sizes.forEach((_, i) => respond(i, profile, fresh[i]));
        sizes.forEach((_, i) => out.set(fresh[i], offsets[i]));
      }
      return out;
    },
    exploitability: (profile) =>
      Float64Array.from(sizes, (_, i) => {
        const slope = ownSlope(i, profile);
        const step = own[i].factored.solve(slope);
        return step.reduce((sum, value, a) => sum + value * slope[a], 0) / 2;
      }),
  };
}

/**
 * The Nash equilibrium: one linear system.
 *
 * @throws RefusalError where some player's own Hessian is not positive definite; SingularMatrixError where there is no
 * equilibrium or there are many.
 */
export function nash(game: StaticQuadraticGame): Float64Array {
  bestResponses(game);
  return solveLinear(game.gradient, game.gradientConstant).map((value) => -value);
}

/**
 * The profile with the least total cost.
 *
 * @throws RefusalError where the total has no least value.
 */
export function staticPlanner(game: StaticQuadraticGame): Float64Array {
  const { hessian, linear } = game.total();
  try {
    return choleskyDecompose(hessian)
      .solve(linear)
      .map((value) => -value);
  } catch (error) {
    if (!(error instanceof NotPositiveDefiniteError)) throw error;
    throw new RefusalError("the planner has no optimum: the Hessian of the total cost is not positive definite");
  }
}

/** The linear part of one round of best responses, damped: (1 − δ) 1 + δ · round. */
export function bestResponseMatrix(game: StaticQuadraticGame, order: Order, damping = 1): Matrix {
  const { gradient, sizes } = game;
  const offsets = offsetsOf(sizes);
  const n = offsets[sizes.length];
  // Split the gradient's matrix into what is already decided (own block, and earlier players when in turn) and the rest.
  const decided = zeros(n, n);
  const rest = zeros(n, n);
  sizes.forEach((_, i) => {
    for (let row = offsets[i]; row < offsets[i + 1]; row++) {
      for (let column = 0; column < n; column++) {
        const mine = column >= offsets[i] && column < offsets[i + 1];
        const earlier = order === "sequential" && column < offsets[i];
        (mine || earlier ? decided : rest).data[row * n + column] = gradient.data[row * n + column];
      }
    }
  });
  const round = luDecompose(decided).solveMatrix(rest);
  const out = identity(n);
  for (let q = 0; q < out.data.length; q++) out.data[q] = (1 - damping) * out.data[q] - damping * round.data[q];
  return out;
}

/** The rate at which (damped) rounds of best responses contract, if below one. */
export function bestResponseRadius(game: StaticQuadraticGame, order: Order, damping = 1): number {
  return spectralRadius(bestResponseMatrix(game, order, damping));
}

export interface LearningSettings {
  /** The first profile; zero unless told. */
  readonly start?: Float64Array;
  /** Converged when no entry of the profile is further than this from everybody's best response; 1e-12 unless told. */
  readonly tolerance?: number;
  /** 1000 unless told. */
  readonly maximumIterations?: number;
}

export interface LearningResult {
  readonly outcome: "converged" | "iteration-limit" | "diverged";
  readonly profile: Float64Array;
  /** Per iteration, the largest distance between the profile and the best responses to it, before the update. */
  readonly gaps: readonly number[];
}

/** Rounds of best responses, each moving the share `damping` ∈ (0, 1] of the way (1 unless told). */
export function iterateBestResponses(
  game: StaticQuadraticGame,
  order: Order,
  settings: LearningSettings & { readonly damping?: number } = {},
): LearningResult {
  const { damping = 1 } = settings;
  if (!(damping > 0 && damping <= 1)) throw new InputError("damping", damping, "in (0, 1]");
  return learn(game, order, () => damping, settings);
}

/** Fictitious play: everybody best-responds to the average of the choices so far, u^{n+1} = u^n + (BR(u^n) − u^n)/(n + 2). */
export function fictitiousPlay(game: StaticQuadraticGame, settings: LearningSettings = {}): LearningResult {
  return learn(game, "simultaneous", (n) => 1 / (n + 2), settings);
}

function learn(
  game: StaticQuadraticGame,
  order: Order,
  weight: (n: number) => number,
  settings: LearningSettings,
): LearningResult {
  const { tolerance = 1e-12, maximumIterations = 1000 } = settings;
  const n = game.gradientConstant.length;
  const profile = settings.start?.slice() ?? new Float64Array(n);
  if (profile.length !== n) throw new InputError("start", profile.length, `${n} numbers`);
  const responses = bestResponses(game);
  const next = new Float64Array(n);
  const gaps: number[] = [];
  for (let k = 0; k < maximumIterations; k++) {
    responses.round(profile, order, next);
    let gap = 0;
    for (let q = 0; q < n; q++) gap = Math.max(gap, Math.abs(next[q] - profile[q]));
    gaps.push(gap);
    if (gap <= tolerance) return { outcome: "converged", profile, gaps };
    if (!(gap <= 1e12 * Math.max(1, gaps[0]))) return { outcome: "diverged", profile, gaps };
    for (let q = 0; q < n; q++) profile[q] += weight(k) * (next[q] - profile[q]);
  }
  return { outcome: "iteration-limit", profile, gaps };
}

/** Where each player's entries start; one more than players. */
function offsetsOf(sizes: readonly number[]): readonly number[] {
  const offsets = [0];
  for (const size of sizes) {
    if (!(Number.isInteger(size) && size >= 1)) throw new InputError("sizes", size, "whole numbers from 1");
    offsets.push(offsets[offsets.length - 1] + size);
  }
  return offsets;
}
