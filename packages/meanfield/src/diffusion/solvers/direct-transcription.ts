import { z } from "zod";
import { RefusalError, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { luDecompose } from "../../numeric/lu.ts";
import { identity, maximumNorm, multiply, transpose, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { coefficients } from "../linear-quadratic/coefficients.ts";
import { decompose, multiplyTransposed, requirePositiveDefinite } from "../linear-quadratic/dense.ts";
import type { LinearQuadraticModel, TimeMatrix } from "../linear-quadratic/model.ts";
import { timeCollocation, tooFast, transcribe } from "../linear-quadratic/time-collocation.ts";
import type { TimeCollocation } from "../linear-quadratic/time-collocation.ts";

const options = z.object({
  nodes: whole(32, "Gauss nodes in time on which controls are polynomials", { minimum: 4, maximum: 128 }),
});

interface TranscriptionState {
  readonly candidate: LinearQuadraticCandidate;
  readonly tail: number;
}

/** Unresolved polynomials beyond this share of the largest control make the answer unusable. */
const unresolved = 1e-4;

/**
 * Open-loop equilibria and the planner's optimum by direct transcription: no adjoint, no value, one linear solve each for
 * the mean and for a player's deviation from it.
 *
 * Without noise, player i at x_i = x̄ + ξ_i plays ū + v_i, and stationarity of its cost in its own control path is affine
 * in (x̄, s, 1) and linear in ξ_i separately. A nudge of one player's control moves x_i fully, x̄ and ᾱ by the share
 * ν = 1/N; the planner's nudge of everybody moves all by one, and its nudge of a deviation leaves the mean alone.
 * Both solves are done for all starts at once, controls U(t) and states Φ(t), so that the gain is U(t) Φ(t)⁻¹; where Φ has
 * contracted so far that digits would be lost, the game is transcribed afresh from that time on. With noise the gains are
 * the same.
 */
export const directTranscription: Solver<
  LinearQuadraticModel,
  typeof options,
  TranscriptionState,
  LinearQuadraticCandidate
> = {
  name: "direct-transcription",
  title: "Direct transcription",
  family: "linear-quadratic",
  story:
    "Makes every control a polynomial in time, every state its response, and asks that no player's cost change to first " +
    "order in its own polynomial: one linear system. Choose it to check equations for adjoints and values from outside.",
  reference: "Betts, Practical Methods for Optimal Control Using Nonlinear Programming (2020), chapter 4",
  options,
  refuses: (model, { concept, players, information }) => {
    if (!Number.isFinite(players)) return undefined;
    if (concept === "nash" && information !== "open-loop") {
      return "polynomial controls commit the players: only open-loop equilibria (or the limit) can be transcribed";
    }
    return model.limitOnly === undefined ? undefined : `players = ${players}: ${model.limitOnly}`;
  },
  init: (model, question, { nodes }) => {
    const refused = directTranscription.refuses(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    return solve(model, question, nodes);
  },
  step: (_model, { tail }) =>
    tail <= unresolved
      ? {
          metrics: { tail },
          status: "converged",
          reason: `stationarity is solved; the last coefficients of the controls are ${tail.toExponential(1)} of their size`,
        }
      : {
          metrics: { tail },
          status: "diverged",
          reason: `the controls are not resolved: their last coefficients are ${tail.toExponential(1)} of their size; use more nodes`,
        },
  candidate: (_model, state) => state.candidate,
};

/** How z (at all nodes) and w = (x, x̄, s, 1) at the horizon follow from a start and from a control's node values. */
interface Direction {
  readonly states: number;
  readonly atNodes: { readonly free: Matrix; readonly controlled: Matrix };
  readonly atEnd: { readonly free: Matrix; readonly controlled: Matrix };
  /** The state itself at the nodes. */
  readonly path: { readonly free: Matrix; readonly controlled: Matrix };
}

/** By how much rounding in U(t), of the size of the start's, may be magnified before the game is transcribed afresh. */
const worstMagnification = 1e3;

/** The optimum from one starting time on, all times counted from there. */
interface Piece {
  readonly from: number;
  /** The last time, counted from 0, up to which this piece's gains are used. */
  readonly until: number;
  /** Writes the gain on (x, x̄, s, 1). */
  readonly gain: (t: number, out: Matrix) => void;
  readonly mean: (t: number, out: Float64Array) => void;
  readonly tail: number;
}

function solve(model: LinearQuadraticModel, question: Question, nodes: number): TranscriptionState {
  const pieces: Piece[] = [];
  for (let from = 0; from < model.horizon;) {
    const piece = solveFrom(model, question, nodes, from);
    pieces.push(piece);
    from = piece.until;
  }
  const [first] = pieces;
  return {
    tail: Math.max(...pieces.map((piece) => piece.tail)),
    candidate: {
      model,
      question,
      strategy: {
        source: "empirical",
        gain: (t, out) => {
          const piece = pieces.findLast(({ from }) => t >= from) ?? first;
          piece.gain(t - piece.from, out);
        },
      },
      assumedMean: first.mean,
    },
  };
}

/** The same game with the clock at `from`. */
function startedAt(model: LinearQuadraticModel, from: number): LinearQuadraticModel {
  const shift = (given: TimeMatrix): TimeMatrix => ({ ...given, into: (t, out) => given.into(from + t, out) });
  return {
    ...model,
    horizon: model.horizon - from,
    drift: shift(model.drift),
    commonDrift: shift(model.commonDrift),
    running: shift(model.running),
  };
}

function solveFrom(whole: LinearQuadraticModel, question: Question, nodes: number, from: number): Piece {
  const model = startedAt(whole, from);
  const time = timeCollocation(model.horizon, nodes);
  const { layout, initial } = model;
  const { state: d, common: e, control: k, stateSize } = layout;
  const share = question.concept === "planner" ? 1 : 1 / question.players;

  // The planner moves everybody: x stands for x̄ in what follows from its nudge, as in the mean itself.
  const together = direction(model, time, "mean", 1);
  const alone = direction(model, time, "deviation", 0);
  const nudge = direction(model, time, "own", share);
  const mean = stationary(model, time, question.concept === "planner" ? together : nudge, together);
  const deviation = stationary(model, time, question.concept === "planner" ? alone : nudge, alone);

  const meanSize = d + e + 1;
  const U = zeros(k, meanSize);
  const path = zeros(meanSize, meanSize);
  const V = zeros(k, d);
  const spread = zeros(d, d);
  const moveTo = (t: number): void => {
    time.interpolate(mean.states.data, meanSize * meanSize, t, path.data);
    time.interpolate(deviation.states.data, d * d, t, spread.data);
  };
  const gain = (t: number, out: Matrix): void => {
    moveTo(t);
    time.interpolate(mean.controls.data, k * meanSize, t, U.data);
    time.interpolate(deviation.controls.data, k * d, t, V.data);
    // U Φ⁻¹ = (Φ′⁻¹ U′)′
    const onMean = luDecompose(transpose(path)).solveMatrix(transpose(U));
    const onDeviation = luDecompose(transpose(spread)).solveMatrix(transpose(V));
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < d; b++) out.data[a * stateSize + b] = onDeviation.data[b * k + a];
      for (let b = 0; b < meanSize; b++) {
        const own = b < d ? onDeviation.data[b * k + a] : 0;
        out.data[a * stateSize + d + b] = onMean.data[b * k + a] - own;
      }
    }
  };
  const magnification = (matrix: Matrix, rows: number): number => {
    const block = zeros(rows, rows);
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b < rows; b++) block.data[a * rows + b] = matrix.data[a * matrix.columns + b];
    }
    return Math.max(1, maximumNorm(block)) * maximumNorm(decompose(block, tooFast(time)).solveMatrix(identity(rows)));
  };
  let until = whole.horizon;
  for (let i = 0; i < nodes; i++) {
    moveTo(time.nodes[i]);
    if (Math.max(magnification(path, d + e), magnification(spread, d)) <= worstMagnification) continue;
    if (i === 0)
      throw new RefusalError(`the states contract too fast for ${nodes} polynomials in time; use more nodes`);
    until = from + time.nodes[i - 1];
    break;
  }
  const start = Float64Array.of(...initial.mean, ...initial.commonState, 1);
  return {
    from,
    until,
    gain,
    mean: (t, out) => {
      time.interpolate(mean.states.data, meanSize * meanSize, t, path.data);
      for (let a = 0; a < d + e; a++) out[a] = start.reduce((sum, x, b) => sum + path.data[a * meanSize + b] * x, 0);
    },
    tail: Math.max(time.tail(mean.controls.data, k * meanSize), time.tail(deviation.controls.data, k * d)),
  };
}

