/** The thread that solves: a post office before the desk. */
import { config } from "zod";
import { kernels } from "meanfield";
import { answer, unwanted } from "./desk.ts";
import type { Gather, Reply } from "./desk.ts";
import type { ToWorker } from "./protocol.ts";

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage: (message: unknown, transfer?: Transferable[]) => void;
};

// The page's policy allows no code made from text, and zod need not even try.
config({ jitless: true });

/** Below this, threads cost more than they bring. */
const crowd = 1000;

/** Memory is shared with other threads only where the page is isolated from other origins; elsewhere one thread does the same. */
const gather: Gather = async (players) => {
  const threads = Math.min(4, navigator.hardwareConcurrency - 1);
  if (!crossOriginIsolated || threads < 2 || players < crowd) return undefined;
  return kernels.openTeam(threads, kernels.particleSystemBytes(players), () =>
    kernels.webMember(new Worker(new URL("./member.ts", import.meta.url), { type: "module" }) as kernels.WebWorker),
  );
};

const running = new Map<number, AbortController>();

scope.onmessage = ({ data: { id, query } }) => {
  if (query.kind === "abort" || query.kind === "halt") {
    running.get(id)?.abort(query.kind === "abort" ? unwanted : undefined);
    return;
  }
  const controller = new AbortController();
  running.set(id, controller);
  const said = (reply: Reply): void => scope.postMessage({ id, ...reply }, transferable(reply));
  void answer(query, controller.signal, said, gather).finally(() => {
    running.delete(id);
    scope.postMessage({ id, kind: "finished" });
  });
};

/** Only what is large and of no further use here is handed over instead of copied. */
function transferable(reply: Reply): Transferable[] {
  return reply.kind === "agents" ? [reply.plane.positions.buffer as ArrayBuffer] : [];
}
