import { describe, expect, it } from "vitest";
import { solveLinear } from "../numeric/lu.ts";
import { fromRows, transpose } from "../numeric/matrix.ts";
import { randomStream } from "../numeric/random.ts";
import { gridSweeps, type LineShape } from "./index.ts";

const shapes: readonly [string, LineShape][] = [
  ["one line of odd length", { count: 9, stride: 1, lines: 1, between: 9, periodic: false }],
  ["one line of even length", { count: 8, stride: 1, lines: 1, between: 8, periodic: false }],
  ["one circle of even length", { count: 8, stride: 1, lines: 1, between: 8, periodic: true }],
  ["one circle of odd length", { count: 9, stride: 1, lines: 1, between: 9, periodic: true }],
  ["the smallest line", { count: 3, stride: 1, lines: 1, between: 3, periodic: false }],
  ["the smallest circle", { count: 3, stride: 1, lines: 1, between: 3, periodic: true }],
  ["rows, odd in number", { count: 7, stride: 1, lines: 5, between: 7, periodic: false }],
  ["columns", { count: 6, stride: 4, lines: 4, between: 1, periodic: false }],
  ["columns that are circles, odd in number", { count: 5, stride: 3, lines: 3, between: 1, periodic: true }],
];

/** Rates of random sizes between 1e-3 and 1e3, with none out of the ends of an open line. */
function randomRates({ count, stride, lines, between, periodic }: LineShape, seed: number) {
  const { uniform } = randomStream(seed, 0);
  const size = count * lines;
  const some = (from: number): Float64Array => Float64Array.from({ length: size }, (_, k) => uniform(from + k));
  const [up, down] = [some(0), some(size)].map((values) => values.map((u) => 10 ** (6 * u - 3)));
  for (let line = 0; line < lines; line++) {
    if (periodic) continue;
    down[line * between] = 0;
    up[line * between + (count - 1) * stride] = 0;
  }
  return { up, down, given: some(2 * size) };
}

/** kept − step G of one line, as a dense matrix. */
function denseLine(shape: LineShape, line: number, up: Float64Array, down: Float64Array, step: number, kept: number) {
  const { count, stride, between } = shape;
  const rows = Array.from({ length: count }, () => Array.from({ length: count }, () => 0));
  for (let i = 0; i < count; i++) {
    const k = line * between + i * stride;
    rows[i][i] += kept + step * (up[k] + down[k]);
    rows[i][(i + 1) % count] -= step * up[k];
    rows[i][(i + count - 1) % count] -= step * down[k];
  }
  return fromRows(rows);
}

describe.each(shapes)("sweeps over a grid: %s", (_name, shape) => {
  const sweeps = gridSweeps(shape);
  const { count, stride, lines, between } = shape;
  const { up, down, given } = randomRates(shape, 3);
  const onLine = (values: Float64Array, line: number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => values[line * between + i * stride]);

  it("solve for values and masses as a dense matrix does", () => {
    const [values, masses] = [given.slice(), given.slice()];
    sweeps.values(up, down, 0.7, 1.3, values);
    sweeps.masses(up, down, 0.7, masses);
    for (let line = 0; line < lines; line++) {
      const theirs = solveLinear(denseLine(shape, line, up, down, 0.7, 1.3), onLine(given, line));
      const transposed = solveLinear(transpose(denseLine(shape, line, up, down, 0.7, 1)), onLine(given, line));
      for (let i = 0; i < count; i++) {
        // The dense elimination loses what its condition, up to 1e4 here, costs; ours loses nothing.
        expect(Math.abs(onLine(values, line)[i] - theirs[i])).toBeLessThan(1e-11);
        expect(Math.abs(onLine(masses, line)[i] - transposed[i])).toBeLessThan(1e-11);
      }
    }
  });

  it("keep mass to rounding and every mass above 0, however long the step", () => {
    const masses = new Float64Array(count * lines);
    for (let line = 0; line < lines; line++) masses[line * between + stride] = 1;
    sweeps.masses(up, down, 1e9, masses);
    for (let line = 0; line < lines; line++) {
      const mass = onLine(masses, line);
      expect(Math.abs(mass.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-15 * 4 * count);
      expect(Math.min(...mass)).toBeGreaterThan(0);
      // So long a step ends at the law that stays: its flow is what little time is left.
      const moved = Float64Array.from(mass, (_, i) => {
        const [k, before, after] = [i, (i + count - 1) % count, (i + 1) % count].map(
          (j) => line * between + j * stride,
        );
        return masses[before] * up[before] + masses[after] * down[after] - masses[k] * (up[k] + down[k]);
      });
      for (let i = 0; i < count; i++) {
        const k = line * between + i * stride;
        expect(Math.abs(moved[i])).toBeLessThan(1e-9 + 1e-14 * masses[k] * (up[k] + down[k]));
      }
    }
  });
});

describe("sweeps over a grid", () => {
  it("refuse lines that are too short", () => {
    expect(() => gridSweeps({ count: 2, stride: 1, lines: 1, between: 2, periodic: false })).toThrow("count must be");
  });
});
