/**
 * Forward–backward systems by particles: forward under the adjoints of the last round, backward by regression, again and again.
 *
 * C. Bender, J. Zhang, "Time discretization and Markovian iteration for coupled FBSDEs", Annals of Applied Probability 18 (2008)
 * 143–177: what is iterated is the decoupling field, Y as a function of time and states. The noise of one step is taken off what is
 * regressed: first the martingale of the affine part of the field one step later, then what still goes with the noises.
 */

import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import { mean } from "../law-functional.ts";
import { basisOf, designOf, scaleOf, standardised } from "./basis.ts";
import type { Basis, Degrees, Design } from "./basis.ts";
import { hermite } from "./hermite.ts";
import { evaluate, evaluatePairs, ownProjection, pairProjection } from "./projection.ts";

export interface AdjointSettings {
  readonly model: ForwardBackwardModel;
  /** `Infinity` for the limit, whose paths are one copy. */
  readonly players: number;
  readonly steps: number;
  readonly copies: number;
  /** Players in a copy. */
  readonly members: number;
  readonly degrees: Degrees;
  /** Share of the new field in the next round's. */
  readonly damping: number;
  /** Whether the martingale of the field's affine part is taken off. */
  readonly controlled: boolean;
}

/** Y^{ii} and Y^{ij} at one time. */
export interface AdjointFit {
  readonly basis: Basis;
  readonly own: Float64Array;
  /** Empty but for several players of a Nash system. */
  readonly cross: Float64Array;
}

export interface AdjointRound {
  /** For every time but the last. */
  readonly fits: readonly AdjointFit[];
  /** The average of X at every time, forward in this round. */
  readonly means: Float64Array;
  /** Root mean square change of Y^{ii} along the paths, relative where it exceeds one. */
  readonly change: number;
}

/** Starts and noises of one batch; rows are players, copy after copy. */
export interface Noises {
  readonly starts: Float64Array;
  /** Writes W_{n+1} − W_n. */
  readonly increments: (n: number, out: Float64Array) => void;
}

/** Whether a system has adjoints of the other players' coordinates. */
export function hasCross({ system }: ForwardBackwardModel, players: number): boolean {
  return system === "nash" && Number.isFinite(players) && players > 1;
}

/**
 * One round.
 *
 * @param last the round before; left out, nobody acts on any adjoint yet, and the bases are made from what follows
 */
