import { describe, expect, it } from "vitest";
import { openArena } from "../../kernels/index.ts";
import { chiSquarePValue } from "../../numeric/goodness-of-fit.testing.ts";
import { randomStream } from "../../numeric/random.ts";
import { mean, meanWithError } from "../../numeric/statistics.ts";
import { agentTables, agentTablesBytes, writePolicy } from "./agent-tables.ts";
import { finiteEnvironment } from "./finite-environment.ts";
import {
  bitsByHand,
  coupledByHand,
  malwareByHand,
  marks,
  performanceByHand,
  playedBy,
  stationaryByHand,
  tablesOf,
} from "./small-games.testing.ts";

const malware = malwareByHand();
const coupled = coupledByHand();
const games = [
  { name: "malware, two actions", model: malware, policy: table(11, (x) => [1 - x / 10, x / 10]) },
  {
    name: "a coupled game, three actions",
    model: coupled,
    policy: table(
      3,
      (x) =>
        [
          [0.2, 0.5, 0.3],
          [0, 0.6, 0.4],
          [1, 0, 0],
        ][x],
    ),
  },
] as const;
/** A field with mass zero somewhere, and none that the policies would lead to. */
const fields = {
  [malware.states]: Float64Array.of(0.4, 0, 0.1, 0, 0.1, 0.1, 0, 0.1, 0.1, 0, 0.1),
  [coupled.states]: Float64Array.of(0.5, 0, 0.5),
};

function table(states: number, row: (x: number) => readonly number[]) {
  const probabilities = Float64Array.from(Array.from({ length: states }, (_, x) => row(x)).flat());
  return { kind: "table" as const, probabilities };
}

/** Fixed seeds: a p-value below this, of some tens that are looked at here, would be no accident. */
const unlikely = 1e-4;

/** The p-value of counts against a law; 0 where something impossible was counted, 1 where the law leaves no choice. */
function fit(counts: ArrayLike<number>, law: ArrayLike<number>): number {
  const all = Array.from(counts).reduce((sum, n) => sum + n, 0);
  const possible = [...Array(law.length).keys()].filter((i) => law[i] > 0);
  if (possible.reduce((sum, i) => sum + counts[i], 0) !== all) return 0;
  if (possible.length === 1) return 1;
  return chiSquarePValue(
    possible.map((i) => counts[i]),
    (i) => all * law[possible[i]],
  );
}

