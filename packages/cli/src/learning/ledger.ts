import type { LearnedRun, LearningPreparation, LearningRow, SavedState } from "meanfield";
import { bar } from "../terminal.ts";
import { magnitude } from "../text/numbers.ts";

/** What is known of an experiment while it runs: for the progress line, and for checkpoints. */
export interface Ledger {
  readonly add: (run: number, news: News) => void;
  readonly finish: (run: LearnedRun) => void;
  /** Every run as far as it could be taken up again. */
  readonly runs: () => LearnedRun[];
  /** `learning [####----]  50 %  theta 0.481  exploitability 2.1e-3` */
  readonly line: () => string;
}

/** What has happened in a run since the last news of it. */
export interface News {
  /** New rows of its trace. */
  readonly rows: readonly LearningRow[];
  /** The row of its last iteration. */
  readonly last: LearningRow;
  /** The state after that iteration, now and then. */
  readonly saved?: SavedState;
}

interface Entry {
  rows: LearningRow[];
  last: LearningRow | null;
  /** The row of the last look at what only the model tells. */
  looked: LearningRow | null;
  /** The run as it was when its state was last heard of. */
  kept: LearnedRun;
  finished: boolean;
}

/** What is seen now and then only. */
const LOOKS: readonly string[] = ["field_error", "exploitability", "limit_loss"];

/** @param from runs that were begun in an earlier sitting */
export function openLedger({ plan, iterations }: LearningPreparation, from: readonly LearnedRun[]): Ledger {
  const entries = new Map<number, Entry>();
  const entryOf = (run: number): Entry => {
    const known = entries.get(run);
    if (known !== undefined) return known;
    const kept: LearnedRun = {
      run,
      end: "aborted",
      reason: "not begun",
      iterations: 0,
      rows: [],
      last: null,
      saved: null,
    };
    const entry: Entry = { rows: [], last: null, looked: null, kept, finished: false };
    entries.set(run, entry);
    return entry;
  };
  for (const run of from) {
    const entry = entryOf(run.run);
    entry.rows = [...run.rows];
    entry.last = run.last;
    entry.kept = run;
  }
  return {
    add: (run, { rows, last, saved }) => {
      const entry = entryOf(run);
      entry.rows.push(...rows);
      entry.last = last;
      entry.looked = [...rows, last].findLast((row) => LOOKS.some((name) => name in row)) ?? entry.looked;
      if (saved === undefined) return;
      const done = last.k + 1;
      const reason = `kept after ${done} iterations`;
      entry.kept = { run, end: "aborted", reason, iterations: done, rows: [...entry.rows], last, saved };
    },
    finish: (run) => {
      const entry = entryOf(run.run);
      entry.rows = [...run.rows];
      entry.last = run.last;
      entry.kept = run;
      entry.finished = run.end !== "aborted";
    },
    runs: () => [...entries.values()].map(({ kept }) => kept),
    line: () => {
      const all = [...entries.values()];
      const done = all
        .map(({ last, finished }) => (finished ? iterations : (last?.k ?? -1) + 1))
        .reduce((sum, count) => sum + count, 0);
      const shown = ["theta", "field_error", "exploitability", "loss", "limit_loss"].flatMap((name) => {
        const values = all.flatMap(({ last, looked }) => {
          // Between two looks the last is shown, with the loss that belongs to it.
          const seen = LOOKS.includes(name) || (name === "loss" && looked !== null && "limit_loss" in looked);
          return (seen ? looked : last)?.[name] ?? [];
        });
        if (values.length === 0) return [];
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        return [`${name.replaceAll("_", " ")} ${name === "theta" ? mean.toPrecision(4) : magnitude(mean)}`];
      });
      return [`learning ${bar(done / (plan.runs * iterations))}`, ...shown].join("  ");
    },
  };
}
