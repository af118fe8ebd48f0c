import { Worker } from "node:worker_threads";
import { learnStream } from "meanfield";
import type { LearnedRun, LearningPreparation, SolveRequest } from "meanfield";
import type { Ledger } from "./ledger.ts";
import type { Commission, Order, Report } from "./run-thread.ts";
import { errorFromThread } from "../threads/thread-error.ts";

export interface Experiment {
  readonly preparation: LearningPreparation;
  /** How other threads prepare the same for themselves. */
  readonly asked: string;
  readonly request: SolveRequest;
  /** Runs that were begun in an earlier sitting. */
  readonly from: readonly LearnedRun[];
  /** At most one a run is used. */
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  /** Called whenever the ledger has news. */
  readonly watch: () => void;
}

/** Learns every run of an experiment that is not done yet; the numbers do not depend on the number of threads. */
export async function learnAll(experiment: Experiment): Promise<LearnedRun[]> {
  const { preparation, from, threads } = experiment;
  const orders = Array.from({ length: preparation.plan.runs }, (_, run) => ({
    run,
    from: from.find((earlier) => earlier.run === run),
  }));
  const used = Math.min(threads, orders.length);
  return used === 1 ? inThisThread(experiment, orders) : inThreads(experiment, orders, used);
}

async function inThisThread(
  { preparation, signal, ledger, watch }: Experiment,
  orders: Order[],
): Promise<LearnedRun[]> {
  const every = 1000 * preparation.plan["checkpoint-every"];
  const done: LearnedRun[] = [];
  for (const { run, from } of orders) {
    // Untouched runs stay out of what was done.
    if (signal.aborted && from === undefined) continue;
    const steps = learnStream(preparation, run, { from, signal, slice: 50 });
    let saved = performance.now();
    let next = await steps.next();
    while (next.done !== true) {
      const due = performance.now() - saved >= every;
      const { row, kept, save } = next.value;
      ledger.add(run, { rows: kept ? [row] : [], last: row, ...(due ? { saved: save() } : {}) });
      if (due) saved = performance.now();
      watch();
      next = await steps.next();
    }
    ledger.finish(next.value);
    watch();
    done.push(next.value);
  }
  return done;
}

/** Runs from source and from the build alike: the module beside this one, with this one's extension. */
const source = import.meta.url.endsWith(".ts");
const entry = new URL(source ? "./run-thread.ts" : "./run-thread.js", import.meta.url);

async function inThreads(experiment: Experiment, orders: Order[], count: number): Promise<LearnedRun[]> {
  const { asked, request, signal } = experiment;
  const stop = new SharedArrayBuffer(4);
  const halt = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  if (signal.aborted) halt();
  signal.addEventListener("abort", halt);
  const commission: Commission = { asked, request, stop };
  const execArgv = source ? ["--conditions=@meanfield/source"] : [];
  const threads = Array.from({ length: count }, () => new Worker(entry, { workerData: commission, execArgv }));
  try {
    const waiting = [...orders];
    const parts = await Promise.all(threads.map((thread) => serve(thread, waiting, experiment)));
    return parts.flat();
  } finally {
    signal.removeEventListener("abort", halt);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Gives a thread one run after the other until none is left. */
function serve(thread: Worker, waiting: Order[], { signal, ledger, watch }: Experiment): Promise<LearnedRun[]> {
  return new Promise((resolve, reject) => {
    const done: LearnedRun[] = [];
    const next = (): void => {
      const order = waiting.shift();
      if (order === undefined) return resolve(done);
      // Untouched runs stay out of what was done.
      if (signal.aborted && order.from === undefined) return next();
      thread.postMessage(order, []);
    };
    thread.on("error", reject);
    thread.on("exit", (code) => reject(new Error(`a thread that learns ended with code ${code}`)));
    thread.on("message", (report: Report) => {
      if (report.kind === "failed") return reject(errorFromThread(report));
      if (report.kind === "news") ledger.add(report.run, report.news);
      else {
        ledger.finish(report.run);
        done.push(report.run);
        next();
      }
      watch();
    });
    next();
  });
}
