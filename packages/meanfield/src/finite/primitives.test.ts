import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError, meanFieldEquilibrium } from "../core/index.ts";
import { greedy, respond, respondSoftly, softmax, uniformPolicy } from "./best-response.ts";
import { certifyFinite } from "./certify.ts";
import { compile, emptyProfile } from "./compile.ts";
import { emptyValues, evaluate, worth } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { huntersAndHares, modelOf, twoPlaces } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import type { Field } from "./flow.ts";
import { crowdMotionTorus } from "./games/crowd-motion-torus.ts";
import { randomLinear } from "./games/random-linear.ts";
import type { Factors, FiniteModel, Profile } from "./model.ts";
import { nameOf, placesOf, indexOf, wholeAxis, namedAxis } from "./space.ts";

function along(model: FiniteModel, policy?: Profile): { field: Field; policy: Profile } {
  const game = compile(model);
  const played = policy ?? emptyProfile(game);
  if (policy === undefined) uniformPolicy(game, played);
  const field = emptyField(game);
  induce(field, played);
  return { field, policy: played };
}

describe("a game that is none is refused, with the place named", () => {
  const refusal = (model: FiniteModel): string => {
    try {
      along(model);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return (error as InputError).message;
    }
    return "accepted";
  };
  const moving = (probability: (t: number, s: number, a: number) => number, sees: "nothing" | "states" = "nothing") =>
    twoPlaces({
      transition: {
        sees,
        timed: true,
        successors: (t, s, a, _laws, emit) => {
          emit(s, probability(t, s, a));
          emit(1 - s, 0.5);
        },
      },
    });

  it.each(["nothing", "states"] as const)("rows that do not sum to one, seeing %s", (sees) => {
    expect(refusal(moving((t, s, a) => (t === 1 && s === 1 && a === 1 ? 0.4 : 0.5), sees))).toBe(
      "transition of players at t = 1, state x = 1, action swap: sum of probabilities = 0.9: must be 1",
    );
  });

  it.each(["nothing", "states"] as const)("negative and NaN probabilities, seeing %s", (sees) => {
    expect(refusal(moving((t, s, a) => (t === 0 && s === 1 && a === 0 ? -0.5 : 0.5), sees))).toBe(
      "transition of players at t = 0, state x = 1, action stay: probability = -0.5: must be at least 0",
    );
    expect(refusal(moving(() => Number.NaN, sees))).toMatch(/t = 0, state x = 0, action stay: probability = NaN/);
  });

  it("successors that do not exist", () => {
    const beyond = twoPlaces({
      transition: { sees: "nothing", timed: false, successors: (_t, s, _a, _laws, emit) => emit(s + 1, 1) },
    });
    expect(refusal(beyond)).toBe(
      "transition of players at t = 0, state x = 1, action stay: successor = 2: must be a state, a whole number in [0, 1]",
    );
  });

  it("rewards that are not finite, seeing the laws or not", () => {
    const base = twoPlaces({ reward: { base: { timed: true, at: (t, s, a) => (t + s + a === 4 ? 1 / 0 : 0) } } });
    expect(refusal(base)).toBe(
      "reward of players at t = 2, state x = 1, action swap = Infinity: must be a finite number",
    );
    const coupled = twoPlaces({ reward: { coupled: { sees: "states", at: (t) => Math.sqrt(1 - t) } } });
    expect(refusal(coupled)).toMatch(/^reward of players at t = 2, state x = 0, action stay = NaN/);
    const forgotten = twoPlaces({ reward: { coupled: { sees: "states", at: () => undefined as unknown as number } } });
    expect(refusal(forgotten)).toMatch(/^reward of players at t = 0, state x = 0, action stay = NaN/);
    const crowd = twoPlaces({
      initial: Float64Array.of(1, 0),
      reward: { couplings: [{ form: "log-density", weight: 1, floor: 0, floored: "added" }] },
    });
    expect(refusal(crowd)).toMatch(/^reward of players at t = 0, state x = 1 = Infinity/);
  });

  it("factors that do not add up to the coupled reward, of pairs and of times", () => {
    const factored = (change: Partial<Factors>): FiniteModel =>
      twoPlaces({
        reward: {
          coupled: {
            sees: "states",
            at: (t, s, a, { states: [mu] }) => (t < 2 ? (s - a) * mu[1] : 0),
            factors: {
              count: 1,
              weights: (t, { states: [mu] }, out) => (out[0] = t < 2 ? mu[1] : 0),
              table: (_k, s, a) => s - a,
              ...change,
            },
          },
        },
      });
    expect(refusal(factored({}))).toBe("accepted");
    expect(refusal(factored({ table: (_k, s, a) => s - a + (s === 1 && a === 1 ? 1e-6 : 0) }))).toMatch(
      /^sum of factors of the reward of players at t = [01], state x = 1, action swap = [\d.e-]+: must be what `at` gives, 0$/,
    );
    const endless = factored({ weights: (_t, { states: [mu] }, out) => (out[0] = mu[1]) });
    expect(refusal(endless)).toMatch(
      /^sum of factors of the reward of players at t = 2, .* must be what `at` gives, 0$/,
    );
    const squared = factored({ weights: (t, { states: [mu] }, out) => (out[0] = t < 2 ? mu[1] ** 2 : 0) });
    expect(refusal(squared)).toMatch(/^sum of factors/);
    expect(refusal(factored({ table: () => Number.NaN }))).toMatch(/^sum of factors .* = NaN/);
    expect(refusal(factored({ count: 0 }))).toBe(
      "factors of the reward of players = 0: must be a whole number of at least 1",
    );
  });

  it("laws that are none, states without an action, horizons that are none", () => {
    expect(refusal(twoPlaces({ initial: Float64Array.of(0.5, 0.6) }))).toMatch(/^initial law of players = 1.1/);
    expect(refusal(twoPlaces({ initial: Float64Array.of(1.5, -0.5) }))).toMatch(/in state x = 1 = -0.5/);
    expect(refusal(twoPlaces({ initial: Float64Array.of(1) }))).toMatch(/must be 2 shares/);
    expect(refusal(twoPlaces({ allowed: (t, s) => t + s < 3 }))).toMatch(/^actions of players at t = 2, state x = 1/);
    expect(refusal(twoPlaces({}, 0.5))).toMatch(/^horizon = 0.5/);
  });
});

