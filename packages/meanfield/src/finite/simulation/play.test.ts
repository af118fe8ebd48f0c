import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, RefusalError } from "../../core/index.ts";
import type { Estimate, Simulation, SimulationSettings } from "../../core/index.ts";
import { smallGenerator } from "../../numeric/small-generator.testing.ts";
import { greedy, respond } from "../best-response.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { compile, emptyProfile } from "../compile.ts";
import { emptyValues } from "../evaluation.ts";
import { huntersAndHares, modelOf, twoPlaces } from "../finite.testing.ts";
import { emptyField, induce } from "../flow.ts";
import { beachBar } from "../games/beach-bar.ts";
import { equilibriumPrice } from "../games/equilibrium-price.ts";
import { leftRight } from "../games/left-right.ts";
import { susceptibleInfected } from "../games/susceptible-infected.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { wholeAxis } from "../space.ts";
import { finiteWing } from "../wing.ts";
import { pairsOf } from "./enumeration.testing.ts";
import { simulateFinite } from "./play.ts";

function candidate(model: FiniteModel, policy: Profile): FiniteCandidate {
  return { model, question: meanFieldEquilibrium, policy, flow: [] };
}

function play(model: FiniteModel, policy: Profile, settings: Partial<SimulationSettings>): Simulation {
  const all = { players: 10, paths: 20, steps: 1, seed: 1, ...settings };
  const run = simulateFinite(model, candidate(model, policy), {}, all);
  let next = run.next();
  while (next.done !== true) next = run.next();
  return next.value;
}

function uniform(model: FiniteModel): Profile {
  const { uniform: strategy } = finiteWing.strategies ?? {};
  return strategy(model).policy;
}

/** Of random numbers, none of them 0 where the action is allowed. */
function anyPolicy(model: FiniteModel, seed: number): Profile {
  const next = smallGenerator(seed);
  return compile(model).populations.map(({ states, actions, allowed }) => {
    const table = Float64Array.from({ length: (model.horizon + 1) * states * actions }, (_, i) =>
      allowed?.[i] === 0 ? 0 : 0.1 + next(),
    );
    for (let row = 0; row < table.length; row += actions) {
      const sum = table.subarray(row, row + actions).reduce((total, share) => total + share, 0);
      for (let i = row; i < row + actions; i++) table[i] /= sum;
    }
    return table;
  });
}

/** Distance of an estimate to a value, in standard errors. */
function distance({ mean, standardError }: Estimate, value: number): number {
  return Math.abs(mean - value) / standardError;
}

const estimates = ({ cost, scalars }: Simulation): Record<string, Estimate> => ({ cost, ...scalars });

/** Best responses to the limit's flow. */
function replies(model: FiniteModel, policy: Profile): Profile {
  const game = compile(model);
  const field = emptyField(game);
  induce(field, policy);
  const values = emptyValues(game);
  respond(field, values);
  const out = emptyProfile(game);
  greedy(game, values.Q, out);
  return out;
}

