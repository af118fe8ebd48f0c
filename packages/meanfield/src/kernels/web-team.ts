/**
 * Members of a team that are Web Workers. The page must be cross-origin isolated, and the team opened in a worker.
 *
 * Which file a worker runs is the bundler's business, so the application makes the worker, from a module of two lines:
 *
 *     import { serveWebTeam } from "meanfield/kernels";
 *     serveWebTeam(self);
 */
import { serveTeam, type TeamInvitation, type TeamMember } from "./team.ts";

/** What we use of a `Worker`, and of the scope inside one. Nothing is ever transferred: memories are shared. */
interface Channel {
  postMessage(message: unknown, transfer: []): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

export type WebWorkerScope = Channel;

export interface WebWorker extends Channel {
  terminate(): void;
}

/** A member that lives in `worker`, whose module calls `serveWebTeam`. */
export function webMember(worker: WebWorker): TeamMember {
  return {
    start: (invitation) =>
      new Promise<void>((resolve, reject) => {
        worker.addEventListener("error", ({ message = "its module failed to load" }: { readonly message?: string }) =>
          reject(new Error(`a worker of the team could not be started: ${message}`)),
        );
        worker.addEventListener("message", ({ data }: { readonly data: unknown }) => {
          if (data === "loaded") worker.postMessage(invitation, []);
          else resolve();
        });
      }),
    stop: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** Makes the worker whose global scope this is a member of the team that invites it. */
export function serveWebTeam(scope: WebWorkerScope): void {
  scope.addEventListener("message", ({ data }: { readonly data: TeamInvitation }) =>
    serveTeam(data, () => scope.postMessage("joined", [])),
  );
  scope.postMessage("loaded", []);
}
