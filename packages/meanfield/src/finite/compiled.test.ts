import { describe, expect, it } from "vitest";
import { mixPolicies } from "./averaging.ts";
import { greedy, respond, respondAndEvaluate, softmax, softRows } from "./best-response.ts";
import { compile, emptyFlow, emptyProfile, workingFlow, workingProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { emptyValues, evaluate } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { huntersAndHares, modelOf, twoPlaces } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import type { Field } from "./flow.ts";
import { beachBar } from "./games/beach-bar.ts";
import { buildingEvacuation } from "./games/building-evacuation.ts";
import { crowdModelling2d } from "./games/crowd-modelling-2d.ts";
import { equilibriumPrice } from "./games/equilibrium-price.ts";
import { linearQuadraticGrid } from "./games/linear-quadratic-grid.ts";
import { linearQuadraticOs } from "./games/linear-quadratic-os.ts";
import { predatorPrey } from "./games/predator-prey.ts";
import { randomStream } from "../numeric/random.ts";
import type { Factors, FiniteModel, Laws, Profile } from "./model.ts";

/** Flows are compiled where transitions see nothing. */
function steadyHares(): FiniteModel {
  const { populations, ...rest } = huntersAndHares();
  return {
    ...rest,
    populations: populations.map((population) => ({
      ...population,
      transition: {
        sees: "nothing",
        timed: true,
        successors: (t, s, a, _laws, emit) => {
          emit((s + a) % 3, 1 - 0.2 * t);
          emit((s + 2 * a + 1) % 3, 0.2 * t);
        },
      },
    })),
  };
}

/** Who swaps arrives two steps later, if there is time. */
function slowSwaps(): FiniteModel {
  return twoPlaces(
    {
      transition: {
        sees: "nothing",
        timed: true,
        longest: 2,
        successors: (t, s, a, _laws, emit) => emit(a === 0 ? s : 1 - s, 1, a === 1 && t < 3 ? 2 : 1),
      },
      reward: { couplings: [{ form: "log-density", weight: 1, floor: 0.1, floored: "least" }] },
    },
    4,
  );
}

const games: readonly (readonly [string, () => FiniteModel])[] = [
  ["shares and logarithms", () => modelOf(beachBar, { n: 7, T: 4 })],
  ["certain moves, shares that are floored", () => modelOf(buildingEvacuation, { n_floor: 2, floor_l: 3, floor_w: 3 })],
  ["forbidden actions", () => modelOf(crowdModelling2d, { size: 4, forbidden_states: [[1, 1]], horizon: 5 })],
  ["functions of states and actions", () => modelOf(crowdModelling2d, { size: 3, with_congestion: true, horizon: 3 })],
  ["a moment of pairs", () => modelOf(equilibriumPrice, { s_inv: 4, Q: 2, H: 2, T: 3 })],
  ["moments of states", () => modelOf(linearQuadraticOs, { size: 6, horizon: 4 })],
  ["moments, transitions that see them", () => modelOf(linearQuadraticGrid, { el: 2 })],
  ["three populations", () => modelOf(predatorPrey, { size: 3, horizon: 4 })],
  ["couplings of every form, features, timed transitions", steadyHares],
  ["moves of two steps", slowSwaps],
  ["transitions that see the laws", huntersAndHares],
];

/** The same policy where compiled sweeps reach it, and where they do not. */
function policies(game: CompiledGame): readonly [Profile, Profile] {
  const stream = randomStream(3, 0);
  const logits = game.populations.map(({ states, actions, allowed }) =>
    Float64Array.from({ length: game.times * states * actions }, (_, i) =>
      allowed === undefined || allowed[i] === 1 ? 3 * stream.normal(i) : -Infinity,
    ),
  );
  const [reached, plain] = [workingProfile(game), emptyProfile(game)];
  game.populations.forEach(({ actions }, p) => softRows(actions, logits[p], 1, plain[p]));
  reached.forEach((table, p) => table.set(plain[p]));
  return [reached, plain];
}

function plainValues(game: CompiledGame): Values {
  return { Q: emptyProfile(game), V: emptyFlow(game) };
}

/** The largest difference of numbers that may be infinite alike. */
function apart(one: Profile, other: Profile): number {
  return Math.max(
    ...one.flatMap((table, p) => Array.from(table, (x, i) => (x === other[p][i] ? 0 : Math.abs(x - other[p][i])))),
  );
}

function lawsOf({ parts }: Field): Profile {
  return parts.flatMap(({ mu, pairs, here, table }) => [mu, pairs, here, table]);
}

/** Of sums of tens of terms of size 10. */
const rounding = 1e-13;

describe.each(games)("compiled sweeps: %s", (_name, model) => {
  const game = compile(model());
  const [reached, plain] = policies(game);
  const [swift, slow] = [emptyField(game), emptyField(game)];
  induce(swift, reached);
  induce(slow, plain);

  it("are compiled", () => {
    expect(game.room.over(...reached)).toBe(swift.kernels);
    expect(game.room.over(...plain)).toBeUndefined();
  });

  it("follow flows and rewards", () => {
    expect(apart(lawsOf(swift), lawsOf(slow))).toBeLessThan(rounding);
  });

  it("give the values of best responses and of the policy, together and apart", () => {
    const [best, own, both, kept] = [emptyValues(game), emptyValues(game), emptyValues(game), emptyValues(game)];
    const [plainBest, plainOwn] = [plainValues(game), plainValues(game)];
    respond(swift, best);
    evaluate(swift, reached, own);
    respondAndEvaluate(swift, reached, both, kept);
    respond(slow, plainBest);
    evaluate(slow, plain, plainOwn);
    for (const values of [best, both]) {
      expect(apart(values.Q, plainBest.Q)).toBeLessThan(rounding);
      expect(apart(values.V, plainBest.V)).toBeLessThan(rounding);
    }
    for (const values of [own, kept]) {
      expect(apart(values.Q, plainOwn.Q)).toBeLessThan(rounding);
      expect(apart(values.V, plainOwn.V)).toBeLessThan(rounding);
    }
    forgone(swift, reached, best).forEach((gain, p) =>
      expect(gain).toBeCloseTo(forgone(slow, plain, plainBest)[p], 12),
    );
  });

  it("give best and soft responses, and averages of policies", () => {
    const [best, plainBest] = [emptyValues(game), plainValues(game)];
    respond(swift, best);
    best.Q.forEach((Q, p) => plainBest.Q[p].set(Q));
    const [answer, plainAnswer] = [workingProfile(game), emptyProfile(game)];
    for (const ties of ["first", "spread"] as const) {
      greedy(game, best.Q, answer, ties);
      greedy(game, plainBest.Q, plainAnswer, ties);
      expect(apart(answer, plainAnswer)).toBeLessThan(rounding);
    }
    softmax(game, best.Q, 0.7, answer);
    softmax(game, plainBest.Q, 0.7, plainAnswer);
    expect(apart(answer, plainAnswer)).toBeLessThan(rounding);
    const other = emptyField(game);
    induce(other, answer);
    const [mixed, plainMixed] = [workingProfile(game), emptyProfile(game)];
    for (const nobody of ["mixed", "uniform"] as const) {
      mixed.forEach((table, p) => table.set(reached[p]));
      plainMixed.forEach((table, p) => table.set(reached[p]));
      mixPolicies(swift, mixed, other, answer, 0.3, nobody);
      mixPolicies(swift, plainMixed, other, plainAnswer, 0.3, nobody);
      expect(apart(mixed, plainMixed)).toBeLessThan(rounding);
    }
  });
});

describe("coupled rewards that split into moments and tables", () => {
  /** Earns 1/μ_t(1) whatever it does, and counts how often `at` is asked. */
  function scarce(initial: Float64Array): { readonly model: FiniteModel; readonly asked: () => number } {
    let asked = 0;
    const at = (_t: number, _s: number, _a: number, { states: [mu] }: Laws): number => (asked++, 1 / mu[1]);
    const factors: Factors = {
      count: 1,
      weights: (_t, { states: [mu] }, out) => (out[0] = 1 / mu[1]),
      table: () => 1,
    };
    const model = twoPlaces({ initial, reward: { coupled: { sees: "states", at, factors } } });
    return { model, asked: () => asked };
  }

  it("are not called for each pair", () => {
    const { model, asked } = scarce(Float64Array.of(0.5, 0.5));
    const game = compile(model);
    const [reached, plain] = policies(game);
    const before = asked();
    induce(emptyField(game), reached);
    expect(asked()).toBe(before);
    induce(emptyField(game), plain);
    expect(asked()).toBe(before + 12);
  });

  it("name the place where they are not finite", () => {
    const game = compile(scarce(Float64Array.of(1, 0)).model);
    const [reached] = policies(game);
    expect(() => induce(emptyField(game), reached)).toThrow(
      /^reward of players at t = 0, state x = 0, action stay = Infinity/u,
    );
  });
});

describe("compiled elementary functions", () => {
  const game = compile(twoPlaces({}, 499));
  const wide = Float64Array.from({ length: 2000 }, (_, i) => -(1.05 ** (i / 14)) + 1);

  it("exponentials are those of the language, and 0 below 1e-307", () => {
    const [values] = workingProfile(game);
    const [policy] = workingProfile(game);
    // Pairs 0 and x: the smaller share is e^x/(1 + e^x).
    wide.subarray(0, 1000).forEach((_, i) => (values[2 * i + 1] = wide[2 * i]));
    softmax(game, [values], 1, [policy]);
    const worst = policy.reduce((most, share, i) => {
      const exact = Math.exp(values[i]) / (1 + Math.exp(values[i - (i % 2) + 1]));
      return Math.max(most, exact < 1e-307 ? share : Math.abs(share / exact - 1));
    }, 0);
    expect(values[1999]).toBeLessThan(-708);
    expect(worst).toBeLessThan(6e-16);
  });

  it("logarithms are those of the language, of the least numbers, too", () => {
    const [mu] = workingFlow(game);
    const [here] = workingFlow(game);
    for (let i = 0; i < mu.length; i++) mu[i] = Math.exp(-0.745 * i) * (1 + 0.01 * (i % 7));
    mu.set([1, 1 - 2 ** -53, 1 + 2 ** -52, 0.7, 1.5, 2 ** -1022, 5e-324, Infinity], 10);
    const kernels = game.room.over(mu, here);
    kernels?.finiteLogDensity(mu.length, mu.byteOffset, here.byteOffset, -1, 0, false);
    const worst = here.reduce((most, log, i) => {
      const exact = Math.log(mu[i]);
      return Math.max(most, log === exact ? 0 : Math.abs(log / exact - 1));
    }, 0);
    expect(kernels).toBeDefined();
    expect(worst).toBeLessThan(4e-16);
  });
});
