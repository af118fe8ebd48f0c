import { describe, expect, it } from "vitest";
import { convergingNames } from "./converging.ts";

describe("the curves of convergence", () => {
  it.each([
    ["a step that grows is not drawn", [{ k: 0, alpha: 1e-4, exploitability: 1 }], ["exploitability"]],
    [
      "exploitability stands first",
      [{ k: 0, seconds: 1, distance: 1, residual: 2, exploitability: 3 }],
      ["exploitability", "distance", "residual"],
    ],
    ["what is never above zero is not drawn", [{ k: 0, exploitability: 0, residual: 1 }], ["residual"]],
    ["other numbers stand in where there is nothing else", [{ k: 0, alpha: 1 }], ["alpha"]],
  ])("%s", (_, rows, names) => {
    expect(convergingNames(rows)).toEqual(names);
  });
});
