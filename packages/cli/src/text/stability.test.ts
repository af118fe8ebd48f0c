import { expect, it } from "vitest";
import type { StabilityTable } from "meanfield";
import { stabilityCsv, stabilityTex } from "./stability.ts";

const grid = {
  name: "dist_to_limit",
  title: "Distance to the corner",
  symbol: "D",
  story: "",
  rows: [1, Infinity],
  columns: [4, Infinity],
  value: [
    [12.5, 0.000_514_3],
    [0.25, 0],
  ],
  check: [
    [12.5, 0.000_514_3],
    [0.25, 0],
  ],
  simulated: [
    [
      { mean: 12.4, standardError: 0.1 },
      { mean: 0.0005, standardError: Infinity },
    ],
    [
      { mean: 0.26, standardError: 0.01 },
      { mean: 0, standardError: 0 },
    ],
  ],
};
const table: StabilityTable = { levels: [1], players: [4], perturbations: ["driver"], grids: [grid], rates: [] };

it("writes every cell on a line of its own, margins as inf", () => {
  expect(stabilityCsv(table).split("\n")).toEqual([
    "table,k,players,closed_form,check,simulated,standard_error",
    "dist_to_limit,1,4,12.5,12.5,12.4,0.1",
    "dist_to_limit,1,inf,0.0005143,0.0005143,0.0005,inf",
    "dist_to_limit,inf,4,0.25,0.25,0.26,0.01",
    "dist_to_limit,inf,inf,0,0,0,0",
    "",
  ]);
  const { simulated: _, ...exact } = grid;
  expect(stabilityCsv({ ...table, grids: [exact] }).split("\n")[1]).toBe("dist_to_limit,1,4,12.5,12.5,,");
});

it("writes a LaTeX table with its margins behind lines", () => {
  const tex = stabilityTex({ title: "Game", parameters: undefined as never }, { a: 0.3, c: 0.8 }, table);
  expect(tex).toContain("\\begin{tabular}{r|r|r}");
  expect(tex).toContain("$1$ & $12.50$ & $5.14\\cdot 10^{-4}$ \\\\");
  expect(tex).toContain("    \\hline\n    $\\infty$ & $0.2500$ & $0$ \\\\");
  expect(tex).toContain("$a = 0.3,\\ c = 0.8$");
  // Braces and environments close.
  expect(tex.match(/\\begin/g)?.length).toBe(tex.match(/\\end/g)?.length);
  expect(tex.split("{").length).toBe(tex.split("}").length);
});
