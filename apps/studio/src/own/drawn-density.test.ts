import { describe, expect, it } from "vitest";
import { bells, densityFormula, drawnThrough } from "./drawn-density.ts";

/** The formula's own numbers, read back. */
function evaluate(formula: string, x: number): number {
  return [...formula.matchAll(/([\d.e-]+)\*normal\(x, ([-\d.e]+), ([\d.e-]+)\)/g)]
    .map(([, weight, centre, deviation]) => [Number(weight), Number(centre), Number(deviation)])
    .reduce((sum, [w, c, s]) => sum + (w * Math.exp(-0.5 * ((x - c) / s) ** 2)) / (s * Math.sqrt(2 * Math.PI)), 0);
}

describe("a drawn density", () => {
  it("is as high as the hand went where it went evenly", () => {
    const formula = densityFormula(
      Array.from({ length: bells }, () => 0.5),
      -2,
      2,
    );
    // Three digits of each weight leave one part in a thousand.
    expect(evaluate(formula, 0)).toBeCloseTo(0.5, 2);
    expect(evaluate(formula, 0.13)).toBeCloseTo(0.5, 2);
  });

  it("leaves out what is nowhere", () => {
    expect(densityFormula([0, 1, 0], 0, 1)).toBe("0.5*normal(x, 0.5, 0.5)");
    expect(densityFormula([0, 0, 0], 0, 1)).toBe("1");
  });

  it("follows the hand from place to place", () => {
    expect(drawnThrough([0, 0, 0, 0, 0], [0, 0], [1, 1])).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(drawnThrough([1, 1, 1, 1, 1], [0.5, 0.2], [0.5, 0.2])).toEqual([1, 1, 0.2, 1, 1]);
  });
});
