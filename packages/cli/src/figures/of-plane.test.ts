import { evenGrid, series } from "meanfield";
import type { Quantity, Solution } from "meanfield";
import { expect, it } from "vitest";
import { planeFigures } from "./of-plane.ts";

const axes = [
  { name: "t", grid: evenGrid(0, 10, 6) },
  { name: "x", grid: evenGrid(0, 2, 5) },
  { name: "y", grid: evenGrid(0, 1, 5) },
];
const field = (at: Quantity["at"]): Quantity => ({ axes, at });

/** As much of a solution as figures of the plane read. */
function solution(quantities: Solution["quantities"]): Pick<Solution, "preparation" | "quantities"> {
  const game = {
    title: "A room",
    parameters: { shape: {} },
    scenery: () => ({ place: (x: number) => (x === 2 ? "exit" : "free"), points: 9, unit: "m" }),
    quantities: ["density", "value"].map((name) => ({ name, title: name, story: `Of ${name}` })),
  };
  return { preparation: { game, parameters: {} } as unknown as Solution["preparation"], quantities };
}

it("draws density with drifts and value with levels, at round times until nearly all have left", () => {
  const { figures, drawn } = planeFigures(
    solution({
      density: field((t, x, y) => x * y * Math.exp(-t)),
      value: field((t, x, y) => t + x + y),
      control_x: field(() => 1),
      control_y: field(() => 0),
      active_fraction: series(evenGrid(0, 10, 101), (t) => Math.exp(-t)),
    }),
  );
  expect([...drawn].toSorted()).toEqual(["control_x", "control_y", "density", "value"]);
  expect(figures.map(({ name, caption }) => [name, caption])).toEqual([
    [
      "density",
      "Of density. Colours by the square root. Lines lead where people drift. Walls are grey, exits are marked on the frame.",
    ],
    ["value", expect.stringMatching(/^Of value. .* Level lines at 0, /)],
  ]);
  // e^{−t} is below 4 per cent from t = 3.3: steps of 0.6.
  const texts = JSON.stringify(figures[0].plot.marks);
  for (const time of ["0", "0.6", "1.2", "3"]) expect(texts).toContain(`t = ${time}`);
});

it("leaves games on a line to others", () => {
  const line: Quantity = { axes: axes.slice(0, 2), at: () => 0 };
  expect(planeFigures(solution({ density: line }))).toEqual({ figures: [], drawn: new Set() });
  expect(planeFigures(solution({})).figures).toEqual([]);
});
