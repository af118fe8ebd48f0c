import { describe, expect, it } from "vitest";
import type { Question } from "../../core/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { blowUpHorizon } from "./blow-up.ts";
import { certifyLinearQuadratic } from "./certify.ts";
import { expectedCost } from "./cost.ts";
import { decentralised } from "./decentralised.ts";
import { exploitability } from "./deviation.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { integrateNash } from "./nash.ts";
import { energyTransition, priceImpact, systemicRisk } from "./models.testing.ts";
import { moments } from "./moments.ts";
import { solvePlanner } from "./planner.ts";
import { randomModel } from "./random-models.testing.ts";
import { solveRiccati } from "./riccati.ts";

const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
const feedback = (players: number): Question => ({ ...limit, players });
const openLoop = (players: number): Question => ({ ...limit, players, information: "open-loop" });
const planner = (players: number): Question => ({ ...limit, players, concept: "planner" });

const risk = { a: 1, q: 1, eps: 10, c: 0, sigma: 1, rho: 0.2, T: 1, m0: 0, v0: 0 };
const players = [10, 30, 100, 300, 1000, 3000, 10_000];

function gainAt(model: LinearQuadraticModel, question: Question, t = 0): Float64Array {
  const K = zeros(model.layout.control, model.layout.stateSize);
  solveRiccati(model, question).strategy.gain(t, K);
  return K.data;
}

describe("N → ∞", () => {
  it("gains approach the limit's at rate 1/N, in every entry", () => {
    for (const model of [systemicRisk(risk), randomModel(3)]) {
      const end = gainAt(model, limit);
      for (const ask of [feedback, openLoop]) {
        const errors = players.map((N) =>
          Math.max(...gainAt(model, ask(N)).map((value, i) => Math.abs(value - end[i]))),
        );
        expect(logLogSlope(players, errors).slope).toBeCloseTo(-1, 1.5);
        // The rate is exact in the end: N times the error settles.
        const [far, farther] = [1e5, 1e6].map((N) => N * (gainAt(model, ask(N))[0] - end[0]));
        expect(farther / far).toBeCloseTo(1, 4);
      }
    }
  });

  it("N (K_N − K_∞) → −η(0) for feedback in systemic risk", () => {
    const model = systemicRisk(risk);
    const eta = -gainAt(model, limit)[0] - risk.q;
    // One step of Richardson in 1/N takes away the next term.
    const [coarse, fine] = [1e4, 2e4].map((N) => N * (gainAt(model, limit)[0] - gainAt(model, feedback(N))[0]));
    expect(2 * fine - coarse).toBeCloseTo(-eta, 7);
  });

  it("the limit's strategy is exploitable like N⁻² with the empirical mean and N⁻¹ with the computed one", () => {
    const model = systemicRisk(risk);
    const { strategy } = solveRiccati(model, limit);
    const slope = (played: typeof strategy): number =>
      logLogSlope(
        players,
        players.map((N) => exploitability(model, N, played)),
      ).slope;
    expect(slope(strategy)).toBeCloseTo(-2, 1.5);
    expect(slope(decentralised(strategy))).toBeCloseTo(-1, 1.5);
  });

  it("exploitability keeps its digits at a million players, where it is 1e-13 of the cost", () => {
    const model = systemicRisk(risk);
    const { strategy } = solveRiccati(model, limit);
    const [near, far] = [1e4, 1e6].map((N) => N ** 2 * exploitability(model, N, strategy));
    // N² times the gap differs between the two by 1/N relative terms only.
    expect(far / near).toBeCloseTo(1, 3);
  });

  it("price of anarchy of systemic risk: 1 in the limit, 1 + O(N⁻²) before", () => {
    const model = systemicRisk(risk);
    const excess = [10, 30, 100, 300].map(
      (N) => expectedCost(model, N, solveRiccati(model, feedback(N)).strategy) / solvePlanner(model, N).cost - 1,
    );
    expect(logLogSlope([10, 30, 100, 300], excess).slope).toBeCloseTo(-2, 1.5);
    const { strategy } = solveRiccati(model, limit);
    expect(expectedCost(model, Infinity, strategy) / solvePlanner(model, Infinity).cost).toBeCloseTo(1, 13);
  });
});

