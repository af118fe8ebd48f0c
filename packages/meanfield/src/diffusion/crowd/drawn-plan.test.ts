import { describe, expect, it } from "vitest";
import { drawnRoom } from "./drawn-plan.ts";

/** What stands in the middle of each place of a square as many places wide as the longer side, from the top. */
function read(rows: readonly string[]): string[] {
  const { place, crowd } = drawnRoom(rows);
  const side = Math.max(rows.length, rows[0].length);
  const signs = { wall: "#", exit: "E", free: "." };
  return Array.from({ length: side }, (_, r) =>
    Array.from({ length: side }, (__, c) => {
      const [x, y] = [(c + 0.5) / side, 1 - (r + 0.5) / side];
      return crowd(x, y) > 0 ? "o" : signs[place(x, y)];
    }).join(""),
  );
}

describe("a drawn room", () => {
  it("has everything where it was drawn, and walls beside the drawing", () => {
    const rows = ["#oo.E", "#.#..", "E.###"];
    expect(read(rows)).toEqual(["#####", "#####", ...rows]);
  });

  it.each([
    [
      ["E.#.", "..#.", "###E"],
      ["####", "Eo#o", "oo#o", "###E"],
    ],
    // Nobody is where there is no way out.
    [
      ["E#.", ".#.", ".##"],
      ["E#.", "o#.", "o##"],
    ],
    [
      ["E ", "# "],
      ["Eo", "#o"],
    ],
  ])("fills all that has a way out where no people are drawn: %j", (rows, filled) => {
    expect(read(rows)).toEqual(filled);
  });

  it("spreads its people evenly with mass 1, and takes the same place at mirrored points of its own grid", () => {
    const rows = ["E.oo#.", "#.oo.E", "......", "..#..."];
    const [room, mirrored] = [drawnRoom(rows), drawnRoom(rows.map((row) => Array.from(row).toReversed().join("")))];
    const last = room.points - 1;
    let unequal = 0;
    for (let i = 0; i <= last; i++) {
      for (let j = 0; j <= last; j++) {
        if (room.place(i / last, j / last) !== mirrored.place((last - i) / last, j / last)) unequal += 1;
      }
    }
    const middles = rows.flatMap((_, r) =>
      Array.from("123456", (__, c) => room.crowd((c + 0.5) / 6, (r + 0.5) / 6) / 36),
    );
    expect(middles.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 14);
    expect(unequal).toBe(0);
  });

  it("numbers its exits as one reads, touching places as one", () => {
    const room = drawnRoom(["E.EE", "E..E", "....", "..E."]);
    const at = (r: number, c: number) => room.doorAt((c + 0.5) / 4, 1 - (r + 0.5) / 4);
    expect(room.doors).toEqual(["exit_1", "exit_2", "exit_3"]);
    expect([at(0, 0), at(1, 0), at(0, 2), at(0, 3), at(1, 3), at(3, 2), at(2, 2)]).toEqual([
      "exit_1",
      "exit_1",
      "exit_2",
      "exit_2",
      "exit_2",
      "exit_3",
      undefined,
    ]);
  });

  it.each<[string[], string]>([
    [[], "0 rows of 0 places"],
    [["E"], "from 2 to 40 rows"],
    [["E.", "..."], 'drawing.1 = "...": must be as long as the first row, 2 places'],
    [["E.", ".x"], 'drawing.1 = ".x": must be made of # (wall), . (free), E (exit) and o (people at the start)'],
    [["..", "oo"], "must be a plan with at least one exit E"],
    [["E#", "##"], "must be a plan with a free place from which there is a way to an exit"],
    [["E#o", "###", "E.."], "people in row 1, column 3"],
    [Array.from({ length: 9 }, () => "E.").flatMap((row) => [row, ".."]), "9 separate exits"],
  ])("%j is refused", (rows, message) => {
    expect(() => drawnRoom(rows)).toThrow(message);
  });
});
