/** What a thread does that tries options: prepares the game for itself, then takes one run after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { prepare, tryOptions } from "meanfield";
import type { SolveRequest, Trial, Tried } from "meanfield";
import { findGame } from "../find-game.ts";

/** How a thread is told what is to be solved; all of it is cloned. */
export interface Commission {
  /** The game as it was asked for: its name, or the path of a person's own. */
  readonly asked: string;
  readonly request: SolveRequest;
  /** One 32-bit integer, shared: not zero once everybody is to stop. */
  readonly stop: SharedArrayBuffer;
}

export type Report =
  | { readonly kind: "done"; readonly tried: Tried | undefined }
  | { readonly kind: "failed"; readonly name: string; readonly message: string; readonly stack: string | undefined };

const { asked, request, stop } = workerData as Commission;
const flag = new Int32Array(stop);
// All that solvers ask of a signal.
const signal = {
  get aborted(): boolean {
    return Atomics.load(flag, 0) !== 0;
  },
} as AbortSignal;
const tell = (report: Report): void => parentPort?.postMessage(report, []);

async function prepared() {
  const { game, catalogue } = await findGame(asked);
  return prepare(catalogue, game, request);
}

const preparation = prepared();

parentPort?.on("message", (trial: Trial) => {
  void attempt(trial).catch((error: unknown) => {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: "failed", name, message, stack });
  });
});

async function attempt(trial: Trial): Promise<void> {
  tell({ kind: "done", tried: await tryOptions(await preparation, trial, signal) });
}
