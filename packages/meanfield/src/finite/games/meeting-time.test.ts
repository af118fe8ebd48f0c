import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import { normalDensity, normalQuantile } from "../../numeric/normal-distribution.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import { meetingEquilibrium } from "../meeting-equilibrium.ts";
import { fixedPoint } from "../solvers/fixed-point.ts";
import { meetingTime } from "./meeting-time.ts";

const game = meetingTime as unknown as Game;

function parsed(given: Record<string, unknown>) {
  return parseParameters(meetingTime.parameters, given);
}

function settled(given: Record<string, unknown>): FiniteCandidate {
  // Plans follow each other by less than all the way, so that best responses settle, and without mixing.
  const { candidate, outcome } = solved(anySolver(fixedPoint), modelOf(meetingTime, given), { alpha: 1 });
  expect(outcome).toBe("converged");
  return candidate;
}

function equilibrium(given: Record<string, unknown>): Quantities {
  return game.measure(parsed(given), meanFieldEquilibrium, settled(given));
}

/** Start and mean plan of the first group, without what else quantities tell: a planner's optimum takes a while. */
function startAndPlan({ model, flow, policy }: FiniteCandidate): [number, number] {
  const [{ initial, actions }] = model.populations;
  const laws = { states: [flow[0].subarray(initial.length)], pairs: [], features: Float64Array.of(0) };
  model.features?.read(1, laws, laws.features, [laws, laws]);
  const [{ grid }] = actions;
  return [laws.features[0], grid.reduce((sum, tau, a) => sum + tau * policy[0][a], 0)];
}

function refuse(given: Record<string, unknown>): void {
  game.check?.(parsed(given), meanFieldEquilibrium);
}

describe("the closed form", () => {
  // Solved independently, from the first-order condition and the quantile.
  it.each([
    [{ sigmas: [0.5] }, 12.54748417, [12.12667355]],
    [{ sigmas: [1] }, 13.09496834, [12.2533471]],
    [{ sigmas: [1], theta: 0.9 }, 14.1231728, [12.84162123]],
    [{ sigmas: [0.25, 0.5, 1] }, 12.489024838905, [12.18708052, 12.091918, 11.88495317]],
  ])("has the known starts and plans: %o", (given, start, plans) => {
    const found = meetingEquilibrium(parsed(given));
    expect(Math.abs(found.start - start)).toBeLessThan(6e-9);
    found.plans.forEach((tau, i) => expect(Math.abs(tau - plans[i])).toBeLessThan(6e-9));
  });

  it("has everybody come on time where everybody can", () => {
    const { start, plans } = meetingEquilibrium(parsed({ sigmas: [1e-6] }));
    expect(start).toBeCloseTo(12, 5);
    expect(plans[0]).toBeCloseTo(12, 5);
  });

  it("exists if and only if waiting costs little enough", () => {
    // (γ − 1)/(1 + γ) against 0.2, for one group and for several.
    for (const sigmas of [[0.5], [0.25, 0.5, 1]]) {
      expect(meetingEquilibrium(parsed({ gamma: 1.49, sigmas })).start).toBeGreaterThan(13);
      expect(() => refuse({ gamma: 1.5, sigmas })).toThrow(/no finite starting time exists: .* = 0.2 must be less/);
      expect(() => refuse({ gamma: 1.6, sigmas })).toThrow(/no finite starting time/);
    }
    expect(() => refuse({ theta: 0.7, gamma: 13 / 7 })).toThrow(/no finite starting time/);
  });

  it("may start before its time where that is allowed, unless all then come ever earlier", () => {
    const early = { theta: 0.55, on_time: false };
    expect(meetingEquilibrium(parsed(early)).start).toBeLessThan(12);
    expect(meetingEquilibrium(parsed({ ...early, on_time: true })).start).toBe(12);
    expect(() => refuse({ ...early, theta: 0.5 })).toThrow(/come ever earlier/);
  });
});

describe("the game on grids", () => {
  it("starts when that of any plan does, to first order in the spacing of plans", () => {
    // A plan that is best to half a spacing moves the start, and that the plan: in all by half a spacing over 1 − slope, the
    // slope being how much a plan follows the start. How much of it there is hangs on where grids lie: the worst of five.
    const worst = [0.08, 0.04, 0.02, 0.01].map((step) => {
      const ratios = [0.86, 0.87, 0.88, 0.89, 0.9].map((theta) => {
        const given = { sigmas: [1], theta, cell: 0.1, window: 0.9, step };
        const { start, plans } = meetingEquilibrium(parsed(given));
        const near = [normalDensity(plans[0] - 12), 2 * normalDensity(plans[0] - start)];
        const slope = near[1] / (near[0] + near[1]);
        const [found, plan] = startAndPlan(settled(given));
        const bound = step / 2 / (1 - slope);
        expect(Math.abs(found - start)).toBeLessThan(bound + 1e-3);
        return Math.abs(plan - plans[0]) / bound;
      });
      return Math.max(...ratios);
    });
    for (const ratio of worst) {
      expect(ratio).toBeGreaterThan(0.4);
      expect(ratio).toBeLessThan(1.05);
    }
  });

  it("reads the quorum off cells to second order", () => {
    const errors = [0.8, 0.4, 0.2].map((cell) => {
      const model = modelOf(meetingTime, { cell, sigmas: [1], theta: 0.7, window: 2, step: 0.1 });
      const mu = new Float64Array(model.populations[0].initial.length);
      const laws = { states: [mu], pairs: [], features: Float64Array.of(0) };
      let worst = 0;
      // Plans from 12.5 to 13.5, not to hit ends of cells by chance.
      for (let plan = 25; plan <= 35; plan++) {
        mu.fill(0);
        model.populations[0].transition.successors(0, 0, plan, laws, (next, share) => void (mu[next] = share));
        model.features?.read(1, laws, laws.features, [laws, laws]);
        worst = Math.max(worst, Math.abs(laws.features[0] - (10 + plan / 10 + normalQuantile(0.7))));
      }
      return worst;
    });
    for (const i of [0, 1]) expect(Math.log2(errors[i] / errors[i + 1])).toBeGreaterThan(1.7);
  });

  it("has the closed form beside it", () => {
    const seen = equilibrium({ sigmas: [0.25, 0.5], step: 0.01, window: 0.6 });
    const exact = game.exact?.(parsed({ sigmas: [0.25, 0.5], step: 0.01, window: 0.6 }), meanFieldEquilibrium) ?? {};
    for (const name of ["mean_reward", "starting_time", "late"])
      expect(Math.abs(seen[name]().at() - exact[name]().at())).toBeLessThan(0.015);
    const density = [seen, exact].map((quantities) => quantities["arrivals"]());
    expect([...density[0].axes[0].grid]).toEqual([...density[1].axes[0].grid]);
    for (const a of density[0].axes[0].grid) expect(Math.abs(density[0].at(a) - density[1].at(a))).toBeLessThan(0.03);
  });

  it("is refused where it cannot hold the plans", () => {
    expect(() => refuse({ window: 0.1 })).toThrow(/^window = 0.1: must be at least 0.137/);
    expect(() => refuse({ step: 2 })).toThrow(/^step = 2/);
    expect(() => refuse({ cell: 1e-5 })).toThrow(/^cell = 0.00001: must be coarser/);
    expect(() => refuse({ sigmas: [1, 0.04] })).toThrow(/^cell = 0.05: must be at most the smallest σ, 0.04/);
  });
});
