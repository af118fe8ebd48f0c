/** Members of a team that are Node's worker threads. */
import { Worker } from "node:worker_threads";
import type { TeamMember } from "meanfield/kernels";

/** Runs from source and from the build alike: the module beside this one, with this one's extension. */
const source = import.meta.url.endsWith(".ts");
const entry = new URL(source ? "./node-member-thread.ts" : "./node-member-thread.js", import.meta.url);

/** One more thread of this process. It does not keep the process alive. */
export function nodeMember(): TeamMember {
  let worker: Worker | undefined;
  return {
    start: (invitation) =>
      new Promise<void>((resolve, reject) => {
        const execArgv = source ? ["--conditions=@meanfield/source"] : [];
        const thread = new Worker(entry, { workerData: invitation, execArgv });
        worker = thread;
        thread.once("error", reject);
        thread.once("exit", (code) =>
          reject(new Error(`a thread of the team ended with code ${code} before it joined`)),
        );
        thread.once("message", () => {
          thread.unref();
          resolve();
        });
      }),
    stop: async () => {
      await worker?.terminate();
    },
  };
}
