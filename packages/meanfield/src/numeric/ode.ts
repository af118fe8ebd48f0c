/**
 * Adaptive integration of ordinary differential equations with dense output and event location.
 *
 * Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed., II.4 (error and step-size control,
 * starting step), II.6 (dense output); the controller with damping is the one of their IV.2. What goes wrong
 * numerically is an outcome with a reason, never an exception; wrong arguments throw RangeError.
 */

import { dormandPrince5 } from "./dormand-prince-5.ts";
import { dormandPrince8 } from "./dormand-prince-8.ts";
import type { EmbeddedPair, RightHandSide, Stepper } from "./embedded-runge-kutta.ts";
import { createStepper, evaluateDense } from "./embedded-runge-kutta.ts";
import { locateSignChange } from "./event-location.ts";

export type { RightHandSide } from "./embedded-runge-kutta.ts";

const pairs = { "dormand-prince-5": dormandPrince5, "dormand-prince-8": dormandPrince8 } as const;

/** Something that happens where `value` changes sign along the solution. */
export interface OdeEvent {
  readonly value: (t: number, y: Float64Array) => number;
  /** +1: only from negative to positive in the direction of integration; -1: only back; 0 (default): both. */
  readonly direction?: -1 | 0 | 1;
  /** Whether the integration stops there (default false). */
  readonly terminal?: boolean;
}

export interface OdeOptions {
  readonly method?: "dormand-prince-8" | "dormand-prince-5";
  /** A step is accepted when the root mean square of error / (absolute + relative |y|) is at most 1. */
  readonly relative?: number;
  readonly absolute?: number;
  /** Attempts, accepted or not, before the outcome is "step-limit". */
  readonly maximumSteps?: number;
  readonly events?: readonly OdeEvent[];
  /** Size of the first step attempted (positive in either direction); chosen from the slopes where absent. */
  readonly initialStep?: number;
}

export interface LocatedEvent {
  /** Position in `options.events`. */
  readonly index: number;
  readonly t: number;
  readonly y: Float64Array;
}

/** A solution on the interval from t[0] to tEnd, which falls short of the one asked for unless `outcome` is "finished". */
export interface OdeSolution {
  readonly outcome: "finished" | "event" | "step-limit" | "step-too-small" | "not-finite";
  readonly reason: string;
  /** The starting time and the end of every accepted step. */
  readonly t: Float64Array;
  /** The states at those times, one row of length n after another. */
  readonly y: Float64Array;
  /** The last of those states. */
  readonly end: Float64Array;
  readonly tEnd: number;
  /** The state at any time covered, by the continuous extension; throws RangeError outside (beyond rounding). */
  at(t: number, out?: Float64Array): Float64Array;
  /** In the order in which the integration met them. */
  readonly events: readonly LocatedEvent[];
  readonly steps: number;
  readonly rejected: number;
  /** Calls of the right-hand side, those of the dense output included. */
  readonly evaluations: number;
}

function requireNumber(name: string, value: number, allowed: string, isAllowed: boolean): void {
  if (!isAllowed) throw new RangeError(`integrate: ${name} must be ${allowed}, got ${value}.`);
}

/** The first step: the book's rule, which balances the sizes of y, y' and a difference quotient for y''. */
function startingStep(stepper: Stepper, t0: number, t1: number, pair: EmbeddedPair, rel: number, abs: number): number {
  const { y, slope, yNew, slopeNew } = stepper;
  const n = y.length;
  const span = Math.abs(t1 - t0);
  const direction = Math.sign(t1 - t0);
  let d0 = 0;
  let d1 = 0;
  for (let i = 0; i < n; i++) {
    const tolerance = abs + rel * Math.abs(y[i]);
    d0 += (y[i] / tolerance) ** 2;
    d1 += (slope[i] / tolerance) ** 2;
  }
  d0 = Math.sqrt(d0 / n);
  d1 = Math.sqrt(d1 / n);
  const h0 = Math.min(span, d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * (d0 / d1));
  for (let i = 0; i < n; i++) yNew[i] = y[i] + direction * h0 * slope[i];
  stepper.evaluate(t0 + direction * h0, yNew, slopeNew);
  let d2 = 0;
  for (let i = 0; i < n; i++) {
    const tolerance = abs + rel * Math.abs(y[i]);
    d2 += ((slopeNew[i] - slope[i]) / tolerance) ** 2;
  }
  d2 = Math.sqrt(d2 / n) / h0;
  const largest = Math.max(d1, d2);
  const h1 = largest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / largest) ** (1 / pair.order);
  // An infinite slope one Euler step away says nothing; start with that step and let the control shrink it.
  return Math.min(100 * h0, Number.isFinite(h1) ? h1 : h0, span);
}

/** A list of numbers that grows by doubling. */
function growing(capacity: number): {
  data(): Float64Array;
  reserve(length: number): Float64Array;
} {
  let buffer = new Float64Array(capacity);
  return {
    data: () => buffer,
    reserve(length) {
      if (length > buffer.length) {
        const larger = new Float64Array(Math.max(length, 2 * buffer.length));
        larger.set(buffer);
        buffer = larger;
      }
      return buffer;
    },
  };
}

