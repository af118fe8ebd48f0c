import { NotPositiveDefiniteError } from "../numeric/cholesky.ts";
import { SingularMatrixError } from "../numeric/lu.ts";
import { NoConvergenceError } from "../numeric/roots.ts";
import { RefusalError } from "./errors.ts";

/**
 * The error to throw on: a failure of the numerics as a RefusalError, any other as it is.
 *
 * Admissible parameters may still be too extreme to compute with (a cost of 1e-320): the numerics then throw a RangeError
 * or say that they do not converge, which is the asker's to mend like any other refusal.
 */
export function tooExtreme(error: unknown): unknown {
  const numerical =
    error instanceof RangeError ||
    error instanceof NoConvergenceError ||
    error instanceof SingularMatrixError ||
    error instanceof NotPositiveDefiniteError;
  if (!numerical) return error;
  return new RefusalError(`the parameters leave the range of double precision: ${error.message}`, { cause: error });
}

/** What `compute` returns; its failures of the numerics are refusals. */
export function orRefuse<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw tooExtreme(error);
  }
}

/** A generator whose failures of the numerics are refusals. */
export function* refusing<Y, R>(steps: Generator<Y, R, void>): Generator<Y, R, void> {
  try {
    return yield* steps;
  } catch (error) {
    throw tooExtreme(error);
  }
}
