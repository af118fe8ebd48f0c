import { InputError, RefusalError } from "./core/errors.ts";
import type { Game, Quantities } from "./core/game.ts";
import type { Learner } from "./core/learner.ts";
import { nearest } from "./core/nearest.ts";
import type { Certificate } from "./core/certificate.ts";
import type { Model } from "./core/model.ts";
import type { Iteration, Outcome, OutcomeKind, TraceRow } from "./core/outcome.ts";
import { describeParameters, parseParameters } from "./core/parameters.ts";
import type { ParametersOf, ParameterSchema } from "./core/parameters.ts";
import { ifKnown, tabulate } from "./core/quantity.ts";
import type { Quantity, QuantityTable } from "./core/quantity.ts";
import type { Concept, Information, Question } from "./core/question.ts";
import { stream } from "./core/solver.ts";
import type { Solver } from "./core/solver.ts";
import { tooExtreme } from "./core/too-extreme.ts";
import type { Wing } from "./core/wing.ts";
import { version } from "./version.ts";

/**
 * One solve from parameters to document: what the command line, the page, workers and sweeps all call.
 *
 * The catalogue is passed in, not imported, so that a person's own game, solver or wing has the same standing as ours.
 */
export interface Catalogue {
  readonly games: readonly Game[];
  readonly solvers: readonly Solver[];
  readonly wings: readonly Wing[];
  /** Best first: the first that takes an environment and a question is the default. */
  readonly learners?: readonly Learner[];
}

export interface SolveRequest {
  /** Differences from the defaults; applied after the preset. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly preset?: string;
  readonly question?: Partial<Question>;
  /** Default: the first solver of the catalogue that takes the model and the question. */
  readonly solver?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly tolerance?: number | undefined;
  readonly maximumIterations?: number;
  readonly seed?: number;
  /**
   * The law at the start by a formula of a player's place, up to a factor, instead of the game's own: `normal(x, 0.3, 0.1)`,
   * or on finitely many states `at(i, 1, 2, 1)`; one of several populations is named, as `prey: x == 3`.
   */
  readonly initial?: string;
}

export interface SolveSettings {
  readonly signal?: AbortSignal | undefined;
  readonly watch?: (iteration: Iteration<unknown>) => void;
}

/** What was asked of which game, validated; not yet by which method. */
export interface AskedGame {
  readonly game: Game;
  readonly parameters: ParametersOf<ParameterSchema>;
  readonly question: Question;
  readonly model: Model;
  readonly wing: Wing;
  readonly seed: number;
  /** The formula of the law at the start, where that is not the game's own. */
  readonly initial?: string;
}

/** Everything that was decided before the first number was computed; all of it validated. */
export interface Preparation extends AskedGame {
  readonly solver: Solver;
  readonly options: ParametersOf<ParameterSchema>;
  readonly maximumIterations: number | undefined;
}

/** A solved game: the outcome, its certificate, and quantities that are computed when asked for. */
export interface Solution {
  readonly preparation: Preparation;
  readonly outcome: Outcome<unknown>;
  readonly certificate: Certificate;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly exact: Readonly<Record<string, Quantity>>;
  /** Of the solve itself, without certificate and quantities. */
  readonly seconds: number;
}

/** The JSON document of a run; the same on stdout, in `run.json` and in the page. */
export interface RunDocument {
  readonly game: string;
  readonly solver: string;
  readonly concept: Concept;
  /** What the answer is called, where it is neither equilibrium nor optimum. */
  readonly answer?: string;
  readonly players: number | null;
  /** Null in the limit, where information structures coincide. */
  readonly information: Information | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The formula of the law at the start, where that is not the game's own. */
  readonly initial?: string;
  readonly version: string;
  readonly outcome: OutcomeKind;
  readonly reason: string;
  readonly iterations: number;
  readonly seconds: number;
  readonly certificate: Certificate;
  readonly quantities: Readonly<Record<string, QuantityTable>>;
  readonly exact: Readonly<Record<string, QuantityTable>>;
  readonly trace: readonly TraceRow[];
  readonly run: string | null;
}