/**
 * The linear system behind one way of moving the game.
 *
 * - `mean`: states (x̄, s, 1), everybody plays the control, x = x̄.
 * - `deviation`: state ξ = x − x̄ with the mean at rest.
 * - `own`: states (x, x̄, s), one player's control moves itself by one and the averages by `share`.
 */
function direction(
  model: LinearQuadraticModel,
  time: TimeCollocation,
  kind: "mean" | "deviation" | "own",
  share: number,
): Direction {
  const { state: d, common: e, control: k, offset, size, stateSize } = model.layout;
  const parts = coefficients(model);
  const states = kind === "mean" ? d + e + 1 : kind === "deviation" ? d : 2 * d + e;
  const width = states + k;
  // z from (state, control).
  const lift = zeros(size, width);
  const set = (row: number, column: number, value: number): void => void (lift.data[row * width + column] = value);
  for (let b = 0; b < d; b++) {
    set(b, b, 1);
    if (kind === "mean") set(offset.mean + b, b, 1);
    if (kind === "own") set(offset.mean + b, d + b, 1);
  }
  if (kind !== "deviation") {
    for (let b = 0; b < e; b++) set(offset.common + b, (kind === "mean" ? d : 2 * d) + b, 1);
  }
  for (let a = 0; a < k; a++) {
    set(offset.control + a, states + a, 1);
    set(offset.meanControl + a, states + a, share);
  }
  if (kind === "mean") set(offset.one, d + e, 1);
  // The averages' drift: x̄ for x and ᾱ for α.
  const average = zeros(size, width);
  average.data.set(lift.data);
  average.data.set(lift.data.subarray(offset.mean * width, (offset.mean + d) * width), 0);
  average.data.set(
    lift.data.subarray(offset.meanControl * width, (offset.meanControl + k) * width),
    offset.control * width,
  );

  const system = transcribe(time, states, k, (t, out) => {
    parts.update(t);
    out.data.fill(0);
    out.data.set(multiply(parts.drift, lift).data, 0);
    if (kind === "own") out.data.set(multiply(parts.drift, average).data, d * width);
    if (kind !== "deviation" && e > 0) {
      out.data.set(multiply(parts.commonDrift, average).data, (kind === "mean" ? d : 2 * d) * width);
    }
  });

  const { count } = time;
  const lifted = (
    source: Matrix,
    i: number,
    control: boolean,
    out: Matrix,
    first: number,
    rows: readonly number[],
  ): void => {
    rows.forEach((row, r) => {
      const target = (first + r) * out.columns;
      for (let b = 0; b < states; b++) {
        const factor = lift.data[row * width + b];
        if (factor === 0) continue;
        for (let c = 0; c < out.columns; c++) {
          out.data[target + c] += factor * source.data[(i * states + b) * out.columns + c];
        }
      }
      if (!control) return;
      for (let a = 0; a < k; a++) out.data[target + i * k + a] += lift.data[row * width + states + a];
    });
  };
  const every = Array.from({ length: size }, (_, row) => row);
  const endRows = [...every.slice(0, 2 * d + e), offset.one];
  const free = zeros(count * size, states);
  const controlled = zeros(count * size, count * k);
  for (let i = 0; i < count; i++) {
    lifted(system.free, i, false, free, i * size, every);
    lifted(system.controlled, i, true, controlled, i * size, every);
  }
  const freeEnd = zeros(stateSize, states);
  const controlledEnd = zeros(stateSize, count * k);
  lifted(system.freeEnd, 0, false, freeEnd, 0, endRows);
  lifted(system.controlledEnd, 0, false, controlledEnd, 0, endRows);
  return {
    states,
    atNodes: { free, controlled },
    atEnd: { free: freeEnd, controlled: controlledEnd },
    path: { free: system.free, controlled: system.controlled },
  };
}

