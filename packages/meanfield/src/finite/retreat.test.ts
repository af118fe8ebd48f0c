import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../core/index.ts";
import { certifyFinite } from "./certify.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "./finite.testing.ts";
import { rockPaperScissors } from "./games/rock-paper-scissors.ts";
import { occupationMeasureInclusion } from "./solvers/occupation-measure-inclusion.ts";
import { policyGradient } from "./solvers/policy-gradient.ts";

describe.each([
  ["policy gradient", anySolver(policyGradient), 2500],
  ["occupation-measure inclusion", anySolver(occupationMeasureInclusion), 1500],
])("%s, which goes back to its best iterate", (_name, solver, maximumIterations) => {
  it("shortens its steps until it no longer circles", () => {
    const outcome = solved(solver, modelOf(rockPaperScissors), { tolerance: 1e-6 }, maximumIterations);
    expect(outcome.outcome).toBe("converged");
    const hands = outcome.candidate.flow[0];
    // Exploitability is linear in the error here, with slopes of order one.
    [26, 20, 31].forEach((part, i) => expect(Math.abs(hands[5 + i] - part / 77)).toBeLessThan(1e-6));
  });

  it("plays several populations, actions that are not allowed, and returns its best iterate", () => {
    const model = huntersAndHares();
    const { trace, candidate, reason } = solved(solver, model, { tolerance: 0 }, 100);
    const scores = trace.map(({ exploitability }) => exploitability);
    const best = Math.min(...scores);
    expect(best).toBeLessThan(0.05 * scores[0]);
    expect(candidate.policy[1][1]).toBe(0);
    expect(certifyFinite(model, meanFieldEquilibrium, candidate).exploitability).toBeCloseTo(best, 12);
    expect(reason).toContain(`returned: iteration ${scores.indexOf(best)}, of exploitability`);
  });
});
