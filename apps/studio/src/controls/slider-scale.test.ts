import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { fromPosition, positions, sliderRange, toPosition } from "./slider-scale.ts";

const facts = { kind: "real", meaning: "", default: 1 } as const;

describe("sliders", () => {
  it("come back to the position they were set to", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: positions }),
        fc.constantFrom(
          sliderRange({ ...facts, minimum: 0, maximum: 2 }, 1),
          sliderRange({ ...facts, scale: "log", minimum: 0, open: "minimum" }, 1),
          sliderRange({ ...facts, default: -0.5 }, -0.5),
        ),
        (position, range) => {
          expect(Math.abs(toPosition(range, fromPosition(range, position)) - position)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("reach both ends of a closed range, and neither of an open one", () => {
    const closed = sliderRange({ ...facts, minimum: 0, maximum: 2 }, 1);
    expect([fromPosition(closed, 0), fromPosition(closed, positions)]).toEqual([0, 2]);
    const open = sliderRange({ ...facts, minimum: 0, maximum: 2, open: "both" }, 1);
    expect(fromPosition(open, 0)).toBeGreaterThan(0);
    expect(fromPosition(open, positions)).toBeLessThan(2);
  });

  it("offer whole numbers where only these are allowed", () => {
    const range = sliderRange({ ...facts, kind: "whole", default: 4, minimum: 1, maximum: 10 }, 4);
    expect(fromPosition(range, 333)).toBe(4);
  });

  it("stay where they are while a value moves in them", () => {
    const wide = { ...facts, default: 0.2, minimum: 0, maximum: 100 };
    const range = sliderRange(wide, 0.2);
    const moved = fromPosition(range, 900);
    expect(moved).toBeLessThan(1);
    expect(sliderRange(wide, moved)).toEqual(range);
  });

  it("include a value that was typed beyond them", () => {
    expect(sliderRange(facts, 1e4).high).toBeGreaterThanOrEqual(1e4);
  });
});
