import { describe, expect, it } from "vitest";
import { normalDensity } from "../numeric/normal-distribution.ts";
import { solveTridiagonal } from "../numeric/tridiagonal.ts";
import { randomStream } from "../numeric/random.ts";
import { transport } from "./index.ts";

/** One step by Thomas's sweep through the assembled matrix, the textbook's way. */
function assembledStep(m: Float64Array, right: Float64Array, left: Float64Array, ratio: number): Float64Array {
  const n = m.length;
  const [lower, diagonal, upper] = [new Float64Array(n), new Float64Array(n).fill(1), new Float64Array(n)];
  for (let i = 0; i < n - 1; i++) {
    diagonal[i] += ratio * right[i];
    diagonal[i + 1] += ratio * left[i];
    upper[i] = -ratio * left[i];
    lower[i + 1] = -ratio * right[i];
  }
  return solveTridiagonal(lower, diagonal, upper, m, new Float64Array(n), new Float64Array(n));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

describe("an implicit step", () => {
  it("solves the system that the scheme assembles, for every small number of cells and a large one", () => {
    const stream = randomStream(1, 0);
    for (const cells of [1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 1001]) {
      const { density, right, left, step } = transport(cells);
      stream.fillUniform(density, 0);
      stream.fillExponential(right, 10_000);
      stream.fillExponential(left, 20_000);
      const expected = assembledStep(density, right, left, 3);
      step(3);
      // Thomas's sweep subtracts in its pivots, which at this ratio costs it a digit or two.
      for (let i = 0; i < cells; i++) expect(Math.abs(density[i] / expected[i] - 1)).toBeLessThan(1e-13);
    }
  });

  it("keeps mass and sign for steps of any length, down to the smallest numbers", () => {
    for (const ratio of [1e-9, 1, 1e6, 1e15]) {
      const { density, right, left, step } = transport(500);
      density[0] = 1;
      randomStream(2, 0).fillExponential(right, 0);
      randomStream(2, 1).fillExponential(left, 0);
      for (let k = 0; k < 50; k++) step(ratio);
      expect(density.every((value) => value >= 0)).toBe(true);
      // 50 steps of 500 cells, each rounding a few times: errors of random sign add up like a walk.
      expect(Math.abs(sum(density) - 1)).toBeLessThan(1e-13);
    }
  });

  it("reaches the stationary law in a few long steps, every cell accurate relative to itself", () => {
    // Balance at each face: right[i] m[i] = left[i] m[i+1]. The law spans 60 powers of ten.
    const cells = 61;
    const { density, right, left, step } = transport(cells);
    right.fill(1);
    left.fill(10);
    density.fill(1 / cells);
    // The error of one implicit step of length T is of order 1 / T relative to the slowest mode's rate.
    for (let k = 0; k < 8; k++) step(1e12);
    const first = density[0];
    for (let i = 0; i < cells; i++) expect(Math.abs(density[i] / first / 10 ** -i - 1)).toBeLessThan(1e-13);
  });
});

describe("the upwind scheme", () => {
  it("splits the drift into rates by its sign and adds diffusion to both", () => {
    const { right, left, upwind } = transport(4);
    upwind(Float64Array.of(2, -3, 0.5), 1, 0.25, 0.5);
    expect([...right]).toEqual([3.5, 0.5, 2]);
    expect([...left]).toEqual([0.5, 2.5, 0.5]);
  });

  it("converges to the law of an Ornstein–Uhlenbeck process at first order", () => {
    // dX = -X dt + dW from N(1, 0.2^2): mean e^-t, variance 0.04 e^-2t + (1 - e^-2t) / 2.
    const [half, T] = [6, 0.5];
    const errors = [100, 200, 400].map((cells) => {
      const dx = (2 * half) / cells;
      const { density, upwind, step } = transport(cells);
      const x = Float64Array.from({ length: cells }, (_, i) => -half + (i + 0.5) * dx);
      for (let i = 0; i < cells; i++) density[i] = normalDensity((x[i] - 1) / 0.2) / 0.2;
      upwind(
        x.subarray(1).map((at) => -(at - 0.5 * dx)),
        0,
        0.5,
        dx,
      );
      for (let k = 0; k < cells; k++) step(T / cells / dx);
      const deviation = Math.sqrt(0.04 * Math.exp(-2 * T) + (1 - Math.exp(-2 * T)) / 2);
      let error = 0;
      for (let i = 0; i < cells; i++) {
        error += dx * Math.abs(density[i] - normalDensity((x[i] - Math.exp(-T)) / deviation) / deviation);
      }
      return error;
    });
    // Both cell width and time step are halved; the order tends to 1 from below as the second-order terms fade.
    expect(errors[2]).toBeLessThan(0.03);
    for (const [coarse, fine] of [errors.slice(0, 2), errors.slice(1)]) {
      const order = Math.log2(coarse / fine);
      expect(order).toBeGreaterThan(0.85);
      expect(order).toBeLessThan(1.15);
    }
  });

  it("integrates against weights", () => {
    const { density, integrate } = transport(7);
    density.set([1, 2, 3, 4, 5, 6, 7]);
    expect(integrate(Float64Array.of(1, 0, 0, 10, 0, 0, 100))).toBe(741);
    expect(() => integrate(new Float64Array(6))).toThrow("weights must have 7 entries, got 6");
  });

  it("gives these very numbers everywhere", () => {
    const { density, upwind, step } = transport(8);
    density[2] = 1;
    upwind(Float64Array.of(0.3, 0.2, 0.1, 0, -0.1, -0.2, -0.3), 0.05, 0.5, 0.125);
    for (let k = 0; k < 3; k++) step(0.1);
    expect([...density]).toEqual(golden);
  });
});

const golden = [
  0.1143948777702367, 0.20536456729560387, 0.3298073247955564, 0.20547077903622912, 0.09243348238311436,
  0.03515713358337458, 0.012383749001607741, 0.004988086134277437,
];
