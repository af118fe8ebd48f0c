import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitCode } from "../failure.ts";
import { openInBrowser } from "../open-in-browser.ts";
import { readRun } from "../runs/read-run.ts";
import type { StoredRun } from "../runs/read-run.ts";
import { processTerminal } from "../terminal.ts";
import { certificateMeaning } from "../text/certificate.ts";
import { digits, duration, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";
import { questionOf } from "./runs.ts";

export interface ReportFlags {
  readonly open?: boolean;
  readonly json?: boolean;
}

/** `meanfield report <run...>`: one run in words, or several side by side. */
export function reportCommand(paths: readonly string[], flags: ReportFlags): number {
  const terminal = processTerminal(false);
  const runs = paths.map((path) => readRun(path));
  if (flags.json === true) {
    terminal.print(JSON.stringify(runs.length === 1 ? runs[0] : runs));
    return exitCode.done;
  }
  for (const [i, run] of runs.entries()) {
    const page = join(paths[i], "report.html");
    terminal.print(`${terminal.bold(paths[i])}  ${run.command} ${questionOf(run)}`);
    terminal.print(`  ${run.outcome} after ${duration(run.seconds)}: ${run.reason}`);
    if (existsSync(page)) {
      terminal.print(`  ${page}`);
      if (flags.open === true) openInBrowser(page);
    }
  }
  terminal.print(
    table([["", ...paths.map((_, i) => (paths.length === 1 ? "" : `run ${i + 1}`))], ...rowsOf(runs)], "  "),
  );
  return exitCode.done;
}

/** Certificate, scalars, confidence intervals and the parameters that differ (all of them for a single run). */
function rowsOf(runs: readonly StoredRun[]): string[][] {
  const certificate = Object.keys(runs[0]?.certificate ?? {}).map((name) => [
    certificateMeaning(name).title,
    ...runs.map((run) => magnitude(run.certificate?.[name] ?? null)),
  ]);
  const scalars = namesOf(runs, (run) => run.quantities)
    .filter((name) => runs.some((run) => typeof run.quantities[name] === "number"))
    .map((name) => [
      name,
      ...runs.map((run) => (typeof run.quantities[name] === "number" ? digits(run.quantities[name]) : "—")),
    ]);
  const intervals = namesOf(runs, (run) => run.estimates ?? {}).map((name) => [
    `${name}, 95 % interval`,
    ...runs.map((run) => {
      const estimate = run.estimates?.[name];
      return estimate === undefined ? "—" : `[${digits(estimate.low, 6)}, ${digits(estimate.high, 6)}]`;
    }),
  ]);
  const parameters = namesOf(runs, (run) => run.parameters)
    .map((name) => [name, ...runs.map((run) => JSON.stringify(run.parameters[name]) ?? "—")])
    .filter(([, ...cells]) => runs.length === 1 || new Set(cells).size > 1);
  return [...certificate, ...scalars, ...intervals, ...parameters];
}

function namesOf(runs: readonly StoredRun[], of: (run: StoredRun) => Readonly<Record<string, unknown>>): string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(of(run))))];
}
