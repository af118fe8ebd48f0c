import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import { invert, multiplyTransposed, requirePositiveDefinite, traceProduct } from "./dense.ts";
import type { ExplodingPart, Explosion } from "./explosion.ts";
import { explosionOf } from "./explosion.ts";
import { formUnits, integrateScaled } from "./scaled-ode.ts";

/**
 * The linear–quadratic regulator of one decision maker, with cross terms:
 *
 *     dξ = (A ξ + B u) dt + noise of covariance rate Ω,   E ∫ ½ (ξ′Qξ + 2 u′Sξ + u′Ru) dt + E ½ ξ(T)′ G ξ(T).
 *
 * Yong & Zhou, Stochastic Controls (1999), section 6.2. If ξ has a coordinate that is always 1 it is the last one,
 * and the noise's cost is kept in its diagonal entry.
 */
export interface RegulatorProblem {
  readonly horizon: number;
  readonly A: Matrix;
  readonly B: Matrix;
  readonly Q: Matrix;
  readonly S: Matrix;
  readonly R: Matrix;
  readonly terminal: Matrix;
  /** Ω, where the last coordinate is the constant 1. */
  readonly noise?: Matrix;
  /** Brings A, B, Q, S and R to time t. */
  readonly update: (t: number) => void;
  /** False where nothing ever changes: `update` is then called once. */
  readonly timeDependent: boolean;
  /** Typical sizes of the coordinates and of the cost. */
  readonly unit: Float64Array;
  readonly costUnit: number;
  /** What explodes, if anything does. */
  readonly part: ExplodingPart;
  /** Completes "at t = 0.5 …" where R is not positive definite. */
  readonly complaint: string;
}

/** Value ½ ξ′Πξ and optimal control u = Kξ. */
export interface Regulator {
  readonly value: (t: number, out: Matrix) => void;
  readonly gain: (t: number, out: Matrix) => void;
  readonly explosion: Explosion | undefined;
  /** Times at which the integrator's steps ended, from T down. */
  readonly mesh: Float64Array;
}

/**
 * Integrates −Π′ = A′Π + ΠA + Q − (S + B′Π)′ R⁻¹ (S + B′Π) from T down to `from`.
 *
 * @throws RefusalError where R is not positive definite; an explosion is returned, not thrown.
 */
export function solveRegulator(problem: RegulatorProblem, from = 0, relative?: number): Regulator {
  const { A, B, Q, S, R, terminal, noise, horizon, unit: variables, costUnit } = problem;
  const n = A.rows;
  const k = B.columns;
  let inverse = R;
  const marginal = zeros(k, n);
  const gain = zeros(k, n);
  const Pi = zeros(n, n);
  const PiA = zeros(n, n);
  const saved = zeros(n, n);

  let first = true;
  const writeGain = (t: number, at: Matrix): void => {
    if (problem.timeDependent || first) {
      problem.update(t);
      const complaint = `at t = ${t} ${problem.complaint}`;
      requirePositiveDefinite(R, complaint);
      inverse = invert(R, complaint);
      first = false;
    }
    multiplyTransposed(B, at, marginal);
    for (let p = 0; p < marginal.data.length; p++) marginal.data[p] += S.data[p];
    multiply(inverse, marginal, gain);
    for (let p = 0; p < gain.data.length; p++) gain.data[p] = -gain.data[p];
  };

  const field: RightHandSide = (t, y, dy) => {
    Pi.data.set(y);
    writeGain(t, Pi);
    multiply(Pi, A, PiA);
    multiplyTransposed(marginal, gain, saved);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const p = i * n + j;
        const q = j * n + i;
        dy[p] = -(PiA.data[p] + PiA.data[q] + Q.data[p] + (saved.data[p] + saved.data[q]) / 2);
      }
    }
    if (noise !== undefined) dy[n * n - 1] -= traceProduct(noise, Pi);
  };

  const unit = formUnits(variables, costUnit);
  const solution = integrateScaled(field, horizon, from, terminal.data.slice(), unit, relative);
  const value = (t: number, out: Matrix): void => void solution.at(t, out.data);
  return {
    value,
    gain: (t, out) => {
      value(t, Pi);
      writeGain(t, Pi);
      out.data.set(gain.data);
    },
    explosion: explosionOf(solution, horizon, unit, () => problem.part),
    mesh: solution.mesh,
  };
}
