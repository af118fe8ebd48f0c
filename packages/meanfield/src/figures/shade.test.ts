import { describe, expect, it } from "vitest";
import { along } from "./axis.ts";
import { crowdShade } from "./shade.ts";

const text = { title: "Share" };

describe("colours of a crowd", () => {
  it("are in proportion where shares are alike", () => {
    const { axis, height, note } = crowdShade([0.1, 0.2, 0.3, 0.4, 0], text);
    expect([axis.low, axis.high, note]).toEqual([0, 0.4, ""]);
    expect(along(axis, height(0.2))).toBeCloseTo(0.5, 14);
  });

  it("go by the square root where some are many times others", () => {
    const { axis, height, note } = crowdShade([0.64, 0.32, 0.02, 0.01, 0.01], text);
    expect(along(axis, height(0.16))).toBeCloseTo(0.5, 14);
    expect(note).toBe("Colours by the square root of the share.");
  });

  it("end where few shares lie beyond, and say so in caption and legend", () => {
    // A crowd in one place that is later spread over a hundred.
    const spread = Array.from({ length: 1000 }, (_, i) => 0.008 + 0.004 * (i / 999));
    const { axis, height, note } = crowdShade([1, ...spread], text);
    expect(axis.labels.at(-1)).toBe("≥ 0.012");
    expect(note).toContain("they end at 0.012, which about one in forty");
    expect(along(axis, height(1))).toBe(1);
    // What comes after the start does not drown.
    expect(along(axis, height(0.01))).toBeGreaterThan(0.9);
    axis.ticks.forEach((tick, i) => expect(i === 0 || tick > axis.ticks[i - 1]).toBe(true));
  });

  it("have an axis where nobody is anywhere", () => {
    const { axis, height } = crowdShade([0, 0], text);
    expect(along(axis, height(0))).toBe(0);
  });
});
