import { readFileSync } from "node:fs";
import { matrix, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { constantMatrix, linearRows, quadraticForm, scaledMatrix, terminalForm, timeMatrix } from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";

/** The games of the reference numbers as symmetric models, written here apart from the catalogue's own. */

interface ReferenceRecord {
  readonly id: string;
  readonly value: number | readonly number[];
  readonly args: Readonly<Record<string, number | readonly number[]>>;
  readonly suggested_tol: number;
}

/** The records of one reference file, by id. */
export function referenceRecords(name: string): (id: string) => ReferenceRecord {
  const url = new URL(`../../../../../tests/reference/${name}.json`, import.meta.url);
  const { records } = JSON.parse(readFileSync(url, "utf8")) as { records: ReferenceRecord[] };
  return (id) => {
    const found = records.find((record) => record.id === id);
    if (found === undefined) throw new Error(`no record ${id} in ${name}.json`);
    return found;
  };
}

const none: Matrix = { rows: 0, columns: 1, data: new Float64Array(0) };

export interface Systemic {
  readonly a: number;
  readonly q: number;
  readonly epsilon: number;
  readonly c: number;
  readonly sigma: number;
  readonly rho: number;
  readonly horizon: number;
  readonly mean: number;
  readonly variance: number;
}

const one = (a: number, q: number, epsilon: number, c: number, sigma: number, rho: number, horizon: number, mean: number, variance: number): Systemic => ({ a, q, epsilon, c, sigma, rho, horizon, mean, variance });

export const systemicSets = {
  s1A: one(0.5, 0, 1, 0.5, 0.3, 0, 1, 1, 0.04),
  s1B: one(1, 0, 10, 0, 1, 0, 1, 0, 0),
  s1C: one(0.1, 0, 4, 2, 0.5, 0, 5, -0.2, 0.5),
  s2A: one(1, 1, 1.5, 1, 0.2, 0.2, 1, 0.5, 1 / 12),
  s2C: one(1, 1, 10, 0, 1, 0.2, 1, 0, 0),
  s2DSlide: one(1, -0.5, 1, 1, 0.5, 0.4, 2, 0, 0.1),
  s2DCfs: one(1, 0.5, 1, 1, 0.5, 0.4, 2, 0, 0.1),
} as const;

export function systemic(p: Systemic): LinearQuadraticModel {
  const shape = layout(1, 1);
  const gap = { mean: 1, state: -1 };
  const running = quadraticForm(shape).half(1, { control: 1 }).product(-p.q, { control: 1 }, gap).half(p.epsilon, gap);
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.horizon,
    drift: constantMatrix(linearRows(shape, [{ mean: p.a, state: -p.a, control: 1 }])),
    commonDrift: { rows: 0, columns: shape.size, timeDependent: false, into: () => undefined },
    running: constantMatrix(running.matrix),
    terminal: terminalForm(shape).half(p.c, gap).matrix,
    noise: {
      own: matrix(1, 1, [p.sigma * Math.sqrt(1 - p.rho ** 2)]),
      common: matrix(1, 1, [p.sigma * p.rho]),
      commonState: none,
    },
    initial: { mean: Float64Array.of(p.mean), covariance: matrix(1, 1, [p.variance]), commonState: new Float64Array(0) },
  };
}

/** Set A of the commodity producers: cost c1 α + c2/2 α² − α (P0 − γ ᾱ), terminal λ/2 (x − x*)². */
export function commodity(variance = 1): LinearQuadraticModel {
  const shape = layout(1, 1);
  const running = quadraticForm(shape)
    .linear(1 - 10, { control: 1 })
    .half(2, { control: 1 })
    .product(1, { control: 1 }, { meanControl: 1 });
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: 4,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: { rows: 0, columns: shape.size, timeDependent: false, into: () => undefined },
    running: constantMatrix(running.matrix),
    terminal: terminalForm(shape).half(0.5, { state: 1, one: -5 }).matrix,
    noise: { own: zeros(1, 1), common: zeros(1, 1), commonState: none },
    initial: { mean: Float64Array.of(0), covariance: matrix(1, 1, [variance]), commonState: new Float64Array(0) },
  };
}

export interface Energy {
  readonly k: number;
  readonly q: number;
  readonly s: number;
  readonly b: number;
  readonly d: number;
  readonly Q: number;
  readonly S: number;
  readonly B: number;
  readonly D: number;
  readonly own: number;
  readonly common: number;
  readonly horizon: number;
  readonly mean: number;
}

export const energySets = {
  A: { k: 1, q: 1, s: 0.5, b: 0.2, d: 0.8, Q: 2, S: 0.3, B: 0.5, D: 0.4, own: 0.3, common: 0.2, horizon: 1, mean: 1 },
  B: { k: 0.5, q: 3, s: 0.9, b: 0, d: 2, Q: 1, S: 0, B: -1, D: 1, own: 0.5, common: 0.5, horizon: 3, mean: 2 },
} as const;

