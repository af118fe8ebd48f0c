import { z } from "zod";
import { InputError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/**
 * Parameters by schema: one zod object per game makes validation, command-line flags, sliders, URL state and docs.
 *
 * Each field is made by `real`, `whole`, `flag`, `choice` or `json`, which attach to it the facts a front needs:
 * default, range, unit, symbol and one line of meaning.
 */
export type ParameterSchema = z.ZodObject<Record<string, z.ZodType>>;
export type ParametersOf<S extends ParameterSchema> = z.output<S>;

export interface ParameterFacts {
  readonly kind: "real" | "whole" | "flag" | "choice" | "json";
  readonly meaning: string;
  readonly default: unknown;
  /** TeX without dollars. */
  readonly symbol?: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The ends of the range that are not themselves allowed. */
  readonly open?: "minimum" | "maximum" | "both";
  readonly choices?: readonly string[];
  /** Where a slider should be logarithmic. */
  readonly scale?: "linear" | "log";
  /** How structured data are drawn by hand, where they are places of a plane. */
  readonly sketch?: Sketch;
  /** Where to look for a good value of a solver's option; options without it are never searched. */
  readonly tunable?: Tunable;
}

/**
 * `plan`: rows of characters, the first at the top, `#` a wall, `.` free, `E` an exit, `o` a place where people start; read where the
 * parameter `chosenBy` has a value. `cells`: a list of walls [x, y] in a square of as many cells along each side as another
 * parameter says.
 */
export type Sketch =
  | { readonly as: "plan"; readonly chosenBy: { readonly parameter: string; readonly value: string } }
  | { readonly as: "cells"; readonly side: string };

/** The values that are worth trying, from `from` to `to`: evenly, or with scale "log" evenly in their logarithms. */
export interface Tunable {
  readonly from: number;
  readonly to: number;
  readonly scale?: "linear" | "log";
  /** Values apart from these, such as the 0 that stands for "never". */
  readonly also?: readonly number[];
}

type NumberFacts = Omit<ParameterFacts, "kind" | "meaning" | "default" | "choices">;

const registry = z.registry<ParameterFacts>();

/** A real number with default and range; NaN and infinities are always refused. */
export function real(fallback: number, meaning: string, facts: NumberFacts = {}): z.ZodDefault<z.ZodNumber> {
  return numeric(z.number(), { kind: "real", meaning, default: fallback, ...facts });
}

/** A whole number with default and range. */
export function whole(fallback: number, meaning: string, facts: NumberFacts = {}): z.ZodDefault<z.ZodNumber> {
  return numeric(z.number().int(), { kind: "whole", meaning, default: fallback, ...facts });
}

/** True or false. */
export function flag(fallback: boolean, meaning: string): z.ZodDefault<z.ZodBoolean> {
  const schema = z.boolean().default(fallback);
  registry.add(schema, { kind: "flag", meaning, default: fallback });
  return schema;
}

/** One word of a list. */
export function choice<const C extends readonly [string, ...string[]]>(
  choices: C,
  fallback: C[number],
  meaning: string,
) {
  const schema = z.enum(choices).default(fallback as never);
  registry.add(schema, { kind: "choice", meaning, default: fallback, choices });
  return schema;
}

/** Structured data (matrices, vectors, drawings), given as JSON on the command line. */
export function json<T extends z.ZodType>(
  type: T,
  fallback: z.output<T>,
  meaning: string,
  symbol?: string,
  sketch?: Sketch,
) {
  const schema = type.default(fallback as never);
  registry.add(schema, {
    kind: "json",
    meaning,
    default: fallback,
    ...(symbol === undefined ? {} : { symbol }),
    ...(sketch === undefined ? {} : { sketch }),
  });
  return schema;
}

function numeric(number: z.ZodNumber, facts: ParameterFacts): z.ZodDefault<z.ZodNumber> {
  const { minimum, maximum, open } = facts;
  let bounded = number;
  if (minimum !== undefined)
    bounded = open === "minimum" || open === "both" ? bounded.gt(minimum) : bounded.min(minimum);
  if (maximum !== undefined)
    bounded = open === "maximum" || open === "both" ? bounded.lt(maximum) : bounded.max(maximum);
  const schema = bounded.default(facts.default as number);
  registry.add(schema, facts);
  return schema;
}

/** The facts of every parameter, in the order they were declared. */
export function describeParameters(schema: ParameterSchema): Readonly<Record<string, ParameterFacts>> {
  const entries = Object.entries(schema.shape).map(([name, field]) => {
    const facts = registry.get(field);
    if (facts === undefined)
      throw new InputError(`parameters.${name}`, "a bare schema", "made by real, whole, flag, choice or json");
    return [name, facts] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Validates parameters, filling in defaults.
 *
 * @throws InputError for the first fault: an unknown name (with the nearest known one), a wrong type, a value out of
 * range, a missing value; `field` is the parameter's name.
 */
export function parseParameters<S extends ParameterSchema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
): ParametersOf<S> {
  const facts = describeParameters(schema);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(facts, name)) {
      const guess = nearest(name, Object.keys(facts));
      const hint = guess === undefined ? "" : ` (did you mean ${guess}?)`;
      throw new InputError(name, given[name], `a known name${hint}: ${Object.keys(facts).join(", ") || "none"}`);
    }
  }
  // Without what objects have by themselves: a person may call a parameter `constructor`.
  const result = schema.safeParse(Object.assign(Object.create(null), given));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue.path[0] ?? "");
  const inner = issue.path.length > 1 ? `.${issue.path.slice(1).join(".")}` : "";
  const known = facts[name];
  if (known === undefined || known.kind === "json")
    throw new InputError(name + inner, given[name], uncapitalise(issue.message));
  throw new InputError(name, given[name], allowedRange(known));
}

/** What a parameter may be, in words: `a number in (0, 10]`. */
export function allowedRange(facts: ParameterFacts): string {
  if (facts.kind === "choice") return `one of ${facts.choices?.join(", ")}`;
  if (facts.kind === "flag") return "true or false";
  if (facts.kind === "json") return "JSON of the documented shape";
  const noun = facts.kind === "whole" ? "a whole number" : "a number";
  const { minimum, maximum, open } = facts;
  if (minimum === undefined && maximum === undefined) return `${noun} (finite)`;
  const left = minimum === undefined ? "(-∞" : `${open === "minimum" || open === "both" ? "(" : "["}${minimum}`;
  const right = maximum === undefined ? "∞)" : `${maximum}${open === "maximum" || open === "both" ? ")" : "]"}`;
  return `${noun} in ${left}, ${right}`;
}

/**
 * Reads the text of one parameter (`--set name=text`) by the kind the schema says.
 *
 * Numbers must be plain decimal or exponent notation; anything else is returned as text for the schema to refuse.
 */
export function readParameter(facts: ParameterFacts | undefined, text: string): unknown {
  if (facts === undefined || facts.kind === "choice") return text;
  if (facts.kind === "flag") return text === "true" ? true : text === "false" ? false : text;
  if (facts.kind === "json") {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text;
}

function uncapitalise(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
