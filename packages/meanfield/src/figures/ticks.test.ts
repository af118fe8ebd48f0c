import { assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { linearLabels, linearTicks, logLabels, logTicks, shortNumber, wholeTicks } from "./ticks.ts";

const size = double({ min: 1e-120, max: 1e120, noNaN: true });

describe("linear ticks", () => {
  it("are the decimal numbers a person would write", () => {
    expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(-0.25, 0.31, 5)).toEqual([-0.2, -0.1, 0, 0.1, 0.2, 0.3]);
    expect(linearTicks(0, 1234, 5)).toEqual([0, 200, 400, 600, 800, 1000, 1200]);
  });

  it("lie inside the axis, differ, and are labelled differently at every size", () => {
    assert(
      property(size, double({ min: -1, max: 1, noNaN: true }), (span, shift) => {
        const low = shift * span * 50;
        const ticks = linearTicks(low, low + span, 5);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(9);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low - 1e-6 * span);
          expect(tick).toBeLessThanOrEqual(low + span + 1e-6 * span);
        }
        expect(new Set(linearLabels(ticks)).size).toBe(ticks.length);
      }),
      { seed: 2 },
    );
  });

  it("say the value they stand at", () => {
    expect(linearLabels([-0.5, 0, 0.5, 1])).toEqual(["−0.5", "0", "0.5", "1.0"]);
    expect(linearLabels([0, 2e-7, 4e-7])).toEqual(["0", "2×10⁻⁷", "4×10⁻⁷"]);
    expect(linearLabels([1e7, 1.5e7])).toEqual(["1.0×10⁷", "1.5×10⁷"]);
    expect(linearLabels([0, 200, 400])).toEqual(["0", "200", "400"]);
  });
});

describe("whole ticks", () => {
  it("are every number where they fit, else round ones", () => {
    expect(wholeTicks(-0.5, 5.5, 8)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(wholeTicks(0, 100, 8)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(wholeTicks(0.2, 0.8, 8)).toEqual([]);
  });
});

describe("logarithmic ticks", () => {
  it("are powers of ten over decades and 1, 2, 5 below that", () => {
    expect(logTicks(1e-3, 10, 5)).toEqual([1e-3, 1e-2, 1e-1, 1, 10]);
    expect(logTicks(2, 60, 5)).toEqual([2, 5, 10, 20, 50]);
    expect(logTicks(1.1, 4.5, 5)).toEqual([2, 3, 4]);
    expect(logTicks(1e-12, 1, 5)).toEqual([1e-12, 1e-9, 1e-6, 1e-3, 1]);
  });

  it("lie inside the axis and are labelled differently", () => {
    assert(
      property(size, double({ min: 0.01, max: 20, noNaN: true }), (low, decades) => {
        const high = low * 10 ** decades;
        const ticks = logTicks(low, high, 5);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(tick).toBeLessThanOrEqual(high * (1 + 1e-6));
        }
        expect(new Set(logLabels(ticks)).size).toBe(ticks.length);
      }),
      { seed: 3 },
    );
  });

  it("say the value they stand at", () => {
    expect(logLabels([0.01, 0.1, 1])).toEqual(["0.01", "0.1", "1"]);
    expect(logLabels([1e-9, 1e-6])).toEqual(["10⁻⁹", "10⁻⁶"]);
    expect(logLabels([2e-6, 5e-6])).toEqual(["2×10⁻⁶", "5×10⁻⁶"]);
  });
});

describe("shortNumber", () => {
  it("is short", () => {
    expect([0, -0.5, 1234.5, 3.1e-9, -2.5e7, Infinity].map((value) => shortNumber(value))).toEqual([
      "0",
      "−0.5",
      "1230",
      "3.1×10⁻⁹",
      "−2.5×10⁷",
      "∞",
    ]);
  });
});
