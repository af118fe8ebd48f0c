import { describeParameters } from "meanfield";
import type { ParameterSchema, Preparation } from "meanfield";

/** The command line that solves exactly this again, without settings that are the defaults anyway. */
export function commandLine(asked: string, preparation: Preparation): string {
  const { game, parameters, question, solver, options, seed, maximumIterations } = preparation;
  const words = ["meanfield", "solve", asked];
  words.push(...different(game.parameters, parameters).flatMap((setting) => ["--set", setting]));
  if (question.concept !== game.concepts[0]) words.push("--concept", question.concept);
  if (Number.isFinite(question.players))
    words.push("--players", String(question.players), "--information", question.information);
  words.push("--solver", solver.name);
  words.push(...different(solver.options, options).flatMap((setting) => ["--option", setting]));
  if (seed !== 0) words.push("--seed", String(seed));
  if (maximumIterations !== undefined) words.push("--max-iterations", String(maximumIterations));
  return words.map(quoted).join(" ");
}

function different(schema: ParameterSchema, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(describeParameters(schema)).flatMap(([name, facts]) => {
    const [given, usual] = [values[name], facts.default].map((value) =>
      facts.kind === "json" ? JSON.stringify(value) : String(value),
    );
    return given === usual ? [] : [`${name}=${given}`];
  });
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
