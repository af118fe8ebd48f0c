import { RefusalError, prepare, version } from "meanfield";
import type { QuantityTable, StabilityGrid, StabilityTable } from "meanfield";
import { UsageError, exitCode } from "../failure.ts";
import { findGame } from "../find-game.ts";
import { readFlags, sameAgain, wholeFlag, wholeNumber } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { drive, interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { bar, processTerminal } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { digits, duration, interval, magnitude } from "../text/numbers.ts";
import { stabilityCsv, stabilityTex } from "../text/stability.ts";
import { table } from "../text/table.ts";

export interface StabilityFlags extends Omit<CommonFlags, "players"> {
  readonly k?: string;
  readonly players?: string;
  readonly repeats?: string;
  readonly perturb?: string;
}

/** `meanfield stability <game> --k 1,2,4 --players 1,2,4 --repeats R` */
export async function stabilityCommand(asked: string, flags: StabilityFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const { game, catalogue } = await findGame(asked);
  const { players: list, k, perturb, ...others } = flags;
  const { file, request, out, save } = readFlags(game, others);
  const levels = readSizes("k", k ?? (file.k ?? defaults.levels).join(","));
  const players = readSizes("players", list ?? [file.players ?? defaults.players].flat().join(","));
  const perturbations = perturb?.split(",").map((name) => name.trim()) ?? file.perturb;
  const repeats = wholeFlag("repeats", flags.repeats, file.repeats, 1000, 0);
  if (repeats === 1) throw new UsageError("--repeats 1: one path has no standard error; allowed are 0 and at least 2");
  // The table has systems of any number of players; parameters are those of the limit.
  const { players: _, ...question } = request.question ?? {};
  const preparation = prepare(catalogue, game, { ...request, question });
  const { parameters, model, wing, seed } = preparation;
  const { stability } = wing;
  if (stability === undefined)
    throw new RefusalError(`${game.id}: no table of stability for the family ${model.family}`);
  if (save) checkWritable(out);
  const started = performance.now();
  const { result, stopped } = await interruptible(async (signal) => {
    const settings = { levels, players, repeats, seed, signal };
    const work = stability(model, perturbations === undefined ? settings : { ...settings, perturbations });
    const result = await drive(work, (share) => terminal.progress(`stability ${bar(share)}`));
    return { result, stopped: signal.aborted };
  });
  terminal.progress(undefined);
  const document = {
    game: game.id,
    k: result.levels,
    players: result.players,
    perturb: result.perturbations,
    repeats,
    parameters,
    seed,
    version,
    outcome: stopped ? "aborted" : "converged",
    reason: stopped
      ? "stopped by request"
      : `${result.levels.length} × ${result.players.length} systems and their limits`,
    seconds: (performance.now() - started) / 1000,
    checks: result.grids.map((grid) => ({ name: grid.name, ...agreement(grid) })),
    tables: result.grids.map(({ rows, columns, ...grid }) => ({
      ...grid,
      k: rows.map(named),
      players: columns.map(named),
    })),
    rates: result.rates.map(({ at, ...rate }) => ({ ...rate, at: named(at) })),
    quantities: quantitiesOf(result),
  };
  const run = save
    ? (await import("../runs/save-run.ts")).saveRun(out, {
        command: "stability",
        game,
        parameters,
        document,
        configuration: {
          ...sameAgain(asked, preparation, request),
          k: levels,
          players,
          repeats,
          perturb: result.perturbations,
        },
        trace: result.rates.map(({ grid, along, at, slope, asymptotic, theory }) => ({
          table: grid,
          along,
          at: named(at),
          slope: slope?.slope ?? "",
          low: slope?.low ?? "",
          high: slope?.high ?? "",
          asymptotic: asymptotic ?? "",
          theory,
        })),
        figures: (await import("../figures/of-stability.ts")).stabilityFigures(game, result),
        files: { "stability.csv": stabilityCsv(result), "stability.tex": stabilityTex(game, parameters, result) },
      })
    : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, run }));
  else {
    terminal.print(`${terminal.bold(game.title)} — stability of propagation of chaos, ${duration(document.seconds)}`);
    terminal.print(`perturbed: ${result.perturbations.join(", ")}`);
    printTables(terminal, result);
    if (run !== null) {
      terminal.print(`report  ${run}/report.html`);
      terminal.print(`tables  ${run}/stability.csv, ${run}/stability.tex`);
    }
  }
  return stopped ? exitCode.interrupted : exitCode.done;
}

const defaults = { levels: [1, 2, 4, 8, 16, 32, 64, 128], players: [1, 2, 4, 8, 16, 64, 256] } as const;

