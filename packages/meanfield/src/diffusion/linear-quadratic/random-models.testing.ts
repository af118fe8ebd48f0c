/** Well-posed random models, with every block of the declaration different from zero. */
import type { RandomStream } from "../../numeric/random.ts";
import { randomStream } from "../../numeric/random.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, transpose, zeros } from "../../numeric/matrix.ts";
import { constantMatrix, scaledMatrix } from "./forms.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { layout } from "./model.ts";

interface Shape {
  readonly state: number;
  readonly control: number;
  readonly common: number;
}

/**
 * A model whose running and terminal costs are convex in (x, x̄, s, α, ᾱ) together, dominated by the own control, on a
 * horizon short enough for every equilibrium asked of it.
 */
export function randomModel(seed: number, shape: Shape = { state: 2, control: 2, common: 1 }): LinearQuadraticModel {
  const form = layout(shape.state, shape.control, shape.common);
  const { state: d, common: e, control: k, size, stateSize: n, offset } = form;
  const draw = drawer(randomStream(seed, 0));
  const square = (m: number, weight: number): Matrix => {
    const root = draw(m, m, weight);
    return multiply(root, transpose(root));
  };
  const running = square(size, 0.3 / Math.sqrt(size));
  for (let a = 0; a < k; a++) running.data[(offset.control + a) * (size + 1)] += 1;
  const drift = draw(d, size, 0.4);
  const commonDrift = draw(e, size, 0.4);
  for (let i = 0; i < e; i++) {
    commonDrift.data.fill(0, i * size, i * size + d);
    commonDrift.data.fill(0, i * size + offset.control, i * size + offset.control + k);
  }
  return {
    family: "linear-quadratic",
    layout: form,
    horizon: 0.8,
    drift: constantMatrix(drift),
    commonDrift: constantMatrix(commonDrift),
    running: seed % 2 === 0 ? constantMatrix(running) : scaledMatrix(running, (t) => Math.exp(-0.3 * t)),
    terminal: square(n, 0.5 / Math.sqrt(n)),
    noise: { own: draw(d, d, 0.3), common: draw(d, 2, 0.3), commonState: draw(e, 2, 0.3) },
    initial: { mean: draw(d, 1, 1).data, covariance: square(d, 0.5), commonState: draw(e, 1, 1).data },
  };
}

/** x = state · x′, s = common · s′, α = control · α′, coordinate by coordinate: the same game in other units. */
export function inOtherUnits(
  model: LinearQuadraticModel,
  state: Float64Array,
  common: Float64Array,
  control: Float64Array,
): LinearQuadraticModel {
  const w = Float64Array.of(...state, ...state, ...common, 1);
  const z = Float64Array.of(...state, ...state, ...common, ...control, ...control, 1);
  const rescale =
    (left: Float64Array | undefined, right: Float64Array, invert: boolean) =>
    (value: Matrix): Matrix => {
      const out = zeros(value.rows, value.columns);
      for (let i = 0; i < value.rows; i++) {
        for (let j = 0; j < value.columns; j++) {
          const factor = (left === undefined ? 1 : invert ? 1 / left[i] : left[i]) * right[j];
          out.data[i * value.columns + j] = value.data[i * value.columns + j] * factor;
        }
      }
      return out;
    };
  const ones = (length: number): Float64Array => new Float64Array(length).fill(1);
  const inTime = (
    source: LinearQuadraticModel["drift"],
    change: (value: Matrix) => Matrix,
  ): LinearQuadraticModel["drift"] => ({
    ...source,
    into: (t, out) => {
      const value = zeros(source.rows, source.columns);
      source.into(t, value);
      out.data.set(change(value).data);
    },
  });
  const { initial, noise } = model;
  return {
    ...model,
    drift: inTime(model.drift, rescale(state, z, true)),
    commonDrift: inTime(model.commonDrift, rescale(common, z, true)),
    running: inTime(model.running, rescale(z, z, false)),
    terminal: rescale(w, w, false)(model.terminal),
    noise: {
      own: rescale(state, ones(noise.own.columns), true)(noise.own),
      common: rescale(state, ones(noise.common.columns), true)(noise.common),
      commonState: rescale(common, ones(noise.commonState.columns), true)(noise.commonState),
    },
    initial: {
      mean: initial.mean.map((value, i) => value / state[i]),
      covariance: rescale(
        state,
        state.map((value) => 1 / value),
        true,
      )(initial.covariance),
      commonState: initial.commonState.map((value, i) => value / common[i]),
    },
  };
}

function drawer(stream: RandomStream): (rows: number, columns: number, weight: number) => Matrix {
  let index = 0;
  return (rows, columns, weight) => {
    const out = zeros(rows, columns);
    for (let p = 0; p < out.data.length; p++) out.data[p] = weight * stream.normal(index++);
    return out;
  };
}
