import { describe, expect, it } from "vitest";
import type { Matrix } from "../../numeric/matrix.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import type { MomentLaw } from "../candidate.ts";
import {
  dissipationAt,
  entropyAt,
  freeEnergyAt,
  freeEnergyRate,
  meanAt,
  stationaryEntropy,
  stationaryMoments,
  varianceAt,
} from "../closed-forms/noisy.ts";
import { among, ask, limit, params, record, recordsOf, solved } from "../records.testing.ts";
import { fokkerPlanckGrid } from "../solvers/fokker-planck-grid.ts";
import { momentSystem } from "../solvers/moment-system.ts";
import { networkWing } from "../wing.ts";
import { noisyNeuron } from "./noisy-neuron.ts";

const neuron = params["T3A"] as unknown as Parameters<typeof meanAt>[0];
const t = (id: string): number => Number(/\.t([\d.]+)$/.exec(id)?.[1]);

describe("noisy neurons", () => {
  it("have the records' mean, variance and free energy, by moments and in closed form", () => {
    const { measured, exact } = solved(noisyNeuron, momentSystem);
    for (const [name, pattern] of [
      ["mean", /^S7\.T3A\.mean\./],
      ["variance", /^S7\.T3A\.var\./],
      ["free_energy", /^S7\.T3A\.free_energy\.t/],
    ] as const) {
      for (const { id, value, suggested_tol = 0 } of recordsOf(pattern)) {
        expect(Math.abs(ask(exact, name, t(id)) - Number(value))).toBeLessThan(suggested_tol);
        // The integrator keeps 1e-12 relative to each step.
        expect(Math.abs(ask(measured, name, t(id)) - Number(value))).toBeLessThan(5e-12);
      }
    }
    const { value, suggested_tol = 0 } = record("S7.T3A.free_energy.inf");
    expect(Math.abs(ask(exact, "stationary_free_energy") - Number(value))).toBeLessThan(suggested_tol);
  });

  it("may all begin alike, without a free energy then, which is infinite at first", () => {
    const { measured, exact } = solved(noisyNeuron, momentSystem, { v0: 0 });
    for (const quantities of [measured, exact]) {
      expect(ask(quantities, "variance", 0)).toBe(0);
      expect(Math.abs(ask(quantities, "variance", 1) - varianceAt({ ...neuron, v0: 0 }, 1))).toBeLessThan(5e-12);
      expect(Object.keys(quantities)).not.toContain("free_energy");
      expect(Object.keys(quantities)).not.toContain("dissipation");
    }
  });

  it("lose as much free energy as they dissipate", () => {
    const { measured, exact } = solved(noisyNeuron, momentSystem);
    const { value, suggested_tol = 0 } = record("S7.T3A.dissipation.t1");
    expect(Math.abs(ask(exact, "dissipation", 1) - Number(value))).toBeLessThan(suggested_tol);
    for (const at of [0, 0.3, 1, 2]) {
      // E|∂δF/δρ|² of the law that was found, the same in closed form, and −dF/dt by the chain rule.
      const loss = ask(measured, "dissipation", at);
      expect(Math.abs(loss - dissipationAt(neuron, meanAt(neuron, at), varianceAt(neuron, at)))).toBeLessThan(1e-10);
      expect(Math.abs(loss + freeEnergyRate(neuron, at))).toBeLessThan(1e-10);
    }
    const h = 1e-4;
    const F = (at: number): number => freeEnergyAt(neuron, meanAt(neuron, at), varianceAt(neuron, at));
    expect(Math.abs((F(1 + h) - F(1 - h)) / (2 * h) - freeEnergyRate(neuron, 1))).toBeLessThan(1e-7);
  });

  it("have the records' entropies among N", () => {
    for (const { value, args, suggested_tol = 0 } of recordsOf(/^S7\.T3A\.KL_stationary\./)) {
      const [N, k] = [Number(args?.["N"]), Number(args?.["k"])];
      const found = stationaryEntropy(neuron, N, k);
      expect(Math.abs(found - Number(value))).toBeLessThan(suggested_tol);
      expect(Math.abs(found * (N / k) ** 2 - Number(args?.["KL*(N/k)^2"]))).toBeLessThan(1e-10);
      // Time goes on.
      expect(Math.abs(entropyAt(neuron, N, k, 40) - found)).toBeLessThan(1e-12);
    }
    expect(entropyAt(neuron, 10, 1, 0)).toBe(0);
  });

  it("rest in the law that no free energy is lost in", () => {
    expect(dissipationAt(neuron, ...stationaryMoments(neuron))).toBeLessThan(1e-30);
  });

  it("are certified, also among N, where two neurons follow their own equations", () => {
    for (const question of [limit, among(2), among(10)]) {
      const { candidate, measured, exact } = solved(noisyNeuron, momentSystem, {}, question);
      const { consistency, residual, exploitability } = networkWing.certify(candidate.model, question, candidate);
      expect(exploitability).toBeNull();
      expect(consistency).toBeLessThan(1e-9);
      expect(residual).toBeLessThan(1e-9);
      for (const name of ["mean", "variance", "loss"]) {
        for (const at of [0, 0.7, 2]) {
          expect(Math.abs(ask(measured, name, at) - ask(exact, name, at))).toBeLessThan(1e-11);
        }
      }
    }
  });

  it("are certified as bad where the variance is wrong", () => {
    const { candidate } = solved(noisyNeuron, momentSystem, {}, among(5));
    const law = candidate.law as MomentLaw;
    const worse = { ...law, at: (time: number) => ({ ...law.at(time), covariance: scaled(law.at(time).covariance) }) };
    const wrong = { ...candidate, law: worse };
    expect(networkWing.certify(candidate.model, among(5), wrong).residual).toBeGreaterThan(1e-3);
  });
});

