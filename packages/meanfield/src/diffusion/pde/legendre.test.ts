import { describe, expect, it } from "vitest";
import { fromLagrangian, powerHamiltonian, quadraticHamiltonian } from "./hamiltonians.ts";
import { lagrangian, momentumOf, restOf } from "./legendre.ts";
import type { ControlledHamiltonian } from "./hamiltonians.ts";
import type { AxisHamiltonian, Population } from "./model.ts";

const nobody: Population = { density: 2, nearby: 0.5, aggregates: Float64Array.of(3) };
const L = (hamiltonian: AxisHamiltonian, drift: number): number => lagrangian(hamiltonian, 0.1, 0.2, 0, drift, nobody);
const without = ({ value, slope }: AxisHamiltonian): AxisHamiltonian => ({ value, slope });

describe("lagrangian", () => {
  const square = quadraticHamiltonian({ scale: (t, _x, _y, { density }) => t * density, rest: -0.4, floor: 0.3 });

  it("is the closed form of a square, with the form or from values alone", () => {
    for (const drift of [-2, -0.3, 0, 0.7, 5]) {
      const exact = (drift * drift) / (2 * 0.2) + 0.4 * drift - 0.3;
      expect(L(square, drift)).toBeCloseTo(exact, 12);
      expect(L(without(square), drift)).toBeCloseTo(exact, 12);
    }
  });

  it("is infinite for drifts that no control gives", () => {
    for (const form of [(h: AxisHamiltonian) => h, without]) {
      const left = form(quadraticHamiltonian({ side: "rising", floor: -1 }));
      expect(L(left, 0.1)).toBe(Infinity);
      expect(L(left, -0.1)).toBeCloseTo(1.005, 14);
      expect(L(left, 0)).toBe(1);
      const right = form(quadraticHamiltonian({ side: "falling" }));
      expect(L(right, -0.1)).toBe(Infinity);
      expect(L(right, 0.1)).toBeCloseTo(0.005, 14);
    }
  });

  it.each([1.25, 1.5, 3, 4])("of |p|^%d/q is |β|^q'/q'", (q) => {
    const other = q / (q - 1);
    for (const drift of [-1.7, -0.01, 0, 0.4, 3]) {
      const exact = Math.abs(drift) ** other / other;
      expect(Math.abs(L(powerHamiltonian(q), drift) - exact)).toBeLessThanOrEqual(1e-13 * (1 + exact));
    }
  });

  it("gives back the running cost of a control that it was made of, and infinity outside its reach", () => {
    const running = (a: number): number => Math.exp(a) - a + 0.2 * Math.abs(a);
    const bounded = fromLagrangian({
      drift: (_t, _x, _y, a) => 1 + 2 * a,
      running: (_t, _x, _y, a) => running(a),
      controls: [-1, 2],
    });
    // 1.5 and 5 from inside, 1 from the kink at a = 0, −1 from the end. The supremum errs by the square of the control's 1e-9.
    for (const a of [-1, -0.5, 0, 0.25, 1.99]) expect(L(bounded, 1 + 2 * a)).toBeCloseTo(running(a), 11);
    expect(L(bounded, -1.01)).toBe(Infinity);
    expect(L(bounded, 5.01)).toBe(Infinity);
  });

  it("approaches what it does not attain", () => {
    // H = √(1+p²): |β| < 1, L = −√(1−β²).
    const bend: AxisHamiltonian = {
      value: (_t, _x, _y, p) => Math.sqrt(1 + p * p),
      slope: (_t, _x, _y, p) => p / Math.sqrt(1 + p * p),
    };
    expect(L(bend, 0.6)).toBeCloseTo(-0.8, 14);
    expect(L(bend, -1)).toBeCloseTo(0, 6);
    expect(L(bend, 1.001)).toBe(Infinity);
  });
});

describe("momentumOf and restOf", () => {
  it("find the rest from the slope, infinite where there is none", () => {
    const shifted: AxisHamiltonian = {
      value: (_t, _x, _y, p) => Math.cosh(p - 7),
      slope: (_t, _x, _y, p) => Math.sinh(p - 7),
    };
    expect(restOf(shifted, 0, 0, 0, nobody)).toBeCloseTo(7, 14);
    expect(momentumOf(shifted, 0, 0, 0, Math.sinh(2), nobody)).toBeCloseTo(5, 13);
    const river: AxisHamiltonian = {
      value: (_t, _x, _y, p) => 3 * p + Math.sqrt(1 + p * p),
      slope: (_t, _x, _y, p) => 3 + p / Math.sqrt(1 + p * p),
    };
    expect(restOf(river, 0, 0, 0, nobody)).toBe(-Infinity);
    const other: AxisHamiltonian = { value: (_t, _x, _y, p) => -p, slope: () => -1 };
    expect(restOf(other, 0, 0, 0, nobody)).toBe(Infinity);
  });

  it("find a rest among many where a kink in the cost of controls keeps players still, without following its rounding", () => {
    let looks = 0;
    const reluctant = (tilt: number): ControlledHamiltonian =>
      fromLagrangian({
        drift: (_t, _x, _y, a) => a,
        running: (_t, _x, _y, a) => {
          looks++;
          return 0.3 * Math.abs(a) + 0.5 * a * a + tilt * a;
        },
        controls: [-1, 1],
      });
    // Nobody moves for −0.3 ≤ p + tilt ≤ 0.3.
    for (const tilt of [0, 0.2, 1.7, -5]) {
      looks = 0;
      const rest = restOf(reluctant(tilt), 0, 0, 0, nobody);
      expect(Math.abs(rest + tilt)).toBeLessThanOrEqual(0.3 + 1e-11);
      // A few best controls; halving to the last bit took up to eight thousand looks.
      expect(looks).toBeLessThan(300);
    }
  });
});