describe("the game of N players", () => {
  it("is for two hunters and two hares the one whose law is on all their states", () => {
    const model = { ...huntersAndHares(), horizon: 2 };
    const policy = anyPolicy(model, 3);
    const other = replies(model, policy);
    const kept = pairsOf(model, policy, other);
    const simulated = estimates(play(model, policy, { players: 2, paths: 20_000 }));
    expect(distance(simulated["mean_reward"], (kept[0] + kept[1]) / 2)).toBeLessThan(4);
    ["hunters", "hares"].forEach((name, p) => {
      expect(distance(simulated[`mean_reward_${name}`], kept[p])).toBeLessThan(4);
      const gain = pairsOf(model, policy, other, p)[p] - kept[p];
      expect(distance(simulated[`deviation_gain_${name}`], gain)).toBeLessThan(4);
      // Enough paths to tell two players from infinitely many.
      const limits = finiteLimits(model, policy);
      expect(distance(simulated[`mean_reward_${name}`], limits[`mean_reward_${name}`])).toBeGreaterThan(8);
    });
  });

  it("is by hand that of two who go left or right", () => {
    const model = modelOf(leftRight);
    const settings = { players: 2, paths: 20_000 };
    // Both left (1), both right (2) or apart (1/2 and 1): 4/9·1 + 1/9·2 + 4/9·3/4 with two thirds on the left. There both
    // sides are best responses in the limit, of which the left costs 2/3·1 + 1/3·1/2 and the right 1/3·2 + 2/3·1.
    const mixed = estimates(play(model, [sides(2 / 3)], settings));
    expect(distance(mixed["cost"], 1)).toBeLessThan(4);
    expect(distance(mixed["deviation_gain"], 1 - (5 / 6 + 4 / 3) / 2)).toBeLessThan(4);
    expect(mixed["law_error"].mean).toBeGreaterThan(0);
    // By half and half 1/4·1 + 1/4·2 + 1/2·3/4, and the left costs a deviator 3/4.
    const halves = estimates(play(model, [sides(1 / 2)], settings));
    expect(distance(halves["cost"], 9 / 8)).toBeLessThan(4);
    expect(distance(halves["deviation_gain"], 3 / 8)).toBeLessThan(4);
    // Together at the centre at first, then by ½·|1 − p| on each side or not at all: ½·½ at t = 1, half that over both times.
    expect(distance(halves["law_error"], 1 / 8)).toBeLessThan(4);
    // Of pairs at the centre by ½ or not at all; at t = 1 from quarters by ¾ where both are alike, ½ otherwise.
    expect(distance(halves["pair_error"], (1 / 4 + 9 / 16) / 2)).toBeLessThan(4);
  });

  it("has independent players where nobody's moves see the others", () => {
    const model = modelOf(beachBar, { n: 7, T: 4, bar_loc: 3 });
    const [players, paths] = [50, 2000];
    const { series, limitSeries, t } = play(model, uniform(model), { players, paths });
    const field = emptyField(compile(model));
    induce(field, uniform(model));
    t.forEach((time) => {
      const law = field.parts[0].mu.subarray(7 * time, 7 * time + 7);
      const mean = law.reduce((sum, share, x) => sum + share * x, 0);
      const variance = law.reduce((sum, share, x) => sum + share * (x - mean) ** 2, 0) / players;
      const { mean: seen, standardError } = series["mean_x"];
      expect(limitSeries?.["mean_x"][time]).toBeCloseTo(mean, 12);
      expect(Math.abs(seen[time] - mean)).toBeLessThan(4 * standardError[time]);
      // A variance of nearly normal numbers is known to √(2/paths).
      const ratio = (standardError[time] ** 2 * paths) / variance;
      expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
    });
  });

  it("has independent players where moves end at more places and times than there are places", () => {
    // Wherever players are, half of them end at 0, some on the way for longer: of N their share there is binomial.
    const model = twoPlaces({
      actions: [wholeAxis("none", 1)],
      transition: {
        sees: "nothing",
        timed: true,
        longest: 2,
        successors: (t, s, _a, _laws, emit) => {
          const late = t === 0 && s === 0 ? 0.49 : 0;
          const ends = t === 0 ? [0, 1] : [s];
          for (const x of ends) emit(x, 1 / ends.length - late);
          for (const x of ends) emit(x, late, 2);
        },
      },
      reward: { coupled: { sees: "states", at: (t, _s, _a, { states: [mu] }) => (t === 2 ? mu[0] ** 2 : 0) } },
    });
    const simulation = play(model, uniform(model), { players: 11, paths: 8000, seed: 2 });
    expect(distance(simulation.scalars["mean_reward"], 1 / 4 + 1 / 44)).toBeLessThan(4);
  });

  it.each([
    ["beach-bar", modelOf(beachBar)],
    ["susceptible-infected", modelOf(susceptibleInfected, { T: 5 })],
    ["two populations", huntersAndHares()],
  ])("comes to the limit with a million players: %s", (_, model) => {
    const policy = anyPolicy(model, 5);
    const simulation = play(model, policy, { players: 1_000_000, paths: 30 });
    const { limits = {}, scalars, series, limitSeries = {} } = simulation;
    for (const [name, found] of Object.entries(estimates(simulation))) {
      if (name.endsWith("_error")) continue;
      // Of order 1/N, besides chance.
      expect(Math.abs(found.mean - limits[name])).toBeLessThan(4 * found.standardError + 2e-5);
    }
    expect(scalars["law_error"].mean).toBeLessThan(2e-3);
    expect(scalars["pair_error"].mean).toBeLessThan(3e-3);
    for (const [name, { mean, standardError }] of Object.entries(series)) {
      mean.forEach((value, k) =>
        expect(Math.abs(value - limitSeries[name][k])).toBeLessThan(5 * standardError[k] + 2e-5),
      );
    }
  });

  it.each([
    ["beach-bar", modelOf(beachBar)],
    ["moves that see the law", modelOf(susceptibleInfected, { T: 5 })],
  ])("has an empirical law whose distance falls as N^−½: %s", (_, model) => {
    const policy = anyPolicy(model, 6);
    const errors = [100, 1600, 25_600].map(
      (players) => play(model, policy, { players, paths: 300 }).scalars["law_error"],
    );
    const [scaled, last, best] = errors.map(({ mean, standardError }, i) => {
      return { mean: mean * 4 ** i, standardError: standardError * 4 ** i };
    });
    // Standard errors are those of 300 paths; the next order in N is below one of them.
    expect(Math.abs(scaled.mean / best.mean - 1)).toBeLessThan((4 * Math.SQRT2 * best.standardError) / best.mean);
    expect(Math.abs(last.mean / best.mean - 1)).toBeLessThan((4 * Math.SQRT2 * best.standardError) / best.mean);
  });

  it("has a deviator who does what everybody does where it pays nothing else", () => {
    // Staying right and going right is best whatever the others do, so that the best response kept gains nothing on any path.
    const model = twoPlaces();
    const best = replies(model, uniform(model));
    const { mean, standardError } = play(model, best, { players: 5, paths: 50 }).scalars["deviation_gain"];
    expect([mean, standardError]).toEqual([0, 0]);
  });
});

