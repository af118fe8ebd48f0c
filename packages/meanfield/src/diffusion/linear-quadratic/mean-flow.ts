import { RefusalError } from "../../core/index.ts";
import { spectralRadius } from "../../numeric/eigenvalues.ts";
import { luDecompose } from "../../numeric/lu.ts";
import { identity, maximumNorm, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";
import type { OdeSolution, RightHandSide } from "../../numeric/ode.ts";
import type { LinearStrategy } from "./candidate.ts";
import { coefficients } from "./coefficients.ts";
import type { Coefficients } from "./coefficients.ts";
import { requirePositiveDefinite } from "./dense.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { timeCollocation } from "./time-collocation.ts";
import type { TimeCollocation } from "./time-collocation.ts";

/**
 * Best response of one negligible player to a given mean flow, and the flow that everybody's doing so induces.
 *
 * Given the paths (E x̄, E s, E ᾱ) =: y, the representative player solves an own linear–quadratic problem whose Riccati
 * matrix P does not depend on y: its best response is α = K(t) x + k(t) with k affine in y, and the population that plays
 * it has an induced flow Φ(y), again affine. A mean-field equilibrium without common noise is a fixed point of Φ.
 *
 *     −P′ = A′P + PA + Q − (L + B′P)′R⁻¹(L + B′P),   K = −R⁻¹(L + B′P),
 *     −ζ′ = (A + BK)′ζ + P c + q + K′l,              k = −R⁻¹(B′ζ + l),
 *
 * with c, q, l the parts of drift and cost gradient that come from y. The induced flow is that of the population, x̄ in
 * the drift being its own mean rather than the frozen one: so Φ(y) is exactly what the policy brings about, and
 * exploitability of the policy is the cost of its distance to the best response against Φ(y).
 *
 * M. Huang, P. E. Caines and R. P. Malhamé, IEEE Transactions on Automatic Control 52 (2007) 1560–1571, sections III–IV.
 */
export interface MeanFlowResponse {
  readonly time: TimeCollocation;
  /** d + e + k, the numbers a flow has at each node: E x̄, E s, E ᾱ. */
  readonly width: number;
  /** The flow that stays where it starts, with control zero. */
  readonly start: () => Float64Array;
  /** Φ(y), node values in rows of `width`. */
  readonly respond: (flow: Float64Array, out: Float64Array) => Float64Array;
  /** The best response to a flow. */
  readonly policy: (flow: Float64Array) => LinearStrategy;
  /** What one player gains by deviating when everybody plays the best response to `flow`. */
  readonly exploitability: (flow: Float64Array) => number;
  /** The flow's (E x̄, E s) at any time. */
  readonly meanAt: (flow: Float64Array, t: number, out: Float64Array) => void;
}

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
    const once = found.response.respond(found.response.start(), new Float64Array(count * width));
    const twice = found.response.respond(once, new Float64Array(count * width));
    roughness = Math.max(time.tail(once, width), time.tail(twice, width), time.tail(found.gains, 1));
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
  const image = (): Float64Array => {
    for (let i = 0; i < fine.count; i++) {
      coarse.interpolate(input, width, fine.nodes[i], refined.subarray(i * width, (i + 1) * width));
    }
    const mapped = response.respond(refined, new Float64Array(fine.count * width));
    const out = new Float64Array(n);
    for (let i = 0; i < coarse.count; i++) {
      fine.interpolate(mapped, width, coarse.nodes[i], out.subarray(i * width, (i + 1) * width));
    }
    return out;
  };
  const base = image();
  const mixed = zeros(n, n);
  for (let q = 0; q < n; q++) {
    input[q] = 1;
    const column = image();
    input[q] = 0;
    for (let p = 0; p < n; p++) mixed.data[p * n + q] = damping * (column[p] - base[p]) + (p === q ? 1 - damping : 0);
  }
  return spectralRadius(mixed);
}

/** Why expected flows are not enough for this model: its common noise, in words; undefined where it has none. */
export function commonNoise(model: LinearQuadraticModel): string | undefined {
  const { common, commonState } = model.noise;
  const noisy = [common, commonState].some(({ data }) => data.some((value) => value !== 0));
  return noisy ? "the model has common noise, so that the mean flow is random" : undefined;
}

/** P backward in time, d × d, from the player's own Riccati equation. */
function ownRiccati(model: LinearQuadraticModel): OdeSolution {
  const { state: d, stateSize, size } = model.layout;
  const { control: k, offset } = model.layout;
  const parts = coefficients(model);
  const { drift, running } = parts;
  for (const t of [0, model.horizon / 2, model.horizon]) {
    parts.update(t);
    requirePositiveDefinite(
      controlBlock(model, running),
      `at t = ${t} the cost is not strictly convex in a player's own control: no best response`,
    );
  }
  const f: RightHandSide = (t, y, dy) => {
    parts.update(t);
    const K = ownGain(model, parts, y);
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        let sum = running.data[a * size + b];
        for (let c = 0; c < d; c++) {
          sum += drift.data[c * size + a] * y[c * d + b] + y[a * d + c] * drift.data[c * size + b];
        }
        for (let r = 0; r < k; r++) {
          // (L + B′P)′ K, which equals −(L + B′P)′R⁻¹(L + B′P).
          let slope = running.data[(offset.control + r) * size + a];
          for (let c = 0; c < d; c++) slope += drift.data[c * size + offset.control + r] * y[c * d + a];
          sum += slope * K.data[r * d + b];
        }
        dy[a * d + b] = -sum;
      }
    }
  };
  const end = new Float64Array(d * d);
  for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) end[a * d + b] = model.terminal.data[a * stateSize + b];
  const solution = integrate(f, model.horizon, 0, end, { relative: 1e-13, absolute: 1e-14 });
  if (solution.outcome !== "finished") {
    throw new RefusalError(
      `a single player's own Riccati equation explodes at t = ${solution.tEnd.toPrecision(10)}: it has no best response on the horizon ${model.horizon}`,
    );
  }
  return solution;
}

