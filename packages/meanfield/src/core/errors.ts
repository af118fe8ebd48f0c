/** Errors that are the asker's to mend; fronts print the message as one line and exit with code 2. */

/**
 * Bad input: names the field, the value and what is allowed.
 *
 * Fields may be nested (`parameters.sigma`); `allowed` completes the sentence "it must be …".
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;

  constructor(field: string, value: unknown, allowed: string) {
    super(`${field} = ${show(value)}: must be ${allowed}`);
    this.field = field;
    this.value = value;
    this.allowed = allowed;
  }
}

/**
 * A well-formed question that has no answer: a horizon beyond a Riccati blow-up, a concept the game does not have,
 * a solver that cannot take this model.
 */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
}

function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value === undefined) return "(missing)";
  return JSON.stringify(value) ?? typeof value;
}