/**
 * The control of `base` for which the cost does not change to first order along `nudge`, for every start of `base`.
 *
 * @throws RefusalError where the cost along `nudge` is not convex, so that stationary is not least.
 */
function stationary(
  model: LinearQuadraticModel,
  time: TimeCollocation,
  nudge: Direction,
  base: Direction,
): { readonly controls: Matrix; readonly states: Matrix } {
  const { size } = model.layout;
  const { count, nodes, weights } = time;
  const parts = coefficients(model);
  /** Σ w δz′𝓠 z + δw′𝓖 w at the horizon, δ along the nudge's controls. */
  const pair = (atNodes: Matrix, atEnd: Matrix): Matrix => {
    const weighted = zeros(count * size, atNodes.columns);
    nodes.forEach((t, i) => {
      parts.update(t);
      for (let r = 0; r < size; r++) {
        for (let c = 0; c < size; c++) {
          const factor = weights[i] * parts.running.data[r * size + c];
          if (factor === 0) continue;
          for (let q = 0; q < atNodes.columns; q++) {
            weighted.data[(i * size + r) * atNodes.columns + q] +=
              factor * atNodes.data[(i * size + c) * atNodes.columns + q];
          }
        }
      }
    });
    const out = multiplyTransposed(
      nudge.atNodes.controlled,
      weighted,
      zeros(nudge.atNodes.controlled.columns, atNodes.columns),
    );
    const end = multiplyTransposed(
      nudge.atEnd.controlled,
      multiply(model.terminal, atEnd),
      zeros(nudge.atEnd.controlled.columns, atEnd.columns),
    );
    for (let q = 0; q < out.data.length; q++) out.data[q] += end.data[q];
    return out;
  };
  requirePositiveDefinite(
    pair(nudge.atNodes.controlled, nudge.atEnd.controlled),
    "the cost is not strictly convex in a control path on this horizon: no optimum",
  );
  const hessian = pair(base.atNodes.controlled, base.atEnd.controlled);
  const right = pair(base.atNodes.free, base.atEnd.free);
  for (let q = 0; q < right.data.length; q++) right.data[q] = -right.data[q];
  const complaint = "the first-order conditions do not determine a control path on this horizon";
  const solved = decompose(hessian, complaint).solveMatrix(right);
  const states = multiply(base.path.controlled, solved);
  for (let q = 0; q < states.data.length; q++) states.data[q] += base.path.free.data[q];
  return { controls: solved, states };
}
