import { describe, expect, it } from "vitest";
import priceImpactNumbers from "../../../../../tests/reference/price-impact.json" with { type: "json" };
import directNumbers from "../../../../../tests/reference/nash-direct-checks.json" with { type: "json" };
import plannerNumbers from "../../../../../tests/reference/planner-checks.json" with { type: "json" };
import { parseParameters, RefusalError } from "../../core/index.ts";
import type { Quantities } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { blowUpHorizon } from "../linear-quadratic/blow-up.ts";
import { individualHorizon, meanHorizon, plannerHorizon } from "../closed-forms/price-impact.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { priceImpact } from "./price-impact.ts";
import {
  ask,
  distances,
  feedback,
  limit,
  openLoop,
  planner,
  playersOf,
  reference,
  roads,
} from "./reference.testing.ts";
import type { ReferenceRecord, Rule } from "./reference.testing.ts";

const data = reference(priceImpactNumbers);
const own = data.records.filter(({ id }) => id.startsWith("S5."));
const set = (name: string): Record<string, number> => ({ ...data.params[name] });
const impactOf = (record: ReferenceRecord): number => set(record.set as string).lam;
const gains = (answers: Quantities, lam: number): number[] => [
  -ask(answers, "A", 0),
  -ask(answers, "M", 0),
  -ask(answers, "C", 0) - lam,
];
const symbols: Readonly<Record<string, string>> = {
  EX: "mean_state",
  VX: "var_common",
  ES: "mean_price",
  VS: "var_price",
  CXS: "cov_price",
  varD: "var_deviation",
};

const rules: readonly Rule[] = [
  {
    pattern: /^S5\.\w+\.[AMC]\.t/,
    question: () => limit,
    value: (answers, { id, args }) => ask(answers, id.split(".")[2], args?.t as number),
  },
  { pattern: /\.mfg\.abar0$/, question: () => limit, value: (answers) => ask(answers, "mean_control", 0) },
  {
    pattern: /\.mfg\.(EX|VX|ES|VS|CXS|varD)$/,
    question: () => limit,
    value: (answers, { id }) => ask(answers, symbols[id.split(".")[3]], 1),
  },
  { pattern: /\.mfg\.J$/, question: () => limit, value: (answers) => ask(answers, "cost") },
  { pattern: /\.mfc\.J$/, question: () => planner, value: (answers) => ask(answers, "cost") },
  { pattern: /\.cost_gap$/, question: () => limit, value: (answers) => ask(answers, "cost_gap") },
  { pattern: /\.PoA$/, question: () => limit, value: (answers) => ask(answers, "price_of_anarchy") },
  {
    pattern: /\.(open|feedback)\.N\d+\.gains0$/,
    question: (record) => (record.id.includes(".open.") ? openLoop : feedback)(playersOf(record)),
    value: (answers, record) => gains(answers, impactOf(record)),
  },
  {
    pattern: /\.(open|feedback)\.N\d+\.J$/,
    question: (record) => (record.id.includes(".open.") ? openLoop : feedback)(playersOf(record)),
    value: (answers) => ask(answers, "cost"),
  },
];
const elsewhere = /gateaux|T_star|T_individual|T_mean/;

/** A quantity of the road that a solver's candidate is measured on. */
const measured = (name: string, given: Record<string, unknown>): number =>
  ask(roads(priceImpact, given, limit)[0][1], name);

