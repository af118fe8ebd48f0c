import { describe, expect, it } from "vitest";
import { InputError, RefusalError } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { bandedMatrix } from "../../numeric/banded.ts";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { integrate } from "../../numeric/ode.ts";
import { respond } from "./best-response-sweep.ts";
import type { FieldCandidate } from "./candidate.ts";
import { certifyAggregate } from "./certify.ts";
import { findEquilibria } from "./characteristics.ts";
import { checkAggregate } from "./check-model.ts";
import { coleHopf } from "./cole-hopf.ts";
import { computedInterval } from "./domain.ts";
import { fieldOf } from "./field.ts";
import { flowOf } from "./flow.ts";
import { implicitMarch } from "./implicit-march.ts";
import { evenInterpolation } from "./lagrange.ts";
import { lawOfMean } from "./law.ts";
import type { DifferenceOrder } from "./line-differences.ts";
import { even, meanMesh, sliceTime } from "./mesh.ts";
import type { Stretching } from "./mesh.ts";
import { charges, effortAt, reachOf } from "./model.ts";
import type { AggregateModel, Price } from "./model.ts";
import { evenEffort, thresholdPrice } from "./prices.ts";
import { solveField } from "./refinement.ts";
import { solveViscous } from "./viscous-equation.ts";

const nash: Question = { concept: "nash", players: Infinity, information: "feedback" };

const base: AggregateModel = {
  family: "diffusion",
  kind: "aggregate",
  effort: evenEffort(1, 0),
  running: thresholdPrice(0, 0, 1),
  terminal: thresholdPrice(0, 1, 0.5),
  horizon: 1,
  commonNoise: 0.5,
  ownNoise: 0,
  start: 0.5,
  interval: [-3, 3.5],
};

const linear = (slope: number, offset: number): Price => ({
  value: (m) => slope * m + offset,
  slope: () => slope,
  integral: (m) => 0.5 * slope * m * m + offset * m,
});

const closed = () => coleHopf({ stiffness: 1, noise: 0.5, horizon: 1, start: 0.5, terminal: base.terminal, bound: 1 });

/** Observed orders log₂ of the ratios of successive errors. */
const ordersOf = (errors: readonly number[]): number[] =>
  errors.slice(1).map((error, i) => Math.log2(errors[i] / error));

describe("meshes of means", () => {
  const gathered: Stretching = { centre: 0.3, width: 0.05, gather: 40 };

  it.each([even, gathered])(
    "place, pointAt and their derivatives belong together, and halves are nested",
    (stretching) => {
      const mesh = meanMesh(-4, 5, 0.1, { horizon: 1, slices: 8, grading: 2, cells: 60, stretching });
      expect(mesh.points[0]).toBeLessThan(-4 + 1e-14);
      expect(mesh.points[60]).toBeGreaterThan(5 - 1e-14);
      mesh.points.forEach((m, i) => expect(Math.abs(mesh.place(m) - i)).toBeLessThan(1e-11));
      expect(Math.min(...mesh.points.map((m) => Math.abs(m - 0.1)))).toBeLessThan(1e-14);
      for (const m of [-3.7, 0.1, 0.31, 2]) {
        const h = 1e-5;
        expect(mesh.density(m)).toBeCloseTo((mesh.place(m + h) - mesh.place(m - h)) / (2 * h), 5);
        expect(mesh.bend(m) / mesh.density(m)).toBeCloseTo(
          (mesh.density(m + h) - mesh.density(m - h)) / (2 * h) / mesh.density(m),
          5,
        );
      }
      const halved = mesh.halved(16);
      const wider = mesh.widened(7);
      mesh.points.forEach((m, i) => {
        expect(Math.abs(halved.points[2 * i] - m)).toBeLessThan(1e-13);
        expect(Math.abs(wider.points[i + 7] - m)).toBeLessThan(1e-13);
      });
    },
  );

  it("fields read polynomials of degree seven exactly, values, slopes and times", () => {
    const mesh = meanMesh(-1, 1, 0, { horizon: 2, slices: 9, grading: 1, cells: 10, stretching: even });
    const f = (t: number, m: number): number => (1 + t) ** 3 * (m ** 7 - 2 * m ** 3 + 1);
    const values = Float64Array.from({ length: 11 * 10 }, (_, k) =>
      f(sliceTime(mesh, Math.floor(k / 11)), mesh.points[k % 11]),
    );
    const field = fieldOf(mesh, values);
    for (const [t, m] of [
      [0, -1],
      [0.37, 0.93],
      [1.9, 0.123],
    ]) {
      expect(field.at(t, m)).toBeCloseTo(f(t, m), 12);
      expect(field.slope(t, m)).toBeCloseTo((1 + t) ** 3 * (7 * m ** 6 - 6 * m ** 2), 11);
    }
    expect(field.at(1, 1.5)).toBeCloseTo(f(1, 1) + 0.5 * 8 * (7 - 6), 11);
    expect(field.row(1, new Float64Array(11))[3]).toBeCloseTo(f(1, mesh.points[3]), 12);
    expect(() => fieldOf(mesh, new Float64Array(3))).toThrow(RangeError);
    const power = Float64Array.from({ length: 12 }, (_, i) => (i / 11) ** 7);
    expect(evenInterpolation(power, 0, 1)(0.637)).toBeCloseTo(0.637 ** 7, 13);
  });
});

