import { describe, expect, it } from "vitest";
import { bestResponse } from "./best-response.ts";
import { boundsViolated } from "./bounds.ts";
import type { GridCandidate } from "./candidate.ts";
import { compileProblem } from "./compile.ts";
import { limit, congestion, crowdedSegment, exactTorus, noisyResource } from "./models.testing.ts";
import type { DiffusionModel } from "./model.ts";
import type { Scheme } from "./problem.ts";
import { restingPolicy } from "./iteration-flows.ts";
import { transportMass } from "./transport.ts";

/** A best response to the flow of players who rest. */
function candidateOf(model: DiffusionModel, scheme: Scheme): GridCandidate {
  const { points, steps } = model.mesh;
  const problem = compileProblem(model, { points, steps, scheme, grading: 1.5 });
  const flow = transportMass(problem, restingPolicy(problem));
  const { value, policy } = bestResponse(problem, flow);
  return { kind: "grid", model, question: limit, problem, flow, value, policy };
}

const candidate = candidateOf(congestion(), "upwind");
const central = candidateOf(congestion(), "central");
const pushed = (at: GridCandidate, level: number, k: number, by: number): GridCandidate => ({
  ...at,
  value: { value: at.value.value.map((u, s) => (s === level ? u.map((each, i) => (i === k ? each + by : each)) : u)) },
});
const carried = (at: GridCandidate, from: number, to: number, amount: number): GridCandidate => ({
  ...at,
  flow: {
    ...at.flow,
    mass: at.flow.mass.map((m, s) =>
      s < 3 ? m : m.map((each, i) => each - (i === from ? amount : 0) + (i === to ? amount : 0)),
    ),
  },
});

describe("boundsViolated", () => {
  it.each([
    ["a circle", exactTorus()],
    ["congestion", congestion()],
    ["reserves that run out", noisyResource()],
    ["a segment", crowdedSegment()],
  ])("lets %s pass, by both schemes", (_name, model) => {
    for (const scheme of ["upwind", "central"] as const)
      expect(boundsViolated(candidateOf(model, scheme))).toBeUndefined();
  });

  it("is met with equality by costs that are the same everywhere", () => {
    // u = 2 + 3 (T − t) exactly: one rounding more and it would be refused.
    const even = { ...congestion(), running: { value: () => 3 }, terminal: { value: () => 2 } };
    expect(boundsViolated(candidateOf(even, "upwind"))).toBeUndefined();
    expect(boundsViolated(pushed(candidateOf(even, "upwind"), 0, 4, 1e-6))).toMatch(
      /^the value 3\.5 .* is impossible: costs bound it to \[3\.5, 3\.5\]$/,
    );
  });

  it("finds values that no cost allows, and those that miss their equation", () => {
    expect(boundsViolated(pushed(candidate, 5, 2, -750))).toMatch(
      /^the value -749\.\d at x = 0\.0625, t = 0\.\d+ is impossible/,
    );
    expect(boundsViolated(pushed(central, 5, 2, -750))).toMatch(/take more points and steps, or scheme = upwind$/);
    expect(boundsViolated(pushed(candidate, 5, 2, 1e-6))).toMatch(
      /^the value misses the equation of a time step by 0\.00000\d+$/,
    );
    expect(boundsViolated(pushed(candidate, 5, 2, Number.NaN))).toBe("values or masses are not finite numbers");
  });

  it("finds mass that is lost or negative", () => {
    expect(boundsViolated(carried(candidate, 3, -1, 1e-6))).toMatch(/^mass is not conserved: 0\.99999/);
    expect(boundsViolated(carried(candidate, 16, 0, 0.5))).toMatch(/^the density is negative: mass -/);
    expect(boundsViolated(carried(central, 16, 0, 0.5))).toMatch(
      /too coarse for central differences; take more points, or scheme = upwind$/,
    );
    const planner: GridCandidate = { ...carried(candidate, 16, 0, 0.5), question: { ...limit, concept: "planner" } };
    expect(boundsViolated(planner)).toMatch(/^the density is negative/);
    // A mixture of flows that is known to be as near to the one induced as that may be negative by as much, and no more.
    expect(boundsViolated(planner, 0.51)).toBeUndefined();
    expect(boundsViolated(planner, 0.4)).toMatch(/^the density is negative: mass -/);
    // What a policy induces is negative only where its own rates are.
    const backwards = { rise: candidate.policy.rise.map((drift) => drift.map(() => -9)), fall: candidate.policy.fall };
    expect(boundsViolated({ ...planner, policy: backwards }, 2)).toMatch(/^the density is negative: mass -/);
  });
});
