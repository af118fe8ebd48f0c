// How the agents of simulated stationary games draw, and where they start.
//
// Agent j at step t draws number j + 2^32 t of its stream (with a continuous state, agents 2 j and 2 j + 1 share it),
// whatever block it is in and whoever else is simulated: results depend neither on blocks nor on the number of agents, and
// agents of different policies can share their luck. Kinds of draw are marked as in hash.ts.
import { scramble, WEYL } from "./hash";

/** Where an agent starts. */
export const START: u64 = 0xb5c0fbcfec4d3b2f;
/** A step of an agent with finitely many states: the action by the high 32 bits, the successor by the low ones. */
export const STEP: u64 = 0x3c6ef372fe94f82b;
/** The noise of two agents with a continuous state, 32 bits each. */
export const NOISE: u64 = 0xa54ff53a5f1d36f1;
/** Their coins for the action. */
export const COIN: u64 = 0x510e527fade682d1;

/** Weyl distance between steps. */
export const NEXT_STEP: u64 = WEYL << 32;

/** The factors of hash.ts, kept in memory as repair-agents.ts says of its constants. */
const FACTORS = memory.data<u64>([0xd6e8feb86659fd93, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb]);

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
export class Agent {
  @inline
  static factor(i: usize): u64 {
    return load<u64>(FACTORS + (i << 3));
  }

  /** `scramble` of hash.ts, with its factors in registers. */
  @inline
  static scramble(z: u64, key1: u64, a: u64, b: u64, c: u64): u64 {
    let w = ((z ^ (z >> 32)) * a) ^ key1;
    w = (w ^ (w >> 30)) * b;
    w = (w ^ (w >> 27)) * c;
    return w ^ (w >> 31);
  }

  /** Weyl position of agent `number` at step `step` of the stream whose keys lie at `keys`. */
  @inline
  static position(keys: usize, number: u64, step: u64): u64 {
    return load<u64>(keys) + (number + (step << 32)) * WEYL;
  }
}

/**
 * out[j] = sample[k] with k uniform, for agents firstAgent + j of blocks first, ..., last - 1 of eight agents.
 *
 * Arguments, as 64-bit floats from `at` on: address of `out`, number of the first agent, keys, address and length of the
 * sample (length below 2^32).
 */
export function agentsOfSample(at: usize, first: i32, last: i32): void {
  const out = <usize>load<f64>(at);
  const keys = <usize>load<f64>(at, 16);
  const sample = <usize>load<f64>(at, 24);
  const length = <u64>load<f64>(at, 32);
  const key1 = load<u64>(keys, 8) ^ START;
  let z = Agent.position(keys, <u64>load<f64>(at, 8) + ((<u64>first) << 3), 0);
  const end = out + ((<usize>last) << 6);
  for (let p = out + ((<usize>first) << 6); p < end; p += 8) {
    const k = ((scramble(z, key1) >> 32) * length) >> 32;
    store<f64>(p, load<f64>(sample + ((<usize>k) << 3)));
    z += WEYL;
  }
}
