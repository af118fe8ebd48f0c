import { Worker } from "node:worker_threads";
import { tryOptions, tuning } from "meanfield";
import type { Preparation, SolveRequest, Trial, Tried, Tuning, TuningPlan } from "meanfield";
import { breath } from "../interrupt.ts";
import type { Commission, Report } from "./trial-thread.ts";
import { errorFromThread } from "../threads/thread-error.ts";

export interface Search {
  readonly preparation: Preparation;
  /** How other threads prepare the same for themselves. */
  readonly asked: string;
  readonly request: SolveRequest;
  readonly plan: TuningPlan;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called after every run. */
  readonly watch: (tried: Tried, done: number) => void;
}

type Attempt = (batch: readonly Trial[]) => Promise<Tried[]>;

/** Searches the options that the request leaves open; what is found does not depend on the number of threads. */
export async function searchOptions(search: Search): Promise<Tuning> {
  const { preparation, request, plan, threads } = search;
  const steps = tuning(preparation, plan, Object.keys(request.options ?? {}));
  const used = Math.min(threads, plan.runs);
  const first = steps.next();
  if (first.done === true) return first.value;
  return used === 1
    ? converse(steps, first.value, inThisThread(search))
    : inThreads(search, used, (attempt) => converse(steps, first.value, attempt));
}

async function converse(steps: ReturnType<typeof tuning>, first: readonly Trial[], attempt: Attempt): Promise<Tuning> {
  let batch = first;
  for (;;) {
    const next = steps.next(await attempt(batch));
    if (next.done === true) return next.value;
    batch = next.value;
  }
}

function inThisThread({ preparation, signal, watch }: Search): Attempt {
  let done = 0;
  return async (batch) => {
    const results: Tried[] = [];
    for (const trial of batch) {
      // A short run never gives the thread back by itself.
      await breath();
      const tried = signal.aborted ? undefined : await tryOptions(preparation, trial, signal);
      if (tried === undefined) break;
      results.push(tried);
      watch(tried, ++done);
    }
    return results;
  };
}

/** Runs from source and from the build alike: the module beside this one, with this one's extension. */
const source = import.meta.url.endsWith(".ts");
const entry = new URL(source ? "./trial-thread.ts" : "./trial-thread.js", import.meta.url);

async function inThreads(
  { asked, request, signal, watch }: Search,
  count: number,
  work: (attempt: Attempt) => Promise<Tuning>,
): Promise<Tuning> {
  const stop = new SharedArrayBuffer(4);
  const halt = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  if (signal.aborted) halt();
  signal.addEventListener("abort", halt);
  const commission: Commission = { asked, request, stop };
  const execArgv = source ? ["--conditions=@meanfield/source"] : [];
  const threads = Array.from({ length: count }, () => new Worker(entry, { workerData: commission, execArgv }));
  let done = 0;
  const heard = (tried: Tried): void => watch(tried, ++done);
  try {
    return await work(async (batch) => {
      const waiting = [...batch];
      const parts = await Promise.all(threads.map((thread) => serve(thread, waiting, signal, heard)));
      return parts.flat().toSorted((one, other) => one.trial - other.trial);
    });
  } finally {
    signal.removeEventListener("abort", halt);
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Gives a thread one run after the other until none is left. */
function serve(thread: Worker, waiting: Trial[], signal: AbortSignal, heard: (tried: Tried) => void): Promise<Tried[]> {
  return new Promise((resolve, reject) => {
    const results: Tried[] = [];
    const ended = (code: number): void => reject(new Error(`a thread that tries options ended with code ${code}`));
    const told = (report: Report): void => {
      if (report.kind === "failed") return reject(errorFromThread(report));
      if (report.tried !== undefined) {
        results.push(report.tried);
        heard(report.tried);
      }
      next();
    };
    const next = (): void => {
      const trial = signal.aborted ? undefined : waiting.shift();
      if (trial !== undefined) return thread.postMessage(trial, []);
      // The next round listens anew.
      thread.off("error", reject).off("exit", ended).off("message", told);
      resolve(results);
    };
    thread.on("error", reject).on("exit", ended).on("message", told);
    next();
  });
}