describe("price impact", () => {
  it.each(own.filter(({ id }) => !elsewhere.test(id)))("reproduces $id on both roads", (record) => {
    for (const { distance } of distances(priceImpact, data, rules, record)) {
      expect(distance).toBeLessThan(record.suggested_tol);
    }
  });

  it("has the moments that the records carry beside the costs", () => {
    for (const record of own.filter(({ id }) => /\.open\.N\d+\.J$/.test(id))) {
      for (const [, answers] of roads(priceImpact, set(record.set as string), openLoop(playersOf(record)))) {
        expect(Math.abs(ask(answers, "mean_state", 1) - (record.args?.EX_T as number))).toBeLessThan(1e-8);
        expect(Math.abs(ask(answers, "var_common", 1) - (record.args?.VarXbar_T as number))).toBeLessThan(1e-8);
      }
    }
    for (const record of own.filter(({ id }) => id.endsWith(".mfc.J"))) {
      for (const [, answers] of roads(priceImpact, set(record.set as string), planner)) {
        expect(Math.abs(ask(answers, "mean_state", 1) - (record.args?.EX_T as number))).toBeLessThan(1e-8);
        expect(Math.abs(ask(answers, "mean_price", 1) - (record.args?.ES_T as number))).toBeLessThan(1e-8);
        const [, onMean, onPrice] = gains(answers, impactOf(record)) as [number, number, number];
        const expected = record.args?.abar0_gains as number[];
        expect(Math.abs(onMean - expected[0])).toBeLessThan(1e-8);
        expect(Math.abs(onPrice - expected[1])).toBeLessThan(1e-8);
      }
    }
  });

  it("finds what needed no adjoint equation to compute: three traders with different positions", () => {
    const checks = reference(directNumbers).records.filter(({ id }) => id.startsWith("S5."));
    expect(checks.length).toBe(4);
    for (const { id, set: name, value } of checks) {
      const { lam, m0, S0 } = set(name as string) as Record<"lam" | "m0" | "S0", number>;
      const question = id.includes("open_direct") ? openLoop(3) : feedback(3);
      for (const [, answers] of roads(priceImpact, set(name as string), question)) {
        const [onDeviation, onMean, onPrice] = gains(answers, lam) as [number, number, number];
        const controls = [-1, 0.3, 0.7].map((x) => onDeviation * x + onMean * m0 + onPrice * S0);
        const computed = id.includes("open_direct") ? controls : [onDeviation, onMean, onPrice];
        // The feedback values are Richardson extrapolations of a discrete-time induction, good to 1e-11.
        const tolerance = id.includes("open_direct") ? 1e-8 : 1e-9;
        computed.forEach((x, i) => expect(Math.abs(x - (value as number[])[i])).toBeLessThan(tolerance));
      }
    }
  });

  it("has the planner's cost of the full (N+1)-dimensional regulator", () => {
    const checks = reference(plannerNumbers).records.filter(({ id }) => id.startsWith("S5."));
    expect(checks.length).toBe(4);
    for (const { set: name, value, args, suggested_tol } of checks) {
      const numbers = (args?.N as number[] | undefined) ?? [Infinity];
      const expected = [value].flat();
      numbers.forEach((players, i) => {
        for (const [, answers] of roads(priceImpact, set(name as string), { ...planner, players })) {
          expect(Math.abs(ask(answers, "cost") - expected[i])).toBeLessThan(suggested_tol);
        }
      });
    }
  });

  it("has a stationary equilibrium: trading on S − S0 as well gains nothing to first order", () => {
    for (const record of own.filter(({ id }) => id.endsWith("gateaux"))) {
      for (const [, answers] of roads(priceImpact, set(record.set as string), limit)) {
        const costAt = representativeCost(answers, set(record.set as string));
        const [below, at, above] = [costAt(-0.5), costAt(0), costAt(0.5)];
        expect(Math.abs(at - (record.args?.J0 as number))).toBeLessThan(1e-8);
        expect(Math.abs(above - below)).toBeLessThan(record.suggested_tol);
        const second = 4 * (above - 2 * at + below);
        expect(Math.abs(second - (record.args?.second_derivative as number))).toBeLessThan(1e-7);
        // The derivative itself, by its own equations.
        expect(Math.abs(ask(answers, "gateaux"))).toBeLessThan(1e-10);
      }
    }
  });

  it("conserves S − κX̄ up to the market's noise", () => {
    const p = set("A") as Record<"kappa" | "s0" | "S0" | "m0", number>;
    for (const question of [limit, planner, openLoop(4), feedback(4)]) {
      for (const [, answers] of roads(priceImpact, p, question)) {
        for (const t of [0.3, 1]) {
          const mean = ask(answers, "mean_price", t) - p.kappa * ask(answers, "mean_state", t);
          expect(mean).toBeCloseTo(p.S0 - p.kappa * p.m0, 11);
          const variance =
            ask(answers, "var_price", t) -
            2 * p.kappa * ask(answers, "cov_price", t) +
            p.kappa ** 2 * ask(answers, "var_common", t);
          // Traders' own noise moves X̄^N but not S: κ²(v₀ + σ²t)/N more for N of them.
          const share = question.players === Infinity ? 0 : 1 / question.players;
          const noise = share * p.kappa ** 2 * (0.25 + 0.04 * t);
          expect(variance).toBeCloseTo(p.s0 ** 2 * t + noise, 11);
        }
      }
    }
  });

  it("takes λ, κ and q of nothing and gives nothing back", () => {
    const p = { ...set("A"), lam: 0, kappa: 0, q: 0 };
    for (const question of [limit, planner, openLoop(2), feedback(2)]) {
      for (const [, answers] of roads(priceImpact, p, question)) {
        expect(ask(answers, "cost")).toBe(0);
        expect(ask(answers, "mean_state", 1)).toBe(1);
      }
    }
  });

  it("discounts the terminal cost only when told", () => {
    const p = { ...set("A"), r: 0.5 };
    const literal = roads(priceImpact, p, limit);
    const discounted = roads(priceImpact, { ...p, discountTerminal: true }, limit);
    const scaled = roads(priceImpact, { ...p, q: Math.exp(-0.5) }, limit);
    discounted.forEach(([, answers], i) => {
      expect(ask(answers, "cost")).toBeCloseTo(ask(scaled[i][1], "cost"), 12);
      expect(Math.abs(ask(answers, "cost") - ask(literal[i][1], "cost"))).toBeGreaterThan(0.01);
    });
  });
});

