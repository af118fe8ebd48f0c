import { describe, expect, it } from "vitest";
import { randomStream } from "../../numeric/index.ts";
import { uniformPolicy } from "../best-response.ts";
import type { CorrelationDevice } from "../candidate.ts";
import { judgeDevice } from "../certify-device.ts";
import { compile, emptyProfile } from "../compile.ts";
import { emptyValues, evaluate, worth } from "../evaluation.ts";
import { huntersAndHares, modelOf } from "../finite.testing.ts";
import { emptyField, induce } from "../flow.ts";
import { beachBar } from "../games/beach-bar.ts";
import { leftRight } from "../games/left-right.ts";
import { normalForm } from "../games/normal-form.ts";
import { predatorPrey } from "../games/predator-prey.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import type { FiniteModel } from "../model.ts";
import { deviations, deviatorsOf } from "./device.ts";
import { blend, emptyMetaGame, enlist, mingle, payoffs } from "./meta-game.ts";
import type { MetaGame } from "./meta-game.ts";
import { restrictedEquilibrium } from "./nash-search.ts";

/** A population of drawn policies, some of which never take an action. */
function drawn(model: FiniteModel, count: number): MetaGame {
  const game = compile(model);
  const meta = emptyMetaGame(game);
  const { uniform } = randomStream(3, 0).sequence();
  for (let i = 0; i < count; i++) {
    const policy = emptyProfile(game);
    uniformPolicy(game, policy);
    game.populations.forEach(({ actions }, p) => {
      for (let first = 0; first < policy[p].length; first += actions) {
        const row = policy[p].subarray(first, first + actions);
        row.forEach((share, a) => (row[a] = share > 0 && uniform() > 0.3 ? uniform() : share * 1e-3));
        const sum = row.reduce((total, share) => total + share, 0);
        row.forEach((share, a) => (row[a] = share / sum));
      }
      enlist(meta, p, policy[p], "out");
    });
  }
  return meta;
}

function shared(meta: MetaGame, seed: number): Float64Array[] {
  const { uniform } = randomStream(seed, 1).sequence();
  return meta.members.map(({ policies }) => {
    const shares = Float64Array.from(policies, uniform);
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum);
  });
}

/** Each of the three actions of the static game, as a policy. */
function threeActions(reward_function: string): MetaGame {
  const meta = emptyMetaGame(compile(modelOf(normalForm, { reward_function })));
  for (let a = 0; a < 3; a++)
    enlist(
      meta,
      0,
      Float64Array.from({ length: 3 }, (_, i) => (i === a ? 1 : 0)),
      "out",
    );
  return meta;
}

describe("a mixture of policies", () => {
  it.each([
    ["where kernels see the laws", huntersAndHares()],
    ["where they do not", modelOf(predatorPrey, { size: 3, horizon: 3 })],
  ])("is one policy of the same law, %s", (_name, model) => {
    const meta = drawn(model, 4);
    const shares = shared(meta, 7);
    const policy = emptyProfile(meta.game);
    blend(meta, shares, policy);
    const field = emptyField(meta.game);
    induce(field, policy);
    const values = emptyValues(meta.game);
    const found = payoffs(meta, shares);
    field.parts.forEach(({ pairs }, p) => {
      pairs.forEach((mass, i) => expect(Math.abs(mass - meta.field.parts[p].pairs[i])).toBeLessThan(1e-14));
      // What a member is worth there, by backward induction instead of along its own law.
      meta.members[p].policies.forEach((member, i) => {
        evaluate(
          field,
          policy.map((table, q) => (q === p ? member : table)),
          values,
        );
        expect(Math.abs(worth(field, values)[p] - found[p][i])).toBeLessThan(1e-13);
      });
    });
  });

  it("leaves out a policy that is there", () => {
    const meta = threeActions("coop");
    expect(enlist(meta, 0, Float64Array.of(0, 1, 0), "out")).toBe(false);
    expect(enlist(meta, 0, Float64Array.of(0, 1, 0), "in")).toBe(true);
    mingle(meta, [Float64Array.of(0.5, 0.25, 0, 0.25)]);
    expect(Array.from(meta.field.parts[0].pairs)).toEqual([0.5, 0.5, 0]);
  });
});

