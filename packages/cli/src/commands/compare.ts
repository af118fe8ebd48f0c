import {
  InputError,
  byName,
  describeParameters,
  evenGrid,
  fittingSolvers,
  prepare,
  solve,
  tabulate,
  version,
} from "meanfield";
import type { Preparation, QuantityTable, Solution, SolveRequest, Solver } from "meanfield";
import { UsageError } from "../failure.ts";
import { findGame } from "../find-game.ts";
import type { FoundGame } from "../find-game.ts";
import { readFlags, realNumber, wholeNumber } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { processTerminal } from "../terminal.ts";
import { digits, duration, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";
import { codeOf } from "./solve.ts";

export interface CompareFlags extends CommonFlags {
  readonly solvers?: string;
  readonly vary?: string;
}

/** One cell of a comparison: one solver, and one value of the varied parameter where there is one. */
export interface Compared {
  readonly solver: string;
  readonly value: number | undefined;
  readonly solution: Solution;
}

/** `meanfield compare <game> --solvers a,b,c [--vary name=from:to:count]` */
export async function compareCommand(asked: string, flags: CompareFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const found = await findGame(asked);
  const { game } = found;
  const { request, out, save } = readFlags(game, flags);
  // Options belong to single methods; the game and the question are validated without them.
  const base = prepare(found.catalogue, game, { ...request, options: {}, tolerance: undefined });
  const vary = flags.vary === undefined ? undefined : readVary(flags.vary);
  const solvers = solverNames(found, base, flags, vary !== undefined);
  const solverOf = (name: string): Solver => byName("solver", found.catalogue.solvers, (solver) => solver.name, name);
  const methods = solvers.map(solverOf);
  // Every cell is validated before the first is solved: a bad corner costs nothing.
  const cells = solvers.flatMap((solver) =>
    (vary?.values ?? [undefined]).map((value) => ({
      solver,
      value,
      preparation: prepare(found.catalogue, game, cellRequest(request, methods, solverOf(solver), vary?.name, value)),
    })),
  );
  if (save) checkWritable(out);
  const compared: Compared[] = [];
  const started = performance.now();
  await interruptible(async (signal) => {
    for (const { solver, value, preparation } of cells) {
      if (signal.aborted) return;
      terminal.progress(
        `${compared.length + 1} of ${cells.length}: ${solver}${value === undefined ? "" : ` at ${value}`}`,
      );
      compared.push({ solver, value, solution: await solve(preparation, { signal }) });
    }
  });
  terminal.progress(undefined);
  const rows = compared.map(({ solver, value, solution }) => rowOf(solver, value, solution));
  const worst = worstOutcome(rows, compared.length < cells.length);
  const document = {
    game: game.id,
    solvers,
    ...(vary === undefined ? {} : { vary }),
    parameters: base.parameters,
    concept: base.question.concept,
    players: Number.isFinite(base.question.players) ? base.question.players : null,
    information: Number.isFinite(base.question.players) ? base.question.information : null,
    seed: base.seed,
    version,
    ...worst,
    seconds: (performance.now() - started) / 1000,
    rows,
    differences: vary === undefined ? differences(compared) : {},
    quantities: quantitiesOf(compared, vary?.name),
  };
  const run = save
    ? (await import("../runs/save-run.ts")).saveRun(out, {
        command: "compare",
        game,
        parameters: base.parameters,
        document,
        configuration: {
          game: asked,
          parameters: base.parameters,
          solvers,
          ...(vary === undefined ? {} : { vary }),
          seed: base.seed,
        },
        figures: (await import("../figures/of-comparison.ts")).comparisonFigures(game, compared, vary?.name),
      })
    : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, run }));
  else {
    terminal.print(`${terminal.bold(game.title)} — ${solvers.join(", ")}`);
    terminal.print(tableOf(rows, vary?.name));
    for (const [name, spread] of Object.entries(document.differences)) {
      terminal.print(`  ${name}: largest difference between solvers ${magnitude(spread)}`);
    }
    if (run !== null) terminal.print(`report  ${run}/report.html`);
  }
  return codeOf(worst.outcome);
}

/** `sigma=0.1:0.5:5` or `sigma=0.1,0.2,0.5`. */
export function readVary(text: string): { readonly name: string; readonly values: readonly number[] } {
  const match = /^([^=]+)=(.+)$/.exec(text);
  if (match === null) throw new UsageError(`--vary ${text}: must be name=from:to:count or name=v1,v2,…`);
  const [, name, list] = match as unknown as [string, string, string];
  const range = list.split(":");
  if (range.length === 1) return { name, values: list.split(",").map((item) => realNumber(`vary ${name}`, item)) };
  if (range.length !== 3) throw new UsageError(`--vary ${text}: must be name=from:to:count or name=v1,v2,…`);
  const [from, to] = [realNumber(`vary ${name}`, range[0]), realNumber(`vary ${name}`, range[1])];
  const count = wholeNumber(`vary ${name}`, range[2], 2);
  // Twelve digits: nobody who types 0.1:0.5:5 means 0.30000000000000004.
  const values = [...evenGrid(from, to, count)].map((value) => Number(value.toPrecision(12)));
  return { name, values };
}

function solverNames({ catalogue }: FoundGame, base: Preparation, flags: CompareFlags, varied: boolean): string[] {
  if (flags.solvers !== undefined) {
    const names = flags.solvers.split(",").map((name) => name.trim());
    if (new Set(names).size !== names.length)
      throw new UsageError(`--solvers ${flags.solvers}: must be different names`);
    return names;
  }
  // Varying a parameter asks about the game, not about methods: the best solver is enough.
  if (varied) return [base.solver.name];
  return fittingSolvers(catalogue.solvers, base.model, base.question).map(({ name }) => name);
}

