/** Particle Picard against formulas and against grids: its errors in particles, in steps and in rounds. */

import { describe, expect, it } from "vitest";
import { RefusalError, run } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { gaussianBenchmark } from "../games/gaussian-benchmark.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import { certifyFields } from "../pde/certify.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { congestion, limit, noisyResource, planner, room } from "../pde/models.testing.ts";
import { readingsOf } from "../pde/quantities.ts";
import { newton } from "./newton.ts";
import { particlePicardFields } from "./particle-picard.ts";

const solve = (model: DiffusionModel, options: Record<string, unknown>, maximumIterations = 60) =>
  run(particlePicardFields, model, limit, particlePicardFields.options.parse(options), { maximumIterations });

/** Set 1A of the systemic-risk records as a game of fields. */
const banks = () => {
  const { parameters, presets, build } = gaussianBenchmark;
  return build(parameters.parse(presets?.["systemic-risk"].parameters));
};
/** Records S1.A: η(0) of the scalar Riccati equation, and the cost. */
const ETA = 0.6047945935176;
const COST = 0.0377342711761;
/** −∂α/∂x at time 0, of the drift a (m − x) + α. */
const etaOf = ({ candidate }: ReturnType<typeof solve>): number =>
  -(candidate.drift(0, 0, 1.2, 0) - candidate.drift(0, 0, 0.8, 0)) / 0.4 - 0.5;

describe("against the scalar Riccati equation", () => {
  it("the error falls with the step, and extrapolation takes it away", () => {
    const steps = [8, 16, 32];
    const plain = steps.map((count) =>
      Math.abs(etaOf(solve(banks(), { particles: 600, steps: count, extrapolate: "no", cells: 8 })) - ETA),
    );
    const { slope } = logLogSlope(steps, plain);
    expect(slope).toBeGreaterThan(-1.2);
    expect(slope).toBeLessThan(-0.9);
    const better = solve(banks(), { particles: 600, steps: 32, cells: 8 });
    expect(better.outcome).toBe("converged");
    // What is left is of the order of the step's square: 1e-3 against 1e-2.
    expect(Math.abs(etaOf(better) - ETA)).toBeLessThan(0.1 * plain[2]);
    const { cost, cost_standard_error: error } = better.trace[better.trace.length - 1];
    expect(Math.abs(cost - COST)).toBeLessThan(4 * error);
  });

  it("rounds are a contraction without chance", () => {
    const { trace } = solve(banks(), { particles: 200, steps: 8, cells: 6, extrapolate: "no", tolerance: 1e-5 });
    const changes = trace.map((row) => row.adjoint_change);
    for (let k = 1; k < changes.length; k++) expect(changes[k]).toBeLessThan(0.5 * changes[k - 1]);
    expect(changes[changes.length - 1]).toBeLessThan(1e-6);
  });
});

