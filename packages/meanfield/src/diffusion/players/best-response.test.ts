import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { fromRows } from "../../numeric/matrix.ts";
import {
  bestResponseRadius,
  bestResponses,
  fictitiousPlay,
  iterateBestResponses,
  nash,
  staticPlanner,
  staticQuadraticGame,
} from "./best-response.ts";
import { transcribeGame } from "./direct-transcription.ts";
import { expandPlayers } from "./expand.ts";
import { games, number, withoutNoise } from "./reference-games.testing.ts";
import { staticGame } from "./static-game.ts";

const set = "S6.static_b1_th0.5";

/** The rate of the last steps of an iteration; pairs, so that alternating eigenvalues do not matter. */
function rate(gaps: readonly number[]): number {
  const n = gaps.length;
  return Math.sqrt(gaps[n - 1] / gaps[n - 3]);
}

describe("the static game ½α² − bα + θαᾱ", () => {
  it("has the recorded equilibrium, cost, exploitability and planner for 2 to 1000 players", () => {
    for (const players of [2, 10, 100, 1000]) {
      const game = staticGame({ players, b: 1, theta: 0.5 });
      const profile = nash(game);
      expect(Math.abs(profile[0] - number(`${set}.nash.N${players}`))).toBeLessThan(1e-12);
      expect(Math.abs(game.cost(players - 1, profile) - number(`${set}.J_nash.N${players}`))).toBeLessThan(1e-12);
      const responses = bestResponses(game);
      const ones = new Float64Array(players).fill(1);
      expect(responses.of(0, ones, new Float64Array(1))[0]).toBeCloseTo(0.5, 14);
      for (const gain of responses.exploitability(ones)) {
        expect(Math.abs(gain - number(`${set}.exploit_ones.N${players}`))).toBeLessThan(1e-12);
      }
      for (const gain of responses.exploitability(profile)) expect(gain).toBeLessThan(1e-24);
    }
    const optimum = staticPlanner(staticGame({ players: 100, b: 1, theta: 0.5 }));
    expect(optimum[7]).toBeCloseTo(number(`${set}.planner`), 12);
  });

  it("has the recorded limit of many players, and price of anarchy there", () => {
    const action = (players: number): number => nash(staticGame({ players, b: 1, theta: 0.5 }))[0];
    // 1/α = (1 + θ(1 + 1/N))/b is a straight line in 1/N, so that two numbers of players tell where it goes.
    const limit = 1 / (2 / action(40) - 1 / action(20));
    expect(Math.abs(limit - number(`${set}.nash_mfg`))).toBeLessThan(1e-12);
    // Where all do the same, costs do not depend on how many they are.
    const game = staticGame({ players: 7, b: 1, theta: 0.5 });
    const ratio = game.cost(3, new Float64Array(7).fill(limit)) / game.cost(3, staticPlanner(game));
    expect(Math.abs(ratio - number(`${set}.PoA_mfg`))).toBeLessThan(1e-12);
  });

  it("has the recorded spectral radius of simultaneous best responses", () => {
    for (const players of [2, 10, 100]) {
      const radius = bestResponseRadius(staticGame({ players, b: 1, theta: 0.5 }), "simultaneous");
      expect(Math.abs(radius - number(`${set}.BR_spectral_radius.N${players}`))).toBeLessThan(1e-12);
    }
  });

  it("contracts at that rate, also with a thousand players", () => {
    const { outcome, gaps } = iterateBestResponses(staticGame({ players: 1000, b: 1, theta: 0.5 }), "simultaneous", {
      // Rounding over a thousand players stays nine digits below the gap.
      tolerance: 1e-5,
    });
    expect(outcome).toBe("converged");
    expect(rate(gaps)).toBeCloseTo(number(`${set}.BR_spectral_radius.N1000`), 6);
  });

  it("diverges for θ > 1 and many players, where turns, damping and fictitious play converge", () => {
    const game = staticGame({ players: 50, b: 1, theta: 2 });
    // θ(N − 1)/(N + 2θ)
    expect(bestResponseRadius(game, "simultaneous")).toBeCloseTo(98 / 54, 11);
    const plain = iterateBestResponses(game, "simultaneous");
    expect(plain.outcome).toBe("diverged");
    expect(rate(plain.gaps)).toBeCloseTo(98 / 54, 8);

    const expected = nash(game)[0];
    expect(expected).toBeCloseTo(1 / (1 + 2 * (1 + 1 / 50)), 12);
    const turns = iterateBestResponses(game, "sequential");
    expect(turns.outcome).toBe("converged");
    expect(turns.profile[13]).toBeCloseTo(expected, 10);

    // Damping δ turns an eigenvalue μ into 1 − δ(1 − μ): here −λ into −0.41, and θ/(N + 2θ) of all unequal profiles into 0.52.
    const start = Float64Array.from({ length: 50 }, (_, i) => Math.cos(i));
    const damped = iterateBestResponses(game, "simultaneous", { damping: 0.5, start });
    expect(damped.outcome).toBe("converged");
    expect(bestResponseRadius(game, "simultaneous", 0.5)).toBeCloseTo(0.5 + 0.5 * (2 / 54), 11);
    expect(rate(damped.gaps.slice(0, 30))).toBeCloseTo(0.5 + 0.5 * (2 / 54), 2);
    expect(damped.profile[13]).toBeCloseTo(expected, 10);

    const learnt = fictitiousPlay(game, { tolerance: 1e-6, maximumIterations: 5000 });
    expect(learnt.outcome).toBe("converged");
    expect(learnt.profile[13]).toBeCloseTo(expected, 6);
  });

  it("is learnt by fictitious play along the product of 1 − (1 + λ)/(j + 1)", () => {
    const game = staticGame({ players: 20, b: 1, theta: 2 });
    const lambda = (2 * 19) / 24;
    const { gaps } = fictitiousPlay(game, { maximumIterations: 60, tolerance: 0 });
    let product = 1;
    gaps.forEach((gap, n) => {
      expect(Math.abs(gap / gaps[0] - Math.abs(product))).toBeLessThan(1e-11);
      product *= 1 - (1 + lambda) / (n + 2);
    });
  });

  it("says which parameter has no best response", () => {
    expect(() => staticGame({ players: 4, b: 1, theta: -2 })).toThrow("theta = -2: must be above −N/2 = -2");
  });
});

