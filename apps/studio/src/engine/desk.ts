/**
 * The worker's side of the conversation, apart from the worker: it answers queries with the library and knows no page,
 * so that it is tested in Node.
 */
import {
  InputError,
  RefusalError,
  byName,
  catalogue,
  diffusion,
  describeParameters,
  documentOf,
  exactOf,
  fittingSolvers,
  ifKnown,
  judged,
  parseParameters,
  prepare,
  preparePlay,
  quickLook,
  runSolver,
} from "meanfield";
import type { kernels, Game, Outcome, Preparation, Quantities, Quantity, TraceRow } from "meanfield";
import { agentPlane } from "../agents/plane.ts";
import { fieldOf, lawField } from "./fields.ts";
import { describeGame, describeSolver } from "./describe.ts";
import { groundOf } from "./ground.ts";
import { roleOf } from "../panels/choose.ts";
import { ownGame } from "./own.ts";
import { recordForming } from "./forming.ts";
import type { Answer, Field, FromWorker, GameChoice, Query, Refusal, Task } from "./protocol.ts";

/** `Omit` over each member of a union. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Reply = Without<FromWorker, "id">;

/** Milliseconds of iterations in a quick look: half a frame, the other half is for fields and drawing. */
const quickBudget = 8;
/** Milliseconds of fields in a quick look, and in the first look at a whole answer. */
const pictureBudget = { quick: 8, full: 60 };
/** Milliseconds between two reports of progress. */
const progressPause = 80;
/** Milliseconds of work after which it is heard whether somebody asks for something else. */
const breath = 30;

/** Milliseconds between two pictures of an equilibrium that forms. */
const formingPause = 250;

/** Threads that move many players together, where the place has them; results do not depend on them. */
export type Gather = (players: number) => Promise<kernels.Team | undefined>;
const alone: Gather = () => Promise.resolve(undefined);

/** Why a signal aborts where nobody waits for the answer; without it, what there is by then is told. */
export const unwanted = "unwanted";

/** Answers one query; replies may be many. Never throws: refusals and faults are replies too. */
export async function answer(
  query: Query,
  signal: AbortSignal,
  reply: (reply: Reply) => void,
  gather: Gather = alone,
): Promise<void> {
  try {
    if (query.kind === "describe")
      reply({ kind: "described", description: describeGame(chosen(query.game), catalogue) });
    else if (query.kind === "examples") reply({ kind: "examples", examples: diffusion.ownGameExamples });
    else if (query.kind === "solve") await solveTask(query.task, signal, reply);
    else if (query.kind === "agents") await moveAgents(query, signal, reply);
    else if (query.kind === "forming") await formAgain(query, signal, reply);
    else await playGame(query, signal, reply, gather);
  } catch (error) {
    if (error instanceof InputError || error instanceof RefusalError)
      reply({ kind: "refused", refusal: refusalOf(error) });
    else reply({ kind: "broken", message: error instanceof Error ? error.message : String(error) });
  }
}

function chosen(choice: GameChoice): Game {
  return "own" in choice ? ownGame(choice.own) : byName("game", catalogue.games, ({ id }) => id, choice.id);
}

/** A request made ready; with the options of another answer that the solver has, too. */
function prepared({ game, request, alike = {} }: Task): Preparation {
  const preparation = prepare(catalogue, chosen(game), request);
  const known = describeParameters(preparation.solver.options);
  const taken = Object.entries(alike).filter(([name]) => Object.hasOwn(known, name));
  if (taken.length === 0) return preparation;
  return prepare(catalogue, chosen(game), {
    ...request,
    options: { ...Object.fromEntries(taken), ...request.options },
  });
}

async function solveTask(task: Task, signal: AbortSignal, reply: (reply: Reply) => void): Promise<void> {
  const preparation = prepared(task);
  const { solver, options, parameters, model, question } = preparation;
  reply({
    kind: "started",
    started: {
      solver: describeSolver(solver),
      options,
      parameters,
      small: task.phone === true ? smallOf(preparation) : {},
      fitting: fittingSolvers(catalogue.solvers, model, question).map(({ name, title }) => ({ name, title })),
    },
  });
  const started = performance.now();
  const outcome = await iterated(preparation, task.effort, signal, reply);
  const seconds = (performance.now() - started) / 1000;
  reply({ kind: "answered", answer: quickAnswer(preparation, outcome, seconds, task.effort) });
  if (task.effort === "quick") return;
  // What takes long is the certificate and the planner beside it: what is seen first was shown first.
  await new Promise((resolve) => void setTimeout(resolve, 0));
  if (signal.reason === unwanted) return;
  remembered = { key: keyOf(task), preparation, outcome };
  const solution = judged(preparation, outcome, seconds);
  const fields = { ...lawOf(preparation, outcome.candidate), ...fieldsOf(solution.quantities, solution.exact) };
  reply({
    kind: "answered",
    answer: {
      effort: "full",
      outcome: solution.outcome.outcome,
      reason: solution.outcome.reason,
      iterations: outcome.iterations,
      seconds,
      certificate: solution.certificate,
      fields,
      ...groundOf(preparation, outcome.candidate, fields),
      trace: outcome.trace,
      document: documentOf(solution),
    },
  });
}

