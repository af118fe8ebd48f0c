import { expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import { among, ask, limit } from "../backward.testing.ts";
import { meanFieldBsde } from "../games/mean-field-bsde.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { systemicRiskFbsde } from "../games/systemic-risk-fbsde.ts";
import type { BackwardModel, LinearSystem } from "../model.ts";
import { interactingOnly, measureInteracting } from "../quantities.ts";
import { linearRecursion } from "../schemes/linear-recursion.ts";
import { backwardWing } from "../wing.ts";
import { countingTree } from "./counting-tree.ts";

const A = meanFieldBsde.build(parseParameters(meanFieldBsde.parameters, {}));

function outcomeOf(model: BackwardModel, players: number, options: Readonly<Record<string, unknown>>) {
  return run(countingTree, model, among(players), parseParameters(countingTree.options, options), {
    maximumIterations: 10,
  });
}

it("gives what the scheme gives for linear systems, and the closed form to second order", () => {
  for (const [players, steps] of [
    [4, 20],
    [30, 5],
    [200, 3],
  ] as const) {
    const question = among(players);
    const { candidate } = outcomeOf(A, players, { steps });
    const told = measureInteracting(question, interactingOnly(candidate));
    const exact = meanFieldBsde.exact?.(parseParameters(meanFieldBsde.parameters, {}), question) ?? {};
    for (const name of ["Y0", "Z0"]) {
      // Of second order but for the first step back.
      expect(Math.abs(ask(told, name) - ask(exact, name))).toBeLessThan(1.7 / steps ** 2);
    }
    const schemed = linearRecursion(A.linear as LinearSystem, {
      horizon: A.horizon,
      steps,
      players,
      scheme: { kind: "theta", theta: 0.5 },
    });
    expect(Math.abs(ask(told, "Y0") - schemed.loads[0].constant)).toBeLessThan(1e-12);
    expect(Math.abs(ask(told, "Z0_cross") - schemed.cross[0])).toBeLessThan(1e-13);
  }
});

it("takes as many steps as are quick, and says what they leave", () => {
  for (const players of [10, 300]) {
    const { trace, outcome, candidate } = outcomeOf(A, players, {});
    expect(outcome).toBe("converged");
    const [coarse, fine] = trace.map((row) => row["steps"]);
    expect([coarse, fine]).toEqual(players === 10 ? [5, 11] : [2, 3]);
    const told = measureInteracting(among(players), interactingOnly(candidate));
    const exact = meanFieldBsde.exact?.(parseParameters(meanFieldBsde.parameters, {}), among(players)) ?? {};
    const error = Math.abs(ask(told, "Y0") - ask(exact, "Y0"));
    // Of second order, so that half the steps show more than is left.
    expect(error / ask(told, "Y0_time_error")).toBeLessThan(1.2);
    expect(error / ask(told, "Y0_time_error")).toBeGreaterThan(0.1);
  }
});

it("is certified like players that are told apart", () => {
  const model = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, {}));
  const { candidate } = outcomeOf(model, 8, { steps: 6 });
  // Linear interpolation between few places is what is seen.
  expect(backwardWing.certify(model, among(8), candidate).residual).toBeLessThan(0.1);
});

it("says what it cannot take", () => {
  expect(countingTree.refuses(A, { ...among(10), concept: "planner" })).toContain("no planner");
  expect(countingTree.refuses(A, limit)).toContain("finitely many");
  expect(countingTree.refuses(A, among(1))).toContain("alone");
  expect(countingTree.refuses(A, among(100_000))).toContain("too many to count on 2 steps");
  expect(countingTree.refuses(A, among(1000))).toBeUndefined();
  const banks = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, {}));
  expect(countingTree.refuses(banks, among(10))).toContain("interacting");
  expect(() => outcomeOf(A, 40, { steps: 40 })).toThrow(/steps = 40: must be at most \d for 40 players; more/);
  expect(() => outcomeOf(A, 40, { steps: 1 })).toThrow(/steps = 1: must be 0 for .* or at least 2/);
});
