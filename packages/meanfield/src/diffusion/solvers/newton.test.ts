import { describe, expect, it } from "vitest";
import benchmarks from "../../../../../tests/reference/pde-benchmarks.json" with { type: "json" };
import torus from "../../../../../tests/reference/pde-torus.json" with { type: "json" };
import { compileProblem } from "../pde/compile.ts";
import { flowDistance } from "../pde/iteration-flows.ts";
import { firstReply } from "../pde/iteration.ts";
import { congestion, crowdedSegment, exactTorus, noisyResource, room, trackedMean } from "../pde/models.testing.ts";
import { newtonDirection } from "../pde/newton-step.ts";
import { spaceTimeOf } from "../pde/space-time.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import { converged, lastOf, solveGrid } from "./grid-solving.testing.ts";
import { newton } from "./newton.ts";

/** The value of a record of a reference file. */
function recordOf(file: { readonly records: readonly { readonly id: string; readonly value: unknown }[] }, id: string) {
  return file.records.find((record) => record.id === id)?.value;
}

describe("newton", () => {
  it("squares its residual with every step", () => {
    for (const model of [
      exactTorus(),
      congestion({ alpha: 0 }),
      congestion(),
      crowdedSegment(),
      congestion({ f: 8 }),
    ]) {
      const { trace } = converged(solveGrid(newton, model, { tolerance: 1e-12 }));
      // The last step is made no more exact than was asked for.
      const distances = trace.map(({ distance }) => distance).filter((distance) => distance > 1e-12);
      // From a tenth on: each at most a few times the square of the last.
      const rates = distances.slice(1).map((distance, k) => distance / distances[k] ** 2);
      const near = rates.filter((_, k) => distances[k] < 0.1);
      expect(near.length).toBeGreaterThanOrEqual(1);
      for (const rate of near) expect(rate).toBeLessThan(2);
    }
  });

  it("takes three steps on the exact family, as many or fewer than the record's, with the same errors", () => {
    const rows = recordOf(torus, "S9c.c1.acd_errors") as number[][];
    for (const [points, steps, errorOfValue, errorOfDensity, iterations] of rows.slice(0, 3)) {
      const model = exactTorus();
      const { candidate, trace } = solveGrid(newton, model, { points, steps, scheme: "upwind" });
      expect(trace.length - 1).toBeLessThanOrEqual(iterations);
      const { problem, flow, value } = candidate;
      const [x] = problem.grid.axes;
      let [inValue, inDensity] = [0, 0];
      problem.times.forEach((t, n) => {
        x.points.forEach((place, k) => {
          inValue = Math.max(inValue, Math.abs(value.value[n][k] - model.exactValue(t, place)));
          inDensity = Math.max(inDensity, Math.abs(flow.mass[n][k] * points - model.density(t, place)));
        });
      });
      // One scheme, written twice: its errors are the record's, to digits that no other scheme would share.
      expect(Math.abs(inValue / errorOfValue - 1)).toBeLessThan(1e-6);
      expect(Math.abs(inDensity / errorOfDensity - 1)).toBeLessThan(1e-6);
    }
  });

  it("solves its linear systems alike by products and by elimination of the whole system", () => {
    const cases = [
      compileProblem(congestion(), { points: 100, steps: 100, scheme: "central" }),
      compileProblem(trackedMean(), { points: 40, steps: 30, scheme: "central" }),
      compileProblem(trackedMean(), { points: 40, steps: 30, scheme: "upwind" }),
      compileProblem(room(), { points: 9, steps: 2, scheme: "central" }),
      compileProblem(congestion(), { points: 16, steps: 8, scheme: "upwind" }),
      compileProblem(noisyResource(), { points: 81, steps: 12, scheme: "central" }),
      compileProblem(crowdedSegment(), { points: 13, steps: 8, scheme: "central" }),
      compileProblem(room(), { points: 9, steps: 2, scheme: "upwind" }),
    ];
    for (const problem of cases) {
      const reply = firstReply(problem);
      const byProducts = newtonDirection(problem, reply, "krylov", 1e-13);
      const byElimination = newtonDirection(problem, reply, spaceTimeOf(problem, reply), 0);
      expect(byProducts.linearResidual).toBeLessThan(1e-13);
      expect(byElimination.linearResidual).toBeLessThan(1e-12);
      // Two ways from the same slopes: steps of size 0.1 to 1 agree to the tolerance of products.
      expect(flowDistance(byProducts.change, byElimination.change)).toBeLessThan(1e-12);
      expect(byProducts.products).toBeLessThan(40);
    }
    const [krylov, direct] = ["krylov", "direct"].map((linear) =>
      solveGrid(newton, congestion(), { points: 16, steps: 16, linear, tolerance: 1e-12 }),
    );
    converged(direct);
    expect(direct.trace.length).toBe(krylov.trace.length);
    expect(flowDistance(krylov.candidate.flow, direct.candidate.flow)).toBeLessThan(1e-12);
  });

  it("refuses to eliminate systems that are too large", () => {
    for (const [points, steps, what] of [
      [400, 40, "5.0e+6 entries"],
      [400, 6, "1.3e+10 products to be formed"],
    ] as const) {
      expect(() => solveGrid(newton, crowdedSegment(), { points, steps, linear: "direct" })).toThrow(
        `linear = direct: the system of ${points} points and ${steps} stages has ${what} or more, too many`,
      );
    }
  });

  it("needs a dozen products whatever the grid", () => {
    const products = [16, 32, 64].map((points) =>
      Math.max(...solveGrid(newton, congestion(), { points, steps: points }).trace.map((row) => row.linear_products)),
    );
    for (const count of products) expect(count).toBeLessThanOrEqual(products[0] + 1);
    expect(products[0]).toBeLessThanOrEqual(12);
  });

  it("follows the game down from larger viscosities where it does not arrive from afar, and says so", () => {
    const attracted = solveGrid(newton, congestion({ alpha: 0, f: -1 }));
    converged(attracted);
    expect(attracted.reason).toContain("by way of ν = 0.100, 0.400");
    expect(attracted.trace.some(({ viscosity }) => viscosity > 0.3)).toBe(true);
    expect(Math.abs(lastOf(attracted, "viscosity") - 0.1)).toBeLessThan(1e-15);
    expect(Math.abs(lastOf(attracted, "exploitability"))).toBeLessThan(1e-13);
  });

  it("does not claim an answer where players attract each other too much for the way down", () => {
    const lost = solveGrid(newton, congestion({ nu: 0.03, alpha: 0, f: -1 }), { points: 24, steps: 12 });
    expect(lost.outcome).toBe("diverged");
    expect(lost.reason).toMatch(/by way of ν = 0.03/);
    expect(lost.candidate.problem.model.volatility).toBe(congestion({ nu: 0.03 }).volatility);
  });

  it("reaches the records of congestion by refinement", () => {
    for (const [set, alpha] of [
      ["d0_alpha0", 0],
      ["d1_congestion", 1],
    ] as const) {
      const [coarse, fine] = [48, 96].map(
        (points) =>
          solveGrid(newton, congestion({ alpha }), { points, steps: points / 2, scheme: "central" }).candidate,
      );
      for (const x of [0, 0.125, 0.25, 0.5, 0.75]) {
        for (const [id, read] of [
          ["u0", (c: GridCandidate) => c.value.value[0][x * c.problem.size]],
          ["mT", (c: GridCandidate) => (c.flow.mass.at(-1)?.[x * c.problem.size] ?? Number.NaN) * c.problem.size],
        ] as const) {
          const expected = recordOf(torus, `S9d.${set}.${id}.x${x}`) as number;
          const [rough, better] = [read(coarse), read(fine)];
          // Second order: a quarter of the error is left by halving, and extrapolation takes that.
          expect(Math.abs((4 * better - rough) / 3 - expected)).toBeLessThan(2e-5);
        }
      }
    }
  });

  it("reaches the Riccati equations' tracked mean", () => {
    const errors = [48, 96].map((points) => {
      const { candidate } = solveGrid(newton, trackedMean(), { points, steps: points / 2, scheme: "central" });
      const { problem, flow, value } = candidate;
      const [{ points: x }] = problem.grid.axes;
      const cost = problem.initialMass.reduce((sum, amount, k) => sum + amount * value.value[0][k], 0);
      const last = flow.mass.at(-1) ?? new Float64Array();
      const end = last.reduce((sum, amount, k) => sum + amount * x[k], 0);
      return [
        cost - (recordOf(benchmarks, "S9a.LQmean.Eu0") as number),
        end - (recordOf(benchmarks, "S9a.LQmean.mean_T") as number),
      ];
    });
    for (const k of [0, 1]) {
      expect(Math.abs(errors[0][k])).toBeGreaterThan(3 * Math.abs(errors[1][k]));
      expect(Math.abs((4 * errors[1][k] - errors[0][k]) / 3)).toBeLessThan(1e-6);
    }
  });
});
