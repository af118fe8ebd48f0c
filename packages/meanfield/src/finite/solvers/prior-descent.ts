import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { softmax, uniformPolicy } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyProfile, workingProfile } from "../compile.ts";
import { spread } from "../mirror-step.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { goBack, remember, stalled, startRetreat } from "../retreat.ts";
import type { Retreat } from "../retreat.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  eta: real(0, "Temperature: how hard the prior pulls; 0 for one that is found along the way", {
    symbol: "\\eta",
    minimum: 0,
    maximum: 1e9,
    scale: "log",
    tunable: { from: 1e-2, to: 1e3, scale: "log" },
  }),
  n_inner: whole(
    10,
    "Iterations after which the prior is replaced by the policy, or with a temperature found along the way as soon as it has settled, at latest then; 0 keeps the uniform prior for ever",
    {
      minimum: 0,
      maximum: 1e9,
      tunable: { from: 1, to: 100, scale: "log", also: [0] },
    },
  ),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  /** Logarithms of the prior, up to one number a state: it gets too small for shares. */
  readonly logPrior: Float64Array[];
  /** y = ln prior + Q*⁄η. */
  readonly exponents: Float64Array[];
  readonly eta: number;
  readonly inner: number;
  /** Where the temperature is found along the way. */
  readonly found: Temperature | undefined;
}

interface Temperature {
  /** 0 before action values are known. */
  eta: number;
  readonly before: Profile;
  /** Iterations since the prior moved, and by how much policies changed in the first and the last of them. */
  rounds: number;
  first: number;
  last: number;
  readonly retreat: Retreat;
}

/** Soft best responses that stay near a prior: π^{k+1} ∝ q exp(Q*⁄η), the prior q replaced by the policy now and then. */
export const priorDescent: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "prior-descent",
  title: "Prior descent",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players answer the flow softly, never far from a prior, which settles where plain best responses jump; now and then the " +
    "prior itself moves to the policy, so that what is found comes ever nearer to an equilibrium of the game without it.",
  reference:
    "K. Cui, H. Koeppl, Approximately solving mean field games via entropy-regularized deep reinforcement learning, AISTATS 2021, section 3.3",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { eta, n_inner, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    const logPrior = emptyProfile(search.game);
    uniformPolicy(search.game, logPrior);
    for (const table of logPrior) table.forEach((share, i) => (table[i] = Math.log(share)));
    const exponents = workingProfile(search.game);
    exponents.forEach((table, p) => table.set(logPrior[p]));
    return {
      search,
      logPrior,
      exponents,
      eta,
      inner: n_inner,
      found: eta > 0 ? undefined : startTemperature(search),
    };
  },
  step: (_model, state): Step => {
    const { search, logPrior, exponents, eta, inner, found } = state;
    if (found !== undefined) return foundStep(state, found);
    const k = search.scored - 1;
    if (k >= 0) {
      pull(state, eta);
      if (inner > 0 && (k + 2) % inner === 0) centre(search, exponents, logPrior);
    }
    return look(search, `try a larger eta than ${eta}, or 0 for one that is found along the way`);
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** The policy becomes q exp(Q*⁄η). */
function pull({ search, logPrior, exponents }: State, eta: number): void {
  exponents.forEach((y, p) => {
    const Q = search.response.Q[p];
    for (let i = 0; i < y.length; i++) y[i] = logPrior[p][i] === -Infinity ? -Infinity : logPrior[p][i] + Q[i] / eta;
  });
  softmax(search.game, exponents, 1, search.policy);
}

/** Policies have settled where they change by less than this part of what they did at first. */
const settled = 0.1;
/** They do not settle where each change is more than this part of the one before. */
const restless = 0.8;
/**
 * Factors of the temperature: policies settled, the prior was replaced before they did, they do not settle, the search stalls.
 */
const factors = { settled: 0.6, late: 1.5, restless: 2, stalled: 4 } as const;

function startTemperature({ game }: Search): Temperature {
  return { eta: 0, before: emptyProfile(game), rounds: 0, first: 0, last: 0, retreat: startRetreat(game) };
}

/**
 * Scores the next iterate of a proximal-point method: with the prior held, policies settle if the temperature is high enough,
 * and the lower it is the farther they then are from the prior.
 */
function foundStep(state: State, found: Temperature): Step {
  const { search, exponents, logPrior } = state;
  if (search.scored > 0) {
    if (found.eta === 0) found.eta = Math.max(spread(search.game, search.response.Q), 1e-150);
    if (stalled(found.retreat)) {
      goBack(found.retreat, search, exponents);
      centre(search, exponents, logPrior);
      softmax(search.game, exponents, 1, search.policy);
      found.eta *= factors.stalled;
      found.rounds = 0;
    } else {
      search.policy.forEach((table, p) => found.before[p].set(table));
      pull(state, found.eta);
      heed(state, found);
    }
  }
  const step = look(search, "try online-mirror-descent", search.scored > 0 ? { eta: found.eta } : {});
  remember(found.retreat, search, exponents);
  return step;
}

/** Moves the prior, or the temperature, by how policies change. */
function heed({ search, exponents, logPrior, inner }: State, found: Temperature): void {
  const change = distance(search, found.before);
  found.rounds++;
  if (found.rounds === 1) found.first = change;
  else if (change > restless * found.last) {
    found.eta *= factors.restless;
    found.rounds = 0;
  }
  found.last = change;
  const calm = found.rounds > 1 && change < settled * found.first;
  if (!calm && !(inner > 0 && found.rounds >= inner)) return;
  if (inner > 0) centre(search, exponents, logPrior);
  found.eta *= calm ? factors.settled : factors.late;
  found.rounds = 0;
}

/** By how much policies differ where players are. */
function distance({ field, policy }: Search, before: Profile): number {
  let sum = 0;
  field.parts.forEach(({ population: { actions }, mu }, p) => {
    for (let s = 0, i = 0; s < mu.length; s++)
      for (let a = 0; a < actions; a++, i++) sum += mu[s] * Math.abs(policy[p][i] - before[p][i]);
  });
  return sum;
}

/** The exponents less the largest of each state: as large as they may be without leaving double precision. */
function centre({ game }: Search, exponents: readonly Float64Array[], out: readonly Float64Array[]): void {
  game.populations.forEach(({ actions }, p) => {
    const [from, to] = [exponents[p], out[p]];
    for (let first = 0; first < from.length; first += actions) {
      let top = -Infinity;
      for (let i = first; i < first + actions; i++) top = Math.max(top, from[i]);
      for (let i = first; i < first + actions; i++) to[i] = from[i] - top;
    }
  });
}
