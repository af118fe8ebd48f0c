import { describe, expect, it } from "vitest";
import commodityNumbers from "../../../../../tests/reference/commodity-producers.json" with { type: "json" };
import directNumbers from "../../../../../tests/reference/nash-direct-checks.json" with { type: "json" };
import plannerNumbers from "../../../../../tests/reference/planner-checks.json" with { type: "json" };
import { parseParameters, RefusalError } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { timeMatrix } from "../linear-quadratic/forms.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { moments } from "../linear-quadratic/moments.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { commodityProducers } from "./commodity-producers.ts";
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
import type { Rule } from "./reference.testing.ts";

const data = reference(commodityNumbers);
const own = data.records.filter(({ id }) => !id.startsWith("S3.H"));

const regime = ({ id }: { readonly id: string }): Question => (id.includes("cartel") ? planner : limit);
const identical = { v0: 0 };
const rules: readonly Rule[] = [
  { pattern: /\.(mfg|cartel_planner_theta0)\.pi$/, question: regime, value: (answers) => ask(answers, "shadow_price") },
  {
    pattern: /\.(mfg|cartel_planner_theta0)\.xbar_T$/,
    question: regime,
    value: (answers) => ask(answers, "mean_state", 4),
  },
  {
    pattern: /\.(mfg|cartel_planner_theta0)\.abar\./,
    question: regime,
    value: (answers, { args }) => ask(answers, "mean_control", args?.t as number),
  },
  {
    pattern: /\.(mfg|cartel_planner_theta0)\.price\./,
    question: regime,
    value: (answers, { args }) => ask(answers, "price", args?.t as number),
  },
  {
    pattern: /\.(mfg|cartel_planner_theta0)\.varX_T$/,
    question: regime,
    value: (answers) => ask(answers, "var_state", 4),
  },
  { pattern: /\.(mfg|cartel_planner_theta0)\.J$/, question: regime, value: (answers) => ask(answers, "cost") },
  {
    pattern: /\.(mfg|cartel_planner_theta0)\.CS$/,
    question: regime,
    value: (answers) => ask(answers, "consumer_surplus"),
  },
  { pattern: /\.efficiency$/, question: () => limit, value: (answers) => ask(answers, "efficiency") },
  { pattern: /\.welfare_gap$/, question: () => limit, value: (answers) => ask(answers, "welfare_gap") },
  {
    pattern: /\.open\.N\d+\.abar0$/,
    question: (record) => openLoop(playersOf(record)),
    parameters: identical,
    value: (answers) => ask(answers, "mean_control", 0),
  },
  {
    pattern: /\.open\.N\d+\.J$/,
    question: (record) => openLoop(playersOf(record)),
    parameters: identical,
    value: (answers) => ask(answers, "cost"),
  },
  {
    pattern: /\.feedback\.N\d+\.abar0$/,
    question: (record) => feedback(playersOf(record)),
    parameters: identical,
    value: (answers) => ask(answers, "mean_control", 0),
  },
  {
    pattern: /\.feedback\.N\d+\.J$/,
    question: (record) => feedback(playersOf(record)),
    parameters: identical,
    value: (answers) => ask(answers, "cost"),
  },
  {
    pattern: /identical\.abar0$/,
    question: () => limit,
    parameters: identical,
    value: (answers) => ask(answers, "mean_control", 0),
  },
  { pattern: /identical\.J$/, question: () => limit, parameters: identical, value: (answers) => ask(answers, "cost") },
];

const seasonal = { A: 3, w: 2, r: 0.1, gamma: 0.8, theta: 0.3, v0: 0.5 };

