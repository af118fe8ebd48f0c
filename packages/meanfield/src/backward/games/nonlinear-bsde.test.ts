import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import { among, ask, limit, roads, solved } from "../backward.testing.ts";
import type { InteractingCandidate } from "../candidate.ts";
import { deviation, mean, secondMoment, softplusMean } from "../law-functional.ts";
import type { InteractingModel } from "../model.ts";
import { solveSemilinear } from "../nonlinear/semilinear.ts";
import { semilinearGrid } from "../solvers/semilinear-grid.ts";
import { backwardWing } from "../wing.ts";
import { logNormalBsde } from "./log-normal-bsde.ts";
import { meanFieldBsde } from "./mean-field-bsde.ts";
import { nonlinearBsde } from "./nonlinear-bsde.ts";

const solve = (given: Readonly<Record<string, unknown>>) => roads(nonlinearBsde, semilinearGrid, given, limit);
const modelOf = (given: Readonly<Record<string, unknown>>): InteractingModel =>
  nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, given));

describe("nonlinear-bsde", () => {
  it.each([
    { driver: "entropic", a: 0 },
    { driver: "entropic", a: 0, functional: "softplus-mean", gamma: 2 },
    { driver: "entropic", a: 0, functional: "mean", gamma: -3, c: -0.8, h: 0.4 },
    { driver: "entropic", a: 0, gamma: 0, c: 2 },
    { driver: "entropic", a: 0, c: 0, kappa: 3 },
    { driver: "entropic", a: 0, T: 4, kappa: 0.5, gamma: 1e-6 },
  ])("is the closed form of Cole and Hopf where there is one: %o", (given) => {
    const { measured, exact } = solve(given);
    // The solver stops when Y₀ and Z₀ stand still to 1e-7; Y is good to that all along.
    for (const name of ["Y0", "Z0"]) expect(Math.abs(ask(measured, name) - ask(exact, name))).toBeLessThan(1e-7);
    for (const t of [0, 0.3, 0.8, 1]) {
      expect(Math.abs(ask(measured, "Y_mean", t) - ask(exact, "Y_mean", t))).toBeLessThan(1e-6);
    }
  });

  it("has no closed form elsewhere, and says none", () => {
    expect(Object.keys(solve({}).exact)).toEqual([]);
    expect(Object.keys(solve({ driver: "entropic", a: 0.1 }).exact)).toEqual([]);
  });

  it("does not feel a truncation that its exposure never reaches", () => {
    // |Z| ≤ κ e^{aT} = 1.23: the driver is the entropic one where it matters.
    const [far, none] = [{ R: 1.3 }, { driver: "entropic" }].map((given) => solve(given).measured);
    for (const name of ["Y0", "Z0"]) expect(Math.abs(ask(far, name) - ask(none, name))).toBeLessThan(1e-7);
    expect(Math.abs(ask(solve({}).measured, "Y0") - ask(none, "Y0"))).toBeGreaterThan(1e-3);
  });

  it.each([
    {},
    { kappa: 3, functional: "softplus-mean" },
    { driver: "entropic", gamma: -2 },
    { functional: "mean", c: -1 },
  ])("is certified by expectations that share nothing with the grid: %o", (given) => {
    const { candidate } = solve(given);
    const { residual, consistency } = backwardWing.certify(candidate.model, limit, candidate);
    // Where the truncated charge has its kink the grid is of a lower order, a few units of 1e-6 away from Y₀.
    expect(residual).toBeLessThan(5e-6);
    expect(consistency).toBeLessThan(1e-12);
  });

  it("is caught by its certificate when the law or the exposure is wrong", () => {
    const candidate = solve({}).candidate as InteractingCandidate;
    const louder: InteractingCandidate = {
      ...candidate,
      assumedLaw: (t, out) => {
        candidate.assumedLaw?.(t, out);
        out[0] *= 1.1;
      },
    };
    const wrong = backwardWing.certify(candidate.model, limit, louder);
    expect(wrong.consistency).toBeGreaterThan(0.05);
    expect(wrong.residual).toBeGreaterThan(0.005);
    const blind: InteractingCandidate = {
      ...candidate,
      field: { ...candidate.field, z: () => 0, diagonal: (_t, _x, out) => void out.fill(0) },
    };
    expect(backwardWing.certify(candidate.model, limit, blind).residual).toBeGreaterThan(0.1);
  });

  it("is certified along simulated paths for a forward process without exact transitions", () => {
    const candidate = solve({ driver: "entropic" }).candidate as InteractingCandidate;
    const { model } = candidate;
    // The same Brownian motion, told as a diffusion.
    const told: InteractingModel = {
      ...model,
      forward: { kind: "diffusion", start: () => 0, drift: () => 0, volatility: () => 1 },
    };
    const certificate = backwardWing.certify(told, limit, { ...candidate, model: told });
    // 200 steps leave an error of the order of the root of a step, 4096 particles one of 1/64 in the law.
    expect(certificate.residual).toBeGreaterThan(0.001);
    expect(certificate.residual).toBeLessThan(0.05);
    expect(certificate.consistency).toBeLessThan(0.03);
  });

  it("takes the limit only, and says so", () => {
    expect(semilinearGrid.refuses(modelOf({}), among(5))).toMatch(/limit/);
    expect(semilinearGrid.refuses(modelOf({}), limit)).toBeUndefined();
  });
});

