/**
 * Steps of mirror descent with a size that is found along the way.
 *
 * A step of size α changes exponents by Δy = αQ, policies by Δπ and action values by ΔQ. Along the way it went, values
 * changed by the part ρ = α Σ μ|Δπ||ΔQ| ⁄ Σ μ Δπ Δy of what moved them: with ρ = 1 the next step would just undo what this one
 * overshot, as Newton's would if all directions were this one. So the next α is α⁄ρ, within factors that keep one odd ratio
 * from spoiling it: the two-point step of J. Barzilai, J. M. Borwein, IMA J. Numer. Anal. 8 (1988) 141–148, in the geometry
 * of mirror descent. Where that circles instead of settling, it goes back to the best iterate and on with smaller steps that
 * look ahead, Δy = α(2Q − Q_before): A. Rakhlin, K. Sridharan, "Optimization, learning, and games with predictable
 * sequences", NIPS 2013.
 */

import type { Step } from "../core/index.ts";
import { softmax } from "./best-response.ts";
import { emptyProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import type { Profile } from "./model.ts";
import { evaluateOwn, look } from "./search.ts";
import type { Search } from "./search.ts";

/** The state of mirror descent. */
export interface MirrorSteps {
  /** y, of which the policy is the softmax: what was added up, less its largest entry in each state. */
  readonly total: Profile;
  /** The last Δy. */
  readonly increment: Profile;
  /** Q at the current iterate, and at the one before. */
  readonly values: Profile;
  readonly valuesBefore: Profile;
  readonly policyBefore: Profile;
  alpha: number;
  firstAlpha: number;
  /** The ρ that is aimed at. */
  aim: number;
  ahead: boolean;
  restarts: number;
  /** The exploitability that progress is measured from, and the iterations since there was any. */
  reference: number;
  since: number;
  readonly best: { readonly total: Profile; readonly values: Profile; alpha: number };
}

/** Factors that the step size may change by at a time. */
const change = { least: 0.3, most: 1.3 } as const;
/** Beyond this multiple of the first a step is as good as infinite. */
const growth = 1e6;
/** Progress is a fall by a tenth; without any for so many iterations (more after every restart) steps are made smaller. */
const patience = 50;

export function startMirror(game: CompiledGame): MirrorSteps {
  const table = (): Profile => emptyProfile(game);
  return {
    total: table(),
    increment: table(),
    values: table(),
    valuesBefore: table(),
    policyBefore: table(),
    alpha: 0,
    firstAlpha: 0,
    aim: 1,
    ahead: false,
    restarts: 0,
    reference: Infinity,
    since: 0,
    best: { total: table(), values: table(), alpha: 0 },
  };
}

/** Scores the next iterate of y ← y + αQ, with a constant α. */
export function constantStep(search: Search, steps: MirrorSteps, alpha: number, advice: string): Step {
  if (search.scored > 0) {
    copy(evaluateOwn(search).Q, steps.values);
    steps.alpha = alpha;
    advance(search, steps);
  }
  return look(search, advice);
}

/** Scores the next iterate with a step size of its own; iterate 0 is the policy that the search begins with. */
export function adaptiveStep(search: Search, steps: MirrorSteps, advice: string): Step {
  if (search.scored > 0) {
    if (steps.since >= patience * (1 + steps.restarts)) restart(search, steps);
    advance(search, steps);
  }
  const step = look(search, advice, search.scored > 0 ? { alpha: steps.alpha } : {});
  if (step.status !== "running" || !Number.isFinite(search.exploitability)) return step;
  const { Q } = evaluateOwn(search);
  copy(steps.values, steps.valuesBefore);
  copy(Q, steps.values);
  if (search.scored === 1) {
    // A policy that is the softmax of the action values over their spread is neither uniform nor greedy.
    steps.firstAlpha = 1 / Math.max(spread(search.game, Q), 1e-150);
    steps.alpha = steps.firstAlpha;
  }
  remember(search, steps);
  if (search.scored === 1) return step;
  const ratio = overshoot(search, steps);
  const factor = ratio > 0 ? Math.min(change.most, Math.max(change.least, steps.aim / ratio)) : 1;
  steps.alpha = Math.min(steps.alpha * factor, growth * steps.firstAlpha);
  return step;
}

/** y ← y + Δy and the policy that is its softmax. */
function advance(
  { game, policy }: Search,
  { total, increment, values, valuesBefore, policyBefore, alpha, ahead }: MirrorSteps,
): void {
  copy(policy, policyBefore);
  game.populations.forEach(({ actions }, p) => {
    const [y, dy, Q, before] = [total[p], increment[p], values[p], valuesBefore[p]];
    for (let first = 0; first < y.length; first += actions) {
      let top = -Infinity;
      for (let i = first; i < first + actions; i++) {
        // The difference of two values −∞ of an action that may not be taken would be none.
        dy[i] = alpha * (ahead && Q[i] > -Infinity ? 2 * Q[i] - before[i] : Q[i]);
        y[i] += dy[i];
        if (y[i] > top) top = y[i];
      }
      for (let i = first; i < first + actions; i++) y[i] -= top;
    }
  });
  softmax(game, total, 1, policy);
}

/** ρ of the last step; 0 where nothing moved. */
function overshoot(
  { field, policy }: Search,
  { increment, values, valuesBefore, policyBefore, alpha }: MirrorSteps,
): number {
  let [changed, moved] = [0, 0];
  field.parts.forEach(({ population: { actions }, mu }, p) => {
    const [now, before, Q, Qbefore, dy] = [policy[p], policyBefore[p], values[p], valuesBefore[p], increment[p]];
    for (let s = 0, first = 0; s < mu.length; s++, first += actions) {
      if (mu[s] === 0) continue;
      // What all values of a state have in common moves nothing.
      let [weight, common] = [0, 0];
      for (let i = first; i < first + actions; i++) {
        const share = Math.abs(now[i] - before[i]);
        if (share === 0) continue;
        weight += share;
        common += share * (Q[i] - Qbefore[i]);
      }
      // Less than this is rounding.
      if (weight < 1e-14) continue;
      common /= weight;
      for (let i = first; i < first + actions; i++) {
        const share = now[i] - before[i];
        if (share === 0) continue;
        changed += mu[s] * Math.abs(share * (Q[i] - Qbefore[i] - common));
        moved += mu[s] * share * dy[i];
      }
    }
  });
  return moved > 0 ? (alpha * changed) / moved : 0;
}

/** Keeps the best iterate to go back to, and counts how long there has been no progress. */
function remember(search: Search, steps: MirrorSteps): void {
  const { best, total, values, alpha } = steps;
  if (search.best.k === search.scored - 1) {
    copy(total, best.total);
    copy(values, best.values);
    best.alpha = alpha;
  }
  if (search.exploitability < 0.9 * steps.reference) {
    steps.reference = search.exploitability;
    steps.since = 0;
  } else steps.since++;
}

/** Back to the best iterate, with smaller steps that look ahead. */
function restart({ game, policy, best: { exploitability } }: Search, steps: MirrorSteps): void {
  const { best, total, values, valuesBefore } = steps;
  copy(best.total, total);
  copy(best.values, values);
  copy(best.values, valuesBefore);
  softmax(game, total, 1, policy);
  steps.aim = Math.max(0.25, steps.aim / 2);
  steps.alpha = best.alpha / 4;
  steps.ahead = true;
  steps.restarts++;
  steps.reference = exploitability;
  steps.since = 0;
}

/** The largest difference between allowed actions' values in a state. */
export function spread({ populations }: CompiledGame, Q: Profile): number {
  let most = 0;
  populations.forEach(({ actions }, p) => {
    for (let first = 0; first < Q[p].length; first += actions) {
      let [low, high] = [Infinity, -Infinity];
      for (let i = first; i < first + actions; i++) {
        if (Q[p][i] === -Infinity) continue;
        low = Math.min(low, Q[p][i]);
        high = Math.max(high, Q[p][i]);
      }
      most = Math.max(most, high - low);
    }
  });
  return most;
}

function copy(from: Profile, to: Profile): void {
  from.forEach((table, p) => to[p].set(table));
}
