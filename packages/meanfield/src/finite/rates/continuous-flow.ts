/** A policy found on a grid as a function of time, straight between its points, and the flow that it induces in continuous time. */

import type { RatesCandidate } from "./candidate.ts";
import { row } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import type { Moment, RatesModel } from "./model.ts";
import { drift } from "./stage.ts";

/** What costs and rates see at a time and a law. */
export function seenAt({ parameters }: RatesModel, t: number, mu: Float64Array): Moment {
  const gamma = new Float64Array(parameters.names.length);
  parameters.at(t, mu, gamma);
  return { t, gamma, mu };
}

/** The controls of all moves at a share of the interval after the i-th point. */
export function controlsAt({ grid: { moves, t }, controls }: RatesCandidate, i: number, share: number): Float64Array {
  const now = row(controls, i, moves);
  if (share === 0 || i + 1 === t.length) return now;
  const next = row(controls, i + 1, moves);
  return now.map((a, m) => a + share * (next[m] - a));
}

/** μ at any time from 0 to T. */
export type ContinuousFlow = (t: number) => Float64Array;

/** Jumps that a step of the classical method may hold: it errs by 1e-5 of what jumps in it, and beyond three by anything. */
const jumpsInStep = 0.25;
/** What needs more steps between two points of the grid than this is left as inaccurate as it is. */
const mostParts = 1000;

/**
 * The flow of a policy by the classical Runge–Kutta method, in steps of the grid, divided where players jump fast; cubic between
 * their ends, of which it has the slopes. It is no number from where it cannot be computed.
 */
export function continuousFlow(candidate: RatesCandidate): ContinuousFlow {
  const { model, grid } = candidate;
  const { states, t, step } = grid;
  const paths: { readonly mu: Float64Array; readonly slope: Float64Array }[] = [];
  let start = model.initial;
  for (let i = 0; i + 1 < t.length; i++) {
    const parts = partsOf(candidate, i, start);
    const h = step / parts;
    const [mu, slope] = [0, 1].map(() => new Float64Array((parts + 1) * states));
    const slopeAt = (place: number, y: Float64Array): Float64Array => {
      const share = place / parts;
      const out = new Float64Array(states);
      drift(model, seenAt(model, t[i] + share * step, y), controlsAt(candidate, i, share), out);
      return out;
    };
    mu.set(start);
    for (let k = 0; k <= parts; k++) {
      const now = row(mu, k, states);
      const first = slopeAt(k, now);
      slope.set(first, k * states);
      if (k < parts)
        mu.set(
          classicalStep(now, first, h, (share, y) => slopeAt(k + share, y)),
          (k + 1) * states,
        );
    }
    paths.push({ mu, slope });
    start = row(mu, parts, states);
  }
  return (time) => {
    const i = intervalAt(grid, time);
    const { mu, slope } = paths[i];
    const parts = mu.length / states - 1;
    const place = Math.min(Math.max((time - t[i]) / step, 0), 1) * parts;
    const k = Math.min(Math.floor(place), parts - 1);
    return cubic(mu, slope, k * states, states, place - k, step / parts);
  };
}

/** The interval of the grid that holds a time. */
export function intervalAt({ t, step }: RatesGrid, time: number): number {
  return Math.min(Math.max(Math.floor(time / step), 0), t.length - 2);
}

function partsOf(candidate: RatesCandidate, i: number, mu: Float64Array): number {
  const { model, grid } = candidate;
  let most = 0;
  for (const k of [i, i + 1]) {
    const at = seenAt(model, grid.t[k], mu);
    const total = new Float64Array(grid.states);
    model.moves.forEach(({ from, rate }, m) => (total[from] += rate.value(candidate.controls[k * grid.moves + m], at)));
    most = Math.max(most, ...total);
  }
  const parts = Math.ceil((most * grid.step) / jumpsInStep);
  // What is no number is told by all that is computed from it.
  return parts > 1 ? Math.min(parts, mostParts) : 1;
}

/** `slope` is asked at ½ and 1 of the step, `first` is that at 0. */
function classicalStep(
  y: Float64Array,
  first: Float64Array,
  step: number,
  slope: (share: number, y: Float64Array) => Float64Array,
): Float64Array {
  const along = (k: Float64Array, by: number): Float64Array => y.map((value, x) => value + by * k[x]);
  const second = slope(0.5, along(first, step / 2));
  const third = slope(0.5, along(second, step / 2));
  const fourth = slope(1, along(third, step));
  return y.map((value, x) => value + (step / 6) * (first[x] + 2 * second[x] + 2 * third[x] + fourth[x]));
}

/** The cubic with values and slopes at both ends of a step, at a share of it. */
function cubic(
  y: Float64Array,
  slope: Float64Array,
  offset: number,
  width: number,
  s: number,
  h: number,
): Float64Array {
  const r = 1 - s;
  return Float64Array.from({ length: width }, (_, x) => {
    const [now, next] = [offset + x, offset + width + x];
    return r * r * ((1 + 2 * s) * y[now] + s * h * slope[now]) + s * s * ((1 + 2 * r) * y[next] - r * h * slope[next]);
  });
}
