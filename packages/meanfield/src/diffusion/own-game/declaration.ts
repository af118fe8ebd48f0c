/**
 * A person's own game as data: a handful of formulas in a JSON document, which solves wherever the library runs.
 *
 * Each player steers dX = b dt + σ dW on an interval, a circle or a product of two of these by a control a and pays
 *
 *     E ∫₀ᵀ e^{−rt} (running_cost + coupling + potential) dt + e^{−rT} terminal_cost.
 *
 * `docs/your-own-game.md` tells field by field what formulas may read.
 */

import { z } from "zod";
import { nearest } from "../../core/nearest.ts";
import { DeclarationError } from "./declaration-error.ts";

/** The marks of a document, as they stand in it. */
export const declarationFormat = "meanfield-game";
export const declarationVersion = 1;

const formula = z
  .union([z.string(), z.number()], { error: "must be a formula, as text, or a number" })
  .transform(String);
const text = z.string({ error: "must be a text" }).min(1, "must not be empty").max(5000, "is too long");
const pair = <T extends z.ZodType>(each: T) => z.tuple([each, each]);
const end = z.enum(["reflecting", "absorbing", "open"]);
const wholeNumber = z.number().int("must be a whole number");

/** What an axis may say. */
const axis = {
  from: formula,
  to: formula,
  ends: z
    .union([z.enum(["periodic", "reflecting", "absorbing", "open"]), pair(end)], {
      error: 'must be "reflecting", "absorbing", "open", a pair of these, or "periodic"',
    })
    .default("reflecting"),
  /** What leaving costs, at both ends or at each; read where ends absorb. */
  exit_cost: z.union([formula, pair(formula)]).optional(),
  /** The part that fields are shown and compared on; all of it where left out. */
  shown: pair(formula).optional(),
  title: text.optional(),
  unit: text.optional(),
};

const schema = z.strictObject({
  format: z.literal(declarationFormat, { error: `must be "${declarationFormat}"` }),
  version: z.literal(declarationVersion, { error: `must be ${declarationVersion}, the only one that is read` }),
  title: text,
  story: text.optional(),
  reference: text.optional(),
  /** Lines such as `kappa = 0.4 in [0, 2], 1/s # what it means`. */
  parameters: z
    .union([z.string(), z.array(z.string())], { error: "must be a list of lines such as `kappa = 0.4 in [0, 2]`" })
    .transform((lines) => (typeof lines === "string" ? lines.split("\n") : lines))
    .default([]),
  /** Names for formulas, which may use those before them. */
  definitions: z.record(z.string(), formula).default({}),
  /** The first axis; a second one, `y`, makes a plane. */
  state: z.strictObject({ ...axis, y: z.strictObject(axis).optional() }),
  /** T, or `infinity` for the stationary game of averages over time. */
  horizon: formula,
  sigma: formula,
  discount: formula.default("0"),
  /** The interval of the control; all numbers where left out, which asks for a square in the control. */
  control: z.strictObject({ from: formula, to: formula }).optional(),
  drift: formula.default("a"),
  running_cost: formula,
  /** In the plane, of the control b along y; needed there. */
  drift_y: formula.default("b"),
  running_cost_y: formula.optional(),
  coupling: formula.default("0"),
  potential: formula.default("0"),
  terminal_cost: formula.default("0"),
  /** Up to a factor: it is made a density of mass 1. */
  initial_density: formula.optional(),
  /** K(x, z) of nearby(t, x) = ∫ K(x, z) m(t, z) dz. */
  kernel: formula.optional(),
  /** In the plane, the factor K(y, w) of the kernel along y; 1 where left out. */
  kernel_y: formula.default("1"),
  /** Averages ∫ f(t, x) m(t, x) dx over the players, by name. */
  averages: z.record(z.string(), formula).default({}),
  /** Closed forms that are known, to be compared with. */
  exact: z
    .strictObject({
      value: formula,
      density: formula,
      control: formula,
      control_x: formula,
      control_y: formula,
      cost: formula,
    })
    .partial()
    .default({}),
  presets: z
    .record(z.string(), z.strictObject({ title: text, parameters: z.record(z.string(), z.number()) }))
    .default({}),
  grid: z
    .strictObject({
      points: wholeNumber.min(3, "must be at least 3"),
      steps: wholeNumber.min(1, "must be at least 1"),
      grading: z.number().min(1, "must be at least 1"),
      scheme: z.enum(["upwind", "central"]),
    })
    .partial()
    .default({}),
});

/** A declaration as it is written: what has a default may be left out. */
export type GameDeclaration = z.input<typeof schema>;
/** A declaration with its defaults; formulas are texts. */
export type ReadDeclaration = z.output<typeof schema>;

/**
 * Checks the shape of a document and fills in defaults; formulas are not read yet.
 *
 * @throws DeclarationError for the first fault, naming the field
 */
export function readDeclaration(document: unknown): ReadDeclaration {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new DeclarationError("game", document, `must be an object with "format": "${declarationFormat}"`);
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  // A name that is misspelt is both unknown and missing: to be told the former helps more.
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  const place = issue.path.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${String(key)}`),
    "",
  );
  const value = issue.path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown>)[key], document);
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const inside = issue.path.reduce<z.ZodType>((part, name) => memberOf(part, name), schema);
    const guess = nearest(key, Object.keys(fieldsOf(inside)));
    const field = place === "" ? key : `${place}.${key}`;
    throw new DeclarationError(
      field,
      (value as Record<string, unknown>)[key],
      `unknown field${guess === undefined ? "" : ` (did you mean ${guess}?)`}`,
    );
  }
  if (value === undefined) throw new DeclarationError(place, value, "missing");
  throw new DeclarationError(place, value, issue.message.charAt(0).toLowerCase() + issue.message.slice(1));
}

function fieldsOf(type: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const bare = type instanceof z.ZodDefault || type instanceof z.ZodOptional ? (type.unwrap() as z.ZodType) : type;
  return bare instanceof z.ZodObject ? bare.shape : {};
}

function memberOf(type: z.ZodType, name: PropertyKey): z.ZodType {
  return fieldsOf(type)[String(name)] ?? z.unknown();
}