describe("stiff and long", () => {
  it.each([
    { T: 200, eps: 1 },
    { T: 1, eps: 4e4 },
    { T: 50, eps: 16 },
  ])("S T near 200: T = $T, ε = $eps", ({ T, eps }) => {
    const p = { a: 0.1, q: 0.2, eps, c: 0.5, sigma: 0.3, rho: 0.3, T, m0: 1, v0: 0.04 };
    const model = systemicRisk(p);
    const S = Math.sqrt((p.a + p.q) ** 2 + eps - p.q ** 2);
    const y = p.c + p.a + p.q;
    const eta = (t: number): number => {
      const tanh = Math.tanh(S * (T - t));
      return (S * (y + S * tanh)) / (S + y * tanh) - p.a - p.q;
    };
    for (const fraction of [0, 0.5, 0.99, 0.999, 1]) {
      const t = fraction * T;
      const error = -gainAt(model, limit, t)[0] - p.q - eta(t);
      expect(Math.abs(error) / S).toBeLessThan(1e-10);
    }
    for (const question of [limit, feedback(10), openLoop(10), planner(10)]) {
      const certificate = certifyLinearQuadratic(model, question, solveRiccati(model, question));
      expect(certificate.exploitability ?? 0).toBeLessThan(1e-18);
      expect(certificate.residual).toBeLessThan(1e-9);
    }
  });

  /** Systemic risk in which the mean itself grows like e^t. */
  const growingMean = (T: number): LinearQuadraticModel => {
    const base = systemicRisk({ a: 0, q: 0, eps: 1, c: 0, sigma: 0.1, rho: 0, T, m0: 1, v0: 0.1 });
    return {
      ...base,
      drift: {
        ...base.drift,
        into: (t, out) => {
          base.drift.into(t, out);
          out.data[base.layout.offset.mean] += 1;
        },
      },
    };
  };

  it("a mean that grows by e²⁰ is no explosion", () => {
    const growing = growingMean(20);
    const { strategy } = solveRiccati(growing, limit);
    expect(blowUpHorizon(growing, limit)).toBeUndefined();
    // The cost only sees x − x̄, so the mean runs free. The gradient in x̄ grows backwards like e^τ too, so one rounding
    // of the terminal cost is worth 1e-16 e²⁰ of gain: eight digits are what the problem itself has.
    expect(moments(growing, Infinity, strategy).at(20).mean[0] / Math.exp(20)).toBeCloseTo(1, 7);
  });

  it("a value that grows beyond all numbers is called so", () => {
    // ds = s dt and a cost ½ s² that nobody can influence: worth ¼ e^{2(T−t)} s².
    const base = priceImpact({ kappa: 0, lam: 0, q: 1, r: 0, s: 0.1, s0: 0, T: 400, m0: 1, v0: 0, S0: 1 });
    const { offset, size } = base.layout;
    const set = (source: LinearQuadraticModel["drift"], entry: number): LinearQuadraticModel["drift"] => ({
      ...source,
      into: (t, out) => {
        source.into(t, out);
        out.data[entry] = 1;
      },
    });
    const growing: LinearQuadraticModel = {
      ...base,
      commonDrift: set(base.commonDrift, offset.common),
      running: set(base.running, offset.common * (size + 1)),
    };
    expect(() => solveRiccati(growing, limit)).toThrow("too large to be represented");
    const { strategy } = solveRiccati({ ...growing, horizon: 100 }, limit);
    const free = expectedCost({ ...base, horizon: 100 }, Infinity, strategy);
    const cost = expectedCost({ ...growing, horizon: 100 }, Infinity, strategy);
    // Over e²⁰⁰ of growth the relative tolerances of the steps, 1e-13 each, add up.
    expect((cost - free) / (Math.exp(200) / 4)).toBeCloseTo(1, 10);
  });
});

