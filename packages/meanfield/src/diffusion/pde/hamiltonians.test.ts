import { describe, expect, it } from "vitest";
import { fromLagrangian, powerHamiltonian, quadraticHamiltonian } from "./hamiltonians.ts";
import type { AxisHamiltonian, Population } from "./model.ts";

const seen: Population = { density: 1.5, nearby: 0, aggregates: new Float64Array(0) };

describe("Hamiltonians", () => {
  it.each([
    [
      "a square",
      quadraticHamiltonian({ scale: (_t, _x, _y, { density }) => 1 / density, rest: 0.2, floor: (_t, x) => x }),
    ],
    ["a rising side", quadraticHamiltonian({ side: "rising", rest: -0.4 })],
    ["a falling side", quadraticHamiltonian({ side: "falling", rest: -0.4 })],
    ["a power", powerHamiltonian(4, { scale: 0.3 })],
    ["a flat power", powerHamiltonian(1.5)],
    [
      "a controlled drift",
      fromLagrangian({
        drift: (_t, x, _y, a) => x + 0.5 * a,
        running: (_t, _x, _y, a, { density }) => density * Math.cosh(a),
        controls: [-2, 2],
      }),
    ],
  ])("of %s have the derivatives that they say", (_name, hamiltonian) => {
    const { value, slope, curvature } = hamiltonian;
    for (const p of [-3, -1.1, 0.7, 2]) {
      const h = 1e-4 * (1 + Math.abs(p));
      const difference = (f: AxisHamiltonian["value"]): number =>
        (f(0.3, 0.6, 0, p + h, seen) - f(0.3, 0.6, 0, p - h, seen)) / (2 * h);
      // Central differences err by h² times a third derivative of order 1, and by rounding over h.
      expect(slope(0.3, 0.6, 0, p, seen)).toBeCloseTo(difference(value), 6);
      expect(curvature?.(0.3, 0.6, 0, p, seen)).toBeCloseTo(difference(slope), 5);
    }
  });

  it("of a control is bang-bang where its cost is nothing, and rests between", () => {
    const absolute = fromLagrangian({
      drift: (_t, _x, _y, a) => a,
      running: (_t, _x, _y, a) => Math.abs(a),
      controls: [-1, 2],
    });
    const at = (p: number): number[] => [absolute.value(0, 0, 0, p, seen), absolute.slope(0, 0, 0, p, seen)];
    // sup −pα − |α|: 0 for |p| < 1, then one of the ends.
    for (const p of [-0.99, 0, 0.5, 0.999]) {
      expect(at(p)[0]).toBeCloseTo(0, 14);
      expect(at(p)[1]).toBeCloseTo(0, 14);
    }
    expect(at(-3)).toEqual([4, -2]);
    expect(at(3)).toEqual([2, 1]);
    const free = fromLagrangian({ drift: (_t, _x, _y, a) => a, running: () => 0, controls: [-1, 2] });
    expect([free.value(0, 0, 0, -1e-9, seen), free.slope(0, 0, 0, -1e-9, seen)]).toEqual([2e-9, -2]);
    expect(free.value(0, 0, 0, 0, seen)).toBeCloseTo(0, 15);
  });

  it("of a control that stops at its ends is that of the closed form", () => {
    const clipped = fromLagrangian({
      drift: (_t, _x, _y, a) => -a,
      running: (_t, _x, _y, a) => a * a - 0.3 * a,
      controls: [0, 1],
    });
    for (const p of [-4, -0.3, -0.2999, 0, 1, 1.69, 1.7, 9]) {
      const a = Math.min(1, Math.max(0, 0.5 * (p + 0.3)));
      // α itself is known to 1e-12, its cost to rounding.
      expect(clipped.control(0, 0, 0, p, seen)).toBeCloseTo(a, 11);
      expect(clipped.value(0, 0, 0, p, seen)).toBeCloseTo(p * a - a * a + 0.3 * a, 14);
    }
  });

  it("refuse what has no supremum", () => {
    expect(() => powerHamiltonian(1)).toThrow("exponent = 1: must be a number above 1");
    expect(() => fromLagrangian({ drift: () => 0, running: () => 0, controls: [1, 1] })).toThrow("controls = [1,1]");
  });
});
