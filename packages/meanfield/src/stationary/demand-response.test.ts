import { describe, expect, it } from "vitest";
import { meanWithError } from "../numeric/statistics.ts";
import { policyIteration, pure } from "./best-response.ts";
import { baseDemand, demandResponse, direction, gridCode, gridStates } from "./demand-response.ts";
import type { DemandResponse, GridState } from "./demand-response.ts";
import { evaluate, policyKernel } from "./evaluation.ts";
import { deviation, fieldOf } from "./exploitability.ts";
import { featuresAt } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { environmentOf } from "./simulation/environment-of.ts";
import { stationaryLaw } from "./stationary-law.ts";
import { purePolicies, randomPolicy } from "./stationary.testing.ts";
import { tablesAt, transitionsAt } from "./tables.ts";

const deferrable: DemandResponse = {
  device: "deferrable",
  periods: 4,
  levels: 3,
  base: 1,
  swing: 0.4,
  p0: 0.2,
  p1: 1,
  power: 1,
  arrival: 0.3,
  wait: 0.02,
  overflow: 3,
  efficiency: 0.9,
  wear: 0.05,
  ramp: 0.02,
  loss: 0.02,
  gamma: 0.98,
};
const battery: DemandResponse = { ...deferrable, device: "battery" };
const both = [deferrable, battery];

/** P(y|x,a) and r(x,a,y) by the names of states, at the flexible demand of nobody. */
function named(game: DemandResponse) {
  const model = demandResponse(game);
  const codes = gridStates(game).map(gridCode);
  const phi = new Float64Array(game.periods);
  const P = new Float64Array(model.states ** 2 * model.actions);
  const r = P.slice();
  model.transition(phi, P);
  model.reward(phi, r);
  const at = (x: number, a: number, y: number): number =>
    (codes.indexOf(x) * model.actions + a) * model.states + codes.indexOf(y);
  return {
    P: (x: number, a: number, y: number) => P[at(x, a, y)],
    r: (x: number, a: number, y: number) => r[at(x, a, y)],
  };
}

/** Σ over states of z f. */
function expected(game: DemandResponse, field: Float64Array, f: (state: GridState) => number): number {
  return gridStates(game).reduce((sum, state, x) => sum + field[x] * f(state), 0);
}

/** What is put into backlogs or batteries in a period, and what is taken out. */
function balanceOf(game: DemandResponse, share: (f: (state: GridState) => boolean) => number): [number, number] {
  if (game.device === "deferrable") {
    const taken = game.arrival * (1 - share(({ level, mode }) => level === game.levels && mode === 0));
    return [taken, share(({ mode }) => mode === 1)];
  }
  const { efficiency } = game;
  const empty =
    share(({ level, mode }) => level === 0 && mode === 0) +
    (1 - efficiency) * share(({ level, mode }) => level === 0 && mode === 1) +
    share(({ level, mode }) => level === 1 && mode === 2);
  const charged = efficiency * share(({ mode }) => mode === 1);
  return [charged, share(({ mode }) => mode === 2) + game.arrival * (1 - empty)];
}

