import { RefusalError } from "meanfield";
import { describe, expect, it } from "vitest";
import { StoppedError, explain } from "./failure.ts";
import { drive, interruptible } from "./interrupt.ts";
import { bar } from "./terminal.ts";

describe("drive", () => {
  it("gives the result, and the thread back while it works", async () => {
    const seen: number[] = [];
    function* work(): Generator<number, string, void> {
      for (let k = 0; k < 5; k++) {
        // Longer than a time slice, so that every share is seen.
        for (const end = performance.now() + 60; performance.now() < end;);
        yield k / 5;
      }
      return "done";
    }
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    expect(await drive(work(), (share) => seen.push(share))).toBe("done");
    clearInterval(timer);
    expect(seen).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(ticks).toBeGreaterThan(1);
  });
});

describe("interruptible", () => {
  it("turns an interrupt into an abort, and leaves no handler behind", async () => {
    const before = process.listenerCount("SIGINT");
    const aborted = await interruptible(async (signal) => {
      process.emit("SIGINT");
      return signal.aborted;
    });
    expect(aborted).toBe(true);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("hears one interrupt that arrives twice as one", async () => {
    // The process group and whoever started us may both send it; the second would end the test's own process.
    const aborted = await interruptible(async (signal) => {
      process.emit("SIGINT");
      process.emit("SIGINT");
      return signal.aborted;
    });
    expect(aborted).toBe(true);
  });

  it("tells a refusal that an interrupt brought about from one that the question did", async () => {
    const refuse = (stop: boolean) => () => {
      if (stop) process.emit("SIGINT");
      return Promise.reject(new RefusalError("nothing yet"));
    };
    await expect(interruptible(refuse(true))).rejects.toThrow(StoppedError);
    await expect(interruptible(refuse(false))).rejects.toThrow(RefusalError);
    expect(explain(new StoppedError("nothing yet"))).toEqual({ line: "nothing yet", code: 130 });
  });
});

it("draws a bar that is full only at the end", () => {
  expect(bar(0, 4)).toBe("[----]   0 %");
  expect(bar(0.5, 4)).toBe("[##--]  50 %");
  expect(bar(0.999, 4)).toContain(" 99 %");
  expect(bar(1, 4)).toBe("[####] 100 %");
});
