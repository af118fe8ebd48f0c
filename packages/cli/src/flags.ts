import { Option } from "commander";
import type { Command } from "commander";
import { InputError, conceptWords, describeParameters, informationStructures, readParameter } from "meanfield";
import type { Game, Information, ParameterSchema, Preparation, Question, SolveRequest } from "meanfield";
import { readConfiguration } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import { looksLikePath } from "./find-game.ts";
import { UsageError } from "./failure.ts";

/** Flags shared by every command that solves; the same names stand in a configuration file. */
export interface CommonFlags {
  readonly set: readonly string[];
  readonly preset?: string;
  readonly config?: string;
  readonly seed?: string;
  readonly tolerance?: string;
  readonly maxIterations?: string;
  readonly option: readonly string[];
  readonly solver?: string;
  readonly concept?: string;
  readonly players?: string;
  readonly information?: string;
  readonly at: readonly string[];
  readonly initial?: string;
  readonly out?: string;
  readonly save: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly threads?: string;
}

/** Gathers the values of a flag that may be given several times. */
export const repeat = (value: string, before: readonly string[]): string[] => [...before, value];

/** @param threads how many are used unless told */
export function addCommonFlags(command: Command, threads = "1"): Command {
  return command
    .option("--set <name=value>", "set a parameter (repeatable)", repeat, [])
    .option("--preset <name>", "start from a named parameter set")
    .option("--config <file>", "read settings from a JSON or YAML file; flags win over it")
    .option("--seed <number>", "seed of all random numbers (default: 0)")
    .option("--tolerance <x>", "stop when converged to this")
    .option("--max-iterations <k>", "stop after this many iterations")
    .option("--option <name=value>", "set an option of the solver (repeatable)", repeat, [])
    .option("--out <folder>", "where run folders are made (default: runs)")
    .option("--no-save", "make no run folder")
    .option("--json", "print exactly one JSON document on stdout")
    .option("--quiet", "no progress and no hints on stderr")
    .option("--threads <n>", `threads to use; results do not depend on it (default: ${threads})`);
}

export function addQuestionFlags(command: Command): Command {
  return addPlayerFlags(addConceptFlag(command, "what to solve for"));
}

export function addConceptFlag(command: Command, story: string): Command {
  return command.addOption(new Option("--concept <concept>", story).choices(Object.keys(conceptWords)));
}

export function addPlayerFlags(command: Command): Command {
  return command
    .option("--players <n>", "the finite game with this many players (default: the limit)")
    .addOption(
      new Option("--information <structure>", "what players of a finite game see").choices(informationStructures),
    );
}

export function addAt(command: Command): Command {
  return command.option("--at <axis=v1,v2>", "give series and fields only at these points (repeatable)", repeat, []);
}

/** Of commands that play or solve a game from a law at the start. */
export function addInitial(command: Command): Command {
  return command.option(
    "--initial <formula>",
    "start from this density, up to a factor, instead of the game's own: 'normal(x, 0.3, 0.1)', 'at(i, 1, 2, 1)'",
  );
}

/** What the flags and the configuration file together ask for, still to be validated by the game and the solver. */
export interface Asked {
  /** The configuration file, for what only one command has. */
  readonly file: Configuration;
  readonly request: SolveRequest;
  readonly out: string;
  readonly save: boolean;
  readonly points: Readonly<Record<string, readonly number[]>>;
  readonly threads: number;
}

/**
 * Merges configuration file and flags; flags win.
 *
 * @throws UsageError with one clear line for anything malformed.
 */
