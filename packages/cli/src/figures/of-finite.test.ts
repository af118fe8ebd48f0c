import { Resvg } from "@resvg/resvg-js";
import { catalogue, finite, prepare, solve } from "meanfield";
import { cellPanels, evenShade } from "meanfield/figures";
import { describe, expect, it } from "vitest";
import { finiteSamples } from "../../../meanfield/src/figures/finite-samples.testing.ts";
import { simulationFigures } from "./of-simulation.ts";
import { solutionFigures } from "./of-solution.ts";
import { renderSvg, shippedFont } from "./render.ts";

const samples = finiteSamples().map((figure) => ({ name: figure.name, figure, svg: renderSvg(figure) }));
const open = (svg: string): Resvg => new Resvg(svg, { font: shippedFont });

describe.each(samples)("$name", ({ figure, svg }) => {
  it("keeps its ink inside, has numbers only, and asks for nothing elsewhere", () => {
    const box = open(svg.replace(/<rect fill="#ffffff"[^>]*>/, "")).getBBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(figure.width);
    expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThanOrEqual(figure.height);
    expect(svg).not.toMatch(/="[^"]*\b(NaN|Infinity|undefined|null)\b/);
    const addresses = [...svg.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, address]) => address);
    for (const address of addresses) expect(address).toMatch(/^data:image\/png;base64,/);
  });
});

describe("cells", () => {
  it("are of one colour each, walls grey: nothing is interpolated", () => {
    const axis = { grid: [0, 1, 2], text: { title: "x" } };
    const figure = cellPanels({
      name: "cells",
      title: "Cells",
      across: axis,
      up: axis,
      columns: 1,
      panels: [{ heading: "", value: [0, 0.5, 1, 0.2, 0.4, 0.6, 1, 0.5, 0], wall: [0, 0, 0, 0, 1, 0, 0, 0, 0] }],
      shade: evenShade([0, 1], { title: "Share" }),
      square: true,
    });
    const image = open(renderSvg(figure)).render();
    const colourAt = (x: number, y: number): string => {
      const place = 4 * (Math.round(y) * image.width + Math.round(x));
      return [...image.pixels.subarray(place, place + 3)].join(",");
    };
    const svg = renderSvg(figure);
    const [, height, width, x, y] = (
      /<image [^>]*height="(\d+)"[^>]*width="(\d+)"[^>]*x="([\d.]+)"[^>]*y="([\d.]+)"/.exec(svg) ?? []
    ).map(Number);
    const cell = width / 3;
    expect(height).toBe(width);
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const centre = colourAt(x + (i + 0.5) * cell, y + (j + 0.5) * cell);
        seen.add(centre);
        for (const [dx, dy] of [
          [0.1, 0.1],
          [0.9, 0.1],
          [0.1, 0.9],
          [0.9, 0.9],
        ])
          expect(colourAt(x + (i + dx) * cell, y + (j + dy) * cell)).toBe(centre);
      }
    }
    // 0, 0.2, 0.5, 0.6, 1, and the wall.
    expect(seen.size).toBe(6);
    expect(seen).toContain([0xaa, 0xb0, 0xb8].join(","));
  });
});

describe("a simulated finite game", () => {
  it("is drawn beside its limit, shares of named states in one figure", () => {
    const game = catalogue.games.find(({ id }) => id === "susceptible-infected");
    if (game === undefined) throw new Error("no such game");
    const { model, parameters } = prepare(catalogue, game, { parameters: { T: 5 } });
    const { simulate, strategies } = finite.finiteWing;
    const strategy = strategies?.["uniform"]?.(model as finite.FiniteModel);
    if (simulate === undefined || strategy === undefined) throw new Error("no simulation");
    const settings = { players: 10, paths: 5, steps: 5, seed: 1 };
    const run = simulate(model as finite.FiniteModel, strategy, {}, settings);
    let next = run.next();
    while (next.done !== true) next = run.next();
    const figures = simulationFigures(game, parameters, next.value);
    expect(figures.map(({ name }) => name)).toEqual(["sample-paths", "share", "reward"]);
    for (const word of ["susceptible", "infected", "limit"]) expect(renderSvg(figures[1])).toContain(`>${word}<`);
  });
});

describe("the crowd of four rooms", () => {
  it("is a strip among walls and a film that motion-shy readers see standing still", async () => {
    const game = catalogue.games.find(({ id }) => id === "crowd-modelling-2d");
    if (game === undefined) throw new Error("no such game");
    const preparation = prepare(catalogue, game, { preset: "four-rooms", maximumIterations: 3 });
    const figures = solutionFigures(await solve(preparation));
    expect(figures.map(({ name }) => name)).toEqual([
      "flow",
      "flow-animation",
      "moves",
      "policy",
      "value",
      "convergence",
    ]);
    const [strip, film] = figures;
    expect(strip.caption).toContain("Grey: walls, cells that nobody can enter.");
    expect(strip.caption).toMatch(/Colours by the square root of the share; they end at [\d.]+/);
    const svg = renderSvg(film);
    const frames = [
      ...svg.matchAll(/<g class="flow-animation-frame[^"]*" style="animation-delay: (-\d+)ms" visibility="hidden"/g),
    ];
    // Every time from 0 to 40 has its turn, one after the other.
    const delays = frames.map(([, delay]) => Number(delay));
    expect(delays).toHaveLength(41);
    const step = delays[1] - delays[0];
    expect(delays).toEqual(delays.map((_, k) => delays[0] + k * step));
    expect(svg).toContain("@media screen and (prefers-reduced-motion:no-preference){.flow-animation-frame{animation:");
    expect(svg.match(/>t = \d+</g)).toHaveLength(42);
  });
});
