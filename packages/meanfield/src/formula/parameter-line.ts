/**
 * One line that declares a parameter:
 *
 *     kappa = 0.4 in [0, 2] log, 1/s  # how strongly people avoid each other
 *
 * a name, its default, and if wanted the range it may have (`(` and `)` leave ends out), whether a slider should be
 * logarithmic, its unit after a comma, and what it means after `#`. Numbers may be computed: `sqrt(0.4)`, `2*pi`.
 */

import { evaluateFormula } from "./compile.ts";
import { FormulaError } from "./error.ts";
import { reservedNames } from "./operations.ts";
import { FormulaReader } from "./parse.ts";
import type { Scope } from "./parse.ts";

export interface ParameterLine {
  readonly name: string;
  readonly default: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** The ends of the range that are not themselves allowed. */
  readonly open?: "minimum" | "maximum" | "both";
  readonly scale?: "log";
  readonly unit?: string;
  readonly meaning?: string;
}

/**
 * Reads a line.
 *
 * @param taken why a name cannot be given to a parameter; undefined where it can
 * @throws FormulaError with the column, what was found there, and what was expected
 */
export function parseParameterLine(
  line: string,
  scope: Pick<Scope, "suggest"> = {},
  taken: (name: string) => string | undefined = () => undefined,
): ParameterLine {
  const sharp = line.indexOf("#");
  const declared = sharp < 0 ? line : line.slice(0, sharp);
  const meaning = sharp < 0 ? "" : line.slice(sharp + 1).trim();
  // A unit is any text: it is cut off where the comma before it is not that of a range.
  const comma = commaOutside(declared);
  const unit = comma < 0 ? "" : declared.slice(comma + 1).trim();
  const reader = new FormulaReader(comma < 0 ? declared : declared.slice(0, comma), { names: [], ...scope });
  const token = reader.take();
  if (token.kind !== "name")
    throw new FormulaError(token.column, "expected the name of a parameter, as in `kappa = 0.4 in [0, 2]`");
  const why = reservedNames.has(token.text)
    ? `\`${token.text}\` already means something in formulas`
    : taken(token.text);
  if (why !== undefined) throw new FormulaError(token.column, why);
  reader.demand("=", `and the default of ${token.text}`);
  const [fallback, at] = numberFrom(reader, "the default");
  const range = reader.skip("in") ? rangeFrom(reader) : {};
  const log = reader.skip("log");
  if (reader.token.kind !== "end") {
    throw reader.fault(
      range.minimum === undefined
        ? "expected `in`, `log`, a comma and a unit, `#` and a meaning, or the end"
        : "expected `log`, a comma and a unit, `#` and a meaning, or the end",
    );
  }
  const { minimum = -Infinity, maximum = Infinity, open } = range;
  const low = open === "minimum" || open === "both" ? fallback > minimum : fallback >= minimum;
  const high = open === "maximum" || open === "both" ? fallback < maximum : fallback <= maximum;
  if (!(low && high)) throw new FormulaError(at, `the default ${fallback} is outside the range of ${token.text}`);
  if (log && !(minimum > 0 || (minimum === 0 && fallback > 0)))
    throw new FormulaError(at, "a logarithmic scale needs a range from 0 or above");
  return {
    name: token.text,
    default: fallback,
    ...range,
    ...(log ? { scale: "log" } : {}),
    ...(unit === "" ? {} : { unit }),
    ...(meaning === "" ? {} : { meaning }),
  };
}

/** The first comma that stands in no parentheses or brackets, which may close as ranges do; −1 where there is none. */
function commaOutside(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(" || text[i] === "[") depth += 1;
    if (text[i] === ")" || text[i] === "]") depth -= 1;
    if (text[i] === "," && depth === 0) return i;
  }
  return -1;
}

function rangeFrom(reader: FormulaReader): Pick<ParameterLine, "minimum" | "maximum" | "open"> {
  const { column } = reader.token;
  const openLow = reader.skip("(");
  if (!openLow) reader.demand("[", "or `(` and the least value");
  const [minimum] = numberFrom(reader, "the least value");
  reader.demand(",", "and the largest value");
  const [maximum] = numberFrom(reader, "the largest value");
  const openHigh = reader.skip(")");
  if (!openHigh) reader.demand("]", "or `)` after the largest value");
  if (!(minimum < maximum)) throw new FormulaError(column, `the range from ${minimum} to ${maximum} is empty`);
  const open = openLow ? (openHigh ? "both" : "minimum") : openHigh ? "maximum" : undefined;
  return { minimum, maximum, ...(open === undefined ? {} : { open }) };
}

/** A number that may be computed from others, and its column. */
function numberFrom(reader: FormulaReader, role: string): readonly [value: number, column: number] {
  const { column } = reader.token;
  const value = evaluateFormula(reader.expression(), {});
  if (!Number.isFinite(value)) throw new FormulaError(column, `${role} is ${value}: must be finite`);
  return [value, column];
}
