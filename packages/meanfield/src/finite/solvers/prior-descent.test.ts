import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../../core/index.ts";
import { certifyFinite } from "../certify.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "../finite.testing.ts";
import { beachBar } from "../games/beach-bar.ts";
import { buildingEvacuation } from "../games/building-evacuation.ts";
import { crowdModelling } from "../games/crowd-modelling.ts";
import { equilibriumPrice } from "../games/equilibrium-price.ts";
import { leftRight } from "../games/left-right.ts";
import { linearQuadraticGrid } from "../games/linear-quadratic-grid.ts";
import { normalForm } from "../games/normal-form.ts";
import { predatorPrey } from "../games/predator-prey.ts";
import { rockPaperScissors } from "../games/rock-paper-scissors.ts";
import { susceptibleInfected } from "../games/susceptible-infected.ts";
import { priorDescent } from "./prior-descent.ts";

const prior = anySolver(priorDescent);

describe("prior descent with a temperature found along the way", () => {
  it.each([
    ["left-right", modelOf(leftRight), 1e-9],
    ["rock-paper-scissors", modelOf(rockPaperScissors, { T: 4 }), 1e-3],
    ["biased hands", modelOf(normalForm, { reward_function: "biased_indirect_rps" }), 1e-3],
    ["coop, with payoffs in the thousands", modelOf(normalForm), 1e-9],
    ["beach-bar", modelOf(beachBar), 1e-5],
    ["equilibrium-price", modelOf(equilibriumPrice), 1e-12],
    ["linear-quadratic-grid", modelOf(linearQuadraticGrid), 1e-12],
    ["susceptible-infected", modelOf(susceptibleInfected, { T: 10 }), 1e-12],
    ["crowd-modelling", modelOf(crowdModelling), 0.02],
    ["building-evacuation", modelOf(buildingEvacuation, { n_floor: 2, floor_l: 4, floor_w: 4 }), 0.01],
    ["predator-prey", modelOf(predatorPrey, { size: 3, horizon: 4 }), 0.02],
    ["hunters and hares", huntersAndHares(), 0.01],
  ])("comes near in %s", (_name, model, near) => {
    const { candidate } = solved(prior, model, { tolerance: 0 }, 301);
    expect(certifyFinite(model, meanFieldEquilibrium, candidate).exploitability).toBeLessThan(near);
  });

  it("comes nearer at a steady rate where published temperatures turn in circles", () => {
    const model = modelOf(rockPaperScissors);
    const found = solved(prior, model, { tolerance: 0 }, 601).trace.map(({ exploitability }) => exploitability);
    const best = (until: number): number => Math.min(...found.slice(0, until));
    expect(best(301)).toBeLessThan(best(101) / 20);
    expect(best(601)).toBeLessThan(best(301) / 1000);
    const published = solved(prior, model, { eta: 1, n_inner: 10, tolerance: 0 }, 601).trace;
    expect(Math.min(...published.map(({ exploitability }) => exploitability))).toBeGreaterThan(0.1);
  });

  it("keeps the uniform prior if told, and says its temperature", () => {
    const { trace } = solved(prior, modelOf(leftRight), { n_inner: 0, tolerance: 0 }, 200);
    const etas = trace.slice(1).map((row) => row["eta"]);
    // Responses 1 ⁄ (1 + exp(−(2 − 3x)⁄η)) to a share x settle where η > 3x(1 − x), about 0.7; it hovers there.
    expect(Math.min(...etas)).toBeGreaterThan(0.3);
    expect(Math.max(...etas.slice(100))).toBeLessThan(3);
    expect(Object.keys(trace[0])).not.toContain("eta");
  });
});
