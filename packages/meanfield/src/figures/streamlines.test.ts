import { describe, expect, it } from "vitest";
import { streamlines } from "./streamlines.ts";
import type { StreamlinesInput } from "./streamlines.ts";

const settings = { width: 200, height: 100, distance: 10, step: 3, shortest: 15, slowest: 1e-9 };
const around: StreamlinesInput = { ...settings, drift: (x, y) => [-(y - 50), x - 100] };

describe("streamlines", () => {
  const lines = streamlines(around);

  it("follow the drift, in steps of their length", () => {
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      for (let i = 1; i < line.length; i++) {
        const [[x, y], [before, below]] = [line[i], line[i - 1]];
        expect(Math.hypot(x - before, y - below)).toBeCloseTo(3, 9);
        // The midpoint rule stays on circles up to third order in the step.
        const [radius, last] = [Math.hypot(x - 100, y - 50), Math.hypot(before - 100, below - 50)];
        expect(Math.abs(radius - last)).toBeLessThan(0.5);
        expect((x - before) * -(below - 50) + (y - below) * (before - 100)).toBeGreaterThan(0);
      }
    }
  });

  it("keep half their distance from each other", () => {
    const nearest = lines.flatMap((line, i) =>
      lines
        .slice(i + 1)
        .map((other) => Math.min(...line.flatMap(([x, y]) => other.map(([a, b]) => Math.hypot(x - a, y - b))))),
    );
    expect(Math.min(...nearest)).toBeGreaterThan(5 - 1e-9);
  });

  it("stay out of where they may not pass, and end where nothing flows", () => {
    const wall = (x: number): boolean => x > 80 && x < 120;
    const split = streamlines({ ...settings, drift: (x) => (wall(x) ? undefined : [1, 0]) });
    expect(split.flat().some(([x]) => wall(x))).toBe(false);
    expect(split.some((line) => line[0][0] > 119)).toBe(true);
    expect(streamlines({ ...settings, drift: () => [0, 0] })).toEqual([]);
  });
});