describe("numbering", () => {
  it("goes row by row, and back", () => {
    const axes = [wholeAxis("x", 3, -1), namedAxis("mood", ["calm", "angry"])];
    for (let i = 0; i < 6; i++) expect(indexOf(axes, placesOf(axes, i))).toBe(i);
    expect(placesOf(axes, 5)).toEqual([2, 1]);
    expect(nameOf(axes, 5)).toBe("x = 1, angry");
  });
});

describe("flows and values", () => {
  it("of one population by hand", () => {
    // All start at 0 and swap with probability 1/4: after a step 1/4 are at 1, then 3/8.
    const model = twoPlaces({ initial: Float64Array.of(1, 0) });
    const policy = [Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 0.75 : 0.25))];
    const { field } = along(model, policy);
    expect([...field.parts[0].mu]).toEqual([1, 0, 0.75, 0.25, 0.625, 0.375]);
    const own = emptyValues(field.game);
    evaluate(field, policy, own);
    // Places earn 0 and 1, every swap costs 1/4.
    expect(worth(field, own)[0]).toBeCloseTo(0.25 + 0.375 - (3 * 0.25) / 4, 15);
    const best = emptyValues(field.game);
    respond(field, best);
    expect(worth(field, best)[0]).toBe(1.75);
    expect(forgone(field, policy, best)[0]).toBeCloseTo(1.75 - 0.4375, 15);
  });

  it("keep their mass, and exploitability is V* − V^π, whatever the policies", () => {
    const models = [huntersAndHares(), modelOf(randomLinear), modelOf(crowdMotionTorus, { torus_l: 3, torus_w: 4 })];
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.infiniteStream(fc.double({ min: -4, max: 4, noNaN: true })),
        (model, draws) => {
          const game = compile(model);
          const policy = emptyProfile(game);
          const drawn = policy.map((table) => table.map(() => draws.next().value as number));
          game.populations.forEach(({ allowed }, p) =>
            allowed?.forEach((one, i) => one === 0 && (drawn[p][i] = -Infinity)),
          );
          softmax(game, drawn, 1, policy);
          const { field } = along(model, policy);
          const [own, best] = [emptyValues(game), emptyValues(game)];
          evaluate(field, policy, own);
          respond(field, best);
          const gains = forgone(field, policy, best);
          field.parts.forEach(({ mu, population: { states } }, p) => {
            for (let t = 0; t < game.times; t++)
              expect(mu.subarray(t * states, (t + 1) * states).reduce((sum, share) => sum + share, 0)).toBeCloseTo(
                1,
                13,
              );
            // Values are of order ten and are sums of a few of them.
            expect(Math.abs(worth(field, best)[p] - worth(field, own)[p] - gains[p])).toBeLessThan(1e-12 * 100);
          });
          const flow = field.parts.map(({ mu }) => mu);
          const seen = certifyFinite(model, meanFieldEquilibrium, {
            model,
            question: meanFieldEquilibrium,
            policy,
            flow,
          });
          // The certificate comes by its own code to the same numbers.
          const total = gains.reduce((sum, gain) => sum + gain, 0);
          expect(Math.abs((seen.exploitability ?? NaN) - total)).toBeLessThan(1e-12 * 100);
          expect(seen.consistency).toBeLessThan(1e-14);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("of several populations see one another, and never take what is not allowed", () => {
    const { field, policy } = along(huntersAndHares());
    const [hunters, hares] = field.parts;
    // No hare stays at place 0; the others choose among three.
    expect([...policy[1].subarray(0, 6)]).toEqual([0.5, 0, 0.5, 1 / 3, 1 / 3, 1 / 3]);
    const best = emptyValues(field.game);
    respond(field, best);
    expect(best.Q[1][1]).toBe(-Infinity);
    // −μ of hunters + 2μ of hares at place 1 at time 0.
    expect(hunters.here[1]).toBe(-0.25 + 2 * 0.5);
    // At time 0 at place 1: crowd, hunters at 1, and the feature 1·L(0,1) = 1/4 times 0.3(s − a).
    const reward = hares.here[1] + hares.table[1 * 3 + 2];
    expect(reward).toBeCloseTo(-0.2 * Math.log(0.501) - 0.25 - 0.05 * 2 + 0.3 * 0.25 * (1 - 2), 15);
    // A hunter in the way pushes a hare that leaps left to where it would have stayed... one place on.
    const { starts, next, probability } = hares.kernel;
    expect([...next.subarray(starts[3], starts[4])]).toEqual([0, 1]);
    expect([...probability.subarray(starts[3], starts[4])]).toEqual([0.875, 0.125]);
  });

  it("of kernels that see the laws are refilled in place", () => {
    const model = modelOf(randomLinear);
    const { field, policy } = along(model);
    const first = field.parts[0].mu.slice();
    const other = policy.map((table) => table.map((_, i) => (i % 5 === 0 ? 1 : 0)));
    induce(field, other);
    expect(field.parts[0].mu).not.toEqual(first);
    induce(field, policy);
    expect(field.parts[0].mu).toEqual(first);
  });

  it("have moves and rewards that do not change with time where actions may be taken at some times only", () => {
    const later = twoPlaces({ allowed: (t, _s, a) => a === 0 || t > 0 });
    const { field, policy } = along(later);
    // Nobody moves at 0, half of each place swap at 1 and 2, at a quarter each.
    expect(Array.from(field.parts[0].mu)).toEqual(Array.from({ length: 6 }, () => 0.5));
    const own = emptyValues(field.game);
    evaluate(field, policy, own);
    expect(worth(field, own)[0]).toBe(3 * 0.5 - 2 * 0.5 * 0.25);
    const best = emptyValues(field.game);
    respond(field, best);
    const question = meanFieldEquilibrium;
    const { exploitability } = certifyFinite(later, question, {
      model: later,
      question,
      policy,
      flow: [field.parts[0].mu],
    });
    expect(forgone(field, policy, best)[0]).toBe(exploitability);
    // From place 0 by the swap at 1 to earn at 2; from place 1 by staying.
    expect(exploitability).toBeCloseTo(0.5 * 0.75 + 0.5 * 3 - 1.25, 15);
  });

  it("stores transitions once where they do not change, and successors that coincide once", () => {
    const { kernel } = compile(modelOf(crowdMotionTorus, { T: 50, torus_l: 5, torus_w: 5 })).populations[0];
    // At most nine of the thirteen cells within two steps can be reached by one move and one push.
    expect(kernel?.starts.length).toBe(25 * 5 + 1);
    expect(kernel?.starts[1]).toBe(5);
  });
});

describe("responses", () => {
  it("spread over actions that are best up to rounding, or take the first", () => {
    const game = compile(twoPlaces({}, 0));
    const Q = [Float64Array.of(0.1 + 0.2, 0.3, 1, 1 + 1e-9)];
    const out = emptyProfile(game);
    greedy(game, Q, out);
    expect([...out[0]]).toEqual([0.5, 0.5, 0, 1]);
    greedy(game, Q, out, "first");
    expect([...out[0]]).toEqual([1, 0, 0, 1]);
  });

  it("are soft without overflow", () => {
    const game = compile(twoPlaces({}, 0));
    const out = emptyProfile(game);
    softmax(game, [Float64Array.of(1e300, -1e300, 1e4, 1e4)], 1e3, out);
    expect([...out[0]]).toEqual([1, 0, 0.5, 0.5]);
  });

  it("with entropy are worth what their own evaluation says", () => {
    const { field } = along(huntersAndHares());
    const [soft, own] = [emptyValues(field.game), emptyValues(field.game)];
    respondSoftly(field, soft, 0.3);
    const policy = emptyProfile(field.game);
    softmax(field.game, soft.Q, 1 / 0.3, policy);
    evaluate(field, policy, own, 0.3);
    own.V.forEach((V, p) => V.forEach((value, i) => expect(value).toBeCloseTo(soft.V[p][i], 13)));
  });
});
