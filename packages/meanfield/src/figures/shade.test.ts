import { describe, expect, it } from "vitest";
import { along } from "./axis.ts";
import { crowdShade } from "./shade.ts";

const text = { title: "Share" };

describe("colours of a crowd", () => {
  it("are in proportion where shares are alike", () => {
    const { axis, height, note } = crowdShade([[0.1, 0.2, 0.3, 0.4, 0]], text);
    expect([axis.low, axis.high, note]).toEqual([0, 0.4, ""]);
    expect(along(axis, height(0.2))).toBeCloseTo(0.5, 14);
  });

  it("go by the square root where some are many times others", () => {
    const { axis, height, note } = crowdShade([[0.64, 0.32, 0.02, 0.01, 0.01]], text);
    expect(along(axis, height(0.16))).toBeCloseTo(0.5, 14);
    expect(note).toBe("Colours by the square root of the share.");
  });

  it("end at the largest share of a middling time, and say so in caption and legend", () => {
    // A crowd in one place that spreads over a hundred, with a thin tail that must not count.
    const spread = (most: number): number[] => Array.from({ length: 100 }, (_, i) => most * 10 ** (-i / 9));
    const { axis, height, note } = crowdShade([[1, 0], spread(0.2), spread(0.04), spread(0.02), spread(0.01)], text);
    expect(axis.labels.at(-1)).toBe("≥ 0.04");
    expect(note).toContain("they end at 0.04, beyond which there is no share at half of the times");
    expect([along(axis, height(1)), along(axis, height(0.04))]).toEqual([1, 1]);
    // What comes after the start does not drown.
    expect(along(axis, height(0.01))).toBeCloseTo(0.5, 14);
    axis.ticks.forEach((tick, i) => expect(i === 0 || tick > axis.ticks[i - 1]).toBe(true));
  });

  it("have an axis where nobody is anywhere", () => {
    const { axis, height } = crowdShade([[0, 0]], text);
    expect(along(axis, height(0))).toBe(0);
  });
});
