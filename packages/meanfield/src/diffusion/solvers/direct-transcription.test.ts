import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { certifyLinearQuadratic } from "../linear-quadratic/certify.ts";
import { flock } from "../linear-quadratic/models.testing.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { games } from "../players/reference-games.testing.ts";
import { directTranscription } from "./direct-transcription.ts";
import { distance, feedback, limit, models, openLoop, planner, solve } from "./solving.testing.ts";

describe("direct-transcription", () => {
  it.each(models)("agrees with the Riccati equations in %s, and its certificate confirms it", (_name, model) => {
    for (const question of [limit, openLoop(2), openLoop(50), planner(3), planner(Infinity)]) {
      const { outcome, candidate } = solve(directTranscription, model, question);
      expect(outcome).toBe("converged");
      expect(distance(model, candidate.strategy, solveRiccati(model, question).strategy)).toBeLessThan(1e-11);
      const certificate = certifyLinearQuadratic(model, question, candidate);
      expect(certificate.exploitability ?? 0).toBeLessThan(1e-22);
      expect(certificate.consistency).toBeLessThan(1e-11);
      expect(certificate.residual).toBeLessThan(1e-11);
    }
  });

  it("converges spectrally", () => {
    const model = games["S4.B"];
    const { strategy } = solveRiccati(model, openLoop(3));
    const errors = [6, 12, 24].map((nodes) =>
      distance(model, solve(directTranscription, model, openLoop(3), { nodes }).candidate.strategy, strategy),
    );
    expect(errors[1]).toBeLessThan(1e-2 * errors[0]);
    expect(errors[2]).toBeLessThan(1e-4 * errors[1]);
  });

  it("keeps its digits on a horizon over which deviations contract to nothing", () => {
    // Deviations shrink by more than e^{−18}: without starting afresh the gains near T lose seven digits.
    const model = { ...games["S4.A"], horizon: 20 };
    const { candidate, outcome } = solve(directTranscription, model, openLoop(4), { nodes: 64 });
    expect(outcome).toBe("converged");
    expect(distance(model, candidate.strategy, solveRiccati(model, openLoop(4)).strategy)).toBeLessThan(1e-11);
  });

  it("says when its polynomials are too few", () => {
    const { outcome, reason } = solve(directTranscription, { ...games["S4.A"], horizon: 12 }, limit, { nodes: 6 });
    expect(outcome).toBe("diverged");
    expect(reason).toContain("use more nodes");
  });

  it("refuses feedback equilibria of finite games, and costs that are not convex", () => {
    expect(directTranscription.refuses(games["S4.A"], feedback(3))).toContain("open-loop");
    const concave = { ...games["S4.A"], terminal: zeros(3, 3) };
    concave.terminal.data[0] = -2;
    expect(() => solve(directTranscription, concave, limit)).toThrow("not strictly convex");
  });

  it("refuses means that grow beyond what polynomials can follow", () => {
    // e^{40.4}, beyond the reach of double precision.
    const unstable = () => solve(directTranscription, flock(0.7, 0.31, 40), limit);
    expect(unstable).toThrow(RefusalError);
    expect(unstable).toThrow("too fast for 32 polynomials");
  });
});