describe("the semilinear grid", () => {
  it("finds what is known of linear systems", () => {
    const linear = roads(meanFieldBsde, semilinearGrid, {}, limit);
    const logNormal = roads(logNormalBsde, semilinearGrid, { b: 0.6, h: 0.1 }, limit);
    for (const { measured, exact } of [linear, logNormal]) {
      for (const name of ["Y0", "Z0"]) expect(Math.abs(ask(measured, name) - ask(exact, name))).toBeLessThan(1e-8);
    }
  });

  it("is of order eight in the spacing", () => {
    const model = modelOf({ driver: "entropic", a: 0, kappa: 2 });
    const { exact } = solve({ driver: "entropic", a: 0, kappa: 2 });
    const error = (density: number): number => Math.abs(solveSemilinear(model, density).value(0, 0) - ask(exact, "Y0"));
    // From coarse grids on, until the tolerance in time takes over: at least the seventh power is seen.
    expect(Math.log(error(6) / error(12)) / Math.log(2)).toBeGreaterThan(7);
    expect(error(24)).toBeLessThan(1e-9);
  });

  it("says where it did not get as far as it was asked", () => {
    expect(() => solved(semilinearGrid, modelOf({}), limit, { tolerance: 1e-15, points: 16 })).toThrow(/finest grid/);
    // Where Z changes its sign |z| has a kink, at which grids of order eight are of order two or three.
    const kinked = { ...modelOf({}), driver: (_t: number, _x: number, _y: number, z: number) => Math.abs(z) };
    const wave = { ...kinked, terminal: (x: number) => Math.sin(3 * x) };
    const { outcome, reason } = run(
      semilinearGrid,
      wave,
      limit,
      parseParameters(semilinearGrid.options, { points: 24 }),
    );
    expect(outcome).toBe("diverged");
    expect(reason).toContain("--solver least-squares-monte-carlo");
  });
});

describe("functionals of a law", () => {
  const points = Float64Array.of(-1, 0.5, 2, 2);
  const weights = Float64Array.of(0.25, 0.25, 0.5);

  it.each([mean, secondMoment, deviation, softplusMean])("$name depends on the law alone", ({ of }) => {
    const merged = of(points.slice(0, 3), weights);
    expect(of(points)).toBeCloseTo(merged, 14);
    expect(of(points.toReversed())).toBeCloseTo(merged, 14);
  });

  it("are what they are called", () => {
    expect(mean.of(points)).toBe(0.875);
    expect(secondMoment.of(points)).toBe(2.3125);
    expect(deviation.of(points)).toBeCloseTo(Math.sqrt(2.3125 - 0.875 ** 2), 15);
    expect(softplusMean.of(Float64Array.of(-800, 800))).toBe(400);
  });

  it.each([deviation, softplusMean, mean])("$name is Lipschitz with constant 1 in W₂", ({ of }) => {
    // Sorted samples of equal size are optimally coupled in order.
    for (const shift of [0.1, -2]) {
      const moved = points.map((y, i) => y + shift * (i + 1));
      const distance = Math.sqrt(moved.reduce((sum, y, i) => sum + (y - points[i]) ** 2, 0) / points.length);
      expect(Math.abs(of(moved) - of(points))).toBeLessThanOrEqual(distance * (1 + 1e-12));
    }
  });
});
