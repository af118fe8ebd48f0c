/**
 * Entropic drivers by the transformation of Cole and Hopf.
 *
 * For f = ½γz² + cℓ(law of Y) + h, coupled through the law alone, e^{γ(Y − r)} is a martingale: with
 *
 *     U(t, x) = (1/γ) ln E exp(γ g(x + W_T − W_t)),     r′ = −cℓ(law of U(t, W_t) + r) − h,  r(T) = 0,
 *
 * Y_t = U(t, W_t) + r(t) and Z_t = ∂ₓU(t, W_t) (R. Rouge, N. El Karoui, "Pricing via utility maximization and entropy", Mathematical
 * Finance 10 (2000) 259–276, for the equation without ℓ).
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { expectation, gaussianRule } from "../gaussian-rule.ts";
import type { LawFunctional } from "../law-functional.ts";

export interface EntropicProblem {
  readonly horizon: number;
  readonly gamma: number;
  readonly c: number;
  readonly h: number;
  readonly functional: LawFunctional;
  /** g and its derivative; bounded. */
  readonly terminal: (x: number) => number;
  readonly terminalSlope: (x: number) => number;
  /** Of g at its steepest: nodes are set as close as it needs. */
  readonly steepness: number;
}

export interface EntropicSolution {
  /** U(t, x) + r(t). */
  readonly value: (t: number, x: number) => number;
  readonly slope: (t: number, x: number) => number;
  readonly mean: (t: number) => number;
}

/** @throws RefusalError where r explodes. */
export function entropicSolution(problem: EntropicProblem): EntropicSolution {
  const { horizon, gamma, c, h, functional, terminal, terminalSlope, steepness } = problem;
  // Singularities of tanh(κx) lie π/(2κ) off the line, and the exponential makes them essential.
  const rule = gaussianRule(Math.min(0.125, 0.125 / (steepness * Math.sqrt(horizon))), 9);
  const free = (t: number, x: number): number => {
    const root = Math.sqrt(Math.max(0, horizon - t));
    if (gamma === 0) return expectation(rule, (z) => terminal(x + root * z));
    return Math.log1p(expectation(rule, (z) => Math.expm1(gamma * terminal(x + root * z)))) / gamma;
  };
  const slope = (t: number, x: number): number => {
    const root = Math.sqrt(Math.max(0, horizon - t));
    const weighted = expectation(rule, (z) => Math.exp(gamma * terminal(x + root * z)) * terminalSlope(x + root * z));
    return weighted / expectation(rule, (z) => Math.exp(gamma * terminal(x + root * z)));
  };
  const lawOf = (t: number): Float64Array => {
    const scale = Math.sqrt(Math.max(0, t));
    return rule.nodes.map((node) => free(t, scale * node));
  };
  const solution = integrate(
    (t, r, dr) => {
      dr[0] =
        -h -
        (c === 0
          ? 0
          : c *
            functional.of(
              lawOf(t).map((value) => value + r[0]),
              rule.weights,
            ));
    },
    horizon,
    0,
    [0],
    { relative: 1e-11, absolute: 1e-12 },
  );
  if (solution.outcome !== "finished") throw new RefusalError(`the mean level explodes: ${solution.reason}`);
  const level = (t: number): number => solution.at(t)[0];
  return {
    value: (t, x) => free(t, x) + level(t),
    slope,
    mean: (t) => lawOf(t).reduce((sum, value, k) => sum + rule.weights[k] * value, 0) + level(t),
  };
}
