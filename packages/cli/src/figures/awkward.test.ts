import { Resvg } from "@resvg/resvg-js";
import { array, assert, constantFrom, double, integer, oneof, property, record, type Arbitrary } from "fast-check";
import * as figures from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";
import { describe, expect, it } from "vitest";
import { renderSvg, shippedFont } from "./render.ts";

/** Numbers that break figures: none, infinite, zero, equal, tiny, huge, and plain ones between. */
const number = oneof(
  { arbitrary: double({ min: -10, max: 10, noNaN: true }), weight: 4 },
  {
    arbitrary: constantFrom(0, 1, 1, 0.3, 1e-12, -1e-9, 1e-200, 5e-324, 1e30, -1e140, 1e300, NaN, Infinity, -Infinity),
    weight: 3,
  },
  { arbitrary: double(), weight: 1 },
);

/** Columns of one common length, none included. */
const columns: Arbitrary<{ a: number[]; b: number[]; c: number[]; d: number[] }> = integer({ min: 0, max: 7 }).chain(
  (length) => {
    const column = array(number, { minLength: length, maxLength: length });
    return record({ a: column, b: column, c: column, d: column });
  },
);

const text = { name: "awkward", title: "Awkward", y: { title: "Value", symbol: "v_t", unit: "euro" } };
type Columns = { readonly a: number[]; readonly b: number[]; readonly c: number[]; readonly d: number[] };

const kinds: Record<string, (columns: Columns) => FigureSpecification> = {
  "series lines": ({ a, b, c, d }) =>
    figures.seriesLines({
      ...text,
      lines: [
        { label: "one", x: a, value: b },
        { label: "two", x: a, value: c, exact: { x: a, value: d } },
      ],
    }),
  "logarithmic series": ({ a, b }) =>
    figures.seriesLines({ ...text, scale: "log", lines: [{ label: "one", x: a, value: b }] }),
  "flow bands": ({ a, b, c, d }) =>
    figures.flowBands({
      ...text,
      t: a,
      groups: [
        { label: "one", mean: b, deviation: c },
        { label: "two", mean: c, bands: [{ low: d, high: b }] },
      ],
    }),
  "feedback gain": ({ a, b, c }) =>
    figures.feedbackGain({ ...text, limit: c[0] ?? 1, lines: [{ label: "feedback", players: a, gain: b }] }),
  "sample paths": ({ a, b, c, d }) =>
    figures.samplePaths({ ...text, t: a, paths: [b, c], mean: d, defaultLevel: -0.7 }),
  "default law": ({ a, b, c, d }) =>
    figures.defaultLaw({
      ...text,
      count: a,
      probability: b,
      interval: { low: c, high: d },
      reference: { label: "known", count: a, probability: d },
    }),
  "logarithmic law": ({ a, b, c, d }) =>
    figures.defaultLaw({ ...text, scale: "log", count: a, probability: b, interval: { low: c, high: d } }),
  "cost against a parameter": ({ a, b, c, d }) =>
    figures.costAgainstParameter({
      ...text,
      parameter: { title: "p" },
      current: b[0] ?? 0,
      scale: "log",
      lines: [{ label: "one", parameter: a, cost: b, interval: { low: c, high: d } }],
    }),
  rates: ({ a, b, c, d }) =>
    figures.logLogRates({
      ...text,
      theory: { slope: -0.5, label: "theory" },
      groups: [{ label: "one", size: a, error: b, interval: { low: c, high: d } }],
    }),
  convergence: ({ a, b, c }) =>
    figures.convergence({ ...text, tolerance: c[0] ?? 0, lines: [{ label: "one", k: a.map((_, i) => i), value: b }] }),
  "error against time": ({ a, b, c }) =>
    figures.errorAgainstTime({
      ...text,
      solvers: [
        { label: "one", seconds: a, error: b },
        { label: "two", seconds: a, error: c },
      ],
    }),
  comparison: ({ a, b, c }) =>
    figures.comparison({
      ...text,
      x: text.y,
      items: a.map((value, i) => ({ label: `solver ${i}`, value, interval: [b[i], c[i]] as const })),
      reference: { label: "exact", value: b[0] ?? 0 },
    }),
  "logarithmic comparison": ({ a, b, c }) =>
    figures.comparison({
      ...text,
      x: text.y,
      scale: "log",
      items: a.map((value, i) => ({ label: `solver ${i}`, value, interval: [b[i], c[i]] as const })),
    }),
  "learning curves": ({ a, b, c, d }) =>
    figures.learningCurves({
      ...text,
      groups: [
        { label: "one", mean: { iteration: a, value: b }, deviation: c, runs: [{ iteration: a, value: d }] },
        { label: "two", mean: { iteration: a, value: d } },
      ],
      targets: [
        { label: "exact", value: b[0] ?? 0 },
        { label: "other", value: c[0] ?? 1, aside: true },
      ],
    }),
  "learned law": ({ a, b, c, d }) =>
    figures.learnedLaw({
      ...text,
      axis: { title: "x" },
      x: a.map((_, i) => i),
      groups: [
        { label: "one", learned: a, exact: b },
        { label: "two", learned: c, exact: d },
      ],
    }),
  "learned law of many states": ({ a, b }) =>
    figures.learnedLaw({
      ...text,
      axis: { title: "x" },
      x: Array.from({ length: 40 }, (_, i) => i / 40),
      groups: [
        {
          label: "one",
          learned: Array.from({ length: 40 }, (_, i) => a[i] ?? 0.1),
          exact: Array.from({ length: 40 }, (_, i) => b[i] ?? 0.2),
        },
      ],
    }),
  field: ({ b, c, d }) =>
    figures.fieldHeatMap({
      ...text,
      width: 240,
      height: 160,
      contours: true,
      t: [0, 0.1, 1],
      x: [-1, 0, 2],
      value: [...b, ...c, ...d, ...Array.from({ length: 9 }, () => 0.5)].slice(0, 9),
      valueText: { title: "v" },
    }),
};

describe("awkward data", () => {
  it.each(Object.entries(kinds))("%s stay valid, with finite numbers inside the figure", (_, kind) => {
    assert(
      property(columns, (data) => {
        const figure = kind(data);
        const svg = renderSvg(figure);
        expect(svg).not.toMatch(/="[^"]*\b(NaN|Infinity|undefined|null)\b/);
        const box = new Resvg(svg, { font: shippedFont }).getBBox();
        expect(box?.x).toBeGreaterThanOrEqual(-0.5);
        expect(box?.y).toBeGreaterThanOrEqual(-0.5);
        expect(box?.width).toBeLessThanOrEqual(figure.width + 1);
        expect(box?.height).toBeLessThanOrEqual(figure.height + 1);
      }),
      { seed: 5, numRuns: 16 },
    );
  });

  it("say in the caption how many points are missing", () => {
    assert(
      property(columns, ({ a, b }) => {
        const { caption } = figures.seriesLines({ ...text, lines: [{ label: "one", x: a, value: b }] });
        const missing = a.filter((x, i) => !(Math.abs(x) < 1e150 && Math.abs(b[i]) < 1e150)).length;
        expect(Number(/(\d+) points? not drawn: not a finite/.exec(caption)?.[1] ?? 0)).toBe(missing);
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});
