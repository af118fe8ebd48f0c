/** What is wrong with the text of a formula, and where: the writer's to mend. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
  /** The first character is 1. */
  readonly column: number;
  /** The message without its place. */
  readonly fault: string;

  constructor(column: number, fault: string) {
    super(`at column ${column}, ${fault}`);
    this.column = column;
    this.fault = fault;
  }
}
