import { describe, expect, it } from "vitest";
import { integrate } from "./ode.ts";
import type { ScalarRiccatiProblem } from "./scalar-riccati.ts";
import { scalarRiccati } from "./scalar-riccati.ts";

/** η, ∫ₜᵀη, and for the interval [t, T] the decay and variance, by an adaptive integrator that knows no closed form. */
function byIntegration(problem: ScalarRiccatiProblem, t: number): readonly number[] {
  const { A, B, C, terminal, horizon } = problem;
  const back = integrate(
    (_t, y, dy) => {
      dy[0] = 2 * A * y[0] + B * y[0] * y[0] - C;
      dy[1] = -y[0];
    },
    horizon,
    0,
    [terminal, 0],
  );
  const forward = integrate(
    (s, y, dy) => {
      const rate = A + B * back.at(s)[0];
      dy[0] = -rate * y[0];
      dy[1] = 1 - 2 * rate * y[1];
    },
    t,
    horizon,
    [1, 0],
  );
  return [...back.at(t), ...forward.end];
}

function byFormula(problem: ScalarRiccatiProblem, t: number): readonly number[] {
  const riccati = scalarRiccati(problem);
  return [riccati.at(t), riccati.integral(t), riccati.decay(t, problem.horizon), riccati.variance(t, problem.horizon)];
}

/** Largest difference, relative where the wanted value exceeds one. */
function distance(actual: readonly number[], wanted: readonly number[]): number {
  return Math.max(...actual.map((value, i) => Math.abs(value - wanted[i]) / Math.max(1, Math.abs(wanted[i]))));
}

