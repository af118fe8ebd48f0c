import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Question } from "../../core/index.ts";
import { iterate, RefusalError } from "../../core/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { subtract, maximumNorm, zeros } from "../../numeric/matrix.ts";
import { profileCosts } from "../players/closed-loop.ts";
import { exploitability as fullExploitability } from "../players/deviation.ts";
import { expandDecentralised, expandPlayers, expandStrategy } from "../players/expand.ts";
import { feedbackNash } from "../players/feedback-nash.ts";
import { openLoopNash } from "../players/open-loop-nash.ts";
import { planner as fullPlanner } from "../players/planner.ts";
import type { LinearStrategy } from "./candidate.ts";
import { certifyLinearQuadratic } from "./certify.ts";
import { closedLoop } from "./closed-loop.ts";
import { expectation } from "./cost-to-go.ts";
import { expectedCost } from "./cost.ts";
import { decentralised } from "./decentralised.ts";
import { bestResponse, exploitability } from "./deviation.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { moments } from "./moments.ts";
import { solvePlanner } from "./planner.ts";
import { inOtherUnits, randomModel } from "./random-models.testing.ts";
import { riccati, solveRiccati } from "./riccati.ts";

const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
const feedback = (players: number): Question => ({ ...limit, players });
const openLoop = (players: number): Question => ({ ...limit, players, information: "open-loop" });
const planner = (players: number): Question => ({ ...limit, players, concept: "planner" });
const every = [limit, feedback(3), openLoop(3), planner(3), planner(Infinity)];

/** Seeds of random models; the same ones in every run. */
const models = (runs: number): fc.Parameters<[number]> => ({ seed: 7, numRuns: runs });
const seeds = fc.integer({ min: 0, max: 1000 });

function gainAt(model: LinearQuadraticModel, strategy: LinearStrategy, t: number): Matrix {
  const K = zeros(model.layout.control, model.layout.stateSize);
  strategy.gain(t, K);
  return K;
}

describe("against the full game of three players, which assumes no symmetry", () => {
  const cases = [
    { name: "feedback", question: feedback(3), oracle: feedbackNash },
    { name: "open loop", question: openLoop(3), oracle: openLoopNash },
    {
      name: "planner",
      question: planner(3),
      oracle: (game: Parameters<typeof fullPlanner>[0]) => {
        const { strategy, cost } = fullPlanner(game);
        return { strategy, costs: [cost] };
      },
    },
  ];
  it.each(cases)("$name: gains and cost", ({ question, oracle }) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const model = randomModel(seed);
        const game = expandPlayers(model, 3);
        const { strategy } = solveRiccati(model, question);
        const full = oracle(game);
        const ours = zeros(6, game.states + 1);
        const theirs = zeros(6, game.states + 1);
        for (const t of [0, 0.33, 0.79]) {
          expandStrategy(model, 3, strategy).gain(t, ours);
          full.strategy.gain(t, theirs);
          expect(maximumNorm(subtract(ours, theirs))).toBeLessThan(1e-11);
        }
        expect(Math.abs(expectedCost(model, 3, strategy) - full.costs[0])).toBeLessThan(1e-11);
      }),
      models(3),
    );
  });

  it("best response to the limit's strategy, from the empirical and from the computed mean", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const model = randomModel(seed);
        const { strategy } = solveRiccati(model, limit);
        const whole = fullExploitability(expandPlayers(model, 3), expandStrategy(model, 3, strategy));
        expect(exploitability(model, 3, strategy) / whole.largest).toBeCloseTo(1, 10);
        const computed = expandDecentralised(model, 3, strategy);
        const answer = bestResponse(model, 3, decentralised(strategy));
        expect(answer.gap / fullExploitability(computed.game, computed.strategy).largest).toBeCloseTo(1, 10);
        expect(answer.profileCost).toBeCloseTo(profileCosts(computed.game, computed.strategy)[0], 11);
        expect(answer.profileCost - answer.bestCost).toBeCloseTo(answer.gap, 11);
      }),
      models(2),
    );
  });
});

