import { z } from "zod";
import { real, RefusalError } from "../../core/index.ts";
import type { ParametersOf, Question, Solver } from "../../core/index.ts";
import { luDecompose } from "../../numeric/lu.ts";
import { multiply, multiplyVector, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import type { LinearQuadraticCandidate, LinearStrategy } from "../linear-quadratic/candidate.ts";
import { playerNoise } from "../linear-quadratic/closed-loop.ts";
import { coefficients } from "../linear-quadratic/coefficients.ts";
import { multiplyTransposed, requirePositiveDefinite, traceProduct } from "../linear-quadratic/dense.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { timeCollocation, transcribe } from "../linear-quadratic/time-collocation.ts";
import type { TimeCollocation } from "../linear-quadratic/time-collocation.ts";

const options = z.object({
  damping: real(1, "Share of the way to the best response that each update of the gain goes", {
    symbol: "\\delta",
    minimum: 0,
    maximum: 1,
    open: "minimum",
    tunable: { from: 0.05, to: 1 },
  }),
  tolerance: real(1e-9, "Largest distance between a gain and the best response to it at which to stop", {
    minimum: 1e-11,
    maximum: 1,
    scale: "log",
  }),
});

interface ResponseState {
  readonly question: Question;
  readonly damping: number;
  readonly tolerance: number;
  /** Gains are values at these nodes, k × (2d+e+1) at each. */
  time: TimeCollocation;
  gain: Float64Array;
  /** The best response to `gain`. */
  response: Response;
  readonly first: number;
}

interface Response {
  readonly gain: Float64Array;
  readonly exploitability: number;
}

/** Iteration in the space of feedback strategies: the others keep the gain K, the deviator's regulator gives the next. */
export const bestResponseIteration: Solver<
  LinearQuadraticModel,
  typeof options,
  ResponseState,
  LinearQuadraticCandidate
> = {
  name: "best-response-iteration",
  title: "Best-response iteration on feedback strategies",
  family: "linear-quadratic",
  story:
    "Everybody plays a linear feedback on (x, x̄, s); one player solves its own regulator problem against the others, and " +
    "all adopt the answer. Takes any number of players and common noise; choose it to see equilibrium come about.",
  reference: "Başar & Olsder, Dynamic Noncooperative Game Theory (1999), section 6.5",
  options,
  refuses: (model, { concept, players, information }) => {
    if (concept !== "nash") return "best responses lead to equilibria, not to the planner's optimum";
    if (!Number.isFinite(players)) return undefined;
    if (information !== "feedback")
      return "the strategies iterated on are feedback strategies; open-loop players commit to processes";
    return model.limitOnly === undefined ? undefined : `players = ${players}: ${model.limitOnly}`;
  },
  init: (model, question, { damping, tolerance }: ParametersOf<typeof options>) => {
    const refused = bestResponseIteration.refuses(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    const width = model.layout.control * model.layout.stateSize;
    const time = timeCollocation(model.horizon, 16);
    const resolved = respond(model, question.players, time, new Float64Array(16 * width));
    const { response } = resolved;
    return { question, damping, tolerance, ...resolved, first: distance(resolved.gain, response.gain) };
  },
  step: (model, state) => {
    let change = 0;
    const next = state.gain.map((value, q) => {
      const moved = state.damping * (state.response.gain[q] - value);
      change = Math.max(change, Math.abs(moved));
      return value + moved;
    });
    let resolved: Resolved;
    try {
      resolved = respond(model, state.question.players, state.time, next);
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      return { metrics: { change }, status: "diverged", reason: error.message };
    }
    state.time = resolved.time;
    state.gain = resolved.gain;
    state.response = resolved.response;
    const distanceToResponse = distance(state.gain, state.response.gain);
    const metrics = { exploitability: state.response.exploitability, gain_distance: distanceToResponse, change };
    if (distanceToResponse <= state.tolerance) {
      const reason = `the gain is its own best response to ${distanceToResponse.toExponential(1)}, within ${state.tolerance}`;
      return { metrics, status: "converged", reason };
    }
    if (!(distanceToResponse <= 1e8 * Math.max(1, state.first))) {
      return { metrics, status: "diverged", reason: "best responses move ever further from the gains they answer" };
    }
    return { metrics, status: "running" };
  },
  candidate: (model, { question, time, gain }) => {
    const kept = gain.slice();
    const width = model.layout.control * model.layout.stateSize;
    const strategy: LinearStrategy = {
      source: "empirical",
      gain: (t, out) => void time.interpolate(kept, width, t, out.data),
    };
    return { model, question, strategy, assumedMean: meanPath(model, time, kept) };
  },
};

interface Resolved {
  readonly time: TimeCollocation;
  readonly gain: Float64Array;
  readonly response: Response;
}

/** The best response to a gain, on enough nodes that its interpolation is as good as its integration. */
function respond(model: LinearQuadraticModel, players: number, time: TimeCollocation, gain: Float64Array): Resolved {
  const width = model.layout.control * model.layout.stateSize;
  let [on, known] = [time, gain];
  for (;;) {
    const response = bestResponse(model, players, on, known);
    const tail = on.tail(response.gain, width);
    if (tail <= 1e-11) return { time: on, gain: known, response };
    if (on.count >= 256) {
      throw new RefusalError(
        `the gain is not resolved by 256 polynomials in time (last coefficients ${tail.toExponential(1)} of its size)`,
      );
    }
    const finer = timeCollocation(model.horizon, 2 * on.count);
    const refined = new Float64Array(finer.count * width);
    for (let i = 0; i < finer.count; i++) {
      on.interpolate(known, width, finer.nodes[i], refined.subarray(i * width, (i + 1) * width));
    }
    [on, known] = [finer, refined];
  }
}

/**
 * The regulator problem of one player on w = (x_i, x̄, s, 1) while the others play the gain K.
 *
 * With ν = 1/N the others' controls add up to κ(w) = K_x (x̄ − ν x_i) + (1 − ν)(K_x̄ x̄ + K_s s + K_1), so ᾱ = ν α + κ, and
 * (x_i, x̄, s) is a state of the deviator's problem because only sums over the others enter. Written here a second time,
 * apart from the room's certificate, which must share nothing with the update it judges. Beside the value, the cost of
 * playing K instead of the answer is integrated as its completed square ½|α − α*|²_R.
 */
function bestResponse(model: LinearQuadraticModel, players: number, time: TimeCollocation, K: Float64Array): Response {
  const { layout, horizon, initial } = model;
  const { state: d, common: e, control: k, offset, size, stateSize: n } = layout;
  const inverse = 1 / players;
  const parts = coefficients(model);
  const gain = zeros(k, n);
  const passive = zeros(size, n);
  const active = zeros(size, k);
  for (let a = 0; a < 2 * d + e; a++) passive.data[a * n + a] = 1;
  passive.data[offset.one * n + n - 1] = 1;
  for (let a = 0; a < k; a++) {
    active.data[(offset.control + a) * k + a] = 1;
    active.data[(offset.meanControl + a) * k + a] = inverse;
  }
  const meanPassive = zeros(size, n);
  const meanActive = zeros(size, k);
  const A = zeros(n, n);
  const B = zeros(n, k);
  const Q = zeros(n, n);
  const L = zeros(k, n);
  const R = zeros(k, k);
  const answer = zeros(k, n);
  const P = zeros(n, n);
  const gap = zeros(n, n);
  const noise = playerNoise(model, inverse, n);

  /** Brings A, B, Q, L, R to time t. */
  const update = (t: number): void => {
    parts.update(t);
    time.interpolate(K, k * n, t, gain.data);
    for (let a = 0; a < k; a++) {
      const row = (offset.meanControl + a) * n;
      for (let b = 0; b < d; b++) {
        const own = gain.data[a * n + b];
        passive.data[row + b] = -inverse * own;
        passive.data[row + d + b] = own + (1 - inverse) * gain.data[a * n + d + b];
      }
      for (let b = 2 * d; b < n; b++) passive.data[row + b] = (1 - inverse) * gain.data[a * n + b];
    }
    averageRows(layout, passive, n, meanPassive);
    averageRows(layout, active, k, meanActive);
    // x̄ moves by the average drift: x̄ for x and ᾱ for α.
    A.data.set(multiply(parts.drift, passive).data, 0);
    A.data.set(multiply(parts.drift, meanPassive).data, d * n);
    B.data.set(multiply(parts.drift, active).data, 0);
    B.data.set(multiply(parts.drift, meanActive).data, d * k);
    if (e > 0) {
      A.data.set(multiply(parts.commonDrift, meanPassive).data, 2 * d * n);
      B.data.set(multiply(parts.commonDrift, meanActive).data, 2 * d * k);
    }
    const weighted = multiply(parts.running, passive);
    multiplyTransposed(passive, weighted, Q);
    multiplyTransposed(active, weighted, L);
    multiplyTransposed(active, multiply(parts.running, active), R);
  };
  const answerAt = (t: number, y: Float64Array): void => {
    P.data.set(y.subarray(0, n * n));
    update(t);
    const slope = multiplyTransposed(B, P, zeros(k, n));
    for (let q = 0; q < slope.data.length; q++) slope.data[q] = -(slope.data[q] + L.data[q]);
    answer.data.set(luDecompose(R).solveMatrix(slope).data);
  };

  const F = zeros(n, n);
  const PA = zeros(n, n);
  const gapF = zeros(n, n);
  const difference = zeros(k, n);
  const square = zeros(n, n);
  const f: RightHandSide = (t, y, dy) => {
    answerAt(t, y);
    gap.data.set(y.subarray(n * n));
    multiply(P, A, PA);
    const spent = multiplyTransposed(answer, multiply(R, answer), zeros(n, n));
    multiply(B, gain, F);
    for (let q = 0; q < n * n; q++) F.data[q] += A.data[q];
    multiply(gap, F, gapF);
    for (let q = 0; q < k * n; q++) difference.data[q] = gain.data[q] - answer.data[q];
    multiplyTransposed(difference, multiply(R, difference), square);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        const [q, p] = [a * n + b, b * n + a];
        dy[q] = -(PA.data[q] + PA.data[p] + Q.data[q] - spent.data[q]);
        dy[n * n + q] = -(gapF.data[q] + gapF.data[p] + square.data[q]);
      }
    }
    // The constant of the value is nobody's business here; that of the gap is part of the answer.
    dy[2 * n * n - 1] -= traceProduct(noise, gap);
  };

  for (const t of [0, horizon / 2, horizon]) {
    update(t);
    requirePositiveDefinite(
      R,
      `at t = ${t} the cost is not strictly convex in a player's own control: no best response`,
    );
  }
  const end = new Float64Array(2 * n * n);
  end.set(model.terminal.data);
  // Resolved gains take some hundred steps; ten thousand are not enough only where iterates have grown out of hand.
  const solution = integrate(f, horizon, 0, end, { maximumSteps: 10_000 });
  if (solution.outcome !== "finished") {
    const where = `at t = ${solution.tEnd.toPrecision(10)}`;
    const what =
      solution.outcome === "step-limit" ? `cannot be followed beyond its growth ${where}` : `explodes ${where}`;
    throw new RefusalError(
      `no best response to the current strategies was found: the deviator's Riccati equation ${what}`,
    );
  }
  const out = new Float64Array(time.count * k * n);
  const read = new Float64Array(2 * n * n);
  time.nodes.forEach((t, i) => {
    answerAt(t, solution.at(t, read));
    out.set(answer.data, i * k * n);
  });

  // ½ E w′ gap(0) w; x_i and x̄ share the part ν of the initial covariance.
  const mean = Float64Array.of(...initial.mean, ...initial.mean, ...initial.commonState, 1);
  let exploitability = 0;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let moment = mean[a] * mean[b];
      if (a < 2 * d && b < 2 * d) {
        moment += (a < d && b < d ? 1 : inverse) * initial.covariance.data[(a % d) * d + (b % d)];
      }
      exploitability += (solution.end[n * n + a * n + b] * moment) / 2;
    }
  }
  return { gain: out, exploitability };
}

