import chaos from "../../../../../tests/reference/n-player-and-chaos.json" with { type: "json" };
import commodityNumbers from "../../../../../tests/reference/commodity-producers.json" with { type: "json" };
import energyNumbers from "../../../../../tests/reference/energy-transition.json" with { type: "json" };
import impactNumbers from "../../../../../tests/reference/price-impact.json" with { type: "json" };
import nashChecks from "../../../../../tests/reference/nash-direct-checks.json" with { type: "json" };
import plannerChecks from "../../../../../tests/reference/planner-checks.json" with { type: "json" };
import systemicCommonNumbers from "../../../../../tests/reference/systemic-risk-common-noise.json" with { type: "json" };
import systemicNumbers from "../../../../../tests/reference/systemic-risk.json" with { type: "json" };
import { matrix } from "../../numeric/matrix.ts";
import {
  constantMatrix,
  linearRows,
  quadraticForm,
  scaledMatrix,
  terminalForm,
  timeMatrix,
} from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { commodityProducers, energyTransition, priceImpact, systemicRisk } from "../linear-quadratic/models.testing.ts";

/** The games and the numbers that the tests of this room and of its solvers share. */

export interface ReferenceRecord {
  readonly id: string;
  readonly value: number | readonly number[];
  readonly args: Readonly<Record<string, number | readonly number[]>>;
  readonly suggested_tol: number;
}

const records = [
  chaos,
  commodityNumbers,
  energyNumbers,
  impactNumbers,
  nashChecks,
  plannerChecks,
  systemicCommonNumbers,
  systemicNumbers,
].flatMap((file) => file.records as unknown as ReferenceRecord[]);

/** The record with this id, from whichever file. */
export function reference(id: string): ReferenceRecord {
  const found = records.find((record) => record.id === id);
  if (found === undefined) throw new Error(`no reference record ${id}`);
  // Records without arguments say null.
  return { ...found, args: found.args ?? {} };
}

/** A reference number that is one number. */
export function number(id: string): number {
  const { value } = reference(id);
  if (typeof value !== "number") throw new Error(`${id} is a list`);
  return value;
}

const energySets = {
  ...energyNumbers.params,
  // Set B of the specification, whose numbers stand only in its text.
  B: { k: 0.5, q: 3, s: 0.9, b: 0, d: 2, Q: 1, S: 0, B: -1, Dm: 1, s1: 0.5, s0: 0.5, T: 3, x0: 2 },
};

// Set C of the first systemic game is used by records of nash-direct-checks and planner-checks only.
const systemicC = { a: 0.1, q: 0, eps: 4, c: 2, sigma: 0.5, rho: 0, T: 5, m0: -0.2, v0: 0.5 };

/** The symmetric games of the records, by the beginning of the records' ids. */
export const games = {
  "s1_systemic_nocommon.A": systemicRisk(systemicNumbers.params.A),
  "s1_systemic_nocommon.B": systemicRisk(systemicNumbers.params.B),
  "s1_systemic_nocommon.C": systemicRisk(systemicC),
  "s2_systemic_common.A": systemicRisk(systemicCommonNumbers.params.A),
  "s2_systemic_common.C": systemicRisk(systemicCommonNumbers.params.C),
  "s2_systemic_common.D_slide_sign": systemicRisk(systemicCommonNumbers.params.D_slide_sign),
  "s2_systemic_common.D_cfs_sign": systemicRisk(systemicCommonNumbers.params.D_cfs_sign),
  "S3.A": commodityProducers(commodityNumbers.params.A),
  "S4.A": energyTransition(energySets.A),
  "S4.B": energyTransition(energySets.B),
  "S5.A": priceImpact(impactNumbers.params.A),
  "S5.C_neg": priceImpact(impactNumbers.params.C_neg),
} as const;

/** A game whose players all start at its mean, or at these places relative to it, with no spread around. */
export function withoutNoise(model: LinearQuadraticModel): LinearQuadraticModel {
  const still = <M extends { readonly data: Float64Array }>(given: M): M => ({
    ...given,
    data: new Float64Array(given.data.length),
  });
  return {
    ...model,
    noise: {
      own: still(model.noise.own),
      common: still(model.noise.common),
      commonState: still(model.noise.commonState),
    },
    initial: { ...model.initial, covariance: still(model.initial.covariance) },
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
          {
            state: [-0.3, 0.5],
            mean: [0.3, 0.1],
            common: 0.2 * Math.sin(t),
            control: [1, 0],
            meanControl: [0.1, 0],
            one: 0.1,
          },
          { state: [0.1, -0.2 - 0.1 * t], mean: [0, 0.2], control: [0.2, 1], meanControl: [0, -0.1] },
        ]).data,
      ),
    ),
    commonDrift: constantMatrix(
      linearRows(shape, [{ mean: [0.2, -0.1], common: -0.5, meanControl: [0.3, 0.1], one: 0.2 }]),
    ),
    running: scaledMatrix(running.matrix, (t) => Math.exp(-0.1 * t)),
    terminal: terminalForm(shape)
      .half(0.5, { state: [1, -0.4], mean: [-0.5, 0] })
      .half(0.3, { state: [0, 1], one: -1 }).matrix,
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
