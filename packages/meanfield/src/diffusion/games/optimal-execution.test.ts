import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { gridPlanner } from "../solvers/grid-planner.ts";
import { newton } from "../solvers/newton.ts";
import { optimalExecution } from "./optimal-execution.ts";
import { ask, limit, planner } from "./reference.testing.ts";
import { tradeCrowding } from "./trade-crowding.ts";

function solved(
  question: Question,
  given: Readonly<Record<string, unknown>>,
  points: number,
  steps: number,
  scheme = "advised",
) {
  const parameters = parseParameters(optimalExecution.parameters, given);
  optimalExecution.check?.(parameters, question);
  const model = optimalExecution.build(parameters);
  const grid = { points, steps, scheme, tolerance: 1e-9 };
  const { outcome, reason, candidate } =
    question.concept === "planner"
      ? run(gridPlanner, model, question, parseParameters(gridPlanner.options, grid))
      : run(newton, model, question, parseParameters(newton.options, grid));
  expect(outcome, `because ${reason}`).toBe("converged");
  return {
    measured: optimalExecution.measure(parameters, question, candidate),
    exact: optimalExecution.exact?.(parameters, question) ?? {},
  };
}

const { T1, T2 } = optimalExecution.presets;

describe("linear impact on grids comes to the linear–quadratic answer with second order", () => {
  it.each([
    ["T1", "an equilibrium", limit, T1.parameters, 1, 91],
    ["T2", "an equilibrium", limit, T2.parameters, -1.5, 141],
    ["T1", "a planner", planner, T1.parameters, 1, 91],
  ] as const)("%s, for %s", (_name, _concept, question, given, place, points) => {
    const errors = (cells: number): Record<string, number> => {
      const { measured, exact } = solved(question, given, cells + 1, cells / 2);
      const gap = (name: string, ...at: number[]) => Math.abs(ask(measured, name, ...at) - ask(exact, name, ...at));
      return {
        value: gap("value", 0, 0.7 * place),
        control: gap("control", 0.3, 0.7 * place),
        density: gap("density", 0.5, 0.5 * place),
        mean_rate: gap("mean_rate", 0.2),
        mean_state: gap("mean_state", 1),
        var_state: gap("var_state", 1),
        cost: gap("cost"),
      };
    };
    const coarse = errors(points - 1);
    const fine = errors(2 * (points - 1));
    for (const [name, error] of Object.entries(fine)) {
      expect(error, `error of ${name}`).toBeLessThan(name === "density" ? 1e-2 : 2e-3);
      // What is exact to rounding on both grids has no order.
      const order = error > 1e-8 ? Math.log2(coarse[name] / error) : 2;
      expect(order, `order of ${name}`).toBeGreaterThan(1.7);
    }
  });
});

it("the closed form is that of trade-crowding", () => {
  const { kappa, phi, gamma, A, sigma, T, q0, v0 } = parseParameters(optimalExecution.parameters, T2.parameters);
  const twin = { ca: 2 * kappa, cX: 2 * phi, h: gamma, cg: 2 * A, s: sigma, T, m0: q0, v0 };
  const parameters = parseParameters(tradeCrowding.parameters, twin);
  for (const question of [limit, planner]) {
    const ours = optimalExecution.exact?.(parseParameters(optimalExecution.parameters, T2.parameters), question) ?? {};
    const theirs = tradeCrowding.measure(parameters, question, solveRiccati(tradeCrowding.build(parameters), question));
    expect(ask(ours, "cost")).toBeCloseTo(ask(theirs, "cost"), 9);
    for (const t of [0.3, 1.1, 2]) {
      for (const name of ["mean_state", "var_state"]) expect(ask(ours, name, t)).toBeCloseTo(ask(theirs, name, t), 9);
    }
  }
});

it.each([1.5, 3])("alone and nearly without noise, power %s sells at one rate to the end", (exponent) => {
  const given = { exponent, gamma: 0, phi: 0, sigma: 0.03, T: 1, kappa: 0.5, A: 1, q0: 2, v0: 0.1 };
  const { measured } = solved(limit, given, 401, 100, "upwind");
  for (const q of [1, 1.6, 2.4]) {
    // Costs are convex in the rate: by Jensen the best is constant, and least of κ|α|^ρ + (q + α)².
    const cost = (rate: number): number => 0.5 * Math.abs(rate) ** exponent + (q + rate) ** 2;
    let best = 0;
    for (let rate = -q; rate <= 0; rate += 1e-4) if (cost(rate) < cost(best)) best = rate;
    // Noise adds at most ν max u_qq = 4.5e-4 · 2; the rest is the grid, of first order.
    expect(Math.abs(ask(measured, "value", 0, q) - cost(best))).toBeLessThan(3e-2);
    expect(Math.abs(ask(measured, "control", 0.5, q + 0.5 * best) - best)).toBeLessThan(6e-2);
  }
});

it("a crowd sells faster than the planner would, and the price falls sooner", () => {
  const nash = solved(limit, T1.parameters, 91, 40).measured;
  const best = solved(planner, T1.parameters, 91, 40).measured;
  expect(ask(nash, "mean_rate", 0.1)).toBeLessThan(ask(best, "mean_rate", 0.1) - 0.5);
  expect(ask(nash, "price_move", 0.5)).toBeLessThan(ask(best, "price_move", 0.5) - 0.1);
  expect(ask(nash, "cost")).toBeGreaterThan(ask(best, "cost") + 0.02);
});

it("an impact under which the equilibrium explodes is refused", () => {
  const parameters = parseParameters(optimalExecution.parameters, { gamma: 10, T: 10 });
  expect(() => optimalExecution.check?.(parameters, planner)).toThrow(/T = 10|explodes|horizon/);
});
