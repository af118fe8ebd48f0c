import { describe, expect, it } from "vitest";
import { randomStream } from "../numeric/random.ts";
import { eulerMaruyama, gaussianTransition, particleSystem, particleSystemBytes, soloTeam } from "./index.ts";

/** A system of particles on the calling thread alone. */
function alone(count: number, seed: number) {
  return particleSystem(soloTeam(particleSystemBytes(count)), count, randomStream(seed, 0).keys);
}

/** Population mean and variance. */
function spread(x: Float64Array): { mean: number; variance: number } {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return { mean, variance: x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length };
}

describe("particles", () => {
  // Counts around the unrolling by four and the block of 2048.
  it.each([1, 3, 4, 5, 2047, 2048, 2049, 5000])("moves each of %i by the normal draw of its own address", (count) => {
    const system = alone(count, 3);
    const stream = randomStream(3, 0);
    randomStream(3, 1).fillNormal(system.positions, 0);
    const before = system.positions.slice();
    const first = 2 ** 41 + 7;
    const mean = system.step(first, { factor: 0.9, shift: 0.05, noise: 0.3 });
    expect(
      system.positions.every((x, p) => Object.is(x, before[p] * 0.9 + 0.05 + 0.3 * stream.normal(first + p))),
    ).toBe(true);
    // Sums in different orders: they differ by rounding of at most `count` additions, in practice far less.
    expect(Math.abs(mean - spread(system.positions).mean)).toBeLessThan(1e-14);
    expect(Math.abs(mean - system.mean())).toBeLessThan(1e-14);
  });

  it("gives these very numbers everywhere", () => {
    const system = alone(3000, 5);
    let mean = system.mean();
    for (let k = 0; k < 50; k++) {
      mean = system.step(k * 3000, eulerMaruyama({ attraction: 1, mean, gain: 2, target: 0.5, volatility: 0.7 }, 0.02));
    }
    expect([mean, system.positions[0], system.positions[2999]]).toEqual(golden);
  });

  it("says what the number of particles and the first index may be", () => {
    expect(() => alone(0, 1)).toThrow("count must be an integer from 1 to 2^28 - 1, got 0");
    expect(() => alone(2, 1).step(-1, gaussianTransition(0, 1, 1))).toThrow("firstIndex must be an integer");
    expect(() => alone(2, 1).step(2 ** 53 - 2, gaussianTransition(0, 1, 1))).toThrow("firstIndex must be an integer");
  });
});

describe("the steps", () => {
  it("is the Euler–Maruyama scheme, term by term", () => {
    const diffusion = {
      attraction: 1.5,
      mean: 0.4,
      gain: 0.7,
      target: -1,
      drift: 0.3,
      volatility: 2,
      commonIncrement: 0.11,
    };
    const { factor, shift, noise } = eulerMaruyama(diffusion, 0.01);
    for (const [x, xi] of [
      [0, 0],
      [1, -1],
      [-3, 2.5],
    ] as const) {
      const literal = x + (1.5 * (0.4 - x) + 0.7 * (-1 - x) + 0.3) * 0.01 + 2 * Math.sqrt(0.01) * xi + 0.11;
      expect(Math.abs(factor * x + shift + noise * xi - literal)).toBeLessThan(1e-15);
    }
    expect(() => eulerMaruyama({ volatility: 1 }, -0.1)).toThrow("dt must be >= 0, got -0.1");
  });

  it("keeps a mean-field Ornstein–Uhlenbeck population at the variance of the scheme, its mean free", () => {
    // x <- x + a (mean - x) dt + s sqrt(dt) xi: about the empirical mean, the variance v <- (1 - a dt)^2 v + s^2 dt (1 - 1/n)
    // in expectation, exactly; the sample's relative standard error is sqrt(2 / n).
    const [n, steps, dt, a, s] = [100_000, 50, 0.04, 2, 0.8];
    const system = alone(n, 7);
    let mean = 0;
    let variance = 0;
    for (let k = 0; k < steps; k++) {
      mean = system.step(k * n, eulerMaruyama({ attraction: a, mean, volatility: s }, dt));
      variance = (1 - a * dt) ** 2 * variance + s * s * dt * (1 - 1 / n);
    }
    const sample = spread(system.positions);
    expect(Math.abs(sample.variance / variance - 1) / Math.sqrt(2 / n)).toBeLessThan(3.9);
    // Attraction cancels in the mean, which is a walk of steps s sqrt(dt / n).
    expect(Math.abs(mean) / (s * Math.sqrt((steps * dt) / n))).toBeLessThan(3.9);
    expect(mean).toBeCloseTo(sample.mean, 14);
  });

  it("has the exact law of an Ornstein–Uhlenbeck process after any number of Gaussian transitions", () => {
    const [n, steps, dt, theta, level, sigma] = [100_000, 7, 0.5, 0.9, 3, 1.2];
    const system = alone(n, 8);
    system.positions.fill(-1);
    const correlation = Math.exp(-theta * dt);
    const deviation = sigma * Math.sqrt(-Math.expm1(-2 * theta * dt) / (2 * theta));
    for (let k = 0; k < steps; k++) system.step(k * n, gaussianTransition(level, correlation, deviation));
    const mean = level + (-1 - level) * Math.exp(-theta * dt * steps);
    const variance = (sigma ** 2 * -Math.expm1(-2 * theta * dt * steps)) / (2 * theta);
    const sample = spread(system.positions);
    expect(Math.abs(sample.mean - mean) / Math.sqrt(variance / n)).toBeLessThan(3.9);
    expect(Math.abs(sample.variance / variance - 1) / Math.sqrt(2 / n)).toBeLessThan(3.9);
  });
});

const golden = [0.4408682755050548, 0.5929591510732064, 0.3217209909534769];
