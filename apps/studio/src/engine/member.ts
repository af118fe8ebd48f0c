/** One thread of a team that moves many players together. */
import { serveWebTeam } from "meanfield/kernels";
import type { WebWorkerScope } from "meanfield/kernels";

serveWebTeam(globalThis as unknown as WebWorkerScope);
