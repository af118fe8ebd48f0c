import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { flock } from "./models.testing.ts";
import { solveRiccati } from "./riccati.ts";

/** Gain on the mean when all are at it. */
function gainOnMean(model: LinearQuadraticModel, players: number, information: "feedback" | "open-loop"): number {
  const K = zeros(1, 3);
  solveRiccati(model, { concept: "nash", players, information }).strategy.gain(0, K);
  return K.data[0] + K.data[1];
}

describe("an equilibrium that rounding decides", () => {
  const questions = [
    [Infinity, "feedback"],
    [10, "feedback"],
    [10, "open-loop"],
  ] as const;

  it.each(questions)("is found while rounding stays small: %s players, %s", (players, information) => {
    // Nobody moves the mean in equilibrium. An error of 1e-16 grows by e^{1.71 T}, to 5e-13 at T = 5 and to 3e-9 at 10.
    expect(Math.abs(gainOnMean(flock(0.7, 0.31, 5), players, information))).toBeLessThan(1e-10);
    expect(Math.abs(gainOnMean(flock(0.7, 0.31, 10), players, information))).toBeLessThan(1e-6);
  });

  it.each(questions)("is refused where another branch takes over: %s players, %s", (players, information) => {
    // At T = 20 by e^{34.2} = 7e14; at T = 40 the integration has long settled on the branch with gain −1.71.
    for (const horizon of [20, 40]) {
      const solve = () => gainOnMean(flock(0.7, 0.31, horizon), players, information);
      expect(solve).toThrow(RefusalError);
      expect(solve).toThrow(/^T = \d+: rounding decides the equilibrium about [\d.]+ before the horizon/);
    }
  });

  it("is not suspected where the mean is stable, however long the horizon", () => {
    expect(Math.abs(gainOnMean(flock(-0.7, 0.31, 500), Infinity, "feedback"))).toBeLessThan(1e-12);
    expect(Math.abs(gainOnMean(flock(-0.7, 0.31, 500), 10, "feedback"))).toBeLessThan(1e-10);
  });

  it("is not suspected of few digits where few were asked for", () => {
    const question = { concept: "nash", players: 10, information: "feedback" } as const;
    expect(() => solveRiccati(flock(-0.7, 0.31, 5), question, { tolerance: 1e-3 })).not.toThrow();
  });
});
