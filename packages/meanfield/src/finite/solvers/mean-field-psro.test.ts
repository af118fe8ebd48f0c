import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../../core/index.ts";
import type { Outcome, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { certifyAnswer, judgeDevice } from "../certify-device.ts";
import type { DeviceWorth } from "../certify-device.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "../finite.testing.ts";
import { beachBar } from "../games/beach-bar.ts";
import { crowdAvoidance } from "../games/crowd-avoidance.ts";
import { crowdModelling } from "../games/crowd-modelling.ts";
import { leftRight } from "../games/left-right.ts";
import { normalForm } from "../games/normal-form.ts";
import { predatorPrey } from "../games/predator-prey.ts";
import { randomLinear } from "../games/random-linear.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import { susceptibleInfected } from "../games/susceptible-infected.ts";
import { measureFinite } from "../quantities.ts";
import { finiteWing } from "../wing.ts";
import { minimisers } from "../psro/meta-solver.ts";
import { meanFieldPsro } from "./mean-field-psro.ts";

const solver = anySolver(meanFieldPsro);
const biased = modelOf(normalForm, { reward_function: "biased_indirect_rps" });
const coop = modelOf(normalForm, { reward_function: "coop" });

function judged({ candidate }: Outcome<FiniteCandidate>): DeviceWorth {
  const { device, model } = candidate;
  if (device === undefined) throw new Error("no device");
  return judgeDevice(model, device);
}

describe("mean-field PSRO for Nash equilibria", () => {
  it.each([
    ["rock-paper-scissors", modelOf(rockPaperScissors, { T: 3 }), 2],
    ["left-right", modelOf(leftRight), 1],
    ["beach-bar", modelOf(beachBar), 3],
    ["biased hands", biased, 4],
    ["coop", coop, 2],
    ["random-linear", modelOf(randomLinear), 11],
    ["crowd-avoidance", modelOf(crowdAvoidance, { coef_congestion: 1 }), 5],
    ["hunters and hares", huntersAndHares(), 12],
    ["susceptible-infected", modelOf(susceptibleInfected, { T: 10 }), 12],
  ])("%s: to rounding within few best responses", (_name, model, few) => {
    const outcome = solved(solver, model, { tolerance: 1e-10 }, few + 1);
    expect(outcome.outcome).toBe("converged");
    const { exploitability, consistency } = certifyAnswer(model, meanFieldEquilibrium, outcome.candidate);
    // Relative to values of order one to fifty.
    expect(exploitability).toBeLessThan(1e-9);
    expect(consistency).toBeLessThan(1e-14);
  });

  it("finds the closed forms", () => {
    const { policy } = solved(solver, biased, { tolerance: 1e-13 }, 6).candidate;
    [15, 21, 35].forEach((part, a) => expect(Math.abs(policy[0][a] - part / 71)).toBeLessThan(1e-13));
    const hands = solved(solver, modelOf(rockPaperScissors), { tolerance: 1e-12 }).candidate.flow[0];
    [26, 20, 31].forEach((part, i) => expect(Math.abs(hands[5 + i] - part / 77)).toBeLessThan(1e-13));
    const sides = solved(solver, modelOf(leftRight), { tolerance: 1e-12 }).candidate.flow[0];
    expect(Math.abs(sides[4] - 2 / 3)).toBeLessThan(1e-13);
  });

  it("comes nearer with every few policies where many are played", () => {
    const model = modelOf(predatorPrey, { size: 3, horizon: 4 });
    const { trace } = solved(solver, model, { tolerance: 0 }, 25);
    const rate = (trace[24].exploitability / trace[4].exploitability) ** (1 / 20);
    // Sublinear would be nearer to one.
    expect(rate).toBeLessThan(0.75);
  });

  it.each(Object.keys(minimisers))("by %s, as far as learning goes", (meta_solver) => {
    const model = modelOf(rockPaperScissors);
    const outcome = solved(solver, model, { meta_solver, tolerance: 1e-3 }, 10);
    expect(outcome.outcome).toBe("converged");
    expect(certifyAnswer(model, meanFieldEquilibrium, outcome.candidate).exploitability).toBeLessThan(1e-3 + 1e-12);
  });

  it("goes on from learning where its search is stuck, and keeps what is known out unless told", () => {
    const model = modelOf(leftRight);
    const filtered = solved(solver, model, { tolerance: 0 }, 6).trace.map(({ policies }) => policies);
    const all = solved(solver, model, { tolerance: 0, filter_new_policies: false }, 6).trace.map(
      ({ policies }) => policies,
    );
    expect(Math.max(...filtered)).toBeLessThan(4);
    expect(all).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("mean-field PSRO for correlation devices", () => {
  const games = [
    ["rock-paper-scissors", modelOf(rockPaperScissors)],
    ["biased hands", biased],
    ["coop", coop],
    ["beach-bar", modelOf(beachBar)],
    ["crowd-avoidance", modelOf(crowdAvoidance, { coef_congestion: 1, horizon: 4 })],
  ] as const;

  it.each(games.flatMap(([name, model]) => [[name, "cce", model] as const, [name, "ce", model] as const]))(
    "%s: %s that the definitions agree to",
    (_name, equilibrium, model) => {
      const outcome = solved(solver, model, { equilibrium }, 12);
      expect(outcome.outcome).toBe("converged");
      const { coarse, correlated } = judged(outcome);
      const gap = equilibrium === "cce" ? coarse : correlated;
      // The tolerance, relative to values of order one to fifty.
      expect(gap).toBeLessThan(1e-4);
      expect(certifyAnswer(model, meanFieldEquilibrium, outcome.candidate).residual).toBe(gap);
      // A correlated equilibrium is a coarse one.
      expect(coarse - correlated).toBeLessThan(1e-10);
      const last = outcome.trace[outcome.trace.length - 1];
      expect(Math.abs(last[`${equilibrium}_gap`] - gap)).toBeLessThan(1e-11);
      const measured = measureFinite(outcome.candidate);
      expect(measured[`${equilibrium}_gap`]().at()).toBe(gap);
    },
  );

  it("over few mixtures, or evenly over many", () => {
    const [few, even] = ["minimal-support", "even"].map((selection) => {
      const outcome = solved(solver, biased, { equilibrium: "cce", selection, tolerance: 1e-7 }, 12);
      expect(outcome.outcome).toBe("converged");
      return Float64Array.from(outcome.candidate.device?.weights ?? []);
    });
    // No more than one and the policies of the restricted game.
    expect(few.length).toBeLessThan(7);
    expect(even.length).toBeGreaterThan(20);
    const concentration = (weights: Float64Array): number => weights.reduce((sum, weight) => sum + weight ** 2, 0);
    expect(concentration(even)).toBeLessThan(concentration(few) / 4);
  });

  it("that pay more than every Nash equilibrium", () => {
    // Of those without the second action the best pays 10(1 − c) − (200⁄9)(1 − 2c)c, 8.7.
    const c = (2290 - Math.sqrt(2290 ** 2 - 4 * 4400 * 90)) / 8800;
    const nash = 10 * (1 - c) - (200 / 9) * (1 - 2 * c) * c;
    const rewards = ["cce", "ce"].map((equilibrium) => {
      const outcome = solved(solver, coop, { equilibrium, selection: "reward" }, 12);
      expect(outcome.outcome).toBe("converged");
      return judged(outcome).earned;
    });
    expect(rewards[1]).toBeGreaterThan(nash + 1);
    expect(rewards[0]).toBeGreaterThan(rewards[1]);
  });

  it.each(Object.keys(minimisers).filter((name) => !name.includes("replicator")))(
    "all mixtures of %s alike: the gap is the mean regret",
    (meta_solver) => {
      const gaps = [250, 2000].map((regret_steps) => {
        const outcome = solved(
          solver,
          modelOf(rockPaperScissors),
          { equilibrium: "cce", meta_solver, regret_steps, selection: "average", tolerance: 0 },
          4,
        );
        return judged(outcome).coarse;
      });
      // Hedge: at most 2·range·√(ln n ⁄ T), with three hands, the uniform policy and a range of six.
      expect(gaps[0]).toBeLessThan(12 * Math.sqrt(Math.log(4) / 250));
      expect(gaps[1]).toBeLessThan(gaps[0]);
    },
  );

  it("that learning went on from are returned as they were", () => {
    const options = { equilibrium: "cce", meta_solver: "hedge", selection: "average", regret_steps: 300, tolerance: 0 };
    const outcome = solved(solver, biased, options, 12);
    const gaps = outcome.trace.map((row) => row["cce_gap"]);
    // Before the last, or nothing is tried.
    expect(gaps.indexOf(Math.min(...gaps))).toBeLessThan(11);
    expect(judged(outcome).coarse).toBeCloseTo(Math.min(...gaps), 12);
    expect(certifyAnswer(biased, meanFieldEquilibrium, outcome.candidate).consistency).toBeLessThan(1e-14);
  });

  it("are refused where transitions see the laws", () => {
    expect(() => solved(solver, huntersAndHares(), { equilibrium: "cce" })).toThrow(
      /^correlation devices are for games whose transitions do not depend on the laws; those of hares do/,
    );
  });

  it("say which one is returned where they are stopped", () => {
    const outcome = solved(solver, modelOf(crowdModelling), { equilibrium: "ce", regret_steps: 20 }, 5);
    expect(outcome.outcome).toBe("iteration-limit");
    expect(outcome.reason).toMatch(/returned: iteration \d, where doing something else than told gains/);
    const gaps = outcome.trace.map((row) => row["ce_gap"]);
    expect(judged(outcome).correlated).toBeCloseTo(Math.min(...gaps), 11);
  });

  it("are kept with their shapes, and not played as if they were policies", () => {
    const { candidate } = solved(solver, biased, { equilibrium: "cce", selection: "even" }, 12);
    const arrays = finiteWing.arrays?.(biased, candidate) ?? {};
    const [mixtures, policies] = arrays["device_mixtures"].shape;
    expect(arrays["device_weights"].shape).toEqual([mixtures]);
    expect(arrays["device_policies"].shape).toEqual([policies, 1, 1, 3]);
    expect(arrays["device_policies"].data.length).toBe(3 * policies);
    expect(Array.from(arrays["device_policies"].data.subarray(0, 3))).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const events = {} as unknown as SimulationEvents;
    expect(() => finiteWing.simulate?.(biased, candidate, events, {} as SimulationSettings)).toThrow(
      /^correlation devices are not played with finitely many players/,
    );
  });
});
