/**
 * Policies of the malware game with its continuous state, along characteristics: fields and values by integrating
 * ordinary differential equations, for hard and smooth thresholds alike. Nothing is shared with the closed form.
 *
 * Game: M. Huang, Y. Ma, CDC 2016. With q(x) the probability of repair, c = k + ⟨z⟩ and W(x) the mean cost over [x, 1],
 * where a player left alone goes, the cost to go is C = cx + q(λ + γC(0)) + (1 − q)γW, and (1 − x)W' = W − C.
 * In t = −ln(1 − x) that is dW/dt = W − C. Two substitutions keep all digits as γ → 1: Y = W − C(0), the relative value, and
 * g = (1 − γ)C(0), which tends to the mean cost of a step. Then
 *
 *     dY/dt = (1 − γ(1 − q))Y − cx − qλ + g,    g = q(0)λ + (1 − q(0))γY(0),
 *
 * stable backwards in t and linear: Y = cX + λR + gG with three solutions that depend on q and γ alone.
 */

import { integrate } from "../../numeric/ode.ts";
import type { OdeOptions, OdeSolution, RightHandSide } from "../../numeric/ode.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import type { RepairModel } from "../model.ts";
import { lengthOf, stateAt, tail } from "./repair-rule.ts";
import type { RepairRule } from "./repair-rule.ts";

/** What a rule's own stationary law has. */
export interface RepairField {
  /** Mass at x = 0. */
  readonly atom: number;
  /** ⟨z⟩. */
  readonly mean: number;
  /** Derivative of ⟨z⟩ in the rule's parameter. */
  readonly meanSlope: number;
  /** Density at y in (0, 1). */
  readonly density: (y: number) => number;
}

/** What a rule is worth at a frozen field; rewards. */
export interface RepairValue {
  /** V(x). */
  readonly value: (x: number) => number;
  /** J for the uniform initial law. */
  readonly performance: number;
  /** Q(x, repair) − Q(x, nothing), at the length t = −ln(1 − x). */
  readonly advantage: (t: number) => number;
  /** ∂J in the rule's parameter, the field frozen. */
  readonly partial: number;
  /** ∂J/∂⟨z⟩, the rule fixed. */
  readonly perMean: number;
}

/** Tight enough for 1e-12 of numbers of size one, with room above the rounding of the integrator itself. */
export const accuracy = { relative: 1e-14, absolute: 1e-16 } as const;

/** The solution from t0 to t1, or NoConvergenceError with the integrator's reason. */
export function solved(
  f: RightHandSide,
  t0: number,
  t1: number,
  y0: ArrayLike<number>,
  options: OdeOptions = {},
): OdeSolution {
  const solution = integrate(f, t0, t1, y0, { ...accuracy, ...options });
  if (solution.outcome !== "finished" && solution.outcome !== "event") {
    throw new NoConvergenceError(`malware game: ${solution.reason}`);
  }
  return solution;
}

/** A solution on an interval of lengths t, with a clock of its own: a threshold may lie at t = 1e9 and what follows it not. */
export interface Part {
  readonly low: number;
  readonly high: number;
  readonly at: (t: number) => Float64Array;
}

/** Parts that follow one another as one function, constant in gaps and beyond the last. */
export function joined(parts: readonly Part[]): (t: number) => Float64Array {
  const sorted = parts.toSorted((one, other) => one.low - other.low);
  const last = sorted[sorted.length - 1];
  return (t) => {
    const { low, high, at } = sorted.find((part) => t <= part.high) ?? last;
    return at(Math.min(high, Math.max(low, t)));
  };
}

/** The part from `from` up to `to`; `f` is given t, and the last argument is overwritten by the state at `to`. */
function upwards(f: RightHandSide, from: number, to: number, state: Float64Array): Part {
  const solution = solved((s, y, dy) => f(from + s, y, dy), 0, to - from, state);
  state.set(solution.end);
  return { low: from, high: to, at: (t) => solution.at(t - from) };
}

