import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import { certifyLinearQuadratic } from "../linear-quadratic/certify.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { games } from "../players/reference-games.testing.ts";
import { coupledRiccati } from "./coupled-riccati.ts";
import { distance, feedback, limit, models, openLoop, planner, solve } from "./solving.testing.ts";

describe("coupled-riccati", () => {
  it.each(models)("agrees with the symmetric equations in %s, and its certificate confirms it", (_name, model) => {
    for (const question of [feedback(2), feedback(5), openLoop(3), planner(4)]) {
      const { outcome, candidate, trace } = solve(coupledRiccati, model, question);
      expect(outcome).toBe("converged");
      expect(trace[0]["asymmetry"]).toBeLessThan(1e-13);
      expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(1e-11);
      const certificate = certifyLinearQuadratic(model, question, candidate);
      expect(certificate.exploitability === null).toBe(question.concept === "planner");
      expect(certificate.exploitability ?? 0).toBeLessThan(1e-20);
      expect(certificate.consistency).toBeLessThan(1e-10);
      expect(certificate.residual).toBeLessThan(1e-11);
    }
  });

  it("refuses the limit and more than twelve players", () => {
    expect(coupledRiccati.refuses(games["S4.A"], limit)).toContain("finitely many");
    expect(coupledRiccati.refuses(games["S4.A"], feedback(13))).toContain("at most 12");
    const ask = (): unknown =>
      run(coupledRiccati, games["S4.A"], feedback(13), parseParameters(coupledRiccati.options, {}));
    expect(ask).toThrow("players = 13");
  });
});
