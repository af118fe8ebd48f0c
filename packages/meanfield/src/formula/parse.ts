/**
 * From the text of a formula to its tree, by operator precedence (V. R. Pratt, "Top down operator precedence", POPL 1973,
 * 41–51). Nothing is ever run as a program.
 *
 *     a or b  ‹  a and b  ‹  not a  ‹  < <= > >= == !=  ‹  + −  ‹  * /  ‹  −a  ‹  ^ (from the right)
 *
 * so that −x^2 = −(x^2) and 2^3^2 = 2^(3^2). Products are always written: `2x` is a mistake, since `kx` would be a name.
 * Comparisons are not chained.
 */

import { derivative } from "./derivative.ts";
import { FormulaError } from "./error.ts";
import { call, name, namesIn, number } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { tokensOf } from "./lexer.ts";
import type { Token } from "./lexer.ts";
import { constants, functionNames, gathering, operations, strengths, synonyms } from "./operations.ts";

/** What a formula may speak of. */
export interface Scope {
  /** Names that stand for numbers. */
  readonly names: Iterable<string>;
  /** Names that stand for formulas, which take their place at once. */
  readonly definitions?: ReadonlyMap<string, Expression>;
  /** Why a name that is known elsewhere is not allowed here; undefined for a name that means nothing. */
  readonly elsewhere?: (name: string) => string | undefined;
  /** The names by which `diff(formula, name)` may differentiate, and those that a formula to be differentiated must not read. */
  readonly variables?: readonly string[];
  readonly opaque?: readonly string[];
  /** The known name that a misspelt one most likely means. */
  readonly suggest?: (word: string, known: readonly string[]) => string | undefined;
}

/** Deepest nesting that is read. */
const deepest = 200;
/** Most operators and functions of one formula, its definitions not counted. */
const mostCalls = 500;

/** @throws FormulaError with the column, what was found there, and what was expected */
export function parseFormula(text: string, scope: Scope): Expression {
  const reader = new FormulaReader(text, scope);
  const expression = reader.expression();
  reader.end();
  return expression;
}

/** Reads formulas from a text one after the other; `parseFormula` and the lines of parameters drive it. */
export class FormulaReader {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  readonly #names: ReadonlySet<string>;
  #next = 0;
  #depth = 0;
  #calls = 0;

  constructor(text: string, scope: Scope) {
    this.#tokens = tokensOf(text);
    this.#scope = scope;
    this.#names = new Set(scope.names);
  }

  get token(): Token {
    return this.#tokens[this.#next];
  }

  /** Passes the next token if it is this sign or word. */
  skip(text: string): boolean {
    const { token } = this;
    if (token.text !== text || token.kind === "number" || token.kind === "end") return false;
    this.#next += 1;
    return true;
  }

  /** @throws FormulaError unless the next token is this sign or word */
  demand(text: string, role: string): void {
    if (!this.skip(text)) throw this.fault(`expected \`${text}\` ${role}`);
  }

  /** Passes and gives the next token, whatever it is. */
  take(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#next += 1;
    return token;
  }

  /** @throws FormulaError unless the text is over */
  end(): void {
    const { token } = this;
    if (token.kind === "end") return;
    const before = this.#tokens[this.#next - 1];
    const isFactor = token.kind !== "sign" || token.text === "(";
    const wasFactor = before !== undefined && (before.kind !== "sign" || before.text === ")");
    if (isFactor && wasFactor && !(token.kind === "name" && keywords.has(token.text))) {
      throw new FormulaError(
        token.column,
        `expected an operator before \`${token.text}\`: products are written out, as ${before.text === ")" ? "(…)" : before.text}*${token.text === "(" ? "(…)" : token.text}`,
      );
    }
    if (token.text === "=") throw this.fault("expected an operator: `==` compares");
    throw this.fault("expected an operator or the end");
  }

  /** The formula that begins here, as far as it goes with operators that bind at least so strongly. */
  expression(least: number = strengths.or): Expression {
    if (this.#depth === deepest)
      throw new FormulaError(this.token.column, `the formula is nested deeper than ${deepest} levels`);
    this.#depth += 1;
    let left = this.#operand();
    for (;;) {
      const { token } = this;
      const strength = token.kind === "number" ? undefined : infix.get(token.text);
      if (strength === undefined || strength < least) break;
      this.#count(token);
      this.#next += 1;
      // A power takes what follows from the right, all others from the left.
      const right = this.expression(strength === strengths.power ? strengths.power : strength + 1);
      left = call(token.text, left, right);
      if (strength === strengths.compare && infix.get(this.token.text) === strengths.compare) {
        throw new FormulaError(
          this.token.column,
          "comparisons are not chained: write `0 < x and x < 1` for `0 < x < 1`",
        );
      }
    }
    this.#depth -= 1;
    return left;
  }

  #operand(): Expression {
    const token = this.take();
    switch (token.kind) {
      case "number":
        return number(Number(token.text));
      case "name":
        return token.text === "not" ? call("not", this.expression(strengths.compare)) : this.#named(token);
      case "end":
        throw new FormulaError(token.column, "expected a number, a name or `(`, but the formula ends");
      default:
    }
    if (token.text === "-") return call("negate", this.expression(strengths.negate + 1));
    if (token.text === "+") return this.expression(strengths.negate + 1);
    if (token.text === "(") {
      const inner = this.expression();
      this.#close(token, "(");
      return inner;
    }
    throw new FormulaError(token.column, `expected a number, a name or \`(\`, found \`${token.text}\``);
  }

