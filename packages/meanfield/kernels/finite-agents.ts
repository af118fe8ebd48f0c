// Agents with finitely many states and actions, a block of four at a time: their table look-ups wait for each other from
// step to step, so that several agents must be under way at once.
//
// One 64-bit draw a step (agents.ts): its high 32 bits h choose the action, the number of cumulative probabilities
// 2^32 (pi(0|x) + ... + pi(b|x)), b < |A| - 1, that are <= h; its low 32 bits l choose the successor by an alias table (Walker, ACM
// Trans. Math. Softw. 3 (1977) 253-256) over those of positive probability. Probabilities are thereby rounded to
// multiples of 2^-32, far below any Monte-Carlo error, zero and one exactly.
//
// Tables, made by src/stationary/simulation/agent-tables.ts:
// - policy: for each state |A| - 1 cumulative probabilities, 64-bit integers;
// - rows: for each (x, a), at x |A| + a, the first of its slots and their number, 32-bit integers;
// - thresholds: for each slot s the l' below which, among the low bits l' of l * number, successor 2 s is taken and not
//   2 s + 1, 32-bit integers;
// - targets: the states that these two stand for, 16-bit integers;
// - rewards: r(x, a) for each row, or r(x, a, y) for each of the two, 64-bit floats.
import { Agent, NEXT_STEP, START, STEP } from "./agents";
import { scramble, WEYL } from "./hash";

/**
 * Two actions or any number of them; rewards by (x, a) or by successor as well. Types and not numbers, told apart by their
 * size, because the compiler makes one function for each type but may fold the calls of one function for different numbers
 * into one.
 */
type Two = u8;
type Many = u16;
type ByRow = u8;
type BySuccessor = u16;

/** What is done with agents beside moving them. */
const RETURNS: i32 = 0;
const MOVE: i32 = 1;
const RECORD: i32 = 2;

class Finite {
  /** The action for the high bits of a draw. */
  @inline
  static action<Actions>(bits: u64, x: usize, policy: usize, actions: usize): usize {
    const high = bits >> 32;
    if (sizeof<Actions>() == sizeof<Two>()) return <usize>(high >= load<u64>(policy + (x << 3)));
    let a: usize = 0;
    let p = policy + ((x * (actions - 1)) << 3);
    const end = p + ((actions - 1) << 3);
    for (; p < end; p += 8) a += <usize>(high >= load<u64>(p));
    return a;
  }

  /** The row of action 0. */
  @inline
  static first<Actions>(x: usize, actions: usize): usize {
    return sizeof<Actions>() == sizeof<Two>() ? x << 1 : x * actions;
  }

  /** Which successor the low bits of a draw choose from the slots of a row: twice the slot, or that plus one. */
  @inline
  static successor(bits: u64, row: usize, rows: usize, thresholds: usize): usize {
    const slots = load<u64>(rows + (row << 3));
    const product = (bits & 0xffffffff) * (slots >> 32);
    const slot = <usize>(<u32>slots) + <usize>(product >> 32);
    return (slot << 1) | <usize>(<u32>product >= load<u32>(thresholds + (slot << 2)));
  }

  @inline
  static target(successor: usize, targets: usize): usize {
    return <usize>load<u16>(targets + (successor << 1));
  }

  @inline
  static reward<Paid>(row: usize, successor: usize, rewards: usize): f64 {
    return load<f64>(rewards + ((sizeof<Paid>() == sizeof<BySuccessor>() ? successor : row) << 3));
  }

