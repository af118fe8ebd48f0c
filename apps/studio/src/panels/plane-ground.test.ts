import { describe, expect, it } from "vitest";
import type { Field, PlaneGround } from "../engine/protocol.ts";
import { cellArrows, driftArrows, filled, stateAt, wallIn } from "./plane-ground.ts";

const axis = (name: string, count: number): Field["axes"][number] => ({
  name,
  kind: "discrete",
  grid: Float64Array.from({ length: count }, (_, i) => i),
});

/** Two floors of 2 by 3 cells at two times; on the upper floor everybody steps along y, on the lower one cell is shut. */
const [t, floor, x, y] = [axis("t", 2), axis("floor", 2), axis("x", 2), axis("y", 3)];
const field: Field = { name: "flow", axes: [t, floor, x, y], value: new Float64Array(24).fill(1 / 12) };
const ground: PlaneGround = {
  suffix: "",
  axes: ["floor", "x", "y"],
  closed: Uint8Array.from({ length: 12 }, (_, s) => Number(s === 1)),
  steps: 1,
  moves: Float32Array.from({ length: 24 }, (_, k) => (k >= 12 && k % 2 === 1 ? 1 : 0)),
};

describe("planes of cells", () => {
  it("number states row by row, floors first", () => {
    const chosen = () => 1;
    expect([0, 1].map((i) => [0, 1, 2].map((j) => stateAt(field, ground, i, j, chosen)))).toEqual([
      [6, 7, 8],
      [9, 10, 11],
    ]);
  });

  it("have arrows from open cells where somebody is, and none after the last move", () => {
    const arrows = (time: number, level: number, people: (s: number) => number) =>
      cellArrows(field, ground, { x, y }, time, () => level, people);
    expect(arrows(0, 1, () => 1)).toHaveLength(6);
    expect(arrows(0, 1, () => 1)[4]).toEqual({ x: 1, y: 1, dx: 0, dy: 1 });
    expect(arrows(0, 0, () => 1)).toHaveLength(5);
    expect(arrows(0, 0, (s) => Number(s === 5))).toEqual([{ x: 1, y: 2, dx: 0, dy: 0 }]);
    expect(arrows(1, 1, () => 1)).toEqual([]);
  });
});

describe("planes without cells", () => {
  it("have arrows as long as the drift, the longest of length one, and none in walls", () => {
    const over = (name: string, value: readonly number[]): Field => ({
      name,
      axes: [x, y],
      value: Float64Array.from(value),
    });
    const fields = {
      control_x: over("control_x", [3, 0, 0, 0, Number.NaN, 1]),
      control_y: over("control_y", [4, 0, 0, 2.5, 0, 1]),
    };
    const arrows = driftArrows(fields, { x, y }, 0, (_, v) => v === 2);
    expect(arrows.map(({ dx, dy }) => [dx, dy])).toEqual([
      [0.6, 0.8],
      [0, 0],
      [0, 0.5],
    ]);
  });

  it("go on into walls with the mean of what is beside them", () => {
    const nothing = Number.NaN;
    const rows = [
      [1, nothing, 3],
      [1, 2, 3],
    ];
    expect([...filled(2, 3, (i, j) => rows[i][j])]).toEqual([1, 2, 3, 1, 2, 3]);
    expect([...filled(1, 2, () => nothing)]).toEqual([nothing, nothing]);
  });

  it("are wall where the samples say so", () => {
    const wall = wallIn({ x: [0, 2], y: [0, 2], points: 2, walls: Uint8Array.of(0, 1, 0, 0), exits: [] });
    expect([wall(0.5, 0.5), wall(0.5, 1.5), wall(1.5, 1.5), wall(2, 2)]).toEqual([false, true, false, false]);
  });
});
