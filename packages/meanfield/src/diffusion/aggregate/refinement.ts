/** The decoupling field to a tolerance: meshes are halved until the answer stays. */

import type { Question } from "../../core/index.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import type { FieldCandidate } from "./candidate.ts";
import type { Field } from "./field.ts";
import { gatheredMesh } from "./gathering.ts";
import { stencil, stencilAt } from "./lagrange.ts";
import type { DifferenceOrder } from "./line-differences.ts";
import type { FieldMesh } from "./mesh.ts";
import { charges, effortAt } from "./model.ts";
import type { AggregateModel } from "./model.ts";
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

/** Slices of time that are kept at first, and how they gather at T. */
const firstSlices = 64;
const grading = 2;

export interface Refinement {
  readonly settings: RefinementSettings;
  readonly question: Question;
  field: Field;
  /** Largest change by the last halving. */
  change: number;
  /** Largest error by which y is off between slices of time, as every second slice shows it between its neighbours. */
  between: number;
  /**
   * Largest change when the ends of the mesh are moved out by a quarter of its cells on both sides: on the first mesh, and anew on the
   * last where the first is too coarse to tell.
   */
  truncation: number;
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
  const solve = (mesh: FieldMesh) => solveViscous(model, prices, mesh, order, timeTolerance(tolerance));
  let { cells } = settings;
  let mesh = gatheredMesh(model, question, { slices: firstSlices, grading, cells });
  for (;;) {
    try {
      const { field, steps } = solve(mesh);
      return {
        settings,
        question,
        field,
        steps,
        change: Infinity,
        between: betweenSlices(model, field),
        truncation: truncationOf(model, question, { settings, field }),
      };
    } catch (error) {
      // On a mesh much coarser than the layers of the answer central differences may explode where the equation does not.
      if (!(error instanceof NoConvergenceError) || 2 * cells > mostCells) throw error;
      cells *= 2;
      mesh = mesh.halved(mesh.slices);
    }
  }
}

/** Halves the cells, and the time between slices where it is too long to tell what y is in between. */
export function refine(model: AggregateModel, state: Refinement): void {
  const { settings, question, field } = state;
  const { order, tolerance } = settings;
  const { slices } = field.mesh;
  // As long as the mesh of means is the cruder by far, time can wait; the first change is not known.
  const bearable = Number.isFinite(state.change) ? Math.max(tolerance, 0.01 * state.change) : 1e-4;
  const mesh = field.mesh.halved(state.between > bearable ? 2 * slices : slices);
  const finer = solveViscous(model, charges(model, question), mesh, order, timeTolerance(tolerance));
  state.change = distanceOn(model, field, finer.field);
  state.field = finer.field;
  state.between = betweenSlices(model, finer.field);
  state.steps = finer.steps;
  if (isSettled(state) && state.truncation > tolerance) state.truncation = truncationOf(model, question, state);
}

function truncationOf(
  model: AggregateModel,
  question: Question,
  { settings: { order, tolerance }, field }: Pick<Refinement, "settings" | "field">,
): number {
  const wider = field.mesh.widened(Math.ceil(0.25 * field.mesh.points.length));
  const { field: other } = solveViscous(model, charges(model, question), wider, order, timeTolerance(tolerance));
  return distanceOn(model, field, other);
}

/** Whether halving moved y, and reading between slices moves it, by no more than is accepted. */
export function isSettled({ change, between, settings }: Refinement): boolean {
  return Math.max(change, between) <= settings.tolerance;
}

/**
 * The decoupling field of a question to the default tolerance.
 *
 * @throws NoConvergenceError where the finest mesh does not reach it.
 */
export function solveField(model: AggregateModel, question: Question, settings = refinementDefaults): FieldCandidate {
  const state = startRefinement(model, question, settings);
  while (!isSettled(state)) {
    if (2 * cellsOf(state) > mostCells) {
      throw new NoConvergenceError(
        `the field still moves by ${Math.max(state.change, state.between).toExponential(1)} on a mesh of ${cellsOf(state)} cells`,
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

/** Largest difference over all slices at those points of the first field that the model asks for; the meshes share them. */
function distanceOn({ interval: [low, high] }: AggregateModel, coarse: Field, fine: Field): number {
  const ours = coarse.mesh.points;
  const theirs = fine.mesh.points;
  const ratio = fine.mesh.slices / coarse.mesh.slices;
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    const m = ours[i];
    if (m < low || m > high) continue;
    const k = Math.round(fine.mesh.place(m));
    for (let j = 0; j <= coarse.mesh.slices; j++) {
      const there = fine.values[j * ratio * theirs.length + k];
      largest = Math.max(largest, Math.abs(coarse.values[j * ours.length + i] - there));
    }
  }
  return largest;
}

/** What interpolation over twice the distance gets wrong, over 2⁸: its order is that of eight points. */
function betweenSlices({ interval: [low, high] }: AggregateModel, { mesh, values }: Field): number {
  const { points, slices } = mesh;
  const count = points.length;
  let largest = 0;
  for (let j = 1; j < slices; j += 2) {
    const { first, weights } = stencilAt(0.5 * j, slices / 2 + 1);
    for (let i = 0; i < count; i++) {
      if (points[i] < low || points[i] > high) continue;
      let guess = 0;
      for (let l = 0; l < stencil; l++) guess += weights[l] * values[2 * (first + l) * count + i];
      largest = Math.max(largest, Math.abs(guess - values[j * count + i]));
    }
  }
  return largest / 2 ** stencil;
}