describe("a small spread around a large mean", () => {
  it("keeps the digits of cost and variance", () => {
    const near = systemicRisk({ ...risk, v0: 0.3 });
    const far = systemicRisk({ ...risk, v0: 0.3, m0: 1e6 });
    for (const question of [limit, feedback(10), planner(10)]) {
      const { strategy } = solveRiccati(near, question);
      const cost = expectedCost(near, question.players, strategy);
      const other = solveRiccati(far, question).strategy;
      expect(expectedCost(far, question.players, other) / cost).toBeCloseTo(1, 11);
      const [V, W] = [near, far].map(
        (model, i) => moments(model, question.players, i === 0 ? strategy : other).at(0.7).deviation.data[0],
      );
      expect(V / W).toBeCloseTo(1, 11);
    }
  });
});

describe("explosions", () => {
  const energy = (T: number) =>
    energyTransition({ k: 1, q: 2, s: 1.8, b: 0.1, d: 0.3, Q: 1, S: 0.5, B: 0.2, Dm: 0.1, s1: 0.1, s0: 0.1, T, x0: 1 });
  const w = Math.sqrt(2 * 0.8);
  const bound = (Math.atan(0.5 / w) + Math.PI / 2) / w;

  it("of the mean: named with its time, wherever the horizon stands", () => {
    expect(() => solveRiccati(energy(2), limit)).toThrow(
      "T = 2: the Riccati equation of the mean explodes 1.539421430 before the horizon; T must be smaller than that",
    );
    for (const T of [1.6, 2, 30]) expect(blowUpHorizon(energy(T), limit)).toBeCloseTo(bound, 11);
    expect(blowUpHorizon(energy(1), limit)).toBeUndefined();
    expect(blowUpHorizon(energy(1), limit, 5)).toBeCloseTo(bound, 11);
  });

  it("just before it there still is an equilibrium", () => {
    const model = energy(bound * (1 - 1e-6));
    const { strategy } = solveRiccati(model, limit);
    expect(exploitability(model, Infinity, strategy) / expectedCost(model, Infinity, strategy)).toBeLessThan(1e-10);
    expect(() => solveRiccati(energy(bound * (1 + 1e-6)), limit)).toThrow("explodes");
  });

  it("of a player's own deviation: −η′ = −η² with η(T) = −c < 0 explodes at 1/c", () => {
    const model = systemicRisk({ a: 0, q: 0, eps: 0, c: -2, sigma: 1, rho: 0, T: 1, m0: 0, v0: 1 });
    expect(() => solveRiccati(model, limit)).toThrow(
      "T = 1: the Riccati equation of a player's own deviation explodes 0.500000000 before the horizon",
    );
    expect(() => solvePlanner(model, 5)).toThrow("a player's own deviation explodes 0.500000000");
    expect(blowUpHorizon(model, planner(5))).toBeCloseTo(0.5, 11);
  });

  it("of the planner's mean before any player's: the planner owns the whole impact of its trades, a player its share", () => {
    const model = priceImpact({ kappa: -2, lam: 1, q: 0.5, r: 0, s: 0.1, s0: 0.1, T: 4, m0: 1, v0: 0.1, S0: 1 });
    const times = [planner(2), feedback(2), openLoop(2), feedback(3), openLoop(3), feedback(100)].map((question) =>
      blowUpHorizon(model, question),
    );
    // 1/|q + κλ| for the planner; with two players the adjoint's pole is at ln 3.
    expect(times[0]).toBeCloseTo(1 / 1.5, 11);
    expect(times[2]).toBeCloseTo(Math.log(3), 11);
    expect(times.slice(0, 5).every((time, i) => i === 0 || (time ?? Infinity) > (times[0] as number))).toBe(true);
    expect(times[5]).toBeUndefined();
  });

  it("of a best response against frozen controls, though the open-loop equations themselves go on", () => {
    const model = priceImpact({ kappa: -0.8, lam: 1, q: 2, r: 0.1, s: 0.3, s0: 0.4, T: 60, m0: 1, v0: 0, S0: 1 });
    const { system, at, explosion } = integrateNash(model, 10, "open-loop");
    expect(explosion).toBeUndefined();
    expect(() => solveRiccati(model, openLoop(10))).toThrow("one player's best response explodes");
    // Another road: the deviator's own problem has no minimum.
    const P = zeros(system.size, system.size);
    const gain = (t: number, out: Matrix): void => {
      at(t, P);
      system.gain(t, P, out);
    };
    expect(exploitability(model, 10, { source: "empirical", gain }, "open-loop")).toBe(Infinity);
  });
});
