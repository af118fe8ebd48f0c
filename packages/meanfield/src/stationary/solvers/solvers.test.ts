import { describe, expect, it } from "vitest";
import { InputError, RefusalError, meanFieldEquilibrium, parseParameters, run } from "../../core/index.ts";
import type { Outcome, ParameterSchema, Question, Solver } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { certifyStationary } from "../certify.ts";
import { finiteModel } from "../finite-model.ts";
import { tableOf } from "../finite-quantities.ts";
import { probabilityGradients } from "../gradients.ts";
import { malwareOnInterval } from "../malware.ts";
import type { StationaryModel } from "../model.ts";
import { misses, malware, randomGame } from "../stationary.testing.ts";
import { exactPolicyGradient } from "./exact-policy-gradient.ts";
import { policyEvaluation } from "./policy-evaluation.ts";
import { regularisedFixedPoint } from "./regularised-fixed-point.ts";
import { thresholdEquation } from "./threshold-equation.ts";
import { thresholdSearch } from "./threshold-search.ts";
import { totalGradientAscent } from "./total-gradient-ascent.ts";

const nash = meanFieldEquilibrium;
const planner: Question = { ...nash, concept: "planner" };
const interval = malwareOnInterval({ k: 0.2, lambda: 0.5, gamma: 0.9 });

function solved<O extends ParameterSchema, S>(
  solver: Solver<StationaryModel, O, S, StationaryCandidate>,
  model: StationaryModel,
  question: Question = nash,
  options: Readonly<Record<string, unknown>> = {},
): Outcome<StationaryCandidate> {
  return run(solver, model, question, parseParameters(solver.options, options));
}

/** People who isolate from an epidemic: P depends on the field, and in equilibrium the susceptible are indifferent. */
const epidemic = finiteModel({
  positions: [0, 1, 2],
  actionNames: ["mingle", "isolate"],
  discount: 0.95,
  features: "law",
  transitionsCoupled: true,
  successors: (x, a, law) => {
    const risk = a === 1 ? 0 : 0.6 * (0.001 + 0.999 * law[1]);
    if (x === 0)
      return [
        [1, risk],
        [0, 1 - risk],
      ];
    return x === 1
      ? [
          [2, 0.2],
          [1, 0.8],
        ]
      : [
          [0, 0.05],
          [2, 0.95],
        ];
  },
  reward: (x, a) => (x === 1 ? -1 : 0) - 0.1 * a,
});

describe("regularised-fixed-point", () => {
  it.each([
    ["malware, n = 11", malware(11)],
    ["malware, n = 12, strict: mixed", malware(12, "S")],
    ["an epidemic with an indifferent state", epidemic],
    ["random, three actions", randomGame(11, 6, 3, "law")],
    ["random, four actions", randomGame(12, 5, 4, "mean")],
  ])("%s: an equilibrium to rounding", (_, model) => {
    const { outcome, candidate } = solved(regularisedFixedPoint, model);
    expect(outcome).toBe("converged");
    const { exploitability, consistency } = certifyStationary(model, nash, candidate);
    expect(exploitability).toBeLessThan(1e-10);
    expect(consistency).toBeLessThan(1e-12);
  });

  it("mixes where the closed form says: the risk of mingling costs exactly what isolation does", () => {
    const policy = tableOf(solved(regularisedFixedPoint, epidemic).candidate);
    // V(S) = −cost/(1 − γ); V(I) and V(R) follow; indifference gives the infected share, and the share the mixture.
    const [vS, gamma] = [-0.1 / 0.05, 0.95];
    // V(R) = γ(0.05 V(S) + 0.95 V(R)) and V(I) = −1 + γ(0.2 V(R) + 0.8 V(I)).
    const vR = (gamma * 0.05 * vS) / (1 - gamma * 0.95);
    const vI = (-1 + gamma * 0.2 * vR) / (1 - gamma * 0.8);
    const risk = -0.1 / (gamma * (vI - vS));
    const share = (risk / 0.6 - 0.001) / 0.999;
    // Flows balance: z(S) p risk = 0.2 share = 0.05 z(R).
    const healthy = 1 - share - (0.2 * share) / 0.05;
    const mingling = (0.2 * share) / (healthy * risk);
    expect(policy[0]).toBeCloseTo(mingling, 12);
    expect(policy[2]).toBe(1);
    expect(policy[4]).toBe(1);
  });

  it("refuses the continuous state and the planner", () => {
    expect(regularisedFixedPoint.refuses(interval, nash)).toMatch(/finitely many states/);
    expect(regularisedFixedPoint.refuses(epidemic, planner)).toMatch(/total-gradient-ascent/);
  });
});

