import { describe, expect, it } from "vitest";
import { chartOf } from "./chart.ts";
import { finiteMalware } from "./environments.testing.ts";

const space = {
  positions: Float64Array.of(0, 5, 9),
  actions: 2,
  threshold: { acts: "below", low: -2, high: 12, start: [1, 5], width: 0.5 },
} as const;

describe("charts", () => {
  it("count thresholds in shares of their range", () => {
    const chart = chartOf(space, "hard-threshold", 0);
    expect(chart.unit).toBe(14);
    expect(chart.theta(Float64Array.of(0.5))).toEqual(Float64Array.of(5));
    expect(chart.startAt(Float64Array.of(0))[0]).toBeCloseTo(3 / 14, 15);
    expect(chart.startAt(Float64Array.of(1))[0]).toBe(0.5);
    expect(chart.project(Float64Array.of(-0.3))).toEqual(Float64Array.of(0));
    expect(chart.project(Float64Array.of(1.3))).toEqual(Float64Array.of(1));
    expect(chart.projectPerturbed(Float64Array.of(-0.3))).toEqual(Float64Array.of(0.01));
    expect(chart.projectPerturbed(Float64Array.of(1.3))).toEqual(Float64Array.of(1));
    expect(chart.play(Float64Array.of(0.5))).toEqual({
      kind: "table",
      probabilities: Float64Array.of(0, 1, 1, 0, 1, 0),
    });
  });

  it("take the game's width unless told", () => {
    expect(chartOf(space, "hard-threshold", 0.3).width).toBe(0);
    expect(chartOf(space, "smooth-threshold", 0).width).toBe(0.5);
    expect(chartOf(space, "smooth-threshold", 0.3).width).toBe(0.3);
  });

  it("leave logits as they are, within Θ", () => {
    const chart = chartOf(finiteMalware, "softmax", 0);
    const u = new Float64Array(11).fill(1.5);
    expect(chart.unit).toBe(1);
    expect(chart.theta(u)).toEqual(u);
    expect(chart.project(new Float64Array(11).fill(99))).toEqual(new Float64Array(11).fill(chart.family.high));
    expect(chart.projectPerturbed(new Float64Array(11).fill(-99))).toEqual(new Float64Array(11).fill(chart.family.low));
  });

  it("of classes that a space does not have are refused", () => {
    expect(() => chartOf({ positions: undefined, actions: 2, threshold: space.threshold }, "softmax", 0)).toThrow(
      "needs finitely many states",
    );
    expect(() => chartOf({ positions: space.positions, actions: 3 }, "hard-threshold", 0)).toThrow("ordered states");
  });
});