  #named(token: Token): Expression {
    const { text } = token;
    const operation = synonyms.get(text) ?? text;
    const called = this.token.kind === "sign" && this.token.text === "(";
    if (text === "diff" && called) return this.#differentiated();
    if (text === "at" && called) return this.#listed(token);
    if (functionNames.includes(text)) {
      if (!called) throw new FormulaError(token.column, `the function ${text} needs parentheses: ${form(operation)}`);
      return this.#call(token, operation);
    }
    if (keywords.has(text))
      throw new FormulaError(token.column, `expected a number, a name or \`(\`, found \`${text}\``);
    const definition = this.#scope.definitions?.get(text);
    const known = definition !== undefined || this.#names.has(text) || Object.hasOwn(constants, text);
    if (called) {
      if (known) throw new FormulaError(this.token.column, `${text} is no function: a product is written ${text}*(…)`);
      throw this.#unknown(token, "function", functionNames);
    }
    if (definition !== undefined) return definition;
    if (this.#names.has(text)) return name(text);
    if (Object.hasOwn(constants, text)) return number(constants[text]);
    throw this.#unknown(token, "name", [
      ...this.#names,
      ...(this.#scope.definitions?.keys() ?? []),
      ...Object.keys(constants),
    ]);
  }

  #call(token: Token, operation: string): Expression {
    this.#count(token);
    const open = this.take();
    const given: Expression[] = [];
    if (!this.skip(")")) {
      do given.push(this.expression());
      while (this.skip(","));
      this.#close(open, `${token.text}(`);
    }
    const wanted = operations[operation].operands.length;
    const gathers = gathering.has(operation);
    if (gathers ? given.length < wanted : given.length !== wanted) {
      throw new FormulaError(
        token.column,
        `${token.text} takes ${gathers ? "at least " : ""}${wanted} ${wanted === 1 ? "argument" : "arguments"}, ${form(operation)}, ${given.length} given`,
      );
    }
    const [first, ...others] = given;
    return gathers ? others.reduce((left, right) => call(operation, left, right), first) : call(operation, ...given);
  }

  /** `diff(formula, name)`: the derivative, taken at once. */
  #differentiated(): Expression {
    const open = this.take();
    const { variables = [], opaque = [] } = this.#scope;
    const from = this.token.column;
    const inner = this.expression();
    this.demand(",", "and the name by which diff differentiates");
    const by = this.take();
    if (!variables.includes(by.text)) {
      const allowed = variables.length === 0 ? "nothing here" : variables.join(" or ");
      throw new FormulaError(by.column, `diff differentiates by ${allowed}, found \`${by.text}\``);
    }
    this.#close(open, "diff(");
    const hidden = opaque.find((each) => namesIn(inner).has(each));
    if (hidden !== undefined)
      throw new FormulaError(
        from,
        `diff cannot differentiate ${hidden}, which is not a formula but depends on ${by.text}`,
      );
    return derivative(inner, by.text);
  }

  /** `at(i, v0, v1, …)`: v0 for i < 1, v1 for i < 2, …, and the last from there on; halved again and again. */
  #listed(token: Token): Expression {
    const open = this.take();
    const given: Expression[] = [];
    do {
      this.#count(this.token);
      given.push(this.expression());
    } while (this.skip(","));
    this.#close(open, "at(");
    const [index, ...values] = given;
    if (values.length === 0)
      throw new FormulaError(token.column, "at takes at least 2 arguments, at(i, value of 0, value of 1, …), 1 given");
    const among = (from: number, to: number): Expression => {
      if (to - from === 1) return values[from];
      const middle = (from + to) >> 1;
      return call("if", call("<", index, number(middle)), among(from, middle), among(middle, to));
    };
    return among(0, values.length);
  }

  #count({ column }: Token): void {
    this.#calls += 1;
    if (this.#calls > mostCalls)
      throw new FormulaError(column, `the formula has more than ${mostCalls} operators and functions`);
  }

  #close(open: Token, text: string): void {
    if (this.skip(")")) return;
    const { token } = this;
    throw new FormulaError(
      token.column,
      `expected \`)\` for the \`${text}\` at column ${open.column}, ${token.kind === "end" ? "but the formula ends" : `found \`${token.text}\``}`,
    );
  }

  #unknown({ text, column }: Token, kind: string, known: readonly string[]): FormulaError {
    const why = this.#scope.elsewhere?.(text);
    if (why !== undefined) return new FormulaError(column, why);
    const guess = this.#scope.suggest?.(text, known);
    return new FormulaError(
      column,
      `unknown ${kind} \`${text}\` (${guess === undefined ? `known are ${known.join(", ")}` : `did you mean ${guess}?`})`,
    );
  }

  /** What was expected here, and what is found instead. */
  fault(expected: string): FormulaError {
    const { token } = this;
    return new FormulaError(
      token.column,
      `${expected}, ${token.kind === "end" ? "but the text ends" : `found \`${token.text}\``}`,
    );
  }
}

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in"]);

/** Strength of each operator that stands between its operands. */
const infix: ReadonlyMap<string, number> = new Map(
  Object.entries(operations).flatMap(([operation, { sign, operands }]) =>
    sign !== undefined && operands.length === 2 ? [[operation, sign.strength] as const] : [],
  ),
);

function form(operation: string): string {
  return `${operation}(${operations[operation].operands.join(", ")})`;
}
