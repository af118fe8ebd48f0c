import { describe, expect, it } from "vitest";
import {
  InputError,
  UnknownQuantity,
  checkGame,
  meanFieldEquilibrium,
  parseParameters,
  tabulate,
} from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { compile } from "../compile.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import type { FiniteModel } from "../model.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { finiteWing } from "../wing.ts";
import { crowdAvoidance } from "./crowd-avoidance.ts";
import { crowdModelling2d } from "./crowd-modelling-2d.ts";
import { crowdModelling } from "./crowd-modelling.ts";
import { garnet } from "./garnet.ts";
import { linearQuadraticOs } from "./linear-quadratic-os.ts";
import { normalForm } from "./normal-form.ts";
import { periodicAversion } from "./periodic-aversion.ts";
import { predatorPrey } from "./predator-prey.ts";

const games = [
  crowdAvoidance,
  crowdModelling,
  crowdModelling2d,
  garnet,
  linearQuadraticOs,
  normalForm,
  periodicAversion,
  predatorPrey,
].map((game) => game as unknown as Game);

function measured(game: object, candidate: FiniteCandidate, given: Record<string, unknown> = {}): Quantities {
  const typed = game as Game;
  return typed.measure(parseParameters(typed.parameters, given), meanFieldEquilibrium, candidate);
}

function uniform(model: FiniteModel): FiniteCandidate {
  return finiteWing.strategies?.["uniform"](model) as FiniteCandidate;
}

function equilibrium(game: object, given: Record<string, unknown> = {}, tolerance = 1e-9): FiniteCandidate {
  const { candidate, outcome } = solved(anySolver(onlineMirrorDescent), modelOf(game, given), { tolerance }, 3000);
  expect(outcome).toBe("converged");
  return candidate;
}

/** Every successor of (s,a) at a time, by probability. */
function successors(model: FiniteModel, s: number, a: number): Map<number, number> {
  const { kernel, actions } = compile(model).populations[0];
  if (kernel === undefined) throw new Error("the kernel depends on the laws");
  const out = new Map<number, number>();
  for (let k = kernel.starts[s * actions + a]; k < kernel.starts[s * actions + a + 1]; k++)
    out.set(kernel.next[k], kernel.probability[k]);
  return out;
}

describe("every game", () => {
  it.each(games.map((game) => [game.id, game] as const))("%s announces what it measures", (_id, game) => {
    expect(() => checkGame(game)).not.toThrow();
    // Large enough to tell axes apart; a planner's optimum is looked for too.
    const given = /2d|prey/.test(game.id) ? { size: 4, horizon: 3 } : {};
    const quantities = measured(game, uniform(modelOf(game, given)), given);
    const announced = game.quantities.map(({ name }) => name);
    expect(Object.keys(quantities).filter((name) => !announced.includes(name))).toEqual([]);
    const optional = /^(planner_reward|price_of_anarchy|device_reward|cce_gap|ce_gap)$|_fourth$/;
    expect(announced.filter((name) => !(name in quantities) && !optional.test(name))).toEqual([]);
    for (const [name, make] of Object.entries(quantities)) {
      if (/^(planner_reward|price_of_anarchy)$/.test(name)) continue;
      const table = tabulate(make());
      expect((typeof table === "number" ? [table] : table.value).every(Number.isFinite)).toBe(true);
    }
  });

  it.each(games.flatMap((game) => Object.keys(game.presets).map((preset) => [game, preset] as const)))(
    "$id compiles in its presets",
    (game, preset) => {
      expect(() => compile(modelOf(game, game.presets[preset].parameters))).not.toThrow();
    },
  );
});

