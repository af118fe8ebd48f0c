import type { Game, NamedArray, ParameterSchema, ParametersOf, QuantityTable } from "meanfield";
import { renderPng, renderSvg } from "../figures/index.ts";
import type { Drawable } from "../figures/index.ts";
import { environment } from "./environment.ts";
import { npz } from "./npz.ts";
import { reportPage } from "./report-page.ts";
import { reserveRun } from "./run-folder.ts";
import type { Reservation, RunFiles } from "./run-folder.ts";
import { traceCsv } from "./trace-csv.ts";

/** What a command hands over to be kept. */
export interface RunRecord {
  readonly command: string;
  readonly game: Game;
  readonly parameters: ParametersOf<ParameterSchema>;
  /** The document that `--json` prints; `run` is filled in here. */
  readonly document: Readonly<Record<string, unknown>> & {
    readonly quantities: Readonly<Record<string, QuantityTable>>;
    readonly exact?: Readonly<Record<string, QuantityTable>>;
    readonly outcome: string;
    readonly reason: string;
  };
  /** How to ask for the same again: the path or name of the game as it was typed, and the flags that decided. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly arrays?: Readonly<Record<string, NamedArray>>;
  /** Rows of `trace.csv`. */
  readonly trace?: readonly Readonly<Record<string, number | string>>[];
  readonly figures: readonly Drawable[];
  /** Files that only this command has, by path inside the folder. */
  readonly files?: RunFiles;
}

/** Reserves the name of the run folder of a command. */
export function reserveFor(out: string, { command, game }: Pick<RunRecord, "command" | "game">): Reservation {
  return reserveRun(out, `${command === "solve" ? "" : `${command}-`}${game.id}`);
}

/**
 * Writes the run folder of a command and returns its path.
 *
 * @param reservation a name that was reserved before the work began
 */
export function saveRun(out: string, record: RunRecord, reservation: Reservation = reserveFor(out, record)): string {
  const { path, write } = reservation;
  const stored = {
    command: record.command,
    ...record.document,
    run: path,
    configuration: record.configuration,
    environment: environment(),
  };
  const figures = record.figures.map((figure) => ({ figure, svg: renderSvg(figure) }));
  const files: Record<string, string | Uint8Array> = {
    "run.json": `${JSON.stringify(stored, undefined, 2)}\n`,
    "arrays.npz": npz({
      // Quantities last: a name is always the quantity's, with the axes that go with it.
      ...record.arrays,
      ...arraysOf(record.document.quantities),
      ...prefixed("exact_", arraysOf(record.document.exact ?? {})),
    }),
    "trace.csv": traceCsv(record.trace ?? []),
    "report.html": reportPage(record.game, record.parameters, stored, figures),
    ...record.files,
  };
  for (const { figure, svg } of figures) {
    files[`figures/${figure.name}.svg`] = svg;
    files[`figures/${figure.name}.png`] = renderPng(figure);
  }
  write(files);
  return path;
}

/** Quantities as arrays: `cost` (no axes), `eta` and `eta_t`, `value` and `value_x`, … */
function arraysOf(tables: Readonly<Record<string, QuantityTable>>): Record<string, NamedArray> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, table] of Object.entries(tables)) {
    if (typeof table === "number") {
      arrays[name] = { shape: [], data: Float64Array.of(table) };
      continue;
    }
    const axes = "axes" in table ? table.axes : { t: table.t };
    const lengths = Object.values(axes).map((grid) => grid.length);
    arrays[name] = { shape: lengths, data: Float64Array.from(table.value) };
    for (const [axis, grid] of Object.entries(axes)) {
      arrays[`${name}_${axis}`] = { shape: [grid.length], data: Float64Array.from(grid) };
    }
  }
  return arrays;
}

function prefixed(prefix: string, arrays: Readonly<Record<string, NamedArray>>): Record<string, NamedArray> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [prefix + name, array]));
}
