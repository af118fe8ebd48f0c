import {
  allowedRange,
  describeParameters,
  fittingLearners,
  fittingSolvers,
  parseParameters,
  planOptions,
} from "meanfield";
import type { Catalogue, Game, Learner, ParameterSchema, Solver } from "meanfield";
import { z } from "zod";
import { findGame } from "../find-game.ts";
import { processTerminal } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { table } from "../text/table.ts";
import { wrap } from "../text/wrap.ts";

export interface DescribeFlags {
  readonly jsonSchema?: boolean;
  readonly json?: boolean;
}

/** `meanfield describe <game>` */
export async function describeCommand(asked: string, flags: DescribeFlags): Promise<number> {
  const terminal = processTerminal(false);
  const { game, catalogue } = await findGame(asked);
  const facts = describeParameters(game.parameters);
  if (flags.jsonSchema === true) {
    terminal.print(JSON.stringify(jsonSchema(game), undefined, 2));
    return 0;
  }
  const solvers = solversOf(game, catalogue.solvers);
  const learners = learnersOf(game, catalogue);
  const exact = exactOf(game);
  if (flags.json === true) {
    const { id, title, family, story, reference, equations, concepts, information, quantities } = game;
    const presets = game.presets;
    terminal.print(
      JSON.stringify({
        id,
        title,
        family,
        story,
        reference,
        equations,
        concepts,
        information,
        parameters: facts,
        presets,
        quantities,
        solvers: [...new Set(solvers.map(({ name }) => name))],
        learners: learners.map(({ name }) => name),
        exact,
      }),
    );
    return 0;
  }
  terminal.print(terminal.bold(game.title) + `  (${game.id}, ${game.family})`);
  terminal.print(wrap(game.story));
  terminal.print(`\n${terminal.bold("equations")}`);
  for (const { caption, tex } of game.equations) terminal.print(`  ${caption}: ${tex}`);
  terminal.print(`\n${terminal.bold("parameters")}`);
  const rows = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact.default === "number" ? String(fact.default) : JSON.stringify(fact.default),
    allowedRange(fact),
    fact.meaning + (fact.unit === undefined ? "" : ` [${fact.unit}]`),
  ]);
  terminal.print(table([["name", "default", "allowed", ""], ...rows], "  "));
  terminal.print(`\n${terminal.bold("presets")}`);
  for (const [name, preset] of Object.entries(game.presets)) terminal.print(`  ${name}: ${preset.title}`);
  terminal.print(`\n${terminal.bold("concepts")}  ${game.concepts.join(", ")}`);
  const finite =
    game.information.length === 0 ? "the limit only" : `any number of players, ${game.information.join(" or ")}`;
  terminal.print(`${terminal.bold("players")}   ${finite}`);
  terminal.print(`\n${terminal.bold("solvers")} (the first that fits is the default)`);
  for (const solver of solvers) {
    terminal.print(`  ${solver.name}: ${solver.title}`);
    printOptions(terminal, solver.options);
  }
  if (learners.length > 0) {
    terminal.print(`\n${terminal.bold("learners")} (meanfield learn ${asked}; the first that fits is the default)`);
    for (const learner of learners) {
      terminal.print(`  ${learner.name}: ${learner.title}`);
      printOptions(terminal, learner.options, game.learning?.[learner.name]);
    }
    terminal.print("  every learner");
    printOptions(terminal, planOptions);
  }
  terminal.print(`\n${terminal.bold("quantities")} (* has a closed form)`);
  const quantities = game.quantities.map(({ name, title, unit, story }) => [
    `${name}${exact.includes(name) ? "*" : ""}`,
    title + (unit === undefined ? "" : ` [${unit}]`),
    story,
  ]);
  terminal.print(table([["name", "", ""], ...quantities], "  "));
  terminal.print(`\n${wrap(game.reference)}`);
  return 0;
}

/** The parameters' JSON Schema, for editors and other programs. */
function jsonSchema(game: Game): Record<string, unknown> {
  const schema = z.toJSONSchema(game.parameters, { io: "input" });
  const facts = describeParameters(game.parameters);
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { meaning, unit } = facts[name];
    const description = unit === undefined ? meaning : `${meaning} [${unit}]`;
    return [name, { ...(typeof property === "object" ? property : {}), description }] as const;
  });
  return { title: game.title, ...schema, properties: Object.fromEntries(properties), additionalProperties: false };
}

/** The solvers that take some question of a game, best first. */
function solversOf(game: Game, solvers: readonly Solver[]): Solver[] {
  const model = game.build(parseParameters(game.parameters, {}));
  const fits = new Set(
    game.concepts.flatMap((concept) =>
      [Infinity, ...(game.information.length > 0 ? [2] : [])].flatMap((players) =>
        (players === Infinity ? (["feedback"] as const) : game.information).flatMap((information) =>
          fittingSolvers(solvers, model, { concept, players, information }),
        ),
      ),
    ),
  );
  return solvers.filter((solver) => fits.has(solver));
}

/** The learners that take some concept of a game, best first. */
function learnersOf(game: Game, { learners = [], wings }: Catalogue): Learner[] {
  const model = game.build(parseParameters(game.parameters, {}));
  const wing = wings.find(({ family }) => family === model.family);
  if (wing === undefined) return [];
  const fits = new Set(
    game.concepts.flatMap((concept) =>
      fittingLearners(learners, { wing, model, question: { concept, players: Infinity, information: "feedback" } }),
    ),
  );
  return learners.filter((learner) => fits.has(learner));
}

/** Options with their defaults, or what a game sets instead. */
function printOptions(terminal: Terminal, schema: ParameterSchema, own: Readonly<Record<string, unknown>> = {}): void {
  for (const [name, fact] of Object.entries(describeParameters(schema))) {
    const fallback = String(own[name] ?? fact.default);
    terminal.print(`    --option ${name}=${fallback}  ${allowedRange(fact)}; ${fact.meaning}`);
  }
}

function exactOf(game: Game): string[] {
  const parameters = parseParameters(game.parameters, {});
  return Object.keys(
    game.exact?.(parameters, { concept: game.concepts[0] ?? "nash", players: Infinity, information: "feedback" }) ?? {},
  );
}
