import { expect, it } from "vitest";
import crosschecks from "../../../../../tests/reference/monte-carlo-crosschecks.json" with { type: "json" };
import { parseParameters, run } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { randomStream } from "../../numeric/random.ts";
import { variance } from "../../numeric/statistics.ts";
import { among, ask, limit } from "../backward.testing.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import { forwardBackwardOnly, measureForwardBackward } from "../forward-backward/quantities.ts";
import { meanFieldBsde } from "../games/mean-field-bsde.ts";
import { systemicRiskFbsde } from "../games/systemic-risk-fbsde.ts";
import { expectation, gaussianRule } from "../gaussian-rule.ts";
import type { BackwardModel } from "../model.ts";
import { adjointRound, slopesAt } from "../regression/adjoint-pass.ts";
import type { AdjointRound, AdjointSettings } from "../regression/adjoint-pass.ts";
import { backwardWing } from "../wing.ts";
import { particlePicard } from "./particle-picard.ts";

const bank = (given: Readonly<Record<string, unknown>>) => parseParameters(systemicRiskFbsde.parameters, given);
const D = { a: 1, q: 1, eps: 1.5, c: 1, sigma: 0.2, m0: 0.5, v0: 1 / 12 };

function outcomeOf(
  model: BackwardModel,
  question: Question,
  options: Readonly<Record<string, unknown>>,
  maximumIterations = 60,
) {
  return run(particlePicard, model, question, parseParameters(particlePicard.options, options), { maximumIterations });
}

function toldBy(model: BackwardModel, question: Question, options: Readonly<Record<string, unknown>> = {}) {
  const outcome = outcomeOf(model, question, options);
  if (outcome.outcome !== "converged") throw new Error(outcome.reason);
  return measureForwardBackward(question, forwardBackwardOnly(outcome.candidate));
}

/** Rounds on one batch of independent particles, from no action. */
function roundsOf(particles: number, rounds: number, controlled: boolean, seed: number): AdjointRound[] {
  const settings: AdjointSettings = {
    model: systemicRiskFbsde.build(bank(D)),
    players: Infinity,
    steps: 100,
    copies: 1,
    members: particles,
    degrees: { own: 1, crowd: 1 },
    damping: 1,
    controlled,
  };
  const starts = new Float64Array(particles);
  randomStream(seed, 0).fillNormal(starts, 0);
  const noise = randomStream(seed, 1);
  const noises = {
    starts: starts.map((z) => 0.5 + z / Math.sqrt(12)),
    increments: (n: number, out: Float64Array) => {
      noise.fillNormal(out, n * particles);
      for (let r = 0; r < particles; r++) out[r] *= 0.1;
    },
  };
  const out = [adjointRound(settings, noises)];
  for (let k = 1; k < rounds; k++) out.push(adjointRound(settings, noises, out[k - 1]));
  return out;
}

const etaOf = (round: AdjointRound): number => slopesAt(round.fits[0], round.means[0]).own;

it("rounds are those of the scheme without chance, and the recorded ones within 4 standard errors", () => {
  // Affine fields: η_n ← ((1 − Δ(a + q))η_{n+1} + Δ(ε − q²))(1 − Δ(a + q + η_n of the last round)).
  const scheme: number[] = [];
  for (let round = 0, eta = new Float64Array(101); round < 8; round++) {
    const next = new Float64Array(101);
    next[100] = D.c;
    for (let n = 99; n >= 0; n--) {
      next[n] = ((1 - 0.01 * 2) * next[n + 1] + 0.01 * 0.5) * (1 - 0.01 * (2 + eta[n]));
    }
    eta = next;
    scheme.push(eta[0]);
  }
  const ours = roundsOf(1000, 8, true, 1).map(etaOf);
  // What is regressed has no noise but that of the common mean; it leaves 1e-7.
  ours.forEach((value, k) => expect(Math.abs(value - scheme[k])).toBeLessThan(2e-6));

  // The record has noise: as much as a regression without control on as many particles has.
  const samples = Array.from({ length: 12 }, (_, seed) => etaOf(roundsOf(1000, 3, false, 10 + seed)[2]));
  const standardError = Math.sqrt(variance(samples) / 20);
  const stored = crosschecks.records.find(({ id }) => id === "SMC.S2.A.particle_picard_eta0")?.value as number[];
  expect(standardError).toBeLessThan(5e-4);
  scheme.forEach((value, k) => expect(Math.abs(stored[k] - value) / standardError).toBeLessThan(4));
});