describe("random models with two states, two controls and a common state", () => {
  it("candidates certify themselves", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...every), (seed, question) => {
        const model = randomModel(seed);
        const candidate = solveRiccati(model, question);
        const certificate = certifyLinearQuadratic(model, question, candidate);
        expect(certificate.exploitability === null).toBe(question.concept === "planner");
        // A squared error of the gains.
        expect(certificate.exploitability ?? 0).toBeLessThan(1e-24);
        expect(certificate.consistency).toBeLessThan(1e-10);
        expect(certificate.residual).toBeLessThan(1e-11);
      }),
      { seed: 7, numRuns: 12 },
    );
  });

  it("a wrong gain shows in every part of the certificate it can show in", () => {
    const model = randomModel(4);
    for (const question of every) {
      const candidate = solveRiccati(model, question);
      const gain = (t: number, out: Matrix): void => {
        candidate.strategy.gain(t, out);
        out.data[0] += 1e-3;
        out.data[out.columns - 1] += 1e-3;
      };
      const spoilt = { ...candidate, strategy: { source: "empirical", gain } as const };
      const { exploitability: gap, consistency, residual } = certifyLinearQuadratic(model, question, spoilt);
      expect(gap ?? 1).toBeGreaterThan(1e-8);
      expect(consistency).toBeGreaterThan(1e-5);
      expect(residual).toBeGreaterThan(1e-5);
      const { value: _, ...bare } = spoilt;
      expect(certifyLinearQuadratic(model, question, bare).residual).toBeGreaterThan(1e-5);
    }
  });

  it("the value of a feedback equilibrium or planner at 0 is the expected cost", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.constantFrom(limit, feedback(2), feedback(50), planner(5), planner(Infinity)),
        (seed, question) => {
          const model = randomModel(seed);
          const { value, strategy } = solveRiccati(model, question);
          const P = zeros(model.layout.stateSize, model.layout.stateSize);
          value?.(0, P);
          const cost = expectedCost(model, question.players, strategy);
          expect(expectation(closedLoop(model, question.players, strategy), P)).toBeCloseTo(cost, 12);
        },
      ),
      { seed: 7, numRuns: 10 },
    );
  });

  it("backward cost equals the integral of the forward moments", () => {
    const model = randomModel(6);
    for (const [players, question] of [
      [Infinity, limit],
      [4, feedback(4)],
    ] as const) {
      const { strategy } = solveRiccati(model, question);
      for (const played of [strategy, decentralised(strategy)]) {
        const { bestCost, gap } = bestResponse(model, players, played);
        expect(bestCost + gap).toBeCloseTo(expectedCost(model, players, played), 12);
      }
    }
  });

  it("the planner is never worse than an equilibrium, and its cost is what its strategy costs", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(2, 7, Infinity), (seed, players) => {
        const model = randomModel(seed);
        const best = solvePlanner(model, players);
        expect(best.cost).toBeCloseTo(expectedCost(model, players, best.strategy), 12);
        for (const question of [feedback(players), openLoop(players)]) {
          const { strategy } = solveRiccati(model, question);
          expect(expectedCost(model, players, strategy)).toBeGreaterThan(best.cost);
        }
      }),
      { seed: 7, numRuns: 8 },
    );
  });

  it("moments of N players have the exchangeable structure: Cov(x) = Cov(x − x̄) + Cov(x̄)", () => {
    const model = randomModel(3);
    const { strategy } = solveRiccati(model, feedback(5));
    const law = moments(model, 5, strategy);
    const start = law.at(0);
    for (let p = 0; p < 4; p++) expect(start.state.data[p]).toBeCloseTo(model.initial.covariance.data[p], 14);
    expect([...start.mean]).toEqual([...model.initial.mean, ...model.initial.commonState]);
    // The limit's law is that of N players up to 1/N, and N (law_N − law_∞) settles.
    const scaled = [100, 1000].map(
      (N) =>
        N *
        (moments(model, N, strategy).at(0.8).state.data[0] - moments(model, Infinity, strategy).at(0.8).state.data[0]),
    );
    expect(scaled[1] / scaled[0]).toBeCloseTo(1, 3);
  });

  it("other units of state, common state and control describe the same game", () => {
    const factor = fc.double({ min: -3, max: 3, noNaN: true }).map((power) => 10 ** power);
    const factors = (length: number) =>
      fc.array(factor, { minLength: length, maxLength: length }).map((f) => Float64Array.from(f));
    fc.assert(
      fc.property(seeds, factors(2), factors(1), factors(2), fc.constantFrom(...every), (seed, x, s, a, question) => {
        const model = randomModel(seed);
        const changed = inOtherUnits(model, x, s, a);
        const { strategy } = solveRiccati(model, question);
        const other = solveRiccati(changed, question).strategy;
        const units = [...x, ...x, ...s, 1];
        const [K, L] = [gainAt(model, strategy, 0.1), gainAt(changed, other, 0.1)];
        for (let i = 0; i < 2; i++) {
          for (let j = 0; j < 6; j++) expect((L.data[i * 6 + j] * a[i]) / units[j]).toBeCloseTo(K.data[i * 6 + j], 10);
        }
        const { players } = question;
        expect(expectedCost(changed, players, other)).toBeCloseTo(expectedCost(model, players, strategy), 10);
        const certificate = certifyLinearQuadratic(changed, question, solveRiccati(changed, question));
        expect(certificate.exploitability ?? 0).toBeLessThan(1e-20);
        expect(certificate.residual).toBeLessThan(1e-10);
      }),
      { seed: 7, numRuns: 12 },
    );
  });

  it("the order of coordinates does not matter", () => {
    // Swapping both states and both controls is the change of units by the permutation.
    const model = randomModel(8);
    const swap = (m: Matrix, rows: readonly number[], columns: readonly number[]): Matrix => {
      const out = zeros(m.rows, m.columns);
      for (let i = 0; i < m.rows; i++) {
        for (let j = 0; j < m.columns; j++) out.data[i * m.columns + j] = m.data[rows[i] * m.columns + columns[j]];
      }
      return out;
    };
    const w = [1, 0, 3, 2, 4, 5];
    const z = [1, 0, 3, 2, 4, 6, 5, 8, 7, 9];
    const x = [1, 0];
    const inTime = (source: LinearQuadraticModel["drift"], rows: readonly number[]): LinearQuadraticModel["drift"] => ({
      ...source,
      into: (t, out) => {
        const value = zeros(source.rows, source.columns);
        source.into(t, value);
        out.data.set(swap(value, rows, z).data);
      },
    });
    const swapped: LinearQuadraticModel = {
      ...model,
      drift: inTime(model.drift, x),
      commonDrift: inTime(model.commonDrift, [0]),
      running: inTime(model.running, z),
      terminal: swap(model.terminal, w, w),
      noise: { ...model.noise, own: swap(model.noise.own, x, [0, 1]), common: swap(model.noise.common, x, [0, 1]) },
      initial: {
        ...model.initial,
        mean: Float64Array.from(x, (i) => model.initial.mean[i]),
        covariance: swap(model.initial.covariance, x, x),
      },
    };
    for (const question of every) {
      const K = gainAt(model, solveRiccati(model, question).strategy, 0.2);
      const L = gainAt(swapped, solveRiccati(swapped, question).strategy, 0.2);
      expect(maximumNorm(subtract(swap(L, x, w), K))).toBeLessThan(1e-12);
    }
  });

  it("works with twenty states", () => {
    const model = { ...randomModel(2, { state: 20, control: 3, common: 1 }), horizon: 0.2 };
    const question = feedback(10);
    const candidate = solveRiccati(model, question);
    expect(exploitability(model, 10, candidate.strategy)).toBeLessThan(1e-20);
  });
});

