/**
 * The page's side of the conversation: lanes of work, each with a worker of its own and room for one query.
 *
 * A new query on a lane supersedes the one before it. It is asked to stop; where it does not within `patience`, because one
 * step of it is long, its thread is ended and a fresh one takes over, so that a page never waits for an answer nobody wants.
 */
import type { FromWorker, Query } from "./protocol.ts";

export type Heard = Exclude<FromWorker, { kind: "finished" }>;
export type Listener = (reply: Heard) => void;

/** What of a `Worker` a lane needs. */
export interface Thread {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage: (message: unknown) => void;
  terminate: () => void;
}

export interface Lane {
  /** Returns a function that takes the question back. */
  readonly ask: (query: Query, listener: Listener) => () => void;
  /** Asks the query under way to end early and to tell what it has. */
  readonly halt: () => void;
  readonly close: () => void;
}

interface Asked {
  readonly id: number;
  readonly query: Query;
  readonly listener: Listener;
}

let lastId = 0;

/**
 * @param patience milliseconds that a superseded query has to stop by itself
 * @param finishes whether a superseded query is heard to its end instead, for work that is short: a hand that never rests would
 *   otherwise never be answered where an answer takes longer than from one move to the next
 */
export function openLane(start: () => Thread, patience = 300, finishes = false): Lane {
  let thread: Thread | undefined;
  let current: Asked | undefined;
  let waiting: Asked | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const begin = (asked: Asked): void => {
    current = asked;
    thread ??= listenedTo(start());
    thread.postMessage({ id: asked.id, query: asked.query });
  };
  const next = (): void => {
    clearTimeout(timer);
    timer = undefined;
    current = undefined;
    const asked = waiting;
    waiting = undefined;
    if (asked !== undefined) begin(asked);
  };
  const restart = (): void => {
    thread?.terminate();
    thread = undefined;
    next();
  };
  const listenedTo = (worker: Thread): Thread => {
    worker.onmessage = ({ data }) => {
      if (current?.id !== data.id) return;
      if (data.kind === "finished") next();
      // A superseded query may still speak: nobody listens.
      else if ((finishes || waiting === undefined) && timer === undefined) current.listener(data);
    };
    worker.onerror = (event) => {
      const failed = waiting === undefined && timer === undefined ? current : undefined;
      restart();
      failed?.listener({ id: failed.id, kind: "broken", message: event.message || "the thread that solves has ended" });
    };
    return worker;
  };
  const stop = (): void => {
    if (current === undefined || timer !== undefined) return;
    thread?.postMessage({ id: current.id, query: { kind: "abort" } });
    timer = setTimeout(restart, patience);
  };
  return {
    ask: (query, listener) => {
      const asked = { id: ++lastId, query, listener };
      if (current === undefined) begin(asked);
      else {
        waiting = asked;
        if (!finishes) stop();
      }
      return () => {
        if (waiting === asked) waiting = undefined;
        else if (current === asked) stop();
      };
    },
    halt: () => {
      if (current !== undefined) thread?.postMessage({ id: current.id, query: { kind: "halt" } });
    },
    close: () => {
      clearTimeout(timer);
      thread?.terminate();
      thread = undefined;
      current = undefined;
      waiting = undefined;
    },
  };
}

/** A thread with the library in it. */
export function startThread(): Thread {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "solver" });
}
