/** Meshes whose points gather where the decoupling field is steep. */

import type { Question } from "../../core/index.ts";
import { computedInterval } from "./domain.ts";
import type { Field } from "./field.ts";
import { even, meanMesh } from "./mesh.ts";
import type { FieldMesh, MeshSettings, Stretching } from "./mesh.ts";
import { charges, effortAt } from "./model.ts";
import type { AggregateModel, Charges } from "./model.ts";
import { solveViscous } from "./viscous-equation.ts";

/** A mesh of the interval on which equations are to be solved; even where the answer changes over a good part of it. */
export function gatheredMesh(
  model: AggregateModel,
  question: Question,
  settings: Pick<MeshSettings, "slices" | "grading" | "cells">,
): FieldMesh {
  const [low, high] = computedInterval(model, question);
  const meshOf = (stretching: Stretching): FieldMesh =>
    meanMesh(low, high, model.start, { ...settings, horizon: model.horizon, stretching });
  return meshOf(gatheredAt(model, charges(model, question), meshOf));
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