/** Parts into which a step is cut to look for sign changes: two crossings within one part go unseen. */
const partsPerStep = 4;

/**
 * Integrates y' = f(t, y), y(t0) = y0 to t1, which may lie before t0.
 *
 * Defaults: method "dormand-prince-8", relative 1e-12, absolute 1e-13, maximumSteps 100 000. Events are looked for on
 * the continuous extension at the quarters of each accepted step and located there to rounding in t; a zero at t0
 * itself is none. Throws RangeError for arguments out of range; whatever happens on the way is in `outcome`. Memory
 * is 8 n numbers per accepted step (5 n for order 5).
 */
export function integrate(
  f: RightHandSide,
  t0: number,
  t1: number,
  y0: ArrayLike<number>,
  options: OdeOptions = {},
): OdeSolution {
  const { method = "dormand-prince-8", relative = 1e-12, absolute = 1e-13, maximumSteps = 100_000 } = options;
  const { events: watched = [], initialStep } = options;
  const n = y0.length;
  if (!Object.hasOwn(pairs, method)) {
    throw new RangeError(`integrate: method must be one of ${Object.keys(pairs).join(", ")}, got ${method as string}.`);
  }
  requireNumber("t0", t0, "finite", Number.isFinite(t0));
  requireNumber("t1", t1, "finite", Number.isFinite(t1));
  requireNumber("y0.length", n, "at least 1", n >= 1);
  for (let i = 0; i < n; i++) requireNumber(`y0[${i}]`, y0[i], "finite", Number.isFinite(y0[i]));
  requireNumber("relative", relative, "zero or positive", relative >= 0 && relative < 1);
  requireNumber("absolute", absolute, "positive", absolute > 0 && Number.isFinite(absolute));
  requireNumber("maximumSteps", maximumSteps, "a positive integer", Number.isInteger(maximumSteps) && maximumSteps > 0);
  if (initialStep !== undefined) {
    requireNumber("initialStep", initialStep, "positive", initialStep > 0 && Number.isFinite(initialStep));
  }

  const pair: EmbeddedPair = pairs[method];
  const { exponent, damping, shrink, growth } = pair.controller;
  const safety = 0.9;
  const stepper = createStepper(pair, f, n);
  const { y, yNew, denseCount } = stepper;
  const direction = t1 < t0 ? -1 : 1;
  const times = growing(64);
  const sizes = growing(64);
  const states = growing(64 * n);
  const dense = growing(64 * n * denseCount);
  const between = new Float64Array(n);
  const located: LocatedEvent[] = [];
  const lastValue = new Float64Array(watched.length);
  let steps = 0;
  let rejected = 0;
  let t = t0;
  y.set(y0);
  times.reserve(1)[0] = t0;
  states.reserve(n).set(y);

  const finish = (outcome: OdeSolution["outcome"], reason: string): OdeSolution => {
    const count = steps + 1;
    return solution({
      outcome,
      reason,
      t: times.data().slice(0, count),
      y: states.data().slice(0, count * n),
      sizes: sizes.data().slice(0, steps),
      dense: dense.data().slice(0, steps * n * denseCount),
      denseCount,
      n,
      events: located,
      steps,
      rejected,
      evaluations: stepper.evaluations(),
    });
  };

  if (t1 === t0) return finish("finished", `t1 equals t0 = ${t0}.`);
  stepper.evaluate(t0, y, stepper.slope);
  if (!stepper.slope.every((value) => Number.isFinite(value))) {
    return finish("not-finite", `The right-hand side is not finite at t0 = ${t0}.`);
  }
  for (const [index, event] of watched.entries()) {
    lastValue[index] = event.value(t0, y);
    if (Number.isNaN(lastValue[index])) {
      return finish("not-finite", `The value of event ${index} is not a number at t0 = ${t0}.`);
    }
  }

  let h =
    direction * Math.min(Math.abs(t1 - t0), initialStep ?? startingStep(stepper, t0, t1, pair, relative, absolute));

  const crossings: { index: number; theta: number }[] = [];
  let watching = 0;
  let stepOffset = 0;
  /** The watched event's value at a fraction of the step just accepted. */
  const valueAt = (theta: number): number => {
    evaluateDense(y, 0, dense.data(), stepOffset, denseCount, theta, between);
    return watched[watching].value(t + theta * h, between);
  };
  /** Lists the sign changes of the step just accepted; false where the watched event's value is not a number. */
  const findCrossings = (): boolean => {
    crossings.length = 0;
    // A few units in the last place of t, as a fraction of the step.
    const width = Math.max(Number.EPSILON, (2 * Number.EPSILON * Math.abs(t)) / Math.abs(h));
    for (watching = 0; watching < watched.length; watching++) {
      const event = watched[watching];
      const wanted = event.direction ?? 0;
      for (let part = 1; part <= partsPerStep; part++) {
        const theta = part / partsPerStep;
        const before = lastValue[watching];
        const after = part === partsPerStep ? event.value(t + h, yNew) : valueAt(theta);
        if (Number.isNaN(after)) return false;
        lastValue[watching] = after;
        if (before === 0 || (after !== 0 && after > 0 === before > 0)) continue;
        if (wanted !== 0 && wanted > 0 === before > 0) continue;
        const at = locateSignChange(valueAt, (part - 1) / partsPerStep, before, theta, after, width);
        if (Number.isNaN(at)) return false;
        crossings.push({ index: watching, theta: at });
      }
    }
    crossings.sort((a, b) => a.theta - b.theta || a.index - b.index);
    return true;
  };

  let previousError = 1e-4;
  let afterRejection = false;
  let lastWasFinite = true;
  while (steps + rejected < maximumSteps) {
    const remaining = t1 - t;
    // Stretching by up to one per cent avoids a last step of a few units of rounding.
    const isLast = 1.01 * Math.abs(h) >= Math.abs(remaining);
    if (isLast) h = remaining;
    else if (t + 0.1 * h === t) {
      return lastWasFinite
        ? finish("step-too-small", `At t = ${t} the tolerances ask for a step of ${h}, which rounding swallows.`)
        : finish("not-finite", `The solution or its right-hand side is not finite just beyond t = ${t}.`);
    }

    const error = stepper.attempt(t, h, relative, absolute);
    const offset = steps * n * denseCount;
    let accepted = error <= 1;
    lastWasFinite = !Number.isNaN(error);
    if (accepted && !stepper.writeDense(t, h, dense.reserve(offset + n * denseCount), offset)) {
      accepted = false;
      lastWasFinite = false;
    }
    if (!accepted) {
      rejected++;
      afterRejection = true;
      h *= lastWasFinite ? Math.max(shrink, safety / error ** exponent) : 0.25;
      continue;
    }

    const tNew = isLast ? t1 : t + h;
    stepOffset = offset;
    const eventsAreNumbers = watched.length === 0 || findCrossings();
    steps++;
    sizes.reserve(steps)[steps - 1] = h;
    times.reserve(steps + 1)[steps] = tNew;
    states.reserve((steps + 1) * n).set(yNew, steps * n);
    if (!eventsAreNumbers) {
      return finish("not-finite", `The value of event ${watching} is not a number between t = ${t} and ${tNew}.`);
    }
    for (const { index, theta } of crossings) {
      const point = yNew.slice();
      if (theta < 1) evaluateDense(y, 0, dense.data(), offset, denseCount, theta, point);
      const time = theta < 1 ? t + theta * h : tNew;
      located.push({ index, t: time, y: point });
      if (watched[index].terminal !== true) continue;
      times.data()[steps] = time;
      states.data().set(point, steps * n);
      return finish("event", `Event ${index} stopped the integration at t = ${time}.`);
    }
    stepper.advance();
    t = tNew;
    if (isLast) return finish("finished", `Reached t1 = ${t1}.`);
    const raw = (safety * previousError ** damping) / error ** exponent;
    const factor = Math.min(growth, Math.max(shrink, raw));
    h *= afterRejection ? Math.min(1, factor) : factor;
    previousError = Math.max(error, 1e-4);
    afterRejection = false;
  }
  return finish("step-limit", `${maximumSteps} steps were attempted and the integration had come to t = ${t}.`);
}

