import { alongCommonNoise, catalogue, commonNoiseOf, prepare, simulateCommonNoise, solve } from "meanfield";
import { describe, expect, it } from "vitest";
import { commonNoiseFigures } from "./of-common-noise.ts";
import { solutionFigures } from "./of-solution.ts";
import { renderSvg } from "./render.ts";

const named = (id: string, preset?: string) => {
  const game = catalogue.games.find((candidate) => candidate.id === id);
  if (game === undefined) throw new Error(`no game ${id}`);
  return prepare(catalogue, game, preset === undefined ? {} : { preset });
};

describe("figures of a solution", () => {
  it("draws a field on three axes as one figure for each item of a discrete one", async () => {
    const names = solutionFigures(await solve(named("linear-quadratic", "mean-reverting"))).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["flow-1", "flow-2", "gain-control-0", "gain-control-1"]));
    expect(new Set(names).size).toBe(names.length);
  });

  it("names the axes of games as they do, and says whose law it is where players leave", async () => {
    const grid = { points: 81, steps: 20 };
    const game = catalogue.games.find(({ id }) => id === "exhaustible-resource");
    if (game === undefined) throw new Error("no such game");
    const figures = solutionFigures(await solve(prepare(catalogue, game, { options: grid })));
    const drawn = figures.filter(({ name }) => name === "flow" || name === "density");
    expect(drawn.map(({ caption }) => caption)).toContainEqual(
      expect.stringMatching(/^The law of those who are still there along time/),
    );
    expect(drawn).toHaveLength(2);
    for (const figure of drawn) {
      const svg = renderSvg(figure);
      expect(svg).toContain("Reserves");
      expect(svg).toContain("years");
    }
  });

  it.each([
    ["energy-transition", undefined, ["along-common-noise"]],
    ["price-impact", undefined, ["along-common-noise", "along-common-noise-state"]],
    ["linear-quadratic", "mean-reverting", ["along-common-noise-1", "along-common-noise-2"]],
  ])("draws %s along a path of the common noise", async (id, preset, expected) => {
    const preparation = named(id, preset);
    const { t, noises } = simulateCommonNoise(commonNoiseOf(preparation), 1);
    // A coarse path, for speed.
    const thin = (row: Float64Array): Float64Array => row.filter((_, k) => k % 100 === 0);
    const along = alongCommonNoise(await solve(preparation), { t: thin(t), noises: noises.map(thin) });
    const own = commonNoiseFigures(along).map(({ name }) => name);
    expect(own).toEqual(expected);
    const all = [...own, ...solutionFigures(along.solution).map(({ name }) => name)];
    expect(all).toEqual(expect.arrayContaining(["common-noise", "conditional-mean", "conditional-variance"]));
    expect(new Set(all).size).toBe(all.length);
  });
});
