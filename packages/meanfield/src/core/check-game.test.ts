import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkGame } from "./check-game.ts";
import { real } from "./parameters.ts";

const game = {
  id: "my-game",
  title: "Mine",
  family: "finite",
  story: "A story.",
  reference: "Nowhere",
  equations: [],
  parameters: z.object({ sigma: real(1, "noise", { minimum: 0 }) }),
  presets: { windy: { title: "Windy", parameters: { sigma: 3 } } },
  concepts: ["nash"],
  information: [],
  build: () => ({ family: "finite" }),
  quantities: [],
  measure: () => ({}),
};

describe("checkGame", () => {
  it("lets a whole game pass", () => {
    expect(() => checkGame(game)).not.toThrow();
  });

  it.each([
    [undefined, "game = (missing): must be an object"],
    [{ ...game, id: "My game" }, "id"],
    [{ ...game, title: "" }, 'title = "": must be a text'],
    [{ ...game, family: "lq" }, "family"],
    [{ ...game, build: undefined }, "build"],
    [{ ...game, quantities: undefined }, "quantities"],
    [{ ...game, concepts: ["nsh"] }, "concepts"],
    [{ ...game, concepts: [] }, "concepts"],
    [{ ...game, information: ["closed-loop"] }, "information"],
    [{ ...game, parameters: { sigma: 1 } }, "parameters"],
    [{ ...game, parameters: z.object({ sigma: z.number() }) }, "parameters.sigma"],
    [{ ...game, parameters: z.object({ sigma: real(-1, "noise", { minimum: 0 }) }) }, "parameters.sigma = -1: must be"],
    [{ ...game, presets: undefined }, "presets"],
    [{ ...game, presets: { windy: { title: "Windy", parameters: { sigma: -3 } } } }, "presets.windy.sigma = -3"],
    [{ ...game, presets: { windy: { title: "Windy", parameters: { sgima: 3 } } } }, "did you mean sigma?"],
  ])("names what is wrong: %#", (value, message) => {
    expect(() => checkGame(value)).toThrow(message);
    expect(() => checkGame(value)).not.toThrow("\n");
  });
});
