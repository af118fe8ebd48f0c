import { describe, expect, it } from "vitest";
import { openTeam, soloTeam, type WebWorker, webMember } from "./index.ts";
import { steppedParticles } from "./stepped-particles.testing.ts";

const page = globalThis as unknown as {
  readonly document?: unknown;
  readonly crossOriginIsolated: boolean;
  readonly Worker: new (url: URL, options: { readonly type: "module" }) => WebWorker;
};

// Node's threads have their own test, beside their factory.
describe.runIf(page.document !== undefined)("a team of Web Workers", () => {
  it("computes the same bits as the page's own thread, with one, two and three threads", async () => {
    expect(page.crossOriginIsolated).toBe(true);
    const expected = steppedParticles(soloTeam(1_000_000));
    const coordinator = new page.Worker(new URL("./web-coordinator.testing.ts", import.meta.url), { type: "module" });
    const results = await new Promise<{ threads: number; positions: Float64Array }[]>((resolve, reject) => {
      const received: { threads: number; positions: Float64Array }[] = [];
      coordinator.addEventListener("error", ({ message }: { message: string }) => reject(new Error(message)));
      coordinator.addEventListener("message", ({ data }: { data: (typeof received)[number] }) => {
        if (received.push(data) === 3) resolve(received);
      });
    });
    coordinator.terminate();
    expect(results.map(({ threads }) => threads)).toEqual([1, 2, 3]);
    for (const { positions } of results) expect(positions).toEqual(expected);
  });

  it("refuses to open on the page's own thread, which may not wait", async () => {
    const never = () =>
      webMember(new page.Worker(new URL("./web-member.testing.ts", import.meta.url), { type: "module" }));
    await expect(openTeam(2, 1000, never)).rejects.toThrow("must be opened in a worker");
  });
});
