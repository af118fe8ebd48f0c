import { evaluateFormula, parseFormula } from "../../../../packages/meanfield/src/formula/index.ts";
import { describe, expect, it } from "vitest";
import { planeFormula, startFormula, startHeights } from "./start-formula.ts";

const line = { name: "x", kind: "continuous" as const, grid: Float64Array.from({ length: 97 }, (_, i) => i / 48 - 1) };
const states = { name: "place", kind: "discrete" as const, grid: Float64Array.of(0, 1, 2) };

/** The formula at places, by the library's own reader. */
function read(formula: string, name: string, places: readonly number[]): readonly number[] {
  const expression = parseFormula(formula, { names: [name] });
  return places.map((at) => evaluateFormula(expression, { [name]: at }));
}

describe("a drawn start", () => {
  it("is a list over states, as high as it was drawn", () => {
    expect(read(startFormula([0.5, 0, 1], states, false), "i", [0, 1, 2])).toEqual([0.5, 0, 1]);
  });

  it("is a formula over a line, as high as what it was drawn over", () => {
    const bell = line.grid.map((x) => 3 * Math.exp(-8 * x * x));
    const formula = startFormula(startHeights(bell, false), line, false);
    const [middle, half] = read(formula, "x", [0, 0.25]);
    // Bells one spacing wide widen what they are put over: 1/16 becomes 1/16 + 1/144.
    expect(middle).toBeCloseTo(Math.sqrt(1 / (1 + 1 / 9)) / 1.1, 2);
    expect(half / middle).toBeCloseTo(Math.exp(-0.5 / (1 + 1 / 9)), 2);
  });

  it("stays away from the ends where nobody may start there", () => {
    const formula = startFormula(
      Array.from({ length: 25 }, () => 1),
      line,
      true,
    );
    const [end, middle] = read(formula, "x", [-1, 0]);
    expect(end / middle).toBeLessThan(1e-4);
    expect(middle).toBeCloseTo(1, 2);
  });

  it("is a sum of heaps over a plane", () => {
    const formula = planeFormula(
      [
        { at: [1, 2], radius: 0.5 },
        { at: [-1, 0], radius: 0.5 },
      ],
      "x",
      "y",
    );
    const expression = parseFormula(formula, { names: ["x", "y"] });
    const at = (x: number, y: number): number => evaluateFormula(expression, { x, y });
    expect(at(1, 2) / at(-1, 0)).toBeCloseTo(1, 12);
    // One deviation from the one heap, five from the other.
    expect(at(1 - 0.5, 2) / at(1, 2)).toBeCloseTo(Math.exp(-0.5), 3);
  });
});