export function readFlags(game: Game, flags: CommonFlags): Asked {
  const file: Configuration = flags.config === undefined ? {} : readConfiguration(flags.config);
  if (file.game !== undefined && !sameGame(file.game, game.id)) {
    throw new UsageError(`--config ${flags.config}: is for the game ${file.game}, not ${game.id}`);
  }
  const seed = flags.seed === undefined ? file.seed : wholeNumber("seed", flags.seed, 0);
  const tolerance = flags.tolerance === undefined ? file.tolerance : tolerated(flags.tolerance);
  const maximumIterations =
    flags.maxIterations === undefined ? file.maxIterations : wholeNumber("max-iterations", flags.maxIterations, 1);
  const solver = flags.solver ?? file.solver;
  const preset = flags.preset ?? file.preset;
  const initial = flags.initial ?? file.initial;
  const request: SolveRequest = {
    parameters: { ...file.parameters, ...readAssignments("set", flags.set, game.parameters) },
    question: { ...questionOf(file), ...readQuestion(flags) },
    options: { ...file.options, ...readOptions(flags.option) },
    seed: seed ?? 0,
    ...(solver === undefined ? {} : { solver }),
    ...(preset === undefined ? {} : { preset }),
    ...(initial === undefined ? {} : { initial }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(maximumIterations === undefined ? {} : { maximumIterations }),
  };
  return {
    file,
    request,
    out: flags.out ?? file.out ?? "runs",
    save: flags.save,
    points: flags.at.length === 0 ? (file.at ?? {}) : readPoints(flags.at),
    threads: flags.threads === undefined ? 1 : wholeNumber("threads", flags.threads, 1),
  };
}

/** What gives the same run again by `--config`; every command adds what only it has. */
export function sameAgain(asked: string, preparation: Preparation, request: SolveRequest): Record<string, unknown> {
  const { parameters, question, seed, maximumIterations, initial } = preparation;
  const { solver, options = {}, tolerance } = request;
  return {
    game: asked,
    parameters,
    ...(solver === undefined ? {} : { solver }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(tolerance === undefined ? {} : { tolerance }),
    concept: question.concept,
    ...(Number.isFinite(question.players) ? { players: question.players, information: question.information } : {}),
    seed,
    ...(initial === undefined ? {} : { initial }),
    ...(maximumIterations === undefined ? {} : { maxIterations: maximumIterations }),
  };
}

/** A person's own game is asked for by its path. */
function sameGame(asked: string, id: string): boolean {
  return looksLikePath(asked) || asked === id;
}

/** A list of players belongs to `chaos`, which reads it itself. */
function questionOf({ concept, players, information }: Configuration): Partial<Question> {
  return {
    ...(concept === undefined ? {} : { concept }),
    ...(typeof players === "number" ? { players } : {}),
    ...(information === undefined ? {} : { information }),
  };
}

/**
 * The value of a flag that one command has: the flag's, else the file's, else the default.
 *
 * @throws UsageError unless it is a whole number of at least `minimum`.
 */
export function wholeFlag(
  field: string,
  flag: string | undefined,
  file: number | undefined,
  fallback: number,
  minimum: number,
): number {
  return flag === undefined ? (file ?? fallback) : wholeNumber(field, flag, minimum);
}

/**
 * The steps that are asked for, `fallback` unless any are; those of the game where its time is discrete by itself.
 *
 * @throws InputError where other steps than these are asked for, which would have no effect.
 */
export function stepsFlag(
  flag: string | undefined,
  file: number | undefined,
  own: number | undefined,
  fallback: number,
): number {
  const steps = wholeFlag("steps", flag, file, own ?? fallback, 1);
  if (own !== undefined && steps !== own) throw new InputError("steps", steps, `${own}, the game's own, or left out`);
  return steps;
}

/** @throws UsageError where the information structure is asked of the limit, in which it would have no effect. */
export function checkInformation(request: SolveRequest, flags: Pick<CommonFlags, "information">): void {
  if (flags.information === undefined || request.question?.players !== undefined) return;
  throw new UsageError(`--information ${flags.information}: needs --players, since in the limit it has no effect`);
}

function readQuestion(flags: Pick<CommonFlags, "concept" | "players" | "information">): Partial<Question> {
  return {
    ...(flags.concept === undefined ? {} : { concept: conceptWords[flags.concept as keyof typeof conceptWords] }),
    ...(flags.players === undefined ? {} : { players: wholeNumber("players", flags.players, 1) }),
    ...(flags.information === undefined ? {} : { information: flags.information as Information }),
  };
}

/** `t=0,0.5` → `{ t: [0, 0.5] }`; the same axis twice adds points. */
export function readPoints(texts: readonly string[]): Record<string, number[]> {
  const points: Record<string, number[]> = {};
  for (const text of texts) {
    const [axis, list] = assignment("at", text);
    const values = list.split(",").map((item) => realNumber(`at ${axis}`, item));
    points[axis] = [...(points[axis] ?? []), ...values];
  }
  return points;
}

/** Text of the command line → values, by the kind each parameter's schema says. */
function readAssignments(flag: string, texts: readonly string[], schema: ParameterSchema): Record<string, unknown> {
  const facts = describeParameters(schema);
  return Object.fromEntries(
    texts.map((text) => {
      const [name, value] = assignment(flag, text);
      return [name, readParameter(facts[name], value)];
    }),
  );
}

/** Options are read by shape alone, since the solver may not be chosen yet; its schema validates them. */
function readOptions(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name, value] = assignment("option", text);
      if (value === "true" || value === "false") return [name, value === "true"];
      return [name, readParameter({ kind: "real", meaning: "", default: 0 }, value)];
    }),
  );
}

function assignment(flag: string, text: string): [string, string] {
  const index = text.indexOf("=");
  if (index <= 0 || index === text.length - 1) throw new UsageError(`--${flag} ${text}: must be name=value`);
  return [text.slice(0, index).trim(), text.slice(index + 1).trim()];
}

export function realNumber(field: string, text: string): number {
  const value = readParameter({ kind: "real", meaning: "", default: 0 }, text);
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new UsageError(`--${field} ${text}: must be a finite number`);
  return value;
}

export function wholeNumber(field: string, text: string, minimum: number): number {
  const value = Number(text);
  if (!/^\d+(e\d+)?$/.test(text.trim()) || !Number.isSafeInteger(value) || value < minimum) {
    throw new UsageError(`--${field} ${text}: must be a whole number of at least ${minimum}`);
  }
  return value;
}

/** Zero asks for a whole curve; whether a method has one to show, its own range says. */
function tolerated(text: string): number {
  const value = realNumber("tolerance", text);
  if (!(value >= 0)) throw new UsageError(`--tolerance ${text}: must be a number of at least 0`);
  return value;
}
