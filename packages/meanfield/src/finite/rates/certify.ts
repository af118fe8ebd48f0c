/**
 * How good an answer is in continuous time, whatever grid it was found on.
 *
 * The policy is read as a function of time, straight between its points. Its own flow is integrated by the classical
 * Runge–Kutta method, in steps that hold one jump at most, so are a player's cost of keeping it against that flow, and the least cost there is, for which every
 * minimum over a control is searched on the control's range: nothing is taken from the solvers' formulas. Exploitability is
 * what those who start by μ_0 could save on average. It vanishes with the grid: of order (Δt)² with `euler`, whose values err
 * by Δt, and (Δt)⁴ with `heun`.
 *
 * Consistency: the largest distance ‖μ_t − μ̂_t‖₁ over points of time of the law assumed from the one that the policy induces
 * with the grid's own steps. Residual: the largest distance of the values returned to those of the equation in continuous
 * time, relative where these exceed one; for a planner the equation counts what players do to each other.
 */

import type { Certificate, Question } from "../../core/index.ts";
import { boundedMinimum } from "../../numeric/bounded-minimum.ts";
import type { RatesCandidate } from "./candidate.ts";
import { row } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import type { Moment, RatesModel } from "./model.ts";
import { mostJumps } from "./search.ts";
import { addMargin, addTerminalMargin, drift, emptyMargin } from "./stage.ts";
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
  /** What the policy costs a player in continuous time against its own flow, from t_i on in state x, at i·|X| + x. */
  readonly own: Float64Array;
  /** The least that it could; for a planner what one more player costs everybody who does the best for all. */
  readonly best: Float64Array;
  /** Σ_x μ_0(x) (own − best) at 0. */
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

function judgement(candidate: RatesCandidate, planner: boolean): Judgement {
  const { grid, controls } = candidate;
  const ticks = ticksOf(candidate);
  const flow = flowBetween(grid, controls, ticks);
  const own = valuesBetween(grid, flow, ticks, keeping(grid, controls, ticks));
  const best = valuesBetween(grid, flow, ticks, answering(grid, planner), planner);
  let exploitability = 0;
  for (let x = 0; x < grid.states; x++) exploitability += grid.model.initial[x] * (own[x] - best[x]);
  return { own, best, exploitability };
}

/** The moment at a time and a law. */
function moment({ parameters }: RatesModel, t: number, mu: Float64Array): Moment {
  const gamma = new Float64Array(parameters.names.length);
  parameters.at(t, mu, gamma);
  return { t, gamma, mu };
}

/** Jumps that a step of integration may hold: beyond, the classical method is far off, and soon beyond all bounds. */
const mostInStep = 1;

/** Into how many ticks steps of the grid are divided, two of them a step of integration of values. */
function ticksOf(candidate: RatesCandidate): number {
  const parts = Math.ceil(mostJumps(candidate) / mostInStep);
  // What is no number is told by all that is computed from it.
  return 2 * (parts > 1 ? Math.min(parts, 100) : 1);
}

/** The controls at a tick, straight between points. */
function controlsAt({ moves }: RatesGrid, controls: Float64Array, ticks: number, tick: number): Float64Array {
  const i = Math.floor(tick / ticks);
  const now = row(controls, i, moves);
  const share = (tick % ticks) / ticks;
  if (share === 0) return now;
  const next = row(controls, i + 1, moves);
  return now.map((a, m) => a + share * (next[m] - a));
}

/** μ at ticks, from steps of one of them; controls in their middle are straight between both ends. */
function flowBetween(grid: RatesGrid, controls: Float64Array, ticks: number): Float64Array {
  const { model, states, t, step } = grid;
  const count = ticks * (t.length - 1) + 1;
  const mu = new Float64Array(count * states);
  mu.set(model.initial);
  const h = step / ticks;
  for (let k = 0; k + 1 < count; k++) {
    const [now, next] = [controlsAt(grid, controls, ticks, k), controlsAt(grid, controls, ticks, k + 1)];
    const middle = now.map((a, m) => (a + next[m]) / 2);
    const moved = rungeKutta(row(mu, k, states), h, (share, y) => {
      const out = new Float64Array(states);
      const a = share === 0 ? now : share === 1 ? next : middle;
      drift(model, moment(model, (k + share) * h, y), a, out);
      return out;
    });
    mu.set(moved, (k + 1) * states);
  }
  return mu;
}

/** −u̇ at a tick. */
type Slope = (tick: number, at: Moment, u: Float64Array) => Float64Array;

/** Backward along a flow. */
function valuesBetween(
  { model, states, t, step }: RatesGrid,
  flow: Float64Array,
  ticks: number,
  slope: Slope,
  planner = false,
): Float64Array {
  const u = new Float64Array(t.length * states);
  const last = t.length - 1;
  const at = (tick: number): Moment => moment(model, (tick * step) / ticks, row(flow, tick, states));
  const end = row(u, last, states);
  for (let x = 0; x < states; x++) end[x] = model.terminal.value(x, at(ticks * last));
  if (planner) addTerminalMargin(model, at(ticks * last), emptyMargin(model), end);
  const h = (2 * step) / ticks;
  let now = end;
  for (let tick = ticks * last; tick > 0; tick -= 2) {
    now = rungeKutta(now, h, (share, y) => slope(tick - 2 * share, at(tick - 2 * share), y));
    if ((tick - 2) % ticks === 0) u.set(now, ((tick - 2) / ticks) * states);
  }
  return u;
}

/** What those pay who keep a policy. */
function keeping(grid: RatesGrid, controls: Float64Array, ticks: number): Slope {
  const { model, states } = grid;
  return (tick, at, u) => {
    const a = controlsAt(grid, controls, ticks, tick);
    const out = Float64Array.from({ length: states }, (_, x) => model.running.value(x, at));
    model.moves.forEach(({ from, to, cost, rate }, m) => {
      out[from] += cost.value(a[m], at) + rate.value(a[m], at) * (u[to] - u[from]);
    });
    return out;
  };
}

/** What those pay who do what is best, found by search. */
function answering({ model, states }: RatesGrid, planner: boolean): Slope {
  const margin = emptyMargin(model);
  return (_tick, at, u) => {
    const out = Float64Array.from({ length: states }, (_, x) => model.running.value(x, at));
    for (const { from, to, range, cost, rate } of model.moves) {
      const delta = u[to] - u[from];
      const pays = (a: number): number => cost.value(a, at) + rate.value(a, at) * delta;
      out[from] += range[0] === range[1] ? pays(range[0]) : boundedMinimum(pays, ...range).value;
    }
    if (planner) addMargin(model, at, u, margin, out);
    return out;
  };
}

/** One step of the classical method; `slope` is asked at 0, ½ and 1 of the step. */
function rungeKutta(
  y: Float64Array,
  step: number,
  slope: (share: number, y: Float64Array) => Float64Array,
): Float64Array {
  const along = (k: Float64Array, by: number): Float64Array => y.map((value, x) => value + by * k[x]);
  const k1 = slope(0, y);
  const k2 = slope(0.5, along(k1, step / 2));
  const k3 = slope(0.5, along(k2, step / 2));
  const k4 = slope(1, along(k3, step));
  return y.map((value, x) => value + (step / 6) * (k1[x] + 2 * k2[x] + 2 * k3[x] + k4[x]));
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