/**
 * The request of one cell: each solver takes those options (and the tolerance) that it has.
 *
 * @throws InputError for an option that none of the compared solvers has.
 */
function cellRequest(
  request: SolveRequest,
  solvers: readonly Solver[],
  solver: Solver,
  name: string | undefined,
  value: number | undefined,
): SolveRequest {
  const { options = {}, tolerance, ...rest } = request;
  const has = (candidate: Solver, option: string): boolean =>
    Object.hasOwn(describeParameters(candidate.options), option);
  for (const [option, given] of Object.entries({ ...options, ...(tolerance === undefined ? {} : { tolerance }) })) {
    if (!solvers.some((candidate) => has(candidate, option))) {
      throw new InputError(
        `option ${option}`,
        given,
        `an option of ${solvers.map((candidate) => candidate.name).join(" or ")}`,
      );
    }
  }
  return {
    ...rest,
    solver: solver.name,
    options: Object.fromEntries(Object.entries(options).filter(([option]) => has(solver, option))),
    ...(tolerance === undefined || !has(solver, "tolerance") ? {} : { tolerance }),
    ...(name === undefined ? {} : { parameters: { ...request.parameters, [name]: value } }),
  };
}

interface Row {
  readonly solver: string;
  readonly value?: number;
  readonly outcome: string;
  readonly reason: string;
  readonly iterations: number;
  readonly seconds: number;
  readonly certificate: Solution["certificate"];
  readonly scalars: Readonly<Record<string, number>>;
}

function rowOf(solver: string, value: number | undefined, solution: Solution): Row {
  const { outcome, reason, iterations } = solution.outcome;
  return {
    solver,
    ...(value === undefined ? {} : { value }),
    outcome,
    reason,
    iterations,
    seconds: solution.seconds,
    certificate: solution.certificate,
    scalars: scalarsOf(solution),
  };
}

function scalarsOf(solution: Solution): Record<string, number> {
  return Object.fromEntries(
    Object.entries(solution.quantities).flatMap(([name, quantity]) =>
      quantity.axes.length === 0 ? [[name, quantity.at()]] : [],
    ),
  );
}

function worstOutcome(rows: readonly Row[], stopped: boolean): { outcome: string; reason: string } {
  if (stopped || rows.some(({ outcome }) => outcome === "aborted"))
    return { outcome: "aborted", reason: "stopped by request" };
  const bad = rows.find(({ outcome }) => outcome !== "converged");
  return bad === undefined
    ? { outcome: "converged", reason: `${rows.length} solves, all converged` }
    : { outcome: bad.outcome, reason: `${bad.solver}: ${bad.reason}` };
}

/** Largest distance between any two solvers, for every quantity, over its whole grid. */
function differences(compared: readonly Compared[]): Record<string, number> {
  const first = compared[0]?.solution.quantities ?? {};
  return Object.fromEntries(
    Object.keys(first).map((name) => {
      const columns = compared.map(({ solution }) => valuesOf(tabulate(solution.quantities[name])));
      const spread = (columns[0] ?? []).map((_, i) => {
        const cell = columns.map((column) => column[i]);
        return Math.max(...cell) - Math.min(...cell);
      });
      return [name, Math.max(...spread)];
    }),
  );
}

function valuesOf(quantity: QuantityTable): readonly number[] {
  return typeof quantity === "number" ? [quantity] : quantity.value;
}

/** Scalars by solver (`cost_riccati`), or along the varied parameter. */
function quantitiesOf(compared: readonly Compared[], vary: string | undefined): Record<string, QuantityTable> {
  const quantities: Record<string, QuantityTable> = {};
  for (const solver of new Set(compared.map((cell) => cell.solver))) {
    const cells = compared.filter((cell) => cell.solver === solver);
    for (const name of Object.keys(scalarsOf(cells[0].solution))) {
      const values = cells.map(({ solution }) => scalarsOf(solution)[name]);
      quantities[`${name}_${solver.replaceAll("-", "_")}`] =
        vary === undefined ? values[0] : { axes: { [vary]: cells.map(({ value }) => value as number) }, value: values };
    }
  }
  return quantities;
}

/** Outcomes and certificates row by row; below, every scalar with one column per solver (or per varied value). */
function tableOf(rows: readonly Row[], vary: string | undefined): string {
  const column = ({ solver, value }: Row): string => (vary === undefined ? solver : digits(value, 6));
  const outcomes = rows.map((row) => [
    ...(vary === undefined ? [] : [digits(row.value, 6)]),
    row.solver,
    row.outcome,
    String(row.iterations),
    duration(row.seconds),
    ...Object.values(row.certificate).map(magnitude),
  ]);
  const header = [
    "solver",
    "outcome",
    "iterations",
    "time",
    "exploitability",
    "consistency",
    "residual",
    "exact error",
  ];
  const names = Object.keys(rows[0]?.scalars ?? {});
  const scalars = names.map((name) => [
    name,
    ...rows.map((row) => digits(row.scalars[name], vary === undefined ? 10 : 6)),
  ]);
  return [
    table([[...(vary === undefined ? [] : [vary]), ...header], ...outcomes], "  "),
    "",
    table([[vary ?? "", ...rows.map(column)], ...scalars], "  "),
    "",
  ].join("\n");
}
