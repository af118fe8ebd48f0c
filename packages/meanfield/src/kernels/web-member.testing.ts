/** The module of a worker that is a member of a team: what an application writes. */
import { serveWebTeam } from "./index.ts";

serveWebTeam(globalThis as never);
