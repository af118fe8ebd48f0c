/**
 * What one of N players gains at most by another policy of its own state, while the other N − 1 keep a policy: by how much that
 * policy fails to be a Nash equilibrium of the N-player game.
 *
 * Where nobody's moves see the laws, a player's own path is independent of everybody else's, so that it meets at (t,s,a) the mean
 * reward r̄_t(s,a) = E r_t(s,a,L) over laws L of the N − 1 others and itself; its best policy solves a Markov decision problem.
 * Others in state s at t are Bin(N − 1, μ_t(s)) in number, so that couplings of the common forms have their means without chance;
 * those of any other reward are averaged over simulated games.
 *
 * ε-Nash equilibria: M. Huang, R. P. Malhamé, P. E. Caines, "Large population stochastic dynamic games: closed-loop McKean–Vlasov
 * systems and the Nash certainty equivalence principle", Commun. Inf. Syst. 6 (2006) 221–252.
 */

import { averages, estimate } from "../../core/estimate.ts";
import type { Estimate } from "../../core/index.ts";
import { greedy, respond } from "../best-response.ts";
import { emptyProfile, workingProfile } from "../compile.ts";
import type { CompiledGame } from "../compile.ts";
import { emptyValues } from "../evaluation.ts";
import { forgone } from "../exploitability.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import type { Coupling, FiniteModel, Laws, Profile } from "../model.ts";
import { binomialMean } from "./binomial.ts";
import type { Crowd } from "./crowd.ts";

/** How the gain can be had: without chance, by averages over simulated games, or not at all where moves see the laws. */
export function epsilonKind({ populations }: FiniteModel): "exact" | "sampled" | undefined {
  if (populations.some(({ transition }) => transition.sees !== "nothing")) return undefined;
  if (populations.every(({ reward }) => reward.coupled === undefined)) return "exact";
  // What looks back at earlier laws would see the player there, too.
  return populations.some(({ transition }) => (transition.longest ?? 1) > 1) ? undefined : "sampled";
}

/** The gain, summed over populations as in NashConv, where rewards have no other couplings than those of the common forms. */
export function exactEpsilon(game: CompiledGame, policy: Profile, players: number): number {
  const field = emptyField(game, true);
  induce(field, policy);
  meetMeans(field, players);
  const reply = emptyValues(game);
  respond(field, reply);
  return forgone(field, policy, reply).reduce((sum, gain) => sum + gain, 0);
}

/** Puts mean rewards by couplings of one of so many players in the place of those in the limit, whose laws the field holds. */
function meetMeans({ parts, game }: Field, players: number): void {
  const laws = parts.map(({ mu }) => mu);
  for (const { population, here } of parts) {
    const { declared, states, index } = population;
    here.fill(0);
    for (const coupling of declared.reward.couplings ?? []) {
      for (let t = 0; t < game.times; t++) addMeans(coupling, laws, index, players, here, t * states, states);
    }
  }
}

/** Adds E of a coupling's reward in each state, over the laws of all N, the player itself in that state. */
function addMeans(
  coupling: Coupling,
  laws: readonly Float64Array[],
  own: number,
  players: number,
  here: Float64Array,
  first: number,
  states: number,
): void {
  const [mine, others] = [1 / players, 1 - 1 / players];
  if (coupling.form === "log-density") {
    const { weight, floor, floored } = coupling;
    const logarithm = (k: number): number => {
      const share = (k + 1) / players;
      return Math.log(floored === "added" ? share + floor : Math.max(share, floor));
    };
    for (let i = first; i < first + states; i++) here[i] -= weight * binomialMean(players - 1, laws[own][i], logarithm);
    return;
  }
  if (coupling.form === "local") {
    coupling.weights.forEach((weight, q) => {
      if (weight === 0) return;
      for (let i = first; i < first + states; i++)
        here[i] += weight * (q === own ? others * laws[q][i] + mine : laws[q][i]);
    });
    return;
  }
  const { population: q, matrix } = coupling;
  const width = matrix.length / states;
  const from = (first / states) * width;
  for (let s = 0; s < states; s++) {
    let sum = q === own ? mine * matrix[s * width + s] : 0;
    const share = q === own ? others : 1;
    for (let y = 0; y < width; y++) sum += share * matrix[s * width + y] * laws[q][from + y];
    here[first + s] += sum;
  }
}

/** Gains estimated from simulated games. */
export interface SampledEpsilon {
  /** Takes in what a game of N players shows at t, whose laws its field holds; `homes` is where its members were then. */
  readonly observe: (crowd: Crowd, homes: Int32Array, t: number) => void;
  /** Says that a game is over. */
  readonly next: () => void;
  /** After at least two games; counts groups of games, from which the error is told. */
  readonly estimate: () => Estimate;
}