/** The part from `to` down to `from`, likewise. */
export function downwards(f: RightHandSide, to: number, from: number, state: Float64Array): Part {
  const turned: RightHandSide = (s, y, dy) => {
    f(to - s, y, dy);
    for (let i = 0; i < dy.length; i++) dy[i] = -dy[i];
  };
  const solution = solved(turned, 0, to - from, state);
  state.set(solution.end);
  return { low: from, high: to, at: (t) => solution.at(to - t) };
}

/**
 * The stationary law of a rule.
 *
 * The flow out of [0, y] balances the flow in: the density f has (1 − y)f' = (1 − q)f, so that φ = f e^{−t}, the mass per
 * length, has dφ/dt = −qφ. φ(0) = (1 − q(0))·atom, and the mean is a quotient of integrals of φ.
 */
export function stationaryField(rule: RepairRule): RepairField {
  const leaving = 1 - rule.atZero;
  const last = rule.pieces[rule.pieces.length - 1];
  const topChance = last.chance(1);
  // Nobody ever repairs at the top: all of the mass ends up there.
  if (topChance === 0) return { atom: 0, mean: 1, meanSlope: 0, density: () => 0 };
  // φ, ∫φ, ∫xφ and their derivatives in the parameter, for φ(0) = 1; and ln f by its own equation, since φe^{t} would
  // bring the rounding of a vanishing φ back to size at x near 1.
  const state = Float64Array.of(1, 0, 0, 0, 0, 0, 0);
  const parts = rule.pieces.map(({ from, to, chance, slope }) => {
    // A later jump lets the mass that arrives there go on for that much longer.
    if (rule.jump === from) state[3] += state[0];
    return upwards(
      (t, y, dy) => {
        const x = stateAt(t);
        const q = chance(x);
        dy[0] = -q * y[0];
        dy[1] = y[0];
        dy[2] = x * y[0];
        dy[3] = -q * y[3] - slope(x) * y[0];
        dy[4] = y[3];
        dy[5] = x * y[3];
        dy[6] = 1 - q;
      },
      from,
      to,
      state,
    );
  });
  const [phi, , , phiSlope] = state;
  // Beyond the end q and x are what they are at 1.
  const rest = phi / topChance;
  const restSlope = (phiSlope - rest * last.slope(1)) / topChance;
  const size = state[1] + rest;
  const moment = state[2] + rest;
  const sizeSlope = state[4] + restSlope;
  const momentSlope = state[5] + restSlope;
  const mass = 1 + leaving * size;
  const mean = (leaving * moment) / mass;
  const change = (momentSlope - mean * sizeSlope) * leaving - rule.atZeroSlope * (moment - mean * size);
  const at = joined(parts);
  return {
    atom: 1 / mass,
    mean,
    meanSlope: change / mass,
    density: (y) => (leaving / mass) * Math.exp(at(Math.min(lengthOf(y), last.to))[6]),
  };
}

