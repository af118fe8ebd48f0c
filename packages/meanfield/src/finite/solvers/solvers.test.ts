import { describe, expect, it } from "vitest";
import { anySolver, huntersAndHares, modelOf, solved, twoPlaces } from "../finite.testing.ts";
import { certifyFinite } from "../certify.ts";
import { meanFieldEquilibrium } from "../../core/index.ts";
import type { Outcome } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { FiniteModel } from "../model.ts";
import { beachBar } from "../games/beach-bar.ts";
import { buildingEvacuation } from "../games/building-evacuation.ts";
import { conservativeTreasureHunting } from "../games/conservative-treasure-hunting.ts";
import { crowdMotionTorus } from "../games/crowd-motion-torus.ts";
import { equilibriumPrice } from "../games/equilibrium-price.ts";
import { leftRight } from "../games/left-right.ts";
import { linearQuadraticGrid } from "../games/linear-quadratic-grid.ts";
import { randomLinear } from "../games/random-linear.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import { susceptibleInfected } from "../games/susceptible-infected.ts";
import { boltzmannPolicyIteration } from "./boltzmann-policy-iteration.ts";
import { entropyRegularisedFixedPoint } from "./entropy-regularised-fixed-point.ts";
import { fictitiousPlay } from "./fictitious-play.ts";
import { fixedPoint } from "./fixed-point.ts";
import { mfOmo } from "./mf-omo.ts";
import { meanFieldPsro } from "./mean-field-psro.ts";
import { munchausenMirrorDescent } from "./munchausen-mirror-descent.ts";
import { onlineMirrorDescent } from "./online-mirror-descent.ts";
import { priorDescent } from "./prior-descent.ts";

const all = [
  onlineMirrorDescent,
  fictitiousPlay,
  fixedPoint,
  priorDescent,
  munchausenMirrorDescent,
  boltzmannPolicyIteration,
  entropyRegularisedFixedPoint,
  mfOmo,
  meanFieldPsro,
].map(anySolver);

const [mirror, play, fixed, prior, munchausen, , entropic] = all;

function curve({ trace }: Outcome<FiniteCandidate>): number[] {
  return trace.map(({ exploitability }) => exploitability);
}

function certified(model: FiniteModel, { candidate }: Outcome<FiniteCandidate>): number {
  return certifyFinite(model, meanFieldEquilibrium, candidate).exploitability ?? Number.NaN;
}

describe("every solver", () => {
  it.each(all.map((solver) => [solver.name, solver] as const))(
    "%s scores the uniform policy first, returns its best iterate and says which",
    (_name, solver) => {
      const model = modelOf(rockPaperScissors);
      const outcome = solved(solver, model, { tolerance: 0 }, 40);
      const scores = curve(outcome);
      expect(scores.length).toBe(40);
      expect(scores[0]).toBeCloseTo(1 / 3, 14);
      const best = Math.min(...scores);
      expect(certified(model, outcome)).toBeCloseTo(best, 13);
      expect(outcome.outcome).toBe("iteration-limit");
      expect(outcome.reason).toContain(`returned: iteration ${scores.indexOf(best)}, of exploitability`);
    },
  );

  it.each(all.map((solver) => [solver.name, solver] as const))(
    "%s plays several populations, actions that are not allowed, kernels that see the laws",
    (_name, solver) => {
      const model = huntersAndHares();
      const outcome = solved(solver, model, {}, 100);
      const scores = curve(outcome);
      expect(scores.every(Number.isFinite)).toBe(true);
      expect(certified(model, outcome)).toBeCloseTo(Math.min(...scores), 12);
      // Without a memory a softmax does not come far.
      const least = /boltzmann/.test(solver.name) ? 0.9 : 0.5;
      expect(Math.min(...scores)).toBeLessThan(least * scores[0]);
      expect(outcome.candidate.policy[1][1]).toBe(0);
    },
  );

  it.each(all.map((solver) => [solver.name, solver] as const))(
    "%s stops at a game without coupling",
    (_name, solver) => {
      const outcome = solved(solver, twoPlaces(), { tolerance: 1e-3 }, 1000);
      expect(outcome.outcome).toBe("converged");
      expect(outcome.reason).toMatch(/^nobody gains more than/);
    },
  );
});