/** Options of less work, as differences from the solver's own; none where the game's data do not fit on a grid so small. */
function smallOf({ solver, model, question }: Preparation): Readonly<Record<string, unknown>> {
  const usual = parseParameters(solver.options, {});
  const small = solver.quick?.(model, usual, "phone") ?? usual;
  const differences = Object.entries(small).filter(([name, value]) => value !== usual[name]);
  if (differences.length === 0) return {};
  try {
    solver.init(model, question, small);
  } catch (error) {
    if (error instanceof InputError || error instanceof RefusalError) return {};
    throw error;
  }
  return Object.fromEntries(differences);
}

/** The last whole outcome, for what is asked about it next: a solve that was stopped would not come out the same again. */
let remembered:
  | { readonly key: string; readonly preparation: Preparation; readonly outcome: Outcome<unknown> }
  | undefined;

function keyOf({ game, request }: Task): string {
  return JSON.stringify([game, request]);
}

async function iterated(
  preparation: Preparation,
  effort: Task["effort"],
  signal: AbortSignal,
  reply: (reply: Reply) => void,
): Promise<Outcome<unknown>> {
  const started = performance.now();
  const rows: TraceRow[] = [];
  let told = started;
  let drawn = started;
  let pause = formingPause;
  const outOfTime = new AbortController();
  const stop = effort === "quick" ? AbortSignal.any([signal, outOfTime.signal]) : signal;
  const run = effort === "quick" ? quickLook : runSolver;
  return run(preparation, {
    signal: stop,
    watch: ({ k, metrics, candidate }) => {
      const now = performance.now();
      if (effort === "quick") {
        if (now - started > quickBudget) outOfTime.abort();
        return;
      }
      rows.push({ k, ...metrics, seconds: (now - started) / 1000 });
      if (now - told > progressPause) {
        told = now;
        reply({ kind: "progress", trace: rows.splice(0) });
      }
      if (now - drawn > pause) {
        reply({ kind: "answered", answer: formingAnswer(preparation, k, candidate(), (now - started) / 1000) });
        drawn = performance.now();
        // Pictures on the way may cost a tenth of the time, not more.
        pause = Math.max(formingPause, 10 * (drawn - now));
      }
    },
  });
}

/**
 * The fields alone, what a person looks at first in front, as many as fit into the time there is; scalars and the certificate
 * may take longer.
 */
function quickAnswer(
  preparation: Preparation,
  outcome: Outcome<unknown>,
  seconds: number,
  effort: Task["effort"],
): Answer {
  const { game, parameters, question } = preparation;
  const { candidate } = outcome;
  const started = performance.now();
  const drawn: Record<string, Field> = { ...lawOf(preparation, candidate) };
  const lazy = Object.entries(game.measure(parameters, question, candidate));
  // Closed forms stand beside a first look, too: they do not blink while a slider moves.
  const exact = exactOf(preparation, candidate);
  // The planner's answer is a second solve; what it costs is not known before.
  const wanted = lazy.filter(([name]) => !/planner|anarchy|exploitability|welfare|probability/.test(name));
  for (const [name, compute] of wanted.toSorted(([a], [b]) => rankOf(a) - rankOf(b))) {
    const quantity = ifKnown(compute);
    if (quantity !== undefined)
      drawn[name] = fieldOf(name, quantity, exact[name] && ifKnown(exact[name]), effort === "quick");
    if (performance.now() - started > pictureBudget[effort]) break;
  }
  return {
    effort: "quick",
    outcome: outcome.outcome,
    reason: outcome.reason,
    iterations: outcome.iterations,
    seconds,
    certificate: null,
    fields: drawn,
    ...groundOf(preparation, candidate, drawn),
    trace: outcome.trace,
    document: null,
  };
}

function rankOf(name: string): number {
  return ["population", "value", "control", "other"].indexOf(roleOf(name));
}

/** Where a solve stands: its fields, before it has an outcome. */
function formingAnswer(preparation: Preparation, k: number, candidate: unknown, seconds: number): Answer {
  const outcome: Outcome<unknown> = { outcome: "aborted", reason: "", iterations: k + 1, candidate, trace: [] };
  return quickAnswer(preparation, outcome, seconds, "full");
}

/** The law of one player, where the wing knows it and no quantity tells it better. */
function lawOf({ wing, model, question }: Preparation, candidate: unknown): Answer["fields"] {
  const flow = wing.flow?.(model, question.players, candidate);
  const field = flow === undefined ? undefined : lawField(flow);
  return field === undefined ? {} : { [field.name]: field };
}

function fieldsOf(
  quantities: Readonly<Record<string, Quantity>>,
  exact: Readonly<Record<string, Quantity>>,
): Answer["fields"] {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, quantity]) => [name, fieldOf(name, quantity, exact[name])]),
  );
}

