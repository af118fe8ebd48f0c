/** The pieces of particle methods, each against what it must be. */

import { describe, expect, it } from "vitest";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { randomStream } from "../../numeric/random.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import type { End, SpaceAxis } from "../pde/model.ts";
import { crowdedSegment, room, trackedMean } from "../pde/models.testing.ts";
import { controlOf } from "./controls.ts";
import { crowdOf } from "./crowd.ts";
import { emptyJet, splineBasis } from "./cubic-splines.ts";
import { land } from "./motion.ts";
import { splineRegression } from "./spline-regression.ts";
import { evenStarts } from "./starts.ts";

const axis = (ends: SpaceAxis["ends"]): SpaceAxis => ({ name: "x", low: 0, high: 1, ends });
const open: End = { kind: "open" };
const reflecting: End = { kind: "reflecting" };
const absorbing: End = { kind: "absorbing" };

describe("splines", () => {
  it("meet quadratics, their slopes and bends, also beyond the ends", () => {
    const basis = splineBasis([axis([open, open]), axis([open, open])], 5);
    const regression = splineRegression(basis, 2);
    const f = (x: number, y: number): number => 1 + 2 * x - y + x * x - 3 * x * y + 0.5 * y * y;
    const random = randomStream(1, 0);
    for (let i = 0; i < 400; i++) {
      const [x, y] = [random.uniform(2 * i), random.uniform(2 * i + 1)];
      regression.add(i % 2, x, y, f(x, y));
    }
    const { all, groups } = regression.solve(1e-6);
    const jet = emptyJet();
    for (const coefficients of [all, ...groups]) {
      for (const [x, y, digits] of [
        [0.3, 0.7, 7],
        [1.2, -0.1, 3],
      ] as const) {
        basis.read(coefficients, x, y, jet);
        // The ridge of 1e-10 is seen where no particle is.
        expect(jet.value).toBeCloseTo(f(x, y), digits);
        expect(jet.x).toBeCloseTo(2 + 2 * x - 3 * y, digits - 1);
        expect(jet.y).toBeCloseTo(-1 - 3 * x + y, digits - 1);
        expect(jet.xx).toBeCloseTo(2, digits - 2);
        expect(jet.xy).toBeCloseTo(-3, digits - 2);
        expect(jet.yy).toBeCloseTo(1, digits - 2);
      }
    }
  });

  it("sum to 1 and close around a circle", () => {
    const basis = splineBasis([axis("periodic")], 7);
    const jet = emptyJet();
    basis.read(new Float64Array(7).fill(2), 0.43, 0, jet);
    expect(jet.value).toBeCloseTo(2, 14);
    const wave = Float64Array.from({ length: 7 }, (_, k) => Math.sin(k));
    basis.read(wave, -0.2, 0, jet);
    const { value, x } = { ...jet };
    basis.read(wave, 0.8, 0, jet);
    expect([jet.value, jet.x]).toEqual([expect.closeTo(value, 14), expect.closeTo(x, 12)]);
  });
});