/** Values of one rule at every frozen field: the three solutions for Y and their derivatives in the parameter. */
export function evaluator(
  { discount: gamma, lambda, k }: RepairModel,
  rule: RepairRule,
): (mean: number) => RepairValue {
  const a = 1 - gamma;
  const last = rule.pieces[rule.pieces.length - 1];
  // At x = 1 nothing moves any more.
  const atTop = (() => {
    const q = last.chance(1);
    const steep = last.slope(1);
    const rate = 1 - gamma * (1 - q);
    const [X, R, G] = [1 / rate, q / rate, -1 / rate];
    return [X, R, G, (-gamma * steep * X) / rate, (steep - gamma * steep * R) / rate, (-gamma * steep * G) / rate];
  })();
  const state = Float64Array.from(atTop);
  const parts: Part[] = [];
  for (const { from, to, chance, slope } of rule.pieces.toReversed()) {
    // Where x is 1 to rounding nothing depends on t, and the solution comes to rest at the rate 1 − γ or faster.
    const reach = from < tail ? to - from : Math.min(to - from, 60 / a);
    const part = downwards(
      (t, y, dy) => {
        const x = stateAt(t);
        const q = chance(x);
        const steep = slope(x);
        const rate = 1 - gamma * (1 - q);
        dy[0] = rate * y[0] - x;
        dy[1] = rate * y[1] - q;
        dy[2] = rate * y[2] + 1;
        dy[3] = rate * y[3] + gamma * steep * y[0];
        dy[4] = rate * y[4] + gamma * steep * y[1] - steep;
        dy[5] = rate * y[5] + gamma * steep * y[2];
      },
      to,
      to - reach,
      state,
    );
    parts.push(part);
    if (rule.jump === from) {
      // A later jump replaces repair by nothing there.
      state[3] += gamma * state[0];
      state[4] += gamma * state[1] - 1;
      state[5] += gamma * state[2];
    }
  }
  const [X, R, G, Xs, Rs, Gs] = state;
  const at = joined(parts);
  const stay = 1 - rule.atZero;
  const staySlope = -rule.atZeroSlope;
  return (mean) => {
    const c = k + mean;
    const whole = 1 - stay * gamma * G;
    const own = c * X + lambda * R;
    const g = (rule.atZero * lambda + stay * gamma * own) / whole;
    const first = own + g * G;
    const gSlope = (stay * gamma * (c * Xs + lambda * Rs + g * Gs) + staySlope * (gamma * first - lambda)) / whole;
    const firstSlope = c * Xs + lambda * Rs + g * Gs + gSlope * G;
    const gPerMean = (stay * gamma * X) / whole;
    const relative = (t: number): number => {
      const y = at(t);
      return c * y[0] + lambda * y[1] + g * y[2];
    };
    const chanceAt = (t: number, x: number): number => {
      if (t <= 0) return rule.atZero;
      // At a jump itself nothing is done: repair is for x beyond the threshold.
      return (rule.pieces.find(({ to }) => t <= to) ?? last).chance(x);
    };
    return {
      value: (x) => {
        const t = lengthOf(x);
        const q = chanceAt(t, x);
        return -(c * x + q * lambda + (1 - q) * gamma * relative(t) + (gamma * g) / a);
      },
      performance: -(first + g / a),
      advantage: (t) => gamma * relative(t) - lambda,
      partial: -(firstSlope + gSlope / a),
      perMean: -(X + gPerMean * G + gPerMean / a),
    };
  };
}

/**
 * How often, discounted, a player of a rule who starts uniformly is where: Σ γᵗ P(X_t ∈ ·), of total mass 1/(1 − γ).
 */
export interface Occupation {
  readonly atom: number;
  /** Mass per unit of length t on each piece of the rule, and nothing but a multiple of it beyond the last. */
  readonly perLength: (t: number) => number;
  /** Mass beyond the end of the last piece. */
  readonly beyond: number;
}

/** The density o of the occupation has (1 − y)o' = γ(1 − q)o: the adjoint of the equation for Y, per length ψ' = −rψ. */
export function occupation({ discount: gamma }: Pick<RepairModel, "discount">, rule: RepairRule): Occupation {
  const last = rule.pieces[rule.pieces.length - 1];
  // ψ, ∫ψ, ∫qψ for ψ(0) = 1.
  const state = Float64Array.of(1, 0, 0);
  const parts = rule.pieces.map(({ from, to, chance }) =>
    upwards(
      (t, y, dy) => {
        const q = chance(stateAt(t));
        dy[0] = -(1 - gamma * (1 - q)) * y[0];
        dy[1] = y[0];
        dy[2] = q * y[0];
      },
      from,
      to,
      state,
    ),
  );
  const q = last.chance(1);
  const rest = state[0] / (1 - gamma * (1 - q));
  const passed = state[1] + rest;
  const repaired = state[2] + q * rest;
  const stay = 1 - rule.atZero;
  // γ∫qψ + (1 − γ)∫ψ = 1 turns the balance of the atom into a sum of positive terms.
  const atom = (gamma * repaired) / ((1 - gamma) * (1 + gamma * stay * passed));
  const start = 1 + gamma * stay * atom;
  const at = joined(parts);
  return { atom, perLength: (t) => start * at(t)[0], beyond: start * rest };
}
