import { z } from "zod";
import { choice, InputError, real, RefusalError, whole } from "../../core/index.ts";
import type { ParametersOf, Question, Solver } from "../../core/index.ts";
import { luDecompose, SingularMatrixError } from "../../numeric/lu.ts";
import { identity, maximumNorm, multiply, multiplyVector, transpose, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { coefficients } from "../linear-quadratic/coefficients.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { transcribe } from "../linear-quadratic/time-collocation.ts";
import type { TimeCollocation } from "../linear-quadratic/time-collocation.ts";
import { bestResponseRadius, bestResponses } from "../players/best-response.ts";
import type { BestResponses, Order } from "../players/best-response.ts";
import { transcribeGame } from "../players/direct-transcription.ts";
import { expandPlayers } from "../players/expand.ts";

const mostPlayers = 12;

const options = z.object({
  order: choice(
    ["simultaneous", "sequential", "fictitious-play"],
    "sequential",
    "Who answers what: all the last round, each in turn the choices made so far, or all the average of the past",
  ),
  damping: real(1, "Share of the way to the best response that each round goes; 1 in fictitious play", {
    symbol: "\\delta",
    minimum: 0,
    maximum: 1,
    open: "minimum",
    tunable: { from: 0.05, to: 1 },
  }),
  tolerance: real(1e-10, "Largest distance between a control and the answer to it at which to stop", {
    minimum: 1e-12,
    maximum: 1,
    scale: "log",
  }),
  nodes: whole(24, "Gauss nodes in time on which controls are polynomials", { minimum: 4, maximum: 64 }),
});

/** The game from one start of all players. */
interface Play {
  /** (x̄, s, 1) at the start. */
  readonly start: Float64Array;
  readonly responses: BestResponses;
  /** Controls at the nodes, player by player. */
  readonly profile: Float64Array;
  /** What a full round makes of `profile`. */
  readonly answer: Float64Array;
}

interface LearningState {
  readonly question: Question;
  readonly settings: ParametersOf<typeof options>;
  readonly round: Order;
  readonly time: TimeCollocation;
  /** The model's own start first; then player 1 off by one in each of its states; then each common state off by one. */
  readonly plays: readonly Play[];
  readonly radius: number;
  /** Distance to the answers before the first round. */
  readonly first: number;
  rounds: number;
}

/** Unresolved polynomials beyond this share of the largest control make the answer unusable. */
const unresolved = 1e-4;

/** By how much reading gains from paths may magnify what is left of the distance to the answers. */
const worstMagnification = 1e4;

/** Distances beyond this multiple of the first are taken for divergence; transients of converging rounds stay far below. */
const outOfHand = 1e8;

/**
 * Learning of whole control paths: every player answers the others' open-loop controls by its own best one.
 *
 * The game of N players, written out in full and transcribed, is a static quadratic game in which a round of answers is an
 * affine map; its spectral radius is computed beside the rounds and not from them. Distances shrink or grow by it each
 * round, or shrink faster where symmetry keeps the slowest direction out of play. Fictitious play, for which that of the
 * undamped simultaneous round is told, is slower: along an eigenvector with eigenvalue μ of that round distances fall
 * like n^{−(1−μ)}, also where |μ| > 1. A profile of controls belongs to one start, a strategy to all, so that the players learn from d + e + 1 starts at once: there the
 * deviation of player 1 from the others and the averages give the gain on (x, x̄, s, 1) by linearity, as the controls
 * over the states they lead to. Before convergence players are not alike when they answer in turn; the gain then is that
 * of player 1 on its own deviation and of the average on the averages.
 */
export const openLoopBestResponse: Solver<
  LinearQuadraticModel,
  typeof options,
  LearningState,
  LinearQuadraticCandidate
> = {
  name: "open-loop-best-response",
  title: "Best-response dynamics on control paths",
  family: "linear-quadratic",
  story:
    "A few players who commit to whole control paths answer one another, at once, in turn or by fictitious play. Choose " +
    "it to see how equilibrium is learnt, at which rate, and where learning fails though an equilibrium exists.",
  reference: "Fudenberg & Levine, The Theory of Learning in Games (1998), chapters 1 and 2",
  options,
  refuses: (model, { concept, players, information }) => {
    if (concept !== "nash") return "best responses lead to equilibria, not to the planner's optimum";
    if (!Number.isFinite(players)) return "the full game needs finitely many players; the limit has none of its own";
    if (information !== "open-loop") return "the players learn control paths: only open-loop equilibria are reached";
    if (players < 2) return "players = 1: a player alone has nobody to answer";
    if (players > mostPlayers) return `players = ${players}: the full game is solved for at most ${mostPlayers}`;
    return model.limitOnly === undefined ? undefined : `players = ${players}: ${model.limitOnly}`;
  },
  init: (model, question, settings) => {
    const refused = openLoopBestResponse.refuses(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    const { order, damping, nodes } = settings;
    if (order === "fictitious-play" && damping !== 1) {
      throw new InputError("damping", damping, "1 in fictitious play, where averaging sets the steps");
    }
    const round = order === "sequential" ? "sequential" : "simultaneous";
    const full = expandPlayers(model, question.players);
    const { state: d, common: e } = model.layout;
    const transcribed = Array.from({ length: d + e + 1 }, (_, s) => {
      const mean = full.initial.mean.slice();
      const start = Float64Array.of(...model.initial.mean, ...model.initial.commonState, 1);
      if (s > 0) {
        mean[s <= d ? s - 1 : question.players * d + s - 1 - d] += 1;
        start[s - 1] += s <= d ? 1 / question.players : 1;
      }
      return { start, ...transcribeGame({ ...full, initial: { ...full.initial, mean } }, nodes) };
    });
    const plays = transcribed.map(({ start, game }): Play => {
      const responses = bestResponses(game);
      const profile = new Float64Array(game.gradientConstant.length);
      return { start, responses, profile, answer: responses.round(profile, round, profile.slice()) };
    });
    const [{ game, time }] = transcribed;
    const radius = bestResponseRadius(game, round, damping);
    return { question, settings, round, time, plays, radius, first: distanceToAnswers(plays), rounds: 0 };
  },
  step: (model, state) => {
    const { plays, radius, round, settings } = state;
    const share = settings.order === "fictitious-play" ? 1 / (state.rounds + 2) : settings.damping;
    const change = share * distanceToAnswers(plays);
    let exploitability = 0;
    for (const { answer, profile, responses } of plays) {
      for (let q = 0; q < profile.length; q++) profile[q] += share * (answer[q] - profile[q]);
      responses.round(profile, round, answer);
      exploitability = Math.max(exploitability, ...responses.exploitability(profile));
    }
    state.rounds++;
    const distance = distanceToAnswers(plays);
    const metrics = { exploitability, distance, change, spectral_radius: radius };
    const rate = `the spectral radius of a round is ${radius.toPrecision(6)}`;
    if (!(distance <= outOfHand * Math.max(1, state.first))) {
      const reason = `the players' controls move ever further from the answers to them; ${rate}`;
      return { metrics, status: "diverged", reason };
    }
    if (distance > settings.tolerance) return { metrics, status: "running" };
    const { averages, deviations, tail } = readPaths(model, state);
    if (tail > unresolved) {
      const what = `their last coefficients are ${tail.toExponential(1)} of their size; use more nodes`;
      return { metrics, status: "diverged", reason: `the controls are not resolved: ${what}` };
    }
    const { common: e, state: d } = model.layout;
    const contraction = Math.max(
      magnification(averages, d + e + 1, state.time),
      magnification(deviations, d, state.time),
    );
    if (!(contraction <= worstMagnification)) {
      const what = `the states contract by a factor of ${contraction.toExponential(1)}`;
      const reason = `the controls have settled, but no strategy can be read from them to useful digits: ${what}`;
      return { metrics, status: "diverged", reason };
    }
    const reason = `controls are answers to one another to ${distance.toExponential(1)}; ${rate}`;
    return { metrics, status: "converged", reason };
  },
  candidate: (model, state) => {
    const { common: e, control: k, state: d, stateSize } = model.layout;
    const { averageControls, averages, deviations, deviationControls } = readPaths(model, state);
    const { time, question } = state;
    const n = d + e + 1;
    const Phi = zeros(n, n);
    const U = zeros(k, n);
    const Xi = zeros(d, d);
    const V = zeros(k, d);
    return {
      model,
      question,
      strategy: {
        source: "empirical",
        gain: (t, out) => {
          time.interpolate(averages, n * n, t, Phi.data);
          time.interpolate(averageControls, k * n, t, U.data);
          time.interpolate(deviations, d * d, t, Xi.data);
          time.interpolate(deviationControls, k * d, t, V.data);
          // U Φ⁻¹ = (Φ′⁻¹ U′)′
          const onAverages = luDecompose(transpose(Phi)).solveMatrix(transpose(U));
          const onDeviation = luDecompose(transpose(Xi)).solveMatrix(transpose(V));
          for (let a = 0; a < k; a++) {
            for (let b = 0; b < d; b++) out.data[a * stateSize + b] = onDeviation.data[b * k + a];
            for (let b = 0; b < n; b++) {
              const own = b < d ? onDeviation.data[b * k + a] : 0;
              out.data[a * stateSize + d + b] = onAverages.data[b * k + a] - own;
            }
          }
        },
      },
      assumedMean: (t, out) => {
        const all = time.interpolate(averages, n * n, t, new Float64Array(n * n));
        for (let a = 0; a < d + e; a++) out[a] = all[a * n];
      },
    };
  },
};

function distanceToAnswers(plays: readonly Play[]): number {
  let largest = 0;
  for (const { answer, profile } of plays) {
    for (let q = 0; q < profile.length; q++) {
      const distance = Math.abs(answer[q] - profile[q]);
      if (!(distance <= largest)) largest = distance;
    }
  }
  return largest;
}

interface Paths {
  /** At every node, the averages (x̄, s, 1) of all starts, one start a column; and the average controls ᾱ. */
  readonly averages: Float64Array;
  readonly averageControls: Float64Array;
  /** At every node, player 1 less the others' average where it starts off by one in each of its states. */
  readonly deviations: Float64Array;
  readonly deviationControls: Float64Array;
  readonly tail: number;
}

/** Where the present profiles lead. */
function readPaths(model: LinearQuadraticModel, { plays, question, time }: LearningState): Paths {
  const { common: e, control: k, state: d } = model.layout;
  const { players } = question;
  const n = d + e + 1;
  const together = movement(model, time, "averages");
  const alone = movement(model, time, "deviation");
  const entries = time.count * k;
  const averages = new Float64Array(time.count * n * n);
  const averageControls = new Float64Array(entries * n);
  /** Both kinds of controls beside each other: either may vanish but for rounding, which nothing need resolve. */
  const controls = new Float64Array(entries * (n + d));
  const deviations = new Float64Array(time.count * d * d);
  const deviationControls = new Float64Array(entries * d);
  const off = (profile: Float64Array, mean: Float64Array): Float64Array =>
    mean.map((value, q) => (players / (players - 1)) * (profile[q] - value));
  let usual: Float64Array = new Float64Array(entries);
  plays.forEach(({ profile, start }, s) => {
    const mean = new Float64Array(entries);
    for (let q = 0; q < profile.length; q++) mean[q % entries] += profile[q] / players;
    const path = together(start, mean);
    for (let q = 0; q < path.length; q++) averages[q * n + s] = path[q];
    for (let q = 0; q < entries; q++) averageControls[q * n + s] = controls[q * (n + d) + s] = mean[q];
    // Off by one relative to the others, less what player 1 does differently without being off.
    const own = off(profile, mean);
    if (s === 0) usual = own;
    if (s === 0 || s > d) return;
    const control = own.map((value, q) => value - usual[q]);
    const unit = new Float64Array(d);
    unit[s - 1] = 1;
    const deviation = alone(unit, control);
    for (let q = 0; q < deviation.length; q++) deviations[q * d + s - 1] = deviation[q];
    for (let q = 0; q < entries; q++) {
      deviationControls[q * d + s - 1] = controls[q * (n + d) + n + s - 1] = control[q];
    }
  });
  return {
    averages,
    averageControls,
    deviations,
    deviationControls,
    tail: time.tail(controls, k * (n + d)),
  };
}

/** The largest ‖Φ(0) Φ(t)⁻¹‖ over the nodes; infinite where some Φ(t) is singular to working precision. */
function magnification(paths: Float64Array, size: number, time: TimeCollocation): number {
  const at = zeros(size, size);
  const first = zeros(size, size);
  time.interpolate(paths, size * size, 0, first.data);
  let largest = 1;
  for (let i = 0; i < time.count; i++) {
    at.data.set(paths.subarray(i * size * size, (i + 1) * size * size));
    try {
      largest = Math.max(largest, maximumNorm(multiply(first, luDecompose(at).solveMatrix(identity(size)))));
    } catch (error) {
      if (!(error instanceof SingularMatrixError)) throw error;
      return Infinity;
    }
  }
  return largest;
}

/**
 * How (x̄, s, 1) follows from the average control, or the deviation of a player from the others from that of its control:
 * node values, given the start and the control's.
 */
function movement(
  model: LinearQuadraticModel,
  time: TimeCollocation,
  kind: "averages" | "deviation",
): (start: Float64Array, control: Float64Array) => Float64Array {
  const { state: d, common: e, control: k, offset, size } = model.layout;
  const parts = coefficients(model);
  const states = kind === "averages" ? d + e + 1 : d;
  const width = states + k;
  // z from (state, control).
  const lift: Matrix = zeros(size, width);
  const set = (row: number, column: number): void => void (lift.data[row * width + column] = 1);
  for (let b = 0; b < d; b++) set(b, b);
  for (let a = 0; a < k; a++) set(offset.control + a, states + a);
  if (kind === "averages") {
    for (let b = 0; b < d; b++) set(offset.mean + b, b);
    for (let b = 0; b < e; b++) set(offset.common + b, d + b);
    for (let a = 0; a < k; a++) set(offset.meanControl + a, states + a);
    set(offset.one, d + e);
  }
  const { controlled, free } = transcribe(time, states, k, (t, out) => {
    parts.update(t);
    out.data.fill(0);
    out.data.set(multiply(parts.drift, lift).data);
    if (kind === "averages" && e > 0) out.data.set(multiply(parts.commonDrift, lift).data, d * width);
  });
  return (start, control) => {
    const led = multiplyVector(controlled, control);
    return multiplyVector(free, start).map((value, q) => value + led[q]);
  };
}
