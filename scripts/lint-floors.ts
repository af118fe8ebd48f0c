/**
 * Enforces the floors of the house: a room imports only from lower floors, wings never import each other, and inside a
 * wing solvers and games stand side by side above the rest, never importing each other.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const floors: Readonly<Record<string, number>> = {
  kernels: 0,
  numeric: 0,
  learn: 0,
  measure: 1,
  formula: 1,
  core: 2,
  finite: 3,
  stationary: 3,
  diffusion: 3,
  backward: 3,
  network: 3,
  generative: 3,
  neural: 3,
  figures: 4,
};

/** Files directly under `src/` (catalogue, laboratory, index) stand on the roof. */
const roof = 5;

/** One import of one file; both paths relative to `src/`, with forward slashes. */
export interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Undefined where the import is allowed; otherwise why not. */
export function violation({ file, specifier }: Import): string | undefined {
  if (specifier.startsWith("node:")) return "the library runs anywhere: no node: modules";
  if (!specifier.startsWith(".")) return undefined;
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  if (target.startsWith("..")) return "reaches outside src/";
  const [from, to] = [roomOf(file), roomOf(target)];
  const [fromFloor, toFloor] = [floorOf(from), floorOf(to)];
  if (fromFloor === undefined) return `the room ${from} has no floor`;
  if (toFloor === undefined) return `the room ${to} has no floor`;
  if (from !== to && fromFloor === 3 && toFloor === 3) return `wings never import each other: ${from} imports ${to}`;
  if (toFloor > fromFloor) return `${from} (floor ${fromFloor}) imports ${to} (floor ${toFloor})`;
  if (from === to && fromFloor === 3) return insideWing(file, target);
  return undefined;
}

function insideWing(file: string, target: string): string | undefined {
  const upstairs = new Set(["solvers", "learners", "games"]);
  const [place, goal] = [file.split("/")[1], target.split("/")[1]];
  if (!upstairs.has(goal)) return undefined;
  // The wing's own index gathers what the wing offers.
  if (file.split("/").length === 2 && place === "index.ts") return undefined;
  return upstairs.has(place)
    ? `solvers and games never import each other: ${file} imports ${target}`
    : `what stands below solvers and games does not import them: ${file} imports ${target}`;
}

function roomOf(path: string): string {
  return path.includes("/") ? path.split("/")[0] : "";
}

function floorOf(room: string): number | undefined {
  return room === "" ? roof : floors[room];
}

/** Every import and re-export of a TypeScript source, type-only ones included. */
export function importsOf(source: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*["']([^"']+)["']|import\s*\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s*["']([^"']+)["']/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3]);
}

function main(): void {
  const source = join(dirname(fileURLToPath(import.meta.url)), "../packages/meanfield/src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !/\.(test|testing)\.ts$/.test(file))
    .map((file) => relative(source, join(source, file)).split(sep).join("/"));
  const faults = files.flatMap((file) =>
    importsOf(readFileSync(join(source, file), "utf8")).flatMap((specifier) => {
      const why = violation({ file, specifier });
      return why === undefined ? [] : [`packages/meanfield/src/${file}: ${why}`];
    }),
  );
  for (const fault of faults) console.error(fault);
  console.log(`floors: ${files.length} files, ${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
