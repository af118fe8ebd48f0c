import { describe, expect, it } from "vitest";
import { timeCollocation, transcribe } from "./time-collocation.ts";

describe("timeCollocation", () => {
  const time = timeCollocation(2, 12);

  it("integrates from 0 exactly up to its degree", () => {
    for (let degree = 0; degree < 12; degree++) {
      const values = time.nodes.map((t) => t ** degree);
      time.nodes.forEach((t, i) => {
        let sum = 0;
        for (let j = 0; j < 12; j++) sum += time.integral.data[i * 12 + j] * values[j];
        expect(Math.abs(sum - t ** (degree + 1) / (degree + 1))).toBeLessThan(1e-13 * 2 ** degree);
      });
    }
  });

  it("interpolates on the whole interval, at nodes and at both ends", () => {
    const values = new Float64Array(24);
    time.nodes.forEach((t, i) => values.set([Math.exp(-t), t ** 11], 2 * i));
    const out = new Float64Array(2);
    for (const t of [0, 0.1, time.nodes[3], 1, 1.99, 2]) {
      time.interpolate(values, 2, t, out);
      // Twelve coefficients leave about 1/12! 2⁻¹¹ of an exponential.
      expect(out[0]).toBeCloseTo(Math.exp(-t), 11);
      expect(out[1]).toBeCloseTo(t ** 11, 9);
    }
  });

  it("tells resolved from unresolved functions", () => {
    const tail = (f: (t: number) => number): number => time.tail(time.nodes.map(f), 1);
    expect(tail((t) => Math.exp(-t))).toBeLessThan(2e-8);
    expect(tail((t) => t ** 8)).toBeLessThan(1e-15);
    expect(tail((t) => t ** 11)).toBeGreaterThan(1e-4);
    expect(tail((t) => Math.cos(40 * t))).toBeGreaterThan(1e-2);
    expect(tail(() => 0)).toBe(0);
  });
});

describe("transcribe", () => {
  it("solves a rotation with a forced oscillation, spectrally accurately", () => {
    // y₁′ = y₂, y₂′ = −y₁ + v: with v = 1 from rest y₁ = 1 − cos t.
    const time = timeCollocation(3, 20);
    const { free, controlled, freeEnd, controlledEnd } = transcribe(time, 2, 1, (_t, out) =>
      out.data.set([0, 1, 0, -1, 0, 1]),
    );
    const sum = (row: ArrayLike<number>, from: number): number =>
      Array.from({ length: 20 }, (_, j) => row[from + j]).reduce((a, b) => a + b, 0);
    time.nodes.forEach((t, i) => {
      expect(free.data[2 * i * 2]).toBeCloseTo(Math.cos(t), 13);
      expect(free.data[2 * i * 2 + 1]).toBeCloseTo(Math.sin(t), 13);
      expect(sum(controlled.data, 2 * i * 20)).toBeCloseTo(1 - Math.cos(t), 13);
      expect(sum(controlled.data, (2 * i + 1) * 20)).toBeCloseTo(Math.sin(t), 13);
    });
    expect(freeEnd.data[2]).toBeCloseTo(-Math.sin(3), 13);
    expect(sum(controlledEnd.data, 0)).toBeCloseTo(1 - Math.cos(3), 13);
  });

  it("follows coefficients that depend on time", () => {
    // y′ = −t y + t v with v = 1: y = 1 + (y(0) − 1) e^{−t²/2}.
    const time = timeCollocation(2, 24);
    const { freeEnd, controlledEnd } = transcribe(time, 1, 1, (t, out) => out.data.set([-t, t]));
    expect(freeEnd.data[0]).toBeCloseTo(Math.exp(-2), 13);
    expect(controlledEnd.data.reduce((a, b) => a + b, 0)).toBeCloseTo(1 - Math.exp(-2), 13);
  });
});
