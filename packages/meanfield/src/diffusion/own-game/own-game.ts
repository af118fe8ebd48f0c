/** Games from declarations: a person's formulas with the standing of any other game. */

import { z } from "zod";
import { checkGame, InputError, real, scalar } from "../../core/index.ts";
import type { Game, Model, ParameterSchema, Quantities, QuantityDefinition } from "../../core/index.ts";
import { symbolOf } from "../../formula/index.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { activeFraction, fieldDefinitions, fieldOf, fieldQuantities, meanOf } from "../pde/quantities.ts";
import { buildOwnGame } from "./build.ts";
import type { Numbers } from "./build.ts";
import { checkOwnGame } from "./check.ts";
import { DeclarationError } from "./declaration-error.ts";
import { readDeclaration } from "./declaration.ts";
import type { ReadDeclaration } from "./declaration.ts";
import { equationsOf, symbolsOf } from "./equations.ts";
import { readFormulas } from "./formulas.ts";
import type { OwnFormulas } from "./formulas.ts";
import { bound, functionOf } from "./readers.ts";

/**
 * The game that a document declares (`GameDeclaration`), in Node and in browsers alike.
 *
 * @throws DeclarationError, an InputError, for the first fault: the field, and in formulas the column
 */
export function gameFromDeclaration(document: unknown): Game {
  const declaration = readDeclaration(document);
  const formulas = readFormulas(declaration);
  const { axes } = formulas;
  const leave = axes.some(({ said }) => [said.ends].flat().includes("absorbing"));
  const means = meansOf(axes);
  const shown = quantitiesOf(formulas);
  const game: Game<ParameterSchema, DiffusionModel, DiffusionCandidate> = {
    id: `own-${slugOf(declaration.title)}`,
    title: declaration.title,
    family: "diffusion",
    story: declaration.story ?? "A game of one's own.",
    reference: declaration.reference ?? "Declared by its formulas",
    equations: equationsOf(formulas),
    parameters: parametersOf(formulas),
    presets: declaration.presets,
    axes: Object.fromEntries(
      axes.map(({ name, said: { title, unit } }) => [
        name,
        {
          title: title ?? (name === "x" ? "State" : "State along y"),
          symbol: name,
          ...(unit === undefined ? {} : { unit }),
        },
      ]),
    ),
    concepts: ["nash", "planner"],
    information: ["feedback"],
    check: (parameters) => checkOwnGame(buildOwnGame(declaration, formulas, parameters as Numbers)),
    build: (parameters) => buildOwnGame(declaration, formulas, parameters as Numbers).model,
    quantities: shown,
    measure: (parameters, _question, candidate) => ({
      ...Object.fromEntries(means.map((name) => [name, () => meanOf(candidate, (x, y) => (name === "mean" ? x : y))])),
      ...(leave ? { mass: () => activeFraction(candidate) } : {}),
      ...fieldQuantities(candidate, {
        window: buildOwnGame(declaration, formulas, parameters as Numbers).window,
      }),
    }),
    exact: (parameters, { concept }) =>
      concept === "nash" ? exactOf(declaration, formulas, parameters as Numbers) : {},
  };
  try {
    checkGame(game);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new DeclarationError(error.field, error.value, `must be ${error.allowed}`);
  }
  return anyGame(game);
}

/** As the catalogue holds games: what their candidates are is forgotten. */
function anyGame<M extends Model, C>(game: Game<ParameterSchema, M, C>): Game {
  return game as unknown as Game;
}

/**
 * As `gameFromDeclaration`, from the text of a `.mfg.json` file.
 *
 * @throws DeclarationError also where the text is no JSON, with line and column
 */
export function gameFromText(text: string): Game {
  return gameFromDeclaration(documentFrom(text));
}

function documentFrom(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    const before = text.slice(0, position === undefined ? 0 : Number(position)).split("\n");
    const place =
      position === undefined ? "" : ` at line ${before.length}, column ${before[before.length - 1].length + 1}`;
    throw new DeclarationError(
      "game",
      "",
      `is no JSON${place}: ${message.replace(/ in JSON at position.*$/s, "").replace(/ at position.*$/s, "")}`,
    );
  }
}

function slugOf(title: string): string {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" ? "game" : slug;
}

function parametersOf({ parameters }: OwnFormulas): ParameterSchema {
  return z.object(
    Object.fromEntries(
      parameters.map(({ name, default: fallback, meaning, ...facts }) => [
        name,
        real(fallback, meaning ?? `The parameter ${name}`, { symbol: symbolOf(name), ...facts }),
      ]),
    ),
  );
}

/** Means of places, which circles do not have. */
function meansOf(axes: OwnFormulas["axes"]): ("mean" | "mean_y")[] {
  return axes.flatMap(({ name, said: { ends } }) => (ends === "periodic" ? [] : [name === "x" ? "mean" : "mean_y"]));
}

function quantitiesOf({ axes, horizon, ...formulas }: OwnFormulas): QuantityDefinition[] {
  const symbols = symbolsOf({ axes, horizon, ...formulas });
  const known: Record<string, Omit<QuantityDefinition, "name">> = {
    mean: { title: "Mean", symbol: "\\bar x", story: "The mean of x over the players." },
    mean_y: { title: "Mean along y", symbol: "\\bar y", story: "The mean of y over the players." },
    mean_drift_y: {
      title: "Mean drift along y",
      symbol: "\\overline{\\dot y}",
      story: "The mean of the drift along y over the players.",
    },
    mean_drift: {
      title: "Mean drift",
      symbol: "\\overline{\\dot x}",
      story: "The mean of the drift over the players.",
    },
    mass: { title: "Players left", symbol: "\\lVert m\\rVert", story: "The share of players who are still there." },
  };
  const names = new Set([
    ...meansOf(axes),
    ...(axes.some(({ said }) => [said.ends].flat().includes("absorbing")) ? ["mass"] : []),
    ...formulas.read,
  ]);
  return [
    ...fieldDefinitions({ dimension: axes.length === 1 ? 1 : 2, stationary: horizon === undefined }),
    ...[...names].map((name) => ({
      name,
      ...(Object.hasOwn(known, name)
        ? known[name]
        : { title: name.replaceAll("_", " "), symbol: symbols[name], story: `The average ${name} over the players.` }),
    })),
  ];
}

/** Closed forms that the declaration gives, for the Nash equilibrium. */
function exactOf(declaration: ReadDeclaration, formulas: OwnFormulas, parameters: Numbers): Quantities {
  const { exact } = formulas;
  const { model, window } = buildOwnGame(declaration, formulas, parameters);
  return Object.fromEntries(
    Object.entries(exact).map(([name, formula]) => {
      const at = functionOf(bound(formula, parameters), "t", "x", "y");
      if (name === "cost") return [Number.isFinite(model.horizon) ? "cost" : "ergodic_constant", () => scalar(at(0))];
      return [name, () => fieldOf(model, at, { window })];
    }),
  );
}
