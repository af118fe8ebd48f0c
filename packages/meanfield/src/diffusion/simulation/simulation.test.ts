import { describe, expect, it } from "vitest";
import type { Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { decentralised } from "../linear-quadratic/decentralised.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import {
  commodityProducers,
  energyA,
  energyTransition,
  priceImpact,
  producersA,
  systemicRisk,
  tradeCrowding,
} from "../linear-quadratic/models.testing.ts";
import { moments } from "../linear-quadratic/moments.ts";
import { feedback, limit, openLoop } from "../linear-quadratic/reference-numbers.testing.ts";
import { randomModel } from "../linear-quadratic/random-models.testing.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { averages, proportion, shareOf } from "../../core/estimate.ts";
import { expectedCostOfSteps } from "./expected-cost.testing.ts";
import { linearQuadraticWing } from "../wing.ts";
import type { SimulationMethod } from "./simulate.ts";
import { simulateLinearQuadratic } from "./simulate.ts";

const bank = { a: 1, q: 1, eps: 10, c: 0.5, sigma: 1, rho: 0.2, T: 1, m0: 0.3, v0: 0.2 };
const price = { kappa: 0.5, lam: 1, q: 1, r: 0.05, s: 0.2, s0: 0.3, T: 1, m0: 1, v0: 0.25, S0: 0.5 };
const crowd = { ca: 1, cX: 1, h: 0.5, cg: 0.3, s: 0.5, T: 1, m0: 1, v0: 0.1 };
const games: readonly (readonly [name: string, LinearQuadraticModel])[] = [
  ["systemic risk", systemicRisk(bank)],
  ["energy transition", energyTransition(energyA)],
  ["price impact", priceImpact(price)],
  ["trade crowding", tradeCrowding(crowd)],
  ["commodity producers", commodityProducers(producersA)],
  ["two states, two controls", randomModel(3)],
];

function play(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  settings: Partial<SimulationSettings>,
  events: SimulationEvents = {},
  method?: SimulationMethod,
): Simulation {
  const given = { players: 10, paths: 4000, steps: 10, seed: 5, ...settings };
  const run = simulateLinearQuadratic(model, strategy, events, given, method);
  let next = run.next();
  while (next.done !== true) next = run.next();
  return next.value;
}

const nash = (model: LinearQuadraticModel, players: number): LinearStrategy =>
  solveRiccati(model, feedback(players)).strategy;

describe("the steps of a game", () => {
  it.each(games)("have the expected cost of the engine, exactly and at any step: %s", (_name, model) => {
    for (const strategy of [nash(model, 7), decentralised(solveRiccati(model, limit).strategy)]) {
      const exact = expectedCost(model, 7, strategy);
      for (const steps of [1, 5]) {
        // Two independent roads (forward transitions and the backward Lyapunov equation), each good to 1e-12.
        expect(Math.abs(expectedCostOfSteps(model, 7, strategy, steps, "exact-gaussian") / exact - 1)).toBeLessThan(
          1e-10,
        );
      }
    }
  });

  it("have weak order one where Euler makes them", () => {
    const model = systemicRisk(bank);
    const strategy = nash(model, 10);
    const exact = expectedCost(model, 10, strategy);
    const steps = [200, 400, 800, 1600];
    const errors = steps.map((n) => Math.abs(expectedCostOfSteps(model, 10, strategy, n, "euler") - exact));
    expect(errors[0]).toBeGreaterThan(1e-4);
    // An O(h²) term bends the line by less than the step ratio at h = 1/200.
    expect(Math.abs(logLogSlope(steps, errors).slope + 1)).toBeLessThan(0.01);
  });
});