/** K = −R⁻¹(L + B′P), k × d. */
function ownGain(
  model: LinearQuadraticModel,
  { drift, running }: Pick<Coefficients, "drift" | "running">,
  P: Float64Array,
): Matrix {
  const { state: d, control: k, offset, size } = model.layout;
  const R = controlBlock(model, running);
  const right = zeros(k, d);
  for (let r = 0; r < k; r++) {
    for (let a = 0; a < d; a++) {
      let sum = running.data[(offset.control + r) * size + a];
      for (let c = 0; c < d; c++) sum += drift.data[c * size + offset.control + r] * P[c * d + a];
      right.data[r * d + a] = -sum;
    }
  }
  return luDecompose(R).solveMatrix(right);
}

/** R, k × k. */
function controlBlock(model: LinearQuadraticModel, running: Matrix): Matrix {
  const { control: k, offset, size } = model.layout;
  const R = zeros(k, k);
  for (let r = 0; r < k; r++) {
    for (let c = 0; c < k; c++) R.data[r * k + c] = running.data[(offset.control + r) * size + offset.control + c];
  }
  return R;
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
  const backwardSolve = luDecompose(backward);

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
  const forwardSolve = luDecompose(forward);

  const basisEnd = time.basis(horizon, new Float64Array(count));
  const source = new Float64Array(count * d);
  const right = new Float64Array(count * d);
  const zeta = new Float64Array(count * d);
  const rightForward = new Float64Array(count * flowState);
  const solvedForward = new Float64Array(count * flowState);
  const slope = new Float64Array(k);

  /** k at all nodes: the part of the best response that comes from the flow. */
  const offsetControl = (flow: Float64Array, out: Float64Array): Float64Array => {
    const endFlow = (c: number): number => basisEnd.reduce((sum, weight, i) => sum + weight * flow[i * width + c], 0);
    for (let i = 0; i < count; i++) {
      const { drift, running, P, K } = at[i];
      const given = (matrix: Matrix, r: number): number => {
        let sum = matrix.data[r * size + offset.one];
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
      let end = model.terminal.data[a * stateSize + stateSize - 1];
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
        let sum = running.data[(offset.control + r) * size + offset.one];
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
  const induced = (control: Float64Array, out: Float64Array): Float64Array => {
    for (let a = 0; a < flowState; a++) {
      for (let j = 0; j < count; j++) {
        const from = row(j, a);
        let rate = from[offset.one];
        for (let r = 0; r < k; r++) {
          rate += (from[offset.control + r] + from[offset.meanControl + r]) * control[j * k + r];
        }
        rates[j] = rate;
      }
      const begin = a < d ? model.initial.mean[a] : model.initial.commonState[a - d];
      for (let i = 0; i < count; i++) {
        let sum = begin;
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
  const respond = (flow: Float64Array, out: Float64Array): Float64Array => induced(offsetControl(flow, shift), out);

  const meanAt = (flow: Float64Array, t: number, out: Float64Array): void => {
    const all = time.interpolate(flow, width, t, new Float64Array(width));
    out.set(all.subarray(0, flowState));
  };
  const gains = Float64Array.from(at, ({ K }) => maximumNorm(K));
  const response: MeanFlowResponse = {
    time,
    width,
    start: () => {
      const flow = new Float64Array(count * width);
      for (let i = 0; i < count; i++) {
        flow.set(model.initial.mean, i * width);
        flow.set(model.initial.commonState, i * width + d);
      }
      return flow;
    },
    respond,
    policy: (flow) => {
      const control = offsetControl(flow, new Float64Array(count * k));
      const extra = new Float64Array(k);
      const parts = coefficients(model);
      return {
        // The policy looks at no mean, only at the player's own state and the clock.
        source: "decentralised",
        gain: (t, out) => {
          parts.update(t);
          const K = ownGain(model, parts, own.at(t));
          time.interpolate(control, k, t, extra);
          out.data.fill(0);
          for (let r = 0; r < k; r++) {
            for (let b = 0; b < d; b++) out.data[r * stateSize + b] = K.data[r * d + b];
            out.data[r * stateSize + stateSize - 1] = extra[r];
          }
        },
      };
    },
    exploitability: (flow) => {
      const played = offsetControl(flow, new Float64Array(count * k));
      const brought = induced(played, new Float64Array(count * width));
      const best = offsetControl(brought, new Float64Array(count * k));
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