describe("the Fokker–Planck equation on a grid", () => {
  const solutions = [200, 400, 800].map((cells) =>
    solved(noisyNeuron, fokkerPlanckGrid, {}, limit, { cells, steps: cells / 2, reach: 7 }),
  );

  it("keeps mass to rounding and shares positive", () => {
    for (const { candidate } of solutions) {
      const { law } = candidate;
      const shares = law.kind === "density" ? law.at(2) : new Float64Array(0);
      expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThan(1e-12);
      expect(Math.min(...shares)).toBeGreaterThan(-1e-15);
    }
  });

  it.each(["mean", "variance", "free_energy", "dissipation"])("has %s with errors of second order", (name) => {
    const errors = solutions.map(({ measured, exact }) => Math.abs(ask(measured, name, 1) - ask(exact, name, 1)));
    // From the second halving on: the coarsest grid fits its fluxes exponentially where mass still is.
    const order = Math.log2(errors[1] / errors[2]);
    expect(order).toBeGreaterThan(1.9);
    expect(order).toBeLessThan(2.1);
    expect(errors[2]).toBeLessThan(2e-4);
  });

  it("has an order between its ends by regression, too", () => {
    const errors = solutions
      .slice(1)
      .concat(solved(noisyNeuron, fokkerPlanckGrid, {}, limit, { cells: 1600, steps: 800, reach: 7 }))
      .map(({ measured, exact }) => Math.abs(ask(measured, "variance", 2) - ask(exact, "variance", 2)));
    const { low, high, slope } = logLogSlope([400, 800, 1600], errors);
    expect(slope).toBeLessThan(-1.95);
    expect(low).toBeLessThan(-2);
    expect(high).toBeGreaterThan(-2.05);
  });

  it("loses free energy in every step", () => {
    const { candidate, measured } = solutions[1];
    let before = Infinity;
    for (const at of candidate.mesh) {
      const F = ask(measured, "free_energy", at);
      expect(F).toBeLessThan(before);
      before = F;
    }
  });

  it("widens its line until no mass reaches the ends", () => {
    const narrow = solved(noisyNeuron, fokkerPlanckGrid, {}, limit, { cells: 400, steps: 100, reach: 2 });
    expect(Math.abs(ask(narrow.measured, "mean", 2) - meanAt(neuron, 2))).toBeLessThan(1e-3);
  });

  it("is certified by linear neurons in its field", () => {
    const { candidate } = solutions[2];
    expect(networkWing.certify(candidate.model, limit, candidate).consistency).toBeLessThan(1e-4);
  });
});

function scaled(covariance: Matrix): Matrix {
  return { ...covariance, data: covariance.data.map((value) => 1.1 * value) };
}