/** Energy transition: k/2 α² + q/2 (x − s x̄ − b)² + d/2 x̄², terminal alike with capitals. */
export function energy(p: Energy): LinearQuadraticModel {
  const shape = layout(1, 1);
  const running = quadraticForm(shape)
    .half(p.k, { control: 1 })
    .half(p.q, { state: 1, mean: -p.s, one: -p.b })
    .half(p.d, { mean: 1 });
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.horizon,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: { rows: 0, columns: shape.size, timeDependent: false, into: () => undefined },
    running: constantMatrix(running.matrix),
    terminal: terminalForm(shape).half(p.Q, { state: 1, mean: -p.S, one: -p.B }).half(p.D, { mean: 1 }).matrix,
    noise: { own: matrix(1, 1, [p.own]), common: matrix(1, 1, [p.common]), commonState: none },
    initial: { mean: Float64Array.of(p.mean), covariance: zeros(1, 1), commonState: new Float64Array(0) },
  };
}

export interface Impact {
  readonly kappa: number;
  readonly lambda: number;
  readonly q: number;
  readonly r: number;
  readonly own: number;
  readonly common: number;
  readonly horizon: number;
  readonly mean: number;
  readonly variance: number;
  readonly price: number;
}

export const impactSets = {
  A: { kappa: 0.5, lambda: 1, q: 1, r: 0.05, own: 0.2, common: 0.3, horizon: 1, mean: 1, variance: 0.25, price: 0.5 },
  CNeg: { kappa: -0.8, lambda: 1, q: 2, r: 0.1, own: 0.3, common: 0.4, horizon: 1, mean: 1, variance: 0, price: 1 },
} as const;

/** Price impact: the common state is the price, ds = κ ᾱ dt + σ⁰ dW⁰; cost e^{−rt}(½α² + λ α s), terminal q/2 x². */
export function impact(p: Impact): LinearQuadraticModel {
  const shape = layout(1, 1, 1);
  const running = quadraticForm(shape).half(1, { control: 1 }).product(p.lambda, { control: 1 }, { common: 1 });
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: p.horizon,
    drift: constantMatrix(linearRows(shape, [{ control: 1 }])),
    commonDrift: constantMatrix(linearRows(shape, [{ meanControl: p.kappa }])),
    running: scaledMatrix(running.matrix, (t) => Math.exp(-p.r * t)),
    terminal: terminalForm(shape).half(p.q, { state: 1 }).matrix,
    noise: { own: matrix(1, 1, [p.own]), common: zeros(1, 1), commonState: matrix(1, 1, [p.common]) },
    initial: { mean: Float64Array.of(p.mean), covariance: matrix(1, 1, [p.variance]), commonState: Float64Array.of(p.price) },
  };
}

/** Everything a symmetric model may have: two states, two controls, one common state, drifts and costs in all terms. */
export function crowded(): LinearQuadraticModel {
  const shape = layout(2, 2, 1);
  const running = quadraticForm(shape)
    .half(1, { control: [1, 0.2] })
    .half(0.8, { control: [0, 1] })
    .product(0.3, { control: [1, 0] }, { meanControl: [0.4, -0.2] })
    .product(0.2, { control: [0, 1] }, { common: 1 })
    .half(1.2, { state: [1, 0], mean: [-0.6, 0.1] })
    .half(0.7, { state: [0.2, 1], common: 0.5, one: -0.3 })
    .linear(0.1, { control: [1, -1] })
    .half(0.2, { mean: [1, 1] });
  return {
    family: "linear-quadratic",
    layout: shape,
    horizon: 0.8,
    drift: timeMatrix(2, shape.size, (t, out) =>
      out.data.set(
        linearRows(shape, [
          { state: [-0.3, 0.5], mean: [0.3, 0.1], common: 0.2 * Math.sin(t), control: [1, 0], meanControl: [0.1, 0], one: 0.1 },
          { state: [0.1, -0.2 - 0.1 * t], mean: [0, 0.2], control: [0.2, 1], meanControl: [0, -0.1] },
        ]).data,
      ),
    ),
    commonDrift: constantMatrix(linearRows(shape, [{ mean: [0.2, -0.1], common: -0.5, meanControl: [0.3, 0.1], one: 0.2 }])),
    running: scaledMatrix(running.matrix, (t) => Math.exp(-0.1 * t)),
    terminal: terminalForm(shape).half(0.5, { state: [1, -0.4], mean: [-0.5, 0] }).half(0.3, { state: [0, 1], one: -1 }).matrix,
    noise: {
      own: matrix(2, 2, [0.3, 0, 0.1, 0.2]),
      common: matrix(2, 1, [0.2, -0.1]),
      commonState: matrix(1, 1, [0.15]),
    },
    initial: {
      mean: Float64Array.of(0.5, -0.2),
      covariance: matrix(2, 2, [0.2, 0.05, 0.05, 0.1]),
      commonState: Float64Array.of(0.3),
    },
  };
}
