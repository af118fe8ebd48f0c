import { describe, expect, it } from "vitest";
import { meanFieldEquilibrium, parseParameters, tabulate } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { certifyFinite } from "../certify.ts";
import { anySolver, modelOf, solved } from "../finite.testing.ts";
import { onlineMirrorDescent } from "../solvers/online-mirror-descent.ts";
import { finiteWing } from "../wing.ts";
import { beachBar } from "./beach-bar.ts";
import { graphonBeach } from "./graphon-beach.ts";

const logarithmic = { aversion: "log", kappa: 1, T: 2, n: 4, bar_loc: 2 } as const;

function measured(game: object, given: Record<string, unknown>, candidate: FiniteCandidate): Quantities {
  const typed = game as Game;
  return typed.measure(parseParameters(typed.parameters, given), meanFieldEquilibrium, candidate);
}

function settled(game: object, given: Record<string, unknown>, tolerance = 1e-12): FiniteCandidate {
  const { candidate, outcome } = solved(anySolver(onlineMirrorDescent), modelOf(game, given), { tolerance }, 3000);
  expect(outcome).toBe("converged");
  return candidate;
}

function equilibrium(given: Record<string, unknown>, tolerance = 1e-12): Quantities {
  return measured(graphonBeach, given, settled(graphonBeach, given, tolerance));
}

function uniform(game: object, given: Record<string, unknown>): Quantities {
  return measured(game, given, finiteWing.strategies?.["uniform"](modelOf(game, given)) as FiniteCandidate);
}

function list(quantities: Quantities, name: string): readonly number[] {
  const table = tabulate(quantities[name]());
  return typeof table === "number" ? [table] : table.value;
}

describe("a constant graphon", () => {
  it("judges the uniform policy as the beach bar does, type by type", () => {
    const [bar, beach] = [
      uniform(beachBar, {}),
      uniform(graphonBeach, { ...logarithmic, graphon: "constant", types: 3 }),
    ];
    for (const gain of list(beach, "gain")) expect(gain).toBeCloseTo(bar["exploitability"]().at(), 14);
    for (const alpha of beach["gain"]().axes[0].grid)
      for (let t = 0; t <= 2; t++)
        for (let x = 0; x < 4; x++) expect(beach["value"]().at(t, alpha, x)).toBeCloseTo(bar["value"]().at(t, x), 14);
  });

  it("has the equilibrium and the planner of the beach bar", () => {
    const bar = measured(beachBar, {}, settled(beachBar, {}));
    const beach = equilibrium({ ...logarithmic, graphon: "constant", types: 2 });
    const [right, found] = [list(bar, "flow"), list(beach, "crowd")];
    found.forEach((share, i) => expect(Math.abs(share - right[i])).toBeLessThan(1e-7));
    for (const name of ["mean_reward", "planner_reward"]) expect(beach[name]().at()).toBeCloseTo(bar[name]().at(), 6);
  });
});

describe("logarithmic aversion", () => {
  it.each(["rank-one", "min", "max", "power-law", "block"])(
    "lets all types of %s lie as at the beach bar: only proportions matter",
    (graphon) => {
      const { policy } = settled(beachBar, {});
      const model = modelOf(graphonBeach, { ...logarithmic, graphon, types: 4 });
      const same = model.populations.map(() => policy[0]);
      const candidate = { model, question: meanFieldEquilibrium, policy: same, flow: [] };
      const flow = settled(beachBar, {}).flow[0];
      const { exploitability } = certifyFinite(model, meanFieldEquilibrium, {
        ...candidate,
        flow: same.map(() => flow),
      });
      expect(exploitability).toBeLessThan(1e-11);
    },
  );
});