describe("threshold-search", () => {
  it("says which state mixes", () => {
    const { outcome, reason } = solved(thresholdSearch, malware(12, "S"));
    expect(outcome).toBe("converged");
    expect(reason).toMatch(/^one equilibrium \(SMFE\): threshold 0\.\d+, mixed at state \d+$/);
  });

  it("agrees with the fixed point, which knows nothing of thresholds", () => {
    const model = malware(12, "S");
    const [one, other] = [thresholdSearch, regularisedFixedPoint].map((solver) =>
      tableOf(solved(solver as typeof thresholdSearch, model).candidate),
    );
    one.forEach((p, i) => expect(Math.abs(p - other[i])).toBeLessThan(1e-10));
  });

  it("does not converge where there is no equilibrium to find, and shows the nearest", () => {
    const contrary = finiteModel({
      positions: [0, 1, 2],
      actionNames: ["stay", "reset"],
      discount: 0.5,
      successors: (x, a) =>
        a === 1
          ? [
              [0, 0.5],
              [2, 0.5],
            ]
          : [
              [Math.min(2, x + 1), 0.5],
              [x, 0.5],
            ],
      reward: (x, a) => (x === 0 ? -1 + 2 * a : x - 3 * a),
      threshold: { acts: "above", low: -1, high: 3, start: [0, 2], width: 0.1 },
    });
    const { outcome, reason, candidate } = solved(thresholdSearch, contrary);
    expect(outcome).toBe("diverged");
    expect(reason).toMatch(/no threshold policy, pure or mixed at one state, is an equilibrium; the nearest is/);
    expect(certifyStationary(contrary, nash, candidate).exploitability).toBeGreaterThan(0.1);
  });

  it("refuses games without an order", () => {
    expect(thresholdSearch.refuses(epidemic, nash)).toMatch(/ordered states/);
    expect(thresholdSearch.refuses(malware(11), { ...nash, players: 10 })).toMatch(/`meanfield simulate`/);
  });
});

describe("total-gradient-ascent", () => {
  it.each([11, 101])("n = %d: the best of all stationary policies", (n) => {
    const { outcome, candidate } = solved(totalGradientAscent, malware(n), planner);
    expect(outcome).toBe("converged");
    const mixing = n === 11 ? 2 : 21;
    expect(misses(tableOf(candidate)[2 * mixing + 1], `malware.grid.n${n}.I.so.repair_probability`)).toEqual([]);
    expect(certifyStationary(malware(n), planner, candidate).residual).toBeLessThan(1e-13);
  });

  it.each([0.999, 0.9999])("keeps policies on the simplex where values are large: gamma = %d", (gamma) => {
    // Three states, strictly worse: all repair but those at 0, who mix; p there is the only unknown.
    const model = malware(3, "S", { gamma });
    const worth = (p: number): number => probabilityGradients(model, Float64Array.of(1 - p, p, 0, 1, 0, 1)).J;
    const { candidate } = solved(totalGradientAscent, model, planner);
    const policy = tableOf(candidate);
    for (let x = 0; x < 3; x++) expect(Math.abs(policy[2 * x] + policy[2 * x + 1] - 1)).toBeLessThan(4e-16);
    const best = Array.from({ length: 1001 }, (_, i) => worth(i / 1000)).reduce((a, b) => Math.max(a, b));
    const found = probabilityGradients(model, policy).J;
    // A grid of a thousandth misses a maximum by its curvature times 1e-6 at most.
    expect(found).toBeGreaterThan(best - 1e-9 * Math.abs(best));
    expect(found).toBeLessThan(best + 1e-6 * Math.abs(best));
    const { residual } = certifyStationary(model, planner, candidate);
    expect(residual).toBeGreaterThanOrEqual(0);
    expect(residual).toBeLessThan(1e-9 * Math.abs(best));
  });

  it("warns where the population is frozen in a state that J hardly counts", () => {
    // Whoever stays at 0 stays for ever; the others are never there, but J counts them.
    const frozen = finiteModel({
      positions: [0, 1],
      actionNames: ["stay", "go"],
      discount: 0.9,
      successors: (x, a) =>
        x === 0
          ? [[a, 1]]
          : [
              [0, 0.5],
              [1, 0.5],
            ],
      reward: (x, a, [mean]) => x - 3 * mean - 0.01 * a,
    });
    const { reason } = solved(totalGradientAscent, frozen, planner);
    expect(reason).toMatch(/beware: the whole population sits in state 0 for ever/);
  });
});

