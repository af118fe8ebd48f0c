/** Other people's code as processes that measure once for every line they are sent. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Measurement {
  readonly seconds: number;
  /** Numbers of the result, for us to compare with ours; null where they are random numbers of another generator. */
  readonly check: readonly number[] | null;
}

export interface Peer {
  readonly name: string;
  measure(): Promise<Measurement>;
  stop(): void;
}

/** A peer, or why there is none. */
export type PeerOrReason = Peer | { readonly name: string; readonly missing: string };

export const buildFolder = fileURLToPath(new URL("./build/", import.meta.url));

/** Compiles `peers/<file>.c` for this very processor and starts it. */
export function cPeer(file: string, args: readonly (string | number)[]): PeerOrReason {
  const name = "C";
  mkdirSync(buildFolder, { recursive: true });
  const binary = `${buildFolder}${file}`;
  const flags = ["-O3", "-march=native", "-std=gnu11", "-Wall", `-I${buildFolder}`];
  const built = spawnSync("cc", [...flags, source(`${file}.c`), "-o", binary, "-lm"], { encoding: "utf8" });
  if (built.error) return { name, missing: "no C compiler: `cc` could not be run" };
  if (built.status !== 0) throw new Error(`cc could not compile ${file}.c:\n${built.stderr}`);
  return started(name, spawn(binary, args.map(String), { stdio: ["pipe", "pipe", "inherit"] }));
}

/** Starts `peers/<file>.py`, if this machine's Python has the modules it needs. */
export function pythonPeer(
  name: string,
  file: string,
  modules: string,
  args: readonly (string | number)[],
): PeerOrReason {
  const probe = spawnSync("python3", ["-c", `import ${modules}`], { encoding: "utf8" });
  if (probe.error) return { name, missing: "no Python: `python3` could not be run" };
  if (probe.status !== 0) return { name, missing: `python3 cannot import ${modules}` };
  return started(
    name,
    spawn("python3", [source(`${file}.py`), ...args.map(String)], { stdio: ["pipe", "pipe", "inherit"] }),
  );
}

function source(file: string): string {
  return fileURLToPath(new URL(`./peers/${file}`, import.meta.url));
}

function started(name: string, child: ChildProcess): Peer {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error(`${name}: the process has no pipes`);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    name,
    async measure() {
      stdin.write("\n");
      const line = await lines.next();
      if (line.done === true) throw new Error(`${name}: the process ended without an answer`);
      return JSON.parse(line.value) as Measurement;
    },
    stop: () => stdin.end(),
  };
}
