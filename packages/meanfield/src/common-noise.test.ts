import { describe, expect, it } from "vitest";
import numbers from "../../../tests/reference/energy-transition.json" with { type: "json" };
import { catalogue } from "./catalogue.ts";
import { alongCommonNoise, commonNoiseOf, simulateCommonNoise } from "./common-noise.ts";
import type { CommonPath } from "./core/index.ts";
import { conditionalMeanAlong } from "./diffusion/linear-quadratic/conditional-mean.ts";
import type { LinearQuadraticCandidate } from "./diffusion/linear-quadratic/candidate.ts";
import { byName, prepare, solve } from "./laboratory.ts";
import type { SolveRequest } from "./laboratory.ts";

const prepared = (game: string, request: SolveRequest = {}) =>
  prepare(
    catalogue,
    byName("game", catalogue.games, ({ id }) => id, game),
    request,
  );

/** W⁰(t) = 0.7 sin 2πt of the record, on n equal steps. */
function sine(n: number): CommonPath {
  const t = Float64Array.from({ length: n + 1 }, (_, i) => i / n);
  return { t, noises: [t.map((time) => 0.7 * Math.sin(2 * Math.PI * time))] };
}

describe("along common noise", () => {
  it("gives the recorded conditional mean: exactly along the smooth path, at order two in its sampling", async () => {
    const record = numbers.records.find(({ id }) => id === "S4.A.mfg.pathwise_m");
    const expected = record?.value as number[];
    const solution = await solve(prepared("energy-transition"));
    const { model, strategy } = solution.outcome.candidate as LinearQuadraticCandidate;
    const smooth = conditionalMeanAlong(model, strategy, (t, out) => (out[0] = 0.7 * Math.sin(2 * Math.PI * t)));
    const out = new Float64Array(1);
    [0.5, 1].forEach((t, i) => {
      smooth(t, out);
      expect(Math.abs(out[0] - expected[i])).toBeLessThan(1e-9);
    });
    const errors = [100, 200, 1000].map((n) => {
      const { quantities } = alongCommonNoise(solution, sine(n)).solution;
      return Math.abs((quantities["conditional_mean"]?.at(0.5) ?? Number.NaN) - expected[0]);
    });
    expect(Math.log2(errors[0] / errors[1])).toBeCloseTo(2, 1);
    // Straight lines miss a sine by at most h²/8 · 0.7 (2π)² = 3.5e-6; σ₀ χ/k ≤ 0.3 times its integral reaches the mean.
    expect(errors[2]).toBeLessThan(3e-7);
  });

  it("decomposes: the mean moves with the noise, what is around it does not", async () => {
    const solution = await solve(prepared("price-impact"));
    const { path: _, flow, solution: along } = alongCommonNoise(solution, sine(200));
    const still = alongCommonNoise(solution, { t: Float64Array.of(0, 1), noises: [new Float64Array(2)] }).solution;
    const at = (source: typeof along, name: string, t: number): number => source.quantities[name]?.at(t) ?? Number.NaN;
    for (const t of [0.25, 1]) {
      // S − κX̄ is conserved up to the market's own noise, here κ = ½ and σ₀ = 0.3.
      const conserved = at(along, "conditional_state", t) - 0.5 * at(along, "conditional_mean", t);
      expect(conserved).toBeCloseTo(0.3 * 0.7 * Math.sin(2 * Math.PI * t), 12);
      expect(at(along, "conditional_variance", t)).toBeCloseTo(at(solution, "var_deviation", t), 12);
      // Without a shock the path is the expected one.
      expect(at(still, "conditional_mean", t)).toBeCloseTo(at(solution, "mean_state", t), 11);
      expect(flow.law(t).deviation[1] ** 2).toBeCloseTo(at(solution, "var_price", t), 12);
    }
    const announced = new Set(along.preparation.game.quantities.map(({ name }) => name));
    expect(Object.keys(along.quantities).filter((name) => !announced.has(name))).toEqual([]);
  });

  it("simulates paths whose conditional mean has the law of the moments", async () => {
    const solution = await solve(prepared("energy-transition"));
    const { at } = solution.quantities["var_common"];
    const noise = commonNoiseOf(solution.preparation);
    let square = 0;
    const paths = 60;
    for (let seed = 0; seed < paths; seed++) {
      const fine = simulateCommonNoise(noise, seed);
      // Every fiftieth point: the mean at T barely notices, and the test stays short.
      const thin = (row: Float64Array): Float64Array => row.filter((_, k) => k % 50 === 0);
      const path = { t: thin(fine.t), noises: fine.noises.map(thin) };
      const { quantities } = alongCommonNoise(solution, path).solution;
      square += (quantities["conditional_mean"].at(1) - quantities["mean_state"].at(1)) ** 2 / paths;
    }
    // A sample variance of 60 normals has the relative standard error √(2/60).
    expect(Math.abs(square / at(1) - 1)).toBeLessThan(4 * Math.sqrt(2 / paths));
    expect(simulateCommonNoise(noise, 3)).toEqual(simulateCommonNoise(noise, 3));
    expect(simulateCommonNoise(noise, 3)).not.toEqual(simulateCommonNoise(noise, 4));
  });

  it("refuses where there is no common noise, or no limit", () => {
    expect(() => commonNoiseOf(prepared("systemic-risk"))).toThrow("no common noise");
    expect(() => commonNoiseOf(prepared("energy-transition", { parameters: { s0: 0 } }))).toThrow("no common noise");
    expect(() => commonNoiseOf(prepared("energy-transition", { question: { players: 10 } }))).toThrow("players = 10");
  });
});
