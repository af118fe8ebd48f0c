import { describe, expect, it } from "vitest";
import { checkGame, meanFieldEquilibrium, parseParameters, run } from "../../core/index.ts";
import type { Learner, ParameterSchema, Quantities, Question, Solver } from "../../core/index.ts";
import { mean } from "../../numeric/statistics.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { likelihoodRatio } from "../learners/likelihood-ratio.ts";
import { naturalGradient } from "../learners/natural-gradient.ts";
import { simultaneousPerturbation } from "../learners/simultaneous-perturbation.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import type { StationaryModel } from "../model.ts";
import { environmentOf } from "../simulation/environment-of.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";
import { exactPolicyGradient } from "../solvers/exact-policy-gradient.ts";
import { thresholdSearch } from "../solvers/threshold-search.ts";
import { productInvestment } from "./product-investment.ts";
import { misses, parametersOf } from "../stationary.testing.ts";

const planner: Question = { ...meanFieldEquilibrium, concept: "planner" };

function solve<O extends ParameterSchema, S>(
  solver: Solver<StationaryModel, O, S, StationaryCandidate>,
  given: Readonly<Record<string, unknown>>,
  question = meanFieldEquilibrium,
  options: Readonly<Record<string, unknown>> = {},
) {
  const parameters = parseParameters(productInvestment.parameters, given);
  const model = productInvestment.build(parameters);
  const outcome = run(solver, model, question, parseParameters(solver.options, options));
  return { outcome, quantities: productInvestment.measure(parameters, question, outcome.candidate) };
}

const ask = (quantities: Quantities, name: string, ...at: readonly number[]): number => quantities[name]().at(...at);
const id = (name: string): string => `product-investment.${name}`;

/** θ at the end of some runs of a learner with the game's own options. */
function learned<O extends ParameterSchema, S>(
  learner: Learner<StationaryEnvironment, O, S, StationaryLearned>,
  question: Question,
  runs: number,
): number[] {
  const environment = environmentOf(productInvestment.build(parseParameters(productInvestment.parameters, {})));
  const options = parseParameters(learner.options, productInvestment.learning?.[learner.name] ?? {});
  learner.check?.(environment, question, options);
  return Array.from({ length: runs }, (_, index) => {
    const state = learner.init(environment, question, options, { seed: 0, run: index });
    for (let k = 0; k < (options["iterations"] as number); k++) learner.step(environment, state);
    return learner.candidate(environment, state).parametrised?.theta[0] ?? Number.NaN;
  });
}

describe("product-investment", () => {
  it("is a game, and its presets are the sets of the reference", () => {
    expect(() => checkGame(productInvestment)).not.toThrow();
    for (const [preset, set] of [
      ["A", "PA"],
      ["B", "PB"],
      ["A-step", "PA.step"],
      ["B-step", "PB.step"],
      ["B-hard", "PB.hard"],
    ]) {
      const given = productInvestment.presets[preset].parameters;
      expect(parseParameters(productInvestment.parameters, given)).toEqual(parametersOf(set));
    }
  });

  it("answers set A with its pure equilibrium", () => {
    const { outcome, quantities } = solve(thresholdSearch, {});
    expect(outcome.reason).toBe("one equilibrium (SMFE): threshold 8, pure");
    expect(ask(quantities, "threshold")).toBe(8);
    expect(misses(ask(quantities, "mean_field"), id("A.smfe.mean_field"))).toEqual([]);
    expect(misses(ask(quantities, "performance"), id("A.smfe.performance"))).toEqual([]);
    expect(ask(quantities, "value", 9)).toBeCloseTo(6.50497604, 8);
    // w = σ((4 − ⟨z⟩)/0.5).
    expect(ask(quantities, "fast_share")).toBeCloseTo(1 / (1 + Math.exp((4.620908558616965 - 4) / 0.5)), 12);
    expect(ask(quantities, "exploitability")).toBeLessThan(1e-12);
  });

  it("answers set B with an equilibrium that mixes at 4", () => {
    const { outcome, quantities } = solve(thresholdSearch, { delta: 0.1, normalised: true });
    expect(outcome.reason).toContain("mixed at state 4");
    expect(misses(ask(quantities, "policy", 4), id("B.smfe.probability"))).toEqual([]);
    expect(ask(quantities, "threshold")).toBeCloseTo(4.0235301507896, 9);
  });

  it("says which thresholds have no stationary field where the switch is a jump", () => {
    const { outcome } = solve(thresholdSearch, { delta: 0.1, normalised: true, s: 0 });
    expect(outcome.outcome).toBe("diverged");
    expect(outcome.reason).toContain("no threshold policy, pure or mixed at one state, is an equilibrium");
    expect(outcome.reason).toContain("no stationary field exists for threshold 1, 2, 3, 4");
  });

  it("has the local equilibrium and the local optimum of smooth thresholds", () => {
    const smfe = solve(exactPolicyGradient, {}, meanFieldEquilibrium, { points: 30 });
    expect(misses(ask(smfe.quantities, "threshold"), id("A.lsmfe.threshold"))).toEqual([]);
    expect(misses(ask(smfe.quantities, "performance"), id("A.lsmfe.performance"))).toEqual([]);
    const so = solve(exactPolicyGradient, {}, planner, { points: 30 });
    expect(misses(ask(so.quantities, "threshold"), id("A.lsmf-so.threshold"))).toEqual([]);
    // From −1 the ascent goes the other way, to the end of Θ, and society gets more: local means local.
    const other = solve(exactPolicyGradient, {}, planner, { start: -1, points: 30 });
    expect(ask(other.quantities, "threshold")).toBe(-2);
    expect(ask(other.quantities, "performance")).toBeGreaterThan(ask(so.quantities, "performance") + 0.8);
  });

  // Standard deviations of one run, over ten: 0.02 and 0.18 for simultaneous perturbation; its differences over ±c shift
  // the zero of the slope by 0.02 and 0.05.
  it("is learned by simultaneous perturbation: both local solutions, from simulated firms alone", () => {
    const smfe = mean(learned(simultaneousPerturbation, meanFieldEquilibrium, 2));
    expect(Math.abs(smfe - 7.3595863)).toBeLessThan(0.08);
    const so = mean(learned(simultaneousPerturbation, planner, 2));
    expect(Math.abs(so - 1.8453197)).toBeLessThan(0.5);
  });

  it("is learned by likelihood ratios and natural gradients", () => {
    for (const theta of [
      ...learned(likelihoodRatio, meanFieldEquilibrium, 1),
      ...learned(naturalGradient, meanFieldEquilibrium, 1),
    ])
      expect(Math.abs(theta - 7.3595863)).toBeLessThan(0.3);
  });
});
