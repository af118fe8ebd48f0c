/** The decoupling field to a tolerance: meshes are halved until the answer stays. */

import type { Question } from "../../core/index.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import type { FieldCandidate } from "./candidate.ts";
import { computedInterval } from "./domain.ts";
import type { Field } from "./field.ts";
import type { DifferenceOrder } from "./line-differences.ts";
import { even, meanMesh } from "./mesh.ts";
import type { FieldMesh, Stretching } from "./mesh.ts";
import { charges, effortAt } from "./model.ts";
import type { AggregateModel, Charges } from "./model.ts";
import { solveViscous } from "./viscous-equation.ts";

export interface RefinementSettings {
  /** Accepted change of y, at all times and all means of the interval asked for, when the mesh is halved. */
  readonly tolerance: number;
  readonly order: DifferenceOrder;
  /** Cells of the first mesh. */
  readonly cells: number;
}

export const refinementDefaults: RefinementSettings = { tolerance: 1e-9, order: "8", cells: 96 };

/** Beyond that a solve takes minutes. */
export const mostCells = 12_288;

/** Slices of time that are kept, and how they gather at T. */
const slices = 64;
const grading = 2;

export interface Refinement {
  readonly settings: RefinementSettings;
  readonly question: Question;
  field: Field;
  /** Largest change by the last halving. */
  change: number;
  /** Largest change on the first mesh when its ends are moved out by a quarter of its cells on both sides. */
  readonly truncation: number;
  /** Time steps on the last mesh. */
  steps: number;
}

/**
 * The first mesh, and what moving its ends out changes.
 *
 * @throws NoConvergenceError where the equation blows up on every mesh.
 */
export function startRefinement(model: AggregateModel, question: Question, settings: RefinementSettings): Refinement {
  const { order, tolerance } = settings;
  const prices = charges(model, question);
  const [low, high] = computedInterval(model, question);
  const solve = (mesh: FieldMesh) => solveViscous(model, prices, mesh, order, timeTolerance(tolerance));
  const meshOf = (cells: number, stretching: Stretching): FieldMesh =>
    meanMesh(low, high, model.start, { horizon: model.horizon, slices, grading, cells, stretching });
  let { cells } = settings;
  let mesh = meshOf(
    cells,
    gatheredAt(model, prices, (stretching) => meshOf(cells, stretching)),
  );
  for (;;) {
    try {
      const { field, steps } = solve(mesh);
      const wider = solve(mesh.widened(Math.ceil(0.25 * cells))).field;
      return { settings, question, field, steps, change: Infinity, truncation: distanceOn(model, field, wider) };
    } catch (error) {
      // On a mesh much coarser than the layers of the answer central differences may explode where the equation does not.
      if (!(error instanceof NoConvergenceError) || 2 * cells > mostCells) throw error;
      cells *= 2;
      mesh = mesh.halved();
    }
  }
}

/**
 * Where points of a mesh should gather.
 *
 * Found with as much noise more as the closest points of a mesh need to see a layer, on meshes that come closer and closer.
 */
function gatheredAt(model: AggregateModel, prices: Charges, meshOf: (stretching: Stretching) => FieldMesh): Stretching {
  let stretching = even;
  let layer = Infinity;
  for (let look = 0; look < 12; look++) {
    const mesh = meshOf(stretching);
    const closest = mesh.points.reduce(
      (least, m, i) => (i === 0 ? least : Math.min(least, m - mesh.points[i - 1])),
      Infinity,
    );
    const seen = Math.sqrt(2 * closest * fastestOn(model, prices));
    const commonNoise = Math.max(model.commonNoise, seen);
    const found = layerOf(model, solveViscous({ ...model, commonNoise }, prices, mesh, "2", 1e-4).field);
    if (found === undefined) return stretching;
    if (commonNoise === model.commonNoise && found.width > 0.7 * layer) return stretching;
    stretching = found;
    layer = found.width;
  }
  return stretching;
}

/** Halves the cells. */
export function refine(model: AggregateModel, state: Refinement): void {
  const { settings, question, field } = state;
  const mesh = field.mesh.halved();
  const finer = solveViscous(model, charges(model, question), mesh, settings.order, timeTolerance(settings.tolerance));
  state.change = distanceOn(model, field, finer.field);
  state.field = finer.field;
  state.steps = finer.steps;
}

