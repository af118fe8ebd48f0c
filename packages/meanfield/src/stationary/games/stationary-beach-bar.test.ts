import { describe, expect, it } from "vitest";
import { checkGame, meanFieldEquilibrium, once, parseParameters, run } from "../../core/index.ts";
import type { Quantities, Question } from "../../core/index.ts";
import { certifyStationary } from "../certify.ts";
import { regularisedFixedPoint } from "../solvers/regularised-fixed-point.ts";
import { totalGradientAscent } from "../solvers/total-gradient-ascent.ts";
import { stationaryBeachBar } from "./stationary-beach-bar.ts";

const planner: Question = { ...meanFieldEquilibrium, concept: "planner" };

function equilibrium(given: Readonly<Record<string, unknown>>, options: Readonly<Record<string, unknown>> = {}) {
  const parameters = parseParameters(stationaryBeachBar.parameters, given);
  const model = stationaryBeachBar.build(parameters);
  const solver = regularisedFixedPoint;
  const outcome = run(solver, model, meanFieldEquilibrium, parseParameters(solver.options, options));
  return {
    outcome,
    certificate: certifyStationary(model, meanFieldEquilibrium, outcome.candidate),
    quantities: once(() => stationaryBeachBar.measure(parameters, meanFieldEquilibrium, outcome.candidate)),
    positions: model.positions,
    field: outcome.candidate.field,
  };
}

const ask = (quantities: Quantities, name: string, ...at: readonly number[]): number => quantities[name]().at(...at);

describe("stationary-beach-bar", () => {
  it("is a game", () => {
    expect(() => checkGame(stationaryBeachBar)).not.toThrow();
  });

  it.each([{}, { kappa: 1 }, { aversion: "linear" }, { aversion: "linear", kappa: 1 }, { n: 6 }, { n: 21 }])(
    "has a symmetric equilibrium to rounding, with the crowd at the bar: %o",
    (given) => {
      const { outcome, certificate, quantities, positions } = equilibrium(given);
      expect(outcome.outcome).toBe("converged");
      expect(certificate.exploitability).toBeLessThan(1e-11);
      expect(certificate.consistency).toBeLessThan(1e-13);
      const asked = quantities();
      for (const x of positions) {
        expect(ask(asked, "law", x)).toBeCloseTo(ask(asked, "law", -x), 9);
        expect(ask(asked, "value", x)).toBeCloseTo(ask(asked, "value", -x), 9);
        expect(ask(asked, "policy", x, 0)).toBeCloseTo(ask(asked, "policy", -x, 2), 7);
      }
      for (let i = 1; positions[i] <= 0; i++)
        expect(ask(asked, "law", positions[i])).toBeGreaterThan(ask(asked, "law", positions[i - 1]));
      expect(ask(asked, "mean_field")).toBeCloseTo(0, 9);
    },
  );

  it("is the same equilibrium however the solver comes to it", () => {
    const first = equilibrium({});
    for (const options of [
      { damping: 0.05, temperature: 1 },
      { temperature: 0.01, damping: 0.1 },
    ]) {
      const other = equilibrium({}, options);
      expect(other.outcome.outcome).toBe("converged");
      other.field.forEach((p, x) => expect(p).toBeCloseTo(first.field[x], 10));
    }
  });

  it("spreads people the more the less they like crowds, and evenly in the end", () => {
    const atBar = [0.1, 0.2, 0.5, 1, 5].map((kappa) => equilibrium({ kappa }).field[5]);
    for (let i = 1; i < atBar.length; i++) expect(atBar[i]).toBeLessThan(atBar[i - 1]);
    const { outcome, field } = equilibrium({ kappa: 50, aversion: "linear" }, { temperature: 25 });
    expect(outcome.outcome).toBe("converged");
    // All that is to be gained by a better place, at most 1.1 a period, is the slope 11κ of crowds times the difference.
    for (const p of field) expect(Math.abs(p - 1 / 11)).toBeLessThan(1.1 / (11 * 50));
  });

  it("has a symmetric optimum with linear aversion, at which people keep farther apart than in equilibrium", () => {
    const parameters = parseParameters(stationaryBeachBar.parameters, { aversion: "linear" });
    const model = stationaryBeachBar.build(parameters);
    const solver = totalGradientAscent;
    const outcome = run(solver, model, planner, parseParameters(solver.options, {}));
    expect(outcome.outcome).toBe("converged");
    const quantities = stationaryBeachBar.measure(parameters, planner, outcome.candidate);
    const nash = equilibrium({ aversion: "linear" }).quantities();
    expect(ask(quantities, "law", 0)).toBeLessThan(ask(nash, "law", 0) - 0.02);
    expect(ask(quantities, "performance")).toBeGreaterThan(ask(nash, "performance") + 0.03);
    for (const x of model.positions) expect(ask(quantities, "law", x)).toBeCloseTo(ask(quantities, "law", -x), 6);
  });

  it("has an optimum far from the bar with logarithmic aversion: the start meets places that the field leaves empty", () => {
    const parameters = parseParameters(stationaryBeachBar.parameters, {});
    const model = stationaryBeachBar.build(parameters);
    const solver = totalGradientAscent;
    const outcome = run(solver, model, planner, parseParameters(solver.options, {}));
    const quantities = stationaryBeachBar.measure(parameters, planner, outcome.candidate);
    expect(Math.abs(ask(quantities, "mean_field"))).toBeGreaterThan(4);
    expect(ask(quantities, "performance")).toBeGreaterThan(ask(equilibrium({}).quantities(), "performance") + 1);
  });
});