  /** finiteReturns, finiteMove or finiteRecord for one kind of table. */
  @inline
  static run<Actions, Paid>(at: usize, first: i32, last: i32, mode: i32): void {
    const states = <usize>load<f64>(at);
    const agent = <u64>load<f64>(at, 8);
    const steps = <i32>load<f64>(at, 24);
    const keys = <usize>load<f64>(at, 32);
    const actions = <usize>load<f64>(at, 40);
    const policy = <usize>load<f64>(at, 48);
    const rows = <usize>load<f64>(at, 56);
    const thresholds = <usize>load<f64>(at, 64);
    const targets = <usize>load<f64>(at, 72);
    const rewards = <usize>load<f64>(at, 80);
    const discount = load<f64>(at, 96);
    const out = <usize>load<f64>(at, 104);
    const key1 = load<u64>(keys, 8) ^ STEP;
    const f0 = Agent.factor(0);
    const f1 = Agent.factor(1);
    const f2 = Agent.factor(2);
    for (let block = first; block < last; block++) {
      const x = states + ((<usize>block) << 4);
      let x0 = <usize>load<i32>(x);
      let x1 = <usize>load<i32>(x, 4);
      let x2 = <usize>load<i32>(x, 8);
      let x3 = <usize>load<i32>(x, 12);
      let g0: f64 = 0;
      let g1: f64 = 0;
      let g2: f64 = 0;
      let g3: f64 = 0;
      let weight: f64 = 1;
      let z = Agent.position(keys, agent + ((<u64>block) << 2), <u64>load<f64>(at, 16));
      for (let t = 0; t < steps; t++) {
        const i = <usize>block * 4 * <usize>steps + <usize>t;
        const b0 = Agent.scramble(z, key1, f0, f1, f2);
        const b1 = Agent.scramble(z + WEYL, key1, f0, f1, f2);
        const b2 = Agent.scramble(z + 2 * WEYL, key1, f0, f1, f2);
        const b3 = Agent.scramble(z + 3 * WEYL, key1, f0, f1, f2);
        const a0 = Finite.action<Actions>(b0, x0, policy, actions);
        const a1 = Finite.action<Actions>(b1, x1, policy, actions);
        const a2 = Finite.action<Actions>(b2, x2, policy, actions);
        const a3 = Finite.action<Actions>(b3, x3, policy, actions);
        const r0 = Finite.first<Actions>(x0, actions) + a0;
        const r1 = Finite.first<Actions>(x1, actions) + a1;
        const r2 = Finite.first<Actions>(x2, actions) + a2;
        const r3 = Finite.first<Actions>(x3, actions) + a3;
        const s0 = Finite.successor(b0, r0, rows, thresholds);
        const s1 = Finite.successor(b1, r1, rows, thresholds);
        const s2 = Finite.successor(b2, r2, rows, thresholds);
        const s3 = Finite.successor(b3, r3, rows, thresholds);
        if (mode == RETURNS) {
          g0 += weight * Finite.reward<Paid>(r0, s0, rewards);
          g1 += weight * Finite.reward<Paid>(r1, s1, rewards);
          g2 += weight * Finite.reward<Paid>(r2, s2, rewards);
          g3 += weight * Finite.reward<Paid>(r3, s3, rewards);
          weight *= discount;
        }
        if (mode == RECORD) {
          Finite.record(at, i, x0, a0, Finite.reward<Paid>(r0, s0, rewards));
          Finite.record(at, i + <usize>steps, x1, a1, Finite.reward<Paid>(r1, s1, rewards));
          Finite.record(at, i + 2 * <usize>steps, x2, a2, Finite.reward<Paid>(r2, s2, rewards));
          Finite.record(at, i + 3 * <usize>steps, x3, a3, Finite.reward<Paid>(r3, s3, rewards));
        }
        x0 = Finite.target(s0, targets);
        x1 = Finite.target(s1, targets);
        x2 = Finite.target(s2, targets);
        x3 = Finite.target(s3, targets);
        z += NEXT_STEP;
      }
      if (mode == RETURNS) {
        const g = out + ((<usize>block) << 5);
        store<f64>(g, g0);
        store<f64>(g, g1, 8);
        store<f64>(g, g2, 16);
        store<f64>(g, g3, 24);
      } else {
        store<i32>(x, <i32>x0);
        store<i32>(x, <i32>x1, 4);
        store<i32>(x, <i32>x2, 8);
        store<i32>(x, <i32>x3, 12);
      }
    }
  }

  /** Records one agent's step as entry `i`. */
  @inline
  static record(at: usize, i: usize, x: usize, action: usize, reward: f64): void {
    store<f64>(<usize>load<f64>(at, 104) + (i << 3), reward);
    store<f64>(<usize>load<f64>(at, 112) + (i << 3), <f64>x);
    store<u8>(<usize>load<f64>(at, 120) + i, <u8>action);
  }