describe("what a player gains at most", () => {
  it("is told without chance, or with an interval where rewards are of no common form", () => {
    const question = { concept: "nash", players: 50, information: "feedback" } as const;
    const crowded = modelOf(beachBar);
    const gain = (model: FiniteModel, policy: Profile): number | undefined =>
      finiteWing.exploitability?.(model, question, candidate(model, policy));
    expect(gain(crowded, uniform(crowded))).toBeGreaterThan(0.1);
    expect(play(crowded, uniform(crowded), {}).scalars["exploitability"]).toBeUndefined();
    const selling = modelOf(equilibriumPrice);
    const policy = anyPolicy(selling, 7);
    expect(gain(selling, policy)).toBeUndefined();
    const { scalars, limits } = play(selling, policy, { players: 1000, paths: 100 });
    const { mean, standardError, low, high, count } = scalars["exploitability"];
    // Of order 1/N from the limit's, besides chance.
    expect(Math.abs(mean - (limits?.["exploitability"] ?? 0))).toBeLessThan(5 * standardError + 0.01 * mean);
    expect([low < mean, mean < high, count]).toEqual([true, true, 10]);
    const moving = modelOf(susceptibleInfected, { T: 2 });
    expect(gain(moving, uniform(moving))).toBeUndefined();
  });
});

describe("a simulation", () => {
  const model = huntersAndHares();
  const policy = anyPolicy(model, 1);

  it("has paths of its own luck, that others do not change", () => {
    const [one, two] = [1, 2].map((paths) => play(model, policy, { paths, players: 3 }));
    expect(two.samples[0]).toEqual(one.samples[0]);
    expect(two.samples[1]).not.toEqual(one.samples[0]);
    expect(play(model, policy, { paths: 2, players: 3 })).toEqual(two);
    expect(play(model, policy, { paths: 2, players: 3, seed: 2 }).cost.mean).not.toBe(two.cost.mean);
  });

  it("of a player alone is that of one who meets only itself", () => {
    const { samples } = play(model, policy, { players: 1, paths: 2 });
    for (const { players, mean } of samples) expect(players[0]).toEqual(mean);
  });

  it("returns the paths done when it is stopped, and refuses before the first", () => {
    const large = modelOf(beachBar, { n: 100, T: 50, bar_loc: 50 });
    const stop = new AbortController();
    const settings = { players: 10, paths: 1000, steps: 1, seed: 1, signal: stop.signal };
    const run = simulateFinite(large, candidate(large, uniform(large)), {}, settings);
    run.next();
    run.next();
    stop.abort();
    const { value } = run.next();
    expect((value as Simulation).pathsDone).toBeGreaterThan(0);
    expect((value as Simulation).pathsDone).toBeLessThan(1000);
    const longer = modelOf(beachBar, { n: 100, T: 2000, bar_loc: 50 });
    const early = simulateFinite(longer, candidate(longer, uniform(longer)), {}, settings);
    expect(() => early.next() && early.next()).toThrow("stopped before the first path was complete");
  });

  it("refuses strategies of other games and numbers of players that are none", () => {
    expect(() => play(model, uniform(twoPlaces()), {})).toThrow(RefusalError);
    expect(() => play(model, policy, { players: 0 })).toThrow("players = 0: must be a whole number from 1 to 10000000");
    const standing = policy.map((table) => table.slice());
    standing[1][1] = 0.5;
    expect(() => play(model, standing, {})).toThrow("other states or other actions");
  });
});

function sides(left: number): Float64Array {
  return Float64Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? left : 1 - left));
}

function finiteLimits(model: FiniteModel, policy: Profile): Readonly<Record<string, number>> {
  return play(model, policy, { paths: 1 }).limits ?? {};
}
