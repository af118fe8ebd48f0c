/** What a thread does that learns whole runs: builds the game for itself, then takes one run after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { learnRun, prepareLearning } from "meanfield";
import type { LearnedRun, LearningRow, SolveRequest } from "meanfield";
import { findGame } from "../find-game.ts";
import type { News } from "./ledger.ts";

/** How a thread is told what to learn; all of it is cloned. */
export interface Commission {
  /** The game as it was asked for: its name, or the path of a person's own. */
  readonly asked: string;
  readonly request: SolveRequest;
  /** One 32-bit integer, shared: not zero once everybody is to stop. */
  readonly stop: SharedArrayBuffer;
}

/** One run to do. */
export interface Order {
  readonly run: number;
  readonly from: LearnedRun | undefined;
}

export type Report =
  | { readonly kind: "news"; readonly run: number; readonly news: News }
  | { readonly kind: "done"; readonly run: LearnedRun }
  | { readonly kind: "failed"; readonly name: string; readonly message: string; readonly stack: string | undefined };

/** Milliseconds between two reports. */
const pace = 100;

const { asked, request, stop } = workerData as Commission;
const flag = new Int32Array(stop);
const signal = {
  get aborted(): boolean {
    return Atomics.load(flag, 0) !== 0;
  },
};
const tell = (report: Report): void => parentPort?.postMessage(report, []);

async function prepared() {
  const { game, catalogue } = await findGame(asked);
  return prepareLearning(catalogue, game, request);
}

const preparation = prepared();

parentPort?.on("message", ({ run, from }: Order) => {
  void learn(run, from).catch((error: unknown) => {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: "failed", name, message, stack });
  });
});

async function learn(run: number, from: LearnedRun | undefined): Promise<void> {
  const ready = await preparation;
  const steps = learnRun(ready, run, { from, signal });
  const every = 1000 * ready.plan["checkpoint-every"];
  let rows: LearningRow[] = [];
  let [told, saved] = [performance.now(), performance.now()];
  for (;;) {
    const next = steps.next();
    if (next.done === true) return tell({ kind: "done", run: next.value });
    const { row, kept, save } = next.value;
    if (kept) rows.push(row);
    const now = performance.now();
    const due = now - saved >= every;
    if (!due && now - told < pace) continue;
    tell({ kind: "news", run, news: { rows, last: row, ...(due ? { saved: save() } : {}) } });
    rows = [];
    told = now;
    if (due) saved = now;
  }
}
