/** What the iterations of the family share: where they start, how iterates are scored, and which of them is returned. */

import { real } from "../core/index.ts";
import type { Question, Step } from "../core/index.ts";
import { respond, respondAndEvaluate, uniformPolicy } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile, workingProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { emptyValues, evaluate } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { emptyField, induce } from "./flow.ts";
import { socialise, totalReward } from "./social.ts";
import type { Field } from "./flow.ts";
import type { FiniteModel, Profile } from "./model.ts";

/** A search for policies; iterate k is the policy that was k-th to be scored, iterate 0 the uniform one. */
export interface Search {
  readonly question: Question;
  readonly game: CompiledGame;
  /** The current iterate π^k, which updates overwrite. */
  readonly policy: Profile;
  /** Along the flow of the current iterate. */
  readonly field: Field;
  /** Q* and V* along that flow, of players who for a planner also earn what they do to others. */
  readonly response: Values;
  /** Q^π and V^π along that flow, where `ownKnown`. */
  readonly own: Values;
  /** Whether every look should find them, for methods that ask each time. */
  wantsOwn: boolean;
  ownKnown: boolean;
  readonly tolerance: number;
  /** How many iterates were scored. */
  scored: number;
  /** What else to try, should the search lead nowhere. */
  advice: string;
  /** E(π^k) of the current iterate; for a planner what first-order changes could still gain. */
  exploitability: number;
  best: {
    readonly k: number;
    readonly exploitability: number;
    /** Of all populations together; NaN unless asked by a planner. */
    readonly reward: number;
    readonly policy: Profile;
  };
}

export const toleranceOption = real(
  1e-6,
  "Accepted exploitability, relative to the value where that exceeds one; 0 never stops, to see a whole curve",
  { minimum: 0, maximum: 1 },
);

/** A search at the uniform policy, not yet scored; for a planner rewards include what players do to each other. */
export function startSearch(model: FiniteModel, question: Question, tolerance: number): Search {
  const game = compile(model);
  const policy = workingProfile(game);
  uniformPolicy(game, policy);
  return {
    question,
    game,
    policy,
    field: emptyField(game, question.concept === "planner"),
    response: emptyValues(game),
    own: emptyValues(game),
    wantsOwn: false,
    ownKnown: false,
    tolerance,
    scored: 0,
    advice: "",
    exploitability: Number.NaN,
    best: { k: -1, exploitability: Infinity, reward: Number.NaN, policy: workingProfile(game) },
  };
}

/** Without a better iterate for so many, a search is given up. */
const patience = 1000;

/**
 * Scores the current iterate and says whether to go on.
 *
 * @param advice what else to try, should the search have to be given up
 */
export function look(search: Search, advice: string, metrics: Readonly<Record<string, number>> = {}): Step {
  const { field, policy, response, own, tolerance } = search;
  const k = search.scored;
  search.advice = advice;
  // A policy that is no number is said to be none, never repaired and scored.
  if (!policy.every((table) => isNumber(search.game, table)))
    return {
      metrics,
      status: "diverged",
      reason: `the policy is no number from iteration ${k} on; ${bestOf(search)}; ${advice}`,
    };
  induce(field, policy);
  const planner = search.question.concept === "planner";
  const reward = planner ? totalReward(field) : Number.NaN;
  if (planner) socialise(field, policy, own);
  if (search.wantsOwn && !planner) respondAndEvaluate(field, policy, response, own);
  else respond(field, response);
  search.ownKnown = planner || search.wantsOwn;
  search.exploitability = forgone(field, policy, response).reduce((sum, part) => sum + part, 0);
  search.scored++;
  keepBest(search, k, reward);
  const score = planner ? { gap: search.exploitability, reward } : { exploitability: search.exploitability };
  const step = { metrics: { ...score, ...metrics }, status: "running" as const };
  if (!Number.isFinite(search.exploitability) || tolerance === 0) return step;
  if (search.exploitability <= tolerance * sizeOfValue(search))
    return {
      ...step,
      status: "converged",
      reason: planner
        ? `no first-order change gains more than ${digits(search.exploitability)}, at iteration ${k}`
        : `nobody gains more than ${digits(search.exploitability)} by deviating, at iteration ${k}`,
    };
  if (k - search.best.k < patience) return step;
  return {
    ...step,
    status: "diverged",
    reason: `no better for ${patience} iterations; ${bestOf(search)}; ${advice}`,
  };
}

/** Q^π along the flow of the current iterate, into `search.own`. */
export function evaluateOwn(search: Search): Values {
  const { field, policy, own } = search;
  if (!search.ownKnown) evaluate(field, policy, own);
  search.ownKnown = true;
  return own;
}

/** Whether no entry is NaN: a sum keeps one. */
function isNumber({ room }: CompiledGame, table: Float64Array): boolean {
  let sum = room.over(table)?.finiteSum(table.length, table.byteOffset);
  if (sum !== undefined) return !Number.isNaN(sum);
  sum = 0;
  for (let i = 0; i < table.length; i++) sum += table[i];
  return !Number.isNaN(sum);
}

function keepBest(search: Search, k: number, reward: number): void {
  const { best, exploitability, policy } = search;
  if (!(exploitability < best.exploitability)) return;
  best.policy.forEach((table, p) => table.set(policy[p]));
  search.best = { k, exploitability, reward, policy: best.policy };
}

/** Which iterate a search returns, as a clause. */
export function bestOf({ best, question }: Search): string {
  return best.k < 0
    ? "nothing was scored"
    : `returned: iteration ${best.k}, of ${scoreOf(question)} ${digits(best.exploitability)}`;
}

function scoreOf({ concept }: Question): string {
  return concept === "planner" ? "gap" : "exploitability";
}

/** Fewer iterates than these after the best one say nothing. */
const aWhile = 50;

/**
 * Which iterate a search returns, as a clause; and where that was long ago, half of all iterates or more, that they have been
 * no better since, how the last one is, and what else to try.
 */
export function returned(search: Search): string {
  const { best, scored, exploitability, advice } = search;
  const since = scored - 1 - best.k;
  if (best.k < 0 || since < Math.max(aWhile, scored / 2)) return bestOf(search);
  return `${bestOf(search)}, and nothing better in the ${since} after it, the last of ${digits(exploitability)}; ${advice}`;
}

/** Results do not keep the memory of the kernels. */
function copyOf(table: Float64Array): Float64Array {
  return table.slice();
}

/** The best iterate with the flow that it induces. */
export function bestCandidate(search: Search): FiniteCandidate {
  const { game, question, best, policy } = search;
  const chosen = best.k < 0 ? policy : best.policy;
  const field = emptyField(game);
  induce(field, chosen);
  return { model: game.model, question, policy: chosen.map(copyOf), flow: field.parts.map(({ mu }) => copyOf(mu)) };
}

/** max(1, |V*|) of the populations together. */
export function sizeOfValue({ field, response }: Search): number {
  let size = 0;
  field.parts.forEach(({ population: { states, declared } }, p) => {
    for (let s = 0; s < states; s++) size += declared.initial[s] * response.V[p][s];
  });
  return Math.max(1, Math.abs(size));
}

export function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
