/** The thread that solves: a post office before the desk. */
import { config } from "zod";
import { answer } from "./desk.ts";
import type { Reply } from "./desk.ts";
import type { ToWorker } from "./protocol.ts";

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage: (message: unknown, transfer?: Transferable[]) => void;
};

// The page's policy allows no code made from text, and zod need not even try.
config({ jitless: true });

const running = new Map<number, AbortController>();

scope.onmessage = ({ data: { id, query } }) => {
  if (query.kind === "abort") {
    running.get(id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(id, controller);
  void answer(query, controller.signal, (reply) => {
    scope.postMessage({ id, ...reply }, transferable(reply));
  }).finally(() => {
    running.delete(id);
    scope.postMessage({ id, kind: "finished" });
  });
};

/** Only what is large and of no further use here is handed over instead of copied. */
function transferable(reply: Reply): Transferable[] {
  return reply.kind === "agents" ? [reply.paths.positions.buffer as ArrayBuffer] : [];
}
