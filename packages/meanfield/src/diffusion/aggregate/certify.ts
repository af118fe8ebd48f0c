/**
 * How good an answer to a game with a price on the mean is, by code that shares nothing with the solvers.
 *
 * A single player pays linearly in its own state, so against a given flow of the mean its best effort is (c₁′)⁻¹(−Y), with Y the
 * expected price to come under that flow: one linear backward equation. What it gains by deviating is
 *
 *     E ∫₀ᵀ c₁(α) + αY − min_a (c₁(a) + aY) dt ≥ 0.
 *
 * With common noise Y is found by the method of J. Crank and P. Nicolson (Proc. Cambridge Phil. Soc. 43 (1947) 50–67) with
 * three-point differences on two meshes, extrapolated; without, by quadrature along the path.
 */

import type { Certificate, Question } from "../../core/index.ts";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import type { AggregateCandidate, FieldCandidate, PathCandidate, PathEquilibrium } from "./candidate.ts";
import { linearSweep } from "./linear-sweep.ts";
import type { SweepMesh } from "./linear-sweep.ts";
import { charges, effortAt, gainOfEffort } from "./model.ts";
import type { AggregateModel } from "./model.ts";

/**
 * - exploitability: that gain; null for the planner. Without common noise the largest over all equilibria found.
 * - consistency: root mean square, over the time and the law of the mean, of the distance between the drift that y was computed against
 *   and the best response to the drift that y induces. Without common noise, largest distance along a path between the mean and the one
 *   that efforts induce.
 * - residual: largest defect of the equation for y by sixth-order differences, relative to 1 + its largest term.
 */
export function certifyAggregate(
  model: AggregateModel,
  question: Question,
  candidate: AggregateCandidate,
): Certificate {
  const found = candidate.kind === "aggregate-field" ? certifyField(model, candidate) : certifyPaths(model, candidate);
  return {
    exploitability: question.concept === "planner" ? null : found.gain,
    consistency: found.consistency,
    residual: found.residual,
    exactError: null,
  };
}

interface Found {
  readonly gain: number;
  readonly consistency: number;
  readonly residual: number;
}

/** Cells and time steps of the coarser of the two meshes. */
const cells = 300;
const steps = 150;

function certifyField(model: AggregateModel, candidate: FieldCandidate): Found {
  const { adjoint, question, assumedDrift } = candidate;
  const { running, terminal } = charges(model, question);
  const played = (t: number, m: number): number => effortAt(model, adjoint.at(t, m));
  const meshes = [1, 2].map((factor) => sweepMesh(candidate, factor));
  const [coarse, fine] = meshes.map((mesh) =>
    linearSweep(mesh, model.commonNoise, played, (_t, m) => running.value(m), terminal.value),
  );
  const points = meshes[0].points.length;
  /** Y by extrapolation to a mesh of no size, at step n and point i of the coarser mesh. */
  const best = (n: number, i: number): number => {
    const rough = coarse.values[n * points + i];
    const smooth = fine.values[2 * n * meshes[1].points.length + 2 * i];
    return smooth + (smooth - rough) / 3;
  };
  const gain = (n: number, i: number): number => {
    const a = played(meshes[0].times[n], meshes[0].points[i]);
    const Y = best(n, i);
    return model.effort.value(a) + a * Y + gainOfEffort(model, Y);
  };
  const distance = (n: number, i: number): number =>
    (assumedDrift(meshes[0].times[n], meshes[0].points[i]) - effortAt(model, best(n, i))) ** 2;
  const expected = (f: (n: number, i: number) => number): number =>
    linearSweep(
      meshes[0],
      model.commonNoise,
      played,
      (_t, _m, n, i) => f(n, i),
      () => 0,
    ).at(model.start);
  return {
    gain: Math.max(0, expected(gain)),
    consistency: Math.sqrt(Math.max(0, expected(distance)) / model.horizon),
    residual: fieldResidual(model, candidate),
  };
}

/** Points spread as those of the answer, but others; times gather at T. */
function sweepMesh({ model, adjoint: { mesh } }: FieldCandidate, factor: number): SweepMesh {
  const count = factor * cells;
  const last = mesh.points.length - 1;
  return {
    points: Float64Array.from({ length: count + 1 }, (_, i) => mesh.pointAt((last * i) / count)),
    times: Float64Array.from(
      { length: factor * steps + 1 },
      (_, n) => model.horizon * (1 - (1 - n / (factor * steps)) ** 2),
    ),
  };
}

