/**
 * One player of the malware game among finitely many who have settled, in closed form: what it earns by everybody's
 * threshold, and what it gains by the best reply that looks at its own state alone.
 *
 * The others' states do not depend on the player's, and its own is one N-th of the mean it pays for, so that on average a
 * step costs cx + x²/N + λa with c = k + ⟨z⟩(N − 1)/N. For such a cost everything is as in `closed-form.ts`, with
 * t = −ln(1 − x), ℓ = −ln(1 − θ) and a = 1 − γ.
 */

import { findRoot } from "../../numeric/roots.ts";
import type { RepairModel } from "../model.ts";
import type { RepairOutcome } from "./closed-form.ts";

/** Rewards from the uniform initial law. */
export interface RepairOneOfMany {
  readonly performance: number;
  readonly gain: number;
}

/** @param settled what all others play, and the mean of its stationary law */
export function repairOneOfMany(
  model: RepairModel,
  settled: Pick<RepairOutcome, "length" | "atZero" | "mean">,
  players: number,
): RepairOneOfMany {
  const costs = { ...model, c: model.k + settled.mean * (1 - 1 / players), square: 1 / players };
  const own = settled.atZero > 0 ? mixedCost(costs, settled.atZero) : thresholdCost(costs, settled.length);
  const best = Math.min(mixedCost(costs, 1), thresholdCost(costs, bestLength(costs)));
  const gain = own - best;
  return { performance: -own, gain: gain > ROUNDING * own ? gain : 0 };
}

/** A difference of two costs of some ten roundings each. */
const ROUNDING = 1e-14;

interface Costs {
  readonly discount: number;
  readonly lambda: number;
  /** A step costs c·x + square·x² + λa. */
  readonly c: number;
  readonly square: number;
}

/** Mean of cx + square·x² over [θ, 1]. */
function meanAbove({ c, square }: Costs, length: number): number {
  const x = -Math.expm1(-length);
  return (c * (1 + x)) / 2 + (square * (1 + x + x * x)) / 3;
}

/** J as a cost where repair is for x > θ: the mean cost W over [0, 1], with dW/dt = aW − (cx + square·x²) below θ. */
function thresholdCost(costs: Costs, length: number): number {
  const { discount: gamma, lambda, c, square } = costs;
  const a = 1 - gamma;
  const kept = Math.exp(-a * length);
  // ∫₀^ℓ e^{−rt} dt.
  const decay = (rate: number): number => -Math.expm1(-rate * length) / rate;
  const [none, once, twice] = [decay(a), decay(a + 1), decay(a + 2)];
  const below = c * (none - once) + square * (none - 2 * once + twice);
  return (kept * (meanAbove(costs, length) + lambda) + below) / (1 - gamma * gamma * kept);
}

/** J as a cost where repair is for every x > 0, and at 0 itself with a probability p. */
function mixedCost(costs: Costs, p: number): number {
  const { discount: gamma, lambda } = costs;
  const outside = meanAbove(costs, 0) + lambda;
  const fromZero = (p * lambda + (1 - p) * gamma * outside) / (1 - p * gamma - (1 - p) * gamma * gamma);
  return outside + gamma * fromZero;
}

/** ℓ of the best threshold: what repair saves there, times a, passes zero upwards, once. */
function bestLength(costs: Costs): number {
  const { discount: gamma, lambda } = costs;
  const saving = (length: number): number =>
    gamma * meanAbove(costs, length) - (1 - gamma) * (lambda + gamma * gamma * thresholdCost(costs, length));
  if (saving(0) >= 0) return 0;
  if (saving(Infinity) <= 0) return Infinity;
  let high = 1;
  while (saving(high) < 0) high *= 2;
  return findRoot(saving, 0, high);
}
