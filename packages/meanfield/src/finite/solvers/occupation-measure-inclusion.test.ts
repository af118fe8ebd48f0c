import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../../core/index.ts";
import { certifyFinite } from "../certify.ts";
import { anySolver, modelOf, solved, twoPlaces } from "../finite.testing.ts";
import { beachBar } from "../games/beach-bar.ts";
import { conservativeTreasureHunting } from "../games/conservative-treasure-hunting.ts";
import { equilibriumPrice } from "../games/equilibrium-price.ts";
import { leftRight } from "../games/left-right.ts";
import { linearQuadraticGrid } from "../games/linear-quadratic-grid.ts";
import { randomLinear } from "../games/random-linear.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import { susceptibleInfected } from "../games/susceptible-infected.ts";
import { occupationMeasureInclusion } from "./occupation-measure-inclusion.ts";

const solver = anySolver(occupationMeasureInclusion);
const faithful = { faithful: true };

/** Exploitability at some iterations, in single precision. */
const published: [string, object, object, number, Record<number, number>][] = [
  ["beach-bar", beachBar, faithful, 0.001, { 1: 1.212922, 10: 1.1403067, 100: 0.61069703 }],
  ["beach-bar", beachBar, faithful, 0.01, { 1: 1.1390902, 10: 0.60396868, 100: 0.059306383 }],
  [
    "conservative-treasure-hunting",
    conservativeTreasureHunting,
    {},
    0.001,
    { 1: 1.8499974, 10: 1.8329695, 100: 1.6298058 },
  ],
  [
    "conservative-treasure-hunting",
    conservativeTreasureHunting,
    {},
    0.01,
    { 1: 1.8330261, 10: 1.6305153, 50: 0.14142156 },
  ],
  ["equilibrium-price", equilibriumPrice, {}, 0.001, { 1: 20.658688, 10: 11.70652, 100: 3.1819506 }],
  ["equilibrium-price", equilibriumPrice, {}, 0.01, { 1: 11.613246, 10: 3.1787376, 100: 0.25132418 }],
  ["linear-quadratic-grid", linearQuadraticGrid, faithful, 0.001, { 1: 2.0285988, 5: 1.8058691 }],
  ["linear-quadratic-grid", linearQuadraticGrid, faithful, 0.01, { 1: 1.5605414, 5: 0.50973487 }],
  ["rock-paper-scissors", rockPaperScissors, {}, 0.001, { 1: 0.33400017, 10: 0.33971822, 100: 0.36954522 }],
  ["rock-paper-scissors", rockPaperScissors, {}, 0.01, { 1: 0.33999383, 10: 0.37213641, 100: 0.13959566 }],
  ["left-right", leftRight, {}, 0.001, { 1: 0.24966681, 10: 0.24668986, 100: 0.21901935 }],
  ["left-right", leftRight, {}, 0.01, { 1: 0.24667501, 10: 0.21888918, 100: 0.072170317 }],
  ["susceptible-infected", susceptibleInfected, {}, 0.001, { 1: 5.4600945, 10: 5.3987465, 100: 4.7868023 }],
  ["susceptible-infected", susceptibleInfected, {}, 0.01, { 1: 5.3991451, 10: 4.7908554, 100: 1.2347641 }],
];

describe("occupation-measure inclusion", () => {
  it.each(published)("%s with alpha = %4$d is the published run", (_name, game, parameters, alpha, curve) => {
    const count = 1 + Math.max(...Object.keys(curve).map(Number));
    const { trace } = solved(solver, modelOf(game, { ...parameters }), { alpha, tolerance: 0 }, count);
    // What single precision, and the tolerance of its quadratic programs, left of the published run.
    for (const [k, value] of Object.entries(curve))
      expect(Math.abs(trace[Number(k)].exploitability / value - 1), `iterate ${k}`).toBeLessThan(1e-5);
  });

  it.each([
    ["two places", twoPlaces()],
    ["left-right", modelOf(leftRight)],
    ["beach-bar", modelOf(beachBar)],
    ["conservative-treasure-hunting", modelOf(conservativeTreasureHunting)],
    ["equilibrium-price", modelOf(equilibriumPrice)],
    ["linear-quadratic-grid", modelOf(linearQuadraticGrid)],
    ["random-linear", modelOf(randomLinear, { seed: 0 })],
  ])("reaches rounding in %s with a step size of its own", (_name, model) => {
    const outcome = solved(solver, model, { tolerance: 1e-11 }, 400);
    expect(outcome.outcome).toBe("converged");
    // Relative to values of order one to fifty.
    expect(certifyFinite(model, meanFieldEquilibrium, outcome.candidate).exploitability).toBeLessThan(1e-9);
  });

  it("settles at a regularised law where eta is positive", () => {
    // Of l on the left and r = 1 − l on the right: half of ‖d‖² is ½(l² + r²) at the choice, and ¼(l² + r²) after it, where
    // both actions are taken alike. So 3η⁄2 l + l = 3η⁄2 r + 2r.
    const eta = 0.5;
    const outcome = solved(solver, modelOf(leftRight), { eta, alpha: 0.2, tolerance: 0 }, 300);
    const state = solver.init(modelOf(leftRight), meanFieldEquilibrium, { eta, alpha: 0.2, tolerance: 0 }) as {
      readonly d: readonly Float64Array[];
    };
    for (let k = 0; k < 300; k++) solver.step(modelOf(leftRight), state);
    const left = (1.5 * eta + 2) / (3 * eta + 3);
    expect(Math.abs(state.d[0][0] - left)).toBeLessThan(1e-10);
    expect(outcome.trace[299].exploitability).toBeGreaterThan(1e-3);
  });

  it("says where a step is too long to be projected", () => {
    // Steps of 1e9 · 1e305 are no numbers.
    const model = twoPlaces({ reward: { base: { timed: false, at: (_t, s, a) => (s === a ? 1e305 : -1e305) } } });
    const outcome = solved(solver, model, { alpha: 1e9, tolerance: 0 }, 5);
    expect(outcome.outcome).toBe("diverged");
    expect(outcome.reason).toMatch(/^the projection of iteration 1 misses a flow by .*try a smaller alpha$/);
  });
});