describe("against grids", () => {
  it("the noisy resource: means of output, who is left, and the value of all by exploitability", () => {
    const model = noisyResource();
    const grid = run(newton, model, limit, newton.options.parse({ points: 161, steps: 40 }), {});
    const { outcome, candidate, trace } = solve(model, { particles: 2000, steps: 20, cells: 20 });
    expect(outcome).toBe("converged");
    const [ours, theirs] = [readingsOf(candidate), readingsOf(grid.candidate)];
    const { mean_drift_standard_error: error, cost, cost_standard_error: costError } = trace[trace.length - 1];
    for (const t of [0, 0.7, 1.5, 2.3]) {
      expect(Math.abs(ours.aggregate(0, t) - theirs.aggregate(0, t))).toBeLessThan(3 * error);
      const left = theirs.moment(() => 1, t);
      // Of left of them chance moves √(left (1 − left)/particles), and steps as much as 0.003.
      const chance = Math.sqrt((left * (1 - left)) / 2000);
      expect(Math.abs(ours.moment(() => 1, t) - left)).toBeLessThan(4 * chance + 0.003);
    }
    expect(Math.abs(cost - theirs.cost())).toBeLessThan(4 * costError + 5e-4);
    const { exploitability, residual } = certifyFields(model, limit, candidate);
    expect(exploitability).toBeGreaterThan(0);
    expect(exploitability).toBeLessThan(2e-4);
    expect(residual).toBeNull();
  });

  it("errors fall with the root of the number of particles", () => {
    const model = noisyResource();
    const outputs = (particles: number): number =>
      Math.sqrt(
        meanWithError(
          Array.from({ length: 10 }, (_, seed) =>
            readingsOf(solve(model, { particles, steps: 8, extrapolate: "no", cells: 12, seed }, 4).candidate).moment(
              () => 1,
              1.5,
            ),
          ),
        ).variance,
      );
    const counts = [100, 400, 1600];
    const { slope } = logLogSlope(counts, counts.map(outputs));
    // Ten seeds know a deviation to a quarter: a slope over a factor of 16 to 0.12.
    expect(Math.abs(slope + 0.5)).toBeLessThan(0.3);
  });

  it("congestion, where the density slows players down", () => {
    const model = congestion();
    const grid = run(newton, model, limit, newton.options.parse({ points: 64, steps: 64, scheme: "central" }), {});
    const { outcome, candidate } = solve(model, { particles: 3000, steps: 40, damping: 0.8, cells: 12 });
    expect(outcome).toBe("converged");
    const [ours, theirs] = [readingsOf(candidate), readingsOf(grid.candidate)];
    let [error, size, count] = [0, 0, 0];
    for (const t of [0, 0.1, 0.2, 0.3, 0.4]) {
      for (let x = 0; x < 1; x += 0.05) {
        error += (ours.drift(0, t, x, 0) - theirs.drift(0, t, x, 0)) ** 2;
        size += theirs.drift(0, t, x, 0) ** 2;
        count++;
      }
    }
    // The density is known to some 4 per cent.
    expect(Math.sqrt(error / size)).toBeLessThan(0.05);
    expect(Math.abs(ours.cost() - theirs.cost())).toBeLessThan(5e-3);
  });

  it("two games at once in the plane are each as on its line", () => {
    const wave = (x: number): number => 0.3 * Math.cos(2 * Math.PI * x);
    const line = (ends: "periodic" | "reflecting"): DiffusionModel => ({
      ...congestion(),
      space: [{ name: "x", low: 0, high: 1, ends: ends === "periodic" ? ends : [{ kind: ends }, { kind: ends }] }],
      hamiltonian: [quadraticHamiltonian()],
      running: { value: (_t, x) => wave(x) },
      terminal: { value: (x) => -wave(x) },
    });
    const [circle, segment] = [line("periodic"), line("reflecting")];
    const grids = [circle, segment].map((model) =>
      readingsOf(
        run(newton, model, limit, newton.options.parse({ points: 65, steps: 64, scheme: "central" }), {}).candidate,
      ),
    );
    const model: DiffusionModel = {
      ...circle,
      space: [circle.space[0], { ...segment.space[0], name: "y" }],
      hamiltonian: [quadraticHamiltonian(), quadraticHamiltonian()],
      running: { value: (_t, x, y) => wave(x) + wave(y) },
      terminal: { value: (x, y) => -wave(x) - wave(y) },
      initial: (x, y) => circle.initial(x, 0) * segment.initial(y, 0),
    };
    const { outcome, candidate } = solve(model, { particles: 1000, steps: 16, cells: 6 });
    expect(outcome).toBe("converged");
    for (const axis of [0, 1] as const) {
      let [error, size] = [0, 0];
      for (const t of [0.05, 0.25]) {
        for (let x = 0.05; x < 1; x += 0.1) {
          for (let y = 0.05; y < 1; y += 0.1) {
            const wanted = grids[axis].drift(0, t, axis === 0 ? x : y, 0);
            error += (candidate.drift(axis, t, x, y) - wanted) ** 2;
            size += wanted ** 2;
          }
        }
      }
      // Nobody sees anybody, so that there is little chance: splines and steps leave 4 to 5 per cent, whatever the seed.
      expect(Math.sqrt(error / size)).toBeLessThan(0.08);
    }
  });
});

describe("what it does not do", () => {
  it("refuses walls, planners and finitely many players", () => {
    const { refuses } = particlePicardFields;
    expect(refuses(room(), limit)).toMatch(/two sides of a wall/);
    expect(refuses(banks(), planner)).toMatch(/not to the planner's optimum/);
    expect(refuses(banks(), { ...limit, players: 10 })).toMatch(/only in the limit/);
    expect(refuses({ ...banks(), horizon: Infinity }, limit)).toMatch(/averages over all time/);
    expect(refuses(banks(), limit)).toBeUndefined();
  });

  it("says that gradients grow without bound, and keeps the calmest round", () => {
    // Banks who pay a thousand times the final distance: a quarter of the horizon is far too long a step.
    const hasty: DiffusionModel = { ...banks(), terminal: { value: (x) => 1000 * x * x } };
    const { outcome, reason, candidate } = solve(hasty, { particles: 200, steps: 4, cells: 6 });
    expect(outcome).toBe("diverged");
    expect(reason).toMatch(/grow without bound: .*more steps/);
    expect(Number.isFinite(candidate.drift(0, 0, 1, 0))).toBe(true);
    expect(Number.isFinite(candidate.particles[4][7])).toBe(true);
  });

  it("names options that do not fit each other", () => {
    expect(() => solve(banks(), { particles: 101 })).toThrow(/even number/);
    expect(() => solve(banks(), { steps: 9 })).toThrow(/even number/);
    expect(() => solve(banks(), { cells: 3 })).toThrow(/at least 4/);
    expect(() => solve(banks(), { particles: 1_000_000, steps: 1000 })).toThrow(/fewer steps/);
    expect(() => solve({ ...banks(), horizon: Infinity }, {})).toThrow(RefusalError);
  });

  it("gives the same numbers for the same seed, and others for another", () => {
    const options = { particles: 200, steps: 4, cells: 6, extrapolate: "no" };
    const drift = (seed: number): number => solve(banks(), { ...options, seed }, 2).candidate.drift(0, 0.1, 1.1, 0);
    expect(drift(3)).toBe(drift(3));
    expect(drift(3)).not.toBe(drift(4));
  });
});
