/**
 * Newton's step for the equilibrium conditions of laws L, values V and slacks z, by a sweep back in time and one forward.
 *
 * L is a flow, z = V − Q(L, V) and L z = τ: for τ = 0 an equilibrium. To first order δL = d − w(δV − δQ) with w = L⁄z and
 * δQ = R δμ + P δV', R the slope of rewards. Summed over actions that gives, with W = Σ w, shares q = w⁄W and means under q,
 * δV = R δμ + P_q δV' + (Σ d − δμ)⁄W and δμ' = P_qᵀ δμ + W Cov_q(P) δV' + Σ (d − q Σ d) P. As for a linear–quadratic game
 * δV_t = K_t δμ_t + k_t solves that. Unknown is not δμ but ρ = δμ⁄μ, so that places that hardly anybody reaches count like
 * others.
 */

import { luDecompose } from "../numeric/lu.ts";
import type { LuDecomposition } from "../numeric/lu.ts";
import { zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { CompiledGame } from "./compile.ts";
import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";

/** Multiplications that a step may take: a second or so. */
const mostWork = 1e9;

/** Whether kernels see no laws, and all that players do to each other is to repel: then the equilibrium is a maximum. */
export function isRepelling({ populations }: CompiledGame): boolean {
  return populations.every(({ kernel, declared: { reward } }) => {
    const { couplings = [], coupled } = reward;
    const repelling = couplings.every((coupling) => coupling.form === "log-density" && coupling.weight > 0);
    return kernel !== undefined && coupled === undefined && couplings.length > 0 && repelling;
  });
}

/** Whether players are in few enough places at a time for a matrix of them. */
export function isAffordable({ parts, game }: Field): boolean {
  let work = 0;
  for (let t = 0; t < game.times; t++) {
    let places = 0;
    for (const { mu, population } of parts)
      for (let s = t * population.states; s < (t + 1) * population.states; s++) if (mu[s] > 0) places++;
    work += 3 * places ** 3;
  }
  return work <= mostWork;
}

/** Where players are at one time: the states with a law above 0, population after population. */
interface Places {
  readonly population: Int32Array;
  /** t·|S| + s. */
  readonly state: Int32Array;
  readonly mu: Float64Array;
  /** The place of a state, by population; −1 where nobody is. */
  readonly of: readonly Int32Array[];
  readonly count: number;
}

function placesAt({ parts }: Field, t: number): Places {
  const population: number[] = [];
  const state: number[] = [];
  const mu: number[] = [];
  const of = parts.map((part, p) => {
    const { states } = part.population;
    const place = new Int32Array(states).fill(-1);
    for (let s = 0, i = t * states; s < states; s++, i++) {
      if (!(part.mu[i] > 0)) continue;
      place[s] = state.length;
      population.push(p);
      state.push(i);
      mu.push(part.mu[i]);
    }
    return place;
  });
  return {
    population: Int32Array.from(population),
    state: Int32Array.from(state),
    mu: Float64Array.from(mu),
    of,
    count: state.length,
  };
}

/** Moves from the places at t to those at t + 1, action by action. */
interface Moves {
  /** Row i·(most actions) + a, of the place i: entries `starts[row]` to `starts[row + 1]`. */
  readonly starts: Int32Array;
  readonly to: Int32Array;
  readonly probability: Float64Array;
  /** q, by row. */
  readonly share: Float64Array;
  /** W, by place. */
  readonly weight: Float64Array;
  /** d by row, and Σ d by place. */
  readonly drive: Float64Array;
  readonly drives: Float64Array;
  /** Where the row stands in tables of pairs; −1 for rows that are none. */
  readonly pair: Int32Array;
  readonly actions: number;
}

function movesAt({ parts }: Field, at: Linearisation, t: number, from: Places, next: Places | undefined): Moves {
  const actions = parts.reduce((most, { population }) => Math.max(most, population.actions), 0);
  const rows = from.count * actions;
  const starts = new Int32Array(rows + 1);
  const share = new Float64Array(rows);
  const weight = new Float64Array(from.count);
  const drive = new Float64Array(rows);
  const drives = new Float64Array(from.count);
  const pair = new Int32Array(rows).fill(-1);
  const to: number[] = [];
  const probability: number[] = [];
  for (let i = 0, row = 0; i < from.count; i++) {
    const p = from.population[i];
    const { kernel, population } = parts[p];
    const s = from.state[i] - t * population.states;
    const first = row;
    for (let a = 0; a < actions; a++, row++) {
      const entry = from.state[i] * population.actions + a;
      if (a < population.actions && at.weight[p][entry] > 0) {
        pair[row] = entry;
        share[row] = at.weight[p][entry];
        weight[i] += share[row];
        drive[row] = at.drive[p][entry];
        drives[i] += drive[row];
        const known = t * kernel.stride + s * population.actions + a;
        if (next !== undefined)
          for (let k = kernel.starts[known]; k < kernel.starts[known + 1]; k++) {
            to.push(next.of[p][kernel.next[k]]);
            probability.push(kernel.probability[k]);
          }
      }
      starts[row + 1] = to.length;
    }
    for (let r = first; r < row; r++) share[r] /= weight[i];
  }
  return {
    starts,
    to: Int32Array.from(to),
    probability: Float64Array.from(probability),
    share,
    weight,
    drive,
    drives,
    pair,
    actions,
  };
}

/** What the step is taken from and to. */
export interface Linearisation {
  /** w = L⁄z; 0 for what cannot be done or is nowhere. */
  readonly weight: Profile;
  readonly drive: Profile;
}

/** δV at the next time as each action sees it, by row. */
function ahead({ starts, to, probability, share }: Moves, change: Float64Array): Float64Array {
  const out = new Float64Array(share.length);
  for (let row = 0; row < out.length; row++)
    for (let k = starts[row]; k < starts[row + 1]; k++) out[row] += probability[k] * change[to[k]];
  return out;
}

/** Σ by(row) P, relative to the law that is there. */
function pushed({ starts, to, probability }: Moves, next: Places, by: Float64Array): Float64Array {
  const out = new Float64Array(next.count);
  for (let row = 0; row < by.length; row++) {
    if (by[row] === 0) continue;
    for (let k = starts[row]; k < starts[row + 1]; k++) out[to[k]] += by[row] * probability[k];
  }
  for (let j = 0; j < out.length; j++) out[j] /= next.mu[j];
  return out;
}

/** W (v − mean of v under q) q, by row. */
function steered({ share, weight, actions }: Moves, rows: Float64Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0, first = 0; first < rows.length; i++, first += actions) {
    let mean = 0;
    for (let row = first; row < first + actions; row++) mean += share[row] * rows[row];
    for (let row = first; row < first + actions; row++) out[row] = weight[i] * share[row] * (rows[row] - mean);
  }
  return out;
}