/** Sixth-order weights of y′ and y″ on the points −3, …, 3. */
const firstWeights = [-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60] as const;
const secondWeights = [1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90] as const;

function fieldResidual(model: AggregateModel, { question, adjoint }: FieldCandidate): number {
  const { running } = charges(model, question);
  const { mesh } = adjoint;
  const diffusion = 0.5 * model.commonNoise ** 2;
  const last = mesh.points.length - 1;
  const [from, to] = model.interval.map((m) => mesh.place(m));
  let defect = 0;
  let largest = 1;
  for (let n = 1; n < 16; n++) {
    const t = model.horizon * (1 - (n / 16) ** 2);
    // A quarter of the slices around is smooth enough for differences and large enough against rounding.
    const dt = 0.02 * Math.min(t, model.horizon - t);
    for (let i = 0; i <= 120; i++) {
      const place = from + (i / 120) * (to - from);
      if (place < 4 || place > last - 4) continue;
      const m = mesh.pointAt(place);
      const dm = 1 / mesh.density(m);
      let [rate, slope, bend] = [0, 0, 0];
      for (let j = -3; j <= 3; j++) {
        rate += (firstWeights[j + 3] * adjoint.at(t + j * dt, m)) / dt;
        const y = adjoint.at(t, m + j * dm);
        slope += (firstWeights[j + 3] * y) / dm;
        bend += (secondWeights[j + 3] * y) / dm ** 2;
      }
      const terms = [rate, diffusion * bend, effortAt(model, adjoint.at(t, m)) * slope, running.value(m)];
      defect = Math.max(defect, Math.abs(terms.reduce((sum, term) => sum + term, 0)));
      largest = Math.max(largest, ...terms.map((term) => 1 + Math.abs(term)));
    }
  }
  return defect / largest;
}

function certifyPaths(model: AggregateModel, { question, equilibria }: PathCandidate): Found {
  const each = equilibria.map((equilibrium) => certifyPath(model, question, equilibrium));
  const worst = (of: (found: Found) => number): number => Math.max(...each.map(of));
  return {
    gain: worst(({ gain }) => gain),
    consistency: worst(({ consistency }) => consistency),
    residual: worst(({ residual }) => residual),
  };
}

/** Pieces of [0, T] with a rule of ten nodes each. */
const pathPieces = 40;

function certifyPath(model: AggregateModel, question: Question, { mean, adjoint }: PathEquilibrium): Found {
  const { running, terminal } = charges(model, question);
  const T = model.horizon;
  const knots = Array.from({ length: pathPieces + 1 }, (_, i) => (i / pathPieces) * T);
  const played = (t: number): number => effortAt(model, adjoint(t));
  // The price to come at the knots, and the mean that efforts induce.
  const toCome = knots.map(() => terminal.value(mean(T)));
  for (let i = pathPieces - 1; i >= 0; i--) {
    toCome[i] = toCome[i + 1] + gaussLegendreIntegrate((t) => running.value(mean(t)), knots[i], knots[i + 1], 10);
  }
  let induced = model.start;
  let consistency = Math.abs(mean(0) - induced);
  let gain = 0;
  let residual = Math.abs(adjoint(T) - toCome[pathPieces]);
  for (let i = 0; i < pathPieces; i++) {
    const [left, right] = [knots[i], knots[i + 1]];
    induced += gaussLegendreIntegrate(played, left, right, 10);
    consistency = Math.max(consistency, Math.abs(mean(right) - induced));
    residual = Math.max(residual, Math.abs(adjoint(left) - toCome[i]) / (1 + Math.abs(toCome[i])));
    gain += gaussLegendreIntegrate(
      (t) => {
        const Y = toCome[i + 1] + gaussLegendreIntegrate((s) => running.value(mean(s)), t, right, 6);
        const a = played(t);
        return model.effort.value(a) + a * Y + gainOfEffort(model, Y);
      },
      left,
      right,
      10,
    );
  }
  return { gain: Math.max(0, gain), consistency, residual };
}