/** Rows of the average of all z_j: x̄ stands for x and ᾱ for α. */
function averageRows(layout: LinearQuadraticModel["layout"], from: Matrix, columns: number, out: Matrix): void {
  const { state: d, control: k, offset } = layout;
  out.data.set(from.data);
  const copy = (source: number, target: number, count: number): void =>
    out.data.set(from.data.subarray(source * columns, (source + count) * columns), target * columns);
  copy(offset.mean, 0, d);
  copy(offset.meanControl, offset.control, k);
}

/** E (x̄, s) when everybody plays K: the same for every number of players. */
function meanPath(
  model: LinearQuadraticModel,
  time: TimeCollocation,
  K: Float64Array,
): LinearQuadraticCandidate["assumedMean"] {
  const { layout, initial } = model;
  const { state: d, common: e, control: k, offset, size, stateSize: n } = layout;
  const parts = coefficients(model);
  const gain = zeros(k, n);
  const lift = zeros(size, d + e + 1);
  const states = d + e + 1;
  for (let b = 0; b < d; b++) lift.data[b * states + b] = lift.data[(offset.mean + b) * states + b] = 1;
  for (let b = 0; b < e; b++) lift.data[(offset.common + b) * states + d + b] = 1;
  lift.data[offset.one * states + states - 1] = 1;
  const { free } = transcribe(time, states, 0, (t, out) => {
    parts.update(t);
    time.interpolate(K, k * n, t, gain.data);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < states; b++) {
        const value = gain.data[a * n + d + b] + (b < d ? gain.data[a * n + b] : 0);
        lift.data[(offset.control + a) * states + b] = value;
        lift.data[(offset.meanControl + a) * states + b] = value;
      }
    }
    out.data.set(multiply(parts.drift, lift).data);
    if (e > 0) out.data.set(multiply(parts.commonDrift, lift).data, d * states);
  });
  const path = multiplyVector(free, Float64Array.of(...initial.mean, ...initial.commonState, 1));
  const all = new Float64Array(states);
  return (t, out) => out.set(time.interpolate(path, states, t, all).subarray(0, d + e));
}

function distance(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let q = 0; q < a.length; q++) if (!(Math.abs(a[q] - b[q]) <= largest)) largest = Math.abs(a[q] - b[q]);
  return largest;
}
