import { describe, expect, it } from "vitest";
import { expectedCost } from "./cost.ts";
import { systemicRisk } from "./models.testing.ts";
import { solveRiccati } from "./riccati.ts";

describe("in every runtime", () => {
  it("systemic risk has the same feedback equilibrium and cost", () => {
    const model = systemicRisk({ a: 0.5, q: 0, eps: 1, c: 0.5, sigma: 0.3, rho: 0, T: 1, m0: 1, v0: 0.04 });
    const { strategy } = solveRiccati(model, { concept: "nash", players: 2, information: "feedback" });
    expect(expectedCost(model, 2, strategy)).toBeCloseTo(0.019761523124750616, 14);
  });
});
