import { describe, expect, it } from "vitest";
import { tableHeatMap } from "./table-heat-map.ts";

const axes = { x: { title: "N" }, y: { title: "k" } };

describe("tableHeatMap", () => {
  it("sets the margins apart and says so", () => {
    const text = { name: "table", title: "Distances" };
    const inner = {
      ...text,
      ...axes,
      rows: [1, 2],
      columns: [1, 2],
      value: [
        [8, 4],
        [2, 1],
      ],
    };
    const framed = {
      ...text,
      ...axes,
      rows: [1, Infinity],
      columns: [1, Infinity],
      value: [
        [8, 4],
        [2, 0],
      ],
    };
    expect(tableHeatMap(inner).caption).not.toContain("∞");
    const { caption, plot } = tableHeatMap(framed);
    expect(caption).toContain("∞");
    const [low, high] = (plot.x?.domain ?? [0, 0]) as number[];
    // Two cells and a gap.
    expect(high - low).toBeGreaterThan(2.1);
  });

  it("counts what has no place on a logarithmic scale", () => {
    const { caption } = tableHeatMap({
      name: "table",
      title: "Values",
      ...axes,
      rows: [1],
      columns: [1, 2, 3],
      value: [[-1, Number.NaN, 2]],
    });
    expect(caption).toMatch(/not positive/);
    expect(caption).toMatch(/not a finite number/);
  });

  it("refuses a table with holes", () => {
    expect(() => tableHeatMap({ name: "t", title: "t", ...axes, rows: [1, 2], columns: [1], value: [[1]] })).toThrow(
      /2 rows of 1 numbers/,
    );
  });
});
