import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../../core/index.ts";
import { wingByKind } from "../../core/wing-by-kind.ts";
import { diffusionWing } from "../wing.ts";
import { bestResponse } from "./best-response.ts";
import type { GridCandidate } from "./candidate.ts";
import { compileProblem } from "./compile.ts";
import { fromLagrangian } from "./hamiltonians.ts";
import { incentivesOf, incentivesOfParts, noIncentives, partsOf } from "./incentives.ts";
import { restingPolicy } from "./iteration-flows.ts";
import type { DiffusionModel } from "./model.ts";
import { congestion, limit, noisyResource, planner, trackedMean } from "./models.testing.ts";
import { transportMass } from "./transport.ts";
import { fieldsWing } from "./wing.ts";

function candidateOf(model: DiffusionModel, points: number, steps: number): GridCandidate {
  const problem = compileProblem(model, { points, steps, scheme: "central" });
  const flow = transportMass(problem, restingPolicy(problem));
  const { value, policy } = bestResponse(problem, flow);
  return { kind: "grid", model, question: limit, problem, flow, value, policy };
}

describe("the wing of diffusion games", () => {
  it("certifies by numbers that tell an answer to a wrong flow from an equilibrium", () => {
    const candidate = candidateOf(congestion(), 24, 12);
    const { exploitability, consistency, residual, exactError } = fieldsWing.certify(candidate.model, limit, candidate);
    // The best response to players who rest is a bad answer to players who do as it does.
    expect(exploitability).toBeGreaterThan(1e-4);
    expect(consistency).toBeGreaterThan(0.1);
    expect(residual).toBeGreaterThan(1e-4);
    expect(exactError).toBeNull();
    const asPlanner = fieldsWing.certify(candidate.model, planner, { ...candidate, question: planner });
    expect(asPlanner).toMatchObject({ exploitability: null, consistency, exactError: null });
    expect(asPlanner.residual).toBeGreaterThan(1e-3);
  });

  it("finds no gain, no distance and no residual at the best response where nobody meets anybody", () => {
    const alone: DiffusionModel = {
      ...congestion({ alpha: 0 }),
      running: { value: (_t, x) => Math.sin(2 * Math.PI * x) },
    };
    const { policy, ...rest } = candidateOf(alone, 24, 12);
    const candidate = { ...rest, policy, flow: transportMass(rest.problem, policy) };
    const { exploitability, consistency, residual } = fieldsWing.certify(alone, limit, candidate);
    expect(Math.abs(exploitability ?? 1)).toBeLessThan(1e-14);
    expect(consistency).toBeLessThan(1e-13);
    expect(residual).toBeLessThan(1e-14);
    // A drift that is a little off costs its square.
    const wrong = {
      ...candidate,
      policy: { ...policy, rise: policy.rise.map((drifts) => drifts.map((drift) => drift + 0.01)) },
    };
    expect(fieldsWing.certify(alone, limit, wrong).exploitability).toBeCloseTo(0.5 * 0.01 ** 2 * 0.5, 8);
  });

  it("tells a selfish answer from a planner's in a plane where nothing depends on one of the axes", () => {
    const line = congestion();
    const { initial, hamiltonian } = line;
    const across = { ...line.space[0], name: "y" };
    const planes: readonly (readonly [DiffusionModel, readonly [number, number]])[] = [
      [{ ...line, space: [line.space[0], across], hamiltonian: [hamiltonian[0], hamiltonian[0]] }, [24, 5]],
      [
        {
          ...line,
          space: [line.space[0], across],
          hamiltonian: [hamiltonian[0], hamiltonian[0]],
          running: { ...line.running, value: (t, x, y, seen) => line.running.value(t, y, x, seen) },
          terminal: { value: (x, y, seen) => line.terminal.value(y, x, seen) },
          initial: (x, y) => initial(y, x),
        },
        [5, 24],
      ],
    ];
    for (const [plane, points] of planes) {
      const problem = compileProblem(plane, { points, steps: 6, scheme: "upwind" });
      const rest = transportMass(problem, restingPolicy(problem));
      const { value, policy } = bestResponse(problem, rest);
      const flow = transportMass(problem, policy);
      const candidate: GridCandidate = { kind: "grid", model: plane, question: planner, problem, flow, value, policy };
      const { residual, consistency } = fieldsWing.certify(plane, planner, candidate);
      expect(consistency).toBeLessThan(1e-13);
      expect(residual).toBeGreaterThan(3e-4);
    }
  });

  it("slopes the average cost on the sides that controls leave where they are at their end", () => {
    const bounded: DiffusionModel = {
      ...congestion(),
      hamiltonian: [
        fromLagrangian({ drift: (_t, _x, _y, a) => a, running: (_t, _x, _y, a) => 0.5 * a * a, controls: [-0.2, 0.2] }),
      ],
    };
    const candidate = { ...candidateOf(bounded, 12, 4), question: planner };
    // All go round the circle as fast as can be: none may go faster, and slower is better.
    const round = (speed: number): number | null => {
      const rise = candidate.policy.rise.map((drifts) => drifts.map(() => speed));
      return fieldsWing.certify(bounded, planner, { ...candidate, policy: { ...candidate.policy, rise } }).residual;
    };
    expect(round(0.2)).toBeGreaterThan(1e-3);
    expect(round(-0.2)).toBeGreaterThan(1e-3);
    // Beyond the ends there is no cost to slope.
    expect(round(0.3)).toBeNull();
  });

  it.each(["upwind", "central"] as const)(
    "sees that players who rest could do better, and a planner's not: %s",
    (scheme) => {
      for (const [model, points] of [
        [congestion(), 24],
        [noisyResource({ r: 0 }), 41],
      ] as const) {
        const problem = compileProblem(model, { points, steps: 12, scheme });
        const resting = restingPolicy(problem);
        const flow = transportMass(problem, resting);
        const still = { ...candidateOf(model, points, 12), problem, flow, policy: resting };
        // Waves in proportion to the drift leave all zeros as they are.
        expect(fieldsWing.certify(model, planner, still).residual).toBeGreaterThan(0.05);
        let incentives = noIncentives(problem);
        let answer = bestResponse(problem, flow);
        let assumed = flow;
        for (let round = 0; round < 60; round++) {
          answer = bestResponse(problem, assumed, incentives);
          const called = partsOf(incentivesOf(problem, assumed, answer.value, incentives));
          incentives = incentivesOfParts(
            partsOf(incentives).map((part, s) => part.map((a, k) => 0.5 * (a + called[s][k]))),
          );
          assumed = transportMass(problem, answer.policy);
        }
        const best = { ...still, flow: assumed, policy: answer.policy };
        expect(fieldsWing.certify(model, planner, best).residual).toBeLessThan(1e-7);
      }
    },
  );

  it("tells the law on axes that are no circles", () => {
    expect(fieldsWing.flow?.(congestion(), Infinity, candidateOf(congestion(), 12, 4))).toBeUndefined();
    const summary = fieldsWing.flow?.(trackedMean(), Infinity, candidateOf(trackedMean(), 191, 12));
    const [coordinate] = summary?.coordinates ?? [];
    // Players who rest: N(1, 0.04 + 0.09 t). Quantiles of cells err by their width squared.
    summary?.t.forEach((t, n) => {
      const deviation = Math.sqrt(0.04 + 0.09 * t);
      expect(coordinate.mean[n]).toBeCloseTo(1, 10);
      expect(Math.abs(coordinate.deviation[n] - deviation)).toBeLessThan(1e-3);
      [-1.6448536, -0.6744898, 0.6744898, 1.6448536].forEach((z, q) => {
        expect(Math.abs((coordinate.quantiles?.[q][n] ?? 9) - 1 - z * deviation)).toBeLessThan(2e-3);
      });
    });
    expect(coordinate.axis).toEqual({ title: "Position", symbol: "x" });
  });

  it("gives fields with their axes", () => {
    const candidate = candidateOf(noisyResource(), 41, 6);
    const arrays = fieldsWing.arrays?.(candidate.model, candidate) ?? {};
    expect(Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]))).toEqual({
      grid_density: [7, 41],
      grid_value: [7, 41],
      grid_drift_x: [6, 41],
      grid_t: [7],
      grid_x: [41],
    });
    for (const { shape, data } of Object.values(arrays)) expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
    expect(arrays["grid_density"].data[41 * 3 + 5]).toBeCloseTo(
      candidate.flow.mass[3][5] / candidate.problem.grid.weights[5],
      14,
    );
  });

  it("is one of several in its family, chosen by the model's kind", () => {
    const candidate = candidateOf(congestion(), 12, 4);
    const ours = diffusionWing.certify(congestion(), meanFieldEquilibrium, candidate);
    expect(ours).toEqual(fieldsWing.certify(congestion(), meanFieldEquilibrium, candidate));
    const other = { ...congestion(), kind: "aggregate" };
    expect(() => wingByKind("diffusion", {}).certify(other, limit, candidate)).toThrow(/no wing .* of kind aggregate/);
    expect(diffusionWing.arrays?.({ family: "diffusion", kind: "exhaustible" }, {})).toEqual({});
  });
});
