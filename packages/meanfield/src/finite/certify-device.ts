/**
 * What deviating from a correlation device gains, from the game's own functions and the definitions, as in `certify.ts`.
 *
 * Who was told π^j earns rewards R_j = Σ_a ρ_a ν_a(j) r(·, L_a) on average (counted by how many they are), so that the best
 * they could do instead is V*[R_j], against V^{π^j}[R_j]; who does not listen faces Σ_j R_j. Transitions do not see the laws,
 * or no device is returned. P. Muller et al., "Learning equilibria in mean-field games: introducing mean-field PSRO", AAMAS
 * 2022.
 */

import type { Certificate, Question } from "../core/index.ts";
import type { CorrelationDevice, FiniteCandidate } from "./candidate.ts";
import { certifyFinite, rewardAt } from "./certify.ts";
import type { FiniteModel, Laws, Population } from "./model.ts";
import { sizeOf } from "./space.ts";

export interface DeviceWorth {
  /** What players of all populations gain by not listening. */
  readonly coarse: number;
  /** What they gain by the best they could do instead of each policy that they are told. */
  readonly correlated: number;
  /** What players of all populations earn who do as they are told. */
  readonly earned: number;
}

/** The certificate of `certifyFinite`; for a device the residual is what deviating from it gains. */
export function certifyAnswer(model: FiniteModel, question: Question, candidate: FiniteCandidate): Certificate {
  const certificate = certifyFinite(model, question, candidate);
  const { device } = candidate;
  if (device === undefined) return certificate;
  const { coarse, correlated } = judgeDevice(model, device);
  return { ...certificate, residual: device.concept === "correlated" ? correlated : coarse };
}

export function judgeDevice(model: FiniteModel, device: CorrelationDevice): DeviceWorth {
  const means = meanRewards(model, device);
  let [coarse, correlated, total] = [0, 0, 0];
  model.populations.forEach((population, p) => {
    const all = empty(model, population);
    let earned = 0;
    means[p].forEach((rewards, j) => {
      const own = valueOf(model, population, rewards, device.policies[p][j]);
      correlated += Math.max(0, valueOf(model, population, rewards, undefined) - own);
      earned += own;
      rewards.forEach((reward, i) => (all[i] += reward));
    });
    coarse += Math.max(0, valueOf(model, population, all, undefined) - earned);
    total += earned;
  });
  return { coarse, correlated, earned: total };
}

/** R_j by population and policy, at (t·|S| + s)·|A| + a. */
function meanRewards(model: FiniteModel, { policies, weights, recommendations }: CorrelationDevice): Float64Array[][] {
  const { populations, horizon, features } = model;
  const flows = populations.map((population, p) => policies[p].map((policy) => follow(model, population, policy)));
  const out = populations.map((population, p) => policies[p].map(() => empty(model, population)));
  recommendations.forEach((shares, atom) => {
    const pairs = flows.map((own, p) => {
      const sum = empty(model, populations[p]);
      own.forEach((flow, j) => flow.forEach((mass, i) => (sum[i] += shares[p][j] * mass)));
      return sum;
    });
    const earlier: Laws[] = [];
    for (let t = 0; t <= horizon; t++) {
      const laws = lawsAt(model, pairs, t, new Float64Array(features?.count ?? 0));
      features?.read(t, laws, laws.features, earlier);
      earlier.push(laws);
      populations.forEach((population, p) => {
        const [S, A] = [sizeOf(population.states), sizeOf(population.actions)];
        for (let s = 0; s < S; s++) {
          for (let a = 0; a < A; a++) {
            if (population.allowed?.(t, s, a) === false) continue;
            const reward = weights[atom] * rewardAt(population, p, t, s, a, laws);
            out[p].forEach((sum, j) => (sum[(t * S + s) * A + a] += shares[p][j] * reward));
          }
        }
      });
    }
  });
  return out;
}

function lawsAt({ populations }: FiniteModel, pairs: readonly Float64Array[], t: number, features: Float64Array): Laws {
  const now = populations.map(({ states, actions }, p) => {
    const rows = sizeOf(states) * sizeOf(actions);
    return pairs[p].subarray(t * rows, (t + 1) * rows);
  });
  const states = populations.map((population, p) => {
    const mu = new Float64Array(sizeOf(population.states));
    now[p].forEach((mass, i) => (mu[Math.floor(i / sizeOf(population.actions))] += mass));
    return mu;
  });
  return { states, pairs: now, features };
}

/** Where transitions go that see no laws. */
const noLaws: Laws = { states: [], pairs: [], features: new Float64Array() };

/** L_t(s,a) of those who take a policy. */
function follow(model: FiniteModel, population: Population, policy: Float64Array): Float64Array {
  const { horizon } = model;
  const [S, A] = [sizeOf(population.states), sizeOf(population.actions)];
  const mu = new Float64Array((horizon + 1) * S);
  mu.set(population.initial);
  const out = empty(model, population);
  for (let t = 0; t <= horizon; t++) {
    for (let s = 0; s < S; s++) {
      for (let a = 0; a < A; a++) {
        const mass = mu[t * S + s] * policy[(t * S + s) * A + a];
        out[(t * S + s) * A + a] = mass;
        if (mass === 0 || t === horizon) continue;
        population.transition.successors(t, s, a, noLaws, (next, probability, steps = 1) => {
          mu[(t + steps) * S + next] += mass * probability;
        });
      }
    }
  }
  return out;
}

/** Σ_s μ_0(s) V_0(s) under rewards R, of a policy or, without one, of the best. */
function valueOf(
  { horizon }: FiniteModel,
  population: Population,
  rewards: Float64Array,
  policy: Float64Array | undefined,
): number {
  const { allowed, initial, transition } = population;
  const [S, A] = [sizeOf(population.states), sizeOf(population.actions)];
  const V = new Float64Array((horizon + 1) * S);
  for (let t = horizon; t >= 0; t--) {
    for (let s = 0; s < S; s++) {
      let [best, mean] = [-Infinity, 0];
      for (let a = 0; a < A; a++) {
        if (allowed?.(t, s, a) === false) continue;
        const i = (t * S + s) * A + a;
        let value = rewards[i];
        if (t < horizon)
          transition.successors(t, s, a, noLaws, (next, probability, steps = 1) => {
            value += probability * V[(t + steps) * S + next];
          });
        best = Math.max(best, value);
        if (policy !== undefined) mean += policy[i] * value;
      }
      V[t * S + s] = policy === undefined ? best : mean;
    }
  }
  return initial.reduce((sum, share, s) => sum + share * V[s], 0);
}

function empty({ horizon }: FiniteModel, { states, actions }: Population): Float64Array {
  return new Float64Array((horizon + 1) * sizeOf(states) * sizeOf(actions));
}