describe("best responses over whole control paths", () => {
  const transcribed = transcribeGame(expandPlayers(withoutNoise(games["S4.A"]), 3), 16).game;
  const start = Float64Array.from({ length: 48 }, (_, q) => Math.cos(3 * q));

  it.each(["simultaneous", "sequential"] as const)("contract at their spectral radius, %s", (order) => {
    const radius = bestResponseRadius(transcribed, order);
    const { outcome, profile, gaps } = iterateBestResponses(transcribed, order, { start, tolerance: 1e-11 });
    expect(outcome).toBe("converged");
    // The second eigenvalue still shows after so few steps.
    expect(Math.abs(Math.log(rate(gaps)) / Math.log(radius) - 1)).toBeLessThan(0.03);
    nash(transcribed).forEach((value, q) => expect(profile[q]).toBeCloseTo(value, 10));
  });

  it("are what the players would choose: no entry of the response can be bettered", () => {
    const responses = bestResponses(transcribed);
    const answered = start.slice();
    answered.set(responses.of(1, start, new Float64Array(16)), 16);
    const best = transcribed.cost(1, answered);
    expect(best).toBeCloseTo(transcribed.cost(1, start) - responses.exploitability(start)[1], 11);
    for (let q = 16; q < 32; q++) {
      const nudged = answered.slice();
      nudged[q] += 1e-3;
      expect(transcribed.cost(1, nudged)).toBeGreaterThan(best);
    }
  });
});

describe("staticQuadraticGame", () => {
  // Two players with two and one numbers, solved by hand below.
  const game = staticQuadraticGame(
    [2, 1],
    [
      {
        hessian: fromRows([
          [2, 0, 1],
          [0, 4, 0],
          [1, 0, 0],
        ]),
        linear: Float64Array.of(-2, -4, 0),
        constant: 3,
      },
      {
        hessian: fromRows([
          [0, 0, 1],
          [0, 0, -1],
          [1, -1, 1],
        ]),
        linear: Float64Array.of(0, 0, 1),
      },
    ],
  );

  it("solves stationarity of everybody's own cost", () => {
    // 2u₁ + u₃ = 2, 4u₂ = 4, u₁ − u₂ + u₃ = −1.
    [2, 1, -2].forEach((value, q) => expect(nash(game)[q]).toBeCloseTo(value, 14));
    expect(game.cost(0, Float64Array.of(1, 2, 3))).toBe(1 + 8 + 3 - 2 - 8 + 3);
  });

  it("refuses a player who cannot be content, and a planner who cannot", () => {
    const flat = staticQuadraticGame(
      [1, 1],
      [
        {
          hessian: fromRows([
            [0, 1],
            [1, 0],
          ]),
          linear: Float64Array.of(0, 0),
        },
        {
          hessian: fromRows([
            [0, 1],
            [1, 1],
          ]),
          linear: Float64Array.of(0, 0),
        },
      ],
    );
    expect(() => bestResponses(flat)).toThrow(RefusalError);
    expect(() => bestResponses(flat)).toThrow("player 1 has no best response");
    expect(() => staticPlanner(flat)).toThrow("the planner has no optimum");
  });
});