/**
 * Validates a request and builds the model, without solving.
 *
 * @throws InputError naming the field, the value and what is allowed; RefusalError where the question has no answer.
 */
export function prepare(catalogue: Catalogue, game: Game, request: SolveRequest = {}): Preparation {
  const asked = askGame(catalogue, game, request);
  return withSolver(catalogue, asked, asked.question, request);
}

/**
 * As `prepare`, for a question of finitely many players that is played, not solved: where solvers take none
 * (`Wing.finiteGames`), the solver is one for the limit, whose strategy they play.
 *
 * @throws InputError or RefusalError as `prepare`.
 */
export function preparePlay(catalogue: Catalogue, game: Game, request: SolveRequest): Preparation {
  const asked = askGame(catalogue, game, request);
  return withSolver(catalogue, asked, solvable(asked.wing, asked.question), request);
}

/** The question that solvers of a wing can be asked, nearest to this one: that of the limit where they take no other. */
function solvable({ finiteGames }: Wing, question: Question): Question {
  return finiteGames === "simulated" ? { ...question, players: Infinity } : question;
}

function withSolver(catalogue: Catalogue, asked: AskedGame, question: Question, request: SolveRequest): Preparation {
  const solver = chooseSolver(catalogue.solvers, asked.model, question, request.solver);
  const options = parseOptions(solver, request);
  const maximumIterations = checkIterations(request.maximumIterations);
  return { ...asked, solver, options, maximumIterations };
}

/**
 * The part of a preparation that does not depend on the method.
 *
 * @throws InputError or RefusalError as `prepare`.
 */
export function askGame(catalogue: Catalogue, game: Game, request: SolveRequest): AskedGame {
  const parameters = parseParameters(game.parameters, { ...presetOf(game, request.preset), ...request.parameters });
  const question = askedQuestion(game, request.question);
  const own = buildChecked(game, parameters, question);
  const wing = catalogue.wings.find(({ family }) => family === own.family);
  if (wing === undefined) throw new RefusalError(`no wing of the catalogue certifies the family ${own.family}`);
  const seed = request.seed ?? 0;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError("seed", seed, "a whole number in [0, 2^53)");
  const { initial } = request;
  const common = { game, parameters, question, wing, seed };
  return initial === undefined
    ? { ...common, model: own }
    : { ...common, model: startedFrom(wing, own, initial), initial };
}

/** The game from another law at the start. */
function startedFrom({ startingFrom }: Wing, model: Model, formula: string): Model {
  if (startingFrom === undefined)
    throw new RefusalError(
      `initial: the start of ${model.family} games is set by their parameters, not by a formula of a density`,
    );
  return startingFrom(model)(formula);
}

/** The closed forms that answers stand beside: none for another start than the game's own, which is the one they are for. */
export function exactOf(
  { game, parameters, question, initial }: Pick<AskedGame, "game" | "parameters" | "question" | "initial">,
  candidate?: unknown,
): Quantities {
  return initial === undefined ? (game.exact?.(parameters, question, candidate) ?? {}) : {};
}

/** @throws InputError unless the number of iterations is absent or a whole number of at least 1. */
export function checkIterations(asked: number | undefined): number | undefined {
  if (asked !== undefined && !(Number.isSafeInteger(asked) && asked > 0)) {
    throw new InputError("max-iterations", asked, "a whole number of at least 1");
  }
  return asked;
}

/**
 * Solves, certifies and measures. Never throws for a solve that did not converge: the outcome says so.
 *
 * @throws RefusalError where the question turns out to have no answer.
 */
export async function solve(preparation: Preparation, settings: SolveSettings = {}): Promise<Solution> {
  const started = performance.now();
  const outcome = await runSolver(preparation, settings);
  const seconds = (performance.now() - started) / 1000;
  return judged(preparation, outcome, seconds);
}

/**
 * Solves only: no certificate, no quantities. For those who want the strategy, not the numbers.
 *
 * @throws RefusalError where the question turns out to have no answer.
 */
