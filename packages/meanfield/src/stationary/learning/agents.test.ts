import { describe, expect, it } from "vitest";
import { meanWithError } from "../../numeric/statistics.ts";
import { occupancy } from "../evaluation.ts";
import { featuresAt } from "../finite-model.ts";
import { policyClass } from "../policy-class.ts";
import type { TablePolicy } from "../policy-class.ts";
import { tablesAt } from "../tables.ts";
import { experience, moveAgents, placeAgents } from "./agents.ts";
import { finiteEnvironment, finiteMalware } from "./environments.testing.ts";

const { probabilities } = policyClass(finiteMalware, "smooth-threshold", 0.1).play([0.4]) as TablePolicy;
const field = finiteMalware.initial;

describe("agents that a learner moves", () => {
  it("settle to the discounted visits of their policy, (1 − γ) d", () => {
    const { P } = tablesAt(finiteMalware, featuresAt(finiteMalware, field));
    const visits = occupancy(finiteMalware, P, probabilities);
    const shares = Array.from({ length: 20 }, (_, run) => {
      const random = { seed: 4, run };
      const agents = placeAgents(finiteEnvironment, 1000, random);
      const seen = new Float64Array(11);
      const actions = new Float64Array(11);
      for (let k = 0; k < 60; k++) {
        const step = moveAgents(finiteEnvironment, agents, probabilities, field, field, random, k);
        // 0.9^40 of the start is forgotten by then: below 2 %, and the start is ξ₀ itself.
        if (k < 40) continue;
        for (let j = 0; j < agents.length; j++) {
          seen[step.states[j]] += 1 / 20_000;
          actions[step.states[j]] += step.actions[j] / 20_000;
        }
      }
      return { seen, actions };
    });
    for (let x = 0; x < 11; x++) {
      const share = meanWithError(shares.map(({ seen }) => seen[x]));
      const settled = 0.1 * visits[x];
      expect(Math.abs(share.mean - settled)).toBeLessThan(4 * share.standardError);
      const repairs = meanWithError(shares.map(({ actions }) => actions[x]));
      expect(Math.abs(repairs.mean - settled * probabilities[2 * x + 1])).toBeLessThan(
        4 * repairs.standardError + 1e-6,
      );
    }
  });

  it("go from where they were, or start anew", () => {
    const random = { seed: 4, run: 0 };
    const agents = placeAgents(finiteEnvironment, 10_000, random);
    const before = agents.slice();
    const step = moveAgents(finiteEnvironment, agents, probabilities, field, field, random, 0);
    expect(agents).toEqual(step.next);
    const stayed = before.filter((x, j) => step.states[j] === x).length / 10_000;
    // 0.9, and one in eleven of those who start anew comes back to the same state by chance.
    const expected = 0.9 + 0.1 / 11;
    expect(Math.abs(stayed - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / 10_000));
  });

  it("tell their lives in order of time", () => {
    const settings = { count: 3, horizon: 4 };
    const seen = experience(finiteEnvironment, probabilities, field, settings, { seed: 4, run: 0 }, 0);
    expect(seen.states.length).toBe(12);
    for (let i = 3; i < 12; i++) expect(seen.states[i]).toBe(seen.next[i - 3]);
  });
});
