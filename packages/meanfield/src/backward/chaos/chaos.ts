import { RefusalError, checkChaos, excludes, rateSlope } from "../../core/index.ts";
import type { ChaosSettings, RateColumn, RateTable } from "../../core/index.ts";
import type { BackwardModel } from "../model.ts";
import { simulatedAdjointColumns } from "../simulation/coupled-adjoints.ts";
import { checkFits, simulatedErrorColumns } from "../simulation/simulated-columns.ts";
import type { Column, ExactColumn, SimulatedColumn, SimulatedEntry } from "./columns.ts";
import { forwardBackwardColumns } from "./forward-backward-columns.ts";
import { linearColumns } from "./linear-columns.ts";
import { supErrorColumn } from "./sup-error.ts";
import { comparedSteps, treeColumns } from "./tree-columns.ts";

/**
 * How systems of N players go to their limit: exact columns where the system is linear, simulated ones with `repeats` > 0.
 *
 * Exact columns are evaluated at a million and ten million players too, so that the limit's own rate and constant stand beside the
 * line fitted. Columns that vanish for every number of players (no coupling) are left out but for the errors of Y and Z. Drivers that are not
 * linear have columns on random walks of few steps.
 *
 * @throws InputError for players that do not increase from at least 2, and for repeats, steps or seed that are no such numbers;
 * RefusalError for a system without any such column.
 */
export function* chaos(model: BackwardModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  const { players, repeats, signal } = settings;
  checkChaos(settings, { players: MOST_PLAYERS, steps: MOST_STEPS });
  const exact = exactColumns(model, settings);
  const simulated = repeats > 0 ? simulatedColumns(model) : [];
  const few = exact.length === 0 ? players : fittedPlayers(model, players);
  if (repeats > 0 && model.kind === "interacting") checkFits(model, few, settings.steps);
  if (exact.length + simulated.length === 0) {
    throw new RefusalError(
      "propagation of chaos of this system is known by simulation only: ask for --repeats of at least 2",
    );
  }
  const columns: RateColumn[] = [];
  let done = 0;
  const total = exact.length + 4 * simulated.length;
  for (const column of exact) {
    for (const [k, count] of players.entries()) {
      yield (done + k / players.length) / total;
      if (stopped(signal)) break;
      // Remembered; all columns of a number of players share their work.
      if (column.lastSlope === true) column.value(count);
    }
    if (stopped(signal)) break;
    const row = exactColumn(column, players);
    if (row !== undefined) columns.push(row);
    done++;
  }
  for (const column of simulated) {
    const entries: SimulatedEntry[] = [];
    for (const count of few) {
      const run = column.estimate(count, settings);
      let next = run.next();
      while (next.done !== true) {
        yield (done + (4 * (entries.length + next.value)) / few.length) / total;
        next = run.next();
      }
      if (next.value === undefined) break;
      entries.push(next.value);
    }
    // A stopped column has no slope of its own; it is left out.
    if (entries.length < few.length) break;
    const row = simulatedColumn(column, few, entries);
    columns.push(few.length === players.length ? row : { ...row, players: few, remark: remarkOn(players, few) });
    done += 4;
  }
  return { players, columns };
}

/** @throws RefusalError for a driver that is not linear and more players than can be counted, where nothing is simulated either. */
function exactColumns(model: BackwardModel, { players, repeats, steps }: ChaosSettings): ExactColumn[] {
  if (model.kind === "forward-backward") return forwardBackwardColumns(model);
  if (model.linear !== undefined) return linearColumns(model.horizon, model.linear);
  if (model.forward.kind !== "brownian") return [];
  const most = players[players.length - 1];
  const compared = comparedSteps(model, most, steps);
  if (compared !== undefined) return treeColumns(model, compared, most);
  if (repeats > 0) return [];
  throw new RefusalError(
    `with a nonlinear driver propagation of chaos is known without chance for as many players as can be counted on a few steps, ` +
      `not ${most}: ask for fewer --players or --steps, or for --repeats of at least 2 to simulate it`,
  );
}

/**
 * For whom nonlinear systems are fitted too where all numbers of players have columns without chance: a regression of hundreds takes
 * minutes, so that these are fitted only where they are asked for without a few beside them.
 */
function fittedPlayers(model: BackwardModel, players: readonly number[]): readonly number[] {
  if (model.kind === "forward-backward" || model.linear !== undefined) return players;
  const few = players.filter((count) => count <= MOST_FITTED);
  return few.length < 2 ? players : few;
}