export async function runSolver(preparation: Preparation, settings: SolveSettings = {}): Promise<Outcome<unknown>> {
  const { question, model, solver, options, maximumIterations } = preparation;
  try {
    const steps = stream(solver, model, question, options, {
      ...(maximumIterations === undefined ? {} : { maximumIterations }),
      signal: settings.signal,
    });
    let next = await steps.next();
    while (next.done !== true) {
      settings.watch?.(next.value);
      next = await steps.next();
    }
    return next.value;
  } catch (error) {
    throw tooExtreme(error);
  }
}

/**
 * As `runSolver`, with the options of a first look where the solver has such; with its own where these do not fit the game.
 *
 * @throws RefusalError as `runSolver`.
 */
export async function quickLook(preparation: Preparation, settings: SolveSettings = {}): Promise<Outcome<unknown>> {
  const { solver, model, options } = preparation;
  if (solver.quick === undefined) return runSolver(preparation, settings);
  try {
    return await runSolver({ ...preparation, options: solver.quick(model, options) }, settings);
  } catch (error) {
    // A grid so coarse may not carry the game's data.
    if (error instanceof InputError) return runSolver(preparation, settings);
    throw error;
  }
}

/**
 * Certifies and measures what `runSolver` found.
 *
 * @throws RefusalError where numbers are beyond what floating point can hold.
 */
export function judged(preparation: Preparation, outcome: Outcome<unknown>, seconds: number): Solution {
  try {
    return measured(preparation, outcome, seconds);
  } catch (error) {
    throw tooExtreme(error);
  }
}

function measured(preparation: Preparation, outcome: Outcome<unknown>, seconds: number): Solution {
  const { game, parameters, question, model, wing } = preparation;
  const quantities = evaluate(game.measure(parameters, question, outcome.candidate));
  const exact = evaluate(exactOf(preparation, outcome.candidate));
  const certificate = (from: Certificate): Certificate => ({ ...from, exactError: exactError(quantities, exact) });
  const common = { preparation, quantities, exact, seconds };
  try {
    return { ...common, outcome, certificate: certificate(wing.certify(model, question, outcome.candidate)) };
  } catch (error) {
    const refusal = tooExtreme(error);
    if (outcome.outcome === "converged" || !(refusal instanceof RefusalError)) throw error;
    // What did not converge may be beyond all judgement; that is told, and the run is still one.
    const reason = `${outcome.reason}; no certificate: ${refusal.message}`;
    const unknown = { exploitability: null, consistency: null, residual: null, exactError: null };
    return { ...common, outcome: { ...outcome, reason }, certificate: certificate(unknown) };
  }
}

/**
 * The document of a solution.
 *
 * @param points restricts axes (`{ t: [0, 0.5] }`); axes that no quantity has are refused, since a misspelt axis would
 * otherwise silently give everything.
 */
export function documentOf(
  solution: Solution,
  points: Readonly<Record<string, readonly number[]>> = {},
  run: string | null = null,
): RunDocument {
  const { preparation, outcome, quantities, exact } = solution;
  checkAxes(quantities, points);
  const answer = answerOf(preparation);
  const table = (entries: Readonly<Record<string, Quantity>>): Record<string, QuantityTable> =>
    Object.fromEntries(Object.entries(entries).map(([name, quantity]) => [name, tabulate(quantity, points)]));
  return {
    game: preparation.game.id,
    solver: preparation.solver.name,
    concept: preparation.question.concept,
    ...(answer === undefined ? {} : { answer }),
    players: Number.isFinite(preparation.question.players) ? preparation.question.players : null,
    information: Number.isFinite(preparation.question.players) ? preparation.question.information : null,
    parameters: preparation.parameters,
    options: preparation.options,
    seed: preparation.seed,
    ...(preparation.initial === undefined ? {} : { initial: preparation.initial }),
    version,
    outcome: outcome.outcome,
    reason: outcome.reason,
    iterations: outcome.iterations,
    seconds: solution.seconds,
    certificate: solution.certificate,
    quantities: table(quantities),
    exact: table(exact),
    trace: outcome.trace,
    run,
  };
}

