import { catalogue, documentOf, prepare, solve } from "meanfield";
import { describe, expect, it } from "vitest";
import { requestOf } from "../state/address.ts";
import { home } from "../state/address.ts";
import { addressOfRun } from "./run-address.ts";

const games = catalogue.games.map(({ id }) => id);

describe("a run's document that is dropped on the page", () => {
  it.each([
    { solver: "fictitious-play", options: { tolerance: 1e-4 } },
    { solver: "fictitious-play", maximumIterations: 3 },
  ])("asks the same question again: the same document comes of it", async (asked) => {
    const game = catalogue.games.find(({ id }) => id === "beach-bar");
    if (game === undefined) throw new Error("beach-bar is gone");
    const request = { parameters: { n: 6 }, seed: 2, ...asked };
    const run = documentOf(await solve(prepare(catalogue, game, request)));
    const found = addressOfRun(JSON.parse(JSON.stringify(run)) as Record<string, unknown>, games);
    expect(typeof found).toBe("object");
    const again = documentOf(await solve(prepare(catalogue, game, requestOf({ ...home, ...(found as object) }))));
    expect({ ...again, seconds: 0 }).toEqual({ ...run, seconds: 0 });
  });

  it.each([
    [{}, /neither a run's document nor a game's file/],
    [{ game: "beach-bar", parameters: {}, command: "chaos" }, /is a "chaos" run/],
    [{ game: "own-thing", parameters: {} }, /not in the catalogue/],
  ])("says why it cannot: %j", (run, why) => {
    expect(addressOfRun(run, games)).toMatch(why);
  });
});
