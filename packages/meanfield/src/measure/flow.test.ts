import { describe, expect, it } from "vitest";
import { fromRows } from "../numeric/matrix.ts";
import { normalQuantile } from "../numeric/normal-distribution.ts";
import { logLogSlope } from "../numeric/regression.ts";
import { relativeError } from "../numeric/relative-error.testing.ts";
import { gaussianDensity, mass } from "./density.ts";
import { flow, flowAt, meanPath, quantileBands, variancePath } from "./flow.ts";
import { gaussian, moments } from "./gaussian.ts";
import { uniformGrid } from "./grid.ts";
import { meanOf } from "./moments-of.ts";
import { particles } from "./particles.ts";
import type { Density } from "./density.ts";
import type { Gaussian } from "./gaussian.ts";
import type { Flow } from "./flow.ts";
import type { Particles } from "./particles.ts";

// An Ornstein-Uhlenbeck process from N(1, 0.2): dX = −X dt + 0.8 dW.
const meanAt = (t: number): number => Math.exp(-t);
const varianceAt = (t: number): number => 0.2 * Math.exp(-2 * t) + 0.32 * (1 - Math.exp(-2 * t));
const grid = uniformGrid(-6, 7, 521);
const quantileCount = 2000;

function timesOf(steps: number): Float64Array {
  return Float64Array.from({ length: steps + 1 }, (_, k) => (2 * k) / steps);
}

function gaussians(steps: number): Flow<Gaussian> {
  const times = timesOf(steps);
  return flow(
    times,
    Array.from(times, (t) => gaussian(meanAt(t), varianceAt(t))),
  );
}

function densities(steps: number): Flow<Density> {
  const times = timesOf(steps);
  return flow(
    times,
    Array.from(times, (t) => gaussianDensity(grid, meanAt(t), varianceAt(t))),
  );
}

/** Players at fixed ranks. */
function players(steps: number): Flow<Particles> {
  const times = timesOf(steps);
  return flow(
    times,
    Array.from(times, (t) =>
      particles(
        Float64Array.from(
          { length: quantileCount },
          (_, i) => meanAt(t) + Math.sqrt(varianceAt(t)) * normalQuantile((i + 0.5) / quantileCount),
        ),
      ),
    ),
  );
}

describe("flow", () => {
  it("gives mean, variance and quantiles over time in every form", () => {
    const probabilities = [0.05, 0.5, 0.9];
    // Grids to rounding (quantiles to second order in the spacing), players to the spacing of their ranks.
    for (const [path, momentError, quantileError] of [
      [gaussians(8), 1e-15, 1e-14],
      [densities(8), 1e-13, 2e-4],
      [players(8), 2e-3, 4e-3],
    ] as const) {
      const means = meanPath(path);
      const variances = variancePath(path);
      const bands = quantileBands(path, probabilities);
      path.times.forEach((t, k) => {
        expect(relativeError(means[k], meanAt(t))).toBeLessThanOrEqual(momentError);
        expect(relativeError(variances[k], varianceAt(t))).toBeLessThanOrEqual(momentError);
        probabilities.forEach((p, row) => {
          const exact = meanAt(t) + Math.sqrt(varianceAt(t)) * normalQuantile(p);
          expect(Math.abs(bands[row][k] - exact)).toBeLessThanOrEqual(quantileError);
        });
      });
    }
  });

  it("reads a coordinate of flows in several dimensions", () => {
    const path = flow(
      [0, 1],
      [1, 2].map((s) =>
        gaussian(
          [s, -s],
          fromRows([
            [s, 0],
            [0, 4 * s],
          ]),
        ),
      ),
    );
    expect([...meanPath(path, 1)]).toStrictEqual([-1, -2]);
    expect([...variancePath(path, 1)]).toStrictEqual([4, 8]);
    expect(quantileBands(path, [0.5], 1).map((band) => [...band])).toStrictEqual([[-1, -2]]);
    expect(() => meanPath(path, 2)).toThrow("meanPath: component is 2; allowed is a whole number from 0 to 1");
  });

  it("says what does not fit", () => {
    const one = gaussian(0, 1);
    expect(() => flow([], [])).toThrow("flow: times has length 0");
    expect(() => flow([0, 1], [one])).toThrow("flow: measures has length 1; allowed is that of times, 2");
    expect(() => flow([0, 0], [one, one])).toThrow("flow: times[1] is 0 after 0");
    const misfits = [
      [one, moments(0, 1), "a moments, but the first a gaussian"],
      [particles(Float64Array.of(1)), particles(Float64Array.of(1, 2)), "of 2 particles, but the first of 1"],
      [
        particles(Float64Array.of(1, 2)),
        particles(Float64Array.of(1, 2), 1, [1, 2]),
        "of other weights than the first",
      ],
      [gaussianDensity(grid, 0, 1), gaussianDensity(uniformGrid(0, 1, 4), 0, 1), "on another grid than the first"],
      [
        one,
        gaussian(
          [0, 0],
          fromRows([
            [1, 0],
            [0, 1],
          ]),
        ),
        "of dimension 2, but the first of 1",
      ],
    ] as const;
    for (const [first, second, reason] of misfits)
      expect(() => flow([0, 1], [first, second])).toThrow(`flow: measures[1] is ${reason}`);
    expect(() => quantileBands(flow([0], [moments(0, 1)]), [0.5])).toThrow("known by its moments only");
  });
});