/** P_q, of the places at t and t + 1: columns and entries by row. */
function meanMoves({ starts, to, probability, share, actions }: Moves, from: Places): Map<number, number>[] {
  return Array.from({ length: from.count }, (_, i) => {
    const row = new Map<number, number>();
    for (let r = i * actions; r < (i + 1) * actions; r++)
      for (let k = starts[r]; k < starts[r + 1]; k++) row.set(to[k], (row.get(to[k]) ?? 0) + share[r] * probability[k]);
    return row;
  });
}

/** What ρ changes about rewards; for a planner also what players do to others. */
function slopesOf({ game }: Field, { population, mu, count }: Places, planner: boolean): Matrix {
  const out = zeros(count, count);
  for (let i = 0; i < count; i++) {
    for (const coupling of game.populations[population[i]].declared.reward.couplings ?? []) {
      if (coupling.form !== "log-density") continue;
      const { weight, floor, floored } = coupling;
      const slope = floored === "added" ? 1 / (mu[i] + floor) : mu[i] > floor ? 1 / mu[i] : 0;
      // Of −μ w ln(μ + f) the second derivative, of which an equilibrium misses a part.
      const others = planner && floored === "added" ? floor * slope * slope : 0;
      out.data[i * count + i] -= weight * (slope + others) * mu[i];
    }
  }
  return out;
}

/**
 * δL and δV of the step, into `step`; 0 where nobody is.
 *
 * @param field along the laws, which are above 0 where anybody may be
 * @throws SingularMatrixError where there is no such step, as may be in games that are not monotone
 */
