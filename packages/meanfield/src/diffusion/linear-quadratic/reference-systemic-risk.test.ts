import { describe, expect, it } from "vitest";
import { integrate } from "../../numeric/ode.ts";
import type { LinearStrategy } from "./candidate.ts";
import { expectedCost } from "./cost.ts";
import { decentralised } from "./decentralised.ts";
import { bestResponse, exploitability } from "./deviation.ts";
import { systemicRisk } from "./models.testing.ts";
import { moments } from "./moments.ts";
import { solvePlanner } from "./planner.ts";
import type { Entry, Rule } from "./reference-numbers.testing.ts";
import { feedback, gain, limit, openLoop, questionOf, strategyOf, mismatches } from "./reference-numbers.testing.ts";

type P = Parameters<typeof systemicRisk>[0];

const solveAs = (p: P, question = limit) => {
  const model = systemicRisk(p);
  const strategy = strategyOf(JSON.stringify(p), model, question);
  return { model, strategy, cost: () => expectedCost(model, question.players, strategy) };
};
const gainAt = (p: P, question = limit, t = 0): number => {
  const { model, strategy } = solveAs(p, question);
  return -gain(model, strategy, t)[0];
};
/** η in K = q + (1 − 1/N) η. */
const eta = (p: P, question = limit, t = 0): number => (gainAt(p, question, t) - p.q) / (1 - 1 / question.players);
const argument = (entry: Entry, name: string): number => entry.args?.[name] as number;
const constantGain = (k: number): LinearStrategy => ({
  source: "empirical",
  gain: (_t, out) => out.data.set([-k, k, 0]),
});

const rules: readonly Rule<P>[] = [
  { pattern: /\.eta_mfg\./, answer: (entry, p) => eta(p, limit, argument(entry, "t")) },
  {
    pattern: /\.int_eta_0_T$/,
    answer: (_entry, p) => integrate((t, _y, dy) => (dy[0] = eta(p, limit, t)), 0, p.T, new Float64Array(1)).end[0],
  },
  {
    pattern: /\.varD_mfg\./,
    answer: (entry, p) =>
      moments(systemicRisk(p), Infinity, solveAs(p).strategy).at(argument(entry, "t")).deviation.data[0],
  },
  {
    pattern: /\.varX_mfg\.T$/,
    answer: (_entry, p) => moments(systemicRisk(p), Infinity, solveAs(p).strategy).at(p.T).state.data[0],
  },
  { pattern: /\.J_mfg$/, answer: (_entry, p) => solveAs(p).cost() },
  { pattern: /\.gain_mfg\.0$/, answer: (_entry, p) => gainAt(p) },
  { pattern: /\.gain_(closed|open)\.N/, answer: (entry, p) => gainAt(p, questionOf(entry), argument(entry, "t")) },
  { pattern: /\.(eta_closed|phi_open)\.N/, answer: (entry, p) => eta(p, questionOf(entry)) },
  { pattern: /\.J_(closed|open)\.N/, answer: (entry, p) => solveAs(p, questionOf(entry)).cost() },
  { pattern: /\.J_planner\.N/, answer: (entry, p) => solvePlanner(systemicRisk(p), argument(entry, "N")).cost },
  {
    pattern: /\.PoA_(closed|open)_minus1\.N/,
    answer: (entry, p) => {
      const { cost, model } = solveAs(p, questionOf(entry));
      return cost() / solvePlanner(model, argument(entry, "N")).cost - 1;
    },
  },
  {
    pattern: /\.exploit_(emp|det)\.N/,
    answer: (entry, p) => {
      const { model, strategy } = solveAs(p);
      const played = entry.id.includes("_det") ? decentralised(strategy) : strategy;
      const answer = bestResponse(model, argument(entry, "N"), played);
      expect(Math.abs(answer.profileCost - argument(entry, "J_profile"))).toBeLessThan(2e-14);
      expect(Math.abs(answer.bestCost - argument(entry, "J_best"))).toBeLessThan(2e-14);
      return answer.gap;
    },
  },
  {
    pattern: /\.rate_gain_(closed|open)$/,
    answer: (entry, p) => {
      const ask = entry.id.includes("open") ? openLoop : feedback;
      return [10, 100, 1000, 1e4, 1e8].map((N) => N * (gainAt(p, ask(N)) - gainAt(p)));
    },
  },
  { pattern: /\.rate_gain_closed_limit$/, answer: (_entry, p) => -eta(p) },
  {
    pattern: /\.slide_adjoint\.J$/,
    answer: (_entry, p) => {
      // The printed adjoint with its wrong sign gives η′ = η² − εη − ε; its cost must be the larger one.
      const wrong = integrate((_t, y, dy) => (dy[0] = y[0] ** 2 - p.eps * y[0] - p.eps), p.T, 0, Float64Array.of(p.c));
      const value = new Float64Array(1);
      const cost = expectedCost(systemicRisk(p), Infinity, {
        source: "empirical",
        gain: (t, out) => {
          wrong.at(t, value);
          out.data.set([-value[0], value[0], 0]);
        },
      });
      expect(cost).toBeGreaterThan(solveAs(p).cost() + 1e-3);
      return cost;
    },
  },
  {
    pattern: /constgain/,
    answer: (entry, p) => {
      const answer = entry.id.includes("exploit") ? exploitability : expectedCost;
      return answer(systemicRisk(p), Infinity, constantGain(argument(entry, "k")));
    },
  },
];

/** Cost splits, and hitting probabilities, which are no business of this engine. */
const beyond = [/\.J_mfg\.parts$/, /P_systemic/, /\.slide_adjoint\.eta0$/];

const tolerance = (entry: Entry, index: number): number => {
  if (entry.id.includes("exploit_")) return 2e-14;
  // N times a difference of two gains: their 1e-14 is amplified by N = 10, 100, 1000, 1e4, 1e8.
  if (/rate_gain_(closed|open)$/.test(entry.id)) return 2e-14 * [10, 100, 1000, 1e4, 1e8][index];
  // The integral is this test's own, at 1e-12.
  return entry.id.includes("int_eta") ? 1e-12 : 2e-13;
};

describe("reference numbers of systemic risk", () => {
  it("without common noise", () => expect(mismatches("systemic-risk", rules, beyond, tolerance)).toEqual([]));
  it("with common noise", () => expect(mismatches("systemic-risk-common-noise", rules, beyond, tolerance)).toEqual([]));
  it("constant gains in the limit", () =>
    expect(mismatches("n-player-and-chaos", rules, [/^(?!S6\.S1[AB]\.(J|exploit)_constgain)/], () => 1e-13)).toEqual(
      [],
    ));
});