/** What the answer to a question is called, where it is neither equilibrium nor optimum. */
export function answerOf({
  wing,
  model,
  question,
}: Pick<AskedGame, "wing" | "model" | "question">): string | undefined {
  return wing.answer?.(model, question);
}

/** Whether a solver is for models of this family and kind. */
function isFor({ family, kind }: Solver, model: Model): boolean {
  return family === model.family && (kind === undefined || kind === kindOf(model));
}

function kindOf(model: Model & { readonly kind?: string }): string | undefined {
  return model.kind;
}

/** The solvers of a catalogue that take a model and a question, best first. */
export function fittingSolvers(solvers: readonly Solver[], model: Model, question: Question): Solver[] {
  return solvers.filter((solver) => isFor(solver, model) && solver.refuses(model, question) === undefined);
}

/**
 * The solver that a name means for a model: the same idea (`picard`) has one solver for each kind of model that it fits.
 *
 * @throws InputError with the nearest known name; RefusalError where only models of other families are solved by it.
 */
export function solverNamed(solvers: readonly Solver[], model: Model, question: Question, name: string): Solver {
  const named = solvers.filter((solver) => solver.name === name);
  const [other] = named.length > 0 ? named : [byName("solver", solvers, (candidate) => candidate.name, name)];
  const ours = named.filter((solver) => isFor(solver, model));
  if (ours.length === 0) {
    const [theirs, here] =
      other.family === model.family
        ? [`models of kind ${other.kind}`, `of kind ${kindOf(model)}`]
        : [`${other.family} models`, model.family];
    throw new RefusalError(`the solver ${name} is for ${theirs}, this game is ${here}`);
  }
  return ours.find((solver) => solver.refuses(model, question) === undefined) ?? ours[0];
}

/** @throws InputError with the nearest known name */
export function byName<T>(kind: string, list: readonly T[], nameOf: (item: T) => string, name: string): T {
  const found = list.find((item) => nameOf(item) === name);
  if (found !== undefined) return found;
  const known = [...new Set(list.map(nameOf))];
  const guess = nearest(name, known);
  const hint = guess === undefined ? "" : ` (did you mean ${guess}?)`;
  throw new InputError(kind, name, `a known ${kind}${hint}: ${known.join(", ")}`);
}

function buildChecked(game: Game, parameters: ParametersOf<ParameterSchema>, question: Question): Model {
  try {
    game.check?.(parameters, question);
    return game.build(parameters);
  } catch (error) {
    throw tooExtreme(error);
  }
}

/**
 * What a preset sets; nothing where none is named.
 *
 * @throws InputError with the nearest known name
 */
export function presetOf(game: Game, name: string | undefined): Readonly<Record<string, unknown>> {
  if (name === undefined) return {};
  const entries = Object.entries(game.presets);
  return byName("preset", entries, ([id]) => id, name)[1].parameters;
}

function askedQuestion(game: Game, asked: Partial<Question> = {}): Question {
  const question: Question = {
    concept: asked.concept ?? game.concepts[0],
    players: asked.players ?? Infinity,
    information: asked.information ?? preferredInformation(game),
  };
  if (!game.concepts.includes(question.concept)) {
    throw new InputError("concept", question.concept, `one of ${game.concepts.join(", ")} for ${game.id}`);
  }
  const { players } = question;
  if (players === Infinity) return question;
  if (!Number.isSafeInteger(players) || players < 1)
    throw new InputError("players", players, "a whole number of at least 1");
  if (game.information.length === 0)
    throw new RefusalError(`${game.id} is declared in the limit only: it takes no players`);
  if (!game.information.includes(question.information)) {
    throw new InputError("information", question.information, `one of ${game.information.join(", ")} for ${game.id}`);
  }
  // One player has nobody to see, but controls do commit: its open-loop optimum is the planner's of one.
  if (players === 1 && question.concept === "nash" && question.information === "feedback") {
    throw new InputError(
      "players",
      1,
      "at least 2 for feedback; alone, a player is asked with open-loop information, or as the planner",
    );
  }
  return question;
}