  @inline
  static runKind(at: usize, first: i32, last: i32, mode: i32): void {
    const bySuccessor = load<f64>(at, 88) != 0;
    if (load<f64>(at, 40) == 2) {
      if (bySuccessor) Finite.run<Two, BySuccessor>(at, first, last, mode);
      else Finite.run<Two, ByRow>(at, first, last, mode);
    } else if (bySuccessor) Finite.run<Many, BySuccessor>(at, first, last, mode);
    else Finite.run<Many, ByRow>(at, first, last, mode);
  }
}

/**
 * Discounted returns of the agents of blocks first, ..., last - 1; their states are left as they are.
 *
 * Arguments of every kernel in this file, as 64-bit floats from `at` on: 0 address of the states (32-bit integers), 1 number
 * of the first agent, 2 number of the first step, 3 steps, 4 keys, 5 |A|, 6 policy, 7 rows, 8 thresholds, 9 targets,
 * 10 rewards, 11 whether these are by successor, 12 discount, 13 returns or recorded rewards, 14 recorded states, 15 recorded
 * actions. Arrays over agents hold whole blocks.
 */
export function finiteReturns(at: usize, first: i32, last: i32): void {
  Finite.runKind(at, first, last, RETURNS);
}

/** Moves the agents of blocks first, ..., last - 1 by `steps` steps. */
export function finiteMove(at: usize, first: i32, last: i32): void {
  if (load<f64>(at, 40) == 2) Finite.run<Two, ByRow>(at, first, last, MOVE);
  else Finite.run<Many, ByRow>(at, first, last, MOVE);
}

/**
 * Moves the agents of blocks first, ..., last - 1 and records state, action (one byte) and reward of agent j (from 0 in
 * the arrays) at its step t at j * steps + t.
 */
export function finiteRecord(at: usize, first: i32, last: i32): void {
  Finite.runKind(at, first, last, RECORD);
}

/** One step of the agents of blocks first, ..., last - 1 with the actions that argument 15 points to; rewards recorded. */
export function finiteTransition(at: usize, first: i32, last: i32): void {
  const states = <usize>load<f64>(at);
  const keys = <usize>load<f64>(at, 32);
  const actions = <usize>load<f64>(at, 40);
  const rows = <usize>load<f64>(at, 56);
  const thresholds = <usize>load<f64>(at, 64);
  const targets = <usize>load<f64>(at, 72);
  const rewards = <usize>load<f64>(at, 80);
  const bySuccessor = load<f64>(at, 88) != 0;
  const out = <usize>load<f64>(at, 104);
  const given = <usize>load<f64>(at, 120);
  const key1 = load<u64>(keys, 8) ^ STEP;
  let z = Agent.position(keys, <u64>load<f64>(at, 8) + ((<u64>first) << 2), <u64>load<f64>(at, 16));
  for (let j = (<usize>first) << 2; j < (<usize>last) << 2; j++) {
    const row = <usize>load<i32>(states + (j << 2)) * actions + <usize>load<u8>(given + j);
    const successor = Finite.successor(scramble(z, key1), row, rows, thresholds);
    store<f64>(
      out + (j << 3),
      bySuccessor ? Finite.reward<BySuccessor>(row, successor, rewards) : Finite.reward<ByRow>(row, successor, rewards),
    );
    store<i32>(states + (j << 2), <i32>Finite.target(successor, targets));
    z += WEYL;
  }
}

/** Places the agents of blocks first, ..., last - 1 by the law whose slots are those of row 0 of the tables. */
export function finiteStart(at: usize, first: i32, last: i32): void {
  const states = <usize>load<f64>(at);
  const keys = <usize>load<f64>(at, 32);
  const rows = <usize>load<f64>(at, 56);
  const thresholds = <usize>load<f64>(at, 64);
  const targets = <usize>load<f64>(at, 72);
  const key1 = load<u64>(keys, 8) ^ START;
  let z = Agent.position(keys, <u64>load<f64>(at, 8) + ((<u64>first) << 2), 0);
  for (let j = (<usize>first) << 2; j < (<usize>last) << 2; j++) {
    const successor = Finite.successor(scramble(z, key1), 0, rows, thresholds);
    store<i32>(states + (j << 2), <i32>Finite.target(successor, targets));
    z += WEYL;
  }
}