describe("how long solutions of the price-impact game exist", () => {
  const parse = (given: Record<string, unknown>) => parseParameters(priceImpact.parameters, given);
  const expected = (id: string): number => own.find((record) => record.id === id)?.value as number;

  it("has the existence horizons of the records", () => {
    const negative = parse(set("E_negq"));
    expect(Math.abs(individualHorizon(negative) - expected("S5.E_negq.T_individual"))).toBeLessThan(1e-10);
    expect(Math.abs(meanHorizon(negative, 10) - expected("S5.E_negq.T_mean"))).toBeLessThan(1e-10);
    expect(Math.abs(plannerHorizon(parse(set("D_planner_blowup")), 10) - expected("S5.D.planner_T_star"))).toBeLessThan(
      1e-8,
    );
    expect(plannerHorizon(parse(set("A")), 50)).toBe(Infinity);
  });

  it("answers for them at any horizon that has a solution", () => {
    const negative = set("E_negq");
    for (const T of [0.1, 0.9]) {
      expect(
        Math.abs(measured("horizon_individual", { ...negative, T }) - expected("S5.E_negq.T_individual")),
      ).toBeLessThan(1e-10);
      expect(Math.abs(measured("horizon_mean", { ...negative, T }) - expected("S5.E_negq.T_mean"))).toBeLessThan(1e-10);
    }
    expect(
      Math.abs(measured("horizon_planner", set("D_planner_blowup")) - expected("S5.D.planner_T_star")),
    ).toBeLessThan(1e-8);
    const [[, answers]] = roads(priceImpact, set("A"), limit);
    expect(Object.keys(answers).filter((name) => name.startsWith("horizon"))).toEqual([]);
  });

  it("has a derivative of the cost that is not zero away from the equilibrium", () => {
    const p = parse(set("A"));
    const candidate = solveRiccati(priceImpact.build(p), planner);
    const moved = priceImpact.measure(p, limit, candidate);
    const p0 = set("A");
    // By finite difference of the cost, which is quadratic in ε, so that the difference is exact.
    const costAt = representativeCost(moved, p0);
    expect(ask(moved, "gateaux")).toBeCloseTo(costAt(0.5) - costAt(-0.5), 9);
    expect(Math.abs(ask(moved, "gateaux"))).toBeGreaterThan(1e-3);
  });

  it("refuses beyond them, naming the horizon", () => {
    const negative = set("E_negq");
    expect(() => priceImpact.check?.(parse({ ...negative, T: 0.975 }), limit)).not.toThrow();
    expect(() => priceImpact.check?.(parse({ ...negative, T: 0.976 }), limit)).toThrow(RefusalError);
    expect(() => priceImpact.check?.(parse({ ...negative, T: 0.976 }), limit)).toThrow(
      /convex only for T below 0\.97580328\d*; the mean's equation explodes at T = 1\.3155933609/,
    );
    const strong = set("D_planner_blowup");
    expect(() => priceImpact.check?.(parse({ ...strong, T: 0.66 }), planner)).not.toThrow();
    expect(() => priceImpact.check?.(parse({ ...strong, T: 0.67 }), planner)).toThrow(
      /unbounded below from T = 0\.6666666/,
    );
    // The equilibrium itself exists: q > 0. Only what compares with the planner is left out.
    for (const [, answers] of roads(priceImpact, { ...strong, T: 0.67 }, limit)) {
      expect(Object.keys(answers)).not.toContain("cost_planner");
      expect(Number.isFinite(ask(answers, "cost"))).toBe(true);
    }
  });

  it("agrees with the engine's explosions where time enters only through the discount", () => {
    for (const discountTerminal of [false, true]) {
      for (const given of [
        { ...set("E_negq"), r: 0.4, discountTerminal },
        { kappa: -2, lam: 1, q: 0.5, r: 0.4, discountTerminal },
      ]) {
        for (const question of [limit, planner]) {
          const p = parse(given);
          const longest = question === planner ? plannerHorizon(p, 10) : individualHorizon(p);
          if (longest === Infinity) continue;
          const beyond = blowUpHorizon(priceImpact.build({ ...p, T: longest * (1 + 1e-6) }), question);
          expect(beyond).toBeDefined();
          expect(Math.abs((beyond as number) / longest - 1)).toBeLessThan(1e-4);
          expect(blowUpHorizon(priceImpact.build({ ...p, T: longest * (1 - 1e-6) }), question)).toBeUndefined();
        }
      }
    }
  });

  it("solves any sign of κλ on long horizons when q > 0", () => {
    for (const kappa of [-3, 3]) {
      const p = { ...set("A"), kappa, T: 10 };
      const [[, measured], [, exact]] = roads(priceImpact, p, limit);
      for (const t of [0, 5, 10]) expect(ask(measured, "A", t)).toBeCloseTo(ask(exact, "A", t), 10);
      for (const t of [0, 5, 10]) {
        const size = Math.max(1, Math.abs(ask(exact, "M", t)));
        expect(Math.abs(ask(measured, "M", t) - ask(exact, "M", t)) / size).toBeLessThan(1e-9);
      }
    }
  });
});

