import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer } from "./desk.ts";
import type { Reply } from "./desk.ts";
import { spaced } from "./forming.ts";
import type { Query, Task } from "./protocol.ts";

describe("what is kept of many things", () => {
  it("is evenly spaced from the first on, at most so many, and at least half as many where there are more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 60 }), (count, most) => {
        const { wants, keep, kept } = spaced<number>(most);
        for (let k = 0; k < count; k++) if (wants(k)) keep(k, k);
        const items = kept();
        const stride = items.length > 1 ? items[1] : 1;
        expect(items).toEqual(items.map((_, i) => i * stride));
        expect(items.length).toBeLessThanOrEqual(most);
        expect(items.length).toBeGreaterThanOrEqual(Math.min(count, most / 2));
        expect(count - items[items.length - 1]).toBeLessThanOrEqual(stride);
      }),
    );
  });
});

async function replies(query: Query): Promise<Reply[]> {
  const heard: Reply[] = [];
  await answer(query, new AbortController().signal, (reply) => heard.push(reply));
  return heard;
}

describe("how an equilibrium forms", () => {
  it.each([
    ["beach-bar", "flow", { solver: "fictitious-play", tolerance: 0, maximumIterations: 200 }, 200],
    ["opinion", "density", { options: { steps: 20, points: 41 } }, undefined],
    ["energy-transition", "law_of_a_player", { solver: "picard" }, undefined],
  ] as const)(
    "of %s is recorded as %s from the first iteration to the answer",
    async (id, field, request, iterations) => {
      const task: Task = { game: { id }, request, effort: "full" };
      const [solved, again] = [await replies({ kind: "solve", task }), await replies({ kind: "forming", task, field })];
      const last = solved.at(-1);
      const whole = last?.kind === "answered" ? last.answer : undefined;
      const formed = again.flatMap((reply) => (reply.kind === "formed" ? reply.formed.pictures : []));
      expect(whole?.iterations).toBe(iterations ?? whole?.iterations);
      expect(formed.length).toBeGreaterThan(1);
      expect(formed.length).toBeLessThanOrEqual(60);
      expect(formed[0].k).toBe(0);
      expect(formed.at(-1)?.k).toBe((whole?.iterations ?? 0) - 1);
      expect(formed.at(-1)?.field.value).toEqual(whole?.fields[field].value);
      expect(formed[0].field.value).not.toEqual(whole?.fields[field].value);
    },
  );
});