describe("exact-policy-gradient", () => {
  it.each([
    [nash, "lsmfe"],
    [planner, "lsmfso"],
  ] as const)("finds the local answers of the smooth threshold", (question, name) => {
    const { outcome, candidate } = solved(exactPolicyGradient, malware(11), question, { width: 0.05 });
    expect(outcome).toBe("converged");
    expect(misses(candidate.parametrised?.theta[0] ?? 0, `malware.smooth.n11.tau0.05.${name}.threshold`)).toEqual([]);
    expect(certifyStationary(malware(11), question, candidate).residual).toBeLessThan(1e-12);
  });

  it.each([
    [nash, "smfe"],
    [planner, "so"],
  ] as const)("finds the continuous game's thresholds by their slope", (question, name) => {
    const { candidate } = solved(exactPolicyGradient, interval, question);
    expect(misses(candidate.parametrised?.theta[0] ?? 0, `malware.continuous.${name}.threshold`)).toEqual([]);
  });

  it("follows the natural gradient of softmax to the global answers", () => {
    const equilibrium = solved(exactPolicyGradient, malware(11), nash, { class: "softmax" });
    expect(equilibrium.outcome).toBe("converged");
    expect(certifyStationary(malware(11), nash, equilibrium.candidate).exploitability).toBeLessThan(1e-8);
    const optimum = solved(exactPolicyGradient, malware(11), planner, { class: "softmax" });
    expect(tableOf(optimum.candidate)[5]).toBeCloseTo(0.3905, 3);
    const three = solved(exactPolicyGradient, randomGame(13, 6, 3, "law"), nash, { class: "softmax" });
    expect(three.outcome).toBe("converged");
  });

  it("refuses a hard threshold over a grid, and a start outside the range", () => {
    expect(() => solved(exactPolicyGradient, malware(11), nash, { class: "hard-threshold" })).toThrow(InputError);
    expect(() => solved(exactPolicyGradient, malware(11), nash, { start: 2 })).toThrow(
      "option start = 2: must be in [0, 1]",
    );
    expect(() => solved(exactPolicyGradient, interval, nash, { class: "softmax" })).toThrow(InputError);
  });
});

describe("threshold-equation", () => {
  it("solves the continuous game to rounding, and counts its local optima", () => {
    const one = solved(thresholdEquation, interval);
    expect(one.reason).toBe("the only equilibrium (SMFE): threshold 0.485162");
    const { exploitability, residual } = certifyStationary(interval, nash, one.candidate);
    expect(exploitability).toBeLessThan(1e-25);
    expect(residual).toBeLessThan(1e-13);
    // Repair so cheap, and the future so short, that society has two local optima.
    const two = solved(thresholdEquation, malwareOnInterval({ k: 0.05, lambda: 0.2, gamma: 0.5 }), planner);
    expect(two.reason).toMatch(/further local optima at/);
    expect(two.candidate.others).toHaveLength(1);
  });

  it("mixes at 0 where repair is cheap", () => {
    const cheap = malwareOnInterval({ k: 0.2, lambda: 0.2, gamma: 0.9 });
    const { reason, candidate } = solved(thresholdEquation, cheap);
    expect(reason).toMatch(/mixed: repair at 0 itself with probability 0\.0434783/);
    expect(certifyStationary(cheap, nash, candidate).exploitability).toBeLessThan(1e-13);
  });
});

describe("policy-evaluation", () => {
  it("reads parameters as a number, a range and a list", () => {
    const at = (theta: unknown, name = "softmax"): Float64Array | undefined =>
      solved(policyEvaluation, malware(11), nash, { class: name, theta }).candidate.parametrised?.theta;
    expect(at(0)).toEqual(new Float64Array(11));
    expect(at("-2:2")?.[5]).toBe(0);
    expect(at("-2:2")?.[10]).toBe(2);
    expect(at("0.25", "hard-threshold")).toEqual(Float64Array.of(0.25));
    expect(() => at("1,2,3")).toThrow("one number, or as many as the class has parameters, 11");
    expect(() => at("x", "hard-threshold")).toThrow("option theta = NaN: must be a number in [0, 1]");
  });

  it("says where a policy has no stationary field", () => {
    const thermostat = finiteModel({
      positions: [0, 1],
      actionNames: ["follow", "follow too"],
      discount: 0.9,
      transitionsCoupled: true,
      successors: (_x, _a, [mean]) => [[mean < 0.4 ? 1 : 0, 1]],
      reward: (x) => x,
    });
    const attempt = () => solved(policyEvaluation, thermostat, nash, { theta: 0 });
    expect(attempt).toThrow(RefusalError);
    expect(attempt).toThrow(
      "the policy with theta = 0, 0: no stationary field exists: the population is pushed back across 0.4",
    );
  });
});
