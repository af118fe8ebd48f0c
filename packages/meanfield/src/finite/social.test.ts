import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters, run } from "../core/index.ts";
import { softmax } from "./best-response.ts";
import { certifyFinite } from "./certify.ts";
import { compile, emptyProfile } from "./compile.ts";
import { emptyValues } from "./evaluation.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import { beachBar } from "./games/beach-bar.ts";
import { buildingEvacuation } from "./games/building-evacuation.ts";
import { conservativeTreasureHunting } from "./games/conservative-treasure-hunting.ts";
import { equilibriumPrice } from "./games/equilibrium-price.ts";
import { leftRight } from "./games/left-right.ts";
import { randomLinear } from "./games/random-linear.ts";
import { rockPaperScissors } from "./games/rock-paper-scissors.ts";
import { susceptibleInfected } from "./games/susceptible-infected.ts";
import type { FiniteModel, Profile } from "./model.ts";
import { measureFinite } from "./quantities.ts";
import { plannerReward } from "./social-optimum.ts";
import { socialise, totalReward } from "./social.ts";
import { onlineMirrorDescent } from "./solvers/online-mirror-descent.ts";
import { socialMirrorDescent } from "./solvers/social-mirror-descent.ts";

function total(model: FiniteModel, policy: Profile): number {
  const field = emptyField(compile(model));
  induce(field, policy);
  return totalReward(field);
}

/** Policies without any symmetry. */
function unevenPolicy(model: FiniteModel): { exponents: Profile; policy: Profile } {
  const game = compile(model);
  const exponents = emptyProfile(game).map((table) => table.map((_, i) => Math.sin(1.7 * i)));
  game.populations.forEach(({ allowed }, p) =>
    allowed?.forEach((one, i) => {
      if (one === 0) exponents[p][i] = -Infinity;
    }),
  );
  const policy = emptyProfile(game);
  softmax(game, exponents, 1, policy);
  return { exponents, policy };
}

describe("what an action is worth to everybody", () => {
  it.each([
    ["common couplings, several populations, kernels that see states", huntersAndHares()],
    ["logarithms, added to", modelOf(beachBar)],
    ["logarithms, cut off", modelOf(buildingEvacuation, { n_floor: 2, floor_l: 2, floor_w: 2 })],
    ["kernels and rewards of pairs", modelOf(conservativeTreasureHunting)],
    ["features of pairs", modelOf(randomLinear, { n: 3, m: 2 })],
    ["prices", modelOf(equilibriumPrice, { T: 2 })],
    ["kernels alone", modelOf(susceptibleInfected, { T: 6 })],
  ])("is the derivative of the total reward: %s", (_name, model) => {
    const game = compile(model);
    const { exponents, policy } = unevenPolicy(model);
    const field = emptyField(game, true);
    const values = emptyValues(game);
    induce(field, policy);
    socialise(field, policy, values);
    let worst = 0;
    game.populations.forEach(({ actions }, p) => {
      const length = policy[p].length;
      for (let i = 0; i < length; i += Math.max(1, Math.floor(length / 23))) {
        if (exponents[p][i] === -Infinity) continue;
        // ∂J/∂y(s,a) = μ π(a|s) (λ(s,a) − W(s)), y the exponents of a softmax.
        const slope = field.parts[p].pairs[i] * (values.Q[p][i] - values.V[p][Math.floor(i / actions)]);
        const shifted = (by: number): number => {
          const moved = exponents.map((table) => table.slice());
          moved[p][i] += by;
          const changed = emptyProfile(game);
          softmax(game, moved, 1, changed);
          return total(model, changed);
        };
        const h = 1e-4;
        worst = Math.max(worst, Math.abs((shifted(h) - shifted(-h)) / (2 * h) - slope));
      }
    });
    // Central differences err by h² here and by 1e-10 within.
    expect(worst).toBeLessThan(3e-8);
  });

  it("adds up to the mean rewards", () => {
    const model = huntersAndHares();
    const { policy } = unevenPolicy(model);
    const flow = emptyField(compile(model));
    induce(flow, policy);
    const candidate = { model, question: meanFieldEquilibrium, policy, flow: flow.parts.map(({ mu }) => mu) };
    expect(measureFinite(candidate)["mean_reward"]().at()).toBeCloseTo(totalReward(flow) / 2, 14);
  });
});

describe("a planner", () => {
  const question = { ...meanFieldEquilibrium, concept: "planner" } as const;
  const optimum = (model: FiniteModel) =>
    run(socialMirrorDescent, model, question, parseParameters(socialMirrorDescent.options, { tolerance: 1e-10 }));

  it("finds the closed forms", () => {
    const sides = optimum(modelOf(leftRight));
    // Total rewards are quadratic in the error, gaps too.
    expect(Math.abs(sides.candidate.flow[0][4] - 2 / 3)).toBeLessThan(1e-5);
    const hands = optimum(modelOf(rockPaperScissors, { T: 2 }));
    expect(hands.outcome).toBe("converged");
    [0, 1 / 2, 1 / 2].forEach((part, i) => expect(Math.abs(hands.candidate.flow[0][9 + i] - part)).toBeLessThan(1e-4));
    expect(plannerReward(modelOf(rockPaperScissors, { T: 2 }))).toBeCloseTo(2, 5);
  });

  it.each([
    ["beach-bar", beachBar],
    ["equilibrium-price", equilibriumPrice],
    ["susceptible-infected", susceptibleInfected],
  ])("is not worse off than an equilibrium: %s", (_name, game) => {
    const model = modelOf(game);
    const nash = solved(anySolver(onlineMirrorDescent), model, {}, 200).candidate;
    const best = optimum(model);
    expect(total(model, best.candidate.policy)).toBeGreaterThan(total(model, nash.policy) - 1e-12);
    expect(Math.max(...best.trace.map(({ reward }) => reward))).toBeCloseTo(total(model, best.candidate.policy), 9);
    expect(best.reason).toMatch(/returned: (start \d of 3|the only start), of total reward/);
    const { residual, exploitability } = certifyFinite(model, question, best.candidate);
    expect(exploitability).toBeNull();
    expect(residual).toBeLessThan(1e-7);
  });

  it("does what players do who only mind crowds by the logarithm, at a price of anarchy of one", () => {
    // Σ μ ln μ has the slope ln μ + 1: a planner minds what players mind, and a constant.
    const model = modelOf(beachBar);
    const { candidate } = solved(anySolver(onlineMirrorDescent), model, { tolerance: 1e-10 });
    const { candidate: best } = optimum(model);
    // Laws are known to the square root of the gap.
    candidate.flow[0].forEach((share, i) => expect(Math.abs(share - best.flow[0][i])).toBeLessThan(1e-5));
    expect(measureFinite(candidate)["price_of_anarchy"]().at()).toBeCloseTo(1, 6);
  });

  it("is refused by those who play for themselves, and the other way round", () => {
    expect(onlineMirrorDescent.refuses(modelOf(leftRight), question)).toMatch(/a planner wants social-mirror-descent/);
    expect(socialMirrorDescent.refuses(modelOf(leftRight), meanFieldEquilibrium)).toMatch(/for a planner/);
    expect(onlineMirrorDescent.refuses(modelOf(leftRight), { ...meanFieldEquilibrium, players: 10 })).toMatch(
      /in the limit/,
    );
  });
});