/** Cost of one trader who adds ε(S − S0) to the equilibrium control while all others keep theirs. */
function representativeCost(answers: Quantities, p: Record<string, number>): (epsilon: number) => number {
  const { r, lam, kappa, q, s, s0, m0, v0, S0, T } = p as Record<
    "r" | "lam" | "kappa" | "q" | "s" | "s0" | "m0" | "v0" | "S0" | "T",
    number
  >;
  const at = (name: string, t: number): number => -Math.exp(r * t) * ask(answers, name, t);
  return (epsilon) => {
    // Second moments of u = (x − x̄, x̄, S, 1): dM/dt = FM + MF′ + noise, cost from E α² and E αS.
    const n = 4;
    const start = [0, m0, S0, 1];
    const y0 = new Float64Array(n * n + 1);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) y0[i * n + j] = start[i] * start[j];
    y0[0] = v0;
    const solution = integrate(
      (t, y, dy) => {
        const mean = [0, at("M", t), at("C", t) - lam, 0];
        const control = [at("A", t), mean[1], mean[2] + epsilon, -epsilon * S0] as number[];
        const rows = [
          control.map((value, i) => value - mean[i]),
          mean,
          mean.map((value) => kappa * value),
          [0, 0, 0, 0],
        ];
        const entry = (i: number, j: number): number => y[i * n + j];
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let m = 0; m < n; m++) sum += rows[i]?.[m] * entry(m, j) + rows[j]?.[m] * entry(m, i);
            dy[i * n + j] = sum;
          }
        }
        dy[0] = dy[0] + s * s;
        dy[2 * n + 2] = dy[2 * n + 2] + s0 * s0;
        let square = 0;
        let withPrice = 0;
        for (let i = 0; i < n; i++) {
          withPrice += control[i] * entry(i, 2);
          for (let j = 0; j < n; j++) square += control[i] * control[j] * entry(i, j);
        }
        dy[n * n] = Math.exp(-r * t) * (0.5 * square + lam * withPrice);
      },
      0,
      T,
      y0,
    );
    const end = solution.end;
    return end[n * n] + 0.5 * q * (end[0] + 2 * end[1] + end[n + 1]);
  };
}