interface Accepted {
  readonly outcome: OdeSolution["outcome"];
  readonly reason: string;
  readonly t: Float64Array;
  readonly y: Float64Array;
  readonly sizes: Float64Array;
  readonly dense: Float64Array;
  readonly denseCount: number;
  readonly n: number;
  readonly events: readonly LocatedEvent[];
  readonly steps: number;
  readonly rejected: number;
  readonly evaluations: number;
}

function solution(accepted: Accepted): OdeSolution {
  const { outcome, reason, t, y, sizes, dense, denseCount, n, events, steps, rejected, evaluations } = accepted;
  const tStart = t[0];
  const tEnd = t[steps];
  const end = y.slice(steps * n);
  const direction = tEnd < tStart ? -1 : 1;
  const slack = 4 * Number.EPSILON * Math.max(Math.abs(tStart), Math.abs(tEnd));
  const at = (time: number, out: Float64Array = new Float64Array(n)): Float64Array => {
    if (out.length !== n) throw new RangeError(`at: out must have ${n} entries, got ${out.length}.`);
    const past = direction * (time - tStart);
    const left = direction * (tEnd - time);
    if (!(past >= -slack && left >= -slack)) {
      throw new RangeError(`at: t must lie between ${tStart} and ${tEnd}, which the solution covers; got ${time}.`);
    }
    if (past <= 0) out.set(y.subarray(0, n));
    else if (left <= 0) out.set(end);
    else {
      let low = 0;
      let high = steps;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (direction * (time - t[middle]) >= 0) low = middle;
        else high = middle;
      }
      const theta = (time - t[low]) / sizes[low];
      evaluateDense(y, low * n, dense, low * n * denseCount, denseCount, theta, out);
    }
    return out;
  };
  return { outcome, reason, t, y, end, tEnd, at, events, steps, rejected, evaluations };
}