export function adjointRound(settings: AdjointSettings, noises: Noises, last?: AdjointRound): AdjointRound {
  const { model, steps, copies, members, players } = settings;
  const step = model.horizon / steps;
  const rows = copies * members;
  const moves = new Float64Array(rows);
  const states: Float64Array[] = [noises.starts];
  const centres: Float64Array[] = [];
  const designs: Design[] = [];
  const Y = new Float64Array(rows);

  // Forward.
  for (let n = 0; ; n++) {
    const x = states[n];
    const centre = averages(x, copies, members);
    centres.push(centre);
    if (n === steps) break;
    const design = designOf(last?.fits[n].basis ?? basisAt(settings, x, centre), x, members);
    designs.push(design);
    if (last === undefined) Y.fill(0);
    else evaluate(design, last.fits[n].own, Y);
    noises.increments(n, moves);
    const next = new Float64Array(rows);
    const t = n * step;
    for (let r = 0; r < rows; r++) {
      const m = centre[Math.floor(r / members)];
      const alpha = model.control(t, x[r], m, Y[r]);
      next[r] = x[r] + step * model.drift.value(t, x[r], m, alpha) + model.volatility * moves[r];
    }
    states.push(next);
  }

  // Backward.
  const share = model.system === "particle" || !Number.isFinite(players) ? 0 : 1 / players;
  const crossed = hasCross(model, players);
  const size = crossed ? rows * members : 0;
  const cross = new Float64Array(size);
  const crossTarget = new Float64Array(size);
  const target = new Float64Array(rows);
  const before = new Float64Array(rows);
  const end = states[steps];
  for (let r = 0; r < rows; r++) {
    const m = centres[steps][Math.floor(r / members)];
    Y[r] = model.final.slopeX(end[r], m) + share * model.final.slopeM(end[r], m);
    if (crossed) cross.fill(share * model.final.slopeM(end[r], m), r * members, (r + 1) * members);
  }
  const fits: AdjointFit[] = Array.from({ length: steps });
  let [change, total] = [0, 0];
  for (let n = steps - 1; n >= 0; n--) {
    const design = designs[n];
    advanceDriver(n + 1);
    if (settings.controlled) {
      noises.increments(n, moves);
      takeOff(n + 1);
    }
    const own = ownProjection(design);
    let fresh = own.coefficients(target);
    evaluate(design, fresh, Y);
    if (settings.controlled && takeOffRest()) {
      fresh = own.coefficients(target);
      evaluate(design, fresh, Y);
    }
    let freshCross: Float64Array = new Float64Array(0);
    if (crossed) {
      const pair = pairProjection(design);
      freshCross = pair.ofMatrices(crossTarget);
      evaluatePairs(design, freshCross, cross);
      if (settings.controlled) {
        takeOffPairRest();
        freshCross = pair.ofMatrices(crossTarget);
        evaluatePairs(design, freshCross, cross);
      }
    }
    const old = last?.fits[n];
    // What is carried further back is this round's own answer; what is played next is mixed.
    if (old === undefined) before.fill(0);
    else evaluate(design, old.own, before);
    for (let r = 0; r < rows; r++) {
      change += (Y[r] - before[r]) ** 2;
      total += Math.max(1, Y[r] ** 2);
    }
    fits[n] = { basis: design.basis, own: mix(old?.own, fresh), cross: mix(old?.cross, freshCross) };
  }
  const means = Float64Array.from(centres, (centre) => averageOf(centre));
  return { fits, means, change: Math.sqrt(change / total) };

  function mix(old: Float64Array | undefined, fresh: Float64Array): Float64Array {
    const { damping } = settings;
    return fresh.map((value, k) => (1 - damping) * (old?.[k] ?? 0) + damping * value);
  }

  /** Y_{n+1} and the driver at t_{n+1}, into the targets. */
  function advanceDriver(n: number): void {
    const t = n * step;
    const { drift, running } = model;
    const x = states[n];
    const actions = new Float64Array(members);
    const slopes = new Float64Array(members);
    for (let copy = 0; copy < copies; copy++) {
      const m = centres[n][copy];
      const first = copy * members;
      for (let i = 0; i < members; i++) {
        actions[i] = model.control(t, x[first + i], m, Y[first + i]);
        slopes[i] = drift.slopeX(t, x[first + i], m, actions[i]);
      }
      for (let i = 0; i < members; i++) {
        const r = first + i;
        let pull = 0;
        if (share > 0) {
          for (let k = 0; k < members; k++) {
            const adjoint = k === i ? Y[r] : cross[r * members + k];
            pull += drift.slopeM(t, x[first + k], m, actions[k]) * adjoint;
          }
        }
        const common = share === 0 ? 0 : share * (pull + running.slopeM(t, x[r], m, actions[i]));
        target[r] = Y[r] + step * (slopes[i] * Y[r] + running.slopeX(t, x[r], m, actions[i]) + common);
        if (!crossed) continue;
        for (let j = 0; j < members; j++) {
          const adjoint = cross[r * members + j];
          crossTarget[r * members + j] = adjoint + step * (slopes[j] * adjoint + common);
        }
      }
    }
  }

  /** σ Σ_k ∂_k of the affine part of the field at the n-th time, times the noise that led there. */
  function takeOff(n: number): void {
    const { volatility } = model;
    const later = n === steps ? undefined : fits[n];
    const own =
      later === undefined ? finalSlopes(settings, averageOf(centres[steps])) : affinePart(later.basis, later.own);
    const pair = !crossed
      ? undefined
      : later === undefined
        ? finalSlopes(settings, averageOf(centres[steps]), true)
        : affinePairs(later.basis, later.cross);
    for (let copy = 0; copy < copies; copy++) {
      const first = copy * members;
      let common = 0;
      for (let i = 0; i < members; i++) common += moves[first + i] / members;
      for (let i = 0; i < members; i++) {
        const r = first + i;
        target[r] -= volatility * (own.own * moves[r] + own.mean * common);
        if (pair === undefined) continue;
        for (let j = 0; j < members; j++) {
          const noise = pair.own * moves[r] + pair.other * moves[first + j] + pair.mean * common;
          crossTarget[r * members + j] -= volatility * noise;
        }
      }
    }
  }

  /**
   * Takes off the target what of its residual goes with the noises, by least squares: ΔW^i − ΔW̄ and ΔW̄ are orthogonal in every copy.
   */
  function takeOffRest(): boolean {
    if (model.volatility === 0) return false;
    const common = averages(moves, copies, members);
    let [apart, apartSquares, together, togetherSquares] = [0, 0, 0, 0];
    for (let r = 0; r < rows; r++) {
      const shared = common[Math.floor(r / members)];
      const residual = target[r] - Y[r];
      apart += residual * (moves[r] - shared);
      apartSquares += (moves[r] - shared) ** 2;
      together += residual * shared;
      togetherSquares += shared * shared;
    }
    const [own, mean] = [quotient(apart, apartSquares), quotient(together, togetherSquares)];
    for (let r = 0; r < rows; r++) {
      const shared = common[Math.floor(r / members)];
      target[r] -= own * (moves[r] - shared) + mean * shared;
    }
    return true;
  }

  /** The same for pairs, with the sum and the difference of both players' noises beside the common one. */
  function takeOffPairRest(): void {
    const common = averages(moves, copies, members);
    const sums = new Float64Array(6);
    const overPairs = (visit: (k: number, sum: number, difference: number, shared: number) => void): void => {
      for (let r = 0, k = 0; r < rows; r++) {
        const copy = Math.floor(r / members);
        const shared = common[copy];
        const mine = moves[r] - shared;
        for (let s = copy * members; s < (copy + 1) * members; s++, k++) {
          if (s === r) continue;
          const other = moves[s] - shared;
          visit(k, mine + other, mine - other, shared);
        }
      }
    };
    overPairs((k, sum, difference, shared) => {
      const residual = crossTarget[k] - cross[k];
      sums[0] += residual * sum;
      sums[1] += sum * sum;
      sums[2] += residual * difference;
      sums[3] += difference * difference;
      sums[4] += residual * shared;
      sums[5] += shared * shared;
    });
    const [a, b, c] = [0, 2, 4].map((k) => quotient(sums[k], sums[k + 1]));
    overPairs((k, sum, difference, shared) => (crossTarget[k] -= a * sum + b * difference + c * shared));
  }
}

