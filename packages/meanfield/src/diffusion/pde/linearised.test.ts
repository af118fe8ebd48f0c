import { describe, expect, it } from "vitest";
import { smallGenerator } from "../../numeric/small-generator.testing.ts";
import { bestResponse } from "./best-response.ts";
import { compileProblem } from "./compile.ts";
import { restingFlow } from "./iteration.ts";
import { inducedStageByStage, linearise } from "./linearised.ts";
import type { DiffusionModel } from "./model.ts";
import { congestion, crowdedSegment, exactTorus, noisyResource, room, trackedMean } from "./models.testing.ts";
import type { GridFlow, Scheme } from "./problem.ts";
import { seenOf } from "./seen.ts";
import { transportMass } from "./transport.ts";

/**
 * The largest distance between the derivative of what a flow induces, in a random direction, and its central difference,
 * relative to the largest entry; and that entry.
 */
function mismatch(model: DiffusionModel, scheme: Scheme, step: number): readonly [error: number, size: number] {
  const plane = model.space.length === 2;
  const problem = compileProblem(model, { points: plane ? 9 : 41, steps: plane ? 4 : 12, scheme });
  const start = restingFlow(problem);
  // Away from where nobody moves, so that all terms count.
  const flow = transportMass(problem, bestResponse(problem, start).policy);
  const next = smallGenerator(11);
  const direction: GridFlow = {
    mass: flow.mass.map((values) => values.map((value) => value * (next() - 0.5))),
    aggregates: flow.aggregates.map((values) => values.map(() => next() - 0.5)),
  };
  const moved = (share: number): GridFlow => ({
    mass: flow.mass.map((values, s) => values.map((value, i) => value + share * direction.mass[s][i])),
    aggregates: flow.aggregates.map((values, s) =>
      values.map((value, k) => value + share * direction.aggregates[s][k]),
    ),
  });
  const at = (share: number): GridFlow => transportMass(problem, bestResponse(problem, moved(share)).policy);
  const response = bestResponse(problem, flow);
  const linear = linearise(problem, flow, response, transportMass(problem, response.policy));
  const exact = linear.induced(seenOf(problem, linear.layout, direction));
  const [plus, minus] = [at(step), at(-step)];
  let error = 0;
  let size = 0;
  for (const part of ["mass", "aggregates"] as const) {
    exact[part].forEach((values, s) => {
      values.forEach((value, i) => {
        const quotient = (plus[part][s][i] - minus[part][s][i]) / (2 * step);
        error = Math.max(error, Math.abs(value - quotient));
        size = Math.max(size, Math.abs(quotient));
      });
    });
  }
  return [error / size, size];
}

describe("linearise", () => {
  const cases: readonly (readonly [name: string, model: DiffusionModel])[] = [
    ["a running cost of the density, on a circle", exactTorus()],
    ["a Hamiltonian of the density", congestion()],
    ["a Hamiltonian of the mean control, absorption and discount", noisyResource()],
    ["costs of the mean, terminal ones too, on an open line", trackedMean()],
    ["a kernel, reflecting ends, a terminal cost of the density", crowdedSegment()],
    ["everything at once, in the plane, with a wall and an exit", room()],
  ];
  for (const [name, model] of cases) {
    for (const scheme of ["upwind", "central"] as const) {
      it(`differentiates the answer to a flow: ${name}, ${scheme}`, () => {
        const [error, size] = mismatch(model, scheme, 1e-4);
        expect(size).toBeGreaterThan(1e-4);
        // Central differences: h² of the third derivative, and rounding / h.
        expect(error).toBeLessThan(2e-7);
      });
    }
  }

  const means = [
    { name: "along", state: (_t: number, x: number) => x },
    { name: "height", state: (_t: number, _x: number, y: number) => y },
  ];
  const swept: readonly (readonly [name: string, model: DiffusionModel])[] = [
    ["a Hamiltonian of the density", congestion()],
    ["a kernel, reflecting ends, a terminal cost of the density", crowdedSegment()],
    ["the plane, with a wall, exits and discount, and means for aggregates", { ...room(), aggregates: means }],
  ];
  for (const [name, model] of swept) {
    for (const scheme of ["upwind", "central"] as const) {
      it(`gives by compiled sweeps what it gives stage by stage: ${name}, ${scheme}`, () => {
        const plane = model.space.length === 2;
        const problem = compileProblem(model, { points: plane ? 9 : 42, steps: plane ? 4 : 12, scheme });
        const flow = transportMass(problem, bestResponse(problem, restingFlow(problem)).policy);
        const response = bestResponse(problem, flow);
        const induced = transportMass(problem, response.policy);
        const { layout, induced: compiled } = linearise(problem, flow, response, induced);
        const next = smallGenerator(12);
        const seen = Float64Array.from({ length: layout.size }, () => next() - 0.5);
        const plain = inducedStageByStage(problem, flow, response, induced, layout)(seen);
        // The second of two products in the same arrays: nothing of the first is left.
        compiled(seen.map((amount) => 3 * amount));
        const { mass, aggregates } = compiled(seen);
        const largest = Math.max(...plain.mass.map((values) => Math.max(...values.map(Math.abs))));
        expect(largest).toBeGreaterThan(1e-3);
        const apart = plain.mass.map((values, s) =>
          Math.max(...values.map((value, k) => Math.abs(value - mass[s][k]))),
        );
        plain.aggregates.forEach((values, s) => values.forEach((z, n) => apart.push(Math.abs(z - aggregates[s][n]))));
        // Sums of the same terms in another order.
        expect(Math.max(...apart)).toBeLessThan(1e-13 * largest);
      });
    }
  }
});
