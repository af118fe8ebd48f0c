import { describe, expect, it } from "vitest";
import defaults from "../../../../../tests/reference/systemic-risk-defaults.json" with { type: "json" };
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { ask, feedback, limit, openLoop, roads } from "./reference.testing.ts";
import { systemicRiskCommonNoise } from "./systemic-risk-common-noise.ts";
import { systemicRisk } from "./systemic-risk.ts";

interface Entry {
  readonly id: string;
  readonly value: number;
  /** Absent where the value was simulated, with standard error `args.se`. */
  readonly suggested_tol?: number;
  readonly args?: { readonly se?: number };
}

const params = defaults.params as unknown as Readonly<Record<string, Readonly<Record<string, number>>>>;
const entries = defaults.records as unknown as readonly Entry[];
const nameOf = (id: string): string => id.replace(/^S2def\./, "").replace(/\.P_\w+$/, "");

/** Set and question of a record; the limits belong to the sets of their N = 10. */
function asked(id: string) {
  const name = nameOf(id);
  const { N, ...given } = params[name] ?? params[`${name.slice(0, 4)}_closed_N10`];
  return { given, question: id.includes("mfg_inf") ? limit : (id.includes("open") ? openLoop : feedback)(N) };
}

describe("defaults in the systemic-risk games", () => {
  it("have every recorded probability of a single bank", () => {
    const singles = entries.filter(({ id }) => id.endsWith("P_single"));
    const errors = singles.map(({ id, value, suggested_tol: tolerance, args }) => {
      const { given, question } = asked(id);
      const measured = roads(systemicRiskCommonNoise, given, question)[0][1];
      const distance = Math.abs(ask(measured, "default_probability") - value);
      // The records' own grids are good to about 1e-7, better than they claim; simulated ones to four standard errors.
      const allowed = tolerance === undefined ? 4 * (args?.se as number) : Math.min(tolerance, 2e-7);
      return { distance, allowed, estimate: ask(measured, "default_probability_error") };
    });
    expect(errors.filter(({ distance, allowed }) => !(distance <= allowed))).toEqual([]);
    expect(errors.filter(({ estimate }) => !(estimate <= 1.5e-5))).toEqual([]);
    expect(errors.length).toBe(13);
  });

  it("have every recorded probability of the systemic event, on both roads", () => {
    const events = entries.filter(({ id }) => id.endsWith("P_systemic"));
    expect(events.length).toBe(11);
    for (const { id, value, suggested_tol: tolerance } of events) {
      const { given, question } = asked(id);
      for (const [, answers] of roads(systemicRiskCommonNoise, given, question)) {
        expect(Math.abs(ask(answers, "systemic_probability") - value)).toBeLessThan(tolerance as number);
      }
    }
  });

  it("are by reflection where nothing pulls a bank back", () => {
    const parameters = { a: 0, q: 0, c: 0, sigma: 1, T: 1, m0: 0, v0: 0, D: -0.7 };
    for (const question of [limit, feedback(10)]) {
      for (const [, answers] of roads(systemicRisk, parameters, question)) {
        expect(ask(answers, "default_probability")).toBeCloseTo(2 * normalDistribution(-0.7), 12);
      }
    }
  });

  it("come from banks whose law the planner and the limit share", () => {
    const given = { ...params["S2.C_closed_N10"] };
    delete given.N;
    const [a, b] = [limit, { ...limit, concept: "planner" as const }].map((question) =>
      ask(roads(systemicRiskCommonNoise, given, question)[0][1], "default_probability"),
    );
    expect(Math.abs(a - b)).toBeLessThan(1e-10);
  });
});
