import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { constantMatrix, linearRows, quadraticForm, scalarMatrix, terminalForm } from "./forms.ts";
import { layout } from "./model.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { solveRiccati } from "./riccati.ts";

/** Players who mind only their distance to the average, which grows like e^{(a + abar) t} and nobody stops. */
function flock(a: number, abar: number, horizon: number): LinearQuadraticModel {
  const space = layout(1, 1);
  const gap = { mean: 1, state: -1 };
  return {
    family: "linear-quadratic",
    layout: space,
    horizon,
    drift: constantMatrix(linearRows(space, [{ state: a, mean: abar, control: 1 }])),
    commonDrift: constantMatrix(zeros(0, space.size)),
    running: constantMatrix(quadraticForm(space).half(1, { control: 1 }).half(1.3, gap).matrix),
    terminal: terminalForm(space).half(0.5, gap).matrix,
    noise: { own: scalarMatrix(0.3), common: scalarMatrix(0), commonState: zeros(0, 1) },
    initial: { mean: Float64Array.of(1), covariance: scalarMatrix(0.04), commonState: new Float64Array(0) },
  };
}

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
