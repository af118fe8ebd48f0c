/** What every game of the catalogue promises, checked for every preset and every question it takes. */
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { RefusalError, checkGame, describeParameters, parseParameters } from "./core/index.ts";
import type { Axis, Game, Question } from "./core/index.ts";
import { fittingSolvers, prepare, solve } from "./laboratory.ts";

/** The questions worth asking of a game: every concept, in the limit and for a few players. */
function questionsOf(game: Game, sizes: readonly number[]): Question[] {
  return game.concepts.flatMap((concept) => [
    { concept, players: Infinity, information: "feedback" as const },
    ...game.information.flatMap((information) => sizes.map((players) => ({ concept, players, information }))),
    // A player alone is asked without feedback, there being nobody to see.
    ...game.information
      .filter((information) => information === "open-loop")
      .map((information) => ({ concept, players: 1, information })),
  ]);
}

interface Case {
  readonly game: Game;
  readonly preset?: string;
  readonly question: Question;
  readonly name: string;
}

function cases(game: Game, sizes: readonly number[], preset?: string): Case[] {
  return questionsOf(game, sizes).map((question) => ({
    game,
    question,
    ...(preset === undefined ? {} : { preset }),
    name: [game.id, preset, question.concept, `N = ${question.players}`, question.information].join(" "),
  }));
}

/** What takes long, or is left unfinished by the default method, which says so; the tests of these games look at them. */
const long =
  /^energy-transition-threshold (CH2_small_noise|QUARTIC)|^ergodic-crowd nu-0.01|^crowd-motion (room|museum|two-doors|drawn)|^crowd-motion .*planner|^opinion (camps|.*planner)|^exhaustible-resource .*planner|^smart-grid (six-periods|battery|vehicle-to-grid)|^building-evacuation tower|^crowd-modelling wide|^crowd-modelling-2d (four-rooms|maze)|^crowd-modelling-2d .*planner|^dynamic-routing sioux-falls|^mean-field-network .*planner/;

const everyCase = catalogue.games.flatMap((game) => [
  ...cases(game, [2, 10]),
  // A preset without differences is the default under another name.
  ...Object.entries(game.presets)
    .filter(([, { parameters }]) => Object.keys(parameters).length > 0)
    .flatMap(([preset]) => cases(game, [3], preset)),
]);

/** Everything a solution promises, as words that say which promise is broken; empty where all are kept. */
async function brokenPromises({ game, preset, question }: Case): Promise<string[]> {
  const solution = await solve(prepare(catalogue, game, { question, ...(preset === undefined ? {} : { preset }) }));
  const { outcome, reason } = solution.outcome;
  // Some presets show a game without an answer, and the solver says so.
  if (outcome === "diverged" && /no stationary field exists/.test(reason)) return [];
  const { exploitability, consistency, residual, exactError } = solution.certificate;
  const announced = new Set(game.quantities.map(({ name }) => name));
  const quantities = Object.entries(solution.quantities);
  // The error of a quantity is announced with it.
  const ofError = /_(standard|time)_error$/;
  const accuracy = accuracyOf(game, question);
  const approximate = quantities.some(([name]) => ofError.test(name));
  const promises: Record<string, boolean> = {
    converged: outcome === "converged",
    // In backward systems and networks nobody plays, but for those that come from a game.
    exploitability:
      question.concept === "planner"
        ? exploitability === null
        : exploitability === null
          ? game.family === "backward" || game.family === "network"
          : Math.abs(exploitability) < accuracy.exploitability,
    consistency: (consistency ?? 0) < accuracy.consistency,
    // Methods of random walks and regressions tell their own errors, and leave what they say.
    residual: (residual ?? 0) < (approximate ? 0.1 : accuracy.residual),
    exactError: (exactError ?? 0) < accuracy.exactError,
    measured: quantities.length > 0,
    announced: quantities.every(([name]) => announced.has(name.replace(ofError, ""))),
    numbers: quantities.every(([, { axes, at }]) => !Number.isNaN(at(...axes.map(middle)))),
  };
  return Object.keys(promises).filter((promise) => !promises[promise]);
}

interface Accuracy {
  readonly exploitability: number;
  readonly consistency: number;
  readonly residual: number;
  readonly exactError: number;
}

/** What default methods and sizes leave, in units of costs of order 0.01 to 100. */
function accuracyOf({ family }: Game, { concept }: Question): Accuracy {
  switch (family) {
    // Grids of advised size err by their scheme, in the far tails of a logarithmic coupling by as much as the value; a planner's
    // residual is a slope of costs, which in the plane and with discount vanishes with the grid only. The games' own tests
    // show how all that falls.
    case "diffusion":
      return { exploitability: 1e-10, consistency: 1e-6, residual: concept === "planner" ? 1e-2 : 1e-7, exactError: 1 };
    // Learning in finite games stops at 1e-6 of what rewards span, and policies err by its root.
    case "finite":
      return { exploitability: 1e-3, consistency: 1e-7, residual: 1e-3, exactError: 1e-2 };
    // A best response against an exact equilibrium gains nothing but round-off. Costs by moment equations carry the
    // integrator's tolerance times the growth of the equations: 1e-8 at worst.
    default:
      return { exploitability: 1e-10, consistency: 1e-7, residual: 1e-7, exactError: 1e-8 };
  }
}

function middle({ grid, kind }: Axis): number {
  return kind === "discrete" ? grid[0] : (grid[0] + grid[grid.length - 1]) / 2;
}

describe("every game, preset and question", () => {
  it.each(everyCase.filter(({ name }) => !long.test(name)))(
    "$name: solved and certified, or refused with the reason",
    async (item) => {
      // Some presets show a limit of existence, and some games are declared for the limit only.
      const refusal = /explode|convex|the limit|players/;
      const broken = await brokenPromises(item).catch((error: unknown) => {
        if (error instanceof RefusalError && refusal.test(error.message)) return [];
        throw error;
      });
      expect(broken).toEqual([]);
    },
  );
});

describe("every game", () => {
  it.each(catalogue.games)("$id announces itself fully", (game) => {
    expect(() => checkGame(game)).not.toThrow();
    expect(game.equations.length).toBeGreaterThan(0);
    expect(new Set(game.quantities.map(({ name }) => name)).size).toBe(game.quantities.length);
    for (const [name, facts] of Object.entries(describeParameters(game.parameters))) {
      expect(`${name}: ${facts.meaning}`).not.toMatch(/: $/);
    }
    const model = game.build(parseParameters(game.parameters, {}));
    expect(model.family).toBe(game.family);
    const question = { concept: game.concepts[0] ?? "nash", players: Infinity, information: "feedback" } as const;
    expect(fittingSolvers(catalogue.solvers, model, question).length).toBeGreaterThan(1);
  });

  it.each(everyCase)("$name: the solvers that fit have different names", ({ game, preset, question }) => {
    const parameters = parseParameters(game.parameters, preset === undefined ? {} : game.presets[preset].parameters);
    const names = fittingSolvers(catalogue.solvers, game.build(parameters), question).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has a name of its own", () => {
    const names = catalogue.games.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
  });
});
