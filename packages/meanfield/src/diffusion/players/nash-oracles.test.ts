import { describe, expect, it } from "vitest";
import { bestResponses, nash } from "./best-response.ts";
import { transcribeGame } from "./direct-transcription.ts";
import { discreteInduction } from "./discrete-induction.ts";
import { expandPlayers } from "./expand.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { openLoopNash } from "./open-loop-nash.ts";
import { games, number, reference, withoutNoise } from "./reference-games.testing.ts";
import type { PlayersModel } from "./model.ts";

/** The two methods that use neither adjoints nor values, against the recorded runs of the same methods and each other. */

const systemicSets = [
  "s1_systemic_nocommon.A",
  "s1_systemic_nocommon.C",
  "s2_systemic_common.A",
  "s2_systemic_common.C",
  "s2_systemic_common.D_slide_sign",
  "s2_systemic_common.D_cfs_sign",
] as const;

/** Three players who start at these distances from the mean. */
function threeStarting(set: keyof typeof games, distances: readonly number[]): PlayersModel {
  const game = expandPlayers(withoutNoise(games[set]), 3);
  const mean = game.initial.mean.slice();
  distances.forEach((distance, i) => (mean[i] += distance));
  return { ...game, initial: { ...game.initial, mean } };
}

/** All players' controls at time 0 in the transcribed equilibrium. */
function transcribedStart(game: PlayersModel, nodes: number): Float64Array {
  const transcribed = transcribeGame(game, nodes);
  return transcribed.controls(nash(transcribed.game), 0, new Float64Array(game.controls.length));
}

describe("open-loop equilibria by direct transcription", () => {
  it.each(systemicSets)("reproduces each player's gain in %s", (set) => {
    const distances = [-1, 0.3, 0.7];
    const { args, suggested_tol } = reference(`${set}.open_gain_direct.N3`);
    // α_i = K (x̄ − x_i), and x̄ − x_i is minus the distance.
    transcribedStart(threeStarting(set, distances), 28).forEach((control, i) => {
      expect(Math.abs(-control / distances[i] - (args["all_players"] as readonly number[])[i])).toBeLessThan(
        suggested_tol,
      );
    });
  });

  it("reproduces Cournot production, energy transition and price impact", () => {
    const cournot = transcribedStart(threeStarting("S3.A", [0, 0, 0]), 36);
    expect(cournot[0]).toBeCloseTo(number("S3.A.open_direct.N3"), 8);
    for (const set of ["S4.A", "S5.A", "S5.C_neg"] as const) {
      const expected = reference(`${set}.open_direct.N3`).value as readonly number[];
      const found = transcribedStart(threeStarting(set, [-1, 0.3, 0.7]), 28);
      found.forEach((control, i) => expect(control).toBeCloseTo(expected[i], 8));
    }
  });

  it("converges spectrally to the adjoint equations' costs", () => {
    const game = threeStarting("S5.C_neg", [-1, 0.3, 0.7]);
    const { costs } = openLoopNash(game);
    const errors = [3, 6, 12].map((nodes) => {
      const transcribed = transcribeGame(game, nodes);
      return Math.abs(transcribed.game.cost(0, nash(transcribed.game)) - costs[0]);
    });
    // Gauss collocation gains about 2 digits a node here, until rounding: a fixed order would not.
    expect(errors[1]).toBeLessThan(1e-5 * errors[0]);
    expect(errors[2]).toBeLessThan(1e-12);
  });

  it("leaves no player a better polynomial", () => {
    const { game } = transcribeGame(threeStarting("S4.A", [-1, 0.3, 0.7]));
    const profile = nash(game);
    for (const gain of bestResponses(game).exploitability(profile)) expect(gain).toBeLessThan(1e-22);
    const moved = profile.map((value, q) => value + Math.sin(q));
    for (const gain of bestResponses(game).exploitability(moved)) expect(gain).toBeGreaterThan(1e-3);
  });
});

describe("feedback equilibria by discrete-time backward induction", () => {
  it.each(systemicSets)("reproduces the gain in %s", (set) => {
    const { gain } = discreteInduction(expandPlayers(games[set], 3), 1000);
    expect(3 * gain.data[1]).toBeCloseTo(number(`${set}.closed_gain_direct.N3`), 6);
  });

  it("reproduces Cournot production, energy transition and price impact", () => {
    const cournot = discreteInduction(expandPlayers(games["S3.A"], 3), 500);
    expect(cournot.gain.data[3]).toBeCloseTo(number("S3.A.feedback_direct.N3"), 7);
    const energy = discreteInduction(expandPlayers(games["S4.A"], 3), 1000);
    const [own, other, , constant] = energy.gain.data;
    expect(own + 2 * other + constant).toBeCloseTo(number("S4.A.feedback_direct.N3"), 7);
    for (const set of ["S5.A", "S5.C_neg"] as const) {
      const { gain } = discreteInduction(expandPlayers(games[set], 3), 1000);
      const [mine, theirs, , price] = gain.data;
      const [onGap, onMean, onPrice] = reference(`${set}.feedback_direct.N3`).value as readonly number[];
      expect(mine - theirs).toBeCloseTo(onGap, 7);
      expect(mine + 2 * theirs).toBeCloseTo(onMean, 7);
      expect(price).toBeCloseTo(onPrice, 7);
    }
  });

  it("has an error of first order, and of one order more with each extrapolation", () => {
    const game = expandPlayers(games["S4.A"], 3);
    const { costs } = feedbackNash(game);
    for (const passes of [1, 2, 3]) {
      const error = (steps: number): number => Math.abs(discreteInduction(game, steps, passes).costs[0] - costs[0]);
      const order = Math.log2(error(40) / error(80));
      expect(order).toBeGreaterThan(passes - 0.1);
      expect(order).toBeLessThan(passes + 0.1);
    }
  });
});