describe("a simulated game", () => {
  it.each(games)("costs what the engine expects: %s", (_name, model) => {
    const empirical = solveRiccati(model, openLoop(10)).strategy;
    for (const strategy of [empirical, decentralised(empirical)]) {
      const { cost } = play(model, strategy, {});
      expect(Math.abs(cost.mean - expectedCost(model, 10, strategy))).toBeLessThan(4 * cost.standardError);
    }
  });

  it.each(games)("has the engine's moments at all times: %s", (_name, model) => {
    const strategy = nash(model, 10);
    const { series, t } = play(model, strategy, { steps: 4 });
    const law = moments(model, 10, strategy);
    for (const [k, time] of t.entries()) {
      const { mean, deviation, state } = law.at(time);
      for (const [name, exact] of [
        ["mean_state", mean[0]],
        ["var_deviation", deviation.data[0]],
        ["var_state", state.data[0]],
      ] as const) {
        const { mean: found, standardError } = series[name];
        // Where nothing is random both agree to rounding.
        expect(Math.abs(found[k] - exact)).toBeLessThanOrEqual(4.5 * standardError[k] + 1e-11);
      }
    }
  });

  it("costs what the engine expects by Euler too, up to a bias of the order of the step", () => {
    const model = systemicRisk(bank);
    const strategy = nash(model, 10);
    const { cost, scheme } = play(model, strategy, { steps: 50 }, {}, { scheme: "euler" });
    expect(scheme).toBe("euler");
    const expected = expectedCostOfSteps(model, 10, strategy, 50, "euler");
    expect(Math.abs(cost.mean - expected)).toBeLessThan(4 * cost.standardError);
  });

  it("is the same however it is cut up, and a short run is the beginning of a long one", () => {
    const model = systemicRisk(bank);
    const strategy = nash(model, 2500);
    const events = { defaultLevel: -0.4 };
    const long = play(model, strategy, { players: 2500, paths: 9, steps: 60 }, events);
    const controller = new AbortController();
    const settings = { players: 2500, paths: 9, steps: 60, seed: 5, signal: controller.signal };
    const run = simulateLinearQuadratic(model, strategy, events, settings);
    let next = run.next();
    while (next.done !== true) {
      if (next.value > 0.5) controller.abort();
      next = run.next();
    }
    const stopped = next.value;
    expect(stopped.pathsDone).toBeGreaterThan(2);
    expect(stopped.pathsDone).toBeLessThan(9);
    const short = play(model, strategy, { players: 2500, paths: stopped.pathsDone, steps: 60 }, events);
    expect(stopped).toEqual(short);
    expect(long.samples).toEqual(short.samples);
    expect(long.cost.mean).not.toBe(short.cost.mean);
  });

  it("has no result before its first path is complete", () => {
    const model = systemicRisk(bank);
    const signal = AbortSignal.abort();
    const settings = { players: 1e5, paths: 3, steps: 10, signal };
    expect(() => play(model, nash(model, 1e5), settings)).toThrow("stopped before the first path was complete");
  });

  it("takes a strategy of another game only if it fits", () => {
    const short = systemicRisk(bank);
    const long = systemicRisk({ ...bank, T: 3 });
    const candidate = (model: LinearQuadraticModel) => solveRiccati(model, feedback(10));
    const settings = { players: 10, paths: 2, steps: 3, seed: 1 };
    const begin = (model: LinearQuadraticModel, from: LinearQuadraticModel) => () =>
      linearQuadraticWing.simulate?.(model, candidate(from), {}, settings).next();
    expect(begin(long, short)).toThrow("the strategy ends at its horizon T = 1, this game at T = 3");
    expect(begin(short, long)).not.toThrow();
    expect(begin(short, priceImpact(price))).toThrow(/1 common coordinates, this one has 0/);
    expect(() => linearQuadraticWing.exploitability?.(long, feedback(10), candidate(short))).toThrow(/ends at/);
  });

  it("has players who deviate by nothing on the whole, and draws no more than can be looked at", () => {
    const { samples, t } = play(systemicRisk(bank), nash(systemicRisk(bank), 10), { paths: 5, steps: 1001 });
    expect(t.length).toBeLessThanOrEqual(401);
    expect(t[t.length - 1]).toBe(1);
    expect(samples.map(({ players }) => players.length)).toEqual([10, 10]);
    for (const { players, mean } of samples) {
      expect(mean).toHaveLength(t.length);
      for (const [k, centre] of mean.entries()) {
        const sum = players.reduce((total, player) => total + player[k] - centre, 0);
        expect(Math.abs(sum)).toBeLessThan(1e-13);
      }
    }
    const many = play(systemicRisk(bank), nash(systemicRisk(bank), 100), { players: 100, paths: 3 });
    expect(many.samples.map(({ players }) => players.length)).toEqual([12, 12]);
  });

  it("tells no error from a single path, and refuses what is no finite game", () => {
    const model = systemicRisk(bank);
    const { cost } = play(model, nash(model, 10), { paths: 1 });
    expect([cost.standardError, cost.low, cost.high]).toEqual([Infinity, -Infinity, Infinity]);
    const strategy = nash(model, 10);
    expect(() => play(model, strategy, { players: Infinity })).toThrow(/players = Infinity/);
    expect(() => play(model, strategy, { paths: 0 })).toThrow(/paths = 0/);
    expect(() => play(model, strategy, { steps: 1.5 })).toThrow(/steps = 1.5/);
    expect(() => play(model, strategy, { seed: -1 })).toThrow(/seed = -1/);
    expect(() => play(model, strategy, { players: 1e15 })).toThrow(/players = 1000000000000000: must be .* 10000000/);
    expect(() => play(model, strategy, { steps: 1e10 })).toThrow(/steps = 10000000000: must be/);
    expect(() => play(model, strategy, { paths: 1e15 })).toThrow(/paths = 1000000000000000: must be at most/);
    const extended = commodityProducers({ ...producersA, theta: 0.2 });
    expect(() => play(extended, solveRiccati(extended, limit).strategy, {})).toThrow(/ill-posed/);
  });
});

