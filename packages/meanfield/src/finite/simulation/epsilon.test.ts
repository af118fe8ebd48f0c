import { describe, expect, it } from "vitest";
import { smallGenerator } from "../../numeric/small-generator.testing.ts";
import { compile, emptyProfile } from "../compile.ts";
import { modelOf, twoPlaces } from "../finite.testing.ts";
import { leftRight } from "../games/left-right.ts";
import type { Coupling, FiniteModel, Profile, Reward } from "../model.ts";
import { crowdOf } from "./crowd.ts";
import { pairsOf } from "./enumeration.testing.ts";
import { epsilonKind, exactEpsilon, sampledEpsilon } from "./epsilon.ts";

/** Two populations on two places, with a coupling of every form. */
function neighbours(general = false): FiniteModel {
  const [population] = twoPlaces({}, 1).populations;
  const couplings = (own: number): readonly Coupling[] => [
    { form: "log-density", weight: 0.7, floor: 0.01, floored: own === 0 ? "added" : "least" },
    { form: "local", weights: own === 0 ? Float64Array.of(0.3, -1) : Float64Array.of(1, 0.2) },
    { form: "linear", population: own, matrix: Float64Array.of(0.5, -0.4, 0.1, 0.3) },
    { form: "linear", population: 1 - own, matrix: Float64Array.of(0.2, 0.1, -0.6, 0) },
  ];
  const base: Reward["base"] = { timed: true, at: (t, s, a) => 0.3 * t * s - 0.25 * a };
  const noisy = { ...population.transition, timed: true } as const;
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 1,
    populations: ["foxes", "hares"].map((name, own) => ({
      ...population,
      name,
      initial: own === 0 ? Float64Array.of(0.3, 0.7) : Float64Array.of(0.6, 0.4),
      transition: {
        ...noisy,
        successors: (_t, s, a, _laws, emit) => {
          emit(a === 0 ? s : 1 - s, 0.9);
          emit(a === 0 ? 1 - s : s, 0.1);
        },
      },
      reward: general ? { base, coupled: written(couplings(own), own) } : { base, couplings: couplings(own) },
    })),
  };
}

/** The same couplings as a function of the laws. */
function written(couplings: readonly Coupling[], own: number): NonNullable<Reward["coupled"]> {
  return {
    sees: "states",
    at: (_t, s, _a, { states }) =>
      couplings.reduce((sum, coupling) => {
        if (coupling.form === "local") return sum + coupling.weights.reduce((all, w, q) => all + w * states[q][s], 0);
        if (coupling.form === "linear")
          return (
            sum + states[coupling.population].reduce((all, share, y) => all + coupling.matrix[2 * s + y] * share, 0)
          );
        const { weight, floor, floored } = coupling;
        return sum - weight * Math.log(floored === "added" ? states[own][s] + floor : Math.max(states[own][s], floor));
      }, 0),
  };
}

function anyPolicy(model: FiniteModel, seed: number): Profile {
  const next = smallGenerator(seed);
  return emptyProfile(compile(model)).map((table) => {
    for (let i = 0; i < table.length; i += 2) {
      table[i] = 0.1 + 0.8 * next();
      table[i + 1] = 1 - table[i];
    }
    return table;
  });
}

/** Of all deterministic policies of two actions the largest gain, played by the first of two players: by enumeration. */
function enumerated(model: FiniteModel, policy: Profile): number {
  const kept = pairsOf(model, policy, policy);
  return kept.reduce((sum, own, p) => {
    const rows = policy[p].length / 2;
    let most = -Infinity;
    for (let plan = 0; plan < 2 ** rows; plan++) {
      const other = policy.map((table, q) =>
        q === p ? table.map((_, i) => ((plan >> Math.floor(i / 2)) & 1) ^ (i % 2 === 0 ? 0 : 1)) : table,
      );
      most = Math.max(most, pairsOf(model, policy, other, p)[p] - own);
    }
    return sum + most;
  }, 0);
}

describe("what one of N players gains at most", () => {
  it("is 1/(3N) by hand where two thirds go left", () => {
    // Left costs (1 + (N − 1)·2/3)/N and right 2(1 + (N − 1)/3)/N, 1/N more, which a third of all could save.
    const model = modelOf(leftRight);
    const policy = [Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 2 / 3 : 1 / 3))];
    for (const players of [2, 10, 1000])
      expect(Math.abs(exactEpsilon(compile(model), policy, players) - 1 / (3 * players))).toBeLessThan(1e-14);
  });

  it("is that of the best of all policies of two foxes or two hares, by enumeration", () => {
    const model = neighbours();
    expect(epsilonKind(model)).toBe("exact");
    for (const seed of [1, 2]) {
      const policy = anyPolicy(model, seed);
      const most = enumerated(model, policy);
      expect(most).toBeGreaterThan(0.1);
      expect(Math.abs(exactEpsilon(compile(model), policy, 2) - most)).toBeLessThan(1e-13);
    }
  });

  it.each([2, 5, 40])("is estimated without seeing the form of couplings: %i players", (players) => {
    const model = neighbours(true);
    expect(epsilonKind(model)).toBe("sampled");
    const policy = anyPolicy(model, 3);
    const game = compile(model);
    const sampled = sampledEpsilon(game, policy, players);
    const crowd = crowdOf(game, policy, policy, players, 1);
    for (let path = 0; path < 2000; path++) {
      crowd.start(path);
      for (let t = 0; t < game.times; t++) {
        const homes = crowd.members.slice();
        crowd.play(t);
        sampled.observe(crowd, homes, t);
      }
      sampled.next();
    }
    const { mean, standardError } = sampled.estimate();
    const exact = exactEpsilon(compile(neighbours()), policy, players);
    // Ten groups know their error to a quarter.
    expect(Math.abs(mean - exact)).toBeLessThan(5 * standardError);
    expect(standardError).toBeLessThan(0.02 * exact);
  });

  it("is not known where moves see the laws", () => {
    const model = twoPlaces({
      transition: { sees: "states", timed: false, successors: (_t, s, _a, _laws, emit) => emit(s, 1) },
    });
    expect(epsilonKind(model)).toBeUndefined();
  });
});
