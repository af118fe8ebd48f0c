import { describe, expect, it } from "vitest";
import { parseParameters, run } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { exhaustionTimes } from "../solvers/exhaustion-times.ts";
import { certifyExhaustible } from "./certify.ts";
import type { ExhaustibleModel } from "./model.ts";

const model: ExhaustibleModel = {
  family: "diffusion",
  kind: "exhaustible",
  intercept: 10,
  slope: 1,
  linearCost: 1,
  quadraticCost: 1,
  discount: 0.1,
  classes: [
    { label: 1, reserves: 5, weight: 0.5 },
    { label: 2, reserves: 20, weight: 0.5 },
  ],
};

describe("the certificate of a plan for exhaustible reserves", () => {
  it.each([
    { concept: "nash", players: Infinity, information: "feedback" },
    { concept: "nash", players: 4, information: "open-loop" },
    { concept: "planner", players: Infinity, information: "feedback" },
  ] satisfies Question[])("sees a wrong exhaustion time: $concept $players", (question) => {
    const { candidate } = run(exhaustionTimes, model, question, parseParameters(exhaustionTimes.options, {}));
    expect(certifyExhaustible(model, question, candidate).residual).toBeLessThan(1e-13);
    for (const j of [0, 1]) {
      for (const factor of [1.05, 0.95]) {
        const exhaustion = candidate.exhaustion.map((tau, i) => (i === j ? factor * tau : tau));
        expect(certifyExhaustible(model, question, { ...candidate, exhaustion }).residual).toBeGreaterThan(1e-3);
      }
    }
  });
});
