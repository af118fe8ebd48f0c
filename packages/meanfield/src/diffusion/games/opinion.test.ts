import { describe, expect, it } from "vitest";
import { once, parseParameters, run } from "../../core/index.ts";
import { gridPicard } from "../solvers/grid-picard.ts";
import { farthest, solveFields } from "./fields.testing.ts";
import { opinion } from "./opinion.ts";
import { ask, limit } from "./reference.testing.ts";

describe("everybody listens to everybody", () => {
  const given = opinion.presets["quadratic"].parameters;
  const at = (points: number) => solveFields(opinion, given, { points, steps: (points - 1) / 2, scheme: "central" });

  it("the quadratic kernel comes to the linear–quadratic answer with second order", () => {
    const [coarse, fine] = [at(61), at(121)];
    for (const name of ["value", "density", "control", "mean_opinion", "variance", "cost"]) {
      const error = farthest(fine.measured, fine.exact, name);
      expect(error, `error of ${name}`).toBeLessThan(name === "density" ? 1e-2 : 2e-3);
      const order = error > 1e-8 ? Math.log2(farthest(coarse.measured, coarse.exact, name) / error) : 2;
      expect(order, `order of ${name}`).toBeGreaterThan(1.7);
    }
    expect(ask(fine.measured, "camps", 1)).toBe(1);
  });

  it("no closed form is claimed where the ends of opinion are felt, or for other kernels", () => {
    const exactOf = (more: object) =>
      Object.keys(opinion.exact?.(parseParameters(opinion.parameters, { ...given, ...more }), limit) ?? {});
    expect(exactOf({})).toContain("value");
    for (const more of [{ X: 1.4 }, { kernel: "confidence" }, { start: "camps" }, { sigma: 1, c: 0.1 }])
      expect(exactOf(more)).toEqual([]);
  });
});

describe("bounded confidence", () => {
  const grid = { points: 81, steps: 30, scheme: "upwind" } as const;
  const wide = once(() => solveFields(opinion, {}, grid));
  const narrow = once(() => solveFields(opinion, { w: 0.2 }, grid));

  it("wide, brings two camps to one opinion; narrow, leaves two", () => {
    for (const { measured } of [wide(), narrow()]) {
      expect(ask(measured, "camps", 0)).toBe(2);
      // Mirror images at the start stay so.
      expect(ask(measured, "mean_opinion", 2)).toBeCloseTo(0, 12);
      expect(ask(measured, "density", 1, 0.3)).toBeCloseTo(ask(measured, "density", 1, -0.3), 10);
    }
    expect(ask(wide().measured, "camps", 2)).toBe(1);
    expect(ask(narrow().measured, "camps", 2)).toBe(2);
    expect(ask(wide().measured, "variance", 2)).toBeLessThan(0.1 * ask(narrow().measured, "variance", 2));
  });

  it("is an equilibrium by the second implementation", () => {
    const { exploitability, consistency, residual } = narrow().certificate();
    expect(Math.abs(exploitability ?? 1)).toBeLessThan(1e-12);
    expect(consistency).toBeLessThan(1e-11);
    expect(residual).toBeLessThan(1e-11);
  });

  it("with many listeners at every distance is nearly quadratic: c ℓ with w large is c/w² times it", () => {
    const [w, start] = [10, { sigma: 0.3, T: 1, X: 3, start: "normal", x0: 0.4, deviation: 0.3 }];
    const confident = solveFields(opinion, { ...start, w, c: w * w }, { points: 61, steps: 20, scheme: "central" });
    const quadratic = solveFields(
      opinion,
      { ...start, kernel: "quadratic", c: 1 },
      { points: 61, steps: 20, scheme: "central" },
    );
    // 1 − e^{−d²/2w²} misses d²/2w² by d⁴/8w⁴: 1/8w² of it at d = 1.
    for (const x of [0, 0.5, 1]) {
      const [ours, theirs] = [confident, quadratic].map(({ measured }) => ask(measured, "control", 0.2, x));
      expect(Math.abs(ours - theirs)).toBeLessThan(2e-3);
    }
  });
});

it("attraction has several equilibria: Newton's method and Picard's come to different numbers of camps", () => {
  const parameters = parseParameters(opinion.parameters, opinion.presets["camps"].parameters);
  const newton = solveFields(opinion, opinion.presets["camps"].parameters, { points: 61, steps: 25, scheme: "upwind" });
  const options = parseParameters(gridPicard.options, { points: 61, steps: 25, damping: 0.3, memory: 5 });
  const picard = run(gridPicard, opinion.build(parameters), limit, options);
  expect(picard.outcome, `because ${picard.reason}`).toBe("converged");
  const camps = [newton.measured, opinion.measure(parameters, limit, picard.candidate)].map((each) =>
    ask(each, "camps", 2),
  );
  expect(camps[0]).not.toBe(camps[1]);
});

it("refuses opinions beyond the most extreme", () => {
  const parameters = parseParameters(opinion.parameters, { x0: 0.9 });
  expect(() => opinion.check?.(parameters, limit)).toThrow("X = 1: must be at least |x0| + 3 deviation = 1.26");
});
