import { evenGrid } from "meanfield";
import type { Solution } from "meanfield";
import { roadNetwork } from "meanfield/figures";
import type { RoadNetworkInput } from "meanfield/figures";
import { expect, it } from "vitest";
import { roadFigures } from "./of-roads.ts";
import { renderSvg } from "./render.ts";

const twoTowns: RoadNetworkInput = {
  name: "roads",
  title: "Two towns",
  crossings: [
    { name: "West", x: 0, y: 0 },
    { name: "East", x: 10, y: 0 },
  ],
  roads: [
    { from: 0, to: 1 },
    { from: 1, to: 0 },
  ],
  t: [0],
  value: [4, 1],
  valueText: { title: "Vehicles" },
};

/** Coloured roads, those with least on them first, as they are drawn. */
function roadsOf(input: RoadNetworkInput): { colour: string; width: number; y: number }[] {
  const roads = renderSvg(roadNetwork(input)).matchAll(
    /d="M[\d.]+,([\d.]+)L[^>]*stroke-width="([\d.]+)" stroke="([^"]+)"/g,
  );
  return [...roads].map(([, y, width, colour]) => ({ colour, width: Number(width), y: Number(y) }));
}

it("draws roads the thicker and the lighter the more is on them, on the right", () => {
  const [west, east] = roadsOf(twoTowns);
  // The end of viridis, and half the way to it by the square root; 0.6 pixels for an empty road and 6 for a full one.
  expect(east.colour).toBe("#fde725");
  expect(west.colour).toBe("#21918c");
  expect(east.width).toBeCloseTo(6, 10);
  expect(west.width).toBeCloseTo(3.3, 10);
  // Who drives east keeps to the south, further down.
  expect(east.y - west.y).toBeCloseTo(2 * 3.4, 1);
  expect(roadsOf({ ...twoTowns, value: [0, 0] })).toEqual([]);
});

/** As much of a solution as figures of roads read. */
function solution(roads: boolean): Pick<Solution, "preparation" | "quantities"> {
  const { crossings, roads: ways } = twoTowns;
  const game = {
    title: "Two towns",
    quantities: [{ name: "link_volume", title: "Vehicles", story: "Vehicles on each road" }],
    ...(roads ? { roads: () => ({ crossings, roads: ways, quantity: "link_volume" }) } : {}),
  };
  const axes = [
    { name: "t", grid: evenGrid(0, 100, 101) },
    { name: "road", grid: evenGrid(0, 1, 2) },
  ];
  // Gone, but for half a per cent, from t = 61 on.
  const volume = { axes, at: (t: number) => (t <= 60 ? 2 : 0.01) };
  return {
    preparation: { game, parameters: {} } as unknown as Solution["preparation"],
    quantities: { link_volume: volume },
  };
}

it("shows a game's roads while there is something on them", () => {
  const { figures, drawn } = roadFigures(solution(true));
  expect([...drawn]).toEqual(["link_volume"]);
  expect(figures.map(({ name }) => name)).toEqual(["link-volume"]);
  const texts = JSON.stringify(figures[0].plot.marks);
  for (const time of [0, 10, 20, 30, 40, 50]) expect(texts).toContain(`t = ${time}"`);
});

it("leaves games without roads to others", () => {
  expect(roadFigures(solution(false))).toEqual({ figures: [], drawn: new Set() });
});