describe("equilibria of restricted games", () => {
  it.each([
    ["biased_indirect_rps", [1 / 3, 1 / 3, 1 / 3], [15 / 71, 21 / 71, 35 / 71]],
    // Of several equilibria pivots choose.
    ["dominated_reward_source", [0.9, 0.1, 0], [1, 0, 0]],
    // Without the second action 4400c² − 2290c + 90 = 0.
    ["coop", [0, 0, 1], [1 - larger(), 0, larger()]],
  ])("%s from %j", (game, start, expected) => {
    const { shares, gap } = restrictedEquilibrium(threeActions(game), [Float64Array.from(start)]);
    // Payoffs reach 2400 in coop.
    expect(gap).toBeLessThan(1e-11);
    expected.forEach((share, a) => expect(Math.abs(shares[0][a] - share)).toBeLessThan(1e-13));
  });

  it("of drawn policies in games of several populations leave nothing to gain", () => {
    for (const model of [huntersAndHares(), modelOf(predatorPrey, { size: 3, horizon: 3 }), modelOf(beachBar)]) {
      const meta = drawn(model, 5);
      const { gap } = restrictedEquilibrium(meta, shared(meta, 2));
      expect(gap).toBeLessThan(1e-11);
    }
  });
});

function larger(): number {
  return (2290 + Math.sqrt(2290 ** 2 - 4 * 4400 * 90)) / 8800;
}

describe("correlation devices", () => {
  const device = (meta: MetaGame, weights: number[], recommendations: number[][]): CorrelationDevice => ({
    concept: "coarse-correlated",
    policies: meta.members.map(({ policies }) => policies),
    weights: Float64Array.from(weights),
    recommendations: recommendations.map((shares) => [Float64Array.from(shares)]),
  });

  it("tell four fifths to take a dominated action, and nobody gains by not listening", () => {
    const meta = threeActions("dominated_reward_source");
    const told = device(
      meta,
      [0.8, 0.2],
      [
        [0, 0, 1],
        [0, 1, 0],
      ],
    );
    const { coarse, correlated, earned } = judgeDevice(meta.game.model, told);
    expect(coarse).toBeLessThan(1e-15);
    // But whoever is told to take it gains a quarter by the action that dominates it.
    expect(correlated).toBeCloseTo(0.2, 15);
    expect(earned).toBeCloseTo(0.8, 15);
    // Any more, and the first action is better whatever is told.
    expect(
      judgeDevice(
        meta.game.model,
        device(
          meta,
          [0.9, 0.1],
          [
            [0, 0, 1],
            [0, 1, 0],
          ],
        ),
      ).coarse,
    ).toBeCloseTo(0.125, 15);
  });

  it("that tell left or right in turns are no equilibria of either kind, by hand", () => {
    // Everybody left or everybody right: −1 and −2 on average; the other place is empty half of the time.
    const meta = emptyMetaGame(compile(modelOf(leftRight)));
    for (const a of [0, 1])
      enlist(
        meta,
        0,
        Float64Array.from({ length: 12 }, (_, i) => (i % 2 === a ? 1 : 0)),
        "in",
      );
    const { coarse, correlated } = judgeDevice(
      meta.game.model,
      device(
        meta,
        [0.5, 0.5],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    );
    // Told left, one gains 1 by going right; told right, 2 by going left.
    expect(correlated).toBeCloseTo(1.5, 15);
    // Always left: −1⁄2 instead of −3⁄2.
    expect(coarse).toBeCloseTo(1, 15);
  });

  it.each([
    ["rock-paper-scissors", modelOf(rockPaperScissors, { T: 3 })],
    ["predator-prey", modelOf(predatorPrey, { size: 3, horizon: 3 })],
    ["beach-bar", modelOf(beachBar)],
  ])("are judged alike by solver and certificate: %s", (_name, model) => {
    const meta = drawn(model, 3);
    const weights = Float64Array.of(0.5, 0.2, 0.3);
    const recommendations = [1, 2, 3].map((seed) => shared(meta, seed));
    const policies = meta.members.map((members) => members.policies);
    const { coarse, correlated } = judgeDevice(model, { concept: "correlated", policies, weights, recommendations });
    for (const [concept, gap] of [
      ["coarse-correlated", coarse],
      ["correlated", correlated],
    ] as const) {
      const found = deviations(meta, { weights, recommendations }, deviatorsOf(meta, concept));
      const sum = found.reduce((total, { gain }) => total + gain, 0);
      expect(gap).toBeGreaterThan(0.01);
      // Values of order one to fifty.
      expect(Math.abs(sum - gap)).toBeLessThan(1e-12);
    }
  });
});
