import { describe, expect, it } from "vitest";
import { meanWithError } from "../numeric/statistics.ts";
import { beachBar, crowding } from "./beach-bar.ts";
import type { BeachBar } from "./beach-bar.ts";
import { policyIteration, pure } from "./best-response.ts";
import { evaluate } from "./evaluation.ts";
import { deviation, fieldOf } from "./exploitability.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { environmentOf } from "./simulation/environment-of.ts";
import { purePolicies, randomPolicy } from "./stationary.testing.ts";
import { tablesAt } from "./tables.ts";

const log: BeachBar = {
  n: 11,
  distance: 1,
  move: 0.1,
  kappa: 0.2,
  aversion: "log",
  noise: 0.3,
  floor: 1e-3,
  gamma: 0.9,
};
const linear: BeachBar = { ...log, aversion: "linear" };
const both = [log, linear];

/** Everybody steps towards the bar and stays there; with an odd number of places. */
function towardsBar(n: number): Float64Array {
  return pure(
    Int32Array.from({ length: n }, (_, x) => 1 - Math.sign(x - (n - 1) / 2)),
    3,
  );
}

describe("beach bar", () => {
  it("has the law of three places in closed form", () => {
    const model = beachBar({ ...log, n: 3, kappa: 0 });
    // From an end 1 − 2·noise/3 come to the bar, from the bar noise/3 to each end: shares 0.8 and 0.1 for noise 0.3.
    const field = fieldOf(model, towardsBar(3));
    [0.1, 0.8, 0.1].forEach((p, x) => expect(field[x]).toBeCloseTo(p, 14));
    // Without aversion to crowds this is an equilibrium, of value −(1 + 0.1)P_end/(1 − γ) for a start at law z.
    const { exploitability, own } = deviation(model, towardsBar(3));
    expect(exploitability).toBe(0);
    const atLaw = field.reduce((sum, p, x) => sum + p * own.V[x], 0);
    expect(atLaw).toBeCloseTo((-(1 + 0.1) * 0.2) / (1 - 0.9), 12);
  });

  it("is a line: steps past its ends are none", () => {
    const model = beachBar({ ...log, n: 4 });
    const P = new Float64Array(48);
    model.transition(new Float64Array(4).fill(0.25), P);
    expect([...P.subarray(0, 4)]).toEqual([0.7 + 0.3 / 3 + 0.3 / 3, 0.3 / 3, 0, 0]);
    expect(P[(3 * 3 + 0) * 4 + 2]).toBeCloseTo(0.8, 15);
    expect([...model.positions]).toEqual([-1.5, -0.5, 0.5, 1.5]);
  });

  it("spreads people evenly who only ever stay", () => {
    const model = beachBar(log);
    const field = fieldOf(model, pure(new Int32Array(11).fill(1), 3));
    field.forEach((p) => expect(p).toBeCloseTo(1 / 11, 13));
    for (const beach of both) expect(crowding(beach, 1 / 11)).toBeCloseTo(0, 15);
  });

  it.each(both)("has a reward that is monotone in the law: $aversion", (beach) => {
    const model = beachBar(beach);
    const table = (z: Float64Array): Float64Array => {
      const r = new Float64Array(11 * 3 * 11);
      model.reward(z, r);
      return r;
    };
    for (let seed = 0; seed < 6; seed++) {
      const [z, w] = [seed, seed + 10].map((s) => fieldOf(model, randomPolicy(s, model)));
      const [r, s] = [table(z), table(w)];
      for (let a = 0; a < 3; a++) {
        let sum = 0;
        z.forEach((p, x) => (sum += (r[(x * 3 + a) * 11] - s[(x * 3 + a) * 11]) * (p - w[x])));
        expect(sum).toBeLessThan(0);
        // Linear: −κ n Σ (z − z′)² exactly. Logarithmic: each term is negative where the shares differ.
        const gap = z.reduce((total, p, x) => total + (p - w[x]) ** 2, 0);
        expect(Math.abs(sum + beach.kappa * 11 * gap) < 1e-13).toBe(beach.aversion === "linear");
      }
    }
  });

  it.each(both)("has the slopes of its reward: $aversion", (beach) => {
    const model = beachBar(beach);
    const z = fieldOf(model, randomPolicy(1, model));
    const h = 1e-6;
    for (const f of [0, 5, 10]) {
      const slopes = new Float64Array(363);
      model.rewardSlope(z, f, slopes);
      const [up, down] = [h, -h].map((shift) => {
        const r = new Float64Array(363);
        model.reward(
          z.map((p, x) => (x === f ? p + shift : p)),
          r,
        );
        return r;
      });
      // Central differences: h²/6 of the third derivative 2κ/z³ and rounding ε/h, both near 1e-9.
      slopes.forEach((slope, i) => expect(Math.abs(slope - (up[i] - down[i]) / (2 * h))).toBeLessThan(1e-7));
    }
  });

  it.each(both)("is exploited by the best of all pure policies, all 243 tried: $aversion", (beach) => {
    const model = beachBar({ ...beach, n: 5 });
    for (let seed = 0; seed < 3; seed++) {
      const { field, own, exploitability } = deviation(model, randomPolicy(seed, model));
      const tables = tablesAt(model, field);
      let most = -Infinity;
      for (const other of purePolicies(model)) most = Math.max(most, evaluate(model, tables, other).J);
      expect(most - own.J).toBeCloseTo(exploitability, 12);
      expect(exploitability).toBeGreaterThan(0.05);
    }
  });

  it("is simulated as it is declared, within 4 standard errors", () => {
    const model = beachBar(log);
    const probabilities = randomPolicy(2, model);
    const policy = { kind: "table", probabilities } as const;
    const { field, own } = deviation(model, probabilities);
    const environment = environmentOf(model);
    const settled = environment.population(policy, { players: 50_000, steps: 300, repeats: 1 }, { seed: 1, stream: 0 });
    field.forEach((p, x) => expect(Math.abs(settled[x] - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 50_000)));
    const { mean, standardError } = meanWithError(
      environment.returns(policy, field, { count: 10_000, horizon: 300 }, { seed: 2, stream: 0 }),
    );
    expect(standardError).toBeLessThan(0.05);
    expect(Math.abs(mean - own.J)).toBeLessThan(4 * standardError);
  });
});

/** Best responses to the average of all fields so far (fictitious play of the paper), from any policy. */
function fictitiousPlay(model: FiniteStationaryModel, start: Float64Array, rounds: number): Float64Array {
  let field = fieldOf(model, start);
  let policy: Float64Array | undefined;
  for (let k = 0; k < rounds; k++) {
    policy = policyIteration(model, tablesAt(model, field), policy).policy;
    const induced = fieldOf(model, policy);
    field = field.map((p, x) => p + (induced[x] - p) / (k + 2));
  }
  return field;
}

describe("beach bar in equilibrium", () => {
  it.each(both)("comes to one law, which is symmetric, from any start: $aversion", (beach) => {
    const model = beachBar(beach);
    const starts = [
      ...[0, 1, 2].map((a) => pure(new Int32Array(11).fill(a), 3)),
      towardsBar(11),
      randomPolicy(5, model),
    ];
    const [first, ...others] = starts.map((start) => fictitiousPlay(model, start, 1000));
    // The last response moves the average by 1/1000 of a law.
    const apart = (z: Float64Array, w: Float64Array): number => Math.max(...z.map((p, x) => Math.abs(p - w[x])));
    for (const other of others) expect(apart(other, first)).toBeLessThan(3e-3);
    expect(apart(first.toReversed(), first)).toBeLessThan(3e-3);
  });
});
