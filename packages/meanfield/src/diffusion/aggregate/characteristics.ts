/**
 * All equilibria without common noise, by characteristics backwards from where they end.
 *
 *     dm/dt = (c₁′)⁻¹(−y),   dy/dt = −τ(m),   y(T) = h(m_T).
 *
 * Every equilibrium is one characteristic, and its mean at T tells which: those x whose characteristic through (x, h(x)) at T starts
 * at m₀ are the roots of one function of one variable. With c₁ = kα²/2 and τ = 0 it is x − m₀ + (T/k) h(x).
 * L. C. Evans, "Partial Differential Equations", 2nd ed., AMS 2010, 3.2.
 */

import type { Question } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { OdeSolution } from "../../numeric/ode.ts";
import { findRoot, NoConvergenceError } from "../../numeric/roots.ts";
import type { PathEquilibrium } from "./candidate.ts";
import { charges, effortAt, reachOf } from "./model.ts";
import type { AggregateModel } from "./model.ts";

export interface EquilibriaFound {
  /** In increasing order of the mean at T. */
  readonly equilibria: readonly PathEquilibrium[];
  /** How near to the start come characteristics that turn back without reaching it; infinite where none turns. */
  readonly nearestMiss: number;
  /** The cell of the scan. */
  readonly resolution: number;
}

/** One characteristic: where it starts, and how that moves with where it ends. */
interface Characteristic {
  readonly start: number;
  readonly spread: number;
  readonly path: OdeSolution;
}

/**
 * Scans ends m_T on `cells` cells of the interval that efforts can reach.
 *
 * In a cell one root is found by its change of sign, two by the turning point between them. More than two, or a turning point and back
 * within one cell, go unseen: halve the cells to see whether the number stays.
 */
export function findEquilibria(model: AggregateModel, question: Question, cells: number): EquilibriaFound {
  const reach = 1.01 * reachOf(model, question) + 1e-6;
  const from = (x: number): Characteristic => characteristicTo(model, question, x);
  const gap = (x: number): number => from(x).start - model.start;
  const ends = Float64Array.from({ length: cells + 1 }, (_, i) => model.start + reach * ((2 * i) / cells - 1));
  const scanned = Array.from(ends, (x) => from(x));
  const roots: number[] = [];
  let nearestMiss = Infinity;
  const add = (x: number): void => {
    if (roots.every((other) => Math.abs(other - x) > 1e-12 * (1 + Math.abs(x)))) roots.push(x);
  };
  for (let i = 0; i < cells; i++) {
    const [a, b] = [ends[i], ends[i + 1]];
    const [left, right] = [scanned[i], scanned[i + 1]];
    const [fa, fb] = [left.start - model.start, right.start - model.start];
    const parts = [a, b];
    if (left.spread * right.spread < 0) {
      const turn = findRoot((x) => from(x).spread, a, b);
      const miss = gap(turn);
      if (fa * fb > 0 && miss * fa > 0) nearestMiss = Math.min(nearestMiss, Math.abs(miss));
      parts.splice(1, 0, turn);
    }
    for (let p = 1; p < parts.length; p++) {
      const [low, high] = [parts[p - 1], parts[p]];
      const [f, g] = [gap(low), gap(high)];
      if (f === 0) add(low);
      else if (g === 0) add(high);
      else if (f * g < 0) add(findRoot(gap, low, high));
    }
  }
  return {
    equilibria: roots.toSorted((x, y) => x - y).map((x) => equilibriumAt(model, question, x)),
    nearestMiss,
    resolution: ends[1] - ends[0],
  };
}

/** The one with the least potential, by its place. */
export function leastPotential(equilibria: readonly PathEquilibrium[]): number {
  return equilibria.reduce((best, { potential }, i) => (potential < equilibria[best].potential ? i : best), 0);
}

/** State along a characteristic: m, y, and their derivatives with respect to the end. */
function characteristicTo(model: AggregateModel, question: Question, x: number): Characteristic {
  const { running, terminal } = charges(model, question);
  const { inverseSlope } = model.effort;
  const path = integrate(
    (_t, state, out) => {
      const [m, y, dm, dy] = state;
      out[0] = effortAt(model, y);
      out[1] = -running.value(m);
      out[2] = -inverseSlope(-y) * dy;
      out[3] = -running.slope(m) * dm;
    },
    model.horizon,
    0,
    [x, terminal.value(x), 1, terminal.slope(x)],
  );
  if (path.outcome !== "finished") {
    throw new NoConvergenceError(`characteristic to ${x}: ${path.reason}`);
  }
  return { start: path.end[0], spread: path.end[2], path };
}

function equilibriumAt(model: AggregateModel, question: Question, x: number): PathEquilibrium {
  const { running, terminal } = charges(model, question);
  const { path, spread } = characteristicTo(model, question, x);
  const at = (t: number): Float64Array => path.at(t);
  const spent = integrate(
    (t, _state, out) => {
      const [m, y] = at(t);
      out[0] = model.effort.value(effortAt(model, y)) + running.integral(m);
    },
    0,
    model.horizon,
    [0],
  ).end[0];
  return {
    mean: (t) => at(t)[0],
    adjoint: (t) => at(t)[1],
    meanAtEnd: x,
    potential: spent + terminal.integral(x),
    spread,
  };
}

/** E J of a player along an equilibrium. */
export function costOfPath(model: AggregateModel, { mean, adjoint, meanAtEnd }: PathEquilibrium): number {
  const running = integrate(
    (t, _state, out) => {
      const m = mean(t);
      out[0] = model.effort.value(effortAt(model, adjoint(t))) + m * model.running.value(m);
    },
    0,
    model.horizon,
    [0],
  ).end[0];
  return running + meanAtEnd * model.terminal.value(meanAtEnd);
}
