import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openLane } from "./engine.ts";
import type { Heard, Thread } from "./engine.ts";
import type { FromWorker, Query, ToWorker } from "./protocol.ts";

/** A thread whose replies the test gives. */
function played() {
  const threads: (Thread & { sent: ToWorker[]; ended: boolean; say: (message: FromWorker) => void })[] = [];
  const start = (): Thread => {
    const thread = {
      onmessage: null as Thread["onmessage"],
      onerror: null as Thread["onerror"],
      sent: [] as ToWorker[],
      ended: false,
      postMessage(message: unknown) {
        thread.sent.push(message as ToWorker);
      },
      terminate() {
        thread.ended = true;
      },
      say(data: FromWorker) {
        thread.onmessage?.({ data } as MessageEvent<FromWorker>);
      },
    };
    threads.push(thread);
    return thread;
  };
  return { threads, start };
}

const query = (id: string): Query => ({ kind: "describe", game: { id } });

describe("a lane", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks the last of several queries once the first has stopped", () => {
    const { threads, start } = played();
    const lane = openLane(start);
    const heard: Heard[] = [];
    lane.ask(query("a"), (reply) => heard.push(reply));
    lane.ask(query("b"), (reply) => heard.push(reply));
    lane.ask(query("c"), (reply) => heard.push(reply));
    const [thread] = threads;
    const first = thread.sent[0].id;
    expect(thread.sent.map(({ query }) => query.kind)).toEqual(["describe", "abort"]);
    thread.say({ id: first, kind: "broken", message: "late" });
    expect(heard).toEqual([]);
    thread.say({ id: first, kind: "finished" });
    expect(thread.sent[2]).toMatchObject({ query: query("c") });
    thread.say({ id: thread.sent[2].id, kind: "broken", message: "heard" });
    expect(heard).toMatchObject([{ message: "heard" }]);
  });

  it("ends a thread that does not stop, and goes on in another", () => {
    const { threads, start } = played();
    const lane = openLane(start, 300);
    lane.ask(query("a"), () => undefined);
    lane.ask(query("b"), () => undefined);
    vi.advanceTimersByTime(299);
    expect(threads).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(threads[0].ended).toBe(true);
    expect(threads[1].sent).toMatchObject([{ query: query("b") }]);
  });

  it("tells of a thread that breaks", () => {
    const { threads, start } = played();
    const lane = openLane(start);
    const heard: Heard[] = [];
    lane.ask(query("a"), (reply) => heard.push(reply));
    threads[0].onerror?.({ message: "out of memory" } as ErrorEvent);
    expect(heard).toMatchObject([{ kind: "broken", message: "out of memory" }]);
    expect(threads[0].ended).toBe(true);
  });

  it("tells nobody of a thread that breaks on a question nobody asks any more", () => {
    const { threads, start } = played();
    const lane = openLane(start);
    const heard: Heard[] = [];
    lane.ask(query("a"), (reply) => heard.push(reply));
    lane.ask(query("b"), (reply) => heard.push(reply));
    threads[0].onerror?.({ message: "out of memory" } as ErrorEvent);
    expect(heard).toEqual([]);
    expect(threads[1].sent).toMatchObject([{ query: query("b") }]);
  });

  it("hears what a query that was halted still has to tell", () => {
    const { threads, start } = played();
    const lane = openLane(start);
    const heard: Heard[] = [];
    lane.ask(query("a"), (reply) => heard.push(reply));
    lane.halt();
    expect(threads[0].sent.map(({ query }) => query.kind)).toEqual(["describe", "halt"]);
    threads[0].say({ id: threads[0].sent[0].id, kind: "broken", message: "so far" });
    expect(heard).toMatchObject([{ message: "so far" }]);
    vi.advanceTimersByTime(10_000);
    expect(threads[0].ended).toBe(false);
  });

  it("hears short work to its end where it is told to, and asks the last question then", () => {
    const { threads, start } = played();
    const lane = openLane(start, 300, true);
    const heard: Heard[] = [];
    for (const id of ["a", "b", "c"]) lane.ask(query(id), (reply) => heard.push(reply));
    const [thread] = threads;
    expect(thread.sent.map(({ query }) => query.kind)).toEqual(["describe"]);
    thread.say({ id: thread.sent[0].id, kind: "broken", message: "of a" });
    thread.say({ id: thread.sent[0].id, kind: "finished" });
    expect(heard).toMatchObject([{ message: "of a" }]);
    expect(thread.sent[1]).toMatchObject({ query: query("c") });
  });

  it("takes a question back", () => {
    const { threads, start } = played();
    const lane = openLane(start);
    const cancel = lane.ask(query("a"), () => undefined);
    cancel();
    expect(threads[0].sent.map(({ query }) => query.kind)).toEqual(["describe", "abort"]);
  });
});
