/**
 * H = sup_a (−p b − f) over an interval of controls, the control sought by Newton's method between shrinking bounds.
 *
 * p b + f falls and then rises in a, so that its slope p b_a + f_a changes its sign once. H_p = −b at the control that attains H
 * (J. M. Danskin, "The theory of max-min", Springer 1967).
 */

import { call, compileFormula, derivative, name, namesIn, simplify, substitute } from "../../formula/index.ts";
import type { Expression } from "../../formula/index.ts";
import type { AxisHamiltonian, Population } from "../pde/model.ts";
import { controlAt, inputsOf, momentumAt, readerOf, seesOf, situate } from "./readers.ts";
import type { Steered } from "./steering.ts";

/** Halvings that leave nothing of an interval. */
const mostSteps = 120;

export function soughtHamiltonian(
  { drift, cost, aggregates }: Pick<Steered, "drift" | "cost" | "aggregates">,
  [low, high]: readonly [number, number],
): AxisHamiltonian {
  const names = inputsOf(aggregates);
  const total = simplify(call("+", call("*", name("p"), drift), cost));
  const [totalSlope, driftSlope] = [derivative(total, "a"), derivative(drift, "a")];
  const [value, slope, bend, velocity, turn] = [total, totalSlope, derivative(totalSlope, "a"), drift, driftSlope].map(
    (expression) => compileFormula(expression, names),
  );

  const slopeAt = (a: number): number => {
    slope.inputs[controlAt] = a;
    return slope.run();
  };
  /** Where the tapes stand on: value, slope and curvature are asked one after the other at the same place. */
  const here = new Float64Array(names.length).fill(Number.NaN);
  let last = Number.NaN;

  /** Puts every tape where the player is, and gives the best control. */
  const seek = (t: number, x: number, y: number, p: number, population: Population): number => {
    const { inputs } = slope;
    situate(slope, t, x, y, population);
    inputs[momentumAt] = p;
    inputs[controlAt] = 0;
    if (here.every((each, k) => each === inputs[k])) return last;
    here.set(inputs);
    for (const tape of [value, bend, velocity, turn]) tape.inputs.set(inputs);
    last = crossing();
    return last;
  };

  /** Where the slope of the cost passes 0. */
  const crossing = (): number => {
    if (!(slopeAt(low) < 0)) return low;
    if (!(slopeAt(high) > 0)) return high;
    let [left, right, a] = [low, high, 0.5 * (low + high)];
    let before = high - low;
    for (let k = 0; k < mostSteps; k++) {
      const rate = slopeAt(a);
      if (rate === 0) return a;
      if (rate < 0) left = a;
      else right = a;
      bend.inputs[controlAt] = a;
      const step = -rate / bend.run();
      if (Math.abs(step) <= 2 * Number.EPSILON * (Math.abs(a) + 1e-3 * (high - low))) return a;
      // A Newton step is taken where it stays inside and keeps shrinking; at kinks halving goes on alone.
      const trusted = a + step > left && a + step < right && Math.abs(step) < 0.5 * before;
      before = trusted ? Math.abs(step) : 0.5 * (right - left);
      a = trusted ? a + step : 0.5 * (left + right);
      if (a === left || a === right) return a;
    }
    return a;
  };
  const rest = restOf(drift, cost, aggregates, [low, high]);
  return {
    value: (t, x, y, p, population) => {
      value.inputs[controlAt] = seek(t, x, y, p, population);
      return -value.run();
    },
    slope: (t, x, y, p, population) => {
      velocity.inputs[controlAt] = seek(t, x, y, p, population);
      return -velocity.run();
    },
    curvature: (t, x, y, p, population) => {
      const a = seek(t, x, y, p, population);
      if (a === low || a === high) return 0;
      for (const tape of [bend, turn]) tape.inputs[controlAt] = a;
      const rate = turn.run();
      const bent = bend.run();
      // Where the slope jumps past 0, at a kink, the control stays for a while as p moves.
      const left = slopeAt(a);
      const terms = Math.abs(p * rate) + Math.abs(left - p * rate);
      return bent > 0 && Math.abs(left) <= 1e-6 * terms ? (rate * rate) / bent : 0;
    },
    ...(rest === undefined ? {} : { rest }),
    sees: seesOf([drift, cost], aggregates),
  };
}

/** The momentum at which nobody drifts, where b is straight in a: p = −f_a/b_a at the control with b = 0. */
function restOf(
  drift: Expression,
  cost: Expression,
  aggregates: readonly string[],
  [low, high]: readonly [number, number],
): AxisHamiltonian["rest"] {
  const turn = derivative(drift, "a");
  if (namesIn(turn).has("a")) return undefined;
  const still = simplify(call("negate", call("/", substitute(drift, new Map([["a", 0]])), turn)));
  const standing = readerOf(still, aggregates);
  const turning = readerOf(turn, aggregates);
  const gain = compileFormula(derivative(cost, "a"), inputsOf(aggregates));
  return (t, x, y, population) => {
    const a = standing(t, x, y, population);
    const rate = turning(t, x, y, population);
    // All drift one way whatever it costs: H falls where they go up, and rises where they go down.
    if (a < low) return rate > 0 ? Infinity : -Infinity;
    if (a > high) return rate > 0 ? -Infinity : Infinity;
    situate(gain, t, x, y, population);
    gain.inputs[controlAt] = a;
    return -gain.run() / rate;
  };
}
