import { describe, expect, it } from "vitest";
import { InputError, checkGame, meanFieldEquilibrium, parseParameters, tabulate } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { compile } from "../compile.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import type { FiniteModel } from "../model.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { finiteWing } from "../wing.ts";
import reference from "../../../../../tests/reference/mfglib.json" with { type: "json" };
import { beachBar } from "./beach-bar.ts";
import { buildingEvacuation } from "./building-evacuation.ts";
import { conservativeTreasureHunting } from "./conservative-treasure-hunting.ts";
import { crowdMotionTorus } from "./crowd-motion-torus.ts";
import { equilibriumPrice } from "./equilibrium-price.ts";
import { leftRight } from "./left-right.ts";
import { linearQuadraticGrid } from "./linear-quadratic-grid.ts";
import { randomLinear } from "./random-linear.ts";
import { rockPaperScissors } from "./rock-paper-scissors.ts";
import { susceptibleInfected } from "./susceptible-infected.ts";

const games = [
  beachBar,
  buildingEvacuation,
  conservativeTreasureHunting,
  crowdMotionTorus,
  equilibriumPrice,
  leftRight,
  linearQuadraticGrid,
  randomLinear,
  rockPaperScissors,
  susceptibleInfected,
].map((game) => game as unknown as Game);

/** Every successor of (s,a) at a time, by probability. */
function successors(model: FiniteModel, s: number, a: number): Map<number, number> {
  const { kernel, actions } = compile(model).populations[0];
  if (kernel === undefined) throw new Error("the kernel depends on the laws");
  const out = new Map<number, number>();
  const row = s * actions + a;
  for (let k = kernel.starts[row]; k < kernel.starts[row + 1]; k++) out.set(kernel.next[k], kernel.probability[k]);
  return out;
}

function measured(game: Game, candidate: FiniteCandidate, given: Record<string, unknown> = {}): Quantities {
  return game.measure(parseParameters(game.parameters, given), meanFieldEquilibrium, candidate);
}

describe("every game", () => {
  it.each(games.map((game) => [game.id, game] as const))(
    "%s announces itself and measures what it announces",
    (_id, game) => {
      expect(() => checkGame(game)).not.toThrow();
      const model = modelOf(game);
      const candidate = finiteWing.strategies?.["uniform"](model);
      if (candidate === undefined) throw new Error("no uniform strategy");
      const quantities = measured(game, candidate);
      const announced = game.quantities.map(({ name }) => name);
      expect(Object.keys(quantities).filter((name) => !announced.includes(name))).toEqual([]);
      const known = /^(planner_reward|price_of_anarchy|device_reward|cce_gap|ce_gap)$/;
      expect(announced.filter((name) => !(name in quantities) && !known.test(name))).toEqual([]);
      for (const make of Object.values(quantities)) {
        const quantity = make();
        if (quantity.axes.reduce((size, { grid }) => size * grid.length, 1) > 20_000) continue;
        const table = tabulate(quantity);
        expect((typeof table === "number" ? [table] : table.value).every(Number.isFinite)).toBe(true);
      }
      const arrays = finiteWing.arrays?.(model, candidate) ?? {};
      for (const { shape, data } of Object.values(arrays))
        expect(shape.reduce((size, length) => size * length, 1)).toBe(data.length);
    },
  );
});

describe("closed forms", () => {
  it.each([
    [leftRight as unknown as Game, { mu0: [0.2, 0.3, 0.5] }],
    [rockPaperScissors as unknown as Game, { T: 3, mu0: [0.1, 0.2, 0.3, 0.4] }],
  ])("agree with a solved game from another initial law", (game, given) => {
    const model = modelOf(game, given);
    const { candidate } = solved(anySolver(onlineMirrorDescent), model, { tolerance: 1e-12 });
    const exact = game.exact?.(parseParameters(game.parameters, given), meanFieldEquilibrium, candidate) ?? {};
    const seen = measured(game, candidate, given);
    expect(Object.keys(exact)).toEqual(["exploitability", "mean_reward", "planner_reward", "flow"]);
    expect(seen["planner_reward"]().at()).toBeCloseTo(exact["planner_reward"]().at(), 5);
    for (const name of ["exploitability", "mean_reward", "flow"]) {
      const [right, found] = [tabulate(exact[name]()), tabulate(seen[name]())].map((table) =>
        typeof table === "number" ? [table] : table.value,
      );
      right.forEach((value, i) => expect(Math.abs(value - found[i])).toBeLessThan(1e-10));
    }
  });
});