describe("commodity producers", () => {
  it.each(own)("reproduces $id on both roads", (record) => {
    for (const { distance } of distances(commodityProducers, data, rules, record)) {
      expect(distance).toBeLessThan(record.suggested_tol);
    }
  });

  it("has the feedback gains of the records: α = k0 + k1 x_i + kX Σ x_j", () => {
    const parameters = parseParameters(commodityProducers.parameters, {});
    for (const record of own.filter(({ id }) => /\.feedback\.N\d+\.abar0$/.test(id))) {
      const N = playersOf(record);
      const { strategy } = solveRiccati(commodityProducers.build(parameters), feedback(N));
      const gain = { rows: 1, columns: 3, data: new Float64Array(3) };
      strategy.gain(0, gain);
      const { k0, k1_own_gain, kX_sum_gain } = record.args as Record<string, number>;
      expect(Math.abs(gain.data[0] - k1_own_gain)).toBeLessThan(1e-9);
      expect(Math.abs(gain.data[1] / N - kX_sum_gain)).toBeLessThan(1e-9);
      expect(Math.abs(gain.data[2] - k0)).toBeLessThan(1e-9);
    }
  });

  it("finds what needed neither Pontryagin nor dynamic programming, and the full regulator of the cartel", () => {
    const direct = reference(directNumbers).records;
    const value = (id: string): number => direct.find((record) => record.id === id)?.value as number;
    for (const [, answers] of roads(commodityProducers, identical, openLoop(3))) {
      expect(Math.abs(ask(answers, "mean_control", 0) - value("S3.A.open_direct.N3"))).toBeLessThan(1e-8);
    }
    for (const [, answers] of roads(commodityProducers, identical, feedback(3))) {
      expect(Math.abs(ask(answers, "mean_control", 0) - value("S3.A.feedback_direct.N3"))).toBeLessThan(1e-10);
    }
    const checks = reference(plannerNumbers).records.filter(({ id }) => id.startsWith("S3."));
    expect(checks.length).toBe(2);
    for (const { value: cost, args, suggested_tol } of checks) {
      for (const [, answers] of roads(commodityProducers, identical, { ...planner, players: args?.N as number })) {
        expect(Math.abs(ask(answers, "cost") - (cost as number))).toBeLessThan(suggested_tol);
      }
    }
  });

  it("agrees on both roads with seasons, discount and θ", () => {
    for (const given of [seasonal, { ...seasonal, theta: -0.4, w: 0 }]) {
      const [[, measured], [, exact]] = roads(commodityProducers, given, limit);
      expect(Object.keys(measured).toSorted()).toEqual(Object.keys(exact).toSorted());
      for (const [name, quantity] of Object.entries(exact)) {
        const points = quantity().axes.length === 0 ? [[]] : [[0], [1.3], [4]];
        for (const at of points)
          expect([name, Math.abs(ask(measured, name, ...at) - ask(exact, name, ...at)) < 1e-9]).toEqual([name, true]);
      }
    }
  });

  it("charges θ on an average output that is the equilibrium's own at the end", () => {
    const p = parseParameters(commodityProducers.parameters, seasonal);
    for (const [, answers] of roads(commodityProducers, seasonal, limit)) {
      const last = ask(answers, "mean_control", p.T);
      const price = ask(answers, "price", p.T);
      // First-order condition of a price-taker at T: c₁ + c₂α = P − π.
      expect(p.c1 + p.c2 * last).toBeCloseTo(price - ask(answers, "shadow_price"), 10);
      expect(ask(answers, "shadow_price")).toBeCloseTo(
        p.lam * (ask(answers, "mean_state", p.T) - p.xs) + p.theta * last,
        10,
      );
    }
  });

  it("refuses θ for finitely many players and for the cartel, naming it", () => {
    const p = parseParameters(commodityProducers.parameters, seasonal);
    for (const question of [openLoop(5), feedback(5), planner]) {
      expect(() => commodityProducers.check?.(p, question)).toThrow(RefusalError);
      expect(() => commodityProducers.check?.(p, question)).toThrow(/^theta = 0\.3: theta must be 0/);
    }
    expect(() => solveRiccati(commodityProducers.build(p), feedback(5))).toThrow(/theta must be 0/);
    expect(() => commodityProducers.check?.({ ...p, theta: -50 }, limit)).toThrow(/theta must exceed/);
  });

  it("would be ill-posed with θ for two players: each would move the last average at no cost", () => {
    // θ x ᾱ_T as the limit of an average over the last ε of time: the last output must not depend on ε as ε vanishes.
    const p = parseParameters(commodityProducers.parameters, { theta: 0, v0: 0 });
    const charged = (epsilon: number): LinearQuadraticModel => {
      const plain = commodityProducers.build(p);
      const { offset, size } = plain.layout;
      const running = timeMatrix(size, size, (t, out) => {
        plain.running.into(t, out);
        const charge = t > p.T - epsilon ? 0.3 / epsilon : 0;
        out.data[offset.state * size + offset.meanControl] += charge;
        out.data[offset.meanControl * size + offset.state] += charge;
      });
      return { ...plain, running };
    };
    const lastOutput = (epsilon: number, question: Question): number => {
      const model = charged(epsilon);
      const { strategy } = solveRiccati(model, question);
      return moments(model, question.players, strategy).at(p.T).meanControl[0];
    };
    const [wide, narrow] = [lastOutput(0.02, limit), lastOutput(0.002, limit)];
    expect(Math.abs(narrow - wide)).toBeLessThan(0.02);
    // Two players push against each other ever harder; soon no equilibrium is left.
    for (const kind of [openLoop, feedback]) {
      expect(() => lastOutput(0.002, kind(2))).toThrow(/explodes/);
    }
  });

  it("is a potential game: price-takers facing twice the slope decide as the cartel does", () => {
    const doubled = roads(commodityProducers, { ...seasonal, theta: 0, gamma: 1.6 }, limit);
    const cartel = roads(commodityProducers, { ...seasonal, theta: 0 }, planner);
    doubled.forEach(([, answers], i) => {
      for (const t of [0, 2, 4]) {
        expect(ask(answers, "mean_control", t)).toBeCloseTo(ask(cartel[i][1], "mean_control", t), 11);
      }
    });
  });

  it("gives the cartel the larger profit and the economy the larger welfare without it", () => {
    for (const [, answers] of roads(commodityProducers, seasonal, limit)) {
      expect(ask(answers, "efficiency")).toBeLessThan(1);
      expect(ask(answers, "welfare_gap")).toBeGreaterThan(0);
    }
  });

  it("approaches the mean field at rate 1/N, open loop and feedback alike", () => {
    const p = parseParameters(commodityProducers.parameters, {});
    const model = commodityProducers.build(p);
    const cost = (question: Question): number =>
      expectedCost(model, question.players, solveRiccati(model, question).strategy);
    const mean = cost(limit);
    for (const kind of [openLoop, feedback]) {
      expect((cost(kind(400)) - mean) / (cost(kind(800)) - mean)).toBeCloseTo(2, 1);
    }
  });
});
