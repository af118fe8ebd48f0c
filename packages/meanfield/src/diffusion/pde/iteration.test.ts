import { describe, expect, it } from "vitest";
import type { Question } from "../../core/index.ts";
import { SingularMatrixError } from "../../numeric/lu.ts";
import type { GridCandidate } from "./candidate.ts";
import { compileProblem } from "./compile.ts";
import { flowDistance, joined, massFault, mixFlows, parted } from "./iteration-flows.ts";
import { assess, attempt, judgeOf, replyCandidate, replyTo, restingFlow } from "./iteration.ts";
import { congestion, noisyResource } from "./models.testing.ts";
import type { GridFlow } from "./problem.ts";
import { bestResponse } from "./best-response.ts";
import { transportMass } from "./transport.ts";

const question: Question = { concept: "nash", players: Infinity, information: "feedback" };
const problem = compileProblem(congestion(), { points: 12, steps: 4, scheme: "upwind" });
const flow = restingFlow(problem);
const settings = { tolerance: 1e-8, patience: 3, advice: "try something else" };
const metrics = { exploitability: 0, distance: 0, residual: 1e-15, mass: 1e-15, cost: 1 };
const right = (): GridCandidate => replyCandidate(problem, question, replyTo(problem, flow));

function moved(by: number, into: GridFlow = flow): GridFlow {
  return { ...into, mass: into.mass.map((values) => values.map((value, k) => (k === 0 ? value + by : value))) };
}

describe("judgeOf", () => {
  it("asks for exploitability and distance both", () => {
    const judge = judgeOf(settings);
    expect(judge.step({ ...metrics, distance: 1e-7 }, right).status).toBe("running");
    expect(judge.step({ ...metrics, exploitability: 1e-7 }, right).status).toBe("running");
    expect(judge.step({ ...metrics, distance: Number.NaN }, right).status).toBe("running");
    expect(judge.step({ ...metrics, distance: 9e-9, exploitability: 9e-9 }, right).status).toBe("converged");
    // A millionth of a cost of a million is none.
    expect(judge.step({ ...metrics, exploitability: 5e-3, cost: -1e6 }, right).status).toBe("converged");
  });

  it("accepts nothing that breaks the bounds of every answer", () => {
    const wrong = (): GridCandidate => ({ ...right(), flow: moved(1e-6) });
    const { status, reason } = judgeOf(settings).step(metrics, wrong);
    expect(status).toBe("diverged");
    expect(reason).toMatch(/^mass is not conserved/);
  });

  it("waits for progress as long as told, and tells swings from rounding", () => {
    const wait = (distance: number): string | undefined => {
      const judge = judgeOf(settings);
      const steps = [1, 2, 3, 4].map(() => judge.step({ ...metrics, distance, exploitability: distance }, right));
      expect(steps.map(({ status }) => status)).toEqual(["running", "running", "running", "diverged"]);
      return steps[3].reason;
    };
    expect(wait(0.5)).toBe(
      "no progress in 3 iterations: the flow assumed and the flow it induces stay 5.0e-1 apart; exploitability 5.0e-1; try something else",
    );
    const strict = judgeOf({ ...settings, tolerance: 1e-14 });
    const steps = [1, 2, 3, 4].map(() => strict.step({ ...metrics, distance: 2e-13 }, right));
    expect(steps[3].reason).toBe(
      "rounding stops progress at distance 2.0e-13; exploitability 0.0e+0; the tolerance 1e-14 is out of reach on this grid",
    );
  });
});

describe("assess", () => {
  it("measures by how much a policy is worse than the best response to its own flow", () => {
    const { policy } = bestResponse(problem, flow);
    const induced = transportMass(problem, policy);
    const { exploitability } = assess(problem, policy, induced);
    expect(exploitability).toBeGreaterThan(1e-4);
    const answer = bestResponse(problem, induced);
    expect(assess(problem, policy, induced, answer).exploitability).toBe(exploitability);
    // The best response to a flow is not to be improved upon against that flow, whatever flow it makes.
    const again = assess(problem, answer.policy, induced);
    expect(Math.abs(again.exploitability)).toBeLessThan(1e-15);
  });
});

describe("flows", () => {
  it("have distances, mixtures and vectors", () => {
    const other = moved(0.25);
    expect(Math.abs(flowDistance(flow, other) - 0.25)).toBeLessThan(1e-15);
    expect(flowDistance(flow, moved(Number.NaN))).toBeNaN();
    expect(mixFlows(flow, other, 1).mass).toEqual(other.mass);
    expect(Math.abs(flowDistance(flow, mixFlows(flow, other, 0.4)) - 0.1)).toBeLessThan(1e-15);
    expect(parted(joined(flow.mass), flow.mass)).toEqual(flow.mass);
    const market = compileProblem(noisyResource(), { points: 81, steps: 4, scheme: "central" });
    const outputs = restingFlow(market);
    const more = { ...outputs, aggregates: outputs.aggregates.map((values) => values.map((value) => value + 0.5)) };
    expect(flowDistance(outputs, more)).toBe(0.5);
    // Relative to the larger one where that exceeds 1.
    const most = { ...outputs, aggregates: outputs.aggregates.map((values) => values.map((value) => value + 50)) };
    expect(flowDistance(outputs, most)).toBe(1);
  });

  it("keep their mass, and can only lose it where players leave", () => {
    expect(massFault(problem, flow)).toBeLessThan(1e-15);
    expect(massFault(problem, moved(0.1))).toBeGreaterThan(0.09);
    const market = compileProblem(noisyResource(), { points: 81, steps: 4, scheme: "upwind" });
    const left = restingFlow(market);
    const [first, last] = [left.mass[0], left.mass[4]].map((values) => values.reduce((sum, value) => sum + value, 0));
    expect(last).toBeLessThan(first - 1e-3);
    expect(massFault(market, left)).toBeLessThan(1e-15);
  });
});

describe("attempt", () => {
  it("turns equations without solution into words, and nothing else", () => {
    expect(attempt(() => ({ fine: true }))).toEqual({ fine: true });
    expect(
      attempt(() => {
        throw new SingularMatrixError("singular", 3);
      }),
    ).toBe("singular");
    expect(() =>
      attempt(() => {
        throw new TypeError("a bug");
      }),
    ).toThrow("a bug");
  });
});
