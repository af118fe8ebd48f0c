/**
 * What every runtime we support offers beside the language itself (Node, pages, workers).
 *
 * The library compiles against neither Node's nor the DOM's types, so that a use of either is a compile error.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
}

declare const performance: { now(): number };

declare function setTimeout(callback: () => void, milliseconds?: number): unknown;
