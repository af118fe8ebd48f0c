/** What a member's thread runs. */
import { parentPort, workerData } from "node:worker_threads";
import { serveTeam, type TeamInvitation } from "meanfield/kernels";

serveTeam(workerData as TeamInvitation, () => parentPort?.postMessage("joined", []));
