import { describe, expect, it } from "vitest";
import { integrate } from "../../numeric/ode.ts";
import { tracking } from "./tracking-offset.ts";

describe("the affine part of a scalar feedback", () => {
  // Both sides of the switch at |BC|τ² = 0.1, none at all, and a trigonometric case short of its blow-up.
  it.each([5, 0.11, 0.09, 1e-3, 1e-9, 0, -1e-6, -0.09, -0.11, -1.2])("solves its equation for C = %d", (C) => {
    const problem = { B: 0.8, C, terminal: 0.7, drive: -1.3, terminalOffset: 0.4, horizon: 1 };
    const { riccati, offset } = tracking(problem);
    const solution = integrate(
      (_t, [chi, psi], dy) => {
        dy[0] = 0.8 * chi * chi - C;
        dy[1] = 0.8 * chi * psi - 1.3;
      },
      1,
      0,
      Float64Array.of(0.7, 0.4),
      { relative: 1e-13, absolute: 1e-14 },
    );
    for (const t of [0, 0.3, 0.9, 1]) {
      const [chi, psi] = solution.at(t);
      expect(Math.abs(riccati.at(t) - chi)).toBeLessThan(1e-12 * Math.max(1, Math.abs(chi)));
      expect(Math.abs(offset(t) - psi)).toBeLessThan(1e-12);
    }
  });

  it("stays finite on long horizons", () => {
    const { offset } = tracking({ B: 1, C: 4, terminal: 1, drive: 2, terminalOffset: 3, horizon: 1000 });
    // At rest χ = 2 and ψ = −drive/χ.
    expect(offset(0)).toBeCloseTo(-1, 12);
  });
});