describe("demand response", () => {
  it("has the states that are possible, in increasing codes", () => {
    expect(demandResponse(deferrable).states).toBe(4 * 7);
    expect(demandResponse(battery).states).toBe(4 * 10);
    const codes = gridStates({ ...battery, periods: 12, levels: 9 }).map(gridCode);
    expect(codes.every((code, x) => x === 0 || code > codes[x - 1])).toBe(true);
    expect(gridStates(deferrable).some(({ level, mode }) => level === 0 && mode === 1)).toBe(false);
    expect(gridStates(battery).some(({ level, mode }) => level === 3 && mode === 1)).toBe(false);
    expect(gridStates(battery).some(({ level, mode }) => level === 0 && mode === 2)).toBe(false);
  });

  it("moves and pays an appliance as the equations say", () => {
    const { P, r } = named(deferrable);
    // Running with two units left: one is done, a new one may come, and the plan to go on may be lost.
    expect(P(21, 1, 111)).toBeCloseTo(0.7 * 0.98, 15);
    expect(P(21, 1, 110)).toBeCloseTo(0.7 * 0.02, 15);
    expect(P(21, 1, 121)).toBeCloseTo(0.3 * 0.98, 15);
    expect(P(21, 0, 120)).toBeCloseTo(0.3, 15);
    // The last unit: nothing is left to run unless work comes; midnight follows the last period.
    expect(P(311, 1, 0)).toBeCloseTo(0.7, 15);
    expect(P(311, 1, 11)).toBeCloseTo(0.3 * 0.98, 15);
    expect(P(330, 0, 30)).toBeCloseTo(1, 15);
    const base = baseDemand(deferrable);
    expect(r(121, 1, 211)).toBeCloseTo(-(0.2 + base[1]) * (base[1] + 1) - 0.02 * 4, 14);
    expect(r(120, 1, 221)).toBeCloseTo(-(0.2 + base[1]) * base[1] - 0.02 * 4 - 0.02, 14);
    // A full backlog that is off turns work away; a plan to run what is not there costs two changes.
    expect(r(130, 0, 230)).toBeCloseTo(-(0.2 + base[1]) * base[1] - 0.02 * 9 - 3 * 0.3, 14);
    expect(r(100, 1, 200)).toBeCloseTo(-(0.2 + base[1]) * base[1] - 2 * 0.02, 14);
  });

  it("moves and pays a battery as the equations say", () => {
    const { P, r } = named(battery);
    expect(P(11, 1, 121)).toBeCloseTo(0.9 * 0.7 * 0.98, 15);
    expect(P(11, 1, 101)).toBeCloseTo(0.1 * 0.3 * 0.98, 15);
    // Charged to the top there is no room to charge on.
    expect(P(21, 1, 130)).toBeCloseTo(0.9 * 0.7, 15);
    expect(P(12, 2, 100)).toBeCloseTo(1, 15);
    expect(P(32, 2, 122)).toBeCloseTo(0.7 * 0.98, 15);
    const base = baseDemand(battery);
    // From discharging to charging the power changes by two: four times the cost of a change.
    expect(r(122, 1, 211)).toBeCloseTo(-(0.2 + base[1]) * (base[1] - 1) - 0.05 - 4 * 0.02, 14);
    // An empty battery cannot serve its owner; one that is charging still may.
    expect(r(100, 0, 200)).toBeCloseTo(-(0.2 + base[1]) * base[1] - 3 * 0.3, 14);
    expect(r(101, 0, 210)).toBeCloseTo(-(0.2 + base[1]) * (base[1] + 1) - 0.05 - 0.02 - 3 * 0.3 * 0.1, 14);
  });

  it.each(both)("balances what comes and goes under any policy: $device", (game) => {
    const model = demandResponse(game);
    for (let seed = 0; seed < 5; seed++) {
      const policy = randomPolicy(seed, model);
      const field = fieldOf(model, policy);
      const share = (f: (state: GridState) => boolean): number => expected(game, field, (state) => (f(state) ? 1 : 0));
      for (let h = 0; h < game.periods; h++) expect(share(({ period }) => period === h)).toBeCloseTo(0.25, 13);
      const [gained, spent] = balanceOf(game, share);
      expect(gained).toBeCloseTo(spent, 13);
      // The features are the average draw of those in the period.
      featuresAt(model, field).forEach((phi, h) => {
        const draw = expected(game, field, ({ period, mode }) => (period === h ? direction(game, mode) : 0));
        expect(phi).toBeCloseTo((game.power * draw) / 0.25, 12);
      });
    }
  });

  it.each(both)("has one stationary law under every pure policy, because plans may be lost: $device", (game) => {
    const small = { ...game, periods: 2, levels: 1 };
    const classes = (loss: number): number => {
      const model = demandResponse({ ...small, loss });
      const P = transitionsAt(model, new Float64Array(2));
      let most = 0;
      for (const policy of purePolicies(model))
        most = Math.max(most, stationaryLaw(policyKernel(model, P, policy), model.initial).classes);
      return most;
    };
    expect(classes(0.02)).toBe(1);
    // Without losses a policy may leave what is off off for ever, and keep on what is on.
    expect(classes(0)).toBeGreaterThan(1);
  });

  it.each(both)("is exploited by the best of all pure policies, as many as there are: $device", (game) => {
    const model = demandResponse({ ...game, periods: 2, levels: 1 });
    for (let seed = 0; seed < 3; seed++) {
      const policy = randomPolicy(seed, model);
      const { field, own, exploitability } = deviation(model, policy);
      const tables = tablesAt(model, featuresAt(model, field));
      let most = -Infinity;
      for (const other of purePolicies(model)) most = Math.max(most, evaluate(model, tables, other).J);
      // Values of size 1/(1 − γ) = 50 lose some hundred roundings in a linear solve.
      expect(most - own.J).toBeCloseTo(exploitability, 10);
    }
  });

  it.each(both)("has a reward that is monotone in the law: $device", (game) => {
    const model = demandResponse(game);
    const [one, other] = [1, 2].map((seed) => fieldOf(model, randomPolicy(seed, model)));
    const [phi, psi] = [one, other].map((field) => featuresAt(model, field));
    const [r, s] = [phi, psi].map((features) => {
      const table = new Float64Array(model.states ** 2 * model.actions);
      model.reward(features, table);
      return table;
    });
    for (let a = 0; a < model.actions; a++) {
      let sum = 0;
      for (let x = 0; x < model.states; x++) {
        const i = (x * model.actions + a) * model.states;
        sum += (r[i] - s[i]) * (one[x] - other[x]);
      }
      // Σ (r − r′)(z − z′) = −p₁/H Σ_h (D_h − D′_h)²: prices rise with demand, and nothing else depends on the law.
      const gap = phi.reduce((total, d, h) => total + (d - psi[h]) ** 2, 0);
      expect(sum).toBeCloseTo((-game.p1 * gap) / game.periods, 12);
      expect(sum).toBeLessThan(-1e-4);
    }
  });

  it("has its peak two thirds through the day and its average at base", () => {
    const base = baseDemand({ ...deferrable, periods: 6, base: 2 });
    expect(base[4]).toBe(Math.max(...base));
    expect(base[4]).toBeCloseTo(2 * 1.4, 15);
    expect(base.reduce((sum, b) => sum + b, 0) / 6).toBeCloseTo(2, 14);
  });
});

