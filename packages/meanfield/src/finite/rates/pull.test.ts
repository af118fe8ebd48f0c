import { describe, expect, it } from "vitest";
import reference from "../../../../../tests/reference/controlled-rates.json" with { type: "json" };
import { parametersAlong, ratesGrid, schemes } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import { pullEquilibrium } from "./implicit.ts";
import { pullSweep } from "./pull.ts";
import { product, randomFlow, randomNumbers, ratesModel, solvedRates } from "./rates.testing.ts";
import { sweep } from "./sweep.ts";

const cases = [
  ["lq-rates", { mu0: [0.5, 0.2, 0.3] }],
  ["lq-rates", { p: 2.5, c: 2, gamma_form: "arc", low: 0.5, mu0: [0.5, 0.2, 0.3] }],
  ["sir-rates", { mu0: [0.7, 0.2, 0.1], T: 4 }],
  // Restraint at both of its ends.
  ["sir-rates", { mu0: [0.3, 0.7, 0], T: 10, c_I: 8 }],
  ["cyber-security-rates", { k_D: 0.1, T: 4, effort: 0.2, v_H: 2 }],
  ["kl-rates", { kappa: 2, mu0: [0.5, 0.2, 0.3] }],
] as const;

const everyCase = schemes.flatMap((scheme) => cases.map(([game, given]) => [scheme, game, given] as const));

describe("the reverse of a sweep", () => {
  it.each(everyCase)("%s %s %o agrees with central differences in every direction", (scheme, game, given) => {
    const grid = ratesGrid(ratesModel(game, given), 21, scheme);
    const mu = randomFlow(grid, 1);
    const gamma = parametersAlong(grid, mu);
    const weights = { mu: randomNumbers(mu.length, 2), u: randomNumbers(mu.length, 3) };
    const value = (law: Float64Array, path: Float64Array): number => {
      const swept = sweep(grid, law, path, false);
      return product(swept.mu, weights.mu) + product(swept.u, weights.u);
    };
    const slopes = pullSweep(grid, mu, gamma, sweep(grid, mu, gamma, false), weights);
    const h = 1e-5;
    for (let seed = 4; seed < 8; seed++) {
      const [a, b] = [randomNumbers(mu.length, seed), randomNumbers(gamma.length, seed + 10)];
      const moved = (by: number): number =>
        value(
          mu.map((share, i) => share + by * a[i]),
          gamma.map((one, i) => one + by * b[i]),
        );
      const difference = (moved(h) - moved(-h)) / (2 * h);
      const slope = product(slopes.mu, a) + product(slopes.gamma, b);
      // Central differences of step 1e-5 err by about 1e-10 of sums of some ten numbers.
      expect(Math.abs(slope - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(difference)));
    }
  });

  it("has no slope by the last γ where values at the end do not see it", () => {
    const grid = ratesGrid(ratesModel("lq-rates"), 100, "euler");
    const { candidate } = solvedRates(grid.model);
    const slopes = pullEquilibrium(grid, candidate.mu, randomNumbers(candidate.mu.length, 1));
    expect(slopes[99]).toBe(0);
    expect(Math.abs(slopes[98])).toBeGreaterThan(1e-3);
  });
});

/** Mean over points of Σ_x (μ − observed)², with its slopes. */
function loss({ t }: RatesGrid, mu: Float64Array, observed: Float64Array) {
  const difference = mu.map((share, i) => share - observed[i]);
  return { value: product(difference, difference) / t.length, slopes: difference.map((one) => (2 * one) / t.length) };
}

const observed = solvedRates(ratesModel("lq-rates")).candidate.mu;

