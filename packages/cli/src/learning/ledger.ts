import type { LearnedRun, LearningPreparation, LearningRow, SavedState } from "meanfield";
import { bar } from "../terminal.ts";
import { magnitude } from "../text/numbers.ts";

/** What is known of an experiment while it runs: for the progress line, and for checkpoints. */
export interface Ledger {
  /** New rows of a run, with the state after the last of them where it comes along. */
  readonly add: (run: number, rows: readonly LearningRow[], saved?: SavedState) => void;
  readonly finish: (run: LearnedRun) => void;
  /** Every run as far as it could be taken up again. */
  readonly runs: () => LearnedRun[];
  /** `learning [####----]  50 %  theta 0.481  exploitability 2.1e-3` */
  readonly line: () => string;
}

interface Entry {
  rows: LearningRow[];
  /** The run as it was after the first `kept.rows.length` rows. */
  kept: LearnedRun;
  finished: boolean;
}

/** @param from runs that were begun in an earlier sitting */
export function openLedger({ plan, iterations }: LearningPreparation, from: readonly LearnedRun[]): Ledger {
  const entries = new Map<number, Entry>();
  const entryOf = (run: number): Entry => {
    const known = entries.get(run);
    if (known !== undefined) return known;
    const kept: LearnedRun = { run, end: "aborted", reason: "not begun", rows: [], saved: null };
    const entry: Entry = { rows: [], kept, finished: false };
    entries.set(run, entry);
    return entry;
  };
  for (const run of from) {
    const entry = entryOf(run.run);
    entry.rows = [...run.rows];
    entry.kept = run;
  }
  return {
    add: (run, rows, saved) => {
      const entry = entryOf(run);
      entry.rows.push(...rows);
      if (saved === undefined) return;
      const reason = `kept after ${entry.rows.length} iterations`;
      entry.kept = { run, end: "aborted", reason, rows: [...entry.rows], saved };
    },
    finish: (run) => {
      const entry = entryOf(run.run);
      entry.rows = [...run.rows];
      entry.kept = run;
      entry.finished = run.end !== "aborted";
    },
    runs: () => [...entries.values()].map(({ kept }) => kept),
    line: () => {
      const all = [...entries.values()];
      const done = all.reduce((sum, { rows, finished }) => sum + (finished ? iterations : rows.length), 0);
      const last = all.flatMap(({ rows }) => rows.at(-1) ?? []);
      const shown = ["theta", "field_error", "exploitability"].flatMap((name) => {
        const values = last.flatMap((row) => row[name] ?? []);
        if (values.length === 0) return [];
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return [`${name.replaceAll("_", " ")} ${name === "theta" ? mean.toPrecision(4) : magnitude(mean)}`];
      });
      return [`learning ${bar(done / (plan.runs * iterations))}`, ...shown].join("  ");
    },
  };
}
