/**
 * Equilibria of the restricted game: shares ν in which nobody who switches to another policy of the population gains.
 *
 * Newton's method for variational inequalities: payoffs are taken to be linear in the shares around the current ones, and that
 * game is solved exactly by complementary pivots; then part of the way is gone, as far as exploitability falls. Where payoffs
 * are linear in the law one step is all. N. H. Josephy, "Newton's method for generalized equations", Madison 1979; J. T.
 * Howson, "Equilibria of polymatrix games", Management Sci. 18 (1972) 312–318.
 */

import { zeros } from "../../numeric/index.ts";
import { complementary } from "./complementarity.ts";
import { payoffs } from "./meta-game.ts";
import type { MetaGame, Shares } from "./meta-game.ts";
import { dot } from "./regret-minimiser.ts";

export interface RestrictedEquilibrium {
  readonly shares: Float64Array[];
  /** Σ_p max_i F^p_i − ν^p·F^p, what switching gains. */
  readonly gap: number;
}

/** What players who may switch among the policies of their population gain by it, given what these are worth. */
export function switchingGain(shares: Shares, worth: Shares): number {
  return shares.reduce((sum, own, p) => {
    const best = Math.max(...worth[p]);
    // A sum of terms that are not negative.
    return sum + own.reduce((part, share, i) => part + share * (best - worth[p][i]), 0);
  }, 0);
}

const newtonSteps = 40;
/** How far towards a policy payoffs are looked at to take them for linear: derivatives, then ever longer chords. */
const reaches = [1e-7, 1e-4, 1e-2, 0.3] as const;
/** Halvings of a step. */
const halvings = 12;

/** Starts from the given shares; returns the least gap that was found. */
export function restrictedEquilibrium(meta: MetaGame, start: Shares): RestrictedEquilibrium {
  let shares: Float64Array[] = start.map((own) => own.slice());
  let worth = payoffs(meta, shares);
  let gap = switchingGain(shares, worth);
  for (let count = 0; count < newtonSteps; count++) {
    if (gap <= 1e-14 * sizeOf(worth)) break;
    const better = improve(meta, shares, worth, gap);
    if (better === undefined) break;
    ({ shares, worth, gap } = better);
  }
  return { shares, gap };
}

interface Point {
  readonly shares: Float64Array[];
  readonly worth: Float64Array[];
  readonly gap: number;
}

function improve(meta: MetaGame, shares: Float64Array[], worth: Float64Array[], gap: number): Point | undefined {
  for (const reach of reaches) {
    const target = linearEquilibrium(shares, worth, slopes(meta, shares, worth, reach));
    if (target === undefined) continue;
    let best: Point | undefined;
    for (let halving = 0, step = 1; halving < halvings; halving++, step /= 2) {
      const tried = shares.map((own, p) => own.map((share, i) => share + step * (target[p][i] - share)));
      const found = payoffs(meta, tried);
      const left = switchingGain(tried, found);
      if (left < (best?.gap ?? gap)) best = { shares: tried, worth: found, gap: left };
      else if (best !== undefined) break;
    }
    if (best !== undefined && best.gap < 0.99 * gap) return best;
  }
  return undefined;
}

/**
 * By population q and policy i of it: the change of all payoffs as players of q go over to i, less the mean of these changes,
 * which is rounding, or what chords are bent: payoffs at the shares themselves come out right.
 */
function slopes(meta: MetaGame, shares: Shares, worth: Shares, reach: number): Float64Array[][][] {
  return shares.map((own, q) => {
    const changes = Array.from(own, (_, i) => {
      const moved = shares.map((other, p) =>
        p === q ? other.map((share, j) => (1 - reach) * share + (j === i ? reach : 0)) : other.slice(),
      );
      return payoffs(meta, moved).map((values, p) => values.map((value, j) => (value - worth[p][j]) / reach));
    });
    worth.forEach((values, p) => {
      for (let j = 0; j < values.length; j++) {
        const mean = own.reduce((sum, share, i) => sum + share * changes[i][p][j], 0);
        for (const change of changes) change[p][j] -= mean;
      }
    });
    return changes;
  });
}

/** The equilibrium of the game whose payoffs are F(ν) + Σ_q Σ_i ν'^q_i slope^q_i. */
function linearEquilibrium(
  shares: Shares,
  worth: Shares,
  slope: readonly (readonly Shares[])[],
): Float64Array[] | undefined {
  const firsts: number[] = [];
  let count = 0;
  for (const own of shares) {
    firsts.push(count);
    count += own.length;
  }
  const populations = shares.length;
  const n = count + populations;
  const system = zeros(n, n);
  const at = (row: number, column: number, value: number): void => {
    system.data[row * n + column] = value;
  };
  let most = 0;
  shares.forEach((own, q) => {
    for (let i = 0; i < own.length; i++) {
      worth.forEach((values, p) => {
        values.forEach((value, j) => {
          // Costs: what is earned counts against; F belongs to everybody's own population, whose shares sum to one.
          const cost = -slope[q][i][p][j] - (p === q ? value : 0);
          at(firsts[p] + j, firsts[q] + i, cost);
          most = Math.max(most, Math.abs(cost));
        });
      });
    }
  });
  // The same for all policies of a population is added, which changes no choice: all costs become positive, so that pivots end.
  const shift = 1.5 * Math.max(most, 1e-300);
  for (let j = 0; j < count; j++) for (let i = 0; i < count; i++) system.data[j * n + i] += shift;
  // Rows: cost − v ≥ 0 where policies are played, and shares that sum to one where v is positive.
  const right = new Float64Array(n);
  shares.forEach((own, p) => {
    for (let i = firsts[p]; i < firsts[p] + own.length; i++) {
      at(i, count + p, -shift);
      at(count + p, i, shift);
    }
    right[count + p] = -shift;
  });
  const z = complementary(system, right);
  if (z === undefined) return undefined;
  return shares.map((own, p) => {
    const found = z.slice(firsts[p], firsts[p] + own.length);
    const sum = found.reduce((total, share) => total + share, 0);
    return found.map((share) => (sum > 0 ? share / sum : 1 / found.length));
  });
}

function sizeOf(worth: Shares): number {
  return Math.max(1e-300, ...worth.map((values) => Math.sqrt(dot(values, values))));
}
