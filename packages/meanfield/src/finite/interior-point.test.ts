import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium } from "../core/index.ts";
import type { Question } from "../core/index.ts";
import { softmax } from "./best-response.ts";
import { certifyFinite } from "./certify.ts";
import { compile, emptyFlow, emptyProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { actionValues, emptyValues } from "./evaluation.ts";
import { anySolver, huntersAndHares, modelOf, solved } from "./finite.testing.ts";
import { emptyField, induce } from "./flow.ts";
import { beachBar } from "./games/beach-bar.ts";
import { crowdModelling } from "./games/crowd-modelling.ts";
import { garnet } from "./games/garnet.ts";
import { predatorPrey } from "./games/predator-prey.ts";
import { isRepelling, newtonStep } from "./linearised-game.ts";
import type { Profile } from "./model.ts";
import { socialise } from "./social.ts";
import { onlineMirrorDescent } from "./solvers/online-mirror-descent.ts";
import { socialMirrorDescent } from "./solvers/social-mirror-descent.ts";

const mirror = anySolver(onlineMirrorDescent);
const planner: Question = { ...meanFieldEquilibrium, concept: "planner" };

/** Q of the laws that a policy induces and of any values V of what comes next, for a planner with what players do to others. */
function valuesAt(game: CompiledGame, policy: Profile, V: readonly Float64Array[], planned: boolean): Profile {
  const field = emptyField(game, planned);
  induce(field, policy);
  if (planned) socialise(field, policy, emptyValues(game));
  const Q = emptyProfile(game);
  field.parts.forEach((part, p) => {
    for (let t = game.times - 1; t >= 0; t--) actionValues(part, game.times, t, V[p], Q[p]);
  });
  return Q;
}

/** The policy of laws, none of which is 0 here. */
function policyOf(game: CompiledGame, L: Profile): Profile {
  return L.map((table, p) => {
    const { actions } = game.populations[p];
    return table.map((share, i) => {
      const first = i - (i % actions);
      return share / table.subarray(first, first + actions).reduce((sum, one) => sum + one, 0);
    });
  });
}

describe("Newton's step", () => {
  it.each([
    ["players", false],
    ["a planner", true],
  ])(
    "of %s changes laws, values and slacks as the conditions do to first order, and keeps a flow",
    (_name, planned) => {
      // A floor that is felt, so that both of its slopes are.
      const game = compile(modelOf(garnet, { size: 6, horizon: 4, log_eps: 0.05 }));
      const policy = emptyProfile(game);
      const exponents = policy.map((table) => table.map((_, i) => Math.sin(3 * i)));
      softmax(game, exponents, 1, policy);
      const field = emptyField(game, planned);
      induce(field, policy);
      const L = field.parts.map(({ pairs }) => Float64Array.from(pairs));
      const z = L.map((table) => table.map((_, i) => 0.5 + 0.4 * Math.cos(i)));
      const V = emptyFlow(game).map((table) => table.map((_, i) => Math.cos(2 * i)));
      const missing = (at: Profile, values: readonly Float64Array[], slack: Profile): Float64Array => {
        const Q = valuesAt(game, policyOf(game, at), values, planned)[0];
        return Q.map((value, i) => values[0][Math.floor(i / game.populations[0].actions)] - value - slack[0][i]);
      };
      const [tau, before] = [0.01, missing(L, V, z)];
      const weight = [L[0].map((share, i) => share / z[0][i])];
      const drive = [L[0].map((share, i) => tau / z[0][i] - share - weight[0][i] * before[i])];
      const step = { L: emptyProfile(game), V: emptyFlow(game) };
      newtonStep(field, { weight, drive }, planned, step);
      const slack = L[0].map((share, i) => (tau - share * z[0][i] - z[0][i] * step.L[0][i]) / share);
      const moved = (h: number): { L: Profile; V: Float64Array[]; z: Profile } => ({
        L: [L[0].map((share, i) => share + h * step.L[0][i])],
        V: [V[0].map((value, i) => value + h * step.V[0][i])],
        z: [z[0].map((value, i) => value + h * slack[i])],
      });
      // What policies induce is what was asked for: laws stay a flow.
      const there = moved(1e-3);
      const induced = emptyField(game);
      induce(induced, policyOf(game, there.L));
      there.L[0].forEach((share, i) => expect(Math.abs(induced.parts[0].pairs[i] - share)).toBeLessThan(1e-15));
      // V − Q − z falls to (1 − h) of it, but for h² terms: a quarter of them with half the step.
      const [whole, half] = [2e-3, 1e-3].map((h) => {
        const at = moved(h);
        return missing(at.L, at.V, at.z).reduce(
          (most, now, i) => Math.max(most, Math.abs(now - (1 - h) * before[i])),
          0,
        );
      });
      expect(whole).toBeGreaterThan(1e-9);
      expect(whole / half).toBeGreaterThan(3.9);
      expect(whole / half).toBeLessThan(4.1);
    },
  );

  it("is taken only where players repel each other, and nothing else", () => {
    expect(isRepelling(compile(modelOf(beachBar)))).toBe(true);
    expect(isRepelling(compile(modelOf(predatorPrey)))).toBe(false);
    expect(isRepelling(compile(huntersAndHares()))).toBe(false);
  });
});

describe("mirror descent that is finished by an interior-point method", () => {
  it.each([
    ["garnet", modelOf(garnet)],
    ["crowd-modelling", modelOf(crowdModelling, { size: 24, horizon: 16 })],
  ])("gets to 1e-8 where mirror descent alone stays far, in some tens of steps: %s", (_name, model) => {
    const finished = solved(mirror, model, { newton_after: 30, tolerance: 1e-9 }, 80);
    expect(finished.outcome).toBe("converged");
    const reached = certifyFinite(model, meanFieldEquilibrium, finished.candidate).exploitability ?? Number.NaN;
    expect(reached).toBeLessThan(1e-7);
    const alone = solved(mirror, model, { newton_after: 0, tolerance: 0 }, 200);
    const left = certifyFinite(model, meanFieldEquilibrium, alone.candidate).exploitability ?? Number.NaN;
    expect(left).toBeGreaterThan(100 * reached);
  });

  it("finds the equilibrium that mirror descent finds where that gets there by itself", () => {
    const model = modelOf(beachBar);
    const [one] = solved(mirror, model, { newton_after: 5, tolerance: 1e-12 }).candidate.flow;
    const [other] = solved(mirror, model, { newton_after: 0, tolerance: 1e-12 }).candidate.flow;
    // Laws are as exact as the root of exploitability at worst.
    one.forEach((share, i) => expect(Math.abs(share - other[i])).toBeLessThan(1e-6));
  });

  it("goes on with mirror descent where rounding ends it, and keeps the best", () => {
    const { trace, reason } = solved(mirror, modelOf(garnet), { newton_after: 30, tolerance: 0 }, 120);
    const steps = trace.filter(({ share }) => share !== undefined);
    expect(steps.length).toBeGreaterThan(5);
    expect(trace[119]["alpha"]).toBeGreaterThan(0);
    const best = Math.min(...trace.map(({ exploitability }) => exploitability));
    expect(best).toBeLessThan(1e-8);
    expect(reason).toContain(`returned: iteration ${trace.findIndex((row) => row["exploitability"] === best)}`);
  });

  it("finishes planners, too", () => {
    const model = modelOf(crowdModelling, { size: 24, horizon: 16 });
    const options = { starts: 1, patience: 330, tolerance: 1e-9 };
    const solver = anySolver(socialMirrorDescent);
    const state = solver.init(model, planner, { alpha: 0, seed: 0, ...options });
    let [gap, status] = [Infinity, "running"];
    while (status === "running") {
      const step = solver.step(model, state);
      gap = Math.min(gap, step.metrics["gap"]);
      status = step.status;
    }
    expect(status).toBe("converged");
    expect(gap).toBeLessThan(1e-7);
  });
});
