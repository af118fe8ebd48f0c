import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { elFarol } from "./el-farol.ts";

const game = elFarol as unknown as Game;

function equilibrium(given: Record<string, unknown>): Quantities {
  const { candidate, outcome } = solved(anySolver(onlineMirrorDescent), modelOf(elFarol, given), { tolerance: 1e-12 });
  expect(outcome).toBe("converged");
  return game.measure(parseParameters(game.parameters, given), meanFieldEquilibrium, candidate);
}

function exactly(name: string, given: Record<string, unknown>): number {
  const exact = game.exact?.(parseParameters(game.parameters, given), meanFieldEquilibrium) ?? {};
  return exact[name]().at();
}

/** P(at least k of n come), term by term. */
function atLeast(k: number, n: number, p: number): number {
  let [term, sum] = [(1 - p) ** n, 0];
  for (let j = 0; j <= n; j++) {
    if (j >= k) sum += term;
    term *= ((n - j) / (j + 1)) * (p / (1 - p));
  }
  return sum;
}

describe("the symmetric equilibrium", () => {
  it.each([
    { regulars: 100 },
    { regulars: 10, tastes: [3], bad: 0.5 },
    { regulars: 7, kappa: 0.4, bad: 4 },
    { crowding: "logistic", tastes: [2], width: 0.1 },
    { kappa: 0.5, tastes: [0.2, 0.5, 1, 2, 5] },
  ])("is found: %o", (given) => {
    const seen = equilibrium(given);
    for (const name of ["attendance", "crowded", "mean_reward"])
      expect(Math.abs(seen[name]().at() - exactly(name, given))).toBeLessThan(1e-9);
  });

  it("makes N players of whom each mixes indifferent, by binomial sums", () => {
    const s = exactly("attendance", {});
    // At most 60 of 100 find it pleasant: a crowd is 60 of the 99 others, or more.
    expect(atLeast(60, 99, s)).toBeCloseTo(1 / 2, 12);
    const dear = exactly("attendance", { regulars: 20, kappa: 0.29, tastes: [2], bad: 3 });
    expect(atLeast(5, 19, dear)).toBeCloseTo(2 / 5, 12);
  });

  it("comes to the threshold like 1/N where both evenings weigh alike", () => {
    const away = [100, 1000, 10_000].map((regulars) => regulars * (exactly("attendance", { regulars }) - 0.6));
    expect(away[2]).toBeCloseTo(0.0667, 3);
    for (const each of away) expect(each / away[2]).toBeCloseTo(1, 2);
  });

  it("with gradual crowding is κ + w ln(G/B), within what people there are", () => {
    const given = { crowding: "logistic", tastes: [3], bad: 0.7, width: 0.02 };
    expect(exactly("attendance", given)).toBeCloseTo(0.6 + 0.02 * Math.log(3 / 0.7), 14);
    expect(exactly("attendance", { ...given, width: 1 })).toBe(1);
    expect(exactly("attendance", { ...given, tastes: [1e-6], width: 0.2 })).toBe(0);
  });

  it("has those go who like it most", () => {
    const seen = equilibrium({ kappa: 0.5, tastes: [0.2, 5, 1, 0.5, 2] });
    const going = [0, 1, 2, 3, 4].map((i) => seen["going"]().at(i));
    [0, 1, undefined, 0, 1].forEach((share, i) => expect(going[i]).toBeCloseTo(share ?? going[2], 9));
    expect(going[2]).toBeGreaterThan(0.3);
    expect(going[2]).toBeLessThan(0.7);
  });
});

describe("at the ends", () => {
  it.each([
    [{ kappa: 0 }, 0],
    [{ kappa: 1 }, 1],
    [{ regulars: 1, kappa: 0.5 }, 0],
  ])("nobody, or everybody, goes: %o", (given, attendance) => {
    expect(exactly("attendance", given)).toBe(attendance);
    expect(equilibrium(given)["attendance"]().at()).toBeCloseTo(attendance, 9);
  });
});

describe("a planner", () => {
  it("keeps the bar below its threshold, to the gain of all", () => {
    // The best of s(1 − 2c(s)) among a thousand attendances, by binomial sums.
    const best = Math.max(...Array.from({ length: 1000 }, (_, i) => (i / 1000) * (1 - 2 * atLeast(60, 99, i / 1000))));
    const seen = equilibrium({});
    expect(seen["planner_reward"]().at()).toBeGreaterThan(best - 1e-9);
    expect(seen["planner_reward"]().at()).toBeLessThan(best + 1e-4);
  });
});
