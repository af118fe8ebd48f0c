import { describe, expect, it } from "vitest";
import { localPoints, restingPointFrom } from "./local-search.ts";
import type { LocalPoint } from "./local-search.ts";

function scan(slope: (theta: number) => number, low: number, high: number, points: number): LocalPoint[] {
  const steps = localPoints(slope, low, high, points);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

describe("zeros of a derivative", () => {
  it("are told by whether following the derivative comes to rest there", () => {
    const slope = (t: number): number => -Math.sin(Math.PI * t) * (t > 2.5 ? -1 : 1);
    const found = scan((t) => Math.sin(Math.PI * t), 0.3, 3.6, 33);
    expect(found.map(({ kind }) => kind)).toEqual(["rest", "leave", "rest"]);
    expect(found[0].theta).toBeCloseTo(1, 13);
    expect(found[1].theta).toBeCloseTo(2, 13);
    expect(scan(slope, 0.3, 0.9, 5)).toEqual([{ theta: 0.3, kind: "rest", boundary: true }]);
  });

  it("that fall on a point of the scan are found once, and ends count where the derivative points outward", () => {
    expect(scan((t) => 0.5 - t, 0, 1, 4)).toEqual([{ theta: 0.5, kind: "rest", boundary: false }]);
    expect(scan(() => 1, 0, 1, 4)).toEqual([{ theta: 1, kind: "rest", boundary: true }]);
    expect(scan(() => -1, 0, 1, 4)).toEqual([{ theta: 0, kind: "rest", boundary: true }]);
  });

  it("are no flat stretches, and nothing is bracketed where there is no derivative", () => {
    expect(scan((t) => (t < 0.3 ? 1 : t < 0.8 ? 0 : -1), 0, 1, 20)).toEqual([]);
    expect(scan((t) => (t > 0.4 && t < 0.6 ? Number.NaN : 0.5 - t), 0, 1, 20)).toEqual([]);
  });

  it("are reached from a start", () => {
    const slope = (t: number): number => Math.sin(Math.PI * t);
    const found = scan(slope, 0.3, 3.6, 33);
    expect(restingPointFrom(slope, found, 0.5)?.theta).toBeCloseTo(1, 13);
    expect(restingPointFrom(slope, found, 1.9)?.theta).toBeCloseTo(1, 13);
    expect(restingPointFrom(slope, found, 2.1)?.theta).toBeCloseTo(3, 13);
  });
});
