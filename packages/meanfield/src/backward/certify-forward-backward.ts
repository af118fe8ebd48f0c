import type { Certificate } from "../core/index.ts";
import { evenGrid } from "../core/index.ts";
import { gaussLegendre } from "../numeric/gauss-rules.ts";
import type { ForwardBackwardCandidate } from "./candidate.ts";
import { openLoopGain } from "./forward-backward/deviation.ts";

/**
 * How good a solution of a forward–backward system is; residual and consistency from the game's functions alone.
 *
 * Residual: how far the adjoints are from ∂ₜY + Σ_k β_k ∂_kY + ½σ²Σ_k ∂_kkY = −∂H and from their terminal values, at a few times and
 * states, derivatives by central differences; relative to the largest adjoint where that exceeds one. Consistency: in the limit,
 * the largest difference between the mean that was assumed and the one that follows from it. Exploitability: for linear profiles of
 * a linear–quadratic game, the gain of a best response while all others keep their control processes (`deviation.ts`); finitely many
 * particles are no game.
 */
export function certifyForwardBackward(candidate: ForwardBackwardCandidate): Certificate {
  const { model, question, linear } = candidate;
  const game = model.system === "nash" || question.players === Infinity;
  return {
    exploitability:
      game && linear !== undefined && model.linear !== undefined ? openLoopGain(model, question.players, linear) : null,
    consistency: candidate.assumedMean === undefined ? null : consistency(candidate, candidate.assumedMean),
    residual: residual(candidate),
    exactError: null,
  };
}

function residual({ model, question, adjoint, assumedMean }: ForwardBackwardCandidate): number {
  const { horizon, start, volatility, system, control, drift, running, final } = model;
  const limit = question.players === Infinity;
  const players = limit ? 1 : question.players;
  // In the limit and among particles the law is not the player's to move.
  const share = limit || system === "particle" ? 0 : 1 / players;
  const scale = Math.sqrt(start.variance + volatility * volatility * horizon) || 1;
  const pairs = share > 0 && players > 1 ? [0, 1] : [0];
  let worst = 0;
  const note = (gap: number, size: number): void => {
    const relative = Math.abs(gap) / Math.max(1, size);
    worst = Number.isNaN(relative) ? relative : Math.max(worst, relative);
  };
  for (const t of evenGrid(0.08 * horizon, 0.92 * horizon, 6)) {
    const m0 = limit ? (assumedMean?.(t) ?? Number.NaN) : start.mean;
    // The first two players stand where they like; all others stand together, and so move together.
    const x = new Float64Array(players).fill(m0 - 0.3 * scale);
    x[0] = m0 + 1.1 * scale;
    if (players > 1) x[1] = m0 - 0.8 * scale;
    const distinct = Math.min(players, 3);
    const mean = limit ? m0 : average(x);
    const actions = Array.from({ length: distinct }, (_, k) => control(t, x[k], mean, adjoint(t, x, k, k)));
    const speeds = actions.map((alpha, k) => drift.value(t, x[k], mean, alpha));
    const velocity = (k: number): number => speeds[Math.min(k, distinct - 1)];
    // Σ_k ∂ₘβ(X^k)Y^{0k}: the last of the distinct players stands for all further ones.
    let pull = 0;
    if (share > 0) {
      for (let k = 0; k < distinct; k++) {
        const weight = k === distinct - 1 ? players - k : 1;
        pull += weight * drift.slopeM(t, x[k], mean, actions[k]) * adjoint(t, x, 0, k);
      }
    }
    for (const j of pairs) {
      const Y = adjoint(t, x, 0, j);
      const rate =
        drift.slopeX(t, x[j], mean, actions[j]) * Y +
        (j === 0 ? running.slopeX(t, x[0], mean, actions[0]) : 0) +
        share * (pull + running.slopeM(t, x[0], mean, actions[0]));
      const field = (time: number, states: Float64Array): number => adjoint(time, states, 0, j);
      const along = bestDerivative(horizon, (h) =>
        field(
          t + h,
          x.map((state, k) => state + h * velocity(k)),
        ),
      );
      const curved = 0.5 * volatility ** 2 * laplacian(field, t, x, scale, distinct);
      const gaps = along.map((derivative) => derivative + curved + rate);
      const least = gaps.reduce((best, gap) => (Math.abs(gap) < Math.abs(best) ? gap : best));
      note(least, Math.max(Math.abs(Y), Math.abs(rate)));
      const mEnd = limit ? (assumedMean?.(horizon) ?? Number.NaN) : mean;
      const end = (j === 0 ? final.slopeX(x[0], mEnd) : 0) + (share > 0 ? share * final.slopeM(x[0], mEnd) : 0);
      const there = field(horizon, x);
      note(there - end, Math.abs(there));
    }
  }
  return worst;
}

/** Derivatives at 0 by central differences of order eight with steps of several sizes, one of which fits the field's own scale. */
function bestDerivative(horizon: number, f: (h: number) => number): number[] {
  return [1e-2, 2e-3, 4e-4, 8e-5].map((share) => {
    const h = share * horizon;
    const pair = (k: number): number => f(k * h) - f(-k * h);
    return ((4 / 5) * pair(1) - (1 / 5) * pair(2) + (4 / 105) * pair(3) - (1 / 280) * pair(4)) / h;
  });
}

/** Σ_k ∂_kk over all players, those beyond the distinct ones like the last of these. */
function laplacian(
  field: (t: number, x: Float64Array) => number,
  t: number,
  x: Float64Array,
  scale: number,
  distinct: number,
): number {
  const h = 0.05 * scale;
  const here = field(t, x);
  let sum = 0;
  for (let k = 0; k < distinct; k++) {
    const weight = k === distinct - 1 ? x.length - k : 1;
    const shifted = (by: number): number => {
      const y = x.slice();
      y[k] += by;
      return field(t, y);
    };
    sum += (weight * (shifted(h) - 2 * here + shifted(-h))) / (h * h);
  }
  return sum;
}

function consistency({ model, adjoint }: ForwardBackwardCandidate, assumed: (t: number) => number): number {
  const { horizon, start, control, drift } = model;
  // The drift of the mean is the drift at the mean where the game is linear; else the law around it matters.
  if (model.linear === undefined) return Number.NaN;
  const speed = (t: number): number => {
    const m = assumed(t);
    return drift.value(t, m, m, control(t, m, m, adjoint(t, Float64Array.of(m), 0, 0)));
  };
  const pieces = 20;
  let reached = start.mean;
  let worst = Math.abs(assumed(0) - reached);
  for (let piece = 0; piece < pieces; piece++) {
    const low = (horizon * piece) / pieces;
    const width = horizon / pieces;
    for (let k = 0; k < legendre.nodes.length; k++) {
      reached += 0.5 * width * legendre.weights[k] * speed(low + 0.5 * width * (1 + legendre.nodes[k]));
    }
    const gap = Math.abs(assumed(low + width) - reached) / Math.max(1, Math.abs(reached));
    worst = Number.isNaN(gap) ? gap : Math.max(worst, gap);
  }
  return worst;
}

const legendre = gaussLegendre(12);

function average(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value, 0) / x.length;
}
