import { describe, expect, it } from "vitest";
import { andersonAcceleration } from "./anderson.ts";
import { symmetricWithSpectrum } from "./random-matrix.testing.ts";
import { multiplyVector } from "./matrix.ts";

/** |x| of x ← g(x) after each of so many updates; the fixed point is 0. */
function errors(
  g: (x: Float64Array) => Float64Array,
  start: Float64Array,
  count: number,
  depth: number,
  damping = 1,
): number[] {
  const { next } = andersonAcceleration({ depth, damping });
  let x = start;
  return Array.from({ length: count }, () => {
    x = next(x, g(x));
    return Math.hypot(...x);
  });
}

describe("andersonAcceleration", () => {
  const start = Float64Array.from({ length: 12 }, (_, i) => 1 + Math.sin(i));

  it("is plain damped iteration without memory", () => {
    const half = errors((x) => x.map((entry) => -entry), Float64Array.of(1), 3, 0, 0.25);
    expect(half).toEqual([0.5, 0.25, 0.125]);
  });

  it("ends on a linear map with three slopes after three differences, however steep they are", () => {
    const map = symmetricWithSpectrum([3, 3, 3, 3, -7, -7, -7, -7, 0.5, 0.5, 0.5, 0.5], 3);
    const sizes = errors((x) => multiplyVector(map, x), start, 5, 5);
    // Full memory is GMRES on (1 - A) x = 0 with x to be found; A has three eigenvalues.
    expect(sizes[2]).toBeGreaterThan(1e-3);
    expect(sizes[4]).toBeLessThan(1e-10);
  });

  it("brings a slow nonlinear iteration down by seven digits more", () => {
    const g = (x: Float64Array): Float64Array => x.map((entry, i) => Math.sin(entry) * (0.9 - 0.05 * i));
    const plain = errors(g, start, 30, 0);
    const fast = errors(g, start, 30, 5);
    expect(plain[29]).toBeGreaterThan(0.02);
    expect(fast[29]).toBeLessThan(1e-8);
  });

  it("stands a map that has settled, and forgets on demand", () => {
    const { next, restart } = andersonAcceleration({ depth: 3 });
    let x: Float64Array = Float64Array.of(2, 3);
    for (let k = 0; k < 6; k++) x = next(x, Float64Array.of(1, 1));
    expect(x).toEqual(Float64Array.of(1, 1));
    restart();
    expect(next(Float64Array.of(5), Float64Array.of(4))).toEqual(Float64Array.of(4));
  });
});
