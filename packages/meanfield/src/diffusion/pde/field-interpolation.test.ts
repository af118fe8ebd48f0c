import { describe, expect, it } from "vitest";
import { gridOf, productGrid, tabulate, uniformGrid } from "../../measure/grid.ts";
import { fieldReader, inTime } from "./field-interpolation.ts";

const line = uniformGrid(-1, 2, 13);
const uneven = gridOf([0, 0.1, 0.35, 0.5, 0.9, 1.4, 2]);
const circle = uniformGrid(0, 1, 24, { periodic: true });
const quintic = (x: number): number => 1 + x - 2 * x ** 2 + 0.5 * x ** 3 - 0.3 * x ** 4 + 0.1 * x ** 5;

describe("fieldReader", () => {
  it("reproduces polynomials of its degree on lines, ends included, even or not", () => {
    for (const grid of [line, uneven]) {
      const [{ low, high }] = grid.axes;
      const read = fieldReader(grid, 6);
      const values = tabulate(grid, quintic);
      for (let i = 0; i <= 40; i++) {
        const x = low + ((high - low) * i) / 40;
        expect(read(values, x, 0)).toBeCloseTo(quintic(x), 12);
      }
    }
    const cubic = (x: number): number => x ** 3 - x;
    expect(fieldReader(line, 4)(tabulate(line, cubic), 0.123, 0)).toBeCloseTo(cubic(0.123), 13);
    expect(fieldReader(line, 4)(tabulate(line, quintic), 0.123, 0)).not.toBeCloseTo(quintic(0.123), 5);
  });

  it("goes around circles, up to where the ends meet", () => {
    const wave = (x: number): number => Math.sin(2 * Math.PI * x);
    const read = fieldReader(circle, 6);
    const values = tabulate(circle, wave);
    // Degree 5 on 24 points: (2π/24)⁶ times a constant below 0.01.
    for (const x of [0, 0.01, 0.49, 0.97, 0.99, 1]) expect(Math.abs(read(values, x, 0) - wave(x))).toBeLessThan(4e-6);
    expect(read(values, 1, 0)).toBeCloseTo(read(values, 0, 0), 14);
  });

  it("reproduces products of polynomials in the plane", () => {
    const plane = productGrid(line, uneven);
    const both = (x: number, y: number): number => quintic(x) * (1 - y + y ** 4);
    const read = fieldReader(plane, 6);
    const values = tabulate(plane, both);
    for (const [x, y] of [
      [-1, 0],
      [0.3, 1.2],
      [1.99, 0.01],
      [2, 2],
    ])
      expect(read(values, x, y)).toBeCloseTo(both(x, y), 11);
  });

  it("does not look across points that are not to be used", () => {
    const jump = tabulate(line, (x) => (x < 0.6 ? quintic(x) : 1e9));
    const usable = (k: number): boolean => line.axes[0].points[k] < 0.6;
    const read = fieldReader(line, 6, usable);
    for (const x of [-1, -0.2, 0.3, 0.5]) expect(read(jump, x, 0)).toBeCloseTo(quintic(x), 12);
    // Half a cell beyond the last usable point the polynomial goes on.
    expect(read(jump, 0.6, 0)).toBeCloseTo(quintic(0.6), 12);
    expect(read(jump, 1.4, 0)).toBeNaN();
    const square = productGrid(line, line);
    const inside = (k: number): boolean => usable(Math.floor(k / 13)) && usable(k % 13);
    const flat = tabulate(square, (x, y) => (x < 0.6 && y < 0.6 ? 3 + x * y : -7e8));
    const readPlane = fieldReader(square, 6, inside);
    expect(readPlane(flat, -0.6, -0.3)).toBeCloseTo(3.18, 12);
    expect(readPlane(flat, 0.55, 0.2)).toBeGreaterThan(3);
    expect(readPlane(flat, 0.55, 0.2)).toBeLessThan(3.2);
    expect(readPlane(flat, 1.6, 0.2)).toBeNaN();
  });
});

describe("inTime", () => {
  const times = Float64Array.of(0, 0.1, 0.4, 1, 1.5);

  it("is the polynomial through the nearest times, and goes on beyond them", () => {
    const cubic = (t: number): number => t ** 3 - 2 * t + 1;
    for (const t of [-0.05, 0, 0.2, 0.4, 1.2, 1.5, 1.6])
      expect(inTime(times, 4, t, (i) => cubic(times[i]))).toBeCloseTo(cubic(t), 12);
    expect(inTime(times, 2, 0.7, (i) => times[i] ** 2)).toBeCloseTo(0.5 * (0.16 + 1), 14);
    expect(inTime(Float64Array.of(0.5), 4, 0.9, () => 7)).toBe(7);
  });

  it("asks for no more than it needs", () => {
    const asked: number[] = [];
    inTime(times, 2, 0.4, (i) => asked.push(i));
    expect(asked).toEqual([2]);
  });
});