describe("defaults", () => {
  const free = { a: 0, q: 0, eps: 0, c: 0, sigma: 1, rho: 0.3, T: 1, m0: 0, v0: 0 };
  const zero: LinearStrategy = { source: "empirical", gain: (_t, out) => void out.data.fill(0) };

  it("of Brownian motions are seen exactly at any step, thanks to the bridge", () => {
    const { defaults } = play(systemicRisk(free), zero, { paths: 20_000, steps: 2 }, { defaultLevel: -0.7 });
    const spread = Math.sqrt(0.09 + 0.91 / 10);
    expect(Math.abs((defaults?.single.mean ?? 0) - 2 * normalDistribution(-0.7))).toBeLessThan(
      4 * (defaults?.single.standardError ?? 0),
    );
    expect(Math.abs((defaults?.systemic.mean ?? 0) - 2 * normalDistribution(-0.7 / spread))).toBeLessThan(
      4 * (defaults?.systemic.standardError ?? 0),
    );
  });

  it("seen on the grid alone fall short as Broadie, Glasserman and Kou say", () => {
    // M. Broadie, P. Glasserman, S. Kou, A continuity correction for discrete barrier options (1997): the level moves
    // away by 0.5826 σ√Δ, up to o(√Δ).
    for (const steps of [25, 100]) {
      const { defaults } = play(
        systemicRisk({ ...free, rho: 0 }),
        zero,
        { paths: 20_000, steps },
        { defaultLevel: -0.7 },
        { monitoring: "grid" },
      );
      const single = 2 * normalDistribution(-0.7 - 0.5826 / Math.sqrt(steps));
      const spread = Math.sqrt(0.1);
      const systemic = 2 * normalDistribution((-0.7 - (0.5826 * spread) / Math.sqrt(steps)) / spread);
      const found = [defaults?.single, defaults?.systemic] as const;
      for (const [i, expected] of [single, systemic].entries()) {
        const { mean, standardError } = found[i] ?? { mean: Number.NaN, standardError: Number.NaN };
        expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
      }
      // Without the correction the same estimate is off by far more than chance allows.
      expect(2 * normalDistribution(-0.7) - (found[0]?.mean ?? 1)).toBeGreaterThan(10 * (found[0]?.standardError ?? 1));
    }
  });

  it("that were never seen are not said to be impossible", () => {
    const { defaults } = play(systemicRisk(free), zero, { paths: 100, steps: 1 }, { defaultLevel: -20 });
    for (const seen of [defaults?.single, defaults?.systemic]) {
      expect([seen?.mean, seen?.standardError, seen?.low]).toEqual([0, 0, 0]);
      // Wilson's upper end z²/(n + z²).
      expect(Math.abs((seen?.high ?? 0) - 3.8414588 / 103.8414588)).toBeLessThan(1e-8);
    }
  });

  it("of many players on few paths have an interval for as many independent players", () => {
    // 1 of 2000: Wilson's interval for one event in 2000, and not a symmetric one cut off at zero.
    const rare = averages(1);
    for (let path = 0; path < 200; path++) rare.add(Float64Array.of(path === 7 ? 0.1 : 0));
    const { low, high } = shareOf(rare.mean[0], rare.standardErrors()[0], 200);
    const wilson = proportion(1, 2000);
    expect(Math.abs(low / wilson.low - 1)).toBeLessThan(0.01);
    expect(Math.abs(high / wilson.high - 1)).toBeLessThan(0.01);
    // Paths on which all default or none are worth one player each.
    const together = averages(1);
    for (let path = 0; path < 200; path++) together.add(Float64Array.of(path < 30 ? 1 : 0));
    const whole = shareOf(together.mean[0], together.standardErrors()[0], 200);
    expect(Math.abs(whole.low / proportion(30, 200).low - 1)).toBeLessThan(0.01);
    expect(shareOf(0.3, Infinity, 1).high).toBeLessThan(1);
  });

  it("count whoever starts at the level or below", () => {
    const { defaults } = play(systemicRisk({ ...free, m0: -1 }), zero, { paths: 3, steps: 1 }, { defaultLevel: -1 });
    expect(defaults?.single.mean).toBe(1);
    expect(defaults?.systemic.mean).toBe(1);
    expect(defaults?.count.value[10]).toBe(1);
  });
});
