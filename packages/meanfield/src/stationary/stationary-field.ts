/**
 * The stationary fields of a policy: z = Φ(z, π).
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 2. Where P does not depend on the field this is a linear system; where
 * it does, there may be several fields, or none at all (a kernel that jumps can push the population back across its jump
 * from both sides).
 */

import { luDecompose } from "../numeric/lu.ts";
import { multiplyVector, transpose, zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import { findRoot } from "../numeric/roots.ts";
import { averageOver, policyKernel } from "./evaluation.ts";
import { featuresAt } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { stationaryLaw } from "./stationary-law.ts";
import { slopesAt, transitionsAt } from "./tables.ts";

export interface StationaryFields {
  /** Every stationary field that was found; for a single feature of the law, all that a scan can tell apart. */
  readonly fields: readonly Float64Array[];
  /** Why there is none, or what is special about those there are; one line. */
  readonly remark?: string;
}

/** Points of the scan for fields along a single feature. */
const scanPoints = 400;
/** A jump of the induced feature is told from a root by what is left there, relative to the feature's range. */
const rootTolerance = 1e-8;

/** All stationary fields of a policy (π(a|x) at x·|A| + a) that the method finds, by increasing first feature. */
export function stationaryFields(model: FiniteStationaryModel, policy: Float64Array): StationaryFields {
  const induced = (phi: Float64Array): ReturnType<typeof stationaryLaw> =>
    stationaryLaw(policyKernel(model, transitionsAt(model, phi), policy), model.initial);
  if (!model.transitionsCoupled) {
    const { law, classes } = induced(featuresAt(model, model.initial));
    return {
      fields: [law],
      ...(classes === 1
        ? {}
        : { remark: `${classes} classes of states do not mix: the field is the one reached from the initial law` }),
    };
  }
  if (model.features.rows > 1) return iterated(model, policy);
  const kept = keptTransitions(model);
  return scanned(model, (phi, again) => {
    const P = (again ? kept?.get(phi) : undefined) ?? transitionsAt(model, Float64Array.of(phi));
    if (again) kept?.set(phi, P);
    return stationaryLaw(policyKernel(model, P, policy), model.initial).law;
  });
}

/** Every policy is scanned at the same values of the feature: P is kept there, where that is some megabytes at most. */
const kept = new WeakMap<FiniteStationaryModel, Map<number, Float64Array>>();
const mostKept = 2 ** 22;

function keptTransitions(model: FiniteStationaryModel): Map<number, Float64Array> | undefined {
  if (model.states * model.actions * model.states * scanPoints > mostKept) return undefined;
  const known = kept.get(model) ?? new Map<number, Float64Array>();
  kept.set(model, known);
  return known;
}

/** ‖z − Φ(z,π)‖₁: how far a field is from staying as it is. */
export function driftOfField(model: FiniteStationaryModel, policy: Float64Array, field: Float64Array): number {
  const next = nextField(model, policy, field);
  return next.reduce((sum, p, y) => sum + Math.abs(p - field[y]), 0);
}

/** Φ(z,π)(y) = Σ_x z(x) Σ_a π(a|x) P(y|x,a,z). */
export function nextField(model: FiniteStationaryModel, policy: Float64Array, field: Float64Array): Float64Array {
  const { data, rows } = policyKernel(model, transitionsAt(model, featuresAt(model, field)), policy);
  const out = new Float64Array(rows);
  for (let x = 0; x < rows; x++) for (let y = 0; y < rows; y++) out[y] += field[x] * data[x * rows + y];
  return out;
}

/** One feature: roots of (feature induced at φ) − φ between the least and the largest value that φ can have. */
function scanned(model: FiniteStationaryModel, lawAt: (phi: number, again: boolean) => Float64Array): StationaryFields {
  const row = model.features.data;
  const [low, high] = [Math.min(...row), Math.max(...row)];
  const excess = (phi: number, again = false): number => featuresAt(model, lawAt(phi, again))[0] - phi;
  const roots: number[] = [];
  const jumps: number[] = [];
  let before = low;
  let excessBefore = excess(low, true);
  if (excessBefore === 0) roots.push(low);
  for (let i = 1; i <= scanPoints; i++) {
    const phi = i === scanPoints ? high : low + ((high - low) * i) / scanPoints;
    const here = excess(phi, true);
    if (here === 0) roots.push(phi);
    else if (excessBefore > 0 !== here > 0 && excessBefore !== 0) {
      const root = findRoot((at) => excess(at), before, phi);
      if (Math.abs(excess(root)) <= rootTolerance * (high - low)) roots.push(root);
      else jumps.push(root);
    }
    before = phi;
    excessBefore = here;
  }
  const fields = roots.map((phi) => lawAt(phi, false));
  if (fields.length > 1) return { fields, remark: `${fields.length} stationary fields` };
  if (fields.length === 1) return { fields };
  const where =
    jumps.length === 0
      ? ""
      : `: the population is pushed back across ${Number(jumps[0].toPrecision(6))} from both sides`;
  return { fields, remark: `no stationary field exists${where}` };
}

/** Several features: z ← z + ½(Φ(z,π) − z) until it settles, then Newton's method on z − Φ(z,π). */
function iterated(model: FiniteStationaryModel, policy: Float64Array): StationaryFields {
  const field = model.initial.slice();
  for (let k = 0; k < 2000; k++) {
    const next = nextField(model, policy, field);
    let moved = 0;
    for (let x = 0; x < field.length; x++) {
      moved += Math.abs(next[x] - field[x]);
      field[x] += 0.5 * (next[x] - field[x]);
    }
    if (moved < 1e-10) break;
  }
  for (let k = 0; k < 20; k++) {
    const drift = nextField(model, policy, field).map((p, y) => p - field[y]);
    if (drift.every((d) => Math.abs(d) < 1e-15)) break;
    const step = luDecompose(transpose(tangentSystem(model, policy, field))).solve(drift);
    for (let x = 0; x < field.length; x++) field[x] = Math.max(0, field[x] + step[x]);
  }
  const left = driftOfField(model, policy, field);
  if (left < 1e-11) return { fields: [field], remark: "further stationary fields were not looked for" };
  return {
    fields: [],
    remark: `no stationary field was found: the law still moves by ${left.toExponential(1)} a step`,
  };
}

/**
 * I − K + 1zᵀ, whose inverse gives dz/dθ = w (I − K + 1zᵀ)⁻¹ for w = ∂_θΦ: the implicit function theorem on Σdz = 0.
 *
 * K(x,y) = P_π(x,y) + Σ_f Φ(f,x) Σ_x' z(x') ∂P_π(x',y)/∂φ_f is how a small change of the field moves the next one.
 */
export function tangentSystem(model: FiniteStationaryModel, policy: Float64Array, field: Float64Array): Matrix {
  const { states } = model;
  const phi = featuresAt(model, field);
  const kernel = policyKernel(model, transitionsAt(model, phi), policy);
  const system = zeros(states, states);
  for (let x = 0; x < states; x++) {
    for (let y = 0; y < states; y++) {
      system.data[x * states + y] = (x === y ? 1 : 0) - kernel.data[x * states + y] + field[y];
    }
  }
  if (model.transitionsCoupled) {
    for (let f = 0; f < model.features.rows; f++) {
      const push = transposedTimes(policyKernel(model, slopesAt(model, phi, f).P, policy), field);
      for (let x = 0; x < states; x++) {
        const weight = model.features.data[f * states + x];
        for (let y = 0; y < states; y++) system.data[x * states + y] -= weight * push[y];
      }
    }
  }
  return system;
}

/** ∂J/∂z at a frozen policy: Σ_f Φ(f,·) d(∂_f r_π + γ ∂_fP_π V), for the occupancy d and the value V of the policy. */
export function fieldSensitivity(
  model: FiniteStationaryModel,
  policy: Float64Array,
  phi: Float64Array,
  visits: Float64Array,
  V: Float64Array,
): Float64Array {
  const out = new Float64Array(model.states);
  for (let f = 0; f < model.features.rows; f++) {
    const slopes = slopesAt(model, phi, f);
    const r = averageOver(model, policy, slopes.r);
    const moved = model.transitionsCoupled ? multiplyVector(policyKernel(model, slopes.P, policy), V) : undefined;
    let slope = 0;
    for (let x = 0; x < model.states; x++) slope += visits[x] * (r[x] + model.discount * (moved?.[x] ?? 0));
    for (let x = 0; x < model.states; x++) out[x] += slope * model.features.data[f * model.states + x];
  }
  return out;
}

function transposedTimes({ rows, columns, data }: Matrix, v: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  for (let x = 0; x < rows; x++) for (let y = 0; y < columns; y++) out[y] += v[x] * data[x * columns + y];
  return out;
}
