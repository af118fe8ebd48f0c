import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters } from "../core/index.ts";
import { softmax } from "./best-response.ts";
import { compile, emptyProfile } from "./compile.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import { beachBar } from "./games/beach-bar.ts";
import { conservativeTreasureHunting } from "./games/conservative-treasure-hunting.ts";
import { crowdModelling2d } from "./games/crowd-modelling-2d.ts";
import { crowdMotionTorus } from "./games/crowd-motion-torus.ts";
import { leftRight } from "./games/left-right.ts";
import { randomLinear } from "./games/random-linear.ts";
import type { FiniteModel } from "./model.ts";
import { boundedParameters } from "./occupation-parameters.ts";
import { emptyOccupation, matchValues, occupationGradient } from "./occupation.ts";
import type { Occupation } from "./occupation.ts";
import { mfOmo } from "./solvers/mf-omo.ts";
import { onlineMirrorDescent } from "./solvers/online-mirror-descent.ts";

/** As it was published: laws and slacks projected, nothing redressed. */
const projected = { parameterize: false, rb_freq: 0 };

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
    const outcome = solved(anySolver(mfOmo), modelOf(leftRight), { ...projected, tolerance: 1e-8 }, 1000);
    expect(outcome.outcome).toBe("converged");
    expect(outcome.candidate.flow[0][4]).toBeCloseTo(2 / 3, 7);
  });
});

describe("parameters", () => {
  it("that are redressed give laws that are flows, of which nothing is forgone but what is scored", () => {
    const model = modelOf(beachBar, { n: 6, T: 3 });
    const solver = anySolver(mfOmo);
    const state = solver.init(model, meanFieldEquilibrium, parseParameters(solver.options, { rb_freq: 5 })) as {
      readonly at: Occupation;
      readonly search: { readonly exploitability: number };
    };
    for (let k = 0; k <= 5; k++) solver.step(model, state);
    // After the fifth update law, values and slacks fit: all that is left of the function is what players forgo.
    const { at } = state;
    const game = compile(model);
    const value = occupationGradient(emptyField(game), at, { c1: 1, c2: 1, c3: 0 }, emptyOccupation(game));
    expect(value).toBeLessThan(1e-25);
    const forgone = at.L[0].reduce((sum, share, i) => sum + share * at.z[0][i], 0);
    expect(Math.abs(forgone / state.search.exploitability - 1)).toBeLessThan(1e-11);
  });

  it("within bounds are what they were taken from, and slacks beyond their bound are refused", () => {
    const game = compile(modelOf(beachBar));
    const at = emptyOccupation(game);
    at.L[0].forEach((_, i) => (at.L[0][i] = 1 / 12));
    matchValues(emptyField(game), at);
    const [L, y, z] = [at.L[0].slice(), at.y[0].slice(), at.z[0].slice()];
    const parameters = boundedParameters(game, at, 4);
    parameters.take(at);
    parameters.give(at);
    const apart = (a: Float64Array, b: Float64Array): number =>
      a.reduce((most, one, i) => Math.max(most, Math.abs(one - b[i])), 0);
    expect(apart(at.L[0], L)).toBeLessThan(1e-15);
    expect(apart(at.y[0], y)).toBeLessThan(1e-14);
    // Slacks of zero become 10⁻⁸ of their bound, 384.
    expect(apart(at.z[0], z)).toBeLessThan(4e-6);
    expect(() => boundedParameters(game, at, 0.01)).toThrow(/^r_max = 0\.01: must be at least/);
  });

  it("come closer by steps that follow progress than by those that stay as they start", () => {
    const [following, staying] = [0, 0.1].map((lr) =>
      Math.min(
        ...solved(anySolver(mfOmo), modelOf(beachBar), { lr, tolerance: 0 }, 1000).trace.map(
          (row) => row["exploitability"],
        ),
      ),
    );
    expect(following).toBeLessThan(staying / 5);
    expect(following).toBeLessThan(1e-3);
  });

  it("descend where projections stall", () => {
    const model = modelOf(randomLinear);
    const [ours, peers] = [{}, projected].map((options) =>
      Math.min(
        ...solved(anySolver(mfOmo), model, { ...options, tolerance: 0 }, 300).trace.map((row) => row["exploitability"]),
      ),
    );
    expect(ours).toBeLessThan(peers / 5);
  });
});

describe("what it takes", () => {
  it("is one sweep over transitions: no matrix of the formulation, which would be 45 GB here", () => {
    const [size, horizon] = [40, 20];
    const model = modelOf(crowdModelling2d, { size, horizon });
    const solver = anySolver(mfOmo);
    const before = memory();
    const state = solver.init(model, meanFieldEquilibrium, parseParameters(solver.options, {}));
    const scores = [0, 1, 2].map(() => solver.step(model, state).metrics["exploitability"]);
    expect(scores.every((score) => score >= 0 && score < Infinity)).toBe(true);
    const [rows, columns] = [(horizon + 1) * size ** 2, (horizon + 1) * size ** 2 * 5];
    expect(8 * rows * columns).toBeGreaterThan(45e9);
    // Some dozens of tables of laws, and a few numbers for each of 25 successors of a pair.
    expect(memory() - before).toBeLessThan(60 * 8 * columns + 25 * 12 * 5 * size ** 2 + 2e7);
  });

  it("does not stay at the uniform policy where people fill a square", () => {
    const model = modelOf(crowdMotionTorus, { T: 5, torus_l: 5, torus_w: 5 });
    const { trace, candidate } = solved(anySolver(mfOmo), model, { tolerance: 0 }, 100);
    const scores = trace.map(({ exploitability }) => exploitability);
    // Projected laws soon hold a few places only, and a policy is uniform where nobody is.
    const peer = solved(anySolver(mfOmo), model, { ...projected, tolerance: 0 }, 100).trace;
    expect(peer[99]["exploitability"]).toBeGreaterThan(0.99 * scores[0]);
    expect(scores[99]).toBeLessThan(0.15 * scores[0]);
    const apart = candidate.policy[0].map((share) => Math.abs(share - 1 / 5));
    expect(Math.max(...apart)).toBeGreaterThan(0.5);
  });
});

/** Bytes of arrays in use. */
function memory(): number {
  return process.memoryUsage().arrayBuffers;
}
