/**
 * How good an answer is in continuous time, whatever grid it was found on.
 *
 * The policy is read as a function of time, straight between its points, and its own flow is integrated. Against that flow the least
 * values u* of a player are, with errors under control; every minimum over a control is searched on the control's range: nothing is
 * taken from the solvers' formulas. Exploitability is what those who start by μ_0 could save on average. It is found as what they
 * forgo along the way,
 *
 *     ∫ Σ_x μ_x Σ_y [ℓ(a_xy) + q(a_xy) (u*_y − u*_x) − min_a {ℓ(a) + q(a) (u*_y − u*_x)}] dt,
 *
 * which is what keeping the policy costs less Σ μ_0 u* (S. Kakade, J. Langford, "Approximately optimal approximate reinforcement
 * learning", ICML 2002, in discrete time), but no difference of two costs that each err by as much as it is large. It vanishes with
 * the grid: of order (Δt)² with `euler`, whose values err by Δt, and (Δt)⁴ with `heun`; (Δt)³ where controls come to the ends of their
 * ranges and a straight line cuts the corner.
 *
 * Consistency: the largest distance ‖μ_t − μ̂_t‖₁ over points of time of the law assumed from the one that the policy induces
 * with the grid's own steps. Residual: the largest distance of the values returned to those of the equation in continuous
 * time, relative where these exceed one; for a planner the equation counts what players do to each other.
 */

import type { Certificate, Question } from "../../core/index.ts";
import { boundedMinimum } from "../../numeric/bounded-minimum.ts";
import { integrate } from "../../numeric/ode.ts";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import type { RatesCandidate } from "./candidate.ts";
import { continuousFlow, controlsAt, intervalAt, seenAt } from "./continuous-flow.ts";
import type { ContinuousFlow } from "./continuous-flow.ts";
import type { RatesGrid } from "./grid.ts";
import type { Moment, Move, RatesModel } from "./model.ts";
import { addMargin, addTerminalMargin, emptyMargin } from "./stage.ts";
import { inducedFlow } from "./sweep.ts";

export function certifyRates(_model: RatesModel, question: Question, candidate: RatesCandidate): Certificate {
  const { grid, mu, u } = candidate;
  const planner = question.concept === "planner";
  const { best, exploitability } = judge(candidate, planner);
  const size = Math.max(1, largest(best));
  return {
    exploitability: planner ? null : exploitability,
    consistency: distance(grid, mu, inducedFlow(grid, candidate.controls, mu)),
    residual: largest(u.map((value, i) => value - best[i])) / size,
    exactError: null,
  };
}

export interface Judgement {
  /**
   * The least that a player could pay in continuous time against the policy's own flow, from t_i on in state x, at i·|X| + x; for a
   * planner what one more player costs everybody who does the best for all.
   */
  readonly best: Float64Array;
  /** What those who start by μ_0 could save on average; NaN for a planner, whom nobody leaves. */
  readonly exploitability: number;
}

const judged = { nash: new WeakMap<RatesCandidate, Judgement>(), planner: new WeakMap<RatesCandidate, Judgement>() };

/** Plays a policy in continuous time; each is played once. */
export function judge(candidate: RatesCandidate, planner: boolean): Judgement {
  const { [planner ? "planner" : "nash"]: known } = judged;
  const found = known.get(candidate) ?? judgement(candidate, planner);
  known.set(candidate, found);
  return found;
}

/** What players pay on average from the start on who keep the policy, in continuous time. */
export function costOfKeeping(candidate: RatesCandidate): number {
  const { best, exploitability } = judge(candidate, false);
  return candidate.model.initial.reduce((sum, share, x) => sum + share * best[x], exploitability);
}

function judgement(candidate: RatesCandidate, planner: boolean): Judgement {
  const { t, states } = candidate.grid;
  const flow = continuousFlow(candidate);
  const u = leastValues(candidate, flow, planner);
  const best = new Float64Array(t.length * states);
  t.forEach((time, i) => best.set(u(time), i * states));
  return { best, exploitability: planner ? Number.NaN : integrated(candidate, forgoing(candidate, flow, u)) };
}

/** Errors that values may have: far below the distances of controls to the best that the grids of solvers leave. */
const accuracy = { relative: 1e-10, absolute: 1e-11 };

/** Values at any time. */
type Values = (t: number) => Float64Array;