describe("crowds", () => {
  it("on a circle pay for the moves that they make, and at the last time too for the crowd", () => {
    // From an independent backward induction; as published it is 2.8135….
    const quantities = measured(crowdModelling, uniform(modelOf(crowdModelling)));
    expect(quantities["exploitability"]().at()).toBeCloseTo(3.1531692323324663, 12);
  });

  it("in rooms never come into walls, and spread out", () => {
    const given = crowdModelling2d.presets["four-rooms"].parameters as Record<string, unknown>;
    const model = modelOf(crowdModelling2d, given);
    // In the corner (1,1) three moves are legal; chance takes each alike after the move.
    expect([...successors(model, 14, 2).values()]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const { candidate } = solved(anySolver(onlineMirrorDescent), model, { tolerance: 1e-4 }, 100);
    const last = candidate.flow[0].subarray(40 * 169);
    const walls = (crowdModelling2d.presets["four-rooms"].parameters.forbidden_states ?? []).map(
      ([x, y]) => 13 * x + y,
    );
    expect(walls.length).toBe(65);
    expect(walls.every((s) => last[s] === 0)).toBe(true);
    const value = measured(crowdModelling2d, candidate, given)["value"]();
    expect(value.at(0, 0, 0)).toBe(0);
    // The entropy of the last law against that of everybody everywhere.
    const entropy = -last.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0);
    expect(entropy / Math.log(169 - 65)).toBeGreaterThan(0.99);
  });

  it("pay for moves by the crowd they make them in, where asked", () => {
    const [{ reward }] = modelOf(crowdModelling2d, { with_congestion: true }).populations;
    const laws = { states: [new Float64Array(100).fill(0.01)], pairs: [], features: new Float64Array() };
    expect([0, 2, 4].map((a) => reward.coupled?.at(3, 0, a, laws))).toEqual([-0.001, -0, -0.001]);
    expect(reward.coupled?.at(10, 0, 0, laws)).toBe(-0);
    expect(reward.base?.at(3, 0, 0)).toBe(reward.base?.at(3, 0, 2));
  });

  it("are refused in walls and outside", () => {
    const refuse = (given: Record<string, unknown>): void => void modelOf(crowdModelling2d, given);
    const start = { initial_distribution: [[1, 1]], initial_distribution_value: [1] };
    expect(() => refuse({ ...start, forbidden_states: [[1, 1]] })).toThrow(/^initial_distribution/);
    expect(() => refuse({ forbidden_states: [[10, 0]] })).toThrow(/^forbidden_states/);
    expect(() => refuse({ initial_distribution: [[1, 1]] })).toThrow(/^initial_distribution_value/);
    expect(() => refuse({ ...start, initial_distribution_value: [0.5] })).toThrow(InputError);
    expect(() => refuse({ forbidden_states: [[0, 0]], faithful: true })).toThrow(/^initial_distribution/);
    expect(() => refuse({ positional_reward: [[1, 1]] })).toThrow(/^positional_reward_value/);
  });

  it("that start anywhere, start with x and y swapped as published", () => {
    const given = { initial_distribution: [[1, 3]], initial_distribution_value: [1] };
    expect(modelOf(crowdModelling2d, given).populations[0].initial[13]).toBe(1);
    expect(modelOf(crowdModelling2d, { ...given, faithful: true }).populations[0].initial[31]).toBe(1);
  });
});

describe("the linear–quadratic game", () => {
  it("steers with the feedback of its closed form on a fine grid", () => {
    const given = { size: 61, horizon: 1, dt: 0.1, n_actions_per_side: 24, volatility: 2, cross_q: 0.2, kappa: 0.8 };
    const candidate = equilibrium(linearQuadraticOs, given, 1e-10);
    const quantities = measured(linearQuadraticOs, candidate, given);
    const [policy, eta] = [quantities["policy"](), quantities["eta"]()];
    expect(eta.at(10)).toBe(1);
    for (const t of [0, 5]) {
      const slopes = [];
      for (let x = 10; x <= 50; x++) {
        let control = 0;
        for (let u = -24; u <= 24; u++) control += u * policy.at(t, x, u);
        if (Math.abs(x - 30) >= 6) slopes.push(control / (30 - x));
      }
      const mean = slopes.reduce((sum, one) => sum + one, 0) / slopes.length;
      // First order in the time step: Δη⁄2 = 5 per cent.
      expect(Math.abs(mean / (0.2 + eta.at(t)) - 1)).toBeLessThan(0.06);
    }
  });

  it("has its closed form solve its Riccati equation", () => {
    const given = { dt: 1e-3, horizon: 1, mean_revert: 0.3, cross_q: 0.2, kappa: 0.8, terminal_cost: 0.4 };
    // The candidate only has to have been made.
    const made = uniform(modelOf(linearQuadraticOs, { size: 2, horizon: 1 }));
    const eta = measured(linearQuadraticOs, made, given)["eta"]();
    for (const t of [1, 500, 999]) {
      const slope = (eta.at(t + 1) - eta.at(t - 1)) / 2e-3;
      expect(slope).toBeCloseTo(2 * 0.5 * eta.at(t) + eta.at(t) ** 2 - (0.8 - 0.04), 6);
    }
    expect(eta.at(1000)).toBeCloseTo(0.4, 14);
  });

  it("refuses a drift that the published form cannot have", () => {
    expect(() => modelOf(linearQuadraticOs, { mean_revert: 1, faithful: true })).toThrow(/^mean_revert/);
    expect(() => modelOf(linearQuadraticOs, { kappa: 0 })).toThrow(/^kappa/);
  });
});

