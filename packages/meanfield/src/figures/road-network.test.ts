import { describe, expect, it } from "vitest";
import { InputError } from "../core/index.ts";
import { roadNetwork } from "./road-network.ts";
import type { RoadNetworkInput } from "./road-network.ts";

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
  t: [0, 5],
  value: [4, 0, 1, 4],
  valueText: { title: "Vehicles" },
};

describe("a road network", () => {
  it("says what it shows, and at which times", () => {
    const figure = roadNetwork({ ...twoTowns, caption: "Roads between two towns" });
    expect(figure.caption).toMatch(/^Roads between two towns\. Roads are the thicker/);
    const texts = JSON.stringify(figure.plot.marks);
    for (const text of ["t = 0", "t = 5", "West", "East", "Vehicles"]) expect(texts).toContain(text);
  });

  it("is high where the map is, and counts what is no number", () => {
    const north = twoTowns.crossings.map(({ name, x }) => ({ name, x: 0, y: x }));
    expect(roadNetwork({ ...twoTowns, crossings: north }).height).toBeGreaterThan(2 * roadNetwork(twoTowns).height);
    expect(roadNetwork({ ...twoTowns, value: [1, NaN, 1, 1] }).caption).toMatch(/1 /);
  });

  it.each([
    [{ value: [1, 2, 3] }, /^value\.length/],
    [{ width: 100 }, /^width/],
    [{ height: 60 }, /^height/],
  ])("refuses %j", (change, message) => {
    expect(() => roadNetwork({ ...twoTowns, ...change })).toThrow(InputError);
    expect(() => roadNetwork({ ...twoTowns, ...change })).toThrow(message);
  });
});
