import { describe, expect, it } from "vitest";
import { deviation, fieldOf } from "./exploitability.ts";
import { meanPosition } from "./finite-model.ts";
import { parameterGradients, probabilityGradients, simplexGap } from "./gradients.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { policyClass } from "./policy-class.ts";
import type { TablePolicy } from "./policy-class.ts";
import { misses, malware, randomGame, randomPolicy, reference } from "./stationary.testing.ts";

const eleven = malware(11);
const softmax = policyClass(eleven, "softmax");

describe("gradients of the malware game on eleven states", () => {
  it.each([
    ["zero", () => 0],
    ["ramp", (_: unknown, i: number) => -2 + (4 * i) / 10],
  ] as const)("are the reference's at θ = %s", (name, entry) => {
    const theta = Float64Array.from({ length: 11 }, entry);
    const { J, field, partial, total } = parameterGradients(eleven, softmax, theta);
    expect(misses(J, `malware.softmax.${name}.J`)).toEqual([]);
    expect(misses(meanPosition(eleven, field), `malware.softmax.${name}.mean`)).toEqual([]);
    // The reference has eight decimals; the next test has all digits.
    expect(misses(partial, `malware.softmax.${name}.partial`)).toEqual([]);
    expect(misses(total, `malware.softmax.${name}.total`)).toEqual([]);
  });

  it.each([
    [11, 0.05],
    [11, 0.1],
    [101, 0.05],
  ])("of the smooth threshold with n = %d, τ = %d is the reference's to eleven digits", (n, tau) => {
    const game = malware(n);
    const { partial } = parameterGradients(game, policyClass(game, "smooth-threshold", tau), Float64Array.of(0.3));
    expect(misses(partial[0], `malware.smooth.n${n}.tau${tau}.partial_at_0.3`)).toEqual([]);
  });
});

/** J(θ) at its own field, or at a frozen one. */
function worth(
  model: FiniteStationaryModel,
  theta: Float64Array,
  name: "softmax" | "smooth-threshold",
  frozen?: Float64Array,
): number {
  const { probabilities } = policyClass(model, name).play(theta) as TablePolicy;
  return deviation(model, probabilities, frozen).own.J;
}

/** Fourth-order differences; with h = 1e-3 their error and their rounding are both below 1e-11. */
function difference(f: (shift: number) => number): number {
  const h = 1e-3;
  return (f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h);
}

describe("gradients against differences of fourth order", () => {
  it.each([
    ["malware, n = 11", eleven],
    ["random, coupled through its mean", randomGame(1, 6, 3, "mean")],
    ["random, coupled through its law", randomGame(2, 5, 4, "law")],
    ["random, two actions", randomGame(3, 7, 2, "law")],
  ])("%s: partial and total in every logit", (_, model) => {
    const family = policyClass(model, "softmax");
    const theta = Float64Array.from({ length: family.dimension }, (__, i) => Math.sin(3 * i + 1));
    const { partial, total, field } = parameterGradients(model, family, theta);
    for (let i = 0; i < family.dimension; i++) {
      const along = (shift: number, frozen?: Float64Array): number => {
        const moved = theta.slice();
        moved[i] += shift;
        return worth(model, moved, "softmax", frozen);
      };
      expect(Math.abs(partial[i] - difference((shift) => along(shift, field)))).toBeLessThan(1e-9);
      expect(Math.abs(total[i] - difference((shift) => along(shift)))).toBeLessThan(1e-9);
    }
  });

  it("the smooth threshold of the malware game", () => {
    const family = policyClass(eleven, "smooth-threshold", 0.1);
    const theta = Float64Array.of(0.37);
    const { partial, total, field } = parameterGradients(eleven, family, theta);
    const along = (shift: number, frozen?: Float64Array): number =>
      worth(eleven, Float64Array.of(0.37 + shift), "smooth-threshold", frozen);
    expect(Math.abs(partial[0] - difference((shift) => along(shift, field)))).toBeLessThan(1e-9);
    expect(Math.abs(total[0] - difference((shift) => along(shift)))).toBeLessThan(1e-9);
  });
});

describe("the first-order gap", () => {
  it("vanishes at the best pure policy of a game without coupling, and bounds nothing below", () => {
    // Against a frozen field the partial gradient's gap vanishes exactly at best responses.
    const { best, field } = deviation(eleven, randomPolicy(1, eleven));
    const slopes = probabilityGradients(eleven, best.policy, field);
    expect(simplexGap(eleven, best.policy, slopes.partial)).toBeLessThan(1e-14);
    const other = probabilityGradients(eleven, randomPolicy(2, eleven), field);
    expect(simplexGap(eleven, randomPolicy(2, eleven), other.partial)).toBeGreaterThan(0.1);
  });

  it("is not what the trap of the poster's formula gives: with V for the return the gradient is zero", () => {
    // ∂V/∂θ = E[Σ γᵗ Λ_t V(X_t)] as printed: E[Λ_t | X_t] = 0, so that nothing is left.
    const theta = Float64Array.from({ length: 11 }, (_, i) => -2 + (4 * i) / 10);
    const { probabilities } = softmax.play(theta) as TablePolicy;
    const field = fieldOf(eleven, probabilities);
    const { own } = deviation(eleven, probabilities, field);
    const { visits } = probabilityGradients(eleven, probabilities, field);
    const printed = new Float64Array(11);
    for (let x = 0; x < 11; x++)
      for (let a = 0; a < 2; a++)
        softmax.addScore?.(theta, x, a, visits[x] * probabilities[2 * x + a] * own.V[x], printed);
    expect(Math.max(...printed.map(Math.abs))).toBeLessThan(1e-15);
    const true_ = reference("malware.softmax.ramp.partial").value as number[];
    expect(Math.max(...true_.map(Math.abs))).toBeGreaterThan(0.05);
  });
});