describe("flowAt", () => {
  it("gives the measure itself at a time, and one in between", () => {
    const path = players(4);
    expect(flowAt(path, 0.5)).toBe(path.measures[1]);
    expect(flowAt(path, 2)).toBe(path.measures[4]);
    expect(flowAt(path, 0.6).positions[7]).toBeCloseTo(
      0.8 * path.measures[1].positions[7] + 0.2 * path.measures[2].positions[7],
      15,
    );
    expect(() => flowAt(path, 2.1)).toThrow("flowAt: asked at 2.1; allowed is 0 to 2");
    const single = flow([3], [gaussian(0, 1)]);
    expect(flowAt(single, 3)).toBe(single.measures[0]);
    expect(() => flowAt(single, 0)).toThrow("flowAt: asked at 0; allowed is 3");
  });

  it("keeps mass, and moves the mean in a straight line in all forms", () => {
    const forms: readonly Flow[] = [gaussians(2), densities(2), players(2)];
    for (const path of forms) {
      const expected = 0.7 * meanOf(path.measures[0])[0] + 0.3 * meanOf(path.measures[1])[0];
      expect(meanOf(flowAt(path, 0.3))[0]).toBeCloseTo(expected, 12);
    }
    expect(mass(flowAt(densities(2), 0.3))).toBeCloseTo(1, 12);
  });

  it("is of second order in the time step in all forms", () => {
    const steps = [32, 64, 128, 256];
    /** Largest error of a number read off the flow at the middles of its time steps. */
    const order = <M extends Density | Gaussian | Particles>(
      make: (count: number) => Flow<M>,
      read: (measure: M) => number,
      exact: (t: number) => number,
    ): number => {
      const errors = steps.map((count) => {
        const path = make(count);
        let worst = 0;
        for (let k = 0; k < count; k++) {
          const t = (2 * (k + 0.5)) / count;
          worst = Math.max(worst, Math.abs(read(flowAt(path, t)) - exact(t)));
        }
        return worst;
      });
      return -logLogSlope(steps, errors).slope;
    };
    expect(order(gaussians, (law) => law.covariance.data[0], varianceAt)).toBeGreaterThan(1.9);
    const place = 300;
    const valueAt = (t: number): number => gaussianDensity(grid, meanAt(t), varianceAt(t)).values[place];
    expect(order(densities, (law) => law.values[place], valueAt)).toBeGreaterThan(1.9);
    const rank = normalQuantile(100.5 / quantileCount);
    const positionAt = (t: number): number => meanAt(t) + Math.sqrt(varianceAt(t)) * rank;
    expect(order(players, (cloud) => cloud.positions[100], positionAt)).toBeGreaterThan(1.9);
  });
});
