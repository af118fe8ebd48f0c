import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { certifyLinearQuadratic } from "../linear-quadratic/certify.ts";
import { exploitability } from "../linear-quadratic/deviation.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { energyTransition } from "../linear-quadratic/models.testing.ts";
import { games, number } from "../players/reference-games.testing.ts";
import { bestResponseIteration } from "./best-response-iteration.ts";
import { distance, feedback, gainAt, limit, models, openLoop, planner, solve } from "./solving.testing.ts";

describe("best-response-iteration", () => {
  it.each(models)(
    "comes to the Riccati equations' equilibrium in %s, and its certificate confirms it",
    (_name, model) => {
      for (const question of [limit, feedback(2), feedback(20)]) {
        const { outcome, candidate, trace } = solve(bestResponseIteration, model, question);
        expect(outcome).toBe("converged");
        expect(trace.at(-1)?.["gain_distance"]).toBeLessThanOrEqual(1e-9);
        // The distance to equilibrium is the last distance to the response over 1 − rate, and rates are below one half.
        expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(2e-9);
        const certificate = certifyLinearQuadratic(model, question, candidate);
        expect(certificate.exploitability).toBeLessThan(1e-16);
        expect(certificate.consistency).toBeLessThan(1e-11);
        expect(certificate.residual).toBeLessThan(1e-8);
      }
    },
  );

  it("finds the equilibrium in one answer where others' gains do not matter", () => {
    // Systemic risk in the limit: x̄ does not react to any K (x̄ − x).
    const { iterations } = solve(bestResponseIteration, games["s1_systemic_nocommon.A"], limit);
    expect(iterations).toBe(1);
  });

  it("reaches the recorded feedback gain of the smallest game, damped", () => {
    const model = games["s1_systemic_nocommon.A"];
    const { candidate } = solve(bestResponseIteration, model, feedback(2), { damping: 0.8 });
    expect(gainAt(model, candidate.strategy, 0)[1]).toBeCloseTo(number("s1_systemic_nocommon.A.gain_closed.N2"), 9);
  });

  it("reports at every step what the certificate's own code finds", () => {
    const model = games["S5.A"];
    const options = parseParameters(bestResponseIteration.options, { damping: 0.5 });
    run(bestResponseIteration, model, feedback(3), options, {
      maximumIterations: 4,
      watch: ({ metrics, candidate }) => {
        const independent = exploitability(model, 3, candidate().strategy);
        expect(Math.abs(metrics["exploitability"] / independent - 1)).toBeLessThan(1e-7);
      },
    });
  });

  it("ends as diverged, with the reason, where no equilibrium is to be had", () => {
    // Firms drawn along more than the crowd moves, s = 1.3: past T* = (arctan(Q/(k w)) + π/2)/w = 1.90, w = √(q (s − 1)/k),
    // there is no equilibrium, and the gains grow until an answer to them can no longer be computed.
    const parameters = { k: 0.5, q: 3, s: 1.3, b: 0, d: 0, Q: 1, S: 0, B: -1, Dm: 0, s1: 0.5, s0: 0.5, x0: 2 };
    const long = energyTransition({ ...parameters, T: 3 });
    const { outcome, reason, trace, candidate } = solve(bestResponseIteration, long, limit);
    expect(outcome).toBe("diverged");
    expect(reason).toContain("no best response to the current strategies was found");
    expect(trace.at(-2)?.["gain_distance"]).toBeGreaterThan(100);
    // The last strategy that had an answer is still there to look at.
    expect(gainAt(long, candidate.strategy, 0).every(Number.isFinite)).toBe(true);
    const short = energyTransition({ ...parameters, T: 1.8 });
    const found = solve(bestResponseIteration, short, limit).candidate;
    const exact = solveRiccati(short, limit).strategy;
    // Near T* the gain on x̄ is large, and with it what the tolerance leaves.
    expect(distance(short, found.strategy, exact) / Math.abs(gainAt(short, exact, 0)[1])).toBeLessThan(1e-8);
  });

  it("refuses at once where the very first answer does not exist", () => {
    // α with −3/2 x² at the end: P = −3/(1 − 3 (T − t)) explodes at T − 1/3.
    const model = { ...games["S4.A"], terminal: zeros(3, 3) };
    model.terminal.data[0] = -3;
    expect(() => solve(bestResponseIteration, model, limit)).toThrow(/no best response.*explodes at t = 0\.6/);
  });

  it("refuses committed players and the planner", () => {
    expect(bestResponseIteration.refuses(games["S4.A"], openLoop(3))).toContain("feedback");
    expect(bestResponseIteration.refuses(games["S4.A"], openLoop(Infinity))).toBeUndefined();
    expect(bestResponseIteration.refuses(games["S4.A"], planner(3))).toContain("planner");
  });
});