describe("the extrapolated implicit method", () => {
  it("follows stiff and time-dependent equations", () => {
    // y₀' = −λ(y₀ − cos t) − sin t, y₁' = y₀: exact cos t, sin t.
    const end = new Float64Array(2);
    const steps = implicitMarch(
      {
        rate: (t, y, out) => {
          out[0] = -1e5 * (y[0] - Math.cos(t)) - Math.sin(t);
          out[1] = y[0];
        },
        jacobian: (_t, _y, { data }) => {
          data[1] = -1e5;
          data[3] = 1;
        },
        width: 1,
      },
      [0, 0.5, 3],
      Float64Array.of(1, 0),
      1e-9,
      (j, y) => {
        if (j === 2) end.set(y);
      },
    );
    expect(bandedMatrix(2, 1, 1).data).toHaveLength(6);
    expect(Math.abs(end[0] - Math.cos(3))).toBeLessThan(1e-8);
    expect(Math.abs(end[1] - Math.sin(3))).toBeLessThan(1e-8);
    // An explicit method would need a hundred thousand.
    expect(steps).toBeLessThan(100);
  });
});

describe("the decoupling field", () => {
  it.each([
    ["2", 1.95],
    ["4", 3.8],
    ["6", 5.5],
    ["8", 7],
  ] as const)("converges with order %s in the mesh", (order: DifferenceOrder, least) => {
    const exact = closed();
    const [low, high] = computedInterval(base, nash);
    const errors = [64, 128, 256].map((cells) => {
      const mesh = meanMesh(low, high, 0.5, { horizon: 1, slices: 16, grading: 2, cells, stretching: even });
      const { field } = solveViscous(base, charges(base, nash), mesh, order, 1e-12);
      const j = 16;
      return mesh.points.reduce((worst, m, i) => {
        if (Math.abs(m) > 1.5) return worst;
        return Math.max(worst, Math.abs(field.values[j * mesh.points.length + i] - exact.adjoint(0, m)));
      }, 0);
    });
    ordersOf(errors).forEach((observed) => expect(observed).toBeGreaterThan(least));
  });

  it("is exact for linear prices, whatever the interval: affine ends are no approximation there", () => {
    const model: AggregateModel = {
      ...base,
      running: linear(0.7, 0.2),
      terminal: linear(1.4, -1),
      interval: [-0.5, 1],
    };
    checkAggregate(model);
    // χ' = χ²/k − C, ψ' = χψ/k − β, the Riccati equations of the linear–quadratic game.
    const riccati = integrate(
      (_t, [chi, psi], out) => {
        out[0] = chi * chi - 0.7;
        out[1] = chi * psi - 0.2;
      },
      1,
      0,
      [1.4, -1],
    );
    const [chi, psi] = riccati.end;
    const mesh = meanMesh(-0.6, 1.2, 0.5, { horizon: 1, slices: 8, grading: 2, cells: 24, stretching: even });
    const { field } = solveViscous(model, charges(model, nash), mesh, "8", 1e-13);
    for (const m of [-0.6, 0.1, 1.2, 3]) expect(Math.abs(field.at(0, m) - (chi * m + psi))).toBeLessThan(1e-10);
  });

  it("has the moments that the closed form has, on a mesh that gathers too", () => {
    const exact = closed();
    const stretching = { centre: 0.2, width: 0.5, gather: 3 };
    const [low, high] = computedInterval(base, nash);
    const mesh = meanMesh(low, high, 0.5, { horizon: 1, slices: 64, grading: 2, cells: 256, stretching });
    const { field } = solveViscous(base, charges(base, nash), mesh, "8", 1e-11);
    const candidate: FieldCandidate = {
      kind: "aggregate-field",
      model: { ...base, ownNoise: 0.3 },
      question: nash,
      adjoint: field,
      assumedDrift: (t, m) => -field.at(t, m),
    };
    const law = lawOfMean(candidate, 1e-10);
    for (const t of [0, 0.01, 0.2, 0.7, 1]) {
      expect(Math.abs(law.mean(t) - exact.mean(t))).toBeLessThan(1e-8);
      expect(Math.abs(law.variance(t) - exact.variance(t))).toBeLessThan(1e-8);
    }
    expect(Math.abs(law.densityAtEnd(0.1) - exact.densityAtEnd(0.1))).toBeLessThan(1e-7);
    const { t, coordinates } = flowOf(candidate);
    const last = t.length - 1;
    expect(coordinates[0].deviation[last]).toBeCloseTo(Math.sqrt(exact.variance(1) + 0.09), 7);
    const [q05, , , q95] = coordinates[0].quantiles ?? [new Float64Array(1), 0, 0, new Float64Array(1)];
    const share = (x: number): number =>
      integrateAdaptive((m) => exact.densityAtEnd(m) * normalDistribution((x - m) / 0.3), -5, 6).value;
    // Masses are spread over their cells, and quantiles found to 1e-5.
    expect(Math.abs(share(q05[last]) - 0.05)).toBeLessThan(1e-4);
    expect(Math.abs(share(q95[last]) - 0.95)).toBeLessThan(1e-4);
  });
});

