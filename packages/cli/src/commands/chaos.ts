import { RefusalError, preparePlay, version } from "meanfield";
import type { QuantityTable, RateColumn, RateTable } from "meanfield";
import { UsageError, exitCode } from "../failure.ts";
import { findGame } from "../find-game.ts";
import { readFlags, sameAgain, stepsFlag, wholeFlag, wholeNumber } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { drive, interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { bar, processTerminal } from "../terminal.ts";
import { digits, duration, interval, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";

export interface ChaosFlags extends Omit<CommonFlags, "players"> {
  readonly players?: string;
  readonly repeats?: string;
  readonly steps?: string;
}

/** `meanfield chaos <game> --players 10,20,50,100 --repeats R` */
export async function chaosCommand(asked: string, flags: ChaosFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const { game, catalogue } = await findGame(asked);
  const { players: list, ...others } = flags;
  const { file, request, out, save } = readFlags(game, others);
  const given = list ?? file.players;
  const named = given === undefined ? undefined : readPlayers([given].flat().join(","));
  // Validated for a finite game, since that is what the limit is compared with.
  const preparation = preparePlay(catalogue, game, {
    ...request,
    question: { ...request.question, players: named?.[0] ?? 10 },
  });
  const { parameters, model, wing, seed } = preparation;
  const { chaos } = wing;
  const usual = wing.chaosDefaults?.(model);
  const players = named ?? [...(usual?.players ?? [10, 20, 50, 100])];
  const repeats = wholeFlag("repeats", flags.repeats, file.repeats, usual?.repeats ?? 200, 0);
  const ownSteps = wing.ownSteps?.(model);
  const steps = stepsFlag(flags.steps, file.steps, ownSteps, usual?.steps ?? 100);
  const chosen = flags.repeats !== undefined || file.repeats !== undefined;
  const repeatsEach = chosen ? undefined : usual?.repeatsFor && players.map(usual.repeatsFor);
  if (chaos === undefined) throw new RefusalError(`${game.id}: no propagation of chaos for the family ${model.family}`);
  if (save) checkWritable(out);
  const started = performance.now();
  const { rates, stopped } = await interruptible(async (signal) => {
    const work = chaos(model, { players, repeats, repeatsEach, steps, seed, signal });
    const { columns, ...rates } = await drive(work, (share) => terminal.progress(`propagation of chaos ${bar(share)}`));
    return { rates: { ...rates, columns: columns.map(withKnownErrors) }, stopped: signal.aborted };
  });
  terminal.progress(undefined);
  const document = {
    game: game.id,
    players: rates.players,
    repeats: repeatsEach === undefined ? repeats : repeatsEach.slice(0, rates.players.length),
    steps,
    parameters,
    seed,
    ...(preparation.initial === undefined ? {} : { initial: preparation.initial }),
    version,
    outcome: stopped ? "aborted" : "converged",
    reason: stopped ? "stopped by request" : `errors to the limit for ${rates.players.join(", ")} players`,
    seconds: (performance.now() - started) / 1000,
    columns: rates.columns,
    quantities: quantitiesOf(rates),
  };
  const run = save
    ? (await import("../runs/save-run.ts")).saveRun(out, {
        command: "chaos",
        game,
        parameters,
        document,
        configuration: {
          ...sameAgain(asked, preparation, request),
          players,
          ...(repeatsEach === undefined ? { repeats } : {}),
          ...(ownSteps === undefined ? { steps } : {}),
        },
        trace: rates.players.map((count) => ({
          players: count,
          ...Object.fromEntries(rates.columns.map((column) => [column.name, valueAt(rates, column, count) ?? ""])),
        })),
        figures: (await import("../figures/of-chaos.ts")).chaosFigures(preparation, rates),
      })
    : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, run }));
  else {
    terminal.print(`${terminal.bold(game.title)} — propagation of chaos, ${duration(document.seconds)}`);
    const header = ["players", ...rates.columns.map(({ name }) => name)];
    const rows = rates.players.map((n) => [
      String(n),
      ...rates.columns.map((column) => digits(valueAt(rates, column, n), 6)),
    ]);
    terminal.print(table([header, ...rows], "  "));
    terminal.print("");
    const slopes = rates.columns.map(({ name, title, slope, asymptotic, constant, theory }) => [
      name,
      slope === null ? "—" : slope.slope.toFixed(3),
      interval(slope),
      asymptotic === undefined ? "" : asymptotic.toFixed(3),
      theory === undefined ? "" : String(theory),
      constant === undefined || theory === undefined ? "" : `${digits(constant, 6)} N^${theory}`,
      title,
    ]);
    const titles = ["fitted rate in N", "slope", "95 % interval", "for N → ∞", "theory", "constant", ""];
    terminal.print(table([titles, ...slopes], "  "));
    for (const { name, standardError, remark } of rates.columns) {
      if (remark !== undefined) terminal.print(`  ${name}: ${remark}`);
      if (standardError !== undefined && standardError.length > 0)
        terminal.print(`  ${name}: simulated; largest standard error ${magnitude(Math.max(...standardError))}`);
    }
    if (document.columns.some((column) => column.repeats !== undefined))
      terminal.print(`  repetitions ${[document.repeats].flat().join(", ")}: the fits are weighted by them`);
    if (run !== null) terminal.print(`report  ${run}/report.html`);
  }
  return stopped ? exitCode.interrupted : exitCode.done;
}

/** @throws UsageError unless the list is of different whole numbers of at least 2; sorts it. */
export function readPlayers(list: string): number[] {
  const players = list.split(",").map((item) => wholeNumber("players", item, 2));
  if (new Set(players).size !== players.length) throw new UsageError(`--players ${list}: must be different numbers`);
  return players.toSorted((a, b) => a - b);
}

/** Undefined where the column leaves this number of players out. */
function valueAt({ players }: RateTable, column: RateColumn, count: number): number | undefined {
  return column.value[(column.players ?? players).indexOf(count)];
}

/** One repetition has no standard error. */
function withKnownErrors({ standardError, ...column }: RateColumn): RateColumn {
  return standardError?.every(Number.isFinite) === true ? { ...column, standardError } : column;
}

function quantitiesOf({ players, columns }: RateTable): Record<string, QuantityTable> {
  return Object.fromEntries(
    columns.flatMap(({ name, value, standardError, slope, players: own }) => {
      const axes = { players: own ?? players };
      return [
        [name, { axes, value }],
        ...(standardError === undefined ? [] : [[`${name}_standard_error`, { axes, value: standardError }] as const]),
        ...(slope === null ? [] : [[`${name}_slope`, slope.slope] as const]),
      ];
    }),
  );
}
