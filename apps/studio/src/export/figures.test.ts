import { expect, it } from "vitest";
import type { Answer, Field } from "../engine/protocol.ts";
import { figuresOf } from "./figures.ts";

const axis = (name: string, count: number): Field["axes"][number] => ({
  name,
  kind: "discrete",
  grid: Float64Array.from({ length: count }, (_, i) => i),
});

/** Two roads at ten times, of which all is over after six. */
const volume: Field = {
  name: "link_volume",
  axes: [axis("t", 10), axis("road", 2)],
  value: Float64Array.from({ length: 20 }, (_, k) => (k < 12 ? 1 : 0)),
};
const answer = {
  fields: { link_volume: volume },
  roads: {
    crossings: [
      { name: "west", x: 0, y: 0 },
      { name: "east", x: 1, y: 0 },
    ],
    roads: [
      { from: 0, to: 1 },
      { from: 1, to: 0 },
    ],
  },
} as unknown as Answer;

it("a picture of roads is the network at a few times while there is traffic, one figure for each answer", () => {
  const picture = {
    id: "link_volume",
    kind: "roads",
    field: "link_volume",
    title: "Vehicles",
    story: "Vehicles on each road.",
    role: "population",
    drawn: ["t"],
  } as const;
  const figures = figuresOf({
    picture,
    layers: [
      { label: "equilibrium", answer },
      { label: "frozen", answer },
    ],
    description: { id: "routing", axes: {} } as never,
    choices: {},
  });
  expect(figures.map(({ name, title }) => [name, title])).toEqual([
    ["routing-link-volume", "Vehicles, equilibrium"],
    ["routing-link-volume-2", "Vehicles, frozen"],
  ]);
  const drawn = JSON.stringify(figures[0].plot.marks);
  expect([0, 1, 2, 3, 4, 5, 6].filter((t) => drawn.includes(`"t = ${t}"`))).toEqual([0, 1, 2, 3, 4]);
});
