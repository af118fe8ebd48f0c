import { describe, expect, it } from "vitest";
import { axisLabel, richOfTex, richRuns, richWidth, wrapped } from "./rich-text.ts";
import { texToRuns } from "./tex.ts";

describe("marked text", () => {
  it("comes back as the runs it was made of", () => {
    for (const tex of ["x", "x_0", "X^i_{T}(\\omega)", "\\mathbb{E}[W_2(\\mu^N_T, \\mu_T)]"]) {
      expect(richRuns(richOfTex(tex))).toEqual(texToRuns(tex));
    }
  });

  it("is narrower in scripts", () => {
    expect(richWidth("x", 10)).toBeCloseTo(5.32, 10);
    expect(richWidth(richOfTex("x_x"), 10)).toBeCloseTo(5.32 * 1.72, 10);
  });
});

describe("axisLabel", () => {
  it("joins title, symbol and unit, each where given", () => {
    expect(axisLabel({ title: "Mean", symbol: "\\bar x(t)", unit: "euro" })).toBe("Mean x̄(t) (euro)");
    expect(axisLabel({ title: "Cost" })).toBe("Cost");
  });
});

describe("wrapped", () => {
  it("keeps lines within the width and loses no word", () => {
    const text = "the error of the empirical law of the players to that of the limit";
    const lines = wrapped(text, 12, 120);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(" ")).toBe(text);
    for (const line of lines) expect(richWidth(line, 12)).toBeLessThanOrEqual(120);
  });
});
