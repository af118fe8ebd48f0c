import { readFileSync } from "node:fs";
import { concepts, informationStructures, nearest } from "meanfield";
import type { Question } from "meanfield";
import { parse } from "yaml";
import { z } from "zod";
import { UsageError } from "./failure.ts";

/** A configuration file: the flags of the command line as a document. */
const schema = z.strictObject({
  game: z.string().optional(),
  preset: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  solver: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  concept: z.enum(concepts).optional(),
  players: z.number().int().min(2).optional(),
  information: z.enum(informationStructures).optional(),
  seed: z.number().int().min(0).optional(),
  tolerance: z.number().positive().optional(),
  maxIterations: z.number().int().min(1).optional(),
  out: z.string().min(1).optional(),
});

export interface Configuration {
  readonly game?: string | undefined;
  readonly preset?: string | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly solver?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly question?: Partial<Question>;
  readonly seed?: number | undefined;
  readonly tolerance?: number | undefined;
  readonly maxIterations?: number | undefined;
  readonly out?: string | undefined;
}

/**
 * Reads a JSON or YAML configuration (YAML contains JSON).
 *
 * @throws UsageError naming the file and the first fault: unreadable, not parsable (with line), unknown key (with the
 * nearest known one), value of the wrong type.
 */
export function readConfiguration(path: string): Configuration {
  const document = parseDocument(path);
  const result = schema.safeParse(document);
  if (!result.success) throw new UsageError(`${path}: ${fault(result.error.issues[0])}`);
  const { concept, players, information, ...rest } = result.data;
  return {
    ...rest,
    question: {
      ...(concept === undefined ? {} : { concept }),
      ...(players === undefined ? {} : { players }),
      ...(information === undefined ? {} : { information }),
    },
  };
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
