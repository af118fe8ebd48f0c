import { describe, expect, it } from "vitest";
import type { Answer } from "../engine/protocol.ts";
import { cellsOfPlan, isPlan, painted, planOfAnswer, planOfCells, resized } from "./floor-plan.ts";

describe("a floor plan", () => {
  it.each<[unknown, boolean]>([
    [["#.", "oE"], true],
    [["# ", ".."], true],
    [["#.", "o"], false],
    [["#x"], false],
    [[], false],
    [[[1, 2]], false],
    [Array.from({ length: 41 }, () => "."), false],
  ])("%j: %s", (value, is) => {
    expect(isPlan(value)).toBe(is);
  });

  it("is painted on the straight way of a hand, and not beyond its edge", () => {
    expect(painted(["....", "....", "...."], [0, 0], [2, 3], "#")).toEqual(["#...", ".##.", "...#"]);
    expect(painted(["..", "oo"], [1, 1], [1, 1], "E")).toEqual(["..", "oE"]);
    expect(painted([".."], [0, 1], [3, 1], "#")).toEqual([".#"]);
  });

  it("keeps its look where it gets other rows and columns", () => {
    expect(resized(["#.", ".E"], 4, 4)).toEqual(["##..", "##..", "..EE", "..EE"]);
    expect(resized(resized(["#o.", ".E."], 6, 9), 2, 3)).toEqual(["#o.", ".E."]);
  });

  it("is a list of walls, x to the right and y upwards", () => {
    const plan = planOfCells(
      [
        [0, 0],
        [2, 1],
      ],
      3,
    );
    expect(plan).toEqual(["...", "..#", "#.."]);
    expect(cellsOfPlan(plan)).toEqual([
      [2, 1],
      [0, 0],
    ]);
  });

  it("is taken from the room of an answer: walls, exits of its edge, and where people are", () => {
    const grid = Float64Array.from({ length: 33 }, (_, k) => k / 32);
    const axis = (name: string) => ({ name, kind: "continuous" as const, grid });
    const walls = new Uint8Array(32 * 32);
    // The lower half of the middle columns.
    for (let i = 16; i < 20; i++) for (let j = 0; j < 16; j++) walls[i * 32 + j] = 1;
    const answer = {
      scenery: { x: [0, 1], y: [0, 1], points: 32, walls, exits: [{ from: [1, 0.5], to: [1, 0.75] }] },
      fields: {
        density: {
          name: "density",
          axes: [{ name: "t", kind: "continuous", grid: Float64Array.of(0, 1) }, axis("x"), axis("y")],
          value: Float64Array.from({ length: 2 * 33 * 33 }, (_, k) => (k < 33 * 8 ? 2 : 0)),
        },
      },
    } as unknown as Answer;
    const plan = planOfAnswer(answer);
    const free = "oooo............";
    expect(plan).toEqual([
      ...Array.from({ length: 4 }, () => free),
      ...Array.from({ length: 4 }, () => "oooo...........E"),
      ...Array.from({ length: 8 }, () => "oooo....##......"),
    ]);
    expect(planOfAnswer({ fields: {} } as Answer)).toBeUndefined();
  });
});
