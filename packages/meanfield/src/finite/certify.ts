/**
 * How good an answer is, from the game's own functions and the definitions, sharing nothing with the compiled game that
 * solvers work on: laws, rewards and successors are asked for one state and action at a time, and best responses found by
 * the recursion V*_t(s) = max_a {r_t(s,a) + Σ_{s'} P_t(s'|s,a) V*_{t+1}(s')}.
 *
 * Exploitability: the sum over populations of what a policy forgoes along its own flow. Consistency: the largest distance
 * ‖μ_t − μ̂_t‖₁ over times and populations of the laws assumed from those induced. Residual: the largest gain that a single
 * decision forgoes, weighted by the share of players who take it; for a planner, what a first-order change of all decisions
 * could still gain, which is computed from the compiled game (`social.ts`).
 */

import type { Certificate, Question } from "../core/index.ts";
import { respond } from "./best-response.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile } from "./compile.ts";
import { emptyValues } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { emptyField, induce } from "./flow.ts";
import type { FiniteModel, Laws, Population, Profile } from "./model.ts";
import { socialise } from "./social.ts";

export function certifyFinite(model: FiniteModel, question: Question, { policy, flow }: FiniteCandidate): Certificate {
  const tables = model.populations.map((population, p) => nested(population, model.horizon, policy[p]));
  const laws = lawsUnder(model, tables);
  let consistency = 0;
  laws.forEach(({ states }, t) => {
    states.forEach((mu, p) => {
      let distance = 0;
      for (let s = 0; s < mu.length; s++) distance += Math.abs(mu[s] - flow[p][t * mu.length + s]);
      consistency = Math.max(consistency, distance);
    });
  });
  if (question.concept === "planner")
    return { exploitability: null, consistency, residual: socialGap(model, policy), exactError: null };
  let [exploitability, residual] = [0, 0];
  model.populations.forEach((population, p) => {
    for (const loss of losses(model, population, p, tables[p], laws)) {
      exploitability += loss;
      residual = Math.max(residual, loss);
    }
  });
  return { exploitability, consistency, residual, exactError: null };
}

/** What first-order changes could gain in total reward. */
function socialGap(model: FiniteModel, policy: Profile): number {
  const game = compile(model);
  const field = emptyField(game, true);
  const values = emptyValues(game);
  induce(field, policy);
  socialise(field, policy, values);
  respond(field, values);
  return forgone(field, policy, values).reduce((sum, part) => sum + part, 0);
}

/** π_t(·|s) by time and state. */
type Decisions = readonly (readonly Float64Array[])[];

function nested({ states, actions }: Population, horizon: number, policy: Float64Array): Decisions {
  const [S, A] = [count(states), count(actions)];
  return Array.from({ length: horizon + 1 }, (_, t) =>
    Array.from({ length: S }, (__, s) => policy.subarray((t * S + s) * A, (t * S + s + 1) * A)),
  );
}

function count(axes: Population["states"]): number {
  return axes.reduce((product, { grid }) => product * grid.length, 1);
}

/** The laws that policies induce, from the initial ones forward. */
function lawsUnder(model: FiniteModel, tables: readonly Decisions[]): Laws[] {
  const { horizon, populations, features } = model;
  const out: Laws[] = [];
  const all = Array.from({ length: horizon + 1 }, (_, t) =>
    populations.map(({ initial }) => (t === 0 ? initial.slice() : new Float64Array(initial.length))),
  );
  for (let t = 0; t <= horizon; t++) {
    const now = all[t];
    const pairs = populations.map((_, p) =>
      Float64Array.from(tables[p][t].flatMap((row, s) => Array.from(row, (share) => share * now[p][s]))),
    );
    const laws: Laws = { states: now, pairs, features: new Float64Array(features?.count ?? 0) };
    features?.read(t, laws, laws.features, out);
    out.push(laws);
    if (t === horizon) break;
    populations.forEach(({ transition }, p) => {
      const actions = pairs[p].length / now[p].length;
      pairs[p].forEach((share, i) => {
        if (share === 0) return;
        transition.successors(t, Math.floor(i / actions), i % actions, laws, (next, probability, steps = 1) => {
          all[t + steps][p][next] += share * probability;
        });
      });
    });
  }
  return out;
}

/** What the players of a population in each state at each time forgo, weighted by their share. */
function* losses(
  { horizon }: FiniteModel,
  population: Population,
  p: number,
  decisions: Decisions,
  laws: readonly Laws[],
): Generator<number, void, void> {
  const [S, A] = [count(population.states), count(population.actions)];
  const best = Array.from({ length: horizon + 1 }, () => new Float64Array(S));
  for (let t = horizon; t >= 0; t--) {
    for (let s = 0; s < S; s++) {
      const worth = Array.from({ length: A }, (_, a) => {
        if (population.allowed?.(t, s, a) === false) return -Infinity;
        let value = rewardAt(population, p, t, s, a, laws[t]);
        if (t < horizon)
          population.transition.successors(t, s, a, laws[t], (next, probability, steps = 1) => {
            value += probability * best[t + steps][next];
          });
        return value;
      });
      best[t][s] = Math.max(...worth);
      let loss = 0;
      decisions[t][s].forEach((share, a) => {
        if (share > 0) loss += share * (best[t][s] - worth[a]);
      });
      const { [p]: mu } = laws[t].states;
      if (mu[s] > 0) yield mu[s] * loss;
    }
  }
}

/** r_t(s,a,L): the sum of its parts. */
export function rewardAt({ reward }: Population, p: number, t: number, s: number, a: number, laws: Laws): number {
  let sum = reward.base === undefined ? 0 : reward.base.at(t, s, a);
  if (reward.coupled !== undefined) sum += reward.coupled.at(t, s, a, laws);
  for (const coupling of reward.couplings ?? []) {
    if (coupling.form === "log-density") {
      const { weight, floor, floored } = coupling;
      const mu = laws.states[p][s];
      sum -= weight * Math.log(floored === "added" ? mu + floor : Math.max(mu, floor));
    } else if (coupling.form === "local") {
      sum += coupling.weights.reduce((total, weight, q) => total + weight * laws.states[q][s], 0);
    } else {
      const mu = laws.states[coupling.population];
      sum += mu.reduce((total, share, y) => total + share * coupling.matrix[s * mu.length + y], 0);
    }
  }
  return sum;
}
