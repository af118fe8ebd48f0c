import { describe, expect, it } from "vitest";
import numbers from "../../../../../tests/reference/systemic-risk-common-noise.json" with { type: "json" };
import defaultNumbers from "../../../../../tests/reference/systemic-risk-defaults.json" with { type: "json" };
import directNumbers from "../../../../../tests/reference/nash-direct-checks.json" with { type: "json" };
import plannerNumbers from "../../../../../tests/reference/planner-checks.json" with { type: "json" };
import { InputError, parseParameters } from "../../core/index.ts";
import { ask, feedback, limit, openLoop, planner, roads } from "./reference.testing.ts";
import { systemicRiskCommonNoise as game } from "./systemic-risk-common-noise.ts";
import { missedRecords, systemicReference } from "./systemic-records.testing.ts";

const data = systemicReference(numbers);

describe("systemic risk with common noise", () => {
  it("reproduces every record of its four sets on both roads", () => {
    const { count, missed } = missedRecords(game, data, (set) => set);
    expect(missed).toEqual([]);
    expect(count).toBe(data.records.filter(({ id }) => !id.includes("slide_adjoint")).length);
  });

  it("has the presets that the records are about", () => {
    const presets = { A: "A", C: "C", "D-slide-sign": "D_slide_sign", "D-cfs-sign": "D_cfs_sign" };
    for (const [preset, set] of Object.entries(presets)) {
      const { D: _, ...parameters } = parseParameters(game.parameters, { ...game.presets[preset]?.parameters });
      expect(parameters).toEqual(data.params[set]);
    }
    const { N: _, ...e } = systemicReference(defaultNumbers).params["S2.E_closed_N10"];
    expect(parseParameters(game.parameters, { ...game.presets.E?.parameters })).toEqual(e);
  });

  it("finds what needed no adjoint equation to compute: three banks, discretised directly", () => {
    const checks = systemicReference(directNumbers).records.filter(({ id }) => id.startsWith("s2_"));
    expect(checks.length).toBe(8);
    for (const { id, set, value, suggested_tol: tolerance } of checks) {
      for (const [, answers] of roads(game, data.params[set], (id.includes("open") ? openLoop : feedback)(3))) {
        expect(Math.abs(ask(answers, "gain", 0) - (value as number))).toBeLessThan(tolerance);
      }
    }
  });

  it("agrees with the planner of the full N-dimensional regulator", () => {
    const checks = systemicReference(plannerNumbers).records.filter(({ id }) => id.startsWith("s2_"));
    expect(checks.length).toBe(12);
    for (const { set, value, args, suggested_tol: tolerance } of checks) {
      for (const [, answers] of roads(game, data.params[set], feedback(args?.N as number))) {
        expect(Math.abs(ask(answers, "cost_planner") - (value as number))).toBeLessThan(tolerance);
      }
    }
  });

  it("agrees with the simulated costs of the default records within four standard errors", () => {
    const { records, params } = systemicReference(defaultNumbers);
    const costs = records.filter(({ id, set }) => id.endsWith("J_mc") && set in params);
    for (const { id, set, value, args } of costs) {
      const { N, ...given } = params[set];
      const question = (id.includes("open") ? openLoop : feedback)(N);
      const cost = ask(roads(game, given, question)[0][1], "cost");
      expect(Math.abs(cost - (value as number))).toBeLessThan(4 * (args?.se as number));
    }
    expect(costs.length).toBe(7);
  });

  it("keeps the two signs of the cross term apart", () => {
    // Printed as −qα(X − X̄) with q = ½, the term is −qα(X̄ − X) with q = −½: banks then hardly lend at all, K(0) ≈ 0.007,
    // whereas the paper's sign makes them lend at 0.73. Reading one for the other misses every record of set D.
    const cfs = { ...data.params.D_cfs_sign };
    const slide = { ...cfs, q: -cfs.q };
    expect(slide).toEqual(data.params.D_slide_sign);
    const [gains, etas] = ["gain", "eta"].map((name) =>
      [cfs, slide].map((given) => roads(game, given, limit).map(([, answers]) => ask(answers, name, 0))),
    );
    for (const road of [0, 1]) {
      expect(gains[0][road]).toBeCloseTo(0.7326667909917, 10);
      expect(gains[1][road]).toBeCloseTo(0.0073531912346, 10);
      expect(Math.abs(etas[0][road] - etas[1][road])).toBeGreaterThan(0.25);
    }
  });

  it("gives the systemic event a probability that no preference changes", () => {
    const noise = { sigma: 1, rho: 0.2, T: 1, m0: 0, v0: 0.3, D: -0.7 };
    const preferences = [
      { a: 0, q: 0, eps: 0, c: 0 },
      { a: 1, q: 1, eps: 10, c: 0 },
      { a: 10, q: -2, eps: 5, c: 7 },
    ];
    for (const question of [limit, feedback(10), openLoop(10), planner]) {
      const probabilities = preferences.flatMap((given) =>
        roads(game, { ...noise, ...given }, question).map(([, answers]) => ask(answers, "systemic_probability")),
      );
      for (const probability of probabilities) expect(Math.abs(probability - probabilities[0])).toBeLessThan(1e-12);
    }
  });

  it("refuses a cost that is not convex, in one line", () => {
    const p = parseParameters(game.parameters, { q: 2, eps: 3.9 });
    expect(() => game.check?.(p, limit)).toThrow(InputError);
    expect(() => game.check?.(p, limit)).toThrow("eps = 3.9: must be at least q² = 4, so that the cost is convex");
    expect(() => game.check?.({ ...p, q: -2 }, limit)).toThrow("eps = 3.9");
    for (const [q, eps] of [
      [2, 4],
      [0.1, 0.01],
      [-0.3, 0.09],
    ]) {
      game.check?.({ ...p, q, eps }, limit);
    }
    expect(() => parseParameters(game.parameters, { rho: 1.01 })).toThrow("rho = 1.01: must be a number in [-1, 1]");
  });
});
