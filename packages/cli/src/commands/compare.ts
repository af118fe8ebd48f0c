import { RefusalError, answerOf, evenGrid, fittingSolvers, prepare, solve, solverNamed, version } from "meanfield";
import type { Preparation, Solver } from "meanfield";
import {
  cellRequest,
  differences,
  orRefusal,
  pairDistances,
  quantitiesOf,
  rowOf,
  scalarNames,
  worstOutcome,
} from "../comparison.ts";
import type { Compared, PairDistance, PlannedCell, Refused, Row } from "../comparison.ts";
import { UsageError } from "../failure.ts";
import { findGame } from "../find-game.ts";
import type { FoundGame } from "../find-game.ts";
import { checkInformation, readFlags, sameAgain, realNumber, wholeNumber } from "../flags.ts";
import type { CommonFlags } from "../flags.ts";
import { breath, interruptible } from "../interrupt.ts";
import { checkWritable } from "../runs/run-folder.ts";
import { processTerminal } from "../terminal.ts";
import { certificateMeaning } from "../text/certificate.ts";
import { digits, duration, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";
import { codeOf } from "./solve.ts";

export interface CompareFlags extends CommonFlags {
  readonly solvers?: string;
  readonly vary?: string;
}

/** `meanfield compare <game> --solvers a,b,c [--vary name=from:to:count]` */
export async function compareCommand(asked: string, flags: CompareFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const found = await findGame(asked);
  const { game } = found;
  const { file, request, out, save } = readFlags(game, flags);
  checkInformation(request, flags);
  // Options belong to single methods; the game and the question are validated without them.
  const base = prepare(found.catalogue, game, { ...request, options: {}, tolerance: undefined });
  const vary = flags.vary === undefined ? file.vary : readVary(flags.vary);
  if (vary !== undefined && flags.set.some((text) => text.startsWith(`${vary.name}=`))) {
    throw new UsageError(`--vary ${vary.name}: is also given by --set`);
  }
  const solvers = solverNames(found, base, flags.solvers?.split(",") ?? file.solvers, vary !== undefined);
  const solverOf = (name: string): Solver => solverNamed(found.catalogue.solvers, base.model, base.question, name);
  const methods = solvers.map(solverOf);
  // Every cell is validated before the first is solved: a bad corner costs nothing. Along a varied parameter existence
  // may end; such values are rows of their own, not the end of the comparison.
  const cells = solvers.flatMap((solver) =>
    (vary?.values ?? [undefined]).map((value): PlannedCell => {
      const plan = (): Preparation =>
        prepare(found.catalogue, game, cellRequest(request, methods, solverOf(solver), vary?.name, value));
      return { solver, value, plan: vary === undefined ? plan() : orRefusal(plan) };
    }),
  );
  if (save) checkWritable(out);
  const done: (Compared | Refused)[] = [];
  const started = performance.now();
  await interruptible(async (signal) => {
    for (const { solver, value, plan } of cells) {
      // A solve of one step never gives the thread back by itself.
      await breath();
      if (signal.aborted) return;
      terminal.progress(`${done.length + 1} of ${cells.length}: ${solver}${value === undefined ? "" : ` at ${value}`}`);
      done.push(await solveCell(solver, value, plan, signal));
    }
  });
  terminal.progress(undefined);
  const compared = done.filter((cell) => "solution" in cell);
  const [first] = done;
  if (compared.length === 0 && first !== undefined && "refusal" in first) throw new RefusalError(first.refusal);
  const rows = done.map(rowOf);
  const worst = worstOutcome(rows, done.length < cells.length);
  const answer = answerOf(base);
  const pairs = vary === undefined ? pairDistances(compared) : [];
  const document = {
    game: game.id,
    solvers,
    ...(vary === undefined ? {} : { vary }),
    parameters: base.parameters,
    concept: base.question.concept,
    ...(answer === undefined ? {} : { answer }),
    players: Number.isFinite(base.question.players) ? base.question.players : null,
    information: Number.isFinite(base.question.players) ? base.question.information : null,
    seed: base.seed,
    ...(base.initial === undefined ? {} : { initial: base.initial }),
    version,
    ...worst,
    seconds: (performance.now() - started) / 1000,
    rows,
    differences: differences(pairs),
    pairs,
    quantities: quantitiesOf(compared, vary?.name),
  };
  const run = save
    ? (await import("../runs/save-run.ts")).saveRun(out, {
        command: "compare",
        game,
        parameters: base.parameters,
        document,
        configuration: { ...sameAgain(asked, base, request), solvers, ...(vary === undefined ? {} : { vary }) },
        trace: compared.flatMap(({ solver, value, solution, elapsed }) =>
          solution.outcome.trace.map((row, i) => ({
            solver,
            ...(value === undefined ? {} : { value }),
            seconds: elapsed[i],
            ...row,
          })),
        ),
        figures: (await import("../figures/of-comparison.ts")).comparisonFigures(game, compared, vary?.name),
      })
    : null;
  if (flags.json === true) terminal.print(JSON.stringify({ ...document, run }));
  else {
    terminal.print(`${terminal.bold(game.title)} — ${solvers.join(", ")}`);
    terminal.print(tableOf(rows, vary?.name));
    for (const line of distanceLines(document.pairs, document.differences)) terminal.print(line);
    if (run !== null) terminal.print(`report  ${run}/report.html`);
  }
  return codeOf(worst.outcome);
}

/** More than anybody reads; a slip of the finger should not start a week of work. */
const most = 1000;

/** `sigma=0.1:0.5:5` or `sigma=0.1,0.2,0.5`. */
export function readVary(text: string): { readonly name: string; readonly values: readonly number[] } {
  const match = /^([^=]+)=(.+)$/.exec(text);
  if (match === null) throw new UsageError(`--vary ${text}: must be name=from:to:count or name=v1,v2,…`);
  const [, name, list] = match as unknown as [string, string, string];
  const range = list.split(":");
  if (range.length === 1) return { name, values: list.split(",").map((item) => realNumber(`vary ${name}`, item)) };
  if (range.length !== 3) throw new UsageError(`--vary ${text}: must be name=from:to:count or name=v1,v2,…`);
  const [from, to] = [realNumber(`vary ${name}`, range[0]), realNumber(`vary ${name}`, range[1])];
  const count = wholeNumber(`vary ${name}=from:to:count with count =`, range[2], 2);
  if (count > most) throw new UsageError(`--vary ${text}: must have at most ${most} values`);
  // Twelve digits: nobody who types 0.1:0.5:5 means 0.30000000000000004.
  const values = [...evenGrid(from, to, count)].map((value) => Number(value.toPrecision(12)));
  return { name, values };
}

function solverNames(
  { catalogue }: FoundGame,
  base: Preparation,
  asked: readonly string[] | undefined,
  varied: boolean,
): string[] {
  if (asked !== undefined) {
    const names = asked.map((name) => name.trim());
    if (new Set(names).size !== names.length)
      throw new UsageError(`--solvers ${asked.join(",")}: must be different names`);
    return names;
  }
  // Varying a parameter asks about the game, not about methods: the best solver is enough.
  if (varied) return [base.solver.name];
  return fittingSolvers(catalogue.solvers, base.model, base.question).map(({ name }) => name);
}

async function solveCell(
  solver: string,
  value: number | undefined,
  plan: PlannedCell["plan"],
  signal: AbortSignal,
): Promise<Compared | Refused> {
  if (plan instanceof RefusalError) return { solver, value, refusal: plan.message };
  try {
    const elapsed: number[] = [];
    const started = performance.now();
    const watch = (): void => void elapsed.push((performance.now() - started) / 1000);
    return { solver, value, solution: await solve(plan, { signal, watch }), elapsed };
  } catch (error) {
    if (error instanceof RefusalError) return { solver, value, refusal: error.message };
    throw error;
  }
}

/** Outcomes and certificates row by row; below, every scalar with one column per solver (or per varied value). */
function tableOf(rows: readonly Row[], vary: string | undefined): string {
  const measures = ["exploitability", "consistency", "residual", "exactError"] as const;
  const titles = measures.map((name) => certificateMeaning(name).title);
  const outcomes = rows.map((row) => [
    ...(vary === undefined ? [] : [digits(row.value, 6)]),
    row.solver,
    row.outcome,
    String(row.iterations ?? "—"),
    row.seconds === null ? "—" : duration(row.seconds),
    ...measures.map((name) => magnitude(row.certificate?.[name] ?? null)),
  ]);
  const header = [...(vary === undefined ? [] : [vary]), "solver", "outcome", "iterations", "time", ...titles];
  const columns = rows.map(({ solver, value }) => (vary === undefined ? solver : digits(value, 6)));
  const scalars = scalarNames(rows).map((name) => [
    name,
    ...rows.map((row) => digits(row.scalars[name], vary === undefined ? 10 : 6)),
  ]);
  const refusals = rows.filter(({ outcome }) => outcome === "refused").map(({ reason }) => `  refused: ${reason}`);
  return [
    table([header, ...outcomes], "  "),
    ...refusals,
    "",
    table([[vary ?? "", ...columns], ...scalars], "  "),
    "",
  ].join("\n");
}

/** What still fits on a terminal's line. */
const mostPairs = 6;

/** How far the answers lie apart: one column for each pair of solvers, or for many solvers the largest distance of any two. */
function distanceLines(
  pairs: readonly PairDistance[],
  differences: Readonly<Record<string, number>>,
): readonly string[] {
  if (pairs.length === 0) return [];
  if (pairs.length > mostPairs) {
    return Object.entries(differences).map(
      ([name, spread]) => `  ${name}: largest difference between solvers ${magnitude(spread)}`,
    );
  }
  const names = [...new Set(pairs.flatMap(({ distance }) => Object.keys(distance)))];
  const header = ["distance", ...pairs.map(({ solvers }) => solvers.join(" – "))];
  return [
    table(
      [header, ...names.map((name) => [name, ...pairs.map(({ distance }) => magnitude(distance[name] ?? null))])],
      "  ",
    ),
    "",
  ];
}