/**
 * The decoupling field of a question to the default tolerance.
 *
 * @throws NoConvergenceError where the finest mesh does not reach it.
 */
export function solveField(model: AggregateModel, question: Question, settings = refinementDefaults): FieldCandidate {
  const state = startRefinement(model, question, settings);
  while (state.change > settings.tolerance) {
    if (2 * cellsOf(state) > mostCells) {
      throw new NoConvergenceError(
        `the field still moves by ${state.change.toExponential(1)} on a mesh of ${cellsOf(state)} cells`,
      );
    }
    refine(model, state);
  }
  return fieldCandidate(model, state);
}

export function cellsOf({ field }: Refinement): number {
  return field.mesh.points.length - 1;
}

/** All play (c₁′)⁻¹(−y), and y was computed against just that. */
export function fieldCandidate(model: AggregateModel, { field, question }: Refinement): FieldCandidate {
  return {
    kind: "aggregate-field",
    model,
    question,
    adjoint: field,
    assumedDrift: (t, m) => effortAt(model, field.at(t, m)),
  };
}

/** The largest |y_m| at a time. */
export function steepness({ mesh, slope }: Field, t: number): number {
  return mesh.points.reduce((most, m) => Math.max(most, Math.abs(slope(t, m))), 0);
}

/** Errors of time steps add up: far below what is asked of the mesh. */
function timeTolerance(tolerance: number): number {
  return Math.max(1e-13, 1e-2 * tolerance);
}

/** Where and how narrowly points should gather; undefined where the answer changes over a good part of the interval. */
function layerOf({ interval: [low, high] }: AggregateModel, { mesh, values }: Field): Stretching | undefined {
  const { points } = mesh;
  const count = points.length;
  const slopeAt = (j: number, i: number): number =>
    Math.abs((values[j * count + i + 1] - values[j * count + i]) / (points[i + 1] - points[i]));
  let steepest = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let j = 0; j <= mesh.slices; j++) {
    for (let i = 0; i < count - 1; i++) {
      const y = values[j * count + i];
      least = Math.min(least, y);
      most = Math.max(most, y);
      if (points[i] >= low && points[i + 1] <= high) steepest = Math.max(steepest, slopeAt(j, i));
    }
  }
  let left = Infinity;
  let right = -Infinity;
  for (let j = 0; j <= mesh.slices; j++) {
    for (let i = 0; i < count - 1; i++) {
      if (points[i] < low || points[i + 1] > high || slopeAt(j, i) < 0.4 * steepest) continue;
      left = Math.min(left, points[i]);
      right = Math.max(right, points[i + 1]);
    }
  }
  const half = 0.5 * (points[count - 1] - points[0]);
  const width = Math.max((most - least) / steepest, 0.5 * (right - left));
  if (!(width < 0.1 * half)) return undefined;
  // Three quarters of the points go to the layer and the way to it.
  return { centre: 0.5 * (left + right), width, gather: (3 * half) / (width * Math.asinh(half / width)) };
}

/** The largest |α| that the terminal price asks for on the interval. */
function fastestOn(model: AggregateModel, { terminal }: Charges): number {
  const [low, high] = model.interval;
  const samples = 200;
  let most = 0;
  for (let i = 0; i <= samples; i++) {
    most = Math.max(most, Math.abs(effortAt(model, terminal.value(low + (i / samples) * (high - low)))));
  }
  return most;
}

/** Largest difference over all slices at those points of the first field that the model asks for; the meshes share them. */
function distanceOn({ interval: [low, high] }: AggregateModel, coarse: Field, fine: Field): number {
  const ours = coarse.mesh.points;
  const theirs = fine.mesh.points;
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    const m = ours[i];
    if (m < low || m > high) continue;
    const k = Math.round(fine.mesh.place(m));
    for (let j = 0; j <= coarse.mesh.slices; j++) {
      largest = Math.max(largest, Math.abs(coarse.values[j * ours.length + i] - fine.values[j * theirs.length + k]));
    }
  }
  return largest;
}
