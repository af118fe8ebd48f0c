/** Simulated defaults and costs against the reference laws of systemic-risk-defaults and the Monte-Carlo cross-checks. */
import { describe, expect, it } from "vitest";
import type { Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { energyTransition, priceImpact, systemicRisk } from "../linear-quadratic/models.testing.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import type { Entry } from "../linear-quadratic/reference-numbers.testing.ts";
import { feedback, load, openLoop } from "../linear-quadratic/reference-numbers.testing.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { simulateLinearQuadratic } from "./simulate.ts";

type Bank = Parameters<typeof systemicRisk>[0] & { readonly N: number; readonly D: number };

const { params, records } = load("systemic-risk-defaults");
const sets = [...new Set(records.filter(({ set }) => set in params).map(({ set }) => set))];

/** Paths of the reference's own Monte-Carlo runs, as its methods and standard errors say. */
const theirPaths: Readonly<Record<string, number>> = { uncontrolled_a100_N10: 200_000, "S2.C_closed_N100": 100_000 };

function play(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  settings: Omit<SimulationSettings, "seed">,
  events: SimulationEvents = {},
): Simulation {
  const run = simulateLinearQuadratic(model, strategy, events, { ...settings, seed: 20_251_031 });
  let next = run.next();
  while (next.done !== true) next = run.next();
  return next.value;
}

/** Of a record with one number; NaN, which no comparison passes, where there is no record. */
function numberOf(entry: Entry | undefined): { readonly value: number; readonly error: number } {
  return { value: Number(entry?.value), error: Number(entry?.args?.["se"] ?? 0) };
}

function strategyOf(set: string, model: LinearQuadraticModel, players: number): LinearStrategy {
  if (set.startsWith("indep") || set.startsWith("uncontrolled")) {
    return { source: "empirical", gain: (_t, out) => void out.data.fill(0) };
  }
  return solveRiccati(model, set.includes("open") ? openLoop(players) : feedback(players)).strategy;
}

/** The step must be short against 1/a for the bridge; the crowd of 100 is played less often. */
function effort(set: string): { readonly paths: number; readonly steps: number } {
  if (set === "uncontrolled_a100_N10") return { paths: 2000, steps: 1000 };
  if (set === "uncontrolled_a10_N10" || set === "S2.E_closed_N10") return { paths: 6000, steps: 150 };
  return set === "S2.C_closed_N100" ? { paths: 2000, steps: 80 } : { paths: 20_000, steps: 32 };
}

describe("the reference laws of defaults", () => {
  const record = (set: string, quantity: string): Entry | undefined =>
    records.find(({ id }) => id === `S2def.${set}.${quantity}`);
  const found = (set: string, quantity: string): { readonly value: number; readonly error: number } =>
    numberOf(record(set, quantity));

  it.each(sets)("%s", (set) => {
    const given = params[set] as Bank;
    const model = systemicRisk(given);
    const strategy = strategyOf(set, model, given.N);
    const { paths, steps } = effort(set);
    const { cost, defaults } = play(model, strategy, { players: given.N, paths, steps }, { defaultLevel: given.D });
    if (defaults === undefined) throw new Error("no defaults");
    const theirs = theirPaths[set] ?? 1_000_000;
    const binomial = (p: number): number => Math.sqrt(p * (1 - p) * (1 / paths + 1 / theirs));
    const failures: string[] = [];
    const near = (name: string, value: number, expected: number, error: number): void => {
      if (!(Math.abs(value - expected) <= 4 * error)) failures.push(`${name}: ${value}, not ${expected} ± ${error}`);
    };
    const single = found(set, "P_single");
    near("single", defaults.single.mean, single.value, Math.hypot(defaults.single.standardError, single.error));
    const systemic = found(set, "P_systemic").value;
    near("systemic", defaults.systemic.mean, systemic, binomial(systemic));
    const law = record(set, "count")?.value as readonly number[];
    expect(law).toHaveLength(given.N + 1);
    expect(defaults.count.value).toHaveLength(given.N + 1);
    // Of cells that hold less than one path in expectation the normal law says little: one path is allowed there.
    for (const [k, p] of law.entries()) near(`${k}`, defaults.count.value[k], p, Math.max(binomial(p), 1 / paths));
    if (record(set, "J_mc") !== undefined) {
      const money = found(set, "J_mc");
      near("cost", cost.mean, money.value, Math.hypot(cost.standardError, money.error));
    }
    near("exact cost", cost.mean, expectedCost(model, given.N, strategy), cost.standardError);
    expect(failures).toEqual([]);
  });

  it("has a record of every kind", () => {
    expect(sets).toHaveLength(11);
    expect(sets.filter((set) => record(set, "count") !== undefined)).toHaveLength(11);
    expect(sets.filter((set) => record(set, "J_mc") !== undefined)).toHaveLength(7);
  });
});

describe("the Monte-Carlo cross-checks", () => {
  const crossChecks = load("monte-carlo-crosschecks").records;
  const energy = load("energy-transition").params["A"] as Parameters<typeof energyTransition>[0];
  const price = load("price-impact").params["A"] as Parameters<typeof priceImpact>[0];

  it.each([
    ["SMC.S4.A.open.N10.J", energyTransition(energy)],
    ["SMC.S5.A.open.N10.J", priceImpact(price)],
  ])("%s", (id, model) => {
    const record = numberOf(crossChecks.find((entry) => entry.id === id));
    const { strategy } = solveRiccati(model, openLoop(10));
    const { cost } = play(model, strategy, { players: 10, paths: 20_000, steps: 20 });
    // The record is by Euler with 200 steps; its bias is about its own standard error, a fraction of what is allowed.
    expect(Math.abs(cost.mean - record.value)).toBeLessThan(4 * Math.hypot(cost.standardError, record.error));
  });
});
