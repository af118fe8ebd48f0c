import { readFileSync } from "node:fs";
import { conceptWords, informationStructures, nearest } from "meanfield";
import type { Concept } from "meanfield";
import { parse } from "yaml";
import { z } from "zod";
import { UsageError } from "./failure.ts";

/** A configuration file: the flags of all commands as a document; each command reads those it has. */
const schema = z.strictObject({
  game: z.string().optional(),
  preset: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  solver: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  concept: z
    .enum(Object.keys(conceptWords) as (keyof typeof conceptWords)[])
    .transform((word): Concept => conceptWords[word])
    .optional(),
  players: z.union([z.number().int().min(1), z.array(z.number().int().min(1)).min(1)]).optional(),
  information: z.enum(informationStructures).optional(),
  seed: z.number().int().min(0).optional(),
  initial: z.string().min(1).optional(),
  tolerance: z.number().min(0).optional(),
  maxIterations: z.number().int().min(1).optional(),
  out: z.string().min(1).optional(),
  at: z.record(z.string(), z.array(z.number())).optional(),
  commonNoise: z.string().min(1).optional(),
  paths: z.number().int().min(1).optional(),
  steps: z.number().int().min(1).optional(),
  repeats: z.number().int().min(0).optional(),
  k: z.array(z.number().int().min(1)).min(1).optional(),
  perturb: z.array(z.string()).min(1).optional(),
  strategy: z.string().optional(),
  solvers: z.array(z.string()).min(1).optional(),
  vary: z.strictObject({ name: z.string(), values: z.array(z.number()).min(1) }).optional(),
});

export type Configuration = z.output<typeof schema>;

/**
 * Reads a JSON or YAML configuration (YAML contains JSON), or that of an earlier run from its `run.json`.
 *
 * @throws UsageError naming the file and the first fault: unreadable, not parsable (with line), unknown key (with the
 * nearest known one), value of the wrong type.
 */
export function readConfiguration(path: string): Configuration {
  const document = configurationOf(parseDocument(path));
  const result = schema.safeParse(document);
  if (!result.success) throw new UsageError(`${path}: ${fault(result.error.issues[0])}`);
  return result.data;
}

/** A run's document holds the configuration that gives the same run again. */
function configurationOf(document: unknown): unknown {
  const run = z.looseObject({ command: z.string(), configuration: z.unknown() }).safeParse(document);
  return run.success ? run.data.configuration : document;
}

function parseDocument(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`--config ${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
  try {
    return (parse(text) as unknown) ?? {};
  } catch (error) {
    throw new UsageError(`--config ${path}: not valid JSON or YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}

function fault(issue: z.core.$ZodIssue): string {
  const where = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return where === "" ? issue.message : `${where}: ${issue.message}`;
  const key = issue.keys[0];
  const known = Object.keys(schema.shape);
  const guess = nearest(key, known);
  return `unknown key "${key}"${guess === undefined ? "" : ` (did you mean ${guess}?)`}; known: ${known.join(", ")}`;
}
