import { describe, expect, it } from "vitest";
import { InputError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { nash } from "./best-response.ts";
import { profileCosts } from "./closed-loop.ts";
import { exploitability } from "./deviation.ts";
import { transcribeGame } from "./direct-transcription.ts";
import { discreteInduction } from "./discrete-induction.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { playersModel } from "./model.ts";
import type { PlayersDeclaration } from "./model.ts";
import { openLoopNash } from "./open-loop-nash.ts";
import { gainRows } from "./symmetric-gain.testing.ts";

/** Two players pull one number, each towards its own target, with unequal strength, price and patience. */
const tug: PlayersDeclaration = {
  horizon: 1.5,
  A: [[-0.2]],
  B: [[[1]], [[0.6]]],
  a: [0.1],
  costs: [
    {
      R: [
        [1, 0.2],
        [0.2, 0],
      ],
      Q: [[2]],
      L: [[0.3], [0]],
      q: [-2],
      l: [0.1, 0],
      c: 1,
      G: [[1]],
      g: [-1],
    },
    {
      R: [
        [0, 0.1],
        [0.1, 0.5],
      ],
      Q: (t) => [[Math.exp(-t)]],
      q: (t) => [Math.exp(-t) * 3],
      G: [[0.4]],
    },
  ],
  noise: [[0.5]],
  initial: { mean: [0.3], covariance: [[0.2]] },
};

/** Three unlike players: one, two and one controls on three coupled states. */
const unlike: PlayersDeclaration = {
  horizon: 1,
  A: (t) => [
    [-0.5, 0.2, 0],
    [0.1, 0, 0.3 * Math.cos(t)],
    [0, -0.4, 0.1],
  ],
  B: [
    [[1], [0], [0.2]],
    [
      [0, 0.1],
      [1, 0],
      [0, 0.5],
    ],
    [[0], [0.3], [1]],
  ],
  costs: [0, 1, 2].map((i) => ({
    R: [0, 1, 2, 3].map((r) => [0, 1, 2, 3].map((c) => (r === c ? 1 + 0.3 * i : 0.1))),
    Q: [0, 1, 2].map((r) => [0, 1, 2].map((c) => (r === c ? 0.5 + (r === i ? 1 : 0) : -0.1 * i))),
    L: [0, 1, 2, 3].map((r) => [0, 1, 2].map((c) => 0.05 * (r - c + i))),
    q: [0.1 * i, -0.2, 0.3],
    l: [0.1, 0, -0.1 * i, 0.2],
    G: [
      [1, 0.2, 0],
      [0.2, i, 0],
      [0, 0, 0.5],
    ],
    g: [0, 0.3 * i, -0.1],
  })),
  noise: [
    [0.2, 0],
    [0.1, 0.3],
    [0, 0.1],
  ],
  initial: {
    mean: [1, -0.5, 0.2],
    covariance: [
      [0.1, 0, 0],
      [0, 0.2, 0.05],
      [0, 0.05, 0.1],
    ],
  },
};

describe.each([
  ["a tug of war", tug],
  ["three unlike players", unlike],
])("%s", (_name, declaration) => {
  const game = playersModel(declaration);

  it("has the feedback equilibrium that discrete-time induction finds", () => {
    const { strategy, costs } = feedbackNash(game);
    const induced = discreteInduction(game, 250, 4);
    gainRows(game, strategy, 0)
      .flat()
      .forEach((value, q) => expect(Math.abs(value - induced.gain.data[q])).toBeLessThan(1e-9));
    costs.forEach((cost, i) => expect(Math.abs(cost - induced.costs[i])).toBeLessThan(1e-9));
    profileCosts(game, strategy).forEach((cost, i) => expect(cost).toBeCloseTo(costs[i], 12));
    expect(exploitability(game, strategy).largest).toBeLessThan(1e-22);
  });

  it("has the open-loop equilibrium that direct transcription finds", () => {
    const n = game.states;
    const still = {
      ...game,
      noiseCovariance: zeros(n, n),
      initial: { ...game.initial, covariance: zeros(n, n) },
    };
    const { strategy, costs } = openLoopNash(still);
    const transcribed = transcribeGame(still);
    const profile = nash(transcribed.game);
    const start = transcribed.controls(profile, 0, new Float64Array(gainRows(game, strategy, 0).length));
    gainRows(still, strategy, 0).forEach((row, r) => {
      const control = row.reduce((sum, value, c) => sum + value * (c < n ? game.initial.mean[c] : 1), 0);
      expect(start[r]).toBeCloseTo(control, 11);
    });
    costs.forEach((cost, i) => expect(transcribed.game.cost(i, profile)).toBeCloseTo(cost, 11));
  });
});

describe("playersModel", () => {
  const refuse = (change: Partial<PlayersDeclaration>): (() => unknown) => {
    return () => playersModel({ ...tug, ...change });
  };
  it("names the field, the value and what is allowed", () => {
    expect(refuse({ horizon: 0 })).toThrow(InputError);
    expect(refuse({ horizon: 0 })).toThrow("horizon = 0: must be a positive number");
    expect(refuse({ A: [[1, 2]] })).toThrow("A[0] = 2: must be a row of 1 numbers");
    expect(refuse({ costs: tug.costs.slice(1) })).toThrow("costs = 1: must be one a player, 2");
    expect(
      refuse({
        costs: [
          {
            R: [
              [1, 0.5],
              [0, 1],
            ],
          },
          tug.costs[1],
        ],
      }),
    ).toThrow("costs[0].R[0][1] = 0.5: must be equal to [1][0] = 0");
    expect(
      refuse({
        costs: [
          {
            R: [
              [0, 0],
              [0, 1],
            ],
          },
          tug.costs[1],
        ],
      }),
    ).toThrow("must be positive definite at t = 0");
    expect(refuse({ a: [Number.NaN] })).toThrow("a[0][0] = NaN: must be a finite number");
    expect(refuse({ initial: { mean: [] } })).toThrow("initial.mean = 0: must be at least one number");
  });
});
