import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../../core/index.ts";
import { softmax, uniformPolicy } from "../best-response.ts";
import { certifyFinite } from "../certify.ts";
import { compile, emptyProfile } from "../compile.ts";
import { emptyValues, evaluate, worth } from "../evaluation.ts";
import { anySolver, huntersAndHares, modelOf, solved, twoPlaces } from "../finite.testing.ts";
import { emptyField, induce } from "../flow.ts";
import { conservativeTreasureHunting } from "../games/conservative-treasure-hunting.ts";
import { leftRight } from "../games/left-right.ts";
import { linearQuadraticGrid } from "../games/linear-quadratic-grid.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import { policyGradient } from "./policy-gradient.ts";

const solver = anySolver(policyGradient);

describe("policy gradient", () => {
  it("follows the derivative of the value with the flow held", () => {
    const model = huntersAndHares();
    const game = compile(model);
    const policy = emptyProfile(game);
    const field = emptyField(game);
    uniformPolicy(game, policy);
    const theta = policy.map((shares) => shares.map((share) => (share > 0 ? 0 : -Infinity)));
    induce(field, policy);
    const values = emptyValues(game);
    const valueAt = (p: number, i: number, by: number): number => {
      const moved = theta.map((entries) => entries.slice());
      moved[p][i] += by;
      const changed = emptyProfile(game);
      softmax(game, moved, 1, changed);
      evaluate(field, changed, values);
      return worth(field, values)[p];
    };
    const alpha = 0.5;
    const state = solver.init(model, meanFieldEquilibrium, { alpha, tolerance: 0 }) as {
      readonly search: { readonly policy: readonly Float64Array[] };
    };
    solver.step(model, state);
    solver.step(model, state);
    game.populations.forEach(({ actions }, p) => {
      for (let row = 0; row < policy[p].length; row += actions) {
        const allowed = Array.from({ length: actions }, (_, a) => row + a).filter((i) => policy[p][i] > 0);
        const slope = allowed.map((i) => (valueAt(p, i, 1e-4) - valueAt(p, i, -1e-4)) / 2e-4);
        const moved = allowed.map((i) => Math.log(state.search.policy[p][i]));
        // Central differences of step 1e-4 in functions of order one.
        allowed.forEach((_, k) =>
          expect(Math.abs(moved[k] - moved[0] - alpha * (slope[k] - slope[0]))).toBeLessThan(1e-8),
        );
      }
    });
  });

  it.each([
    ["two places", twoPlaces()],
    ["left-right", modelOf(leftRight)],
    ["conservative-treasure-hunting", modelOf(conservativeTreasureHunting)],
    ["linear-quadratic-grid", modelOf(linearQuadraticGrid)],
  ])("reaches rounding in %s", (_name, model) => {
    const outcome = solved(solver, model, { tolerance: 1e-11 }, 300);
    expect(outcome.outcome).toBe("converged");
    // Relative to values of order one to ten.
    expect(certifyFinite(model, meanFieldEquilibrium, outcome.candidate).exploitability).toBeLessThan(1e-10);
  });

  it("says what to try where a constant step is too large", () => {
    const outcome = solved(solver, modelOf(rockPaperScissors), { alpha: 5 }, 2000);
    expect(outcome.outcome).toBe("diverged");
    expect(outcome.reason).toMatch(
      /^no better for 1000 iterations; returned: iteration \d+, .*try a smaller alpha than 5/,
    );
  });
});
