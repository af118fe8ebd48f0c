import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../failure.ts";

/** What every command's `run.json` has in common; the rest differs by command. */
const schema = z.looseObject({
  command: z.string(),
  game: z.string(),
  seed: z.number(),
  initial: z.string().optional(),
  version: z.string(),
  outcome: z.string(),
  reason: z.string(),
  seconds: z.number(),
  parameters: z.record(z.string(), z.unknown()),
  solver: z.string().optional(),
  concept: z.string().optional(),
  answer: z.string().optional(),
  players: z.union([z.number(), z.array(z.number())]).nullish(),
  information: z.string().nullish(),
  options: z.record(z.string(), z.unknown()).optional(),
  certificate: z.record(z.string(), z.number().nullable()).optional(),
  quantities: z.record(z.string(), z.unknown()),
  estimates: z.record(z.string(), z.object({ low: z.number().nullable(), high: z.number().nullable() })).optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
});

export type StoredRun = z.output<typeof schema>;

/**
 * Reads the document of a run folder.
 *
 * @throws UsageError where there is none, or it is not a run's.
 */
export function readRun(path: string): StoredRun {
  const file = join(path, "run.json");
  if (!existsSync(file)) throw new UsageError(`run = ${path}: not a run folder (no run.json in it)`);
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`run = ${path}: run.json cannot be read: ${(error as Error).message}`);
  }
  const result = schema.safeParse(document);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UsageError(`run = ${path}: run.json is not a run's: ${issue.path.join(".")}: ${issue.message}`);
  }
  return result.data;
}

/** The run folders directly below `out`, oldest first; half-written ones have names beginning with a dot. */
export function listRuns(out: string): string[] {
  if (!existsSync(out) || !statSync(out).isDirectory()) return [];
  return readdirSync(out)
    .filter((name) => !name.startsWith(".") && existsSync(join(out, name, "run.json")))
    .toSorted()
    .map((name) => join(out, name));
}
