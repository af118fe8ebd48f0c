import { describe, expect, it } from "vitest";
import { checkGame, meanFieldEquilibrium, once, parseParameters, run, tabulate } from "../../core/index.ts";
import type { ParameterSchema, Quantities, Question, Solver } from "../../core/index.ts";
import { certifyStationary } from "../certify.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { finiteCandidate } from "../candidate.ts";
import type { StationaryModel } from "../model.ts";
import { regularisedFixedPoint } from "../solvers/regularised-fixed-point.ts";
import { totalGradientAscent } from "../solvers/total-gradient-ascent.ts";
import { smartGrid } from "./smart-grid.ts";

const planner: Question = { ...meanFieldEquilibrium, concept: "planner" };

function solve<O extends ParameterSchema, S>(
  solver: Solver<StationaryModel, O, S, StationaryCandidate>,
  given: Readonly<Record<string, unknown>>,
  question = meanFieldEquilibrium,
) {
  const parameters = parseParameters(smartGrid.parameters, given);
  const model = smartGrid.build(parameters);
  const outcome = run(solver, model, question, parseParameters(solver.options, {}));
  const certificate = certifyStationary(model, question, outcome.candidate);
  return { outcome, certificate, quantities: smartGrid.measure(parameters, question, outcome.candidate) };
}

const equilibrium = once(() => solve(regularisedFixedPoint, {}));
const optimum = once(() => solve(totalGradientAscent, {}, planner));

const ask = (quantities: Quantities, name: string, ...at: readonly number[]): number => quantities[name]().at(...at);
const periods = [0, 1, 2, 3];

describe("smart-grid", () => {
  it("is a game", () => {
    expect(() => checkGame(smartGrid)).not.toThrow();
    const names = smartGrid.quantities.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of ["demand", "price", "law_by_level", "bill"]) expect(names).toContain(name);
  });

  it("has an equilibrium to rounding, which mixes", () => {
    const { outcome, certificate, quantities } = equilibrium();
    expect(outcome.outcome).toBe("converged");
    // Values of size 100.
    expect(certificate.exploitability).toBeLessThan(1e-11);
    expect(certificate.residual).toBeLessThan(1e-10);
    expect(certificate.consistency).toBeLessThan(1e-12);
    // In the evening, with one unit to do and nothing running, some start at midnight and some do not.
    const evening = ask(quantities, "policy", 310);
    expect(evening).toBeGreaterThan(0.05);
    expect(evening).toBeLessThan(0.95);
  });

  it("has quantities that agree with each other", () => {
    const { quantities } = equilibrium();
    for (const h of periods) {
      expect(ask(quantities, "price", h)).toBeCloseTo(0.2 + ask(quantities, "demand", h), 13);
      const levels = [0, 1, 2, 3].map((level) => ask(quantities, "law_by_level", h, level));
      expect(levels.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
    const bill = periods.reduce((sum, h) => sum + (ask(quantities, "price", h) * ask(quantities, "demand", h)) / 4, 0);
    expect(ask(quantities, "bill")).toBeCloseTo(bill, 13);
    const levels = periods.flatMap((h) =>
      [0, 1, 2, 3].map((level) => (level * ask(quantities, "law_by_level", h, level)) / 4),
    );
    expect(ask(quantities, "mean_field")).toBeCloseTo(
      levels.reduce((sum, p) => sum + p, 0),
      13,
    );
    expect(tabulate(quantities["law_by_level"](), { period: [2], level: [0, 3] })).toMatchObject({
      axes: { period: [2], level: [0, 3] },
    });
  });

  it("shifts demand from the peak into the valley, the planner further than the equilibrium", () => {
    const [nash, best] = [equilibrium().quantities, optimum().quantities];
    const [unmanaged, shifted, planned] = [
      periods.map((h) => ask(nash, "demand_unmanaged", h)),
      periods.map((h) => ask(nash, "demand", h)),
      periods.map((h) => ask(best, "demand", h)),
    ];
    const spread = (demand: readonly number[]): number => Math.max(...demand) - Math.min(...demand);
    expect(spread(shifted)).toBeLessThan(0.3 * spread(unmanaged));
    expect(spread(planned)).toBeLessThan(0.6 * spread(shifted));
    expect(ask(best, "peak_reduction")).toBeGreaterThan(ask(nash, "peak_reduction"));
    expect(ask(nash, "peak_reduction")).toBeGreaterThan(0.15);
    // Running at once, all that comes is done: 0.3 a period on top of the base.
    unmanaged.forEach((d, h) => expect(d - ask(nash, "base_demand", h)).toBeCloseTo(unmanaged[0] - 0.8, 12));
  });

  it("has an optimum that society prefers, of which no part is in equilibrium", () => {
    const { outcome, certificate, quantities } = optimum();
    expect(outcome.outcome).toBe("converged");
    expect(certificate.residual).toBeLessThan(1e-8);
    expect(ask(quantities, "performance")).toBeGreaterThan(ask(equilibrium().quantities, "performance") + 0.1);
    expect(ask(quantities, "exploitability")).toBeGreaterThan(0.1);
    expect(ask(quantities, "price_of_anarchy")).toBeGreaterThan(1);
  });

  it("is worth the same to all and to each where prices do not rise", () => {
    const free = { p0: 1, p1: 0 };
    const nash = solve(regularisedFixedPoint, free);
    const best = solve(totalGradientAscent, free, planner);
    expect(nash.outcome.outcome).toBe("converged");
    expect(best.certificate.residual).toBeLessThan(1e-8);
    expect(ask(best.quantities, "performance")).toBeCloseTo(ask(nash.quantities, "performance"), 8);
  });

  it("sells from batteries at the peak where they are seldom used", () => {
    const { outcome, quantities } = solve(regularisedFixedPoint, smartGrid.presets["vehicle-to-grid"].parameters);
    expect(outcome.outcome).toBe("converged");
    // In the last period the devices give more than they take.
    expect(ask(quantities, "demand", 3)).toBeLessThan(ask(quantities, "base_demand", 3) - 0.1);
    expect(ask(quantities, "demand", 0)).toBeGreaterThan(ask(quantities, "base_demand", 0) + 0.1);
  });

  it("reads mean levels off every answer", () => {
    const parameters = parseParameters(smartGrid.parameters, {});
    const model = smartGrid.build(parameters);
    const one = finiteCandidate(model, meanFieldEquilibrium, new Float64Array(model.states * 2).fill(0.5));
    const quantities = smartGrid.measure(parameters, meanFieldEquilibrium, { ...one, others: [one] });
    expect(ask(quantities, "equilibrium_mean_field", 1)).toBeCloseTo(ask(quantities, "mean_field"), 13);
  });
});
