import { existsSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UsageError, exitCode } from "../failure.ts";
import { openInBrowser } from "../open-in-browser.ts";
import { builtFolder, studioServer } from "../studio/serve.ts";
import { processTerminal } from "../terminal.ts";

export interface StudioFlags {
  readonly port?: string;
  readonly runs: readonly string[];
  readonly open?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const usualPort = 4174;

/** `meanfield studio`: serves the page on the loopback address until it is interrupted. */
export async function studioCommand(flags: StudioFlags): Promise<number> {
  const terminal = processTerminal(flags.quiet === true);
  const port = flags.port === undefined ? usualPort : portOf(flags.port);
  const folder = builtFolder(createRequire(import.meta.url).resolve("@meanfield/studio/package.json"));
  if (!existsSync(join(folder, "index.html")))
    throw new UsageError("the studio has not been built yet: npm run build:studio");
  const missing = flags.runs.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true);
  if (missing !== undefined) throw new UsageError(`--runs ${missing}: must be a folder that exists`);
  const runs = flags.runs.length > 0 ? flags.runs : existsSync("runs") ? ["runs"] : [];
  const server = studioServer({ folder, runs });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UsageError(`--port ${port}: is taken; give another, or 0 for any that is free`)
          : error.code === "EACCES"
            ? new UsageError(`--port ${port}: is not allowed to you; give one of at least 1024`)
            : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  terminal.print(flags.json === true ? JSON.stringify({ url, runs }) : `the studio is at ${url}`);
  terminal.say("Ctrl-C ends it");
  if (flags.open === true) openInBrowser(url);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
  return exitCode.done;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port ${text}: must be a whole number in [0, 65535]`);
  return port;
}