describe("best responses", () => {
  it("are of second order in time", () => {
    const exact = closed();
    const [low, high] = computedInterval(base, nash);
    const errors = [20, 40, 80].map((slices) => {
      const mesh = meanMesh(low, high, 0.5, { horizon: 1, slices, grading: 1, cells: 300, stretching: even });
      // Against the exact field the best response is the field.
      const y = Float64Array.from({ length: 301 * (slices + 1) }, () => 0);
      const fine = solveViscous(base, charges(base, nash), mesh, "8", 1e-11).field;
      y.set(fine.values);
      const { values, gain } = respond(base, charges(base, nash), mesh, y);
      expect(gain).toBeLessThan(1e-6);
      return [-1, 0.25, 1].reduce(
        (worst, m) => Math.max(worst, Math.abs(fieldOf(mesh, values).at(0, m) - exact.adjoint(0, m))),
        0,
      );
    });
    ordersOf(errors).forEach((observed) => expect(observed).toBeGreaterThan(1.8));
  });
});

describe("the certificate", () => {
  it("says exactly what a deviation from a wrong adjoint gains", () => {
    // Constant prices: Y = h + τ(T − t) whatever the others do, and playing by Y + ε costs ε²/(2k) per unit of time more.
    const model: AggregateModel = { ...base, running: linear(0, 0.4), terminal: linear(0, 0.3) };
    const mesh = meanMesh(-6, 6, 0.5, { horizon: 1, slices: 16, grading: 1, cells: 60, stretching: even });
    const wrong = 0.05;
    const values = Float64Array.from(
      { length: 61 * 17 },
      (_, k) => 0.3 + 0.4 * (1 - sliceTime(mesh, Math.floor(k / 61))) + wrong,
    );
    const adjoint = fieldOf(mesh, values);
    const candidate: FieldCandidate = {
      kind: "aggregate-field",
      model,
      question: nash,
      adjoint,
      assumedDrift: (t, m) => effortAt(model, adjoint.at(t, m)),
    };
    const { exploitability, consistency } = certifyAggregate(model, nash, candidate);
    expect(exploitability).toBeCloseTo(0.5 * wrong * wrong, 8);
    expect(consistency).toBeCloseTo(wrong, 6);
  });

  it("sees a field that solves the equation of other prices", () => {
    const candidate = solveField({ ...base, terminal: thresholdPrice(0, 1.1, 0.5) }, nash, {
      tolerance: 1e-6,
      order: "8",
      cells: 96,
    });
    const { exploitability } = certifyAggregate(base, nash, { ...candidate, model: base });
    // A tenth of the price too much: about half its square times E y².
    expect(exploitability).toBeGreaterThan(1e-4);
    expect(exploitability).toBeLessThan(1e-2);
  });
});

