import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { plateau } from "./diffusion/crowd/floor-plans.ts";
import { compileProblem } from "./diffusion/pde/compile.ts";
import type { DiffusionModel } from "./diffusion/pde/model.ts";
import type { FiniteModel } from "./finite/model.ts";
import { askGame, byName, documentOf, prepare, solve } from "./laboratory.ts";
import type { RunDocument, SolveRequest } from "./laboratory.ts";
import type { FiniteStationaryModel } from "./stationary/model.ts";

const gameOf = (id: string) => byName("game", catalogue.games, (game) => game.id, id);

async function solved(id: string, request: SolveRequest): Promise<RunDocument> {
  return documentOf(await solve(prepare(catalogue, gameOf(id), request)));
}

/** The largest distance of two documents over the quantities of these names. */
function distance(a: RunDocument, b: RunDocument, names: readonly string[]): number {
  const values = ({ quantities }: RunDocument): number[] =>
    names.flatMap((name) => {
      const table = quantities[name];
      return typeof table === "number" ? [table] : [...table.value];
    });
  const theirs = values(b);
  return Math.max(...values(a).map((value, i) => Math.abs(value - theirs[i])));
}

const small = { options: { points: 41, steps: 10, scheme: "upwind" } };

describe("a game from a start that is given by a formula", () => {
  it.each<[string, string, SolveRequest, SolveRequest, readonly string[]]>([
    [
      "densities, up to a factor",
      "opinion",
      { ...small },
      { ...small, parameters: { start: "normal", x0: 0 }, initial: "normal(x, -0.5, 0.12) + normal(x, 0.5, 0.12)" },
      ["mean_opinion", "variance", "cost"],
    ],
    [
      "shares of states",
      "beach-bar",
      { parameters: { n: 4, T: 3, bar_loc: 1, mu0: [0.1, 0.2, 0.3, 0.4] } },
      { parameters: { n: 4, T: 3, bar_loc: 1 }, initial: "at(i, 1, 2, 3, 4)" },
      ["flow", "value", "mean_reward"],
    ],
    [
      "controlled rates",
      "sir-rates",
      { parameters: { mu0: [0.8, 0.2, 0] } },
      { initial: "if(health == 0, 4, health == 1)" },
      ["flow", "value", "attack_rate"],
    ],
    [
      "what a measure of an epidemic counts from",
      "sir-epidemic",
      { parameters: { I_0: 0.1, R_0: 0.2, T: 4 } },
      { parameters: { T: 4 }, initial: "at(i, 7, 1, 2)" },
      ["flow", "attack_rate"],
    ],
  ])("%s: the numbers of the parameters that mean the same", async (_, id, parameters, formula, names) => {
    const [usual, ours] = [await solved(id, parameters), await solved(id, formula)];
    // The same law but for the rounding of its sum, which iterations may carry on.
    expect(distance(usual, ours, names)).toBeLessThan(1e-10);
    expect(ours.initial).toBe(formula.initial);
    expect(usual.initial).toBeUndefined();
  });

  it("stands beside no closed form, which is for another start", async () => {
    const request = { options: { points: 41, steps: 10 } };
    const [own, other] = [
      await solved("gaussian-benchmark", request),
      await solved("gaussian-benchmark", { ...request, initial: "normal(x, 0.3, 0.1)" }),
    ];
    expect(Object.keys(own.exact)).not.toEqual([]);
    expect(other.exact).toEqual({});
    expect(other.certificate.exactError).toBeNull();
  });

  it("is made of mass 1 in the plane, where players may stand", () => {
    const game = gameOf("crowd-motion");
    const model = (request: SolveRequest) => askGame(catalogue, game, request).model as DiffusionModel;
    const mesh = { points: 33, steps: 4, scheme: "upwind" as const };
    const [low, high, bottom, top] = [0.625, 5.625, 1.25, 8.75];
    const side = (name: string, from: number, to: number) => `min(${name} - ${from}, ${to} - ${name})`;
    const wave = (text: string) => `if(${text} <= 0, 0, if(${text} >= 1.25, 1, 0.5 - 0.5*cos(pi*${text}/1.25)))`;
    const formula = `${wave(side("x", low, high))} * ${wave(side("y", bottom, top))}`;
    const own = compileProblem(model({}), mesh).initialMass;
    const ours = compileProblem(model({ initial: formula }), mesh).initialMass;
    expect(plateau(low, high, 1.25)(3)).toBeGreaterThan(0);
    // Rounding of a few cosines.
    expect(Math.max(...ours.map((mass, k) => Math.abs(mass - own[k])))).toBeLessThan(1e-15);
    // A density that ends at walls has its mass from the grid it stands on.
    const even = compileProblem(model({ initial: "1" }), mesh).initialMass;
    expect(even.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 13);
  });

  it("puts nobody into walls, and leaves other populations where they are", () => {
    const laws = (id: string, request: SolveRequest) =>
      (askGame(catalogue, gameOf(id), request).model as FiniteModel).populations.map(({ initial }) => initial);
    const room = { preset: "four-rooms", parameters: { initial_distribution: [], initial_distribution_value: [] } };
    const [[even], [ours]] = [laws("crowd-modelling-2d", room), laws("crowd-modelling-2d", { ...room, initial: "3" })];
    expect(Math.max(...ours.map((share, s) => Math.abs(share - even[s])))).toBeLessThan(1e-16);
    const [usual, moved] = [laws("predator-prey", {}), laws("predator-prey", { initial: "second: x == 1 and y == 0" })];
    expect([moved[0], moved[2]]).toEqual([usual[0], usual[2]]);
    expect(moved[1].findIndex((share) => share === 1)).toBe(Math.round(Math.sqrt(moved[1].length)));
  });

  it("averages performances of stationary games over other first states", () => {
    const law = (request: SolveRequest) =>
      Array.from((askGame(catalogue, gameOf("stationary-beach-bar"), request).model as FiniteStationaryModel).initial);
    expect(law({ initial: "2" })).toEqual(law({}));
    expect(law({ initial: "i == 3" })).toEqual(law({}).map((_, x) => (x === 3 ? 1 : 0)));
  });

  it.each([
    [
      "opinion",
      "nrmal(x, 0, 1)",
      "must be a formula of x: at column 1, unknown function `nrmal` (did you mean normal?)",
    ],
    ["opinion", "x", "must be finite and at least 0 everywhere: it is -0.99975"],
    ["opinion", "1/x^2 - 1/x^2 + log(-1)", "must be finite and at least 0 everywhere: it is NaN"],
    ["opinion", "0", "must be above 0 where players may stand, and of finite mass: its mass is 0"],
    ["crowd-motion", "x > 100", "must be above 0 where players may stand"],
    ["gaussian-benchmark", "1", "where an infinite line is cut"],
    ["ergodic-crowd", "1", "initial: averages over all time do not depend on where players start"],
    ["beach-bar", "x - 50", "must be finite and at least 0 everywhere: it is -50 at x = 0"],
    ["beach-bar", "0*x", "must be above 0 in some state, and finite in sum: the sum is 0"],
    [
      "predator-prey",
      "1",
      "must be named, as first: FORMULA; second: FORMULA, for the populations are first, second, third",
    ],
    ["predator-prey", "wolf: 1", "must be for populations of the game: first, second, third"],
    ["predator-prey", "first: 1; first: 2", "must be one formula for first"],
    ["dynamic-routing", "1", "from its own law only: who leaves where, when and for which place is the demand"],
    ["el-farol", "1", "from its own law only: there are as many people of each taste"],
    ["systemic-risk", "1", "the start of linear-quadratic games is set by their parameters"],
    ["hotelling-resource", "1", "diffusion games of kind exhaustible start from a law that parameters set"],
  ])("%s refuses %s in one clear line", (id, initial, message) => {
    expect(() => prepare(catalogue, gameOf(id), { initial })).toThrow(message);
  });

  it("is refused by a grid too coarse to see it", async () => {
    const request = { options: { points: 21, steps: 4 }, initial: "normal(x, 0.27, 0.001)" };
    await expect(solve(prepare(catalogue, gameOf("opinion"), request))).rejects.toThrow("of mass 1, to 0.25");
  });
});