/** @throws UsageError unless the list is of different whole numbers of at least 1; sorts it. */
function readSizes(field: string, list: string): number[] {
  const sizes = list.split(",").map((item) => wholeNumber(field, item.trim(), 1));
  if (new Set(sizes).size !== sizes.length) throw new UsageError(`--${field} ${list}: must be different numbers`);
  return sizes.toSorted((a, b) => a - b);
}

/** JSON has no infinity. */
function named(size: number): number | "inf" {
  return size === Infinity ? "inf" : size;
}

interface Agreement {
  /** Largest |closed form − check|, relative where numbers exceed one. */
  readonly largestDifference: number;
  /** Simulated cells within four standard errors, and how many there are. */
  readonly within?: number;
  readonly simulated?: number;
  /** Largest distance of a simulated cell in standard errors. */
  readonly largestDeviation?: number;
}

function agreement({ value, check, simulated }: StabilityGrid): Agreement {
  const cells = value.flatMap((row, i) =>
    row.map((number, j) => ({ number, other: check[i][j], estimate: simulated?.[i]?.[j] })),
  );
  const largestDifference = cells.reduce(
    (worst, { number, other }) => Math.max(worst, Math.abs(number - other) / Math.max(1, Math.abs(number))),
    0,
  );
  const deviations = cells.flatMap(({ number, estimate }) =>
    estimate !== undefined && estimate.standardError > 0 && Number.isFinite(estimate.standardError)
      ? [Math.abs(estimate.mean - number) / estimate.standardError]
      : [],
  );
  if (deviations.length === 0) return { largestDifference };
  return {
    largestDifference,
    within: deviations.filter((deviation) => deviation <= 4).length,
    simulated: deviations.length,
    largestDeviation: Math.max(...deviations),
  };
}

function printTables(terminal: Terminal, { grids, rates }: StabilityTable): void {
  const size = (count: number): string => (count === Infinity ? "∞" : String(count));
  for (const grid of grids.filter(({ name }) => name === "Y0" || name === "dist_to_limit")) {
    terminal.print("");
    terminal.print(terminal.bold(`${grid.name}: ${grid.title}`));
    const header = ["k \\ N", ...grid.columns.map(size)];
    const rows = grid.rows.map((k, i) => [size(k), ...grid.value[i].map((number) => digits(number, 6))]);
    terminal.print(table([header, ...rows], "  "));
  }
  terminal.print("");
  for (const grid of grids) {
    const { largestDifference, within, simulated, largestDeviation } = agreement(grid);
    const chance =
      simulated === undefined
        ? ""
        : `; simulated: ${within} of ${simulated} cells within 4 standard errors, largest ${digits(largestDeviation, 3)}`;
    terminal.print(
      `  ${grid.name}: closed form and its check differ by at most ${magnitude(largestDifference)}${chance}`,
    );
  }
  terminal.print("");
  const rows = rates.map(({ along, at, slope, asymptotic, theory }) => [
    along === "players" ? `k = ${size(at)}, N → ∞` : `N = ${size(at)}, k → ∞`,
    slope === null ? "—" : slope.slope.toFixed(3),
    interval(slope),
    asymptotic === undefined ? "" : asymptotic.toFixed(3),
    String(theory),
  ]);
  terminal.print(table([["rate", "slope (upper half)", "95 % interval", "in the limit", "theory"], ...rows], "  "));
}

/** Cells and margins as arrays with finite axes, for `arrays.npz` and readers of `quantities`. */
function quantitiesOf({ grids }: StabilityTable): Record<string, QuantityTable> {
  return Object.fromEntries(
    grids.flatMap(({ name, rows, columns, value }) => {
      const [k, players] = [rows.filter(Number.isFinite), columns.filter(Number.isFinite)];
      const at = (row: number, column: number): number => value[rows.indexOf(row)][columns.indexOf(column)];
      const [toK, toN] = [rows.includes(Infinity), columns.includes(Infinity)];
      return [
        [name, { axes: { k, players }, value: k.flatMap((row) => players.map((column) => at(row, column))) }],
        ...(toN ? [[`${name}_many_players`, { axes: { k }, value: k.map((row) => at(row, Infinity)) }] as const] : []),
        ...(toK
          ? [
              [
                `${name}_unperturbed`,
                { axes: { players }, value: players.map((column) => at(Infinity, column)) },
              ] as const,
            ]
          : []),
        ...(toK && toN ? [[`${name}_corner`, at(Infinity, Infinity)] as const] : []),
      ] as readonly (readonly [string, QuantityTable])[];
    }),
  );
}