describe("the scalar Riccati equation", () => {
  const usual: readonly (readonly [string, ScalarRiccatiProblem])[] = [
    ["A > 0, as in systemic risk", { A: 1.5, B: 1, C: 1, terminal: 0.5, horizon: 1 }],
    ["A > 0 and a long horizon", { A: 2, B: 0.99, C: 9, terminal: 0, horizon: 40 }],
    ["A < 0 and a stable solution", { A: -1.2, B: 0.8, C: 2, terminal: 3, horizon: 30 }],
    ["A < 0 and C = 0", { A: -0.7, B: 2, C: 0, terminal: 0.1, horizon: 3 }],
    ["negative C before any blow-up", { A: 1, B: 1, C: -0.5, terminal: 0.2, horizon: 2 }],
    ["S² < 0", { A: 0.2, B: 1, C: -1, terminal: 0.4, horizon: 1.5 }],
    ["negative B", { A: 0.5, B: -1.3, C: 2, terminal: -1, horizon: 0.7 }],
    ["B = 0, A > 0", { A: 0.6, B: 0, C: 2, terminal: -1, horizon: 2 }],
    ["B = 0, A < 0", { A: -0.6, B: 0, C: 2, terminal: 1, horizon: 2 }],
    ["A = B = 0", { A: 0, B: 0, C: 2, terminal: 1, horizon: 2 }],
    ["S = 0 with C = 0", { A: 0, B: 1.5, C: 0, terminal: 2, horizon: 2 }],
    ["S = 0 with A² = −BC", { A: 1, B: 1, C: -1, terminal: 0.3, horizon: 1.5 }],
    ["a large terminal penalty", { A: 0.3, B: 1, C: 2, terminal: 1e4, horizon: 1 }],
  ];
  for (const [name, problem] of usual) {
    it(`agrees with an adaptive integrator: ${name}`, () => {
      for (const share of [0, 0.3, 0.9]) {
        const t = share * problem.horizon;
        // What the integrator's tolerances of 1e-12 leave; a penalty of 10⁴ relaxes within 10⁻⁴ of the end.
        const allowed = problem.terminal > 100 ? 1e-9 : 2e-10;
        expect(distance(byFormula(problem, t), byIntegration(problem, t))).toBeLessThan(allowed);
      }
    });
  }

  it("is η(t) = C/(S + A) where the terminal value is the stationary one", () => {
    const [A, B, C] = [0.7, 1.9, 3.1];
    const level = C / (Math.sqrt(A * A + B * C) + A);
    const riccati = scalarRiccati({ A, B, C, terminal: level, horizon: 1000 });
    for (const t of [0, 500, 999.9]) expect(riccati.at(t)).toBeCloseTo(level, 14);
    expect(riccati.integral(0) / (1000 * level)).toBeCloseTo(1, 14);
  });

  it("passes smoothly through B = 0 and S = 0", () => {
    // Against the limit itself; the distance to it is of the order of the small coefficient, so what shows is rounding.
    for (const A of [0, 0.8, -0.8]) {
      const problem = { A, B: 0, C: 1.3, terminal: 0.9, horizon: 2 };
      const limit = byFormula(problem, 0.5);
      for (const B of [1e-15, -1e-15, 1e-16, 1e-200]) {
        byFormula({ ...problem, B }, 0.5).forEach((value, i) => expect(value / limit[i]).toBeCloseTo(1, 12));
      }
    }
    const touching = { A: 1, B: 1, C: -1, terminal: 0.3, horizon: 1.5 };
    const limit = byFormula(touching, 0.2);
    for (const shift of [1e-15, -1e-15]) {
      byFormula({ ...touching, C: -1 + shift }, 0.2).forEach((value, i) => expect(value / limit[i]).toBeCloseTo(1, 12));
    }
  });

  it("finds the first explosion going back from the horizon", () => {
    const exploding: readonly ScalarRiccatiProblem[] = [
      { A: 0.2, B: 1, C: -1, terminal: 0.4, horizon: 10 },
      { A: -0.2, B: 1, C: -1, terminal: -0.4, horizon: 10 },
      { A: 0.5, B: -1, C: 1, terminal: 2, horizon: 10 },
      { A: 1, B: 1, C: 0, terminal: -3, horizon: 10 },
      { A: 0, B: 1, C: 0, terminal: -0.5, horizon: 10 },
    ];
    for (const problem of exploding) {
      const { A, B, C, terminal, horizon } = problem;
      const { blowUp, at } = scalarRiccati(problem);
      // With η = tan θ an explosion is θ passing through an odd multiple of π/2, where nothing is singular.
      const angle = integrate(
        (_t, y, dy) => {
          const [sine, cosine] = [Math.sin(y[0]), Math.cos(y[0])];
          dy[0] = 2 * A * sine * cosine + B * sine * sine - C * cosine * cosine;
        },
        horizon,
        0,
        [Math.atan(terminal)],
        { events: [{ value: (_t, y) => Math.cos(y[0]), terminal: true }] },
      );
      expect(blowUp).toBeCloseTo(horizon - angle.tEnd, 10);
      expect(Math.abs(at(horizon - (blowUp as number) * (1 - 1e-9)))).toBeGreaterThan(1e7);
      expect(() => at(horizon - (blowUp as number) * (1 + 1e-9))).toThrow(/explodes/);
    }
  });

  it("never explodes for B, C ≥ 0 and a terminal value above the unstable level", () => {
    for (const A of [-3, 0, 2]) {
      const lowest = -(Math.sqrt(A * A + 2) + A);
      expect(scalarRiccati({ A, B: 1, C: 2, terminal: lowest + 1e-9, horizon: 1 }).blowUp).toBeUndefined();
      expect(scalarRiccati({ A, B: 1, C: 2, terminal: lowest - 1e-9, horizon: 1 }).blowUp).toBeGreaterThan(1);
    }
  });

  it("stays finite at S τ = 10⁵ and has the decay rate S in the bulk", () => {
    const riccati = scalarRiccati({ A: 60, B: 1, C: 6400, terminal: 1, horizon: 1000 });
    expect(riccati.at(0)).toBeCloseTo(40, 12);
    // 40 a unit of time, but for the layer at the end, worth ln(1 − (40 − 1)/2S).
    expect(riccati.integral(0)).toBeCloseTo(40_000 + Math.log1p(-39 / 200), 10);
    expect(Math.log(riccati.decay(1, 2)) / -100).toBeCloseTo(1, 14);
    expect(riccati.variance(1, 3)).toBeCloseTo(1 / 200, 16);
  });

  it("stays on the unstable level where it starts there, and grows from it without B, however long", () => {
    const level = -(Math.sqrt(3) + 1);
    const resting = scalarRiccati({ A: 1, B: 1, C: 2, terminal: level, horizon: 5 });
    expect(resting.at(0)).toBeCloseTo(level, 9);
    const nothing = scalarRiccati({ A: -100, B: 1, C: 0, terminal: 0, horizon: 50 });
    expect([nothing.at(0), nothing.integral(0), nothing.blowUp]).toEqual([0, 0, undefined]);
    expect(Math.log(nothing.decay(0, 3))).toBeCloseTo(300, 10);
    const linear = scalarRiccati({ A: -0.5, B: 0, C: 1, terminal: 2, horizon: 10 });
    expect(linear.at(0) / (3 * Math.exp(10) - 1)).toBeCloseTo(1, 13);
    expect(linear.integral(0) / (3 * Math.expm1(10) - 10)).toBeCloseTo(1, 13);
  });

  it("names what is wrong with its input", () => {
    const problem = { A: 1, B: 1, C: 1, terminal: 1, horizon: 1 };
    expect(() => scalarRiccati({ ...problem, C: Number.NaN })).toThrow(/C must be finite/);
    expect(() => scalarRiccati({ ...problem, horizon: 0 })).toThrow(/horizon must be positive/);
    const riccati = scalarRiccati(problem);
    expect(() => riccati.at(1.5)).toThrow(/t must lie in \[0, 1\]/);
    expect(() => riccati.decay(0.7, 0.2)).toThrow(/s must not exceed t/);
  });
});
