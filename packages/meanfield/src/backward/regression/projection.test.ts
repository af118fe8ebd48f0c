import { expect, it } from "vitest";
import { matrix } from "../../numeric/matrix.ts";
import { qrDecompose } from "../../numeric/qr.ts";
import { randomStream } from "../../numeric/random.ts";
import { mean, softplusMean } from "../law-functional.ts";
import { basisOf, designOf, standardised } from "./basis.ts";
import { exponents, hermite } from "./hermite.ts";
import { addPairSums, evaluate, ownProjection, pairProjection } from "./projection.ts";

const [copies, players] = [40, 5];
const draws = new Float64Array(copies * players);
const responses = new Float64Array(copies * players);
const increments = new Float64Array(copies * players);
randomStream(7, 0).fillNormal(draws, 0);
randomStream(7, 1).fillNormal(responses, 0);
randomStream(7, 2).fillNormal(increments, 0);

const basis = basisOf({ own: 2, crowd: 2 }, { centre: 0.1, scale: 1.2 }, [
  { functional: mean, centre: 0, scale: 0.4 },
  { functional: softplusMean, predictor: Float64Array.of(0.2, 0.9), centre: 0.8, scale: 0.3 },
]);

/** The own state's polynomials and the features of one copy, written out. */
function parts(copy: number) {
  const x = draws.subarray(copy * players, (copy + 1) * players);
  const scaled = x.map((value) => standardised(value, basis.own));
  const powers = Array.from(scaled, (value) => {
    const out = new Float64Array(3);
    hermite(value, 2, out);
    return out;
  });
  const feature = [mean.of(x) / 0.4, (softplusMean.of(scaled.map((value) => 0.2 + 0.9 * value)) - 0.8) / 0.3] as const;
  const products = exponents(2, 2).map((product) => {
    const value = new Float64Array(3);
    return product.reduce((all, power, k) => {
      hermite(feature[k], 2, value);
      return all * value[power];
    }, 1);
  });
  return { powers, products };
}

it("Hermite polynomials are orthonormal, and exponents are all of them", () => {
  // Gauss's rule by the trapezoidal one, exact for polynomials.
  const sums = new Float64Array(36);
  const values = new Float64Array(6);
  for (let x = -12; x <= 12; x += 0.125) {
    hermite(x, 5, values);
    for (let i = 0; i < 36; i++) {
      sums[i] += (0.125 / Math.sqrt(2 * Math.PI)) * Math.exp(-0.5 * x * x) * values[i % 6] * values[Math.floor(i / 6)];
    }
  }
  for (let i = 0; i < 36; i++) expect(sums[i]).toBeCloseTo(i % 7 === 0 ? 1 : 0, 12);
  expect(exponents(3, 4)).toHaveLength(35);
  expect(exponents(2, 2)).toEqual([
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [2, 0],
  ]);
});

it("own projections are least squares over all players, by orthogonal transformations to rounding", () => {
  const design = designOf(basis, draws, players);
  const rows: number[] = [];
  const target: number[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const { powers, products } = parts(copy);
    for (let i = 0; i < players; i++) {
      basis.functions.own.forEach((a, k) => rows.push(powers[i][a] * products[basis.functions.product[k]]));
      target.push(responses[copy * players + i]);
    }
  }
  const expected = qrDecompose(matrix(target.length, basis.functions.size, rows)).solveLeastSquares(
    Float64Array.from(target),
  );
  const found = ownProjection(design).coefficients(responses);
  expected.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 10));
  const fitted = new Float64Array(draws.length);
  evaluate(design, found, fitted);
  const sum = expected.reduce((total, value, k) => total + rows[7 * basis.functions.size + k] * value, 0);
  expect(fitted[7]).toBeCloseTo(sum, 10);
});

it("pair projections are least squares over all N(N − 1) pairs of every copy", () => {
  const design = designOf(basis, draws, players);
  const rows: number[] = [];
  const target: number[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const { powers, products } = parts(copy);
    for (let i = 0; i < players; i++) {
      for (let j = 0; j < players; j++) {
        if (i === j) continue;
        basis.pairs.own.forEach((a, k) =>
          rows.push(powers[i][a] * powers[j][basis.pairs.other[k]] * products[basis.pairs.product[k]]),
        );
        target.push(responses[copy * players + i] * increments[copy * players + j]);
      }
    }
  }
  const { size } = basis.pairs;
  expect(size).toBe(15);
  const expected = qrDecompose(matrix(target.length, size, rows)).solveLeastSquares(Float64Array.from(target));
  const found = pairProjection(design).coefficients(responses, increments);
  expected.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 10));
  const sums = new Float64Array(draws.length);
  addPairSums(design, found, increments, sums);
  // The second player of the third copy: its rows are those with the others.
  let sum = 0;
  for (let j = 0, at = 2 * players * (players - 1) + players - 1; j < players; j++) {
    if (j === 1) continue;
    for (let k = 0; k < size; k++) sum += rows[at * size + k] * expected[k] * increments[2 * players + j];
    at++;
  }
  expect(sums[2 * players + 1]).toBeCloseTo(sum, 10);
});

it("functions that coincide on the samples are left out, and the fit is that of the others", () => {
  // Of a single player the average is the state itself.
  const alone = basisOf({ own: 1, crowd: 1 }, { centre: 0, scale: 1 }, [{ functional: mean, centre: 0, scale: 1 }]);
  const design = designOf(alone, draws, 1);
  const line = basisOf({ own: 1, crowd: 1 }, { centre: 0, scale: 1 }, []);
  const [both, one] = [new Float64Array(draws.length), new Float64Array(draws.length)];
  evaluate(design, ownProjection(design).coefficients(responses), both);
  const plain = designOf(line, draws, 1);
  evaluate(plain, ownProjection(plain).coefficients(responses), one);
  both.forEach((value, r) => expect(value).toBeCloseTo(one[r], 12));
});