describe("aversion on a circle", () => {
  it("settles at the ergodic law, to first order in the time step", () => {
    const distance = (dt: number, n_actions_per_side: number, horizon: number): number => {
      const given = { size: 41, dt, n_actions_per_side, horizon };
      const candidate = equilibrium(periodicAversion, given, 1e-4);
      const law = measured(periodicAversion, candidate, given)["ergodic_law"]();
      const middle = candidate.flow[0].subarray((horizon / 2) * 41);
      return law.axes[0].grid.reduce((sum, x, i) => sum + Math.abs(law.at(x) - middle[i]), 0) / 2;
    };
    // The uniform law, where all start, is 0.47 away.
    const [coarse, fine] = [distance(0.01, 15, 30), distance(0.005, 10, 60)];
    expect(coarse).toBeLessThan(0.13);
    expect(fine / coarse).toBeLessThan(0.55);
    expect(fine / coarse).toBeGreaterThan(0.4);
  });

  it("has a period that fits its reward", () => {
    expect(() => modelOf(periodicAversion, { xmax: 0.5 })).toThrow(/^xmax/);
    expect(() => modelOf(periodicAversion, { xmax: 0 })).toThrow(/^xmax/);
  });
});

describe("several populations", () => {
  it("four in a ring are alike, by turning the square", () => {
    const given = { players: 4, horizon: 5 };
    const quantities = measured(predatorPrey, uniform(modelOf(predatorPrey, given)), given);
    const gains = ["first", "second", "third", "fourth"].map((name) => quantities[`exploitability_${name}`]().at());
    for (const gain of gains) expect(gain).toBeCloseTo(gains[0], 10);
    expect(quantities["exploitability"]().at()).toBeCloseTo(4 * gains[0], 9);
  });

  it("in rooms change sides, and detour where they mind each other", () => {
    const met = (coef_congestion: number): number => {
      const { flow } = equilibrium(crowdAvoidance, { coef_congestion, coef_target: 0.5 }, 1e-3);
      return flow[0].reduce((sum, share, i) => sum + share * flow[1][i], 0);
    };
    expect(met(5)).toBeLessThan(0.7 * met(0));
  });

  it("say which of them are there only where asked for", () => {
    const only = predatorPrey.quantities
      .filter(({ story }) => story.startsWith("Only with players = 4."))
      .map(({ name }) => name);
    expect(only).toEqual(["exploitability", "mean_reward", "value", "policy", "flow"].map((name) => `${name}_fourth`));
  });

  it("are refused in other numbers than they are", () => {
    expect(() => modelOf(predatorPrey, { players: 2 })).toThrow(/^reward_matrix/);
    expect(() => modelOf(predatorPrey, { reward_matrix: [[1]] })).toThrow(/^reward_matrix/);
    expect(() => modelOf(predatorPrey, { init_distrib: [[[1]]] })).toThrow(/^init_distrib/);
    expect(() => modelOf(crowdAvoidance, { size: 5 })).toThrow(InputError);
  });
});

describe("static and random games", () => {
  it("biased rock, paper, scissors balances 0.7a = 0.5b = 0.3c", () => {
    const { policy } = equilibrium(normalForm, { reward_function: "biased_indirect_rps" }, 1e-12);
    [1 / 0.7, 1 / 0.5, 1 / 0.3].forEach((odds, a) =>
      expect(policy[0][a]).toBeCloseTo(odds / (1 / 0.7 + 2 + 1 / 0.3), 9),
    );
  });

  it("have no price of anarchy where the equilibrium is worth nothing, nor a planner who earns less than it", () => {
    const given = { reward_function: "biased_indirect_rps" };
    const hands = measured(normalForm, equilibrium(normalForm, given), given);
    expect(hands["planner_reward"]().at()).toBeCloseTo(0.1, 6);
    expect(() => hands["price_of_anarchy"]()).toThrow(UnknownQuantity);
    // Steep crowds in rooms: the search for a planner's optimum settles where nobody goes anywhere.
    const steep = { coef_congestion: 5, horizon: 6 };
    const rooms = measured(crowdAvoidance, equilibrium(crowdAvoidance, steep, 1e-6), steep);
    expect(() => rooms["planner_reward"]()).toThrow(UnknownQuantity);
  });

  it("garnets differ by seed, and earn as often as asked", () => {
    const rewards = (given: object): number[] => {
      const model = modelOf(garnet, { size: 200, ...given });
      return Array.from(
        { length: 600 },
        (_, i) => model.populations[0].reward.base?.at(0, Math.floor(i / 3), i % 3) ?? 0,
      );
    };
    expect(rewards({ seed: 1 })).not.toEqual(rewards({ seed: 2 }));
    expect(rewards({}).every((reward) => reward > 0 && reward < 1)).toBe(true);
    // Five standard deviations of a binomial count of 600 with chance 1⁄4 are 53.
    expect(Math.abs(rewards({ sparsity: 0.25 }).filter((reward) => reward > 0).length - 150)).toBeLessThan(53);
  });
});
