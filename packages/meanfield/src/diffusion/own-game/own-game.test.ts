import temml from "temml";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../catalogue.ts";
import { checkGame, describeParameters } from "../../core/index.ts";
import type { Game } from "../../core/index.ts";
import { prepare, solve } from "../../laboratory.ts";
import type { Solution, SolveRequest } from "../../laboratory.ts";
import { DeclarationError } from "./declaration-error.ts";
import type { GameDeclaration } from "./declaration.ts";
import { ownGameExamples } from "./examples.ts";
import { gameFromDeclaration, gameFromText } from "./own-game.ts";

const solved = (game: Game, request: SolveRequest = {}): Promise<Solution> => solve(prepare(catalogue, game, request));

const catalogued = (id: string): Game => {
  const game = catalogue.games.find((each) => each.id === id);
  if (game === undefined) throw new Error(`no game ${id}`);
  return game;
};

/** The largest difference of two answers over values, densities and drifts at places between grid points. */
function distance(a: Solution, b: Solution): number {
  const times = a.quantities["value"].axes.length === 1 ? [] : [0, 0.21, 0.5];
  const at = (solution: Solution, name: string): number[] =>
    [0.03, 0.37, 0.5, 0.81].flatMap((x) =>
      times.length === 0 ? [solution.quantities[name].at(x)] : times.map((t) => solution.quantities[name].at(t, x)),
    );
  return Math.max(
    ...["value", "density", "control"].flatMap((name) => {
      const theirs = at(b, name);
      return at(a, name).map((value, i) => Math.abs(value - theirs[i]));
    }),
  );
}

type Grid = Readonly<Record<string, number>>;