function preferredInformation({ information }: Game): Information {
  return information.includes("feedback") ? "feedback" : (information[0] ?? "feedback");
}

function chooseSolver(solvers: readonly Solver[], model: Model, question: Question, name: string | undefined): Solver {
  if (name !== undefined) {
    const solver = solverNamed(solvers, model, question, name);
    const why = solver.refuses(model, question);
    if (why !== undefined) throw new RefusalError(`the solver ${name} cannot take this: ${why}`);
    return solver;
  }
  const ours = solvers.filter((solver) => isFor(solver, model));
  const best = ours.find((solver) => solver.refuses(model, question) === undefined);
  if (best !== undefined) return best;
  if (ours.length === 0) throw new RefusalError(`no solver takes this question (none is for ${model.family} models)`);
  // What several of them say is said once.
  const names = new Map<string, string[]>();
  for (const solver of ours) {
    const reason = solver.refuses(model, question) ?? "";
    names.set(reason, [...(names.get(reason) ?? []), solver.name]);
  }
  const reasons =
    names.size === 1
      ? [...names.keys()][0]
      : [...names].map(([reason, who]) => `${who.join(", ")}: ${reason}`).join("; ");
  throw new RefusalError(`no solver takes this question (${reasons})`);
}

function parseOptions(solver: Solver, request: SolveRequest): ParametersOf<ParameterSchema> {
  const given: Record<string, unknown> = { ...request.options };
  if (request.tolerance !== undefined) {
    if (!Object.hasOwn(describeParameters(solver.options), "tolerance")) {
      throw new InputError("tolerance", request.tolerance, `left out: the solver ${solver.name} has none`);
    }
    given["tolerance"] = request.tolerance;
  }
  // A method that draws takes the seed of the request, unless it is given its own.
  if (request.seed !== undefined && Object.hasOwn(describeParameters(solver.options), "seed"))
    given["seed"] ??= request.seed;
  return parseNamedOptions(solver.options, given);
}

/** @throws InputError naming the option as `option <name>`. */
export function parseNamedOptions<S extends ParameterSchema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
): ParametersOf<S> {
  try {
    return parseParameters(schema, given);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`option ${error.field}`, error.value, error.allowed);
    throw error;
  }
}

/** Computes every quantity; those that turn out not to be known are left out. */
export function evaluate(lazy: Quantities): Record<string, Quantity> {
  return Object.fromEntries(
    Object.entries(lazy).flatMap(([name, compute]) => {
      const quantity = ifKnown(compute);
      return quantity === undefined ? [] : [[name, quantity] as const];
    }),
  );
}

/** Largest |measured − exact| over every grid point of every quantity both have, relative where |exact| > 1. */
export function exactError(
  measured: Readonly<Record<string, Quantity>>,
  exact: Readonly<Record<string, Quantity>>,
): number | null {
  const names = Object.keys(exact).filter((name) => Object.hasOwn(measured, name));
  if (names.length === 0) return null;
  return names.reduce((worst, name) => {
    const points = Object.fromEntries(exact[name].axes.map((axis) => [axis.name, [...axis.grid]]));
    const ours = values(tabulate(measured[name], points));
    const theirs = values(tabulate(exact[name], points));
    return theirs.reduce(
      // Not Math.max alone: a NaN must come through as NaN, never be passed over.
      (largest, value, i) => Math.max(largest, Math.abs(ours[i] - value) / Math.max(1, Math.abs(value))),
      worst,
    );
  }, 0);
}

function values(table: QuantityTable): readonly number[] {
  return typeof table === "number" ? [table] : table.value;
}

/** @throws InputError for an axis that none of the quantities has. */
export function checkAxes(
  quantities: Readonly<Record<string, Quantity>>,
  points: Readonly<Record<string, readonly number[]>>,
): void {
  const known = new Set(Object.values(quantities).flatMap(({ axes }) => axes.map((axis) => axis.name)));
  for (const [name, list] of Object.entries(points)) {
    if (!known.has(name))
      throw new InputError(`--at ${name}`, list.join(","), `on one of the axes ${[...known].join(", ") || "(none)"}`);
  }
}
