import { describe, expect, it } from "vitest";
import { gaussHermite, gaussLegendre } from "./gauss-rules.ts";
import { relativeError } from "./relative-error.testing.ts";
import type { QuadratureRule } from "./gauss-rules.ts";

function apply(rule: QuadratureRule, f: (x: number) => number): number {
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i++) sum += rule.weights[i] * f(rule.nodes[i]);
  return sum;
}

describe("gaussLegendre", () => {
  it("has the published nodes and weights of five points", () => {
    const { nodes, weights } = gaussLegendre(5);
    const inner = Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3;
    const outer = Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3;
    [-outer, -inner, 0, inner, outer].forEach((x, i) => expect(Math.abs(nodes[i] - x)).toBeLessThan(2e-16));
    const root = 13 * Math.sqrt(70);
    [(322 - root) / 900, (322 + root) / 900, 128 / 225].forEach((w, i) =>
      expect(relativeError(weights[i], w)).toBeLessThanOrEqual(1e-15),
    );
  });

  it("integrates polynomials of degree 2n - 1 exactly, and no higher", () => {
    for (const n of [1, 2, 3, 8, 25, 64]) {
      const rule = gaussLegendre(n);
      for (let degree = 0; degree < 2 * n; degree++) {
        expect(Math.abs(apply(rule, (x) => x ** degree) - (degree % 2 === 0 ? 2 / (degree + 1) : 0))).toBeLessThan(
          2e-15,
        );
      }
    }
    for (const n of [1, 2, 3, 8]) {
      // The first error is that of x^(2n): 2^(2n+1) (n!)^4 / ((2n+1) ((2n)!)^2).
      let error = 2 / (2 * n + 1);
      for (let k = 1; k <= n; k++) error *= (4 * k * k) / ((n + k) * (n + k));
      const made = 2 / (2 * n + 1) - apply(gaussLegendre(n), (x) => x ** (2 * n));
      expect(relativeError(made, error)).toBeLessThanOrEqual(1e-9);
    }
  });

  it("converges geometrically for an analytic function", () => {
    // 1/(1 + 4x²) has poles at ±i/2: the error falls as ρ^(−2n) with ρ = (1 + √5)/2.
    const error = (n: number): number => Math.abs(apply(gaussLegendre(n), (x) => 1 / (1 + 4 * x * x)) - Math.atan(2));
    expect(relativeError(Math.log(error(10) / error(20)) / 20, Math.log((1 + Math.sqrt(5)) / 2))).toBeLessThanOrEqual(
      0.01,
    );
  });

  it("stays accurate with many nodes", () => {
    const rule = gaussLegendre(500);
    expect(Math.abs(apply(rule, (x) => Math.cos(100 * x)) - Math.sin(100) / 50)).toBeLessThan(2e-15);
    for (let i = 1; i < 500; i++) expect(rule.nodes[i]).toBeGreaterThan(rule.nodes[i - 1]);
  });

  it("refuses a count that is not whole and positive", () => {
    for (const n of [0, 1.5, -2, Number.NaN]) expect(() => gaussLegendre(n)).toThrow(`gaussLegendre: n is ${n}`);
  });
});

describe("gaussHermite", () => {
  it("has the closed form of three points", () => {
    const { nodes, weights } = gaussHermite(3);
    [-Math.sqrt(3), 0, Math.sqrt(3)].forEach((x, i) => expect(Math.abs(nodes[i] - x)).toBeLessThan(3e-16));
    [1 / 6, 2 / 3, 1 / 6].forEach((w, i) => expect(relativeError(weights[i], w)).toBeLessThanOrEqual(5e-16));
  });

  it("integrates normal moments up to degree 2n - 1 exactly", () => {
    for (const n of [1, 2, 5, 20, 60]) {
      const rule = gaussHermite(n);
      let moment = 1;
      for (let degree = 0; degree < 2 * n; degree += 2) {
        expect(
          relativeError(
            apply(rule, (x) => x ** degree),
            moment,
          ),
          `n = ${n}, degree ${degree}:`,
        ).toBeLessThanOrEqual(
          // x^degree multiplies the rounding of a node by the degree.
          (4 + degree) * 3e-16,
        );
        moment *= degree + 1;
      }
    }
  });

  it("gives the moment generating function and the characteristic function", () => {
    const rule = gaussHermite(64);
    expect(
      relativeError(
        apply(rule, (x) => Math.exp(1.5 * x)),
        Math.exp(1.125),
      ),
    ).toBeLessThanOrEqual(2e-15);
    expect(
      relativeError(
        apply(rule, (x) => Math.cos(2 * x)),
        Math.exp(-2),
      ),
    ).toBeLessThanOrEqual(5e-15);
  });

  it("keeps the digits of the smallest weights", () => {
    // mpmath, 60 digits: largest root of He_64 and its Christoffel number.
    const { nodes, weights } = gaussHermite(64);
    expect(relativeError(nodes[63], 14.886186143339453)).toBeLessThanOrEqual(3e-16);
    expect(relativeError(weights[63], 3.123187965107721e-49)).toBeLessThanOrEqual(2e-14);
  });

  it("serves up to 500 nodes and says so", () => {
    const rule = gaussHermite(500);
    expect(
      relativeError(
        apply(rule, (x) => x ** 4),
        3,
      ),
    ).toBeLessThanOrEqual(2e-15);
    expect(() => gaussHermite(501)).toThrow("gaussHermite: n is 501; allowed is a whole number of nodes from 1 to 500");
  });
});