describe("the examples", () => {
  it.each(Object.keys(ownGameExamples))(
    "%s solves by default, to a fixed point that nobody would leave",
    async (name) => {
      const game = gameFromDeclaration(ownGameExamples[name]);
      checkGame(game);
      const { outcome, certificate } = await solved(game);
      expect(outcome).toMatchObject({ outcome: "converged" });
      // The solvers' own tolerance; what is reached is mostly rounding.
      expect(certificate.consistency).toBeLessThan(1e-9);
      expect(Math.abs(certificate.exploitability ?? Infinity)).toBeLessThan(1e-9);
    },
  );

  it("have equations that a TeX renderer takes", () => {
    const equations = Object.values(ownGameExamples).flatMap((document) => gameFromDeclaration(document).equations);
    expect(equations.length).toBeGreaterThan(40);
    for (const { tex } of equations) expect(temml.renderToString(tex, { throwOnError: true })).toContain("<math");
  });

  // The same grids and the same schemes: only rounding and the last bits of powers differ, and the solvers' tolerance 1e-10.
  it.each<[name: string, id: string, request: SolveRequest, own: SolveRequest]>([
    ["congestion", "congestion", {}, {}],
    ["congestion", "congestion", { parameters: { alpha: 1.5 } }, { parameters: { alpha: 1.5 } }],
    ["known-circle", "torus-benchmark", { preset: "c1" }, {}],
    ["opinion", "opinion", { preset: "polarisation" }, {}],
    [
      "forever",
      "ergodic-crowd",
      { parameters: { space: "known", coupling: "logarithm", nu: 0.5, a: 1, f: 1, A: 0.3 } },
      {},
    ],
  ])("%s is the catalogue's %s, %o", async (name, id, request, own) => {
    const options = { points: 41, tolerance: 1e-12, ...(id === "ergodic-crowd" ? {} : { steps: 20 }) };
    const ours = await solved(gameFromDeclaration(ownGameExamples[name]), { ...own, options });
    const theirs = await solved(catalogued(id), { ...request, options });
    expect(distance(ours, theirs)).toBeLessThan(1e-10);
  });

  it("congestion is the same with a square that is known and with a control that is sought", async () => {
    const options = { points: 32, steps: 16, scheme: "upwind", tolerance: 1e-12 };
    const { congestion } = ownGameExamples;
    const [known, sought] = [congestion, { ...congestion, control: { from: -30, to: 30 } }].map(gameFromDeclaration);
    expect(distance(await solved(known, { options }), await solved(sought, { options }))).toBeLessThan(1e-11);
  });

  it("torus is the catalogue's torus-benchmark in the plane", async () => {
    const request = { options: { points: 12, steps: 6, scheme: "central", tolerance: 1e-12 } };
    const ours = await solved(gameFromDeclaration(ownGameExamples["torus"]), request);
    const theirs = await solved(catalogued("torus-benchmark"), { preset: "c3", ...request });
    for (const name of ["value", "density", "control_x", "control_y"]) {
      const [mine, known] = [ours, theirs].map(({ quantities }) => quantities[name].at(0.1, 0.3, 0.8));
      expect(Math.abs(mine - known)).toBeLessThan(1e-10);
    }
    expect(ours.certificate.exactError).toBeCloseTo(theirs.certificate.exactError ?? Number.NaN, 10);
  });

  it("congestion has the planner of the catalogue's, too", async () => {
    const request = { question: { concept: "planner" as const }, options: { points: 41, steps: 20, tolerance: 1e-11 } };
    const ours = await solved(gameFromDeclaration(ownGameExamples["congestion"]), request);
    expect(distance(ours, await solved(catalogued("congestion"), request))).toBeLessThan(1e-9);
  });

  it.each<[name: string, grids: readonly [Grid, Grid], order: number]>([
    [
      "tracking",
      [
        { points: 81, steps: 40 },
        { points: 161, steps: 80 },
      ],
      2,
    ],
    [
      "known-circle",
      [
        { points: 48, steps: 24 },
        { points: 96, steps: 48 },
      ],
      2,
    ],
    ["forever", [{ points: 32 }, { points: 64 }], 2],
  ])("%s comes to its closed form with the order of its scheme", async (name, grids, order) => {
    const game = gameFromDeclaration(ownGameExamples[name]);
    const [coarse, fine] = [await solved(game, { options: grids[0] }), await solved(game, { options: grids[1] })];
    const [first, second] = [coarse, fine].map(({ certificate }) => certificate.exactError ?? Number.NaN);
    expect(Math.log2(first / second)).toBeGreaterThan(order - 0.2);
    expect(second).toBeLessThan(3e-3);
  });

  it("can be played by finitely many players and moved by their parameters", () => {
    const game = gameFromDeclaration(ownGameExamples["producers"]);
    expect(describeParameters(game.parameters)["sigma"]).toMatchObject({
      symbol: "\\sigma",
      scale: "log",
      default: 0.15,
    });
    expect(describeParameters(game.parameters)["interest"]).toMatchObject({ unit: "1/year", meaning: "Interest rate" });
    expect(() => prepare(catalogue, game, { parameters: { sigma: 3 } })).toThrow(
      "sigma = 3: must be a number in [0.05, 1]",
    );
  });
});

const plain: GameDeclaration = {
  format: "meanfield-game",
  version: 1,
  title: "Plain",
  parameters: ["kappa = 0.4 in [0, 2]", "s = 0.3"],
  state: { from: 0, to: 1 },
  horizon: 1,
  sigma: "s",
  running_cost: "a^2/2",
  coupling: "kappa*m",
  initial_density: "1",
};

