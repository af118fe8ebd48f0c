import { existsSync, readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError, byName, catalogue, checkGame, diffusion } from "meanfield";
import type { Catalogue, Game, Learner, Solver, Wing } from "meanfield";
import { UsageError, blame } from "./failure.ts";

/** A game with the catalogue it is to be solved from: ours, and whatever a person's own file adds to it. */
export interface FoundGame {
  readonly game: Game;
  readonly catalogue: Catalogue;
  /** The name it was asked by; a path for a person's own file. */
  readonly asked: string;
}

/**
 * Finds a game by its name in the catalogue or, given a path, in a person's own file: a module (`./my-game.ts`) or a
 * declaration of formulas (`./mine.mfg.json`).
 *
 * A module exports the game as `default` or `game`, and may export `solvers`, `wings` and `learners` of its own.
 *
 * @throws InputError with the nearest known name; UsageError for a file that is missing or exports no game.
 */
export async function findGame(asked: string): Promise<FoundGame> {
  if (!looksLikePath(asked)) {
    return { game: byName("game", catalogue.games, ({ id }) => id, asked), catalogue, asked };
  }
  const path = resolve(asked);
  if (!existsSync(path) || !statSync(path).isFile()) throw new UsageError(`game = ${asked}: no such file`);
  if (path.endsWith(declared)) {
    const game = declaredGame(path, asked);
    return { game, catalogue: { ...catalogue, games: [game, ...catalogue.games] }, asked };
  }
  const module = await importFile(path, asked);
  const game = module["default"] ?? module["game"];
  if (game === undefined) throw new UsageError(`game = ${asked}: must export a Game as default or as "game"`);
  checkOwn(asked, game);
  const solvers = (module["solvers"] ?? []) as readonly Solver[];
  const wings = (module["wings"] ?? []) as readonly Wing[];
  const learners = (module["learners"] ?? []) as readonly Learner[];
  // Whoever brings a wing brings the simulators it makes; our learners know those of our own wings only.
  const brought = new Set(wings.filter(({ environment }) => environment !== undefined).map(({ family }) => family));
  return {
    game,
    catalogue: {
      games: [game, ...catalogue.games],
      solvers: [...solvers, ...catalogue.solvers],
      wings: [...wings, ...catalogue.wings],
      learners: [...learners, ...(catalogue.learners ?? []).filter(({ family }) => !brought.has(family))],
    },
    asked,
  };
}

export function looksLikePath(asked: string): boolean {
  return /[/\\]/.test(asked) || /\.(ts|js|mts|mjs)$/.test(asked) || asked.endsWith(declared);
}

/** How files end that declare a game by its formulas. */
const declared = ".mfg.json";

function declaredGame(path: string, asked: string): Game {
  try {
    return diffusion.gameFromText(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`game = ${asked}: ${error.message}`);
    throw error;
  }
}

async function importFile(path: string, asked: string): Promise<Record<string, unknown>> {
  shareOurPackages();
  blame(path, asked);
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(
      `game = ${asked}: cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

let shared = false;

/**
 * Lets a file anywhere on the disk import "meanfield" (and "zod", for its parameters) without installing them; and
 * makes sure that it gets this very copy, whose schemas and errors we recognise.
 */
function shareOurPackages(): void {
  if (shared) return;
  shared = true;
  const ours = new Map(["meanfield", "meanfield/figures", "zod"].map((name) => [name, import.meta.resolve(name)]));
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = ours.get(specifier);
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
  });
}

function checkOwn(asked: string, game: unknown): asserts game is Game {
  try {
    checkGame(game);
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`game = ${asked}: ${error.message}`);
    throw error;
  }
}