describe("slopes through an equilibrium", () => {
  it.each(reference.gradients)(
    "$id is that of an independent implementation",
    ({ parameters, value, suggested_tol }) => {
      const { candidate } = solvedRates(ratesModel("lq-rates", parameters));
      const { grid, mu } = candidate;
      const { value: ours, slopes } = loss(grid, mu, observed);
      const total = pullEquilibrium(grid, mu, slopes).reduce((sum, slope) => sum + slope, 0);
      expect(Math.abs(ours - value[0])).toBeLessThan(suggested_tol);
      expect(Math.abs(total - value[1])).toBeLessThan(suggested_tol);
    },
  );

  it("are at each time those of an independent implementation", () => {
    const { value, suggested_tol, gamma } = reference.gradientByTime;
    const { candidate } = solvedRates(ratesModel("lq-rates", { gamma }));
    const slopes = pullEquilibrium(candidate.grid, candidate.mu, loss(candidate.grid, candidate.mu, observed).slopes);
    for (const [i, slope] of Object.entries(value))
      expect(Math.abs(slopes[Number(i)] - slope)).toBeLessThan(suggested_tol);
    // Far from the end the price of rates hardly shows in the flow.
    expect(Math.max(...slopes.subarray(0, 50).map(Math.abs))).toBeLessThan(1.5e-7);
  });

  it.each([
    ["lq-rates", { c: 2 }, "gamma"],
    ["sir-rates", { c_I: 2 }, "beta"],
    ["kl-rates", { kappa: 2 }, "kappa"],
  ] as const)("agree with differences of solutions of %s %o by %s", (game, given, name) => {
    const solve = (value?: number) =>
      solvedRates(ratesModel(game, value === undefined ? given : { ...given, [name]: value }), "nash", {
        tolerance: 1e-14,
      }).candidate;
    const { grid, mu, model } = solve();
    const weights = randomNumbers(mu.length, 5);
    const k = model.parameters.names.indexOf(name);
    const at = parametersAlong(grid, mu)[k];
    const slope = pullEquilibrium(grid, mu, weights)
      .filter((_, i) => i % grid.parameters === k)
      .reduce((sum, one) => sum + one, 0);
    const h = 1e-4 * at;
    const difference = (product(solve(at + h).mu, weights) - product(solve(at - h).mu, weights)) / (2 * h);
    expect(Math.abs(slope - difference)).toBeLessThan(1e-5 * Math.abs(difference));
  });

  it("are those of the iteration unrolled, whatever the damping", () => {
    const { grid, mu } = solvedRates(ratesModel("sir-rates", { T: 20 }), "nash", { tolerance: 1e-14 }).candidate;
    const gamma = parametersAlong(grid, mu);
    const weights = randomNumbers(mu.length, 6);
    const swept = sweep(grid, mu, gamma, false);
    // Reverse through a hundred iterations at the fixed point: each passes its weight on to the one before.
    const unrolled = new Float64Array(gamma.length);
    let weight = weights;
    for (let k = 0; k < 100; k++) {
      const slopes = pullSweep(grid, mu, gamma, swept, { mu: weight });
      slopes.gamma.forEach((slope, i) => (unrolled[i] += slope));
      weight = slopes.mu;
    }
    const largest = Math.max(...unrolled.map(Math.abs));
    for (const damping of [1, 0.5])
      pullEquilibrium(grid, mu, weights, { damping }).forEach((slope, i) =>
        expect(Math.abs(slope - unrolled[i])).toBeLessThan(1e-10 * largest),
      );
  });

  it("count that γ follows the law", () => {
    // γ = low + (gamma − low) μ(0): a shift of low and gamma alike shifts the whole path.
    const solve = (shift: number) =>
      solvedRates(
        ratesModel("lq-rates", { gamma_form: "mean-field", gamma: 3 + shift, low: 0.5 + shift, mu0: [0.5, 0.2, 0.3] }),
        "nash",
        { tolerance: 1e-14 },
      ).candidate;
    const { grid, mu } = solve(0);
    const weights = randomNumbers(mu.length, 7);
    const slope = pullEquilibrium(grid, mu, weights).reduce((sum, one) => sum + one, 0);
    const difference = (product(solve(1e-4).mu, weights) - product(solve(-1e-4).mu, weights)) / 2e-4;
    expect(Math.abs(slope - difference)).toBeLessThan(1e-6 * Math.abs(difference));
  });

  it("give up where Picard's iteration would", () => {
    const { grid, mu } = solvedRates(ratesModel("sir-rates", { c_I: 30 }), "nash", { damping: 0 }).candidate;
    expect(() => pullEquilibrium(grid, mu, randomNumbers(mu.length, 8))).toThrow(/within 1000 reverse sweeps/);
  });
});