describe("the solver", () => {
  it("converges in one step and refuses what it cannot take", () => {
    const model = randomModel(1);
    const steps = iterate(riccati, model, limit, { tolerance: 1e-13 });
    expect(steps.next().done).toBe(false);
    const end = steps.next();
    if (end.done !== true) throw new Error("a second step");
    expect(end.value.outcome).toBe("converged");
    const endless = { ...model, limitOnly: "the finite game is ill-posed" };
    expect(riccati.refuses(endless, feedback(10))).toBe("players = 10: the finite game is ill-posed");
    expect(riccati.refuses(endless, limit)).toBeUndefined();
    expect(() => solveRiccati(endless, feedback(10))).toThrow(RefusalError);
    expect(() => solveRiccati(model, feedback(2.5))).toThrow("players = 2.5");
    expect(() => solveRiccati(model, limit, { tolerance: 1 })).toThrow("tolerance");
  });

  it("a looser tolerance gives a worse answer, of about that size", () => {
    const model = randomModel(2);
    const exact = gainAt(model, solveRiccati(model, feedback(5)).strategy, 0);
    const loose = gainAt(model, solveRiccati(model, feedback(5), { tolerance: 1e-5 }).strategy, 0);
    const error = maximumNorm(subtract(exact, loose));
    expect(error).toBeLessThan(1e-4);
    expect(error).toBeGreaterThan(1e-12);
  });

  it("refuses a cost that is not convex in a player's own control", () => {
    const model = randomModel(2);
    const concave = {
      ...model,
      running: {
        ...model.running,
        into: (t: number, out: Matrix) => {
          model.running.into(t, out);
          out.data[model.layout.offset.control * (model.layout.size + 1)] = -1;
        },
      },
    };
    for (const question of every) expect(() => solveRiccati(concave, question)).toThrow("not strictly convex");
  });
});
