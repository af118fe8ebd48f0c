import { describe, expect, it } from "vitest";
import { meanWithError } from "../../numeric/statistics.ts";
import { evaluate, occupancy } from "../evaluation.ts";
import { fieldOf } from "../exploitability.ts";
import { featuresAt } from "../finite-model.ts";
import { parameterGradients } from "../gradients.ts";
import { policyClass } from "../policy-class.ts";
import type { PolicyClass, TablePolicy } from "../policy-class.ts";
import type { LearnedField } from "../simulation/environment.ts";
import { tablesAt } from "../tables.ts";
import { continuousEnvironment, finiteEnvironment, finiteMalware } from "./environments.testing.ts";
import { baselines, likelihoodRatio, printedFormula } from "./likelihood-ratio.ts";
import type { Baseline } from "./likelihood-ratio.ts";

const softmax = policyClass(finiteMalware, "softmax");
/** Both fixtures of the specification, section 3.2: all logits 0, and from −2 to 2. */
const even = new Float64Array(11);
const sloped = Float64Array.from({ length: 11 }, (_, i) => -2 + 0.4 * i);
const discount = 0.9;

function exactAt(family: PolicyClass, theta: Float64Array) {
  const { probabilities } = family.play(theta) as TablePolicy;
  const field = fieldOf(finiteMalware, probabilities);
  const tables = tablesAt(finiteMalware, featuresAt(finiteMalware, field));
  const { V, J } = evaluate(finiteMalware, tables, probabilities);
  return {
    field,
    V,
    J,
    probabilities,
    visits: occupancy(finiteMalware, tables.P, probabilities),
    partial: parameterGradients(finiteMalware, family, theta).partial,
  };
}

/** Independent estimates, each of `count` trajectories. */
function estimates(
  family: PolicyClass,
  theta: Float64Array,
  field: LearnedField,
  baseline: Baseline,
  settings: { batches: number; count: number; horizon: number },
  environment = finiteEnvironment,
) {
  return Array.from({ length: settings.batches }, (_, stream) => {
    const seen = environment.trajectories(family.play(theta), field, settings, { seed: 12, stream });
    return { seen, ...likelihoodRatio(environment.space, family, theta, discount, seen, baseline) };
  });
}

describe("likelihood-ratio gradients", () => {
  it.each([
    ["0", even],
    ["from −2 to 2", sloped],
  ])(
    "of 30 × 2000 trajectories are the exact partial gradient to 1e-3 in every component: logits %s",
    (_case, theta) => {
      const { field, partial, J } = exactAt(softmax, theta);
      // γ^150·150/(1 − γ) < 3e-4 of the largest reward.
      const settings = { batches: 30, count: 2000, horizon: 150 };
      const found = estimates(softmax, theta, field, "time-mean", settings);
      partial.forEach((exact, i) => {
        const { mean } = meanWithError(found.map(({ gradient }) => gradient[i]));
        expect(Math.abs(mean - exact)).toBeLessThan(1e-3);
      });
      const performance = meanWithError(found.map((estimate) => estimate.performance));
      expect(Math.abs(performance.mean - J)).toBeLessThan(4 * performance.standardError);
    },
  );

  it.each(baselines)("are unbiased in few trajectories with the baseline %s", (baseline) => {
    const theta = sloped;
    const { field, partial } = exactAt(softmax, theta);
    // Four trajectories: a baseline that saw its own trajectory would be off by a quarter.
    const found = estimates(softmax, theta, field, baseline, { batches: 20_000, count: 4, horizon: 80 });
    partial.forEach((exact, i) => {
      const { mean, standardError } = meanWithError(found.map(({ gradient }) => gradient[i]));
      expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
    });
  });

  it("have smaller errors with a baseline, the smallest with that of the state", () => {
    const theta = even;
    const { field } = exactAt(softmax, theta);
    const [none, timeMean, stateValue] = baselines.map((baseline) => {
      const found = estimates(softmax, theta, field, baseline, { batches: 100, count: 200, horizon: 100 });
      return meanWithError(found.map(({ gradient }) => gradient[0])).standardError;
    });
    expect(timeMean).toBeLessThan(0.5 * none);
    expect(stateValue).toBeLessThan(timeMean);
  });

  it("come with the Fisher matrix, d(x) p(1 − p) on the diagonal", () => {
    const theta = sloped;
    const { field, visits, probabilities } = exactAt(softmax, theta);
    const found = estimates(softmax, theta, field, "none", { batches: 30, count: 1000, horizon: 150 });
    for (let x = 0; x < 11; x++) {
      const p = probabilities[2 * x + 1];
      const { mean, standardError } = meanWithError(found.map(({ fisher }) => fisher.data[12 * x]));
      expect(Math.abs(mean - visits[x] * p * (1 - p))).toBeLessThan(4 * standardError);
    }
    expect(found[0].fisher.data[1]).toBe(0);
  });

  it("as printed, with the value of the state in place of the return, are zero", () => {
    const theta = sloped;
    const { field, V, partial } = exactAt(softmax, theta);
    const settings = { batches: 100, count: 2000, horizon: 150 };
    const found = estimates(softmax, theta, field, "none", settings).map(({ seen }) =>
      printedFormula(finiteEnvironment.space, softmax, theta, discount, seen, (x) => V[x]),
    );
    for (let i = 0; i < 11; i++) {
      const { mean, standardError } = meanWithError(found.map((estimate) => estimate[i]));
      expect(Math.abs(mean)).toBeLessThan(4 * standardError);
    }
    // The gradient itself is many errors away from zero.
    const { standardError } = meanWithError(found.map((estimate) => estimate[0]));
    expect(Math.abs(partial[0])).toBeGreaterThan(8 * standardError);
  });

  it("agree with the exact one of a smooth threshold", () => {
    const family = policyClass(finiteMalware, "smooth-threshold", 0.05);
    const theta = Float64Array.of(0.3);
    const { field, partial } = exactAt(family, theta);
    expect(partial[0]).toBeCloseTo(0.395535339611, 10);
    const found = estimates(family, theta, field, "state-value", { batches: 50, count: 1000, horizon: 150 });
    const { mean, standardError } = meanWithError(found.map(({ gradient }) => gradient[0]));
    expect(Math.abs(mean - partial[0])).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.05 * partial[0]);
  });

  it.each(baselines)("agree with differences of returns where the state is continuous: baseline %s", (baseline) => {
    const family = policyClass(continuousEnvironment.space, "smooth-threshold", 0.1);
    const theta = Float64Array.of(0.3);
    const field = Float64Array.of(0.1, 0.5);
    const settings = { batches: 50, count: 1000, horizon: 80 };
    const found = estimates(family, theta, field, baseline, settings, continuousEnvironment);
    const { mean, standardError } = meanWithError(found.map(({ gradient }) => gradient[0]));
    const h = 0.01;
    const worth = (shift: number): Float64Array =>
      continuousEnvironment.returns(
        family.play([theta[0] + shift]),
        field,
        { count: 400_000, horizon: 80 },
        { seed: 12, stream: 0 },
      );
    const [above, below] = [worth(h), worth(-h)];
    const difference = meanWithError(above.map((value, j) => (value - below[j]) / (2 * h)));
    expect(Math.abs(mean - difference.mean)).toBeLessThan(4 * Math.hypot(standardError, difference.standardError));
    expect(difference.standardError).toBeLessThan(0.05 * Math.abs(difference.mean));
  });
});
