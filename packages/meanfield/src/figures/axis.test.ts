import { array, assert, constantFrom, double, oneof, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { along, namedAxis, planAxis } from "./axis.ts";

const none = { title: "" };
const awkward = oneof(double(), constantFrom(0, -0, 1, 1e-300, 5e-324, 1e200, NaN, Infinity, 0.1, 0.1 + 1e-17));

describe("planAxis", () => {
  it("puts every value that can be drawn between its ends, whatever the values", () => {
    assert(
      property(
        array(awkward, { maxLength: 6 }),
        constantFrom("linear", "log"),
        constantFrom(true, false),
        (values, scale, tight) => {
          const axis = planAxis(values, none, { scale: scale as "linear", tight });
          expect(axis.high).toBeGreaterThan(axis.low);
          expect(axis.labels).toHaveLength(axis.ticks.length);
          for (const tick of axis.ticks) expect(along(axis, tick)).toBeGreaterThan(-1e-6);
          const inside = values.filter((value) => Math.abs(value) < 1e150 && (scale === "linear" || value > 1e-150));
          for (const value of inside) {
            expect(along(axis, value)).toBeGreaterThan(-1e-6);
            expect(along(axis, value)).toBeLessThan(1 + 1e-6);
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  it("does not blow up rounding of a constant into a shape", () => {
    const axis = planAxis([0.3, 0.1 + 0.2], none);
    expect(axis.high - axis.low).toBeGreaterThan(0.05);
  });

  it("begins at zero where the data nearly do, and never shows negative room for positive data", () => {
    expect(planAxis([0.01, 1], none).low).toBe(0);
    expect(planAxis([0.5, 1], none).low).toBeCloseTo(0.475, 12);
  });

  it("spans one decade or one unit where there is nothing", () => {
    expect(planAxis([Number.NaN], none)).toMatchObject({ low: 0, high: 1 });
    expect(planAxis([0, -1], none, { scale: "log" })).toMatchObject({ low: 1, high: 10 });
  });
});

describe("along", () => {
  it("is logarithmic on a logarithmic axis", () => {
    const axis = planAxis([1, 100], none, { scale: "log", tight: true });
    expect(along(axis, 10)).toBeCloseTo(0.5, 14);
  });
});

describe("namedAxis", () => {
  it("gives each name a place", () => {
    expect(namedAxis(["a", "b"])).toMatchObject({ low: -0.5, high: 1.5, ticks: [0, 1], labels: ["a", "b"] });
  });
});
