import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { projectOntoSimplex } from "./simplex-projection.ts";

describe("projection onto the simplex", () => {
  it("leaves points of it where they are, and cuts off what is too low", () => {
    const inside = Float64Array.of(0.25, 0.25, 0.5);
    projectOntoSimplex(inside);
    expect([...inside]).toEqual([0.25, 0.25, 0.5]);
    const outside = Float64Array.of(2, 1.5, -Infinity, 0);
    projectOntoSimplex(outside);
    expect([...outside]).toEqual([0.75, 0.25, 0, 0]);
  });

  it("is nearest: no direction into the simplex is downhill", () => {
    const entries = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(entries, (given) => {
        const point = Float64Array.from(given);
        projectOntoSimplex(point);
        expect(point.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
        // v − p is the same, and largest, where p is positive.
        const rest = given.map((v, i) => v - point[i]);
        const top = Math.max(...rest);
        point.forEach((x, i) => expect(x >= 0 && (x === 0 || top - rest[i] < 1e-12)).toBe(true));
      }),
      { numRuns: 100 },
    );
  });
});
