import { describe, expect, it } from "vitest";
import { policyIteration, valueIteration } from "./best-response.ts";
import { evaluate, occupancy } from "./evaluation.ts";
import { deviation } from "./exploitability.ts";
import { featuresAt } from "./finite-model.ts";
import { malware, purePolicies, randomGame, randomPolicy } from "./stationary.testing.ts";
import { tablesAt } from "./tables.ts";

const games = [
  ["malware, n = 11", malware(11)],
  ["malware, n = 101, γ = 0.99", malware(101, "S", { gamma: 0.99 })],
  ["random", randomGame(7, 5, 3, "law")],
] as const;

describe("best responses", () => {
  it.each(games)("%s: policy iteration and value iteration agree", (_, model) => {
    const tables = tablesAt(model, featuresAt(model, model.initial));
    const [one, two] = [policyIteration(model, tables), valueIteration(model, tables)];
    const size = Math.max(...one.V.map(Math.abs));
    // MacQueen's bounds end at 1e-14 of the largest value; a linear solve loses about 1/(1 − γ) roundings.
    one.V.forEach((v, x) => expect(Math.abs(v - two.V[x])).toBeLessThan(2e-13 * size));
    expect([...one.policy]).toEqual([...two.policy]);
  });

  it("are the best of all pure policies, state by state", () => {
    const model = randomGame(8, 5, 3, "mean");
    const tables = tablesAt(model, featuresAt(model, model.initial));
    const best = new Float64Array(5).fill(-Infinity);
    for (const policy of purePolicies(model))
      evaluate(model, tables, policy).V.forEach((v, x) => (best[x] = Math.max(best[x], v)));
    policyIteration(model, tables).V.forEach((v, x) => expect(Math.abs(v - best[x])).toBeLessThan(1e-13));
  });
});

describe("exploitability", () => {
  it.each(games)("%s: the sum of gaps is the difference of values", (_, model) => {
    const { exploitability, best, own, gains } = deviation(model, randomPolicy(4, model));
    const difference = model.initial.reduce((sum, p, x) => sum + p * (best.V[x] - own.V[x]), 0);
    expect(exploitability).toBeGreaterThan(1e-3);
    expect(Math.abs(exploitability - difference)).toBeLessThan(1e-12 * Math.max(1, ...own.V.map(Math.abs)));
    expect(Math.min(...gains)).toBeGreaterThan(-1e-12);
  });

  it("is zero, not rounding, for a policy that is its own best response", () => {
    const model = malware(11);
    const policy = Float64Array.from({ length: 22 }, (_, i) => (i % 2 === (i >> 1 > 4 ? 1 : 0) ? 1 : 0));
    expect(deviation(model, policy).exploitability).toBe(0);
  });

  it("counts visits that sum to 1/(1 − γ)", () => {
    const model = malware(11);
    const { P } = tablesAt(model, featuresAt(model, model.initial));
    expect(occupancy(model, P, randomPolicy(5, model)).reduce((sum, d) => sum + d, 0)).toBeCloseTo(10, 12);
  });
});
