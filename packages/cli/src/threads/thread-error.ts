import { RefusalError } from "meanfield";

/** What a thread tells of an error that it met. */
export interface ThreadError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** The error as it was thrown in a thread, as far as errors survive being cloned. */
export function errorFromThread({ name, message, stack }: ThreadError): Error {
  const bad = name === "RefusalError" || name === "InputError" || name === "UsageError";
  const error = bad ? new RefusalError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
