import { describe, expect, it } from "vitest";
import { answer } from "./desk.ts";
import type { Reply } from "./desk.ts";
import { openings } from "./ground.ts";
import type { Answer, Task } from "./protocol.ts";

/** The first picture of a game. */
async function firstAnswer(id: string, request: Task["request"], effort: Task["effort"] = "quick"): Promise<Answer> {
  const heard: Reply[] = [];
  const task: Task = { game: { id }, request, effort };
  await answer({ kind: "solve", task }, new AbortController().signal, (reply) => heard.push(reply));
  const last = heard.at(-1);
  if (last?.kind !== "answered") throw new Error(`no answer: ${JSON.stringify(last)}`);
  return last.answer;
}

describe("what stands on the ground", () => {
  it("are walls of the rooms of a game on cells, and the mean move from each cell", async () => {
    const { planes } = await firstAnswer("crowd-modelling-2d", { preset: "four-rooms", parameters: { horizon: 5 } });
    const [{ closed, moves, steps, axes }] = planes;
    expect(axes).toEqual(["x", "y"]);
    // A frame of 13 by 13 cells, and walls between the rooms with four doors.
    expect(closed.reduce((sum, one) => sum + one, 0)).toBe(4 * 12 + 2 * 11 - 1 - 4);
    expect(steps).toBe(5);
    expect(moves).toHaveLength(5 * 2 * 169);
    expect(moves.every((one) => Math.abs(one) <= 2)).toBe(true);
  });

  it("are walls and exits of a room without cells", async () => {
    const { scenery } = await firstAnswer("crowd-motion", { parameters: { plan: "room" } });
    expect(scenery?.walls.some((one) => one === 1)).toBe(true);
    // One door, in the right wall.
    expect(scenery?.exits.map(({ from, to }) => [from[0], to[0]])).toEqual([[10, 10]]);
  });

  it("are roads, as many as values in a row of what is on them", async () => {
    const { roads, fields } = await firstAnswer("dynamic-routing", { preset: "braess" }, "full");
    expect(roads?.roads).toHaveLength(fields["link_volume"].axes[1].grid.length);
  });

  it("is nothing where a game has no such thing", async () => {
    expect(await firstAnswer("beach-bar", {})).toMatchObject({ planes: [] });
  });
});

it("openings are where an edge is open, up to its ends", () => {
  expect(openings((share) => share <= 0.25 || share >= 0.75)).toEqual([
    [0, 0.25],
    [0.75, 1],
  ]);
});
