import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { matrixExponential } from "../../numeric/matrix-exponential.ts";
import { matrix } from "../../numeric/matrix.ts";
import { growth, weightedGrowth } from "./growth.ts";
import { exponential, power } from "./two-by-two.ts";
import type { TwoByTwo } from "./two-by-two.ts";

describe("growth", () => {
  it.each([0, 1e-300, 1e-12, -1e-9, 1e-3, -0.3, 0.69, 0.71, -0.7, -0.701, 2, -30, 30])("at x = %d", (x) => {
    for (const tau of [0, 0.5, 1, 3]) {
      const plain = integrateAdaptive((u) => Math.exp(x * u), 0, tau).value;
      const weighted = integrateAdaptive((u) => u * Math.exp(x * u), 0, tau).value;
      expect(Math.abs(growth(x, tau) - plain)).toBeLessThanOrEqual(4e-15 * plain);
      // Just past the change of formula the subtraction costs a digit.
      expect(Math.abs(weightedGrowth(x, tau) - weighted)).toBeLessThanOrEqual(2e-14 * weighted);
    }
  });
});

describe("two-by-two matrices", () => {
  const cases: readonly TwoByTwo[] = [
    [1, 0.2, 0.3, 1.4],
    [1.2, 0, 0.5, 1.2],
    [1.2, 1e-12, 0.5, 1.2],
    [0.9, -0.6, 0.7, 1],
    [0.3, 0.8, 0.9, -0.4],
    [1, 0, 0, 1],
  ];
  const distance = (p: ArrayLike<number>, q: ArrayLike<number>): number =>
    Math.max(...Array.from({ length: 4 }, (_, i) => Math.abs(p[i] - q[i]))) / Math.max(1, ...Array.from(q));

  it.each(cases)("have the exponential of [%d, %d, %d, %d]", (...M) => {
    for (const tau of [0, 0.3, 2]) {
      const reference = matrixExponential(
        matrix(
          2,
          2,
          M.map((entry) => entry * tau),
        ),
      ).data;
      expect(distance(exponential(M, tau), reference)).toBeLessThan(1e-14);
    }
  });

  it.each(cases)("have the powers of [%d, %d, %d, %d]", (...M) => {
    let product: TwoByTwo = [1, 0, 0, 1];
    for (let n = 0; n <= 40; n++) {
      expect(distance(power(M, n), product)).toBeLessThan(1e-13);
      product = [
        product[0] * M[0] + product[1] * M[2],
        product[0] * M[1] + product[1] * M[3],
        product[2] * M[0] + product[3] * M[2],
        product[2] * M[1] + product[3] * M[3],
      ];
    }
  });
});