async function moveAgents(
  { task, agents, frames }: Extract<Query, { kind: "agents" }>,
  signal: AbortSignal,
  reply: (reply: Reply) => void,
): Promise<void> {
  const known = remembered?.key === keyOf(task) ? remembered : undefined;
  const preparation = known?.preparation ?? prepare(catalogue, chosen(task.game), task.request);
  const { wing, model, seed } = preparation;
  if (wing.agents === undefined) throw new RefusalError(`agents of ${model.family} games are not drawn`);
  const { candidate } = known?.outcome ?? (await runSolver(preparation, { signal }));
  const work = wing.agents(model, candidate, { agents, frames, seed, signal });
  const paths = await driven(work, signal, reply);
  // Where they stand on the picture is work enough to stop a page for a moment.
  if (paths !== undefined) reply({ kind: "agents", plane: agentPlane(paths) });
}

async function formAgain(
  { task, field: name }: Extract<Query, { kind: "forming" }>,
  signal: AbortSignal,
  reply: (reply: Reply) => void,
): Promise<void> {
  const preparation = prepare(catalogue, chosen(task.game), task.request);
  const { game, parameters, question } = preparation;
  const fieldNamed = (candidate: unknown): Field | undefined => {
    const compute = game.measure(parameters, question, candidate)[name];
    const quantity = compute && ifKnown(compute);
    return quantity === undefined ? lawOf(preparation, candidate)[name] : fieldOf(name, quantity, undefined);
  };
  let told = performance.now();
  const formed = await recordForming(preparation, name, fieldNamed, signal, (k) => {
    if (performance.now() - told < progressPause) return;
    told = performance.now();
    reply({ kind: "progress", trace: [{ k }] });
  });
  if (!signal.aborted) reply({ kind: "formed", formed });
}

async function playGame(
  { task, players, paths }: Extract<Query, { kind: "play" }>,
  signal: AbortSignal,
  reply: (reply: Reply) => void,
  gather: Gather,
): Promise<void> {
  const game = chosen(task.game);
  const { request } = task;
  const preparation = preparePlay(catalogue, game, { ...request, question: { ...request.question, players } });
  const { wing, model, parameters, seed } = preparation;
  const { simulate, usualStrategy } = wing;
  if (simulate === undefined) throw new RefusalError(`${game.id} cannot be simulated`);
  const candidate =
    usualStrategy === undefined
      ? (
          await runSolver(
            prepare(catalogue, game, { ...request, question: { ...request.question, players: Infinity } }),
            { signal },
          )
        ).candidate
      : wing.strategies?.[usualStrategy]?.(model);
  const events = game.events?.(parameters) ?? {};
  // As many as `meanfield simulate` takes, so that the same seed gives the same games.
  const steps = wing.ownSteps?.(model) ?? 200;
  const team = await gather(players);
  const work = simulate(model, candidate, events, { players, paths, steps, seed, signal, team });
  const played = await driven(work, signal, reply).finally(async () => team?.close());
  if (played === undefined) return;
  // Where the finite game itself is solved, what its players pay under a given strategy is known without chance.
  const solved = wing.finiteGames !== "simulated" && usualStrategy === undefined;
  const known = solved ? game.measure(parameters, preparation.question, candidate) : {};
  const names = ["cost", "default_probability", "systemic_probability", ...Object.keys(played.scalars)];
  reply({
    kind: "played",
    game: {
      players,
      paths: played.pathsDone,
      cost: played.cost,
      scalars: played.scalars,
      exact: scalarsOf(known, names),
      limits: played.limits ?? {},
      defaults: played.defaults ?? null,
      t: played.t,
      samples: played.samples,
      sampleAxis: played.sampleAxis ?? { title: "State", symbol: "x" },
      remarks: played.remarks ?? [],
    },
  });
}

function scalarsOf(known: Quantities, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const compute = known[name];
      const quantity = compute && ifKnown(compute);
      return quantity === undefined || quantity.axes.length > 0 ? [] : [[name, quantity.at()]];
    }),
  );
}

/** Runs a generator in slices; undefined where it was stopped. */
async function driven<T>(
  work: Generator<number, T, void>,
  signal: AbortSignal,
  reply: (reply: Reply) => void,
): Promise<T | undefined> {
  let heard = performance.now();
  let told = heard;
  for (;;) {
    const next = work.next();
    if (next.done === true) return signal.aborted ? undefined : next.value;
    const now = performance.now();
    if (now - heard < breath) continue;
    if (now - told > progressPause) {
      told = now;
      reply({ kind: "progress", trace: [], share: next.value });
    }
    await new Promise((resolve) => void setTimeout(resolve, 0));
    heard = performance.now();
  }
}

function refusalOf(error: InputError | RefusalError): Refusal {
  return {
    message: error.message,
    field: error instanceof InputError ? error.field : null,
    column: error instanceof diffusion.DeclarationError ? (error.column ?? null) : null,
  };
}