/** Best responses to the average of all fields so far (fictitious play), from any policy. */
function fictitiousPlay(model: FiniteStationaryModel, start: Float64Array, rounds: number): Float64Array {
  let field = fieldOf(model, start);
  let policy: Float64Array | undefined;
  for (let k = 0; k < rounds; k++) {
    policy = policyIteration(model, tablesAt(model, featuresAt(model, field)), policy).policy;
    const induced = fieldOf(model, policy);
    field = field.map((p, x) => p + (induced[x] - p) / (k + 2));
  }
  return field;
}

describe("demand response in equilibrium", () => {
  it.each(both)("comes to one demand from any start by fictitious play: $device", (game) => {
    const model = demandResponse(game);
    const starts = [
      ...Array.from({ length: model.actions }, (_, a) => pure(new Int32Array(model.states).fill(a), model.actions)),
      randomPolicy(7, model),
    ];
    const [first, ...others] = starts.map((start) => featuresAt(model, fictitiousPlay(model, start, 400)));
    // The last response moves the average by 1/400 of a demand of one.
    for (const other of others) other.forEach((d, h) => expect(Math.abs(d - first[h])).toBeLessThan(0.02));
  });

  it("is what simulated households bring about and are paid, within 4 standard errors", () => {
    const model = demandResponse(deferrable);
    const probabilities = randomPolicy(3, model);
    const policy = { kind: "table", probabilities } as const;
    const { field, own } = deviation(model, probabilities);
    const environment = environmentOf(model);
    const settings = { players: 50_000, steps: 200, repeats: 1 };
    const settled = environment.population(policy, settings, { seed: 4, stream: 0 });
    field.forEach((p, x) => expect(Math.abs(settled[x] - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 50_000)));
    // 0.98^1500 < 1e-13.
    const rollouts = { count: 4000, horizon: 1500 };
    const { mean, standardError } = meanWithError(environment.returns(policy, field, rollouts, { seed: 5, stream: 0 }));
    expect(standardError).toBeLessThan(0.2);
    expect(Math.abs(mean - own.J)).toBeLessThan(4 * standardError);
  });
});