export function newtonStep(
  field: Field,
  at: Linearisation,
  planner: boolean,
  step: { readonly L: Profile; readonly V: readonly Float64Array[] },
): void {
  const { times } = field.game;
  const places = Array.from({ length: times }, (_, t) => placesAt(field, t));
  const moves = places.map((from, t) => movesAt(field, at, t, from, places[t + 1]));
  const slopes = places.map((here, t) => {
    const slope = slopesOf(field, here, planner);
    for (let i = 0; i < here.count; i++) slope.data[i * here.count + i] -= here.mu[i] / moves[t].weight[i];
    return slope;
  });
  const answers: LuDecomposition[] = [];
  const heads: Float64Array[] = [];
  let K = copyOf(slopes[times - 1]);
  let k = owed(moves[times - 1]);
  for (let t = times - 2; t >= 0; t--) {
    const [from, next, now] = [places[t], places[t + 1], moves[t]];
    const n = next.count;
    const mean = meanMoves(now, from);
    // X = K'(I − C K')⁻¹, from its transpose; I + C X is the inverse, too, but where C is large nothing would be left of it.
    const left = oneLess(covarianceTimes(now, next, mean, K));
    const X = transposed(luDecompose(left).solveMatrix(transposed(K)));
    answers[t] = luDecompose(transposed(left));
    const push = steered(now, ahead(now, k));
    for (let row = 0; row < push.length; row++)
      push[row] += now.drive[row] - now.share[row] * now.drives[Math.floor(row / now.actions)];
    const h = pushed(now, next, push);
    heads[t] = h;
    const later = product(X, h);
    for (let j = 0; j < n; j++) later[j] += k[j];
    // K = R − 1⁄W + P_q X μ'⁻¹ P_qᵀ μ.
    const before = copyOf(slopes[t]);
    k = owed(now);
    const seen = new Float64Array(n);
    for (let i = 0; i < from.count; i++) {
      seen.fill(0);
      for (const [j, share] of mean[i]) {
        k[i] += share * later[j];
        for (let c = 0, entry = j * n; c < n; c++, entry++) seen[c] += share * X.data[entry];
      }
      for (let c = 0; c < n; c++) seen[c] /= next.mu[c];
      for (let c = 0, entry = i * from.count; c < from.count; c++, entry++) {
        let sum = 0;
        for (const [j, share] of mean[c]) sum += share * seen[j];
        before.data[entry] += sum * from.mu[c];
      }
    }
    K = before;
  }
  // Forward: (I − C K') ρ' = h + P_qᵀ ρ; then back to what all that changes.
  const rho: Float64Array[] = [new Float64Array(places[0].count)];
  for (let t = 0; t + 1 < times; t++) {
    const [from, next, now] = [places[t], places[t + 1], moves[t]];
    const u = pushed(now, next, carried(now, from, rho[t]));
    for (let j = 0; j < u.length; j++) u[j] += heads[t][j];
    rho.push(answers[t].solve(u));
  }
  for (const table of [...step.L, ...step.V]) table.fill(0);
  let change = new Float64Array();
  for (let t = times - 1; t >= 0; t--) {
    const [from, now] = [places[t], moves[t]];
    const rows = ahead(now, change);
    const push = steered(now, rows);
    const flown = carried(now, from, rho[t]);
    const own = owed(now);
    const sloped = product(slopes[t], rho[t]);
    change = new Float64Array(from.count);
    for (let i = 0, row = 0; i < from.count; i++) {
      const p = from.population[i];
      change[i] = own[i] + sloped[i];
      for (let a = 0; a < now.actions; a++, row++) {
        change[i] += now.share[row] * rows[row];
        if (now.pair[row] >= 0)
          step.L[p][now.pair[row]] = now.drive[row] - now.share[row] * now.drives[i] + flown[row] + push[row];
      }
      step.V[p][from.state[i]] = change[i];
    }
  }
}

/** Σ d ⁄ W. */
function owed({ drives, weight }: Moves): Float64Array {
  return drives.map((sum, i) => sum / weight[i]);
}

/** q δμ, by row. */
function carried({ share, actions }: Moves, { mu }: Places, rho: Float64Array): Float64Array {
  return share.map((part, row) => {
    const i = Math.floor(row / actions);
    return part * mu[i] * rho[i];
  });
}

/** (C K)ᵀ with C relative to the laws: C = Σ_s W Cov_q(P(·|s,a)) ⁄ μ'. */
function covarianceTimes(
  { starts, to, probability, share, weight, actions }: Moves,
  next: Places,
  mean: readonly Map<number, number>[],
  K: Matrix,
): Matrix {
  const n = next.count;
  const C = zeros(n, n);
  for (let i = 0; i < weight.length; i++) {
    for (let row = i * actions; row < (i + 1) * actions; row++) {
      const part = weight[i] * share[row];
      for (let k = starts[row]; k < starts[row + 1]; k++)
        for (let l = starts[row]; l < starts[row + 1]; l++)
          C.data[to[k] * n + to[l]] += part * probability[k] * probability[l];
    }
    for (const [j, one] of mean[i]) for (const [l, other] of mean[i]) C.data[j * n + l] -= weight[i] * one * other;
  }
  const out = zeros(n, n);
  const line = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    line.fill(0);
    for (let l = 0; l < n; l++) {
      const part = C.data[j * n + l];
      if (part === 0) continue;
      for (let c = 0, entry = l * n; c < n; c++, entry++) line[c] += part * K.data[entry];
    }
    for (let c = 0; c < n; c++) out.data[c * n + j] = line[c] / next.mu[j];
  }
  return out;
}

/** I − A. */
function oneLess(A: Matrix): Matrix {
  for (let i = 0; i < A.data.length; i++) A.data[i] = -A.data[i];
  for (let i = 0; i < A.rows; i++) A.data[i * A.columns + i] += 1;
  return A;
}

function copyOf({ rows, columns, data }: Matrix): Matrix {
  const out = zeros(rows, columns);
  out.data.set(data);
  return out;
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const out = zeros(columns, rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out.data[j * rows + i] = data[i * columns + j];
  return out;
}

/** A x. */
function product({ rows, columns, data }: Matrix, x: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < columns; j++, at++) out[i] += data[at] * x[j];
  return out;
}
