/**
 * Formulas as tapes of operations over an array of numbers: evaluated millions of times, with no program made from text.
 *
 * Parts that occur many times, as derivatives have, are computed once; whole powers up to the fourth are products.
 */

import { number } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { operations } from "./operations.ts";
import { simplify } from "./simplify.ts";

/** Set `inputs`, then `run`. One array is reused: a tape is not to be run inside itself. */
export interface Tape {
  /** One place for each name, in the order that was asked for. */
  readonly inputs: Float64Array;
  readonly run: () => number;
  /** Operations on the tape. */
  readonly length: number;
}

const [ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, SELECT, OTHER] = [0, 1, 2, 3, 4, 5, 6];
const codes: Readonly<Record<string, number | undefined>> = {
  "+": ADD,
  "-": SUBTRACT,
  "*": MULTIPLY,
  "/": DIVIDE,
  negate: NEGATE,
  if: SELECT,
};

/** @throws RangeError for a name that is not among those given */
export function compileFormula(expression: Expression, names: readonly string[]): Tape {
  const writer = new TapeWriter(names);
  const result = writer.place(simplify(expression));
  return writer.finish(result);
}

class TapeWriter {
  readonly #names: readonly string[];
  /** Constants by their place; NaN where an input or an operation's result stands. */
  readonly #slots: number[];
  readonly #codes: number[] = [];
  readonly #values: ((a: number, b: number, c: number) => number)[] = [];
  /** Four numbers for each operation: where its operands stand, and where the result goes. */
  readonly #wires: number[] = [];
  readonly #known = new Map<string, number>();
  readonly #placed = new Map<Expression, number>();

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#slots = names.map(() => Number.NaN);
  }

  /** Where the value of an expression stands. */
  place(expression: Expression): number {
    const found = this.#placed.get(expression);
    if (found !== undefined) return found;
    const slot = this.#write(expression);
    this.#placed.set(expression, slot);
    return slot;
  }

  #write(expression: Expression): number {
    if (expression.kind === "number")
      return this.#slot(`${Object.is(expression.value, -0) ? "-0" : expression.value}`, expression.value);
    if (expression.kind === "name") {
      const at = this.#names.indexOf(expression.name);
      if (at < 0) throw new RangeError(`${expression.name} is not among ${this.#names.join(", ")}`);
      return at;
    }
    const { operation, operands } = expression;
    const wires = operands.map((operand) => this.place(operand));
    const [, exponent] = operands;
    if (operation === "^" && exponent.kind === "number") {
      const [base] = wires;
      const square = (): number => this.#operate("*", [base, base]);
      if (exponent.value === 2) return square();
      if (exponent.value === 3) return this.#operate("*", [square(), base]);
      if (exponent.value === 4) return this.#operate("*", [square(), square()]);
      if (exponent.value === -1) return this.#operate("/", [this.place(number(1)), base]);
      if (exponent.value === 0.5) return this.#operate("sqrt", [base]);
    }
    return this.#operate(operation, wires);
  }

  #operate(operation: string, [a, b = 0, c = 0]: readonly number[]): number {
    const key = `${operation} ${a} ${b} ${c}`;
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const slot = this.#slot(key, Number.NaN);
    this.#codes.push(codes[operation] ?? OTHER);
    this.#values.push(operations[operation].value);
    this.#wires.push(a, b, c, slot);
    return slot;
  }

  #slot(key: string, value: number): number {
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    this.#slots.push(value);
    this.#known.set(key, this.#slots.length - 1);
    return this.#slots.length - 1;
  }

  finish(result: number): Tape {
    const slots = Float64Array.from(this.#slots);
    const code = Uint8Array.from(this.#codes);
    const wires = Int32Array.from(this.#wires);
    const values = this.#values;
    return {
      inputs: slots.subarray(0, this.#names.length),
      length: code.length,
      run: () => {
        for (let i = 0, w = 0; i < code.length; i++, w += 4) {
          const a = slots[wires[w]];
          const b = slots[wires[w + 1]];
          let value: number;
          switch (code[i]) {
            case ADD:
              value = a + b;
              break;
            case SUBTRACT:
              value = a - b;
              break;
            case MULTIPLY:
              value = a * b;
              break;
            case DIVIDE:
              value = a / b;
              break;
            case NEGATE:
              value = -a;
              break;
            case SELECT:
              value = a !== 0 ? b : slots[wires[w + 2]];
              break;
            default:
              value = values[i](a, b, slots[wires[w + 2]]);
          }
          slots[wires[w + 3]] = value;
        }
        return slots[result];
      },
    };
  }
}

/**
 * The value of a formula, by walking its tree: for once, where a tape is not worth it.
 *
 * @throws RangeError for a name without a value
 */
export function evaluateFormula(expression: Expression, values: Readonly<Record<string, number>>): number {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "name") {
    if (!Object.hasOwn(values, expression.name)) throw new RangeError(`${expression.name} has no value`);
    return values[expression.name];
  }
  const [a, b, c] = expression.operands.map((operand) => evaluateFormula(operand, values));
  return operations[expression.operation].value(a, b, c);
}