function remarkOn(players: readonly number[], few: readonly number[]): string {
  const left = players.filter((count) => !few.includes(count)).join(", ");
  return `left out for N = ${left}: regressions of so many take minutes each; they are done where --players names no two of at most ${MOST_FITTED}`;
}

const MOST_FITTED = 10;

/** Every simulated column that a model has; each runs for every number of players. */
function simulatedColumns(model: BackwardModel): SimulatedColumn[] {
  if (model.kind === "forward-backward") return simulatedAdjointColumns(model);
  const largest = model.linear?.noise.kind === "gaussian" ? [supErrorColumn(model.horizon, model.linear)] : [];
  return [...largest, ...simulatedErrorColumns(model)];
}

/** Undefined where no number of players has such a value, or where it is always zero and not one of the two errors, nor on walks. */
function exactColumn(
  { value: at, most = Infinity, missing, lastSlope = false, ...column }: ExactColumn,
  players: readonly number[],
): RateColumn | undefined {
  if (players[players.length - 1] > most) return undefined;
  const entries = players.flatMap((count) => {
    const error = at(count);
    return error === undefined ? [] : [{ count, error }];
  });
  const value = entries.map(({ error }) => error);
  const vanishes = value.every((error) => error === 0);
  if (entries.length === 0 || (vanishes && !/^(?:error_[YZ]|.*_walk)$/.test(column.name))) return undefined;
  const known = entries.map(({ count }) => count);
  const many = most === Infinity ? asymptotics(at, column.theory) : undefined;
  const reached = vanishes ? undefined : lastSlope ? betweenLast(known, value) : many;
  const whole = rateColumn(column, known, value, reached);
  if (known.length === players.length) return whole;
  const left = players.filter((count) => !known.includes(count)).join(", ");
  return { ...whole, players: known, remark: `left out for N = ${left}: ${missing ?? "there is no such number"}` };
}

function simulatedColumn(
  column: SimulatedColumn,
  players: readonly number[],
  entries: readonly SimulatedEntry[],
): RateColumn {
  const standardError = entries.map((entry) => entry.standardError);
  return {
    ...rateColumn(
      column,
      players,
      entries.map(({ value }) => value),
      undefined,
    ),
    standardError,
  };
}

interface Asymptotics {
  readonly slope: number;
  readonly constant?: number;
  /** For whom the slope is. */
  readonly among: string;
}

/** Slope and constant between a million and ten million players. */
function asymptotics(at: ExactColumn["value"], theory: number | undefined): Asymptotics | undefined {
  const [few, many] = [1e6, 1e7];
  const [before, after] = [at(few) ?? 0, at(many) ?? 0];
  if (!(before > 0 && after > 0)) return undefined;
  const slope = Math.log(after / before) / Math.log(many / few);
  return { slope, constant: after * many ** -(theory ?? slope), among: "among many more" };
}

/** The slope between the last two, where these are many. */
function betweenLast(players: readonly number[], value: readonly number[]): Asymptotics | undefined {
  const last = players.length - 1;
  if (!(players[last] >= 100 && value[last - 1] > 0 && value[last] > 0)) return undefined;
  const slope = Math.log(value[last] / value[last - 1]) / Math.log(players[last] / players[last - 1]);
  return { slope, among: `between ${players[last - 1]} and ${players[last]}` };
}

function rateColumn(
  { name, title, story, theory }: Column,
  players: readonly number[],
  value: readonly number[],
  reached: Asymptotics | undefined,
): RateColumn {
  const slope = rateSlope(players, value);
  // The interval of exact values measures how the line bends, not chance.
  const bent = slope !== null && theory !== undefined && excludes(slope, theory);
  const note =
    bent && reached !== undefined
      ? ` So few players do not yet show the limit's rate: ${reached.among} the slope is ${reached.slope.toFixed(2).replace("-", "−")}.`
      : "";
  return {
    name,
    title,
    story: story + note,
    value,
    slope,
    ...(reached === undefined
      ? {}
      : { asymptotic: reached.slope, ...(reached.constant === undefined ? {} : { constant: reached.constant }) }),
    ...(theory === undefined ? {} : { theory }),
  };
}

/** Asked by a function, since a signal changes behind the compiler's back. */
function stopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Beyond it 1/N² is lost in rounding. */
const MOST_PLAYERS = 1e8;
const MOST_STEPS = 1e6;
