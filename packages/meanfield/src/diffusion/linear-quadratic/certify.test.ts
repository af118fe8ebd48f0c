import { describe, expect, it } from "vitest";
import type { Question } from "../../core/index.ts";
import { certifyLinearQuadratic } from "./certify.ts";
import { commodityProducers, priceImpact, systemicRisk } from "./models.testing.ts";
import { solveRiccati } from "./riccati.ts";

const parameters = { a: 1, q: 1, eps: 1.5, c: 1, sigma: 0.3, rho: 0.5, T: 1, m0: 0.1, v0: 0.04 };
const commodity = { P0: 10, A: 0, w: 0, gamma: 1, c1: 1, c2: 1, r: 0, lam: 2, xs: 5, theta: 0, x0: 0, v0: 1, T: 4 };
const questions: readonly Question[] = [
  { concept: "nash", players: Infinity, information: "feedback" },
  { concept: "nash", players: 10, information: "feedback" },
  { concept: "nash", players: 10, information: "open-loop" },
  { concept: "planner", players: 10, information: "feedback" },
  { concept: "planner", players: Infinity, information: "feedback" },
];

describe("the residual", () => {
  it.each(questions)("sees a wrong terminal condition: $concept $players $information", (question) => {
    const right = systemicRisk(parameters);
    const candidate = solveRiccati(right, question);
    expect(certifyLinearQuadratic(right, question, candidate).residual).toBeLessThan(1e-10);
    const other = systemicRisk({ ...parameters, c: 0.5 });
    expect(certifyLinearQuadratic(other, question, candidate).residual).toBeGreaterThan(0.05);
  });

  it.each(questions)("sees a value that is not the strategy's: $concept $players $information", (question) => {
    const model = systemicRisk(parameters);
    const candidate = solveRiccati(model, question);
    const value: typeof candidate.value = (t, out) => {
      candidate.value?.(t, out);
      out.data[0] += 1e-4;
    };
    expect(certifyLinearQuadratic(model, question, { ...candidate, value }).residual).toBeGreaterThan(1e-6);
  });
});

describe("where nobody acts", () => {
  it.each([
    [priceImpact({ kappa: 0.5, lam: 0.5, q: 0, r: 0.1, s: 0.2, s0: 0.2, T: 1, m0: 1, v0: 0.25, S0: 0 }), Infinity],
    [priceImpact({ kappa: 0.5, lam: 0, q: 0, r: 0, s: 0.2, s0: 0.2, T: 1, m0: 1, v0: 0.25, S0: 0 }), 3],
    [commodityProducers({ ...commodity, lam: 0 }), 2],
    [commodityProducers({ ...commodity, c2: 205.5, r: 2.327, lam: 0.02337, T: 21.77 }), Infinity],
  ] as const)("zero against zero is no defect (%#)", (model, players) => {
    for (const concept of ["nash", "planner"] as const) {
      const question: Question = { concept, players, information: "feedback" };
      expect(certifyLinearQuadratic(model, question, solveRiccati(model, question)).residual).toBeLessThan(1e-7);
    }
  });
});
