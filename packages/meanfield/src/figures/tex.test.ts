import { describe, expect, it } from "vitest";
import { superscript, texToRuns, texToText } from "./tex.ts";

describe("texToText", () => {
  it.each([
    ["\\eta", "η"],
    ["\\eta(t)", "η(t)"],
    ["\\bar x", "x̄"],
    ["\\bar{x}_0", "x̄₀"],
    ["\\bar X_t", "X̄ₜ"],
    ["x_0", "x₀"],
    ["v_t", "vₜ"],
    ["\\sigma^2", "σ²"],
    ["\\sigma_0^2", "σ₀²"],
    ["X_T", "X_T"],
    ["S^{k,N}", "S^(k,N)"],
    ["10^{-6}", "10⁻⁶"],
    ["\\mathrm{Var}(X_t)", "Var(Xₜ)"],
    ["\\mathbb{E}[X_t]", "𝔼[Xₜ]"],
    ["\\hat\\alpha", "α̂"],
    ["\\dot x + a x = 0", "ẋ + ax = 0"],
    ["-q", "−q"],
    ["\\frac{1}{2}", "1/2"],
    ["\\frac{a+b}{2}", "(a + b)/2"],
    ["\\sqrt{N}", "√N"],
    ["\\log N", "log N"],
    ["\\operatorname{Var} X_t", "Var Xₜ"],
    ["m(t,x)", "m(t, x)"],
    ["\\|m-\\mu\\|_2", "‖m − μ‖₂"],
    ["\\text{at time } t", "at time t"],
    ["\\alpha^*", "α^∗"],
    ["x'", "x′"],
    ["\\left(x\\right)", "(x)"],
    ["\\unknown x", "unknown x"],
    ["\\bar\\alpha_t", "ᾱₜ"],
    ["P(t,\\bar a)", "P(t, ā)"],
  ])("%s reads %s", (tex, text) => {
    expect(texToText(tex).normalize("NFC")).toBe(text.normalize("NFC"));
  });

  it("never loops or throws on broken input", () => {
    for (const tex of ["{", "}", "\\", "_", "x^", "\\frac{1}", "\\bar", "{{x}", "a_{b", "\\mathrm{", ""]) {
      expect(typeof texToText(tex)).toBe("string");
    }
  });
});

describe("texToRuns", () => {
  it("keeps scripts apart from the base line", () => {
    expect(texToRuns("X^i_{T}(\\omega)")).toEqual([
      { text: "X", level: "base" },
      { text: "i", level: "superscript" },
      { text: "T", level: "subscript" },
      { text: "(ω)", level: "base" },
    ]);
  });
});

describe("superscript", () => {
  it("raises signs and digits", () => {
    expect(`10${superscript(-12)}`).toBe("10⁻¹²");
  });
});
