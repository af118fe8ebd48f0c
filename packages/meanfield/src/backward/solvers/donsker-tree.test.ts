import { expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { among, ask, limit, roads } from "../backward.testing.ts";
import { interactingOnly, measureInteracting } from "../quantities.ts";
import { logNormalBsde } from "../games/log-normal-bsde.ts";
import { meanFieldBsde } from "../games/mean-field-bsde.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { systemicRiskFbsde } from "../games/systemic-risk-fbsde.ts";
import type { BackwardModel } from "../model.ts";
import { backwardWing } from "../wing.ts";
import { donskerTree } from "./donsker-tree.ts";

const A = meanFieldBsde.build(parseParameters(meanFieldBsde.parameters, {}));

function outcomeOf(model: BackwardModel, question: Question, options: Readonly<Record<string, unknown>>) {
  return run(donskerTree, model, question, parseParameters(donskerTree.options, options), { maximumIterations: 60 });
}

it.each([Infinity, 2])(
  "Y0 and Z0 of %d players go to the closed form like 1/k, within the error that is said",
  (players) => {
    const question = { ...limit, players };
    const exact = meanFieldBsde.exact?.(parseParameters(meanFieldBsde.parameters, {}), question) ?? {};
    const sizes = [16, 32, 64, 128];
    const errors = sizes.map((steps) => {
      const outcome = outcomeOf(A, question, { steps, scheme: "difference" });
      expect(outcome.outcome).toBe("converged");
      const told = measureInteracting(question, interactingOnly(outcome.candidate));
      return ["Y0", "Z0"].map((name) => {
        const error = Math.abs(ask(told, name) - ask(exact, name));
        // That the difference to half the steps is the error is true to the next order.
        expect(error / ask(told, `${name}_time_error`)).toBeGreaterThan(0.85);
        expect(error / ask(told, `${name}_time_error`)).toBeLessThan(1.2);
        return error;
      });
    });
    for (const k of [0, 1]) {
      const { slope, low, high } = logLogSlope(
        sizes,
        errors.map((row) => row[k]),
      );
      expect(Math.abs(slope + 1)).toBeLessThan(0.05);
      expect(high - low).toBeLessThan(0.1);
    }
  },
);

it("log-normal claims on random walks, quantities and certificate included", () => {
  const parameters = parseParameters(logNormalBsde.parameters, {});
  const { measured, exact, candidate } = roads(logNormalBsde, donskerTree, {}, limit);
  expect(Math.abs(ask(measured, "Y0") - ask(exact, "Y0"))).toBeLessThan(1.2 * ask(measured, "Y0_time_error"));
  expect(Math.abs(ask(measured, "Y_mean", 0.5) - ask(exact, "Y_mean", 0.5))).toBeLessThan(0.01);
  const { residual, consistency } = backwardWing.certify(logNormalBsde.build(parameters), limit, candidate);
  expect(residual).toBeLessThan(0.02);
  expect(consistency).toBeLessThan(1e-3);
});

it("Picard's iteration from the law of the terminal values ends where a sweep reads the law off itself", () => {
  const model = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, { functional: "softplus-mean", c: 2 }));
  const [swept, held] = ["sweep", "terminal"].map((law) => outcomeOf(model, limit, { law, steps: 16 }));
  expect(held.iterations).toBeGreaterThan(swept.iterations + 5);
  const [a, b] = [swept, held].map(({ trace }) => trace[trace.length - 1]["Y0"]);
  expect(Math.abs(a - b)).toBeLessThan(1e-11);
  // Geometric: every sweep gains a factor.
  const gaps = held.trace.filter((row) => row["steps"] === 16).map((row) => row["gap"]);
  for (let k = 3; k < gaps.length - 1; k++) expect(gaps[k]).toBeLessThan(0.5 * gaps[k - 1]);
  expect(
    run(donskerTree, model, limit, parseParameters(donskerTree.options, { law: "terminal" }), { maximumIterations: 4 })
      .outcome,
  ).toBe("iteration-limit");
});

it("skewed martingales leave the root of the step, and say so", () => {
  const parameters = parseParameters(nonlinearBsde.parameters, { driver: "entropic", a: 0 });
  const model = nonlinearBsde.build(parameters);
  const exact = nonlinearBsde.exact?.(parameters, limit) ?? {};
  const errors = [128, 256].map((steps) => {
    const { candidate } = outcomeOf(model, limit, { steps, increments: "skewed" });
    const told = measureInteracting(limit, interactingOnly(candidate));
    const error = Math.abs(ask(told, "Y0") - ask(exact, "Y0"));
    // The step itself is still seen next to its root.
    expect(error / ask(told, "Y0_time_error")).toBeGreaterThan(1);
    expect(error / ask(told, "Y0_time_error")).toBeLessThan(1.4);
    return error;
  });
  expect(Math.abs(Math.log2(errors[0] / errors[1]) - 0.5)).toBeLessThan(0.08);
});

it("of few players takes as many steps as their product allows", () => {
  for (const [players, steps] of [
    [3, 64],
    [6, 9],
  ] as const) {
    const { trace, outcome } = outcomeOf(A, among(players), {});
    expect(outcome).toBe("converged");
    expect(trace.map((row) => row["steps"])).toEqual([Math.floor(steps / 2), steps]);
  }
});

it("says what it cannot take", () => {
  expect(donskerTree.refuses(A, { ...limit, concept: "planner" })).toContain("no planner");
  expect(donskerTree.refuses(A, among(6))).toBeUndefined();
  expect(donskerTree.refuses(A, among(7))).toContain("counting-tree takes more");
  expect(
    donskerTree.refuses(
      { ...A, forward: { kind: "diffusion", start: (n) => n, drift: () => 0, volatility: () => 1 } },
      limit,
    ),
  ).toContain("X = W");
  const banks = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, {}));
  expect(donskerTree.refuses(banks, limit)).toContain("interacting");
  expect(() => outcomeOf(A, among(4), { steps: 64 })).toThrow(
    /steps = 64: must be at most 31 for a binomial tree of 4 players; more are for counting-tree or regression/,
  );
  expect(() => outcomeOf(A, limit, { steps: 1 })).toThrow(/steps = 1: must be 0 for .* or at least 2/);
  expect(() => outcomeOf(A, among(6), { increments: "gaussian" })).toThrow(/increments = "gaussian": must be of fewer/);
});
