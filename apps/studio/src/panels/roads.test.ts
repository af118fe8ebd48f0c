import { expect, it } from "vitest";
import { distanceTo, drawnRoads } from "./roads.ts";

/** Two towns with a road each way, and a third with a road to it only. */
const map = {
  crossings: [
    { name: "west", x: 0, y: 0 },
    { name: "east", x: 4, y: 0 },
    { name: "north", x: 4, y: 2 },
  ],
  roads: [
    { from: 0, to: 1 },
    { from: 1, to: 0 },
    { from: 1, to: 2 },
  ],
};
const picture = { width: 436, height: 236 };

it("fits a network into its picture, lengths alike in both directions", () => {
  const { points } = drawnRoads(map, [1, 1, 1], 1, picture);
  const [west, east, north] = points;
  expect(east.x - west.x).toBeCloseTo(400, 9);
  expect(east.y - north.y).toBeCloseTo(200, 9);
});

it("keeps traffic to the right where there is a way back, and thick where there is much of it", () => {
  const { roads } = drawnRoads(map, [4, 1, 0], 4, picture);
  const [there, back, away] = roads;
  // Down the picture is to the right of who drives east.
  expect(there.y1 - back.y1).toBeCloseTo(2 * 4.2, 9);
  expect(roads.map(({ oneWay }) => oneWay)).toEqual([false, false, true]);
  // By the square root: half the width beyond the thinnest for a quarter of the most.
  expect([there.thick, back.thick, away.thick]).toEqual([7, 4, 1]);
  expect(roads.map(({ busy }) => busy)).toEqual([true, true, false]);
});

it("knows how far a road is", () => {
  const road = { index: 0, x1: 0, y1: 0, x2: 10, y2: 0, thick: 1, busy: true, oneWay: true };
  expect([distanceTo(road, 5, 3), distanceTo(road, 13, 4), distanceTo(road, -3, -4)]).toEqual([3, 5, 5]);
});
