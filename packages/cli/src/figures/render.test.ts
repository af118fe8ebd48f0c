import { createHash } from "node:crypto";
import { Resvg } from "@resvg/resvg-js";
import * as figures from "meanfield/figures";
import { describe, expect, it } from "vitest";
import { sampleFigures } from "../../../meanfield/src/figures/samples.testing.ts";
import { textWidth } from "../../../meanfield/src/figures/text-width.ts";
import { shippedFont, renderPng, renderSvg } from "./render.ts";

const samples = sampleFigures().map((figure) => ({ name: figure.name, figure, svg: renderSvg(figure) }));

const svgOf = (name: string): string => samples.find((sample) => sample.name === name)?.svg ?? "";
/** The painted words, without markup. */
const words = (svg: string): string =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, inside]) => inside.replaceAll(/<[^>]*>/g, "")).join("|");
const open = (svg: string): Resvg => new Resvg(svg, { font: shippedFont });

describe.each(samples)("$name", ({ figure, svg }) => {
  it("is valid XML whose ink, text included, stays inside the figure", () => {
    const box = open(svg.replace(/<rect fill="#ffffff"[^>]*>/, "")).getBBox();
    expect(box).toBeDefined();
    const { x, y, width, height } = box as { x: number; y: number; width: number; height: number };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(figure.width);
    expect(y + height).toBeLessThanOrEqual(figure.height);
  });

  it("is the same bytes again, after other figures were drawn", () => {
    expect(renderSvg(figure)).toBe(svg);
  });

  it("has a role, a title, a description, and needs nothing from elsewhere", () => {
    expect(svg).toContain('role="img"');
    expect(svg).toContain(`<title id="${figure.name}-title">`);
    expect(svg).toContain(`<desc id="${figure.name}-description">`);
    expect(svg).not.toMatch(/<style|<script|<foreignObject|var\(--|class=/);
    const addresses = [...svg.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
  });

  it("has no number that is none", () => {
    expect(svg).not.toMatch(/="[^"]*\b(NaN|Infinity|undefined|null)\b/);
  });
});

describe("renderSvg", () => {
  it("sets TeX symbols, with scripts as scripts", () => {
    expect(words(svgOf("series-several"))).toContain("Coefficient of the value η, χ̄, ψT");
    expect(svgOf("series-several")).toMatch(/<tspan dy="[\d.]+em" font-size="72%">T<\/tspan>/);
    expect(svgOf("flow-bands")).toContain("(billion euro)");
  });

  it("counts in the caption what it cannot draw", () => {
    expect(svgOf("convergence")).toContain("3 points not drawn: not positive, on a logarithmic axis.");
    expect(svgOf("default-law-tail")).toContain("2 bars cut at the edge");
    expect(words(svgOf("nothing"))).toContain("nothing to draw");
  });

  it("names exact answers where their lines end, and cuts a bar that dwarfs all others", () => {
    expect(words(svgOf("learning-curves"))).toContain("SMF-SO");
    expect(svgOf("learning-curves")).toContain("Faint: single runs. Dashed: exact.");
    expect(words(svgOf("learned-law-with-atom"))).toContain("↑ 0.4");
    expect(svgOf("learned-law-with-atom")).toContain("The bar at 0 reaches beyond the axis");
    expect(svgOf("learned-law")).not.toContain("beyond the axis");
    const laws = { name: "law", title: "Law", axis: { title: "x" }, groups: [{ label: "a", learned: [0.5, 0.5] }] };
    expect(() => figures.learnedLaw({ ...laws, x: [1, 0] })).toThrow("positions increase");
  });

  it("puts several figures into one file", () => {
    const two = samples.slice(0, 2).map(({ svg, figure: { width, height } }) => ({ svg, width, height }));
    const svg = figures.panels({
      name: "both",
      title: "Both",
      caption: "Two figures & more.",
      rows: [
        { heading: "One <row>", panels: two },
        { heading: "Another", panels: [] },
      ],
    });
    const size = open(svg);
    expect(size.width).toBe(two[0].width + two[1].width + 60);
    expect(svg).toContain("Two figures &amp; more.");
    expect(words(svg)).toContain("One &lt;row&gt;");
    expect(words(svg)).toContain(words(two[1].svg));
    // Every identifier is there once.
    const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("flow-bands-title");
    expect(open(svg.replace(/<rect width[^>]*>/, "")).getBBox()?.x).toBeGreaterThanOrEqual(0);
  });

  it("labels every tick of a logarithmic axis", () => {
    expect(words(svgOf("feedback-gain"))).toMatch(/\|2\|5\|10\|20\|50\|100\|200\|500\|/);
  });

  it("fits the slope of an exact power law", () => {
    const size = [1, 2, 4, 8];
    const figure = figures.logLogRates({
      name: "rate",
      title: "Rate",
      y: { title: "Error" },
      groups: [{ label: "law", size, error: size.map((n) => 3 * n ** -0.75) }],
    });
    expect(words(renderSvg(figure))).toMatch(/law: slope −0.75(\||$)/);
  });

  it("puts points where the scales say", () => {
    const figure = figures.seriesLines({
      name: "line",
      title: "Line",
      y: { title: "y" },
      lines: [{ label: "line", x: [0, 0.25, 1], value: [0, 1, 0.5] }],
    });
    const [x, y] = [figure.plot.x, figure.plot.y].map((scale) => scale?.domain as [number, number]);
    const { marginLeft = 0, marginRight = 0, marginTop = 0, marginBottom = 0 } = figure.plot;
    const px = (v: number): number =>
      marginLeft + ((v - x[0]) / (x[1] - x[0])) * (figure.width - marginLeft - marginRight);
    const py = (v: number): number =>
      figure.height - marginBottom - ((v - y[0]) / (y[1] - y[0])) * (figure.height - marginTop - marginBottom);
    const path = /aria-label="line"[^>]*><path d="([^"]*)"/.exec(renderSvg(figure))?.[1] ?? "";
    const drawn = [...path.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
    const expected = [px(0), py(0), px(0.25), py(1), px(1), py(0.5)];
    expect(drawn).toHaveLength(6);
    // Coordinates are written to a hundredth of a pixel.
    for (const [i, value] of expected.entries()) expect(Math.abs(drawn[i] - value)).toBeLessThan(0.011);
  });

  it("counts the paths that default", () => {
    const figure = figures.samplePaths({
      name: "paths",
      title: "Paths",
      t: [0, 1, 2],
      paths: [
        [0, 1, 0],
        [0, -0.7, 0],
        [0, -2, -2],
      ],
      defaultLevel: -0.7,
      y: { title: "x" },
    });
    expect(figure.caption).toContain("2 paths of 3 at or below the default level");
  });

  it("refuses columns of different length and grids that do not increase", () => {
    const text = { name: "a", title: "a", y: { title: "y" } };
    expect(() => figures.seriesLines({ ...text, lines: [{ label: "a", x: [0, 1], value: [1] }] })).toThrow(
      /value\.length = 1/,
    );
    const field = { ...text, valueText: { title: "v" }, value: [0, 0, 0, 0] };
    expect(() => figures.fieldHeatMap({ ...field, t: [0, 0], x: [0, 1] })).toThrow(/t\[1\] = 0/);
    expect(() => figures.fieldHeatMap({ ...field, t: [0, 1], x: [0, 1, 2] })).toThrow(/value\.length = 4/);
  });
});

describe("renderPng", () => {
  it("is twice the size of the figure, or as asked, and paints text in the shipped font", () => {
    const [{ figure }] = samples;
    const png = Buffer.from(renderPng(figure));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2 * figure.width, 2 * figure.height]);
    expect(Buffer.from(renderPng(figure, { scale: 1 })).readUInt32BE(16)).toBe(figure.width);
    const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    expect(digest(renderPng(figure))).toBe(digest(png));
  });
});

describe("textWidth", () => {
  it("agrees with the font as resvg measures it", () => {
    for (const text of ["Number of players N", "exploitability", "0.0123456789", "Wide MMWW mmww", "fluffy (1/year)"]) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="99"><text x="10" y="50" font-size="40" font-family="DejaVu Sans Condensed">${text}</text></svg>`;
      const width = open(svg).getBBox()?.width ?? 0;
      // The box of ink leaves out the bearings at both ends, at most a tenth of the size each; pairs are kerned.
      expect(Math.abs(textWidth(text, 40) - width)).toBeLessThan(8);
    }
  });
});
