import type { AgentPaths } from "meanfield";
import { describe, expect, it } from "vitest";
import { agentPlane, away, frameAt, spread } from "./plane.ts";

const coordinate = (name: string, places?: readonly number[]) => ({
  name,
  title: name,
  symbol: name,
  ...(places === undefined ? {} : { places: Float64Array.from(places) }),
});

function paths(coordinates: AgentPaths["coordinates"], rows: readonly (readonly number[])[]): AgentPaths {
  const positions = Float32Array.from(rows.flat());
  const agents = rows[0].length / coordinates.length;
  return {
    t: Float64Array.from(rows, (_, i) => i),
    agents,
    coordinates,
    discrete: coordinates[0].places !== undefined,
    positions,
  };
}

describe("the plane of agents", () => {
  it("spreads agents of a line across, evenly and always alike", () => {
    const { positions, x, y } = agentPlane(
      paths(
        [coordinate("x")],
        [
          [0, 1, 2],
          [1, 2, 3],
        ],
      ),
    );
    expect(x.coordinate).toBeUndefined();
    expect(y.coordinate?.name).toBe("x");
    for (const frame of [0, 1])
      for (const agent of [0, 1, 2]) {
        expect(positions[2 * (frame * 3 + agent)]).toBeCloseTo(spread(agent), 6);
        expect(positions[2 * (frame * 3 + agent) + 1]).toBe(frame + agent);
      }
    const gaps = Array.from({ length: 100 }, (_, i) => spread(i)).toSorted((a, b) => a - b);
    expect(Math.max(...gaps.map((at, i) => at - (gaps[i - 1] ?? 0)))).toBeLessThan(0.03);
  });

  it("shows an end where it is, and hides who has left", () => {
    const ends = [0, 10] as const;
    const plane = agentPlane(
      paths(
        [
          { ...coordinate("x"), ends },
          { ...coordinate("y"), ends },
        ],
        [
          [1, 2, 9, 8],
          [1, 3, Number.NaN, Number.NaN],
        ],
      ),
    );
    expect([plane.x.from, plane.x.to, plane.y.from, plane.y.to]).toEqual([0, 10, 0, 10]);
    expect(plane.square).toBe(true);
    expect(Array.from(plane.positions)).toEqual([1, 2, 9, 8, 1, 3, away, away].map(Math.fround));
    expect(plane.fast).toBe(1);
    expect(plane.start?.shares).toEqual(Float32Array.of(0, 1));
  });

  it("gives a place that is alone the width of a place", () => {
    const { y, cell } = agentPlane(paths([coordinate("type", [0])], [[0, 0]]));
    expect([y.from, y.to]).toEqual([-0.5, 0.5]);
    expect(cell).toEqual([0, 1]);
  });

  it("makes cells of places and facets of a third coordinate", () => {
    const axes = [coordinate("floor", [0, 1]), coordinate("x", [0, 1, 2, 3]), coordinate("y", [0, 1, 2, 3])];
    const plane = agentPlane(paths(axes, [[0, 2, 1, 1, 2, 1]]));
    expect(plane.cell).toEqual([1, 1]);
    expect(plane.facets?.coordinate.name).toBe("floor");
    expect(plane.facets?.columns).toBe(2);
    const [x0, y0, x1, y1] = plane.positions;
    expect([x0, y0, y1]).toEqual([2, 1, 1]);
    expect(x1 - x0).toBeCloseTo(plane.facets?.step[0] ?? Number.NaN, 5);
    // Four places and half a cell at either end, twice, with a gap.
    expect(plane.x.to - plane.x.from).toBeGreaterThan(8);
  });

  it("says where all move as one", () => {
    expect(
      agentPlane(
        paths(
          [coordinate("x")],
          [
            [1, 1],
            [2, 2],
          ],
        ),
      ).alike,
    ).toBe(true);
    expect(
      agentPlane(
        paths(
          [coordinate("x")],
          [
            [1, 1],
            [2, 3],
          ],
        ),
      ).alike,
    ).toBe(false);
  });

  it("goes the shorter way around a circle when it takes speeds", () => {
    const circle = { ...coordinate("x"), ends: [0, 1] as const, periodic: true };
    const plane = agentPlane(paths([circle], [[0.95], [0.05]]));
    expect(plane.circle).toEqual([0, 1]);
    expect(plane.fast).toBeCloseTo(0.1, 6);
  });
});

describe("frames", () => {
  const t = Float64Array.of(0, 1, 3);

  it.each([
    [-1, false, 0, 0],
    [0.25, false, 0, 0.25],
    [2, false, 1, 0.5],
    [3, false, 1, 1],
    [9, false, 1, 1],
    [0.25, true, 0, 0],
    [2.5, true, 1, 1],
  ])("at time %d (still: %s)", (time, still, frame, share) => {
    expect(frameAt(t, time, still)).toEqual({ frame, share });
  });

  it("of a game of one time is the first", () => {
    expect(frameAt(Float64Array.of(0), 5, false)).toEqual({ frame: 0, share: 0 });
  });
});