describe("linear aversion", () => {
  // Two places, one move of cost 1⁄2, no chance: who starts away from the bar gains 1 − 1⁄2 − 2κ(z(bar) − z(away)) by going.
  const small = { T: 1, n: 2, bar_loc: 1, p_still: 1, kappa: 1 };

  it("is balanced in closed form for one type", () => {
    const crowd = equilibrium({ ...small, types: 1, graphon: "constant" })["crowd"]();
    expect(crowd.at(1, 1)).toBeCloseTo(1 / 2 + 1 / 8, 9);
  });

  it("is balanced by the popular of two types, while the lonely all go to the bar", () => {
    const flow = equilibrium({ ...small, types: 2, graphon: "rank-one" })["flow"]();
    const [popular, lonely] = [1 - 0.9 * 0.25, 1 - 0.9 * 0.75];
    expect(flow.at(1, 0.25, 1)).toBeCloseTo(1 / 2 + (1 / (2 * popular) - lonely) / (2 * popular), 7);
    expect(flow.at(1, 0.75, 1)).toBeCloseTo(1, 7);
  });

  it("makes communities that do not mind each other beaches of their own", () => {
    const shape = { T: 4, n: 6, bar_loc: 3 };
    const given = {
      ...shape,
      graphon: "block",
      types: 4,
      blocks: [
        [1, 0],
        [0, 0.5],
      ],
    };
    const flow = equilibrium({ ...given, kappa: 2 }, 1e-9)["flow"]();
    [1, 0.5].forEach((kappa, i) => {
      const alone = equilibrium({ ...shape, graphon: "constant", types: 1, kappa }, 1e-9)["flow"]();
      for (let x = 0; x < 6; x++) {
        // Types of a community may share its places out between them.
        const together = (flow.at(4, 0.125 + i / 2, x) + flow.at(4, 0.375 + i / 2, x)) / 2;
        expect(Math.abs(together - alone.at(4, 0.5, x))).toBeLessThan(1e-4);
      }
    });
  });

  it.each(["max", "rank-one", "power-law"])("keeps those who mind many away from the bar: %s", (graphon) => {
    const quantities = equilibrium({ graphon, T: 5, types: 3 }, 1e-6);
    const [degree, distance] = [list(quantities, "degree"), list(quantities, "distance")];
    expect(degree[0]).toBeGreaterThan(degree[1]);
    expect(degree[1]).toBeGreaterThan(degree[2]);
    expect(distance[0]).toBeGreaterThan(distance[1] + 0.01);
    expect(distance[1]).toBeGreaterThan(distance[2] - 1e-6);
    expect(list(quantities, "gain").reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(
      quantities["exploitability"]().at(),
      12,
    );
  });
});

describe("graphons", () => {
  it("have the degrees of their integrals, by the midpoint rule to second order", () => {
    const error = (graphon: string, exact: (alpha: number) => number, types: number): number => {
      const degree = uniform(graphonBeach, { graphon, types, T: 1, n: 2, bar_loc: 0 })["degree"]();
      return Math.max(...Array.from(degree.axes[0].grid, (alpha) => Math.abs(degree.at(alpha) - exact(alpha))));
    };
    for (const [graphon, exact] of [
      ["min", (x: number) => x - (x * x) / 2],
      ["max", (x: number) => (1 - x * x) / 2],
    ] as const) {
      expect(error(graphon, exact, 20)).toBeLessThan(1 / (8 * 20 ** 2) + 1e-12);
      expect(error(graphon, exact, 10) / error(graphon, exact, 20)).toBeCloseTo(4, 6);
    }
    expect(error("rank-one", (x) => (1 - 0.9 * x) * 0.55, 7)).toBeLessThan(1e-14);
  });

  it("are refused where they are none", () => {
    const refuse = (given: Record<string, unknown>): void => void modelOf(graphonBeach, { graphon: "block", ...given });
    expect(() => refuse({ types: 5 })).toThrow(/^types = 5: must be a multiple of 2/);
    expect(() =>
      refuse({
        types: 4,
        blocks: [
          [1, 0.2],
          [0.1, 1],
        ],
      }),
    ).toThrow(/^blocks/);
    expect(() => refuse({ types: 4, bar_loc: 10 })).toThrow(/^bar_loc/);
  });
});
