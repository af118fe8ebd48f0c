import { InputError } from "../../core/index.ts";
import { FormulaError } from "../../formula/index.ts";

/** What is wrong with a person's declaration of a game: the field, and in formulas the column. */
export class DeclarationError extends InputError {
  /** The first character of the formula is 1; undefined where no place in a formula is at fault. */
  readonly column: number | undefined;

  constructor(field: string, value: unknown, fault: string, column?: number) {
    super(field, value, fault);
    this.column = column;
    this.message = `${field}: ${column === undefined ? "" : `at column ${column}, `}${fault}`;
  }
}

/** Does the work on the text of a field; what is wrong with the text is told as a fault of that field. */
export function inField<T>(field: string, text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FormulaError) throw new DeclarationError(field, text, error.fault, error.column);
    throw error;
  }
}
