import { describe, expect, it } from "vitest";
import { answer } from "./desk.ts";
import type { Reply } from "./desk.ts";
import type { FieldAxis } from "./protocol.ts";

/** The last axis of a field of the whole answer to a game at its defaults. */
async function lastAxis(id: string, field: string): Promise<FieldAxis | undefined> {
  const heard: Reply[] = [];
  const task = { game: { id }, request: {}, effort: "full" } as const;
  await answer({ kind: "solve", task }, new AbortController().signal, (reply) => heard.push(reply));
  const last = heard.at(-1);
  return last?.kind === "answered" ? last.answer.fields[field].axes.at(-1) : undefined;
}

describe("fields", () => {
  it.each([
    ["susceptible-infected", "flow", ["susceptible", "infected"]],
    ["left-right", "policy", ["left", "right"]],
    ["sir-rates", "rates", ["susceptible", "infected", "recovered"]],
    ["sir-rates", "policy", ["susceptible → infected"]],
    ["beach-bar", "flow", undefined],
  ])("of %s have words on the last axis of %s where the game has them", async (id, field, labels) => {
    expect((await lastAxis(id, field))?.labels).toEqual(labels);
  });
});
