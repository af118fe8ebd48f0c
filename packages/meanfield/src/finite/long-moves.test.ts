/** Moves of several steps beside the same game with a state for each step of a move. */

import { describe, expect, it } from "vitest";
import { InputError, meanFieldEquilibrium } from "../core/index.ts";
import { randomStream } from "../numeric/random.ts";
import { respond, softmax } from "./best-response.ts";
import { certifyFinite } from "./certify.ts";
import { compile, emptyProfile } from "./compile.ts";
import { emptyValues, evaluate, worth } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { twoPlaces } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import type { FiniteModel, Population, Profile } from "./model.ts";
import { plannerReward } from "./social-optimum.ts";
import { namedAxis, wholeAxis } from "./space.ts";

const horizon = 7;
/** What crossing over takes, at most. */
const longest = 3;

/** Players on two shores who stay, row across in one step or three by chance, or swim in two, the less often the more are there. */
const rowers: Partial<Population> = {
  actions: [namedAxis("move", ["stay", "row", "swim"])],
  reward: {
    base: { timed: true, at: (t, s, a) => (s === 1 ? 1 : 0) - 0.1 * a - 0.01 * t },
    couplings: [{ form: "log-density", weight: 0.3, floor: 0.1, floored: "added" }],
  },
};

function withLongMoves(): FiniteModel {
  return twoPlaces(
    {
      ...rowers,
      transition: {
        sees: "states",
        timed: false,
        longest,
        successors: (t, s, a, { states: [mu] }, emit) => {
          // Who would be there only after the end is there at the end.
          const within = (steps: number): number => Math.min(steps, horizon - t);
          if (a === 0) emit(s, 1);
          else if (a === 1) {
            emit(1 - s, 0.5);
            emit(1 - s, 0.5, within(3));
          } else {
            emit(1 - s, 1 - 0.5 * mu[s], within(2));
            emit(s, 0.5 * mu[s]);
          }
        },
      },
    },
    horizon,
  );
}

/** State 2 + 2·(steps still to go − 1) + s is on its way to s, where nothing is earned. */
function withWaiting(): FiniteModel {
  const [{ actions = [], reward = {} }] = [rowers];
  const { base } = reward;
  return {
    family: "finite",
    kind: "discrete-time",
    horizon,
    populations: [
      {
        name: "players",
        states: [wholeAxis("x", 2 + 2 * (longest - 1))],
        actions,
        initial: Float64Array.of(0.5, 0.5, 0, 0, 0, 0),
        allowed: (_t, s, a) => s < 2 || a === 0,
        transition: {
          sees: "states",
          timed: false,
          successors: (t, s, a, { states: [mu] }, emit) => {
            const to = (shore: number, steps: number): number => (steps === 1 ? shore : 2 * (steps - 1) + shore);
            const within = (steps: number): number => Math.min(steps, horizon - t);
            if (s >= 2) emit(s - 2, 1);
            else if (a === 0) emit(s, 1);
            else if (a === 1) {
              emit(1 - s, 0.5);
              emit(to(1 - s, within(3)), 0.5);
            } else {
              emit(to(1 - s, within(2)), 1 - 0.5 * mu[s]);
              emit(s, 0.5 * mu[s]);
            }
          },
        },
        reward: {
          base: { timed: true, at: (t, s, a) => (s < 2 ? (base?.at(t, s, a) ?? 0) : 0) },
          coupled: {
            sees: "states",
            at: (_t, s, _a, { states: [mu] }) => (s < 2 ? -0.3 * Math.log(mu[s] + 0.1) : 0),
          },
        },
      },
    ],
  };
}

function judged(model: FiniteModel, policy: Profile): { mu: Float64Array; own: number; best: number; gain: number } {
  const game = compile(model);
  const field = emptyField(game);
  const [own, best] = [emptyValues(game), emptyValues(game)];
  induce(field, policy);
  evaluate(field, policy, own);
  respond(field, best);
  return {
    mu: field.parts[0].mu,
    own: worth(field, own)[0],
    best: worth(field, best)[0],
    gain: forgone(field, policy, best)[0],
  };
}

describe("moves of several steps", () => {
  it("are those of a game that counts the steps", () => {
    const [long, counted] = [withLongMoves(), withWaiting()];
    const stream = randomStream(3, 0);
    const policy = emptyProfile(compile(long));
    softmax(compile(long), [policy[0].map((_, i) => stream.normal(i))], 1, policy);
    const same = emptyProfile(compile(counted));
    for (let t = 0; t <= horizon; t++) {
      same[0].set(policy[0].subarray(t * 6, t * 6 + 6), t * 18);
      for (let s = 2; s < 6; s++) same[0][t * 18 + s * 3] = 1;
    }
    const [one, other] = [judged(long, policy), judged(counted, same)];
    for (let t = 0; t <= horizon; t++)
      for (let s = 0; s < 2; s++) expect(one.mu[t * 2 + s]).toBeCloseTo(other.mu[t * 6 + s], 14);
    expect(one.own).toBeCloseTo(other.own, 13);
    expect(one.best).toBeCloseTo(other.best, 13);
    expect(one.gain).toBeCloseTo(one.best - one.own, 13);
    // Some are under way, and the certificate knows.
    expect(one.mu[4] + one.mu[5]).toBeLessThan(0.9);
    const question = meanFieldEquilibrium;
    const { exploitability, consistency } = certifyFinite(long, question, {
      model: long,
      question,
      policy,
      flow: [one.mu],
    });
    expect(exploitability).toBeCloseTo(one.gain, 13);
    expect(consistency).toBeLessThan(1e-14);
  });

  it("have no planner, whose derivatives know only the next step", () => {
    expect(plannerReward(withLongMoves())).toBeUndefined();
  });

  it.each([
    [2, 1],
    [-1, 3],
  ])("are refused where they end in no state, %d, though one of other length ends there", (successor, steps) => {
    const transition: Population["transition"] = {
      sees: "nothing",
      timed: true,
      longest: 3,
      successors: (t, _s, _a, _laws, emit) => {
        for (const x of [0, 1]) emit(x, 0.25, t === 0 ? 2 : 1);
        emit(t === 0 ? successor : 0, 0.5, t === 0 ? steps : 1);
      },
    };
    expect(() => compile(twoPlaces({ transition }, 3))).toThrow(
      `successor = ${successor}: must be a state, a whole number in [0, 1]`,
    );
  });

  it.each([
    [
      "end after the horizon",
      { longest: 3, timed: true },
      3,
      /transition of players at t = 0.* steps = \d: must be so few/,
    ],
    ["take longer than said", { longest: 2, timed: true }, 3, /steps = 3: must be a whole number in \[1, 2\]/],
    [
      "are in a kernel for all times",
      { longest: 2, timed: false },
      2,
      /transition of players at t = 0.* steps = \d: must be so few/,
    ],
  ])("are refused where they %s", (_what, shape, steps, message) => {
    const transition: Population["transition"] = {
      sees: "nothing",
      ...shape,
      successors: (_t, s, _a, _laws, emit) => emit(s, 1, steps),
    };
    expect(() => compile(twoPlaces({ transition }, 2))).toThrow(InputError);
    expect(() => compile(twoPlaces({ transition }, 2))).toThrow(message);
  });
});
