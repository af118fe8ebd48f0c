import { describe, expect, it } from "vitest";
import { iterate, meanFieldEquilibrium, parseParameters } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { flowDistance } from "../pde/iteration-flows.ts";
import { fromLagrangian } from "../pde/hamiltonians.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { congestion, crowdedSegment, exactTorus, noisyResource, room, trackedMean } from "../pde/models.testing.ts";
import { gridFictitiousPlay } from "./grid-fictitious-play.ts";
import { gridPicard } from "./grid-picard.ts";
import { gridPlanner } from "./grid-planner.ts";
import { converged, lastOf, solveGrid, valueDistance } from "./grid-solving.testing.ts";
import { newton } from "./newton.ts";
import { policyIteration } from "./policy-iteration.ts";

const games: readonly (readonly [name: string, model: DiffusionModel])[] = [
  ["an exact family on the circle", exactTorus()],
  ["congestion", congestion()],
  ["a market of noisy reserves", noisyResource()],
  ["a tracked mean on an open line", trackedMean()],
  ["a crowd seen through a kernel", crowdedSegment({ dislike: 0.05 })],
  ["a room with a pillar, a door and an exit", room()],
];

describe("solvers of games on grids", () => {
  for (const [name, model] of games) {
    it(`find one equilibrium of ${name}, by methods that share little`, () => {
      const exact = converged(solveGrid(newton, model, { tolerance: 1e-12 }));
      const others = [
        solveGrid(gridPicard, model, { tolerance: 1e-10 }),
        solveGrid(gridPicard, model, { tolerance: 1e-10, damping: 0.7 }),
        solveGrid(gridPicard, model, { tolerance: 1e-10, memory: 5 }),
        solveGrid(policyIteration, model, { tolerance: 1e-10 }),
      ];
      for (const outcome of others.map(converged)) {
        // At most the tolerance over one less the rate of contraction, which is below 0.6 here.
        expect(flowDistance(outcome.candidate.flow, exact.candidate.flow)).toBeLessThan(1e-9);
        expect(valueDistance(outcome.candidate, exact.candidate)).toBeLessThan(2e-9);
        // Costs are of order 1, summed over some dozens of steps.
        expect(Math.abs(lastOf(outcome, "exploitability"))).toBeLessThan(1e-13);
        expect(lastOf(outcome, "mass")).toBeLessThan(1e-14);
      }
    });

    it(`come close to that of ${name} by averages of the past`, () => {
      const { candidate } = solveGrid(newton, model);
      for (const outcome of [
        converged(solveGrid(gridFictitiousPlay, model)),
        converged(solveGrid(policyIteration, model, { smoothing: "linear", tolerance: 1e-3 })),
      ]) {
        expect(flowDistance(outcome.candidate.flow, candidate.flow)).toBeLessThan(2e-3);
        // The loss is of second order in the distance.
        expect(lastOf(outcome, "exploitability")).toBeGreaterThan(-1e-15);
        expect(lastOf(outcome, "exploitability")).toBeLessThan(1e-4);
      }
    });
  }

  it("find one equilibrium of players whom a kink in the cost of controls keeps still", () => {
    const reluctant = fromLagrangian({
      drift: (_t, _x, _y, a) => a,
      running: (_t, _x, _y, a) => 0.3 * Math.abs(a) + 0.5 * a * a,
      controls: [-1, 1],
    });
    const options = { points: 24, steps: 10 };
    const model: DiffusionModel = { ...congestion({ alpha: 0 }), hamiltonian: [reluctant] };
    const exact = converged(solveGrid(newton, model, options));
    const plain = converged(solveGrid(gridPicard, model, { ...options, tolerance: 1e-9 }));
    expect(flowDistance(plain.candidate.flow, exact.candidate.flow)).toBeLessThan(1e-8);
    // Many do not move: most, and not all.
    const drifts = exact.candidate.policy.rise.flatMap((rise, s) =>
      [...rise].map((each, k) => Math.max(each, exact.candidate.policy.fall[s][k])),
    );
    const still = drifts.filter((each) => each <= 1e-12).length / drifts.length;
    expect(still).toBeGreaterThan(0.1);
    expect(still).toBeLessThan(0.9);
    // Where players are sharp about crowds, controls close to the kink must be known as exactly as others.
    const sharp = { ...congestion({ alpha: 0, nu: 0.01, f: 2, T: 1 }), hamiltonian: [reluctant] } as const;
    expect(solveGrid(newton, sharp, { points: 40, steps: 20 }).outcome).toBe("converged");
  });

  it("never take rounds that swing for an answer", () => {
    const strong = congestion({ alpha: 0, f: 8 });
    for (const outcome of [
      solveGrid(gridPicard, strong),
      solveGrid(gridPicard, strong, { damping: 0.5 }),
      solveGrid(policyIteration, strong),
    ]) {
      expect(outcome.outcome).toBe("diverged");
      expect(outcome.reason).toMatch(/no progress in 60 iterations: .* stay .* apart; exploitability/);
      expect(lastOf(outcome, "distance")).toBeGreaterThan(0.5);
    }
    const exact = solveGrid(newton, strong);
    const mixed = converged(solveGrid(gridPicard, strong, { memory: 8, damping: 0.5 }));
    expect(flowDistance(mixed.candidate.flow, exact.candidate.flow)).toBeLessThan(1e-8);
    const played = converged(solveGrid(gridFictitiousPlay, strong));
    expect(flowDistance(played.candidate.flow, exact.candidate.flow)).toBeLessThan(2e-3);
  });

  it("do not call converged what central differences push below zero", () => {
    // Strong drifts on few points: cells are wide against ν.
    const sharp = {
      ...congestion({ nu: 0.002, alpha: 0, f: 0.1 }),
      mesh: { points: 24, steps: 24, scheme: "central" as const },
    };
    const outcome = solveGrid(newton, sharp);
    expect(outcome.outcome).toBe("diverged");
    expect(outcome.reason).toMatch(/density is negative.*the grid is too coarse for central/);
    expect(solveGrid(newton, sharp, { scheme: "upwind" }).outcome).toBe("converged");
  });

  it("average by the weights that are asked for", () => {
    const model = congestion();
    const flows = (weights: string): number[] => {
      const steps = iterate(
        gridFictitiousPlay,
        model,
        meanFieldEquilibrium,
        parseParameters(gridFictitiousPlay.options, { weights }),
      );
      const distances: number[] = [];
      for (let k = 0; k < 4; k++) {
        const next = steps.next();
        if (next.done !== true) distances.push(next.value.metrics.distance);
      }
      return distances;
    };
    const [uniform, linear] = [flows("uniform"), flows("linear")];
    // After the first answer both are at it; then 1/2 and 2/3 of the next are taken.
    expect(uniform.slice(0, 2)).toEqual(linear.slice(0, 2));
    expect(uniform[2]).not.toBe(linear[2]);
  });

  it("refuse what is not theirs in one line", () => {
    const model = congestion();
    const many: Question = { concept: "nash", players: 10, information: "feedback" };
    const planned: Question = { ...meanFieldEquilibrium, concept: "planner" };
    const ergodic = { ...model, horizon: Infinity };
    for (const solver of [newton, gridPicard, gridFictitiousPlay, policyIteration]) {
      expect(solver.refuses(model, meanFieldEquilibrium)).toBeUndefined();
      expect(solver.refuses(model, many)).toMatch(/players = 10/);
      expect(solver.refuses(model, planned)).toMatch(/planner/);
      expect(solver.refuses(ergodic, meanFieldEquilibrium)).toMatch(/horizon = Infinity/);
    }
    expect(gridPlanner.refuses(model, planned)).toBeUndefined();
    expect(gridPlanner.refuses(model, meanFieldEquilibrium)).toMatch(/not an equilibrium/);
    expect(() => solveGrid(newton, model, {}, planned)).toThrow("planner's optimum");
  });
});