describe.each(games)("agents with finitely many states: $name", ({ model, policy }) => {
  const { states, actions, discount } = model;
  const environment = finiteEnvironment(model);
  const field = fields[states];
  const { P, r } = tablesOf(model, field);

  it("move by P and are paid r, whatever state and action they are given", () => {
    const each = 40_000;
    for (let row = 0; row < states * actions; row++) {
      const x = new Float64Array(each).fill(Math.floor(row / actions));
      const a = new Uint8Array(each).fill(row % actions);
      const { rewards, next } = environment.transitions(x, a, field, { seed: 1, stream: row });
      const counts = new Float64Array(states);
      for (const y of next) counts[y]++;
      expect(next.length).toBe(each);
      expect(rewards.every((paid, j) => paid === r[row * states + next[j]])).toBe(true);
      expect(fit(counts, P.subarray(row * states, (row + 1) * states))).toBeGreaterThan(unlikely);
    }
  });

  it("start by the initial law and act by the policy", () => {
    const count = 60_000;
    const run = environment.trajectories(policy, field, { count, horizon: 2 }, { seed: 2, stream: 0 });
    const starts = new Float64Array(states);
    const acts = new Float64Array(states * actions);
    for (let i = 0; i < count; i++) starts[run.states[2 * i]]++;
    run.states.forEach((x, i) => acts[x * actions + run.actions[i]]++);
    expect(fit(starts, model.initial)).toBeGreaterThan(unlikely);
    for (let row = 0; row < states * actions; row += actions) {
      const pi = policy.probabilities.subarray(row, row + actions);
      expect(fit(acts.subarray(row, row + actions), pi)).toBeGreaterThan(unlikely);
    }
  });

  it("have the returns of a linear solve", () => {
    // γ^T is below 1e-12.
    const horizon = Math.ceil(-28 / Math.log(discount));
    const sample = environment.returns(policy, field, { count: 40_000, horizon }, { seed: 3, stream: 0 });
    const { mean: estimate, standardError } = meanWithError(sample);
    expect(standardError).toBeLessThan(0.01);
    const exact = performanceByHand(model, policy.probabilities, field);
    expect(Math.abs(estimate - exact)).toBeLessThan(4 * standardError);
  });

  it("are the same agents step by step, in however many parts they are simulated", () => {
    // Returns are made in parts of 8192 agents, trajectories in parts of 65,536 entries.
    const settings = { count: 9001, horizon: 40 };
    const draws = { seed: 4, stream: 7 };
    const sums = environment.returns(policy, field, settings, draws);
    const run = environment.trajectories(policy, field, settings, draws);
    let furthest = 0;
    let broken = 0;
    for (let j = 0; j < settings.count; j++) {
      let sum = 0;
      for (let t = settings.horizon - 1; t >= 0; t--) {
        const i = j * settings.horizon + t;
        sum = run.rewards[i] + discount * sum;
        const y = t === settings.horizon - 1 ? run.last[j] : run.states[i + 1];
        const entry = (run.states[i] * actions + run.actions[i]) * states + y;
        if (run.rewards[i] !== r[entry] || !(P[entry] > 0)) broken++;
      }
      furthest = Math.max(furthest, Math.abs(sums[j] - sum));
    }
    expect(broken).toBe(0);
    // Forty terms of size at most two, in another order.
    expect(furthest).toBeLessThan(1e-13);
  });

  it("have luck of their own, whoever else is simulated, however long and after whatever", () => {
    const draws = { seed: 5, stream: 1 };
    const many = environment.trajectories(policy, field, { count: 30, horizon: 50 }, draws);
    environment.nextField(policy, model.initial, 10, { seed: 6, stream: 2 });
    const few = finiteEnvironment(model).trajectories(policy, field, { count: 7, horizon: 20 }, draws);
    for (let j = 0; j < 7; j++) {
      expect(few.states.subarray(20 * j, 20 * j + 20)).toEqual(many.states.subarray(50 * j, 50 * j + 20));
      expect(few.rewards.subarray(20 * j, 20 * j + 20)).toEqual(many.rewards.subarray(50 * j, 50 * j + 20));
    }
    const again = environment.trajectories(policy, field, { count: 30, horizon: 50 }, draws);
    expect(again).toEqual(many);
    const other = environment.trajectories(policy, field, { count: 30, horizon: 50 }, { seed: 5, stream: 2 });
    expect(other.states).not.toEqual(many.states);
  });

  it("draw what the definition of the generator, in BigInt, says", () => {
    const draws = { seed: 11, stream: 2 ** 40 + 1 };
    const { keys } = randomStream(draws.seed, draws.stream);
    const arena = openArena(2 * agentTablesBytes(states * actions, P.length));
    const laws = agentTables(arena, states * actions, P.length, states);
    laws.write(P);
    const start = agentTables(arena, 1, states, states);
    start.write(model.initial);
    const cumulative = new Uint32Array(2 * states * (actions - 1));
    writePolicy(policy.probabilities, actions, cumulative);
    const successor = ({ rows, thresholds, targets }: typeof laws, row: number, bits: number): number => {
      const product = bits * rows[2 * row + 1]; // below 2^53
      const slot = rows[2 * row] + Math.floor(product / 2 ** 32);
      return targets[2 * slot + (product % 2 ** 32 < thresholds[slot] ? 0 : 1)];
    };
    const run = environment.trajectories(policy, field, { count: 10, horizon: 12 }, draws);
    for (let j = 0; j < 10; j++) {
      let x = successor(start, 0, bitsByHand(keys, marks.start, BigInt(j)).low);
      for (let t = 0; t < 12; t++) {
        const bits = bitsByHand(keys, marks.step, BigInt(j) + (BigInt(t) << 32n));
        let a = 0;
        for (let b = 0; b < actions - 1; b++) {
          const i = 2 * (x * (actions - 1) + b);
          if (bits.high >= cumulative[i] + 2 ** 32 * cumulative[i + 1]) a++;
        }
        expect([run.states[12 * j + t], run.actions[12 * j + t]]).toEqual([x, a]);
        x = successor(laws, x * actions + a, bits.low);
      }
      expect(run.last[j]).toBe(x);
    }
  });

  it("estimate the next field without bias", () => {
    const count = 100_000;
    const { chain } = playedBy(model, policy.probabilities, field);
    const next = environment.nextField(policy, field, count, { seed: 8, stream: 0 });
    const exact = Float64Array.from({ length: states }, (_, y) =>
      field.reduce((sum, share, x) => sum + share * chain[x * states + y], 0),
    );
    expect(next.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const counts = next.map((share) => Math.round(share * count));
    expect(fit(counts, exact)).toBeGreaterThan(unlikely);
  });

  it("are paid and moved against the field that is given, whatever came before", () => {
    const draws = { seed: 9, stream: 0 };
    const settings = { count: 50, horizon: 30 };
    const before = environment.returns(policy, field, settings, draws);
    const others = environment.returns(policy, model.initial, settings, draws);
    expect(others).not.toEqual(before);
    environment.population(policy, { players: 9, steps: 5, repeats: 3 }, draws);
    // More room than there was: the tables move to another memory.
    environment.trajectories(policy, model.initial, { count: 4, horizon: 100_000 }, draws);
    expect(environment.returns(policy, field, settings, draws)).toEqual(before);
    expect(finiteEnvironment(model).returns(policy, model.initial, settings, draws)).toEqual(others);
  });
});

describe("a population", () => {
  it("settles at the stationary field where transitions do not depend on it", () => {
    const policy = table(11, (x) => (x > 4 ? [0, 1] : [1, 0]));
    // 100 steps: the slowest mode of the chain has died out.
    const settings = { players: 100, steps: 100, repeats: 2000 };
    const z = finiteEnvironment(malware).population(policy, settings, { seed: 1, stream: 0 });
    const exact = stationaryByHand(malware, policy.probabilities);
    z.forEach((share, x) => {
      const error = Math.sqrt((exact[x] * (1 - exact[x])) / 200_000);
      expect(Math.abs(share - exact[x])).toBeLessThan(4 * error);
    });
    // ⟨z⟩ of the specification for this threshold.
    const m = z.reduce((sum, share, x) => sum + (share * x) / 10, 0);
    expect(Math.abs(m - 0.3385330733)).toBeLessThan(4 * Math.sqrt(0.12 / 200_000));
  });

  it("of two interacting players has the law of their joint Markov chain", () => {
    const policy = table(3, (x) => (x === 0 ? [1, 0, 0] : [0, 1, 0]));
    const steps = 4;
    // The joint law of the two, moved exactly: P at the empirical field of both.
    let joint = Float64Array.from({ length: 9 }, (_, i) => coupled.initial[Math.floor(i / 3)] * coupled.initial[i % 3]);
    const alone = coupled.initial.slice();
    for (let t = 0; t < steps; t++) {
      const next = new Float64Array(9);
      joint.forEach((p, i) => {
        const [x1, x2] = [Math.floor(i / 3), i % 3];
        const empirical = [0, 1, 2].map((x) => ((x === x1 ? 1 : 0) + (x === x2 ? 1 : 0)) / 2);
        const { chain } = playedBy(coupled, policy.probabilities, empirical);
        for (let k = 0; k < 9; k++) next[k] += p * chain[3 * x1 + Math.floor(k / 3)] * chain[3 * x2 + (k % 3)];
      });
      joint = next;
      // What infinitely many players do: another law.
      const { chain } = playedBy(coupled, policy.probabilities, alone);
      alone.set([0, 1, 2].map((y) => alone.reduce((sum, share, x) => sum + share * chain[3 * x + y], 0)));
    }
    const repeats = 50_000;
    const environment = finiteEnvironment(coupled);
    const z = environment.population(policy, { players: 2, steps, repeats }, { seed: 12, stream: 0 });
    let furthest = 0;
    for (let y = 0; y < 3; y++) {
      let first = 0;
      let second = 0;
      joint.forEach((p, i) => {
        const share = ((Math.floor(i / 3) === y ? 1 : 0) + (i % 3 === y ? 1 : 0)) / 2;
        first += p * share;
        second += p * share * share;
      });
      const error = Math.sqrt((second - first * first) / repeats);
      expect(Math.abs(z[y] - first)).toBeLessThan(4 * error);
      furthest = Math.max(furthest, Math.abs(alone[y] - first) / error);
    }
    // The sample is large enough to tell two players from infinitely many.
    expect(furthest).toBeGreaterThan(100);
  });

  it("moves by the same draws whether its players are moved together or step by step", () => {
    const policy = games[0].policy;
    const settings = { players: 13, steps: 9, repeats: 11 };
    const draws = { seed: 3, stream: 3 };
    const together = finiteEnvironment(malware).population(policy, settings, draws);
    const stepwise = finiteEnvironment({ ...malware, transitionsCoupled: true }).population(policy, settings, draws);
    expect(stepwise).toEqual(together);
    expect(together.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("is the initial law's empirical law after no step", () => {
    const draws = { seed: 3, stream: 3 };
    const z = finiteEnvironment(coupled).population(games[1].policy, { players: 5, steps: 0, repeats: 2 }, draws);
    const run = finiteEnvironment(coupled).trajectories(games[1].policy, z, { count: 10, horizon: 1 }, draws);
    expect([...z]).toEqual([0, 1, 2].map((x) => run.states.filter((start) => start === x).length / 10));
  });
});

it("knows games with one action or one state", () => {
  const lonely = { ...malware, actions: 1, actionNames: ["nothing"], ...oneAction() };
  const environment = finiteEnvironment(lonely);
  const policy = table(11, () => [1]);
  const run = environment.trajectories(policy, malware.initial, { count: 5, horizon: 60 }, { seed: 1, stream: 0 });
  // Left alone, states never fall, and all end in the last.
  expect(run.states.every((x, i) => i % 60 === 0 || x >= run.states[i - 1])).toBe(true);
  expect([...run.last]).toEqual([10, 10, 10, 10, 10]);
  expect(
    mean(environment.returns(policy, malware.initial, { count: 3, horizon: 2 }, { seed: 1, stream: 0 })),
  ).toBeLessThan(0);
});

function oneAction() {
  return {
    transition: (_phi: Float64Array, out: Float64Array): void => {
      for (let x = 0; x < 11; x++) for (let y = 0; y < 11; y++) out[11 * x + y] = y >= x ? 1 / (11 - x) : 0;
    },
    reward: (_phi: Float64Array, out: Float64Array): void => {
      for (let i = 0; i < 121; i++) out[i] = -Math.floor(i / 11) - 1;
    },
  };
}

describe("what a simulator is given", () => {
  const environment = finiteEnvironment(malware);
  const policy = games[0].policy;
  const draws = { seed: 0, stream: 0 };
  const field = malware.initial;
  const once = { count: 1, horizon: 1 };

  it.each([
    [{ ...once, count: 0 }, "count = 0: must be a whole number in [1, 4294967295]"],
    [{ ...once, count: 1.5 }, "count = 1.5: must be a whole number"],
    [{ ...once, horizon: 0 }, "horizon = 0: must be a whole number in [1, 2147483647]"],
  ])("counts from one: %o", (settings, message) => {
    expect(() => environment.returns(policy, field, settings, draws)).toThrow(message);
    expect(() => environment.trajectories(policy, field, settings, draws)).toThrow(message);
  });

  it("is a population with players", () => {
    const one = { players: 1, steps: 1, repeats: 1 };
    expect(() => environment.population(policy, { ...one, players: 0 }, draws)).toThrow("players = 0: must be");
    expect(() => environment.population(policy, { ...one, steps: -1 }, draws)).toThrow("steps = -1: must be");
    expect(() => environment.population(policy, { ...one, repeats: 0 }, draws)).toThrow("repeats = 0: must be");
    expect(() => environment.population(policy, { players: 2 ** 20, steps: 1, repeats: 2 ** 20 }, draws)).toThrow(
      "players · repeats = 1099511627776: must be",
    );
  });

  it("is a field that sums to one, a policy over the states, and draws", () => {
    const play = (z: Float64Array, p: Parameters<typeof environment.returns>[0], seed = 0) =>
      environment.returns(p, z, once, { seed, stream: 0 });
    expect(() => play(field.subarray(1), policy)).toThrow("field.length = 10: must be 11");
    expect(() => play(new Float64Array(11).fill(0.1), policy)).toThrow("the sum of field");
    expect(() =>
      play(
        field.map((p, x) => (x === 0 ? Number.NaN : p)),
        policy,
      ),
    ).toThrow("field[0] = NaN: must be a probability");
    expect(() => play(field, { kind: "threshold", threshold: 0.5, width: 0 })).toThrow("policy.kind");
    expect(() =>
      play(
        field,
        table(10, () => [0.5, 0.5]),
      ),
    ).toThrow("policy.probabilities.length = 20: must be 22");
    expect(() =>
      play(
        field,
        table(11, () => [0.5, 0.6]),
      ),
    ).toThrow("the sum of policy.probabilities[0, …, 1] = 1.1");
    expect(() =>
      play(
        field,
        table(11, () => [-0.5, 1.5]),
      ),
    ).toThrow("policy.probabilities[0] = -0.5");
    expect(() => play(field, policy, -1)).toThrow("seed = -1: must be a whole number");
    expect(() => environment.nextField(policy, field, 0, draws)).toThrow("count = 0: must be");
  });

  it("is states and actions that there are", () => {
    const step = (x: number[], a: number[]) =>
      environment.transitions(Float64Array.from(x), Uint8Array.from(a), field, draws);
    expect(() => step([], [])).toThrow("states.length = 0: must be");
    expect(() => step([1, 2], [0])).toThrow("actions.length = 1: must be 2");
    expect(() => step([1, 11], [0, 0])).toThrow("states[1] = 11: must be the index of a state");
    expect(() => step([1, 0.5], [0, 0])).toThrow("states[1] = 0.5: must be");
    expect(() => step([1, 2], [0, 2])).toThrow("actions[1] = 2: must be the index of an action");
  });

  it("is a game whose laws are laws", () => {
    const broken = { ...malware, transition: (_phi: Float64Array, out: Float64Array): void => void out.fill(0.2) };
    expect(() => finiteEnvironment(broken).returns(policy, field, once, draws)).toThrow("the sum of P[0, …, 10]");
    expect(() => finiteEnvironment({ ...malware, states: 70_000 })).toThrow("states = 70000: must be at most 65536");
  });
});