describe("steps at ends", () => {
  it("survive an absorbing end with the probability of the reflection principle", () => {
    const random = randomStream(2, 0);
    const landing = { place: 0, exit: 0 as -1 | 0 | 1 };
    const [from, shift, s, count] = [0.12, -0.05, 0.15, 40_000];
    const left = Array.from({ length: count }, (_, i) => {
      land(axis([absorbing, open]), from, from + shift + s * random.normal(i), s * s, random.uniform(i), landing);
      return landing.exit === -1 ? 1 : 0;
    });
    const exact =
      normalDistribution((-from - shift) / s) +
      Math.exp((-2 * from * shift) / (s * s)) * normalDistribution((-from + shift) / s);
    const { mean, standardError } = meanWithError(left);
    expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
  });

  it.each([
    ["a circle", "periodic" as const],
    ["open ends", [open, open] as const],
    ["reflecting ends", [reflecting, reflecting] as const],
    ["absorbing ends", [absorbing, absorbing] as const],
    ["an end of either kind", [absorbing, reflecting] as const],
  ])("leave control variates of mean 0, with %s", (_name, ends) => {
    const random = randomStream(3, 0);
    const space = [axis(ends)];
    for (const [cells, s] of [
      [16, 0.12],
      [4, 0.05],
    ] as const) {
      const basis = splineBasis(space, cells);
      const coefficients = Float64Array.from({ length: basis.count }, (_, k) => Math.cos(1.3 * k));
      const control = controlOf(space, basis, coefficients, s, 0.2);
      const landing = { place: 0, exit: 0 as -1 | 0 | 1 };
      for (const [from, shift] of [
        [0.1, -0.06],
        [0.5, 0.1],
        [0.93, 0.02],
      ] as const) {
        const step = {
          from: Float64Array.of(from),
          shift: Float64Array.of(shift),
          noise: new Float64Array(1),
          to: new Float64Array(1),
          alive: true,
        };
        const seen = Array.from({ length: 8000 }, (_, i) => {
          step.noise[0] = s * random.normal(i);
          land(space[0], from, from + shift + step.noise[0], s * s, random.uniform(i), landing);
          step.to[0] = landing.place;
          step.alive = landing.exit === 0;
          return control(step);
        });
        const { mean, standardError } = meanWithError(seen);
        expect(Math.abs(mean)).toBeLessThan(4 * standardError);
        expect(standardError).toBeGreaterThan(0);
      }
    }
  });
});

describe("crowds and starts", () => {
  it("estimate the density that they were drawn from, and averages of kernels", () => {
    const model = { ...crowdedSegment(), running: { value: () => 0, sees: { density: true } } };
    const { positions } = evenStarts(model, 4000, 5, 0);
    const crowd = crowdOf(model, { bandwidth: [0.05], bins: 256 });
    const { density, nearby } = crowd.look(positions, new Uint8Array(4000).fill(1), false);
    for (const x of [0, 0.2, 0.5, 0.9]) {
      // Strata leave little chance: the kernel's bias at the slanted ends is what is left.
      expect(crowd.read(density, x, 0)).toBeCloseTo(model.initial(x, 0), 2);
      let sum = 0;
      for (const other of positions) sum += Math.exp(-0.5 * ((x - other) / 0.2) ** 2) / 4000;
      expect(crowd.read(nearby, x, 0)).toBeCloseTo(sum, 4);
    }
  });

  it("know what each particle adds to a crowd, in the plane too", () => {
    const seen = { value: () => 0, sees: { density: true, nearby: true } };
    const kernel = (x: number, other: number): number => Math.exp(-3 * (x - other - 0.1) ** 2);
    for (const model of [crowdedSegment(), { ...room(), nearby: [kernel, kernel] as const }]) {
      const places = [0.31, 0.37, 0.92].map((x, i) => ({ x, y: 0.44 + 0.06 * i }));
      const axes = model.space.length;
      const crowd = crowdOf({ ...model, running: seen }, { bandwidth: [0.3, 0.2].slice(0, axes), bins: 40 });
      const positions = Float64Array.from([...places.map(({ x }) => x), ...places.map(({ y }) => y)]);
      const tables = crowd.look(positions.subarray(0, 3 * axes), new Uint8Array(3).fill(1), true);
      for (const what of ["density", "nearby"] as const) {
        for (const at of places) {
          const sum = places.reduce((total, from) => total + crowd.added(what, 3, at, from), 0);
          expect(crowd.read(tables[what], at.x, at.y)).toBeCloseTo(sum, 12);
          expect(sum).toBeGreaterThan(0.1);
        }
      }
    }
  });

  it("has the moments of the initial law", () => {
    const { positions, deviations } = evenStarts(trackedMean(), 2000, 1, 0);
    const { mean, variance } = meanWithError(positions);
    expect(mean).toBeCloseTo(1, 4);
    expect(variance).toBeCloseTo(0.04, 3);
    expect(deviations[0]).toBeCloseTo(0.2, 6);
  });
});