describe("gameFromDeclaration", () => {
  it.each<[change: object, message: string]>([
    [{ drift: "a + 1 - kapa" }, "drift: at column 9, unknown name `kapa` (did you mean kappa?)"],
    [{ coupling: "2m" }, "coupling: at column 2, expected an operator before `m`: products are written out, as 2*m"],
    [
      { potential: "x*m" },
      "potential: at column 3, m, the density where a player is, cannot be read in potential, which may read t, x and parameters",
    ],
    [
      { sigma: "0.1 + x" },
      "sigma: at column 7, x, where a player is, cannot be read in sigma, which may read parameters only",
    ],
    [{ coupling: "nearby" }, "coupling: at column 1, nearby needs a kernel, the formula of the field `kernel`"],
    [
      { coupling: "mean", state: { from: 0, to: 1, ends: "periodic" } },
      "coupling: at column 1, a circle has no mean place: declare averages such as cos(2*pi*x) in the field `averages`",
    ],
    [
      { definitions: { slow: "1 + m" }, terminal_cost: "x", potential: "slow" },
      "potential: by a definition: m, the density where a player is, cannot be read in potential, which may read t, x and parameters",
    ],
    [
      { horizon: "infinity", potential: "sin(t)" },
      "potential: at column 5, t cannot be read in a game without a horizon",
    ],
    [
      { parameters: ["kappa = 3 in [0, 2]"] },
      "parameters[0]: at column 9, the default 3 is outside the range of kappa",
    ],
    [
      { parameters: ["kappa = 1", "", "m = 2"] },
      "parameters[2]: at column 1, m already means the density where a player is",
    ],
    [{ parameters: ["s = 1", "s = 2"] }, "parameters[1]: at column 1, s is declared twice"],
    [{ averages: { kappa: "x" } }, "parameters[0]: at column 1, kappa is an average, too"],
    [{ averages: { Big: "x" } }, "averages.Big: an average is named by small letters, digits and _, a letter first"],
    [
      { averages: { spread: "(x - mean)^2" } },
      "averages.spread: at column 6, mean, the mean of x over the players, cannot be read in averages, which may read t, x and parameters",
    ],
    [{ drfit: "a" }, "drfit: unknown field (did you mean drift?)"],
    [{ state: { from: 0, to: 1, endz: "open" } }, "state.endz: unknown field (did you mean ends?)"],
    [{ state: { from: 0 } }, "state.to: missing"],
    [
      { state: { from: 0, to: 1, ends: "soft" } },
      'state.ends: must be "reflecting", "absorbing", "open", a pair of these, or "periodic"',
    ],
    [{ running_cost: undefined }, "running_cost: missing"],
    [{ initial_density: undefined }, "initial_density: missing"],
    [{ sigma: [1] }, "sigma: must be a formula, as text, or a number"],
    [{ format: "game" }, 'format: must be "meanfield-game"'],
    [{ version: 2 }, "version: must be 1, the only one that is read"],
    [
      { presets: { wild: { title: "Wild", parameters: { kappa: 5 } } } },
      "presets.wild.kappa: must be a number in [0, 2]",
    ],
    [{ grid: { points: 2 } }, "grid.points: must be at least 3"],
  ])("refuses %o", (change, message) => {
    const declare = (): Game => gameFromDeclaration({ ...plain, ...change });
    expect(declare).toThrow(DeclarationError);
    expect(declare).toThrow(expect.objectContaining({ message }));
  });

  it.each<[change: object, message: string | RegExp]>([
    [{ drift: "1" }, "drift: must depend on the control a"],
    [{ running_cost: "x" }, "running_cost: must depend on the control a, which is free of cost"],
    [{ drift: "tanh(a)" }, "drift: is not straight in the control a: give it an interval in the field `control`"],
    [
      { running_cost: "a^4" },
      "running_cost: is no square in the control a: give it an interval in the field `control`",
    ],
    [{ running_cost: "3*a" }, /^running_cost: rises with the control a for ever/],
    [
      { running_cost: "(x - 0.9)*a^2" },
      /^running_cost: must be convex in the control a, but its second derivative in a is -[\d.]+ at t = [\d.]+, x = 0\.\d+, m = [\d.]+$/,
    ],
    [
      { running_cost: "a^4 - a^2", control: { from: -1, to: 1 } },
      /^running_cost: must be convex in the control a, but it lies above its chord at t = .*, a = [-\d.]+$/,
    ],
    [
      { drift: "sin(4*a)", running_cost: "a^2", control: { from: -1, to: 1 } },
      /^running_cost: together with the drift must fall and then rise in the control a: -?[\d.]+\*drift \+ running_cost does not at t = /,
    ],
    [{ drift: "m*0 + a*(x > 2)" }, /^drift: must move with the control a, but it does not at t = /],
    [
      { drift: "a - mean", control: { from: -1, to: 1 } },
      "drift: cannot read mean where the control has an interval: let the costs read it, or leave `control` out",
    ],
    [{ coupling: "log(m - 9)" }, /^coupling: is NaN at t = [\d.]+, x = [\d.]+, m = [\d.]+: must be finite$/],
    [{ terminal_cost: "1/(x - x)" }, /^terminal_cost: is Infinity at t = 1, x = /],
    [{ initial_density: "x - 0.5" }, /^initial_density: is -0\.5 at x = 0\.000025: must be finite and at least 0$/],
    [{ initial_density: "0" }, "initial_density: has the mass 0: must be above 0 somewhere"],
    [{ sigma: "s - 0.3" }, "sigma: is 0: must be above 0"],
    [{ state: { from: 0, to: "-kappa" } }, "state.to: is -0.4: must be finite and above state.from = 0"],
    [{ control: { from: 1, to: 1 } }, "control.to: is 1: must be finite and above control.from = 1"],
    [{ horizon: "log(0)" }, "horizon: is -Infinity: must be above 0"],
    [
      { state: { from: 0, to: 1, ends: "open" } },
      "state: is an open end at x = 0 where the density at the start is 1: must be further out: below 0.0001 of the largest density, 1",
    ],
  ])("says before solving what is wrong with the numbers of %o", (change, message) => {
    const game = gameFromDeclaration({ ...plain, ...change });
    expect(() => prepare(catalogue, game)).toThrow(DeclarationError);
    expect(() => prepare(catalogue, game)).toThrow(message);
  });

  const plane: GameDeclaration = {
    ...plain,
    state: { from: 0, to: 1, ends: "periodic", y: { from: 0, to: 2 } },
    running_cost_y: "b^2/2",
  };

  it.each<[change: object, message: string]>([
    [{ running_cost_y: undefined }, "running_cost_y: missing: what the control b costs"],
    [
      { running_cost_y: "b^3" },
      "running_cost_y: is no square in the control b: give it an interval in the field `control`",
    ],
    [
      { drift_y: "a" },
      "drift_y: at column 1, a, the control, cannot be read in drift_y, which may read t, x, y, b, m, mean_y,",
    ],
    [{ coupling: "mean" }, "coupling: at column 1, a circle has no mean place"],
    [{ state: { from: 0, to: 1, y: { from: 0, too: 1 } } }, "state.y.too: unknown field (did you mean to?)"],
    [
      { parameters: ["b = 1", "kappa = 1", "s = 1"] },
      "parameters[0]: at column 1, b already means the control along y",
    ],
    [
      { initial_density: "y - 1" },
      "initial_density: is -0.9967 at x = 0.001667, y = 0.003333: must be finite and at least 0",
    ],
  ])("refuses in the plane %o", (change, message) => {
    expect(() => prepare(catalogue, gameFromDeclaration({ ...plane, ...change }))).toThrow(DeclarationError);
    expect(() => prepare(catalogue, gameFromDeclaration({ ...plane, ...change }))).toThrow(message);
  });

  it("knows the names of planes only in planes", () => {
    expect(() => gameFromDeclaration({ ...plain, potential: "x*y" })).toThrow(
      "potential: at column 3, y is only for planes, which have a second axis `state.y`",
    );
    expect(gameFromDeclaration({ ...plain, parameters: ["b = 1", "kappa = 1", "s = 1"] }).id).toBe("own-plain");
  });

  it("makes a density of any positive multiple of one", async () => {
    const options = { points: 21, steps: 10 };
    const [one, seven] = await Promise.all(
      ["1 + x", "7*(1 + x)"].map((initial) =>
        solved(gameFromDeclaration({ ...plain, initial_density: initial }), { options }),
      ),
    );
    expect(distance(one, seven)).toBeLessThan(1e-12);
  });

  it("has averages of its own, and no game in a document that is none", () => {
    const game = gameFromDeclaration({ ...plain, averages: { square: "x^2" }, coupling: "square*x" });
    expect(game.quantities.map(({ name }) => name)).toEqual(["value", "density", "control", "cost", "mean", "square"]);
    expect(() => gameFromDeclaration([])).toThrow('game: must be an object with "format": "meanfield-game"');
  });
});

describe("gameFromText", () => {
  it("reads the text of a file", () => {
    expect(gameFromText(JSON.stringify(plain))).toMatchObject({ id: "own-plain", title: "Plain" });
  });

  it("tells where a text stops being JSON", () => {
    expect(() => gameFromText('{\n  "format": "meanfield-game",\n  "version": 1,,\n}')).toThrow(
      /^game: is no JSON at line 3, column 16: /,
    );
  });
});
