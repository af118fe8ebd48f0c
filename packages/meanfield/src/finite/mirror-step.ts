/**
 * Steps of mirror descent with a size that is found along the way.
 *
 * A step of size α changes exponents by Δy = αQ, policies by Δπ and action values by ΔQ. Along the way it went, values
 * changed by the part ρ = α Σ μ|Δπ||ΔQ| ⁄ Σ μ Δπ Δy of what moved them: with ρ = 1 the next step would just undo what this one
 * overshot, as Newton's would if all directions were this one. So the next α is α⁄ρ, within factors that keep one odd ratio
 * from spoiling it: the two-point step of J. Barzilai, J. M. Borwein, IMA J. Numer. Anal. 8 (1988) 141–148, in the geometry
 * of mirror descent. The last few iterates speed that up (`acceleration.ts`). Where there is no
 * progress, it goes back to the best iterate with smaller steps, and the next time boldly: without earlier iterates, with
 * α/ρ half as large again and no bound. Then the sum of action values changes by ever more than it is, and if there is an
 * equilibrium without mixing that may be found in one such step.
 */

import type { Step } from "../core/index.ts";
import { forget, keep, mixture, startAcceleration } from "./acceleration.ts";
import type { Acceleration } from "./acceleration.ts";
import { softRows, softmax } from "./best-response.ts";
import { emptyProfile, workingProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { induce } from "./flow.ts";
import { isRepelling } from "./linearised-game.ts";
import type { Profile } from "./model.ts";
import { evaluateOwn, look } from "./search.ts";
import type { Search } from "./search.ts";

/** The state of mirror descent. */
export interface MirrorSteps {
  /** y, of which the policy is the softmax: what was added up, less its largest entry in each state. */
  readonly total: Profile;
  /** The last Δy. */
  readonly increment: Profile;
  /** Q − V of the current iterate, and of the one before. */
  readonly values: Profile;
  readonly valuesBefore: Profile;
  readonly acceleration: Acceleration;
  readonly policyBefore: Profile;
  alpha: number;
  firstAlpha: number;
  /** How often it went back to the best iterate. */
  restarts: number;
  bold: boolean;
  /** The exploitability that progress is measured from, and the iterations since there was any. */
  reference: number;
  since: number;
  readonly best: { readonly total: Profile; readonly values: Profile; alpha: number };
}

/** Factors that the step size may change by at a time. */
const change = { least: 0.3, most: 1.3 } as const;
/** Beyond this multiple of the first a step is as good as infinite, and rounding not as good as nothing. */
const growth = { settling: 1e6, bold: 1e30 } as const;
/** The ρ that is aimed at. */
const aim = { settling: 1, bold: 1.5 } as const;
/** Progress is a fall by a tenth; without any for so many iterations a search stops settling. */
const patience = 50;
/** How much longer a bold search is let go on. */
const boldness = 10;

/** @param depth how many iterates speed up an adaptive search */
export function startMirror(game: CompiledGame, depth = 0): MirrorSteps {
  const table = (): Profile => emptyProfile(game);
  return {
    total: workingProfile(game),
    increment: workingProfile(game),
    values: table(),
    valuesBefore: table(),
    policyBefore: table(),
    acceleration: startAcceleration(game, depth),
    alpha: 0,
    firstAlpha: 0,
    restarts: 0,
    bold: false,
    reference: Infinity,
    since: 0,
    best: { total: table(), values: table(), alpha: 0 },
  };
}

/** Scores the next iterate of y ← y + αQ, with a constant α. */
export function constantStep(search: Search, steps: MirrorSteps, alpha: number, advice: string): Step {
  search.wantsOwn = true;
  if (search.scored > 0) {
    steps.alpha = alpha;
    const { Q, V } = evaluateOwn(search);
    climb(search, steps.total, alpha, Q, V);
  }
  return look(search, advice);
}

/** Scores the next iterate with a step size of its own; iterate 0 is the policy that the search begins with. */
export function adaptiveStep(search: Search, steps: MirrorSteps, advice: string): Step {
  search.wantsOwn = true;
  if (search.scored > 0) {
    if (steps.since >= patience * (steps.bold ? boldness : 1)) restart(search, steps);
    increase(steps);
    if (!steps.bold) accelerate(search, steps);
    follow(search, steps);
  }
  const step = look(search, advice, search.scored > 0 ? { alpha: steps.alpha } : {});
  if (step.status !== "running" || !Number.isFinite(search.exploitability)) return step;
  copy(steps.values, steps.valuesBefore);
  advantages(search, steps.values);
  if (search.scored === 1) {
    // A policy that is the softmax of the action values over their spread is neither uniform nor greedy.
    steps.firstAlpha = 1 / Math.max(spread(search.game, steps.values), 1e-150);
    steps.alpha = steps.firstAlpha;
  }
  remember(search, steps);
  if (search.scored === 1) return step;
  const ratio = overshoot(search, steps);
  const mood = steps.bold ? "bold" : "settling";
  const factor = ratio > 0 ? Math.min(change.most, Math.max(change.least, aim[mood] / ratio)) : 1;
  steps.alpha = Math.min(steps.alpha * factor, growth[mood] * steps.firstAlpha);
  return step;
}

/** Q − V of the current iterate. */
function advantages(search: Search, out: Profile): void {
  const { Q, V } = evaluateOwn(search);
  search.game.populations.forEach(({ actions }, p) => {
    for (let i = 0, j = 0; i < V[p].length; i++) for (let a = 0; a < actions; a++, j++) out[p][j] = Q[p][j] - V[p][i];
  });
}

/** Δy = α(Q − V). */
function increase({ increment, values, alpha }: MirrorSteps): void {
  increment.forEach((dy, p) => {
    const Q = values[p];
    for (let i = 0; i < dy.length; i++) dy[i] = alpha * Q[i];
  });
}

/** An exponent may rise by e³ in a step, and fall by e²⁰, however far it is from what is known to be left. */
const reach = { up: 3, down: -20 } as const;
/** Beyond this multiple of the best exploitability the last iterates are taken to mislead. */
const misled = 3;

/** Takes Δy on from the best combination of the last iterates. */
function accelerate({ field, exploitability, best }: Search, steps: MirrorSteps): void {
  const { acceleration, total, increment, values, alpha } = steps;
  if (exploitability > misled * best.exploitability) forget(acceleration);
  const weights = mixture(acceleration, field, values);
  weights.forEach((weight, j) => {
    const [totals, earlier] = [acceleration.totals[j], acceleration.advantages[j]];
    increment.forEach((dy, p) => {
      const [y, before, now, then] = [total[p], totals[p], values[p], earlier[p]];
      for (let i = 0; i < dy.length; i++)
        if (now[i] > -Infinity) dy[i] -= weight * (y[i] - before[i] + alpha * (now[i] - then[i]));
    });
  });
  if (weights.length > 0)
    for (const dy of increment)
      for (let i = 0; i < dy.length; i++)
        if (dy[i] > -Infinity) dy[i] = Math.min(reach.up, Math.max(reach.down, dy[i]));
  keep(acceleration, total, values);
}

/** y ← y + Δy, and the policy that is its softmax. */
function follow(search: Search, { total, increment, policyBefore }: MirrorSteps): void {
  copy(search.policy, policyBefore);
  climb(search, total, 1, increment);
}

/** y ← y + α(Q − V), less its largest entry in each state, and the policy that is its softmax; V is 0 where left out. */
function climb({ game, policy }: Search, total: Profile, alpha: number, Q: Profile, V?: Profile): void {
  game.populations.forEach(({ actions }, p) => {
    const [y, values, common] = [total[p], Q[p], V?.[p]];
    const kernels = game.room.over(y, values, policy[p], ...(common === undefined ? [] : [common]));
    if (kernels !== undefined) {
      const places = [common?.byteOffset ?? 0, policy[p].byteOffset] as const;
      kernels.finiteAscend(y.length / actions, actions, y.byteOffset, alpha, values.byteOffset, ...places);
      return;
    }
    for (let first = 0, s = 0; first < y.length; first += actions, s++) {
      const value = common?.[s] ?? 0;
      let top = -Infinity;
      for (let i = first; i < first + actions; i++) {
        y[i] += alpha * (values[i] - value);
        if (y[i] > top) top = y[i];
      }
      for (let i = first; i < first + actions; i++) y[i] -= top;
    }
    softRows(actions, y, 1, policy[p]);
  });
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

/** On from the best iterate: carefully again the first time, then by turns boldly and carefully. */
function restart({ game, policy, best: { exploitability } }: Search, steps: MirrorSteps): void {
  const { best, total, values } = steps;
  copy(best.total, total);
  copy(best.values, values);
  softmax(game, total, 1, policy);
  forget(steps.acceleration);
  steps.restarts++;
  steps.alpha = best.alpha / 4;
  // Where players repel each other equilibria mix: nothing is to be had by being bold.
  steps.bold = steps.restarts % 2 === 0 && !isRepelling(game);
  steps.reference = exploitability;
  steps.since = 0;
}

/** Back to where it was, after something else wrote policies into the search. */
export function resume({ game, policy, field }: Search, { total }: MirrorSteps): void {
  softmax(game, total, 1, policy);
  induce(field, policy);
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
