import temml from "temml";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFormula } from "./parse.ts";
import { anyFormula } from "./random-formulas.testing.ts";
import { symbolOf, texOf } from "./tex.ts";

const names = ["x", "m", "a", "kappa", "rho_max", "x0", "mean"];
const tex = (text: string) => texOf(parseFormula(text, { names }), { mean: "\\bar x" });

describe("texOf", () => {
  it.each([
    ["-x^2/2", "\\frac{-{x}^{2}}{2}"],
    ["(x - mean)^2", "\\left(x-\\bar x\\right)^{2}"],
    ["kappa*m*2", "\\kappa\\,m\\cdot 2"],
    ["2*(x - 1)*x^-1", "2\\,\\left(x-1\\right)\\,{x}^{-1}"],
    ["sqrt(abs(x0))", "\\sqrt{\\left\\lvert x_{0}\\right\\rvert}"],
    ["sin(2*pi*x)^2", "\\sin^{2}\\left(2\\,\\pi\\,x\\right)"],
    ["(x > 0)*a", "\\mathbf 1_{x> 0}\\,a"],
    ["if(x <= 1, a, 1e-3)", "\\begin{cases}a&\\text{if }x\\le 1\\\\0.001&\\text{otherwise}\\end{cases}"],
    ["normal(x, 0, a)", "N\\left(x;\\,0,\\,{a}^{2}\\right)"],
    ["1e-9*x", "10^{-9}\\,x"],
  ])("sets %s", (text, set) => {
    expect(tex(text)).toBe(set);
  });

  it("is what a TeX renderer takes, whatever the formula", () => {
    assert(
      property(anyFormula, (formula) => {
        const markup = temml.renderToString(texOf(formula), { throwOnError: true });
        expect(markup).toContain("<math");
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ["kappa", "\\kappa"],
    ["x0", "x_{0}"],
    ["rho_max", "\\rho_{\\mathrm{max}}"],
    ["speed", "\\mathrm{speed}"],
    ["T", "T"],
  ])("sets the name %s as %s", (name, symbol) => {
    expect(symbolOf(name)).toBe(symbol);
  });
});
