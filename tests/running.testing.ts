/** What end-to-end tests share: the built command in a process of its own, in a folder that is empty for every test. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach } from "vitest";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = join(root, "packages/cli/bin/meanfield.js");

/** Where the command runs; a new one for each test of the file that imports this. */
export let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "meanfield-e2e-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end; `watch` is given the process as it starts, to stop it. */
export function start(args: readonly string[], watch: (child: ChildProcess) => void = () => {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    watch(child);
  });
}
