/**
 * Agents that a learner moves itself, one step an iteration, against its frozen field.
 *
 * Before each step an agent dies with probability 1 − γ and a new one starts from ξ₀ in its place. So discounting is lived:
 * the agents' law settles to (1 − γ) times the discounted visits of a policy, which is what policy gradients average
 * over (R. S. Sutton, D. McAllester, S. Singh, Y. Mansour, NeurIPS 1999), and every state that ξ₀ reaches goes on being seen.
 */

import type { Randomness } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { LearnedField, StationaryEnvironment } from "../simulation/environment.ts";
import { drawsOf, purposes } from "./streams.ts";
import type { Purpose } from "./streams.ts";

/** What was seen of steps, one entry each, in the order in which they are learned from. */
export interface Experience {
  readonly states: Float64Array;
  readonly actions: Uint8Array;
  readonly rewards: Float64Array;
  readonly next: Float64Array;
}

/** Agents that start from ξ₀. */
export function placeAgents(environment: StationaryEnvironment, count: number, random: Randomness): Float64Array {
  const initial = environment.initialField(drawsOf(random, 0, purposes.initialField));
  return uniforms(random, 0, purposes.start, count).map((u) => chosen(initial, 0, initial.length, u));
}

/**
 * One step of all agents, who play a policy (π(a|x) at x·|A| + a); `agents` is changed in place.
 *
 * @param initial ξ₀
 */
export function moveAgents(
  environment: StationaryEnvironment,
  agents: Float64Array,
  policy: Float64Array,
  field: LearnedField,
  initial: Float64Array,
  random: Randomness,
  iteration: number,
): Experience {
  const { actions: choices } = environment.space;
  const [deaths, places, coins] = ([purposes.restart, purposes.restartPlace, purposes.action] as const).map((purpose) =>
    uniforms(random, iteration, purpose, agents.length),
  );
  const states = new Float64Array(agents.length);
  const actions = new Uint8Array(agents.length);
  for (let j = 0; j < agents.length; j++) {
    states[j] = deaths[j] < environment.discount ? agents[j] : chosen(initial, 0, initial.length, places[j]);
    actions[j] = chosen(policy, states[j] * choices, choices, coins[j]);
  }
  const seen = environment.transitions(states, actions, field, drawsOf(random, iteration, purposes.transition));
  agents.set(seen.next);
  return { states, actions, ...seen };
}

/** What agents lived through who start from ξ₀ and play a policy for some steps, all first steps first. */
export function experience(
  environment: StationaryEnvironment,
  policy: Float64Array,
  field: LearnedField,
  settings: { readonly count: number; readonly horizon: number },
  random: Randomness,
  iteration: number,
): Experience {
  const seen = environment.trajectories(
    { kind: "table", probabilities: policy },
    field,
    settings,
    drawsOf(random, iteration, purposes.rollouts),
  );
  const { count, horizon } = settings;
  const states = new Float64Array(count * horizon);
  const actions = new Uint8Array(count * horizon);
  const rewards = new Float64Array(count * horizon);
  const next = new Float64Array(count * horizon);
  for (let t = 0, to = 0; t < horizon; t++) {
    for (let j = 0; j < count; j++, to++) {
      const at = j * horizon + t;
      states[to] = seen.states[at];
      actions[to] = seen.actions[at];
      rewards[to] = seen.rewards[at];
      next[to] = t + 1 < horizon ? seen.states[at + 1] : seen.last[j];
    }
  }
  return { states, actions, rewards, next };
}

function uniforms(random: Randomness, iteration: number, purpose: Purpose, count: number): Float64Array {
  const { seed, stream } = drawsOf(random, iteration, purpose);
  const out = new Float64Array(count);
  randomStream(seed, stream).fillUniform(out, 0);
  return out;
}

/** Which of `count` shares from `first` on a uniform number falls into; never one of share zero. */
function chosen(shares: Float64Array, first: number, count: number, u: number): number {
  let left = u;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const share = shares[first + i];
    if (share <= 0) continue;
    if (left < share) return i;
    left -= share;
    last = i;
  }
  return last;
}
