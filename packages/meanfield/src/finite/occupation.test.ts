import { describe, expect, it } from "vitest";
import { softmax } from "./best-response.ts";
import { compile, emptyProfile } from "./compile.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import { beachBar } from "./games/beach-bar.ts";
import { conservativeTreasureHunting } from "./games/conservative-treasure-hunting.ts";
import { leftRight } from "./games/left-right.ts";
import type { FiniteModel } from "./model.ts";
import { emptyOccupation, matchValues, occupationGradient } from "./occupation.ts";
import type { Occupation } from "./occupation.ts";
import { mfOmo } from "./solvers/mf-omo.ts";
import { onlineMirrorDescent } from "./solvers/online-mirror-descent.ts";

const penalties = { c1: 1.3, c2: 0.7, c3: 0.4 };

/** A point without any symmetry, that is no flow and matches no values. */
function uneven(model: FiniteModel): Occupation {
  const game = compile(model);
  const at = emptyOccupation(game);
  game.populations.forEach(({ allowed }, p) => {
    at.L[p].forEach((_, i) => (at.L[p][i] = allowed?.[i] === 0 ? 0 : 0.05 + 0.04 * Math.sin(1.3 * i)));
    at.y[p].forEach((_, i) => (at.y[p][i] = Math.cos(0.7 * i)));
    at.z[p].forEach((_, i) => (at.z[p][i] = allowed?.[i] === 0 ? 0 : 0.5 + 0.5 * Math.sin(2.1 * i)));
  });
  return at;
}

describe("the function whose zeros are equilibria", () => {
  it.each([
    ["several populations", huntersAndHares()],
    ["logarithms", modelOf(beachBar, { log_eps: 0.3 })],
    ["kernels of pairs", modelOf(conservativeTreasureHunting, { T: 2 })],
  ])("has the gradient that differences show: %s", (_name, model) => {
    const game = compile(model);
    const field = emptyField(game);
    const at = uneven(model);
    const [slope, scratch] = [emptyOccupation(game), emptyOccupation(game)];
    occupationGradient(field, at, penalties, slope);
    let worst = 0;
    for (const part of ["L", "y", "z"] as const)
      at[part].forEach((values, p) => {
        const { allowed } = game.populations[p];
        values.forEach((value, i) => {
          if (part !== "y" && allowed?.[i] === 0) return;
          const h = 1e-5;
          const shifted = [h, -h].map((by) => {
            values[i] = value + by;
            return occupationGradient(field, at, penalties, scratch);
          });
          values[i] = value;
          worst = Math.max(worst, Math.abs((shifted[0] - shifted[1]) / (2 * h) - slope[part][p][i]));
        });
      });
    // Of slopes up to ten; differences of second order, here and within.
    expect(worst).toBeLessThan(1e-7);
  });

  it("is what the policy forgoes where laws are a flow and values match, and zero at an equilibrium", () => {
    const model = modelOf(leftRight);
    const game = compile(model);
    const field = emptyField(game);
    const [at, slope] = [emptyOccupation(game), emptyOccupation(game)];
    const policy = emptyProfile(game);
    softmax(game, emptyProfile(game), 1, policy);
    induce(field, policy);
    at.L[0].set(field.parts[0].pairs);
    matchValues(field, at);
    // The exploitability of the uniform policy.
    expect(occupationGradient(field, at, { c1: 1, c2: 1, c3: 1 }, slope)).toBeCloseTo(0.25, 15);
    const { candidate } = solved(anySolver(onlineMirrorDescent), model, { tolerance: 1e-12 });
    induce(field, candidate.policy);
    at.L[0].set(field.parts[0].pairs);
    matchValues(field, at);
    expect(occupationGradient(field, at, { c1: 1, c2: 1, c3: 1 }, slope)).toBeLessThan(1e-11);
  });

  it("is descended to an equilibrium", () => {
    const outcome = solved(anySolver(mfOmo), modelOf(leftRight), { tolerance: 1e-8 }, 1000);
    expect(outcome.outcome).toBe("converged");
    expect(outcome.candidate.flow[0][4]).toBeCloseTo(2 / 3, 7);
  });
});
