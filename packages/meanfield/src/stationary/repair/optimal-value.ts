/**
 * The best response of one player of the malware game to a frozen field, along characteristics.
 *
 * The Bellman equation with the relative value Y = W − C(0) and g = (1 − γ)C(0) of `characteristics.ts`: repair pays where
 * γY > λ, so that dY/dt = Y − cx − λ + g there and (1 − γ)Y − cx + g elsewhere, and g = min(γY(0), λ). W is the mean of the
 * increasing function C over [x, 1] and increases itself, so that there is at most one switch; it is met on the way down
 * from x = 1, where the value is known. The right-hand side of the last equation falls in g: one root, of slope one or more.
 */

import { findRoot } from "../../numeric/roots.ts";
import type { RepairModel } from "../model.ts";
import { downwards, joined, solved } from "./characteristics.ts";
import type { Part } from "./characteristics.ts";
import { lengthOf, stateAt, tail } from "./repair-rule.ts";

/** The best response to a frozen field and what it is worth; rewards. */
export interface RepairOptimum {
  /** −ln(1 − θ) of the threshold above which repair pays; Infinity where it pays nowhere, 0 where it pays at every x > 0. */
  readonly length: number;
  /** Q(0, repair) − Q(0, nothing): positive where repair pays at x = 0 itself. */
  readonly advantageAtZero: number;
  /** V*(x). */
  readonly value: (x: number) => number;
  /** J* for the uniform initial law. */
  readonly performance: number;
  /** Q*(x, repair) − Q*(x, nothing), at the length t = −ln(1 − x). */
  readonly advantage: (t: number) => number;
}

interface Descent {
  readonly length: number;
  readonly parts: readonly Part[];
  /** Y(0). */
  readonly first: number;
}

/** Y from x = 1 down to 0 for a guess of g. */
function descend({ discount: gamma, lambda }: RepairModel, c: number, g: number): Descent {
  const even = lambda / gamma;
  const resting = (c - g) / (1 - gamma);
  // An advantage of repair at x = 1 within rounding of 0 would put the switch within rounding of 1: there is none.
  const pays = resting > even * (1 + 1e-14);
  const parts: Part[] = [];
  const state = Float64Array.of(resting);
  let switched = tail;
  if (pays) {
    const above = solved(
      (t, y, dy) => {
        dy[0] = y[0] - c * stateAt(t) - lambda + g;
      },
      tail,
      0,
      [c + lambda - g],
      { events: [{ value: (_, y) => y[0] - even, terminal: true }] },
    );
    switched = above.tEnd;
    state.set(above.end);
    parts.push({ low: switched, high: tail, at: (t) => above.at(t) });
    if (above.outcome === "finished") return { length: 0, parts, first: state[0] };
  }
  parts.push(
    downwards(
      (t, y, dy) => {
        dy[0] = (1 - gamma) * y[0] - c * stateAt(t) + g;
      },
      switched,
      0,
      state,
    ),
  );
  return { length: pays ? switched : Infinity, parts, first: state[0] };
}

/** The best response to a frozen mean. */
export function optimum(model: RepairModel, mean: number): RepairOptimum {
  const { discount: gamma, lambda, k } = model;
  const c = k + mean;
  // g is the mean cost of a step, in a sense: at most c, for it costs no more to do nothing, nor than λ, to repair always.
  const high = Math.min(c, lambda);
  const excess = (g: number): number => g - Math.min(gamma * descend(model, c, g).first, lambda);
  const g = c === 0 ? 0 : excess(high) <= 0 ? high : findRoot(excess, 0, high);
  const { length, parts, first } = descend(model, c, g);
  const at = joined(parts);
  const advantage = (t: number): number => gamma * at(t)[0] - lambda;
  return {
    length,
    advantageAtZero: gamma * first - lambda,
    value: (x) => -(c * x + lambda + Math.min(0, advantage(lengthOf(x))) + (gamma * g) / (1 - gamma)),
    performance: -(first + g / (1 - gamma)),
    advantage,
  };
}
