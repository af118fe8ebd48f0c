/**
 * The search for a planner's optimum: mirror descent from several starts, of which the best answer is kept, since a total
 * reward need not be concave in the flow. The first start is the uniform policy with plain steps, which climb; the second the
 * same with accelerated ones, which leave saddles; the others are drawn. Where players only repel each other it is, and one
 * accelerated start does.
 */

import type { BoundedStep, Question, Step } from "../core/index.ts";
import { randomStream } from "../numeric/random.ts";
import { softmax } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile } from "./compile.ts";
import { finishedStep, startFinish } from "./finishing.ts";
import type { Finish } from "./finishing.ts";
import { isRepelling } from "./linearised-game.ts";
import { constantStep, startMirror } from "./mirror-step.ts";
import type { MirrorSteps } from "./mirror-step.ts";
import type { FiniteModel } from "./model.ts";
import { bestCandidate, digits, startSearch } from "./search.ts";
import type { Search } from "./search.ts";

export interface PlannerOptions {
  readonly tolerance: number;
  /** 0 for step sizes that are found along the way. */
  readonly alpha: number;
  readonly starts: number;
  /** Most iterations of one start. */
  readonly patience: number;
  readonly seed: number;
}

export interface PlannerSearch {
  readonly question: Question;
  readonly options: PlannerOptions;
  start: number;
  search: Search;
  steps: MirrorSteps;
  finish: Finish;
  best: Found | undefined;
}

interface Found {
  readonly start: number;
  readonly reward: number;
  readonly gap: number;
  readonly settled: boolean;
  readonly candidate: FiniteCandidate;
}

/** Iterations of a start after which it is finished by Newton's steps, where these are known to lead up. */
const newtonAfter = 250;

/** How far drawn starts are from uniform: the standard deviation of exponents. */
const scatter = 1;

export function startPlanner(model: FiniteModel, question: Question, given: PlannerOptions): PlannerSearch {
  const concave = isRepelling(compile(model));
  // Where the total reward is concave all starts lead to the same: one takes all their iterations.
  const options = concave ? { ...given, starts: 1, patience: given.starts * given.patience } : given;
  return { question, options, start: 0, best: undefined, ...beginning(model, question, options, 0) };
}

function beginning(
  model: FiniteModel,
  question: Question,
  { tolerance, alpha, seed }: PlannerOptions,
  start: number,
): Pick<PlannerSearch, "search" | "steps" | "finish"> {
  const search = startSearch(model, question, tolerance);
  const accelerated = start === 1 || isRepelling(search.game);
  const steps = startMirror(search.game, alpha === 0 && accelerated ? 5 : 0);
  if (start > 1) {
    const draws = randomStream(seed, start);
    let drawn = 0;
    steps.total.forEach((table, p) => {
      for (let i = 0; i < table.length; i++)
        table[i] = search.policy[p][i] > 0 ? scatter * draws.normal(drawn++) : -Infinity;
    });
    softmax(search.game, steps.total, 1, search.policy);
  }
  return { search, steps, finish: startFinish(newtonAfter) };
}

/** One iteration of the current start; where that is done, the next begins with the next step. */
export function stepPlanner(model: FiniteModel, planner: PlannerSearch): Step | BoundedStep {
  const { search, steps, finish, options, start } = planner;
  const step =
    options.alpha > 0
      ? constantStep(search, steps, options.alpha, `try a smaller alpha than ${options.alpha}, or 0`)
      : finishedStep(search, steps, finish, "try a constant alpha");
  const metrics = { ...step.metrics, start };
  if (step.status === "running" && search.scored < options.patience) return { metrics, status: "running" };
  const found = foundBy(planner, step.status === "converged");
  if (planner.best === undefined || preferred(found, planner.best)) planner.best = found;
  if (start + 1 < options.starts) {
    planner.start++;
    Object.assign(planner, beginning(model, planner.question, options, planner.start));
    return { metrics, status: "running" };
  }
  const { best } = planner;
  return best.settled
    ? {
        metrics,
        status: "converged",
        reason: `no first-order change gains more than ${digits(best.gap)}; ${origin(planner)}`,
      }
    : {
        metrics,
        status: "iteration-limit",
        reason: `no start came to rest within ${options.patience} iterations; ${origin(planner)}`,
      };
}

/** The best answer of all starts so far. */
export function plannerCandidate(planner: PlannerSearch): FiniteCandidate {
  const now = foundBy(planner, false);
  return planner.best === undefined || preferred(now, planner.best) ? now.candidate : planner.best.candidate;
}

/** Where the answer comes from, as a clause. */
export function origin({ best, options }: PlannerSearch): string {
  if (best === undefined) return "returned: the best policy of an unfinished start";
  const one = options.starts === 1 ? "the only start" : `start ${best.start} of ${options.starts}`;
  return `returned: ${one}, of total reward ${Number(best.reward.toPrecision(6))}`;
}

function foundBy({ search, start }: PlannerSearch, settled: boolean): Found {
  const candidate = bestCandidate(search);
  return { start, settled, candidate, gap: search.best.exploitability, reward: search.best.reward };
}

/** Whether an answer is to be taken over another: for a larger reward, larger by more than its gap than one at rest. */
function preferred(one: Found, other: Found): boolean {
  if (one.settled === other.settled) return one.reward > other.reward;
  return one.settled ? one.reward + one.gap >= other.reward : one.reward > other.reward + other.gap;
}