/** Games are told apart in so many groups. */
const groups = 10;

/**
 * The gain where rewards have couplings of any form, from at least two groups of games.
 *
 * A best response to the rewards seen in all groups but one is valued in that one, so that chance does not pay itself: each of
 * these gains is unbiased for its policy, and no policy gains more than the best. The mean is over groups.
 */
export function sampledEpsilon(game: CompiledGame, policy: Profile, players: number): SampledEpsilon {
  const field = emptyField(game, true);
  induce(field, policy);
  const kept = field.parts.map(({ pairs }) => pairs.slice());
  const sums = Array.from({ length: groups }, () => emptyProfile(game));
  const counts = new Float64Array(groups);
  let games = 0;
  return {
    observe: (crowd, homes, t) => {
      const group = sums[games % groups];
      crowd.field.parts.forEach((_, p) => addRewards(crowd, homes[p], players, p, t, group[p]));
    },
    next: () => void counts[games++ % groups]++,
    estimate: () => {
      meetMeans(field, players);
      const gains = averages(1);
      const reply = emptyValues(game);
      const best = workingProfile(game);
      const alone = emptyField(game, true);
      const used = Math.min(groups, games);
      for (let group = 0; group < used; group++) {
        setRewards(field, sums, (other) => (other < used && other !== group ? 1 : 0), games - counts[group]);
        respond(field, reply);
        greedy(game, reply.Q, best);
        induce(alone, best);
        setRewards(field, sums, (other) => (other === group ? 1 : 0), counts[group]);
        gains.add(Float64Array.of(gainOf(field, alone, kept)));
      }
      return estimate(gains.mean[0], gains.standardErrors()[0], gains.count());
    },
  };
}

/** What a member would be paid at t by its general coupling in each state for each action, all others where they are. */
function addRewards(
  { field, acts }: Crowd,
  home: number,
  players: number,
  p: number,
  t: number,
  sums: Float64Array,
): void {
  const { game, laws, parts } = field;
  const { features } = game.model;
  const { states, actions, declared, allowed } = parts[p].population;
  const { coupled } = declared.reward;
  if (coupled === undefined) return;
  const here: Laws = laws[t];
  const [mu, pairs] = [here.states[p], here.pairs[p]];
  const act = home * actions + acts[p];
  const [present, chosen] = [mu[home], pairs[act]];
  // Numbers of players, so that nobody is left over by rounding.
  mu[home] = (Math.round(present * players) - 1) / players;
  pairs[act] = (Math.round(chosen * players) - 1) / players;
  for (let s = 0, i = 0; s < states; s++) {
    const share = mu[s];
    mu[s] = share + 1 / players;
    for (let a = 0; a < actions; a++, i++) {
      const entry = t * states * actions + i;
      if (allowed !== undefined && allowed[entry] === 0) continue;
      const pair = pairs[i];
      pairs[i] = pair + 1 / players;
      features?.read(t, here, here.features, laws);
      sums[entry] += coupled.at(t, s, a, here);
      pairs[i] = pair;
    }
    mu[s] = share;
  }
  mu[home] = present;
  pairs[act] = chosen;
  features?.read(t, here, here.features, laws);
}

/** Rewards that see nothing, and the mean of the others over some groups of games. */
function setRewards(
  { parts, game }: Field,
  sums: readonly Profile[],
  weight: (group: number) => number,
  count: number,
): void {
  parts.forEach(({ population: { states, actions, base }, table }, p) => {
    const rows = states * actions;
    for (let t = 0, i = 0; t < game.times; t++) {
      for (let row = 0; row < rows; row++, i++) {
        let sum = 0;
        for (let group = 0; group < sums.length; group++) sum += weight(group) * sums[group][p][i];
        table[i] = base.values[t * base.stride + row] + sum / count;
      }
    }
  });
}

/** Σ_t Σ_{s,a} (L^ν_t − L^π_t)(s,a) r_t(s,a), over all populations. */
function gainOf({ parts }: Field, other: Field, kept: Profile): number {
  let sum = 0;
  parts.forEach(({ population: { actions }, here, table }, p) => {
    const { pairs } = other.parts[p];
    for (let i = 0; i < table.length; i++) {
      const more = pairs[i] - kept[p][i];
      if (more !== 0) sum += more * (here[Math.floor(i / actions)] + table[i]);
    }
  });
  return sum;
}