describe("mirror descent with a step size of its own", () => {
  it.each([
    ["left-right", leftRight, {}],
    ["rock-paper-scissors", rockPaperScissors, {}],
    ["beach-bar", beachBar, {}],
    ["beach-bar, walled", beachBar, { faithful: true }],
    ["conservative-treasure-hunting", conservativeTreasureHunting, {}],
    ["equilibrium-price", equilibriumPrice, {}],
    ["linear-quadratic-grid", linearQuadraticGrid, {}],
    ["linear-quadratic-grid, rounded", linearQuadraticGrid, { faithful: true }],
    ["random-linear", randomLinear, { seed: 1 }],
  ])("reaches rounding in %s", (_name, game, parameters) => {
    const model = modelOf(game, parameters);
    const outcome = solved(mirror, model, { tolerance: 1e-12 });
    expect(outcome.outcome).toBe("converged");
    // Relative to values of order one to fifty.
    expect(certified(model, outcome)).toBeLessThan(1e-10);
  });

  it.each([
    ["crowd-motion-torus", crowdMotionTorus, 1e-4],
    ["building-evacuation", buildingEvacuation, 1e-4],
  ])("comes near in %s", (_name, game, near) => {
    const model = modelOf(game);
    const outcome = solved(mirror, model, { tolerance: 0 }, 250);
    expect(certified(model, outcome)).toBeLessThan(near);
  });

  it("grows bold where it circles, and finds an equilibrium without mixing", () => {
    // Only transitions are coupled: nothing pulls towards an equilibrium.
    const outcome = solved(mirror, modelOf(susceptibleInfected), { tolerance: 1e-12 });
    expect(outcome.outcome).toBe("converged");
    expect(outcome.candidate.policy[0].every((share) => share < 1e-9 || share > 1 - 1e-9)).toBe(true);
    expect(certified(modelOf(susceptibleInfected), outcome)).toBeLessThan(1e-12);
  });

  it("finds the closed forms", () => {
    const sides = solved(mirror, modelOf(leftRight), { tolerance: 1e-12 }).candidate.flow[0];
    // Exploitability is linear in the error here.
    expect(Math.abs(sides[4] - 2 / 3)).toBeLessThan(1e-11);
    const hands = solved(mirror, modelOf(rockPaperScissors, { T: 3 }), { tolerance: 1e-12 }).candidate.flow[0];
    for (const t of [1, 2, 3])
      [26, 20, 31].forEach((part, i) => expect(Math.abs(hands[4 * t + 1 + i] - part / 77)).toBeLessThan(1e-11));
  });

  it("is sped up by earlier iterates, thirtyfold where many actions are nearly as good", () => {
    const model = modelOf(crowdMotionTorus, { T: 5, torus_l: 5, torus_w: 5 });
    const plain = certified(model, solved(mirror, model, { depth: 0, tolerance: 0 }, 300));
    expect(certified(model, solved(mirror, model, { tolerance: 0 }, 300))).toBeLessThan(plain / 30);
  });

  it("beats constant steps where these diverge", () => {
    const model = modelOf(rockPaperScissors);
    const constant = solved(mirror, model, { alpha: 1, tolerance: 0 }, 300);
    expect(Math.min(...curve(constant))).toBe(curve(constant)[0]);
    expect(certified(model, solved(mirror, model, { tolerance: 0 }, 300))).toBeLessThan(1e-6);
  });
});

describe("identities between solvers", () => {
  it("Munchausen mirror descent that keeps everything is mirror descent", () => {
    const model = modelOf(beachBar, { n: 7, T: 4 });
    const one = curve(solved(mirror, model, { alpha: 0.3, tolerance: 0 }, 60));
    const other = curve(solved(munchausen, model, { lr: 0.3, alpha: 1, tolerance: 0 }, 60));
    // The same numbers but for rounding, which sixty sums of values of order ten carry.
    one.forEach((value, k) => expect(Math.abs(value - other[k])).toBeLessThan(1e-11));
  });

  it("Munchausen mirror descent that forgets settles at the entropy-regularised fixed point", () => {
    const model = modelOf(beachBar, { n: 5, T: 3 });
    const [lr, alpha] = [1, 0.5];
    const one = solved(munchausen, model, { lr, alpha, tolerance: 0 }, 200);
    const other = solved(entropic, model, { eta: (1 - alpha) / lr, alpha: 0.5, tolerance: 0 }, 200);
    // The last iterates have settled; only they are compared, the best being on the way.
    expect(curve(one)[199]).toBeCloseTo(curve(other)[199], 10);
    expect(curve(one)[199]).toBeGreaterThan(1e-3);
    expect(Math.abs(curve(one)[199] - curve(one)[150])).toBeLessThan(1e-10);
  });

  it("fictitious play with constant share one is plain fixed-point iteration", () => {
    const model = modelOf(crowdMotionTorus, { torus_l: 4, torus_w: 3 });
    const one = curve(solved(play, model, { alpha: 1, tolerance: 0 }, 20));
    expect(curve(solved(fixed, model, { alpha: 1, tolerance: 0 }, 20))).toEqual(one);
  });
});

describe("what goes wrong is said", () => {
  it("prior descent does not overflow where its published form does", () => {
    const model = modelOf(beachBar, { T: 50, n: 100, bar_loc: 50, faithful: true });
    const outcome = solved(prior, model, { eta: 1, n_inner: 0, tolerance: 0 }, 5);
    expect(curve(outcome).every(Number.isFinite)).toBe(true);
    // Scored as what it is: far worse than the uniform policy that it used to be taken for.
    expect(curve(outcome)[1]).not.toBe(curve(outcome)[0]);
  });

  it("a search that does not get better is given up, with advice", () => {
    const outcome = solved(mirror, modelOf(rockPaperScissors), { alpha: 1 }, 3000);
    expect(outcome.outcome).toBe("diverged");
    expect(outcome.reason).toBe(
      "no better for 1000 iterations; returned: iteration 0, of exploitability 0.333; try a smaller alpha than 1, or 0 for one that is found along the way",
    );
    expect(outcome.iterations).toBe(1001);
  });

  it("a policy that is no number is named with its iteration", () => {
    // Steps of 1e308 add up to infinity, and infinity less infinity is no number.
    const model = twoPlaces({ reward: { base: { timed: false, at: (_t, s, a) => (s === a ? 1e305 : -1e305) } } });
    const outcome = solved(munchausen, model, { lr: 1e9, alpha: 1, tolerance: 0 }, 50);
    expect(outcome.outcome).toBe("diverged");
    expect(outcome.reason).toMatch(/^the policy is no number from iteration 1 on; returned: iteration 0/);
  });

  it("iterates that only got worse are said to, with what else to try, before the search is given up", () => {
    const outcome = solved(mirror, modelOf(rockPaperScissors), { alpha: 1 }, 120);
    expect(outcome.outcome).toBe("iteration-limit");
    const last = String(Number((outcome.trace.at(-1)?.["exploitability"] ?? 0).toPrecision(3)));
    expect(outcome.reason).toBe(
      "not converged within 120 iterations; returned: iteration 0, of exploitability 0.333, and nothing better in the 119 " +
        `after it, the last of ${last}; try a smaller alpha than 1, or 0 for one that is found along the way`,
    );
  });
});
