import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { profileCosts } from "./closed-loop.ts";
import { exploitability } from "./deviation.ts";
import { expandPlayers } from "./expand.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { playersModel } from "./model.ts";
import { crowded, games, number, reference, withoutNoise } from "./reference-games.testing.ts";
import { distanceToSymmetric, gainRows } from "./symmetric-gain.testing.ts";

const counts = [2, 3, 5];

describe("feedbackNash", () => {
  it.each(["s1_systemic_nocommon.A", "s2_systemic_common.A"] as const)("reproduces the closed forms of %s", (set) => {
    for (const players of counts) {
      const game = expandPlayers(games[set], players);
      const { strategy, costs } = feedbackNash(game);
      // α_1 = K (x̄ − x_1): every other player's weight is K/N.
      expect(players * gainRows(game, strategy, 0)[0][1]).toBeCloseTo(number(`${set}.gain_closed.N${players}`), 10);
      expect(costs[0]).toBeCloseTo(number(`${set}.J_closed.N${players}`), 10);
    }
  });

  it("reproduces the energy transition with common noise", () => {
    for (const players of [2, 3, 5, 10]) {
      const game = expandPlayers(games["S4.A"], players);
      const { strategy, costs } = feedbackNash(game);
      const { args } = reference(`S4.A.feedback.N${players}.alpha0`);
      const [own, other, ...rest] = gainRows(game, strategy, 0)[0];
      expect(rest.at(-1)).toBeCloseTo(args["k0"] as number, 9);
      expect(own - other).toBeCloseTo(args["k1_own"] as number, 9);
      expect(other).toBeCloseTo(args["kX_sum"] as number, 9);
      expect(costs[0]).toBeCloseTo(number(`S4.A.feedback.N${players}.J`), 8);
    }
  });

  it("reproduces the price impact game with its common state and discounting", () => {
    for (const players of [2, 3, 5, 10]) {
      const game = expandPlayers(games["S5.A"], players);
      const { strategy, costs } = feedbackNash(game);
      const [own, other] = gainRows(game, strategy, 0)[0];
      const [onGap, onMean, onPrice] = reference(`S5.A.feedback.N${players}.gains0`).value as readonly number[];
      expect(own - other).toBeCloseTo(onGap, 8);
      expect(own + (players - 1) * other).toBeCloseTo(onMean, 8);
      expect(gainRows(game, strategy, 0)[0][players]).toBeCloseTo(onPrice, 8);
      expect(costs[0]).toBeCloseTo(number(`S5.A.feedback.N${players}.J`), 8);
    }
  });

  it("reproduces Cournot competition, where controls meet in the running cost", () => {
    for (const players of counts) {
      const game = expandPlayers(withoutNoise(games["S3.A"]), players);
      const { strategy, costs } = feedbackNash(game);
      expect(gainRows(game, strategy, 0)[0].at(-1)).toBeCloseTo(number(`S3.A.feedback.N${players}.abar0`), 9);
      expect(costs[0]).toBeCloseTo(number(`S3.A.feedback.N${players}.J`), 8);
    }
  });

  it("agrees with the symmetric engine at all times where everything is switched on", () => {
    for (const players of counts) {
      const game = expandPlayers(crowded(), players);
      const symmetric = solveRiccati(crowded(), { concept: "nash", players, information: "feedback" });
      const { strategy } = feedbackNash(game);
      expect(distanceToSymmetric(crowded(), players, game, strategy, symmetric.strategy)).toBeLessThan(1e-11);
    }
  });

  it("says in its value what the profile costs, and leaves nobody anything to gain", () => {
    const game = expandPlayers(crowded(), 3);
    const { strategy, costs } = feedbackNash(game);
    profileCosts(game, strategy).forEach((cost, i) => expect(cost).toBeCloseTo(costs[i], 12));
    expect(exploitability(game, strategy).largest).toBeLessThan(1e-22);
  });

  it("takes twelve players with two states and two controls each", () => {
    const game = expandPlayers(crowded(), 12);
    const { strategy } = feedbackNash(game);
    const rows = gainRows(game, strategy, 0);
    // Player 12 against player 1, coordinates exchanged.
    for (let k = 0; k < 2; k++) {
      for (let b = 0; b < 2; b++) {
        expect(rows[22 + k][22 + b]).toBeCloseTo(rows[k][b], 12);
        expect(rows[22 + k][b]).toBeCloseTo(rows[k][22 + b], 12);
      }
    }
  });

  it("names the time at which a regulator without end explodes", () => {
    // −P′ = −1 − P², P = −tan(T − t): lost π/2 before the horizon.
    const game = playersModel({
      horizon: 2,
      A: [[0]],
      B: [[[1]]],
      costs: [{ R: [[1]], Q: [[-1]] }],
      initial: { mean: [1] },
    });
    expect(() => feedbackNash(game)).toThrow(RefusalError);
    expect(() => feedbackNash(game)).toThrow(/explodes at t = 0\.42920367/);
  });

  it("writes values that are symmetric and end in the terminal cost", () => {
    const game = expandPlayers(games["S5.A"], 2);
    const { value } = feedbackNash(game);
    const P = zeros(4, 4);
    value(game.horizon, 1, P);
    expect([...P.data]).toEqual([...game.terminal[1].data]);
    value(0.3, 0, P);
    for (let a = 0; a < 4; a++) for (let b = 0; b < a; b++) expect(P.data[4 * a + b]).toBe(P.data[4 * b + a]);
  });
});