it.each([
  [Infinity, "nash"],
  [5, "nash"],
  [2, "nash"],
  [5, "particle"],
] as const)(
  "slope of the adjoint and exposure of %d players (%s) go to the closed form like 1/k",
  (players, system) => {
    const question = { ...limit, players };
    const parameters = bank({ system });
    const exact = systemicRiskFbsde.exact?.(parameters, question) ?? {};
    const sizes = [6, 12, 24];
    const errors = sizes.map((steps) => {
      const told = toldBy(systemicRiskFbsde.build(parameters), question, { steps, paths: 200 });
      const error = Math.abs(ask(told, "Z0") - ask(exact, "Z0"));
      const said = ask(told, "Z0_time_error") + 4 * ask(told, "Z0_standard_error");
      // That the difference to half the steps is the error is true to the next order.
      expect(error).toBeLessThan(1.2 * said);
      const slope = Math.abs(ask(told, "eta", 0.5) - ask(exact, "eta", 0.5));
      expect(slope).toBeLessThan(0.3 / steps);
      return error;
    });
    expect(Math.abs(logLogSlope(sizes, errors).slope + 1)).toBeLessThan(0.1);
  },
);

it("a game of one's own with a terminal cost that is not quadratic: the closed form of Cole and Hopf", () => {
  const [sigma, kappa] = [0.8, 1.5];
  const zero = { value: () => 0, slopeX: () => 0, slopeM: () => 0 };
  const model: ForwardBackwardModel = {
    family: "backward",
    kind: "forward-backward",
    system: "nash",
    horizon: 1,
    start: { mean: 0.3, variance: 0.25 },
    volatility: sigma,
    control: (_t, _x, _m, y) => -y,
    drift: { ...zero, value: (_t, _x, _m, alpha) => alpha },
    running: { ...zero, value: (_t, _x, _m, alpha) => 0.5 * alpha * alpha },
    final: { slopeX: (x) => kappa * Math.tanh(x), slopeM: () => 0 },
  };
  const rule = gaussianRule();
  const exact = (x: number): number => {
    const weight = (z: number): number => Math.cosh(x + sigma * z) ** (-kappa / sigma ** 2);
    return expectation(rule, (z) => kappa * Math.tanh(x + sigma * z) * weight(z)) / expectation(rule, weight);
  };
  const outcome = outcomeOf(model, limit, { degree: 5, steps: 24, paths: 1500, tolerance: 5e-3 });
  expect(outcome.outcome).toBe("converged");
  const { adjoint } = forwardBackwardOnly(outcome.candidate);
  for (const x of [-0.6, 0, 0.3, 0.9]) {
    // Order one in 24 steps, and a polynomial of degree five.
    expect(Math.abs(adjoint(0, Float64Array.of(x), 0, 0) - exact(x))).toBeLessThan(0.02);
  }
});

it("is certified by code that shares nothing with it; damping ends where full steps do", () => {
  const model = systemicRiskFbsde.build(bank({}));
  const [full, damped] = [1, 0.5].map((damping) => outcomeOf(model, among(3), { damping, steps: 16, paths: 300 }));
  const [a, b] = [full, damped].map(({ trace }) => trace[trace.length - 1]);
  expect(b["rounds"]).toBeGreaterThan(2 * a["rounds"]);
  expect(Math.abs(a["Z0"] - b["Z0"])).toBeLessThan(1e-5);
  const { residual } = backwardWing.certify(model, among(3), full.candidate);
  expect(residual).toBeGreaterThan(1e-4);
  expect(residual).toBeLessThan(0.05);
});

it("says what did not settle, and what it cannot take", () => {
  const model = systemicRiskFbsde.build(bank({}));
  expect(outcomeOf(model, limit, { rounds: 2, steps: 8, paths: 100, tolerance: 1 }, 10).outcome).toBe(
    "iteration-limit",
  );
  expect(() => outcomeOf(model, limit, { steps: 7 })).toThrow("an even number");
  expect(particlePicard.refuses(model, among(61))).toContain("more than 60 players");
  expect(particlePicard.refuses(systemicRiskFbsde.build(bank({ system: "particle" })), among(61))).toBeUndefined();
  const plain = meanFieldBsde.build(parseParameters(meanFieldBsde.parameters, {}));
  expect(particlePicard.refuses(plain, limit)).toContain("forward–backward");
  const [first, again] = [3, 3].map((seed) => outcomeOf(model, limit, { seed, steps: 8, paths: 100 }).trace);
  expect(again).toEqual(first);
});
