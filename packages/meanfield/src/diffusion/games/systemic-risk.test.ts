import { describe, expect, it } from "vitest";
import numbers from "../../../../../tests/reference/systemic-risk.json" with { type: "json" };
import directNumbers from "../../../../../tests/reference/nash-direct-checks.json" with { type: "json" };
import plannerNumbers from "../../../../../tests/reference/planner-checks.json" with { type: "json" };
import chaosNumbers from "../../../../../tests/reference/n-player-and-chaos.json" with { type: "json" };
import { parseParameters } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { ask, feedback, limit, openLoop, roads } from "./reference.testing.ts";
import { systemicRisk } from "./systemic-risk.ts";
import { missedRecords, systemicReference } from "./systemic-records.testing.ts";
import type { Set } from "./systemic-records.testing.ts";

const data = systemicReference(numbers);
/** The files call the running cost ε; this game, like the slides it comes from, q. */
const translate = ({ a, eps, c, sigma, T, m0, v0 }: Set): Set => ({ a, q: eps, c, sigma, T, m0, v0 });
const set = (name: string): Set =>
  name === "C" ? { ...systemicRisk.presets.C?.parameters } : translate(data.params[name]);

describe("systemic risk", () => {
  it("reproduces every record of both sets on both roads", () => {
    const { count, missed } = missedRecords(systemicRisk, data, translate);
    expect(missed).toEqual([]);
    expect(count).toBe(data.records.length - 4);
  });

  it("has the presets that the records are about", () => {
    for (const name of ["A", "B"]) {
      const preset = parseParameters(systemicRisk.parameters, { ...systemicRisk.presets[name]?.parameters });
      expect(preset).toEqual({ ...set(name), D: -0.7 });
    }
  });

  it("finds what needed no adjoint equation to compute: three banks, discretised directly", () => {
    const checks = systemicReference(directNumbers).records.filter(({ id }) => id.startsWith("s1_"));
    expect(checks.length).toBe(4);
    for (const { id, set: name, value, suggested_tol: tolerance } of checks) {
      for (const [, answers] of roads(systemicRisk, set(name), (id.includes("open") ? openLoop : feedback)(3))) {
        expect(Math.abs(ask(answers, "gain", 0) - (value as number))).toBeLessThan(tolerance);
      }
    }
  });

  it("agrees with the planner of the full N-dimensional regulator", () => {
    const checks = systemicReference(plannerNumbers).records.filter(({ id }) => id.startsWith("s1_"));
    expect(checks.length).toBe(6);
    for (const { set: name, value, args, suggested_tol: tolerance } of checks) {
      for (const [, answers] of roads(systemicRisk, set(name), feedback(args?.N as number))) {
        expect(Math.abs(ask(answers, "cost_planner") - (value as number))).toBeLessThan(tolerance);
      }
    }
  });

  it("measures any strategy of the family, such as a constant gain", () => {
    const checks = systemicReference(chaosNumbers).records.filter(({ id }) => /^S6\.S1[AB]\.J_constgain/.test(id));
    expect(checks.length).toBe(8);
    for (const { id, value, args, suggested_tol: tolerance } of checks) {
      const parameters = parseParameters(systemicRisk.parameters, set(id.slice(5, 6)));
      const model = systemicRisk.build(parameters);
      const k = args?.k as number;
      const candidate: LinearQuadraticCandidate = {
        model,
        question: limit,
        strategy: { source: "empirical", gain: (_t, out) => out.data.set([-k, k, 0]) },
        assumedMean: (_t, out) => out.fill(parameters.m0),
      };
      const answers = systemicRisk.measure(parameters, limit, candidate);
      expect(Math.abs(ask(answers, "cost") - (value as number))).toBeLessThan(tolerance);
      const parts = ["control", "cross", "deviation", "terminal"].map((part) => ask(answers, `cost_${part}`));
      expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(value as number, 12);
    }
  });

  it("does not follow the adjoint equation as it is sometimes printed", () => {
    // dY = −((a+q)Y − aȲ + q(X−X̄))dt, with Y = η(X−X̄), says η′ = η² − qη − q; the a-term has the wrong sign and q no
    // business in it. The records hold what it leads to, a dearer strategy.
    for (const name of ["A", "B"]) {
      const p = parseParameters(systemicRisk.parameters, set(name));
      const wrong = integrate((_t, y, dy) => (dy[0] = y[0] ** 2 - p.q * y[0] - p.q), p.T, 0, [p.c]);
      const record = (what: string) =>
        data.records.find(({ id }) => id === `s1_systemic_nocommon.${name}.slide_adjoint.${what}`);
      const expected = record("eta0");
      expect(Math.abs(wrong.at(0)[0] - (expected?.value as number))).toBeLessThan(expected?.suggested_tol as number);
      const model = systemicRisk.build(p);
      const candidate: LinearQuadraticCandidate = {
        model,
        question: limit,
        strategy: {
          source: "empirical",
          gain: (t, out) => {
            const eta = wrong.at(t)[0];
            out.data.set([-eta, eta, 0]);
          },
        },
        assumedMean: (_t, out) => out.fill(p.m0),
      };
      const cost = ask(systemicRisk.measure(p, limit, candidate), "cost");
      const dearer = record("J");
      expect(Math.abs(cost - (dearer?.value as number))).toBeLessThan(dearer?.suggested_tol as number);
      for (const [, answers] of roads(systemicRisk, set(name), limit)) {
        expect(Math.abs(ask(answers, "eta", 0) - (expected?.value as number))).toBeGreaterThan(0.5);
        expect(cost - ask(answers, "cost")).toBeGreaterThan(1e-3);
      }
    }
  });

  it("approaches the limit at the rates of theory", () => {
    // Gains 1/N, anarchy 1/N², exploitability 1/N² on the empirical mean and 1/N on each bank's own computation.
    const ratio = (f: (players: number) => number): number => f(1e4) / f(1e3);
    const answers = (players: number, road: 0 | 1) => roads(systemicRisk, set("B"), feedback(players))[road][1];
    const gain = ask(roads(systemicRisk, set("B"), limit)[1][1], "gain", 0);
    for (const road of [0, 1] as const) {
      expect(ratio((N) => ask(answers(N, road), "gain", 0) - gain)).toBeCloseTo(0.1, 3);
      expect(ratio((N) => ask(answers(N, road), "price_of_anarchy") - 1)).toBeCloseTo(0.01, 4);
      expect(ratio((N) => ask(answers(N, road), "exploitability_empirical"))).toBeCloseTo(0.01, 4);
      expect(ratio((N) => ask(answers(N, road), "exploitability_decentralised"))).toBeCloseTo(0.1, 3);
    }
  });

  it("announces what it measures, and leaves out what has no meaning", () => {
    const announced = systemicRisk.quantities.map(({ name }) => name);
    const finite = roads(systemicRisk, {}, feedback(10))[0][1];
    expect(Object.keys(finite).toSorted()).toEqual(announced.toSorted());
    expect(Object.keys(roads(systemicRisk, {}, limit)[0][1])).not.toContain("exploitability_empirical");
    expect(Object.keys(roads(systemicRisk, { q: 0, c: 0 }, limit)[0][1])).not.toContain("price_of_anarchy");
  });
});