describe("quirks of the published implementation", () => {
  it("a beach with walls, or around an island", () => {
    const walled = successors(modelOf(beachBar, { faithful: true }), 0, 1);
    expect(walled).toEqual(
      new Map([
        [0, 0.75],
        [1, 0.25],
      ]),
    );
    const round = successors(modelOf(beachBar), 0, 1);
    expect(round).toEqual(
      new Map([
        [0, 0.5],
        [1, 0.25],
        [3, 0.25],
      ]),
    );
  });

  it("a torus with walls, or without", () => {
    const size = { torus_l: 5, torus_w: 4 };
    expect(successors(modelOf(crowdMotionTorus, { ...size, faithful: true }), 0, 1).get(0)).toBe(0.875);
    // From (0,0) back to (4,0), pushed on to (3,0) or to either side.
    const round = successors(modelOf(crowdMotionTorus, size), 0, 1);
    expect([...round.keys()].toSorted((a, b) => a - b)).toEqual([0, 12, 16, 17, 19]);
  });

  it("the bar's way, drawn as published or given", () => {
    const given = { T: 5, torus_l: 5, torus_w: 5, faithful: true };
    const drawn = modelOf(crowdMotionTorus, given).populations[0].reward.base;
    const bars = reference.environments["crowd_motion(T=5,torus_l=5,torus_w=5)"].bar_locations_by_t;
    const listed = modelOf(crowdMotionTorus, { ...given, bar: bars }).populations[0].reward.base;
    for (let t = 0; t <= 5; t++) for (let s = 0; s < 25; s++) expect(drawn?.at(t, s, 0)).toBe(listed?.at(t, s, 0));
  });

  it("noise that is scaled once keeps mean and variance; scaled twice it does not", () => {
    const moments = (given: object): [number, number] => {
      const model = modelOf(linearQuadraticGrid, { el: 60, T: 1, ...given });
      const [{ transition }] = model.populations;
      let [mean, square] = [0, 0];
      // From x = 0 with control 0 and a population around 0.
      transition.successors(0, 60, 2, { states: [], pairs: [], features: Float64Array.of(0) }, (s, share) => {
        mean += share * (s - 60);
        square += share * (s - 60) ** 2;
      });
      return [mean, square];
    };
    const [mean, variance] = moments({});
    expect(Math.abs(mean)).toBeLessThan(1e-14);
    // σ²Δ = 0.9 but for the tails beyond three deviations, and for chance between grid points, at most 1/4.
    expect(variance).toBeGreaterThan(0.89);
    expect(variance).toBeLessThan(0.9 + 0.25);
    // 2.2 per cent of jumps by three.
    expect(moments({ faithful: true })[1]).toBeCloseTo(9 * 0.0217, 2);
  });
});

describe("parameters", () => {
  it("that contradict each other are refused by name", () => {
    const refuse = (game: Game, given: Record<string, unknown>): void =>
      game.check?.(parseParameters(game.parameters, given), meanFieldEquilibrium);
    expect(() => refuse(beachBar as unknown as Game, { n: 3, bar_loc: 3 })).toThrow(/^bar_loc = 3: must be a place/);
    expect(() => refuse(conservativeTreasureHunting as unknown as Game, { r: [1, 2] })).toThrow(InputError);
    expect(() => refuse(conservativeTreasureHunting as unknown as Game, { c: [1] })).toThrow(/^c = \[1\]/);
    expect(() => modelOf(beachBar, { mu0: [1, 1, 0, 0] })).toThrow(/^mu0/);
  });

  it("treasures may differ from place to place", () => {
    const [{ reward }] = modelOf(conservativeTreasureHunting, { r: [1, 2, 3] }).populations;
    const laws = { states: [], pairs: [], features: Float64Array.of(0.5, 0.5, 0.5) };
    expect([0, 1, 2].map((s) => reward.coupled?.at(1, s, s, laws))).toEqual([0.75, 1.5, 2.25]);
  });
});

describe("the price of an equilibrium of producers", () => {
  it("is what demand and supply make it", () => {
    const game = equilibriumPrice as unknown as Game;
    const { candidate } = solved(anySolver(onlineMirrorDescent), modelOf(game), { tolerance: 1e-12 });
    const price = measured(game, candidate)["price"]();
    // With a marginal cost of 2 and a price of at most 1 nobody sells but to be rid of inventory, which all have to begin with.
    expect(price.at(0)).toBeLessThan(0.9);
    expect(price.at(4)).toBeCloseTo(1, 9);
    const uniform = finiteWing.strategies?.["uniform"](modelOf(game)) as FiniteCandidate;
    // One unit is sold on average.
    expect(measured(game, uniform)["price"]().at(0)).toBeCloseTo(1 / 2, 14);
  });
});
