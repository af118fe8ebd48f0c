import { byName, catalogue, learnRun, prepareLearning, summarise } from "meanfield";
import { seriesLines, figureSheet } from "meanfield/figures";
import { expect, it } from "vitest";
import { trainingFigures } from "./of-learning.ts";
import { renderPng, renderSvg } from "./render.ts";

it("a training run is one figure: the loss beside the limit's, and the cloud at several times over its law", () => {
  const game = byName("game", catalogue.games, ({ id }) => id, "linear-network");
  const preparation = prepareLearning(catalogue, game, { parameters: { N: 40, T: 0.5 } });
  const steps = learnRun(preparation, 0);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  const figures = trainingFigures(summarise(preparation, [next.value], { seconds: 0 }));
  expect(figures.map(({ name }) => name)).toEqual(["training"]);
  const [sheet] = figures;
  if (!("rows" in sheet)) throw new Error("not a sheet");
  expect(sheet.rows.map((row) => row.figures.length)).toEqual([1, 2, 2]);
  expect(sheet.caption).toContain("at 4 times");
  const svg = renderSvg(sheet);
  expect(svg).toContain(`width="${sheet.width}" height="${sheet.height}"`);
  for (const part of ["loss-while-training", "cloud-0", "cloud-3"]) expect(svg).toContain(`id="${part}-title"`);
  // Clouds at all times have the same axes: their ticks stand at the same places.
  const ticks = (name: string): string[] => {
    const from = svg.slice(svg.indexOf(`id="${name}-title"`));
    return [...from.slice(0, from.indexOf("</svg>")).matchAll(/>(−?\d[\d.]*)<\/text>/g)].map(([, text]) => text);
  };
  expect(ticks("cloud-0").length).toBeGreaterThan(4);
  expect(ticks("cloud-3")).toEqual(ticks("cloud-0"));
});

it("a sheet is as large as its rows, and can be painted", () => {
  const line = (name: string, width: number, height: number) =>
    seriesLines({
      name,
      title: name,
      width,
      height,
      y: { title: "y" },
      lines: [{ label: "", x: [0, 1], value: [0, 1] }],
    });
  const sheet = figureSheet({
    name: "both",
    title: "Both",
    caption: "Two.",
    rows: [
      { heading: "A", figures: [line("a", 300, 200), line("b", 200, 210)] },
      { heading: "B", figures: [line("c", 300, 100)] },
    ],
  });
  expect(sheet.width).toBe(16 + 300 + 28 + 200 + 16);
  expect(sheet.height).toBe(16 + 34 + 210 + 28 + 34 + 100 + 16);
  expect(renderSvg(sheet)).toContain(`viewBox="0 0 ${sheet.width} ${sheet.height}"`);
  expect(new TextDecoder().decode(renderPng(sheet).subarray(1, 4))).toBe("PNG");
});