/**
 * Slopes of the terminal value of Y^{ii}, or of Y^{ij}, in x_i with the average held still and in the average, at the mean `m`.
 *
 * By a small difference: exact for costs that are quadratic at the end, and a control whatever they are.
 */
export function finalSlopes(
  { model, players }: Pick<AdjointSettings, "model" | "players">,
  m: number,
  ofCross = false,
): { own: number; other: number; mean: number } {
  const { final, system } = model;
  const share = system === "particle" || !Number.isFinite(players) ? 0 : 1 / players;
  const value = (x: number, average: number): number =>
    (ofCross ? 0 : final.slopeX(x, average)) + share * final.slopeM(x, average);
  const h = 1e-3 * Math.max(1, Math.abs(m));
  return {
    own: (value(m + h, m) - value(m - h, m)) / (2 * h),
    other: 0,
    mean: Number.isFinite(players) ? (value(m, m + h) - value(m, m - h)) / (2 * h) : 0,
  };
}

/**
 * ∂Y^{ii}/∂x_i with the average held still, and ∂Y^{ii}/∂x̄, where the player and the average are at `x`.
 *
 * The second is 0 in the limit, where there is no average to move.
 */
export function slopesAt({ basis, own: coefficients }: AdjointFit, x: number): { own: number; mean: number } {
  const { functions, own, features, products, degree } = basis;
  const powers = new Float64Array(degree + 1);
  hermite(standardised(x, own), degree, powers);
  const crowd = new Float64Array(1 + products.reduce((most, product) => Math.max(most, ...product), 0));
  if (features.length > 0) hermite(standardised(x, features[0]), crowd.length - 1, crowd);
  let [slope, average] = [0, 0];
  if (features.length === 0) crowd[0] = 1;
  for (let k = 0; k < functions.size; k++) {
    const a = functions.own[k];
    const c = products[functions.product[k]][0] ?? 0;
    // he_k′ = √k he_{k−1}.
    if (a > 0) slope += (coefficients[k] * Math.sqrt(a) * powers[a - 1] * crowd[c]) / own.scale;
    if (c > 0) average += (coefficients[k] * powers[a] * Math.sqrt(c) * crowd[c - 1]) / features[0].scale;
  }
  return { own: slope, mean: average };
}

function quotient(products: number, squares: number): number {
  return squares > 0 ? products / squares : 0;
}

/** Slopes of the functions of first degree. */
function affinePart({ functions, own, features, products }: Basis, coefficients: Float64Array) {
  let [slope, average] = [0, 0];
  for (let k = 0; k < functions.size; k++) {
    const powers = products[functions.product[k]];
    const total = powers.reduce((sum, power) => sum + power, 0);
    if (functions.own[k] === 1 && total === 0) slope = coefficients[k] / own.scale;
    if (functions.own[k] === 0 && total === 1) average = coefficients[k] / features[0].scale;
  }
  return { own: slope, other: 0, mean: average };
}

function affinePairs({ pairs, own, features, products }: Basis, coefficients: Float64Array) {
  let [slope, other, average] = [0, 0, 0];
  for (let k = 0; k < pairs.size; k++) {
    const total = pairs.own[k] + pairs.other[k] + products[pairs.product[k]].reduce((sum, power) => sum + power, 0);
    if (total !== 1) continue;
    if (pairs.own[k] === 1) slope = coefficients[k] / own.scale;
    else if (pairs.other[k] === 1) other = coefficients[k] / own.scale;
    else average = coefficients[k] / features[0].scale;
  }
  return { own: slope, other, mean: average };
}

function basisAt({ players, degrees, members }: AdjointSettings, x: Float64Array, centre: Float64Array): Basis {
  const features = Number.isFinite(players) && members > 1 ? [{ functional: mean, ...scaleOf(centre) }] : [];
  return basisOf(degrees, scaleOf(x), features);
}

function averages(x: Float64Array, copies: number, members: number): Float64Array {
  return Float64Array.from({ length: copies }, (_, copy) =>
    averageOf(x.subarray(copy * members, (copy + 1) * members)),
  );
}

function averageOf(values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum / values.length;
}
