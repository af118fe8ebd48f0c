import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { exploitability as symmetricExploitability } from "../linear-quadratic/deviation.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { commitment } from "./commitment.ts";
import { exploitability } from "./deviation.ts";
import { expandPlayers, expandStrategy } from "./expand.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { playersModel } from "./model.ts";
import { openLoopNash } from "./open-loop-nash.ts";
import { crowded, games, number, reference, withoutNoise } from "./reference-games.testing.ts";
import { distanceToSymmetric, gainRows } from "./symmetric-gain.testing.ts";

const counts = [2, 3, 5];

describe("openLoopNash", () => {
  it.each(["s1_systemic_nocommon.A", "s2_systemic_common.A"] as const)("reproduces the closed forms of %s", (set) => {
    for (const players of counts) {
      const game = expandPlayers(games[set], players);
      const { strategy, costs } = openLoopNash(game);
      expect(players * gainRows(game, strategy, 0)[0][1]).toBeCloseTo(number(`${set}.gain_open.N${players}`), 10);
      expect(costs[0]).toBeCloseTo(number(`${set}.J_open.N${players}`), 9);
    }
  });

  it("reproduces the energy transition: gains on deviation, mean and constant, and cost", () => {
    for (const players of [2, 3, 5, 10]) {
      const game = expandPlayers(games["S4.A"], players);
      const { strategy, costs } = openLoopNash(game);
      const { args } = reference(`S4.A.open.N${players}.alpha0`);
      const row = gainRows(game, strategy, 0)[0];
      // α = −(η (x − x̄) + χ x̄ + ψ) with k = 1.
      expect(row[1] - row[0]).toBeCloseTo(args["eta0"] as number, 9);
      expect(-row[0] - (players - 1) * row[1]).toBeCloseTo(args["chi0"] as number, 9);
      expect(-(row.at(-1) as number)).toBeCloseTo(args["psi0"] as number, 9);
      expect(costs[0]).toBeCloseTo(number(`S4.A.open.N${players}.J`), 8);
    }
  });

  it("reproduces the price impact game", () => {
    for (const players of counts) {
      const game = expandPlayers(games["S5.A"], players);
      const { strategy, costs } = openLoopNash(game);
      const row = gainRows(game, strategy, 0)[0];
      const [onGap, onMean, onPrice] = reference(`S5.A.open.N${players}.gains0`).value as readonly number[];
      expect(row[0] - row[1]).toBeCloseTo(onGap, 8);
      expect(row[0] + (players - 1) * row[1]).toBeCloseTo(onMean, 8);
      expect(row[players]).toBeCloseTo(onPrice, 8);
      expect(costs[0]).toBeCloseTo(number(`S5.A.open.N${players}.J`), 8);
    }
  });

  it("reproduces open-loop Cournot competition", () => {
    for (const players of counts) {
      const game = expandPlayers(withoutNoise(games["S3.A"]), players);
      const { strategy, costs } = openLoopNash(game);
      expect(gainRows(game, strategy, 0)[0].at(-1)).toBeCloseTo(number(`S3.A.open.N${players}.abar0`), 10);
      expect(costs[0]).toBeCloseTo(number(`S3.A.open.N${players}.J`), 10);
    }
  });

  it("agrees with the symmetric engine at all times where everything is switched on", () => {
    for (const players of counts) {
      const game = expandPlayers(crowded(), players);
      const symmetric = solveRiccati(crowded(), { concept: "nash", players, information: "open-loop" });
      const { strategy } = openLoopNash(game);
      expect(distanceToSymmetric(crowded(), players, game, strategy, symmetric.strategy)).toBeLessThan(1e-11);
    }
  });

  it("leaves nothing to gain against committed players, and something against players who react", () => {
    const game = expandPlayers(crowded(), 3);
    const { strategy } = openLoopNash(game);
    const committed = commitment(game, strategy);
    // The doubled state is degenerate (x = y): squares of O(1) gains cancel to rounding, not to rounding squared.
    expect(exploitability(committed.game, committed.strategy).largest).toBeLessThan(1e-15);
    expect(exploitability(game, strategy).largest).toBeGreaterThan(1e-6);
    // And the other way round for the feedback equilibrium.
    const fedBack = feedbackNash(game).strategy;
    const frozen = commitment(game, fedBack);
    expect(exploitability(frozen.game, frozen.strategy).largest).toBeGreaterThan(1e-6);
  });

  it("measures exploitability against committed players as the symmetric engine does", () => {
    const model = games["S5.A"];
    const { strategy } = solveRiccati(model, { concept: "nash", players: Infinity, information: "feedback" });
    for (const players of [2, 4]) {
      const game = expandPlayers(model, players);
      const frozen = commitment(game, expandStrategy(model, players, strategy));
      const full = exploitability(frozen.game, frozen.strategy).largest;
      const reduced = symmetricExploitability(model, players, strategy, "open-loop");
      expect(reduced).toBeGreaterThan(1e-5);
      expect(Math.abs(full - reduced)).toBeLessThan(1e-12);
    }
  });

  it("refuses players whose own problem is not convex although the coupled system has a solution", () => {
    // Alone, x′ = u with −½x² explodes after π/2.
    const game = playersModel({
      horizon: 2,
      A: [
        [0, 0],
        [0, 0],
      ],
      B: [
        [[1], [0]],
        [[0], [1]],
      ],
      costs: [
        {
          R: [
            [1, 0],
            [0, 1],
          ],
          Q: [
            [-1, 0],
            [0, 0],
          ],
        },
        {
          R: [
            [1, 0],
            [0, 1],
          ],
        },
      ],
      initial: { mean: [1, 1] },
    });
    expect(() => openLoopNash(game)).toThrow(RefusalError);
    expect(() => openLoopNash(game)).toThrow(/player 1's own problem is not convex.*t = 0\.42920367/);
  });
});