describe("characteristics", () => {
  it("find two roots in one cell of the scan by the turning point between", () => {
    // h = −2 tanh(2m): a pair of roots appears where the start passes the fold; this start is just inside, and 4/cosh²(2m) = 1 there.
    const turn = 0.5 * Math.acosh(2);
    const fold = 2 * Math.tanh(2 * turn) - turn;
    const model: AggregateModel = {
      ...base,
      terminal: thresholdPrice(0, -2, 0.5),
      commonNoise: 0,
      start: fold - 1e-5,
    };
    const { equilibria, resolution } = findEquilibria(model, nash, 50);
    expect(equilibria).toHaveLength(3);
    const [first, second] = equilibria.map(({ meanAtEnd }) => meanAtEnd);
    expect(second - first).toBeLessThan(resolution);
    // Beyond the fold they are gone.
    const beyond = findEquilibria({ ...model, start: fold + 1e-5 }, nash, 50);
    expect(beyond.equilibria).toHaveLength(1);
    expect(beyond.nearestMiss).toBeLessThan(2e-5);
  });
});

describe("models", () => {
  it("are refused by the part that is wrong", () => {
    const broken: readonly (readonly [string, AggregateModel])[] = [
      ["model.horizon", { ...base, horizon: 0 }],
      ["model.interval", { ...base, start: 9 }],
      ["model.terminal.slope", { ...base, terminal: { ...base.terminal, slope: () => 1 } }],
      ["model.running.integral", { ...base, running: { ...linear(1, 0), integral: (m) => m } }],
      ["model.effort.inverse", { ...base, effort: { ...base.effort, inverse: (p) => 2 * p } }],
      ["model.effort.marginal", { ...base, effort: { ...base.effort, value: (a) => a ** 4 } }],
    ];
    checkAggregate(base);
    for (const [field, model] of broken) {
      expect(() => checkAggregate(model)).toThrow(InputError);
      expect(() => checkAggregate(model)).toThrow(field);
    }
  });

  it("invert quartic costs, large and small", () => {
    for (const [k, k4] of [
      [1, 1],
      [0.01, 30],
      [5, 1e-12],
    ]) {
      const { marginal, inverse, value } = evenEffort(k, k4);
      for (const p of [-1e4, -1, -1e-9, 0, 2e-3, 7]) {
        expect(Math.abs(marginal(inverse(p)) - p)).toBeLessThanOrEqual(1e-13 * Math.abs(p));
      }
      expect(value(0)).toBe(0);
    }
  });

  it("whose prices drive the mean without bound are refused", () => {
    expect(() => reachOf({ ...base, terminal: linear(-2, 0) }, nash)).toThrow(RefusalError);
  });
});
