import { RefusalError } from "meanfield";
import { StoppedError } from "./failure.ts";

/**
 * Runs work that an interrupt (Ctrl-C, SIGTERM) asks to stop instead of killing: the signal aborts, the work returns
 * what it has, and it is written. A second interrupt ends the process at once.
 *
 * @throws StoppedError where it was stopped before there was anything to keep.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let since = 0;
  const interrupt = (): void => {
    // One interrupt may arrive twice, through the process group and from whoever started us.
    if (controller.signal.aborted && performance.now() - since > 300) process.exit(130);
    if (!controller.signal.aborted) since = performance.now();
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    // Refused because it was stopped, not because of what was asked.
    if (controller.signal.aborted && error instanceof RefusalError) throw new StoppedError(error.message);
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** Gives the thread back once, so that an interrupt that has arrived is heard. */
export function breath(): Promise<void> {
  return new Promise<void>((resolve) => void setImmediate(resolve));
}

/**
 * Drives a generator of shares done to its result, giving the thread back every 50 ms so that interrupts arrive.
 *
 * @param watch called with each share, in [0, 1]
 */
export async function drive<T>(steps: Generator<number, T, void>, watch: (share: number) => void): Promise<T> {
  let since = performance.now();
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (performance.now() - since > 50) {
      watch(next.value);
      await breath();
      since = performance.now();
    }
  }
}
