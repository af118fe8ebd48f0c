import { RefusalError } from "../../core/index.ts";
import { spectralRadius } from "../../numeric/eigenvalues.ts";
import { luDecompose, SingularMatrixError } from "../../numeric/lu.ts";
import { identity, maximumNorm, multiplyVector, transpose, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { OdeSolution } from "../../numeric/ode.ts";
import type { LinearStrategy } from "./candidate.ts";
import { coefficients } from "./coefficients.ts";
import { decompose } from "./dense.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { controlBlock, ownGain, ownRiccati } from "./own-riccati.ts";
import { timeCollocation, tooFast } from "./time-collocation.ts";
import type { TimeCollocation } from "./time-collocation.ts";

/**
 * Best response of one negligible player to a given mean flow, and the flow that everybody's doing so induces.
 *
 * Given the paths (E x̄, E s, E ᾱ) =: y, the representative player solves an own linear–quadratic problem whose Riccati
 * matrix P does not depend on y: its best response is α = K(t) x + k(t) with k affine in y, and the population that plays
 * it has an induced flow Φ(y), again affine. A mean-field equilibrium is a fixed point of Φ.
 *
 *     −P′ = A′P + PA + Q − (L + B′P)′R⁻¹(L + B′P),   K = −R⁻¹(L + B′P),
 *     −ζ′ = (A + BK)′ζ + P c + q + K′l,              k = −R⁻¹(B′ζ + l),
 *
 * with c, q, l the parts of drift and cost gradient that come from y. The induced flow is that of the population, x̄ in
 * the drift being its own mean rather than the frozen one: so Φ(y) is exactly what the policy brings about, and
 * exploitability of the policy is the cost of its distance to the best response against Φ(y).
 *
 * Flows are carried for all starts at once, y being affine in (x̄, s) at time 0: that costs a few columns and makes it
 * possible to write a policy as a feedback on (x̄, s), which is what an equilibrium's quantities are read from.
 *
 * M. Huang, P. E. Caines and R. P. Malhamé, IEEE Transactions on Automatic Control 52 (2007) 1560–1571, sections III–IV.
 */
export interface MeanFlowResponse {
  readonly time: TimeCollocation;
  /** d + e + k, the numbers a path has at each node: E x̄, E s, E ᾱ. */
  readonly width: number;
  /** The flow that stays where it starts, with control zero. */
  readonly start: () => MeanFlow;
  /** Φ(y), into `out`. */
  readonly respond: (flow: MeanFlow, out: MeanFlow) => MeanFlow;
  /** The linear part of Φ on the path from one start: how Φ answers a change of path. */
  readonly respondToChange: (change: Float64Array, out: Float64Array) => Float64Array;
  /** The flow's path from the model's own start, node values in rows of `width`. */
  readonly path: (flow: MeanFlow) => Float64Array;
  /**
   * The best response to a flow, α = K(t) x + k(t).
   *
   * Where the paths that it induces from different starts stay apart, k(t) is written as the feedback on (x̄, s, 1) that
   * equals it along each of them; otherwise it is left as a function of the clock, and the strategy is `decentralised`.
   */
  readonly policy: (flow: MeanFlow) => LinearStrategy;
  /** What one player gains by deviating when everybody plays the best response to `flow`, from the model's own start. */
  readonly exploitability: (flow: MeanFlow) => number;
  /** (E x̄, E s) of a path at any time. */
  readonly meanAt: (path: Float64Array, t: number, out: Float64Array) => void;
}

/**
 * Paths from all starts: column j is the path from the j-th unit vector of (x̄, s, 1), node values in rows of `width`.
 *
 * The last column has x̄ = s = 0 at the start and carries all constant terms of the model; the others carry none.
 */
export type MeanFlow = readonly Float64Array[];

/** Nodes are doubled from 16 until best responses are resolved to this, relative to their size. */
const resolution = 1e-13;
const mostNodes = 256;

/**
 * The best-response map of a model in the limit.
 *
 * Common noise is left out: what is mapped are expected flows, which for these models do not depend on it.
 *
 * @throws RefusalError where the player's own Riccati equation explodes, its cost is not convex in its control, or the
 * paths are too rough in time for 256 nodes.
 */
export function meanFlowResponse(model: LinearQuadraticModel): MeanFlowResponse {
  const own = ownRiccati(model);
  let roughness = Infinity;
  for (let count = 16; count <= mostNodes; count *= 2) {
    const found = responseOn(model, own, timeCollocation(model.horizon, count));
    const { time, width } = found.response;
    const once = found.response.respond(found.response.start(), found.response.start());
    const twice = found.response.respond(once, found.response.start());
    const tails = [...once, ...twice].map((column) => time.tail(column, width));
    roughness = Math.max(...tails, time.tail(found.gains, 1));
    // Rounding in the coefficients grows with the number of nodes and may hide the last digit.
    if (roughness <= resolution * Math.max(1, count / 32)) return found.response;
  }
  throw new RefusalError(
    `the mean flow is not resolved by ${mostNodes} polynomials in time (last coefficients ${roughness.toExponential(1)} of its size)`,
  );
}

/**
 * The rate at which Picard iteration m ← (1 − δ) m + δ Φ(m) on expected mean flows contracts, if below one.
 *
 * The spectral radius of Φ's linear part on polynomials in time, evaluated on twice as many nodes as they need: without
 * that the highest polynomials, which the collocation cannot resolve, perturb the eigenvalues by one over the square of
 * their number where Φ is not compact (players who respond to ᾱ(t) at the same instant).
 *
 * @param damping δ; 1 unless told.
 */
export function picardSpectralRadius(model: LinearQuadraticModel, damping = 1): number {
  const { time: coarse, width } = meanFlowResponse(model);
  const fine = timeCollocation(model.horizon, 2 * coarse.count);
  const { response } = responseOn(model, ownRiccati(model), fine);
  const n = coarse.count * width;
  const input = new Float64Array(n);
  const refined = new Float64Array(fine.count * width);
  const mapped = new Float64Array(fine.count * width);
  const image = (): Float64Array => {
    for (let i = 0; i < fine.count; i++) {
      coarse.interpolate(input, width, fine.nodes[i], refined.subarray(i * width, (i + 1) * width));
    }
    response.respondToChange(refined, mapped);
    const out = new Float64Array(n);
    for (let i = 0; i < coarse.count; i++) {
      fine.interpolate(mapped, width, coarse.nodes[i], out.subarray(i * width, (i + 1) * width));
    }
    return out;
  };
  const mixed = zeros(n, n);
  for (let q = 0; q < n; q++) {
    input[q] = 1;
    const column = image();
    input[q] = 0;
    for (let p = 0; p < n; p++) mixed.data[p * n + q] = damping * column[p] + (p === q ? 1 - damping : 0);
  }
  return spectralRadius(mixed);
}

function responseOn(
  model: LinearQuadraticModel,
  own: OdeSolution,
  time: TimeCollocation,
): { readonly response: MeanFlowResponse; readonly gains: Float64Array } {
  const { state: d, common: e, control: k, offset, size, stateSize } = model.layout;
  const { count, nodes, weights, integral, horizon } = time;
  const width = d + e + k;
  const flowState = d + e;

  const at = Array.from(nodes, (t) => {
    const parts = coefficients(model);
    parts.update(t);
    const P = own.at(t);
    const R = controlBlock(model, parts.running);
    return { ...parts, P, R, inverse: luDecompose(R), K: ownGain(model, parts, P) };
  });
  /** The column of z that component c of a flow stands in. */
  const flowColumn = (c: number): number =>
    c < d ? offset.mean + c : c < flowState ? offset.common + c - d : offset.meanControl + c - flowState;

  // Backward: ζ(t_i) = ζ(T) + ∫ from t_i to T of (A + BK)′ζ + g.
  const backward = identity(count * d);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const weight = weights[j] - integral.data[i * count + j];
      const { drift, K } = at[j];
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) {
          let closed = drift.data[b * size + a];
          for (let r = 0; r < k; r++) closed += drift.data[b * size + offset.control + r] * K.data[r * d + a];
          backward.data[(i * d + a) * count * d + j * d + b] -= weight * closed;
        }
      }
    }
  }
  const backwardSolve = decompose(backward, tooFast(time));

  // Forward: (m, s)(t_i) = start + ∫ from 0 of the closed population's drift + what k adds.
  const row = (j: number, a: number): Float64Array => {
    const source = a < d ? at[j].drift : at[j].commonDrift;
    const index = a < d ? a : a - d;
    return source.data.subarray(index * size, (index + 1) * size);
  };
  const forward = identity(count * flowState);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const weight = integral.data[i * count + j];
      for (let a = 0; a < flowState; a++) {
        const source = row(j, a);
        for (let b = 0; b < flowState; b++) {
          let closed = b < d ? source[b] + source[offset.mean + b] : source[offset.common + b - d];
          if (b < d) {
            for (let r = 0; r < k; r++) {
              closed += (source[offset.control + r] + source[offset.meanControl + r]) * at[j].K.data[r * d + b];
            }
          }
          forward.data[(i * flowState + a) * count * flowState + j * flowState + b] -= weight * closed;
        }
      }
    }
  }
  const forwardSolve = decompose(forward, tooFast(time));

  const basisEnd = time.basis(horizon, new Float64Array(count));
  const source = new Float64Array(count * d);
  const right = new Float64Array(count * d);
  const zeta = new Float64Array(count * d);
  const rightForward = new Float64Array(count * flowState);
  const solvedForward = new Float64Array(count * flowState);
  const slope = new Float64Array(k);

  /** k at all nodes: the part of the best response that comes from a path; `one` multiplies the model's constant terms. */
  const offsetControl = (flow: Float64Array, one: number, out: Float64Array): Float64Array => {
    const endFlow = (c: number): number => basisEnd.reduce((sum, weight, i) => sum + weight * flow[i * width + c], 0);
    for (let i = 0; i < count; i++) {
      const { drift, running, P, K } = at[i];
      const given = (matrix: Matrix, r: number): number => {
        let sum = one * matrix.data[r * size + offset.one];
        for (let c = 0; c < width; c++) sum += matrix.data[r * size + flowColumn(c)] * flow[i * width + c];
        return sum;
      };
      for (let a = 0; a < d; a++) {
        let sum = given(running, a);
        for (let b = 0; b < d; b++) sum += P[a * d + b] * given(drift, b);
        for (let r = 0; r < k; r++) sum += K.data[r * d + a] * given(running, offset.control + r);
        source[i * d + a] = sum;
      }
    }
    for (let a = 0; a < d; a++) {
      let end = one * model.terminal.data[a * stateSize + stateSize - 1];
      for (let c = 0; c < flowState; c++) end += model.terminal.data[a * stateSize + d + c] * endFlow(c);
      for (let i = 0; i < count; i++) {
        let sum = end;
        for (let j = 0; j < count; j++) sum += (weights[j] - integral.data[i * count + j]) * source[j * d + a];
        right[i * d + a] = sum;
      }
    }
    backwardSolve.solve(right, zeta);
    for (let i = 0; i < count; i++) {
      const { drift, running, inverse } = at[i];
      for (let r = 0; r < k; r++) {
        let sum = one * running.data[(offset.control + r) * size + offset.one];
        for (let c = 0; c < width; c++)
          sum += running.data[(offset.control + r) * size + flowColumn(c)] * flow[i * width + c];
        for (let b = 0; b < d; b++) sum += drift.data[b * size + offset.control + r] * zeta[i * d + b];
        slope[r] = -sum;
      }
      out.set(inverse.solve(slope), i * k);
    }
    return out;
  };

  const shift = new Float64Array(count * k);
  const rates = new Float64Array(count);
  /** The path that k brings about from `begin` = (x̄, s, 1) at time 0. */
  const induced = (control: Float64Array, begin: Float64Array, out: Float64Array): Float64Array => {
    for (let a = 0; a < flowState; a++) {
      for (let j = 0; j < count; j++) {
        const from = row(j, a);
        let rate = begin[flowState] * from[offset.one];
        for (let r = 0; r < k; r++) {
          rate += (from[offset.control + r] + from[offset.meanControl + r]) * control[j * k + r];
        }
        rates[j] = rate;
      }
      for (let i = 0; i < count; i++) {
        let sum = begin[a];
        for (let j = 0; j < count; j++) sum += integral.data[i * count + j] * rates[j];
        rightForward[i * flowState + a] = sum;
      }
    }
    forwardSolve.solve(rightForward, solvedForward);
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < flowState; a++) out[i * width + a] = solvedForward[i * flowState + a];
      for (let r = 0; r < k; r++) {
        let sum = control[i * k + r];
        for (let b = 0; b < d; b++) sum += at[i].K.data[r * d + b] * solvedForward[i * flowState + b];
        out[i * width + flowState + r] = sum;
      }
    }
    return out;
  };
  const starts = flowState + 1;
  const actual = Float64Array.of(...model.initial.mean, ...model.initial.commonState, 1);
  const units = Array.from({ length: starts }, (_, j) =>
    Float64Array.from({ length: starts }, (_, i) => (i === j ? 1 : 0)),
  );
  const nowhere = new Float64Array(starts);
  const path = (flow: MeanFlow): Float64Array => {
    const out = new Float64Array(count * width);
    flow.forEach((column, j) => {
      for (let q = 0; q < out.length; q++) out[q] += actual[j] * column[q];
    });
    return out;
  };

  const meanAt = (given: Float64Array, t: number, out: Float64Array): void => {
    const all = time.interpolate(given, width, t, new Float64Array(width));
    out.set(all.subarray(0, flowState));
  };
  const gains = Float64Array.from(at, ({ K }) => maximumNorm(K));
  const response: MeanFlowResponse = {
    time,
    width,
    start: () =>
      units.map((unit) => {
        const column = new Float64Array(count * width);
        for (let i = 0; i < count; i++) column.set(unit.subarray(0, flowState), i * width);
        return column;
      }),
    respond: (flow, out) => {
      flow.forEach((column, j) => induced(offsetControl(column, units[j][flowState], shift), units[j], out[j]));
      return out;
    },
    respondToChange: (change, out) => induced(offsetControl(change, 0, shift), nowhere, out),
    path,
    policy: (flow) => {
      // k(t) and the induced (x̄, s, 1) from all starts, as matrices that multiply (x̄, s, 1) at time 0.
      const control = new Float64Array(count * k * starts);
      const means = new Float64Array(count * starts * starts);
      const image = new Float64Array(count * width);
      flow.forEach((column, j) => {
        offsetControl(column, units[j][flowState], shift);
        induced(shift, units[j], image);
        for (let i = 0; i < count; i++) {
          for (let r = 0; r < k; r++) control[(i * k + r) * starts + j] = shift[i * k + r];
          for (let a = 0; a < flowState; a++) means[(i * starts + a) * starts + j] = image[i * width + a];
          means[(i * starts + flowState) * starts + j] = units[j][flowState];
        }
      });
      const feedback = staysApart(means, starts, count);
      const parts = coefficients(model);
      const onStart = zeros(k, starts);
      const mean = zeros(starts, starts);
      return {
        source: feedback ? "empirical" : "decentralised",
        gain: (t, out) => {
          parts.update(t);
          const K = ownGain(model, parts, own.at(t));
          time.interpolate(control, k * starts, t, onStart.data);
          out.data.fill(0);
          for (let r = 0; r < k; r++) {
            for (let b = 0; b < d; b++) out.data[r * stateSize + b] = K.data[r * d + b];
          }
          if (feedback) {
            time.interpolate(means, starts * starts, t, mean.data);
            const onMean = luDecompose(transpose(mean)).solveMatrix(transpose(onStart));
            for (let r = 0; r < k; r++) {
              for (let b = 0; b < starts; b++) out.data[r * stateSize + d + b] = onMean.data[b * k + r];
            }
          } else {
            const constant = multiplyVector(onStart, actual);
            for (let r = 0; r < k; r++) out.data[r * stateSize + stateSize - 1] = constant[r];
          }
        },
      };
    },
    exploitability: (flow) => {
      const played = offsetControl(path(flow), 1, new Float64Array(count * k));
      const brought = induced(played, actual, new Float64Array(count * width));
      const best = offsetControl(brought, 1, new Float64Array(count * k));
      let sum = 0;
      for (let i = 0; i < count; i++) {
        for (let r = 0; r < k; r++) {
          for (let c = 0; c < k; c++) {
            const product = (played[i * k + r] - best[i * k + r]) * (played[i * k + c] - best[i * k + c]);
            sum += (weights[i] * at[i].R.data[r * k + c] * product) / 2;
          }
        }
      }
      return sum;
    },
    meanAt,
  };
  return { response, gains };
}

/** By how much rounding may be magnified when means are traced back to their starts. */
const worstMagnification = 1e6;

/**
 * Whether the means from all starts can be told apart: their matrix, the identity at time 0, stays clear of singular ones
 * at all nodes and does not change the sign of its determinant between them.
 */
function staysApart(means: Float64Array, starts: number, count: number): boolean {
  const block = zeros(starts, starts);
  for (let i = 0; i < count; i++) {
    block.data.set(means.subarray(i * starts * starts, (i + 1) * starts * starts));
    try {
      const factored = luDecompose(block);
      if (!(factored.determinant > 0)) return false;
      const inverse = factored.solveMatrix(identity(starts));
      if (!(maximumNorm(inverse) * Math.max(1, maximumNorm(block)) <= worstMagnification)) return false;
    } catch (error) {
      if (error instanceof SingularMatrixError) return false;
      throw error;
    }
  }
  return true;
}
