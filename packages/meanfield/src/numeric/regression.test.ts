import { expect, it } from "vitest";
import { linearRegression, logLogSlope } from "./regression.ts";

it("counts a point of whole weight as often as that", () => {
  const [x, y] = [
    [0, 1, 2, 4],
    [1, 3, 2, 7],
  ];
  const weighted = linearRegression(x, y, { weights: [1, 2, 1, 3] });
  const repeated = linearRegression([0, 1, 1, 2, 4, 4, 4], [1, 3, 3, 2, 7, 7, 7]);
  expect(weighted.slope).toBeCloseTo(repeated.slope, 14);
  expect(weighted.intercept).toBeCloseTo(repeated.intercept, 14);
  // The same residuals, but two degrees of freedom instead of five.
  expect(weighted.standardError).toBeCloseTo(repeated.standardError * Math.sqrt(5 / 2), 14);
});

it("does not mind a common factor of the weights, and refuses others than positive ones", () => {
  const plain = logLogSlope([1, 10, 100], [3, 1, 0.2]);
  const alike = logLogSlope([1, 10, 100], [3, 1, 0.2], { weights: [7, 7, 7] });
  for (const key of ["slope", "intercept", "standardError", "low", "high"] as const) {
    expect(alike[key]).toBeCloseTo(plain[key], 13);
  }
  expect(() => logLogSlope([1, 10, 100], [3, 1, 0.2], { weights: [1, 0, 1] })).toThrow(/weights/);
  expect(() => logLogSlope([1, 10, 100], [3, 1, 0.2], { weights: [1, 1] })).toThrow(/weights/);
});
