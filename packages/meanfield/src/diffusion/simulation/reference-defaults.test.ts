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

function strategyOf(set: string, model: LinearQuadraticModel, players: number): LinearStrategy {
  if (set.startsWith("indep") || set.startsWith("uncontrolled")) {
    return { source: "empirical", gain: (_t, out) => void out.data.fill(0) };
  }
  return solveRiccati(model, set.includes("open") ? openLoop(players) : feedback(players)).strategy;
}

/** The step must be short against 1/a for the bridge; the crowd of 100 is played less often. */
function effort(set: string): { readonly paths: number; readonly steps: number } {
  if (set === "uncontrolled_a100_N10") return { paths: 4000, steps: 1000 };
  if (set === "uncontrolled_a10_N10" || set === "S2.E_closed_N10") return { paths: 10_000, steps: 150 };
  return set === "S2.C_closed_N100" ? { paths: 3000, steps: 80 } : { paths: 20_000, steps: 50 };
}

describe("the reference laws of defaults", () => {
  const found = (set: string, quantity: string): Entry | undefined =>
    records.find(({ id }) => id === `S2def.${set}.${quantity}`);

  it.each(sets)("%s", (set) => {
    const given = params[set] as Bank;
    const model = systemicRisk(given);
    const strategy = strategyOf(set, model, given.N);
    const { paths, steps } = effort(set);
    const { cost, defaults } = play(model, strategy, { players: given.N, paths, steps }, { defaultLevel: given.D });
    if (defaults === undefined) throw new Error("no defaults");
    const theirs = theirPaths[set] ?? 1_000_000;
    const binomial = (p: number): number => Math.sqrt(p * (1 - p) * (1 / paths + 1 / theirs));
    const near = (value: number, record: Entry | undefined, error: number): void => {
      if (record !== undefined) expect(Math.abs(value - (record.value as number)), record.id).toBeLessThan(4 * error);
    };
    const single = found(set, "P_single");
    near(defaults.single.mean, single, Math.hypot(defaults.single.standardError, single?.args?.["se"] ?? 0));
    const systemic = found(set, "P_systemic");
    near(defaults.systemic.mean, systemic, binomial(systemic?.value as number));
    const law = found(set, "count")?.value as readonly number[];
    expect(law).toHaveLength(given.N + 1);
    expect(defaults.count.value).toHaveLength(given.N + 1);
    for (const [k, p] of law.entries()) {
      // 200 cells are compared; for those that hold less than one path in expectation the normal law says little.
      const allowed = Math.max(4 * binomial(p), 4 / paths);
      expect(Math.abs(defaults.count.value[k] - p), `${set} ${k}`).toBeLessThan(allowed);
    }
    const money = found(set, "J_mc");
    near(cost.mean, money, Math.hypot(cost.standardError, money?.args?.["se"] ?? 0));
    const exact = expectedCost(model, given.N, strategy);
    expect(Math.abs(cost.mean - exact)).toBeLessThanOrEqual(4 * cost.standardError);
  });

  it("has a record of every kind", () => {
    expect(sets).toHaveLength(11);
    expect(sets.filter((set) => found(set, "count") !== undefined)).toHaveLength(11);
    expect(sets.filter((set) => found(set, "J_mc") !== undefined)).toHaveLength(7);
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
    const record = crossChecks.find((entry) => entry.id === id);
    const { strategy } = solveRiccati(model, openLoop(10));
    const { cost } = play(model, strategy, { players: 10, paths: 20_000, steps: 20 });
    // The record is by Euler with 200 steps: its bias, of the order of its own standard error, adds one percent.
    const error = Math.hypot(cost.standardError, record?.args?.["se"] ?? 0);
    expect(Math.abs(cost.mean - (record?.value as number))).toBeLessThan(4 * error);
  });
});
