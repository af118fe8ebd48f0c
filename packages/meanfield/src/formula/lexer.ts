/** The words of a formula. */

import { FormulaError } from "./error.ts";

export interface Token {
  readonly kind: "number" | "name" | "sign" | "end";
  /** As it stands in the text, signs in their plain form. */
  readonly text: string;
  /** The first character is 1. */
  readonly column: number;
}

/** Signs as people paste them from papers. */
const plain: Readonly<Record<string, string>> = { "−": "-", "·": "*", "×": "*", "≤": "<=", "≥": ">=", "≠": "!=" };
/** Where no token is. */
const space = /[^\S\n]*\n?\s*/y;
const numberShape = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const nameShape = /[A-Za-z][A-Za-z0-9_]*/y;
const signShape = /<=|>=|==|!=|[-+*/^()[\],<>=−·×≤≥≠]/y;

/** Longest formula that is read. */
const longest = 20_000;

/**
 * Cuts a text into numbers, names and signs; the last token is an `end` just after the text.
 *
 * @throws FormulaError for a character that no formula has.
 */
export function tokensOf(text: string): Token[] {
  if (text.length > longest) throw new FormulaError(longest, `the text is longer than ${longest} characters`);
  const tokens: Token[] = [];
  let at = 0;
  const take = (shape: RegExp): string | undefined => {
    shape.lastIndex = at;
    return shape.exec(text)?.[0];
  };
  for (;;) {
    at += take(space)?.length ?? 0;
    const column = at + 1;
    if (at >= text.length) {
      tokens.push({ kind: "end", text: "", column: text.trimEnd().length + 1 });
      return tokens;
    }
    const [numeral, word, sign] = [take(numberShape), take(nameShape), take(signShape)];
    const found = numeral ?? word ?? sign;
    if (found === undefined) throw new FormulaError(column, strange(text, at));
    const kind = numeral !== undefined ? "number" : word !== undefined ? "name" : "sign";
    tokens.push({ kind, text: kind === "sign" ? (plain[found] ?? found) : found, column });
    at += found.length;
  }
}

function strange(text: string, at: number): string {
  const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (found === "&" || found === "|") return `unexpected \`${found}\`: conditions are joined by \`and\` and \`or\``;
  if (found === "!") return "unexpected `!`: the opposite of a condition is `not`";
  if (/\p{L}/u.test(found)) return `unexpected \`${found}\`: names are of the letters a to z, digits and _`;
  return `unexpected \`${found}\``;
}
