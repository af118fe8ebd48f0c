import { checkChaos, excludes, once, rateSlope, RefusalError } from "../../core/index.ts";
import { tooExtreme } from "../../core/too-extreme.ts";
import type { ChaosSettings, Information, RateColumn, RateTable } from "../../core/index.ts";
import { maximumNorm, subtract, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import { checkModel } from "../linear-quadratic/check-model.ts";
import { noiseRates } from "../linear-quadratic/coefficients.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { decentralised } from "../linear-quadratic/decentralised.ts";
import { exploitability } from "../linear-quadratic/deviation.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { solvePlanner } from "../linear-quadratic/planner.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { MOST_PLAYERS, MOST_STEPS } from "../simulation/limits.ts";
import type { ConditionalLaws, Coupling } from "./coupling.ts";
import { conditionalLaws, coupling, marginalEntropy } from "./coupling.ts";
import { simulateCoupling } from "./coupled-paths.ts";
import type { SimulatedErrors } from "./coupled-paths.ts";

/**
 * How the N-player games go to their limit, one row per number of players: laws, gains, incentives and costs.
 *
 * Columns that a model does not have (no planner's optimum, no open-loop equilibrium, no density) are left out; exact
 * ones come from ordinary differential equations, for numbers of players far beyond those asked for too, so that the rate
 * of the limit stands beside the one fitted; simulated ones (`repeats` > 0) with standard errors. Stopped by its
 * signal, it returns the numbers of players done.
 *
 * @throws InputError for players that do not increase from at least 2, and for repeats, steps or seed that are no such
 * numbers; RefusalError for a model declared in the limit only, or without an equilibrium in the limit.
 */
export function* chaos(model: LinearQuadraticModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  checkModel(model);
  // Exact columns cost the same for any number of players; what is simulated holds them all.
  checkChaos(settings, { players: settings.repeats > 0 ? MOST_PLAYERS : MOST_EXACT, steps: MOST_STEPS });
  if (model.limitOnly !== undefined) throw new RefusalError(`the finite games do not exist: ${model.limitOnly}`);
  const { players, repeats, signal } = settings;
  const limit = solveRiccati(model, { concept: "nash", players: Infinity, information: "feedback" }).strategy;
  // Without chance of their own all players are alike, x̄ is what each computes, and only gains of order 1/N differ.
  const alike = maximumNorm(noiseRates(model).own) === 0 && maximumNorm(model.initial.covariance) === 0;
  const exact = exactColumns(model, limit, alike);
  const simulated = repeats > 0 ? simulatedColumns(alike) : [];
  const rows: Row[] = [];
  // The simulated part of a row grows with N, the exact part does not.
  const weights = players.map((count) => 1 + (repeats > 0 ? count : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0) + 2;
  let done = 0;
  for (const [index, count] of players.entries()) {
    yield done / total;
    if (stopped(signal)) break;
    const game = finiteGame(model, count, limit);
    const row: Entry[] = [];
    for (const { value } of exact) {
      row.push(attempt(() => value(game)));
      yield done / total;
    }
    done += 1;
    if (repeats > 0) {
      const errors = yield* simulatedRow(model, game, limit, settings, (share) => (done + share * count) / total);
      if (stopped(signal)) break;
      for (const { read } of simulated) row.push(errors === undefined ? undefined : read(errors));
    }
    done = weights.slice(0, index + 1).reduce((sum, weight) => sum + weight, 0);
    rows.push(row);
  }
  const reached: (number | undefined)[] = [];
  if (rows.length === players.length) {
    const largest = players[players.length - 1];
    const games = new Map<number, FiniteGame>();
    const at = (count: number): FiniteGame => {
      const game = games.get(count) ?? finiteGame(model, count, limit);
      games.set(count, game);
      return game;
    };
    for (const { value, theory } of exact) {
      reached.push(theory === undefined ? undefined : asymptoticSlope((count) => value(at(count)), largest));
      yield done / total;
    }
  }
  return tableOf(players.slice(0, rows.length), [...exact, ...simulated], rows, reached);
}

/** Between the largest numbers of players for which the value is above rounding. */
function asymptoticSlope(value: (players: number) => number | undefined, largest: number): number | undefined {
  for (const [few, many] of [
    [1e6, 1e7],
    [1e4, 1e5],
    [largest, 10 * largest],
  ] as const) {
    const [before, after] = [attempt(() => value(few))?.value ?? 0, attempt(() => value(many))?.value ?? 0];
    if (before > 0 && after > 0) return Math.log(after / before) / Math.log(many / few);
  }
  return undefined;
}

/** Asked by a function, since a signal changes behind the compiler's back. */
function stopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** A value, or nothing where the model has no such thing. */
type Entry = { readonly value: number; readonly standardError?: number } | undefined;
type Row = readonly Entry[];

interface Column {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly theory?: number;
}

interface ExactColumn extends Column {
  readonly value: (game: FiniteGame) => number | undefined;
}

/** The N-player game's solutions and laws, each computed when first asked for. */
interface FiniteGame {
  readonly players: number;
  readonly strategy: (information: Information) => LinearStrategy;
  readonly coupling: () => Coupling;
  readonly laws: () => ConditionalLaws;
}

function finiteGame(model: LinearQuadraticModel, players: number, limit: LinearStrategy): FiniteGame {
  const feedback = once(() => solveRiccati(model, { concept: "nash", players, information: "feedback" }).strategy);
  const openLoop = once(() => solveRiccati(model, { concept: "nash", players, information: "open-loop" }).strategy);
  return {
    players,
    strategy: (information) => (information === "feedback" ? feedback() : openLoop()),
    coupling: once(() => coupling(model, players, feedback(), limit)),
    laws: once(() => conditionalLaws(model, players, feedback(), limit)),
  };
}

function exactColumns(model: LinearQuadraticModel, limit: LinearStrategy, alike: boolean): ExactColumn[] {
  const limitExcess = attempt(() => excess(model, Infinity, limit))?.value;
  const efficient = limitExcess !== undefined && limitExcess < 1e-9;
  return [
    {
      name: "coupling_error",
      title: "Coupling error at the horizon",
      story:
        "Mean square distance at T between a player of the N-player Nash equilibrium (feedback) and its copy in the " +
        "limit, on the same noises; exact.",
      theory: alike ? -2 : -1,
      value: (game) => game.coupling().terminal,
    },
    {
      name: "coupling_error_path",
      title: "Coupling error over time",
      story: "The same mean square distance, integrated over [0, T]; exact.",
      theory: alike ? -2 : -1,
      value: (game) => game.coupling().path,
    },
    gainColumn(model, limit, "feedback"),
    gainColumn(model, limit, "open-loop"),
    {
      name: "exploitability_empirical",
      title: "Exploitability of the limit's strategy",
      story:
        "What one of N players gains by deviating while all others play the limit's strategy on the empirical mean; exact.",
      theory: -2,
      value: ({ players }) => exploitability(model, players, limit),
    },
    {
      name: "exploitability_decentralised",
      title: "Exploitability of the decentralised strategy",
      story:
        "What one of N players gains by deviating while all others play the limit's strategy on the limit's mean, " +
        "which each computes alone; exact.",
      theory: alike ? -2 : -1,
      value: ({ players }) => exploitability(model, players, decentralised(limit)),
    },
    {
      name: "kl_marginal",
      title: "Relative entropy of one player's law",
      story:
        "Relative entropy of a player's law at T in the N-player equilibrium with respect to the limit's, given the " +
        "common noise where there is one; exact.",
      theory: -2,
      value: (game) => marginalEntropy(game.laws(), 1),
    },
    {
      name: "kl_pair",
      title: "Relative entropy of two players' law",
      story:
        "Relative entropy of the joint law of two players at T with respect to the limit's product law, given the " +
        "common noise where there is one; exact.",
      theory: -2,
      value: (game) => marginalEntropy(game.laws(), 2),
    },
    {
      name: "price_of_anarchy_gap",
      title: efficient || limitExcess === undefined ? "Price of anarchy, less one" : "Price of anarchy, to its limit",
      story:
        "Excess of the Nash cost (feedback) over the planner's with as many players, relative to the planner's" +
        (efficient || limitExcess === undefined
          ? "; exact."
          : `, as a distance to the same in the limit, where it is ${limitExcess.toPrecision(4)}; exact.`),
      ...(limitExcess === undefined ? {} : { theory: efficient ? -2 : -1 }),
      value: (game) => {
        const finite = excess(model, game.players, game.strategy("feedback"));
        if (finite === undefined || efficient || limitExcess === undefined) return finite;
        const gap = Math.abs(finite - limitExcess);
        return gap > ROUNDING * Math.max(1, Math.abs(limitExcess)) ? gap : 0;
      },
    },
  ];
}

function gainColumn(model: LinearQuadraticModel, limit: LinearStrategy, information: Information): ExactColumn {
  const atStart = (strategy: LinearStrategy): Matrix => {
    const out = zeros(model.layout.control, model.layout.stateSize);
    strategy.gain(0, out);
    return out;
  };
  const target = atStart(limit);
  const openLoop = information === "open-loop";
  return {
    name: openLoop ? "gain_gap_open_loop" : "gain_gap",
    title: openLoop ? "Gap of the open-loop gain" : "Gap of the feedback gain",
    story:
      `Largest difference between an entry of the gain on (x, x̄, s, 1) at time 0 in the ${openLoop ? "open-loop" : "feedback"} ` +
      "equilibrium of N players and in the limit; exact.",
    theory: -1,
    value: (game) => {
      const gap = maximumNorm(subtract(atStart(game.strategy(information)), target));
      return gap > ROUNDING * maximumNorm(target) ? gap : 0;
    },
  };
}

/** (J_Nash − J_planner)/|J_planner|; undefined where the planner's cost is zero. */
function excess(model: LinearQuadraticModel, players: number, strategy: LinearStrategy): number | undefined {
  const { cost } = solvePlanner(model, players);
  if (cost === 0) return undefined;
  const gap = (expectedCost(model, players, strategy) - cost) / Math.abs(cost);
  return Math.abs(gap) > ROUNDING ? gap : 0;
}

/** What is left of a difference of two numbers of size one, each integrated to 1e-13. */
const ROUNDING = 1e-11;

interface SimulatedColumn extends Column {
  readonly read: (errors: SimulatedErrors) => Entry;
}

function simulatedColumns(alike: boolean): SimulatedColumn[] {
  const entry = ({ mean, standardError }: SimulatedErrors["coupling"]): Entry => ({ value: mean, standardError });
  return [
    {
      name: "coupling_error_simulated",
      title: "Coupling error at the horizon, simulated",
      story: "The mean square distance at T of the first column by simulation of both games on the same noises.",
      theory: alike ? -2 : -1,
      read: ({ coupling }) => entry(coupling),
    },
    {
      name: "empirical_w1",
      title: "Wasserstein distance of the empirical law",
      story:
        "Mean distance of order 1 between the empirical law of the N players' first state coordinates at T and the " +
        "limit's law given the common noise; simulated.",
      theory: -0.5,
      read: ({ distance }) => (distance === undefined ? undefined : entry(distance)),
    },
  ];
}

function* simulatedRow(
  model: LinearQuadraticModel,
  game: FiniteGame,
  limit: LinearStrategy,
  { repeats, steps, seed, signal }: ChaosSettings,
  share: (own: number) => number,
): Generator<number, SimulatedErrors | undefined, void> {
  const { players } = game;
  const strategy = attempt(() => game.strategy("feedback"));
  if (strategy === undefined) return undefined;
  // The laws need the equilibrium alone, which there is.
  const variance = game.laws().limit.data[0];
  const run = simulateCoupling(model, strategy.value, limit, variance, { players, repeats, steps, seed, signal });
  let next = run.next();
  while (next.done !== true) {
    yield share(next.value);
    next = run.next();
  }
  return next.value;
}

/** Nothing where the model refuses or has no such value. */
function attempt<T>(make: () => T | undefined): { readonly value: T } | undefined {
  try {
    const value = make();
    return value === undefined ? undefined : { value };
  } catch (error) {
    if (tooExtreme(error) instanceof RefusalError) return undefined;
    throw error;
  }
}

/** Columns that have a finite value for every number of players, each with its slopes; the first have `reached` ones. */
function tableOf(
  players: readonly number[],
  columns: readonly Column[],
  rows: readonly Row[],
  reached: readonly (number | undefined)[],
): RateTable {
  const table: RateColumn[] = [];
  for (const [index, { name, title, story, theory }] of columns.entries()) {
    const entries = rows.map((row) => row[index]);
    const complete = entries.filter((entry) => entry !== undefined && Number.isFinite(entry.value));
    if (complete.length < rows.length) continue;
    const value = complete.map((entry) => entry?.value ?? 0);
    const errors = complete.map((entry) => entry?.standardError);
    const slope = rateSlope(players, value);
    const asymptotic = reached[index];
    // The interval of exact values measures how the line bends, not chance.
    const bent = slope !== null && theory !== undefined && excludes(slope, theory);
    const rate = asymptotic?.toFixed(2).replace("-", "−");
    table.push({
      name,
      title,
      story:
        bent && rate !== undefined
          ? `${story} So few players do not yet show the limit's rate: among many more the slope is ${rate}.`
          : story,
      value,
      ...(errors.every((error) => error !== undefined) && errors.length > 0 ? { standardError: errors } : {}),
      slope,
      ...(asymptotic === undefined ? {} : { asymptotic }),
      ...(theory === undefined ? {} : { theory }),
    });
  }
  return { players, columns: table };
}

/** Beyond it 1/N² is lost in rounding. */
const MOST_EXACT = 1e8;