/** The values of those who do what is best against a flow, backward from the end. */
function leastValues(candidate: RatesCandidate, flow: ContinuousFlow, planner: boolean): Values {
  const { model, grid } = candidate;
  const { horizon, moves, running, terminal } = model;
  const margin = emptyMargin(model);
  const last = seenAt(model, horizon, flow(horizon));
  const end = Float64Array.from({ length: grid.states }, (_, x) => terminal.value(x, last));
  if (planner) addTerminalMargin(model, last, margin, end);
  const lost = (): Float64Array => new Float64Array(grid.states).fill(Number.NaN);
  if (!end.every(Number.isFinite)) return lost;
  const solution = integrate(
    (t, u, slope) => {
      const seen = seenAt(model, t, flow(t));
      for (let x = 0; x < grid.states; x++) slope[x] = running.value(x, seen);
      const i = intervalAt(grid, t);
      const kept = controlsAt(candidate, i, (t - grid.t[i]) / grid.step);
      moves.forEach((move, m) => (slope[move.from] += least(move, seen, u, kept[m])));
      if (planner) addMargin(model, seen, u, margin, slope);
      for (let x = 0; x < grid.states; x++) slope[x] = -slope[x];
    },
    horizon,
    0,
    end,
    accuracy,
  );
  return solution.outcome === "finished" ? (t) => solution.at(t) : lost;
}

/** ℓ(a) + q(a) (u_y − u_x). */
function pays({ from, to, cost, rate }: Move, at: Moment, u: Float64Array, a: number): number {
  return cost.value(a, at) + rate.value(a, at) * (u[to] - u[from]);
}

/** The least of it, found by search, which is shorter from a good guess. */
function least(move: Move, at: Moment, u: Float64Array, guess: number): number {
  const [low, high] = move.range;
  if (low === high) return pays(move, at, u, low);
  return boundedMinimum((a) => pays(move, at, u, a), low, high, guess).value;
}

/** What players forgo per time who keep the policy, on average, at a share of the interval after the i-th point. */
type Forgoing = (i: number, share: number) => number;

function forgoing(candidate: RatesCandidate, flow: ContinuousFlow, u: Values): Forgoing {
  const { model, grid } = candidate;
  return (i, share) => {
    const t = grid.t[i] + share * grid.step;
    const [at, values] = [seenAt(model, t, flow(t)), u(t)];
    const kept = controlsAt(candidate, i, share);
    let sum = 0;
    model.moves.forEach((move, m) => {
      if (move.range[0] === move.range[1]) return;
      // What rounding finds below the least is nothing.
      sum += at.mu[move.from] * Math.max(0, pays(move, at, values, kept[m]) - least(move, at, values, kept[m]));
    });
    return sum;
  };
}

/** Pieces of an interval that are more of the whole than this are halved, to see whether that changes them. */
const largePart = 1 / 400;
/** By what part of it that may change a piece. */
const agreement = 1e-3;
const mostHalvings = 12;

/**
 * The integral over all times, by Gauss's rule with three points on every interval: what is forgone is nearly a square of a parabola
 * there, for which that rule is exact. Where controls meet the ends of their ranges it is not; there most is forgone too, so that these
 * intervals are found by being large.
 */
function integrated({ grid }: RatesCandidate, f: Forgoing): number {
  const over = (i: number, low: number, high: number): number =>
    grid.step * gaussLegendreIntegrate((s) => f(i, s), low, high, 3);
  const whole = Float64Array.from({ length: grid.t.length - 1 }, (_, i) => over(i, 0, 1));
  const large = largePart * whole.reduce((sum, part) => sum + part, 0);
  const refined = (i: number, low: number, high: number, value: number, halvings: number): number => {
    if (!(value > large) || halvings === mostHalvings) return value;
    const middle = (low + high) / 2;
    const [left, right] = [over(i, low, middle), over(i, middle, high)];
    if (Math.abs(left + right - value) <= agreement * value) return left + right;
    return refined(i, low, middle, left, halvings + 1) + refined(i, middle, high, right, halvings + 1);
  };
  return whole.reduce((sum, value, i) => sum + refined(i, 0, 1, value, 0), 0);
}

function distance({ states, t }: RatesGrid, mu: Float64Array, other: Float64Array): number {
  let most = 0;
  for (let i = 0; i < t.length; i++) {
    let sum = 0;
    for (let k = i * states; k < (i + 1) * states; k++) sum += Math.abs(mu[k] - other[k]);
    // A distance that is no number stays.
    if (!(sum <= most)) most = sum;
  }
  return most;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => (Math.abs(value) <= most ? most : Math.abs(value)), 0);
}
