import { describe, expect, it } from "vitest";
import { RefusalError, parseParameters } from "../../core/index.ts";
import type { StabilityGrid, StabilityTable } from "../../core/index.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { finished, record, sets } from "../backward.testing.ts";
import { logNormalBsde } from "../games/log-normal-bsde.ts";
import { meanFieldBsde } from "../games/mean-field-bsde.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { systemicRiskFbsde } from "../games/systemic-risk-fbsde.ts";
import type { LinearSystem } from "../model.ts";
import { cells } from "./cells.ts";
import { perturbations } from "./data-set.ts";
import type { Perturbation } from "./data-set.ts";
import { closedProcess, recursiveProcess } from "./processes.ts";
import { stability } from "./stability.ts";

const levels = [1, 2, 4, 8, 16, 32, 64, 128];
const players = [1, 2, 4, 8, 16, 64, 256];
const model = meanFieldBsde.build(parseParameters(meanFieldBsde.parameters, sets["STAB"]));
const logNormal = logNormalBsde.build(parseParameters(logNormalBsde.parameters, { b: 0.6, h: 0.1 }));
const systemOf = (of: typeof model): LinearSystem => {
  if (of.linear === undefined) throw new Error("not linear");
  return of.linear;
};
const gridOf = ({ grids }: StabilityTable, name: string): StabilityGrid => {
  const found = grids.find((grid) => grid.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
};
const all: ReadonlySet<Perturbation> = new Set(perturbations);

describe("the table of the linear game", () => {
  const table = finished(stability(model, { levels, players, repeats: 0, seed: 0 }));

  it.each([
    ["S8.STAB.Y0_table", "Y0"],
    ["S8.STAB.dist_to_limit", "dist_to_limit"],
    ["S8.STAB.dist_vertical", "dist_vertical"],
    ["S8.STAB.dist_horizontal", "dist_horizontal"],
  ])("reproduces %s by closed form and by recursion", (id, name) => {
    const { value, suggested_tol: tolerance = 0 } = record(id);
    const expected = value as readonly (readonly number[])[];
    const grid = gridOf(table, name);
    // The records' margins are fewer for the two partial distances.
    expected.forEach((row, i) =>
      row.forEach((number, j) => {
        expect(Math.abs(grid.value[i][j] - number)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(grid.check[i][j] - number)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  it("agrees with its check in every cell to rounding", () => {
    for (const { value, check } of table.grids) {
      value.forEach((row, i) =>
        row.forEach((number, j) =>
          expect(Math.abs(number - check[i][j])).toBeLessThan(1e-12 * Math.max(1, Math.abs(number))),
        ),
      );
    }
  });

  it("goes to its margins at 1/N along rows and at 1/k down columns, and so both corners agree", () => {
    for (const { along, at, asymptotic, theory } of table.rates) {
      expect(theory).toBe(along === "players" && at === 1 ? -2 : -1);
      // Down the columns 1/k² still shows at 2¹⁵ by a thousandth.
      expect(Math.abs((asymptotic ?? Number.NaN) - theory)).toBeLessThan(along === "players" ? 1e-4 : 2e-3);
    }
    expect(table.rates.length).toBe(levels.length + 1 + players.length + 1);
    const { value } = gridOf(table, "Y0");
    const [right, bottom] = [value.map((row) => row.at(-1) ?? 0), value.at(-1) ?? []];
    // First k then N, or first N then k: Richardson's extrapolation along either margin meets the corner.
    const corner = bottom.at(-1) ?? 0;
    expect(2 * right[7] - right[6]).toBeCloseTo(corner, 2);
    expect((4 * bottom[6] - bottom[5]) / 3).toBeCloseTo(corner, 8);
  });

  it("has a fitted slope with an interval for every row and column", () => {
    // Early levels fall faster than the limit's rate, never slower.
    for (const { slope } of table.rates) {
      expect(slope?.high).toBeGreaterThanOrEqual(slope?.low ?? 0);
      expect(slope?.slope).toBeLessThan(-0.99);
    }
  });

  it("reproduces the simulated cell k = 8, N = 4, and simulates it itself", () => {
    const { value, args } = record("S8.STAB.MC_cell_k8_N4");
    const exact = gridOf(table, "dist_to_limit").value[3][2];
    expect(Math.abs(exact - (value as number))).toBeLessThan(4 * (args?.["se"] as number));
    const small = finished(stability(model, { levels: [8], players: [4], repeats: 3000, seed: 2 }));
    const estimate = gridOf(small, "dist_to_limit").simulated?.[0][0];
    expect(Math.abs((estimate?.mean ?? 0) - exact)).toBeLessThan(4 * (estimate?.standardError ?? 0));
    expect(estimate?.standardError).toBeLessThan(0.02);
  });
});

describe("every kind of perturbation", () => {
  it.each([["terminal"], ["driver"], ["horizon"], ["martingale"], ["terminal", "driver"], [...perturbations]])(
    "%s …: closed forms, recursions and simulations agree for Gaussian and log-normal claims",
    (...names) => {
      for (const system of [model, logNormal]) {
        const settings = { levels: [1, 3, 8], players: [1, 3, 10], perturbations: names, repeats: 1500, seed: 7 };
        const { grids } = finished(stability(system, settings));
        for (const { value, check, simulated } of grids) {
          value.forEach((row, i) =>
            row.forEach((number, j) => {
              expect(Math.abs(number - check[i][j])).toBeLessThan(2e-12 * Math.max(1, Math.abs(number)));
              const { mean, standardError } = simulated?.[i][j] ?? { mean: Number.NaN, standardError: 0 };
              // Skew laws of squares: five standard errors, and rounding where nothing is random.
              expect(Math.abs(mean - number)).toBeLessThanOrEqual(5 * standardError + 1e-12 * Math.max(1, number));
            }),
          );
        }
      }
    },
    30_000,
  );

  it("moves only what it names", () => {
    const table = (names: readonly Perturbation[]) => cells(1, systemOf(model), new Set(names), "closed");
    const unperturbed = table(["martingale"]).start(Infinity, 5);
    for (const name of perturbations) expect(table([name]).start(4, 5)).not.toBe(unperturbed);
    expect(table(["horizon"]).data(4, 5)).toMatchObject({ horizon: 1.25, steps: undefined, system: { a: 0.3 } });
    expect(table(["driver"]).data(4, 5)).toMatchObject({ horizon: 1, system: { a: 0.55, c: 0.8 * (1 - 1 / 8) } });
    expect(table(["martingale"]).data(4, 5)).toMatchObject({ horizon: 1, steps: 4, system: { a: 0.3, c: 0.8 } });
  });

  it("falls like 1/k² where the martingale is left alone: only a sampled path costs 1/k", () => {
    const smooth = new Set<Perturbation>(["terminal", "driver", "horizon"]);
    for (const which of [smooth, all]) {
      const road = cells(1, systemOf(model), which, "closed");
      const [few, many] = [2 ** 11, 2 ** 12].map((k) => road.toUnperturbed(k, 3, 3));
      expect(Math.log2(few / many)).toBeCloseTo(which === all ? 1 : 2, 1);
    }
  });
});

describe("the discrete scheme", () => {
  const data = (steps: number, system = systemOf(model)) => ({ horizon: 1, system, steps });

  it.each([1, 4, Infinity])("converges at order one in the step, N = %d", (N) => {
    const steps = [8, 16, 32, 64, 128, 256];
    for (const system of [systemOf(model), systemOf(logNormal)]) {
      const start = (at: { own: number; mean: number; constant: number }): number =>
        (at.own + at.mean) * (system.noise.kind === "gaussian" ? 0 : 1) + at.constant;
      const exact = closedProcess({ horizon: 1, system, steps: undefined }, N).at(0);
      const errors = steps.map((k) => Math.abs(start(recursiveProcess(data(k, system), N).at(0)) - start(exact)));
      expect(Math.abs(logLogSlope(steps, errors).slope + 1)).toBeLessThan(0.05);
    }
  });

  it("keeps its closed form through coarse steps, where factors change sign, and through c = 0", () => {
    for (const given of [{ a: -4 }, { a: -4, c: -3 }, { a: -1, c: 0 }, { a: 0.3, c: -0.3 }, { a: 0, c: 0 }]) {
      const system = { ...systemOf(model), ...given };
      const harder = { ...systemOf(logNormal), ...given };
      for (const of of [system, harder]) {
        for (const N of [1, 2, 6, Infinity]) {
          for (const steps of [1, 2, 5, 40]) {
            const [closed, recursive] = [closedProcess, recursiveProcess].map((make) => make(data(steps, of), N));
            for (const n of [0, Math.floor(steps / 2), steps]) {
              const [ours, theirs] = [closed.at(n), recursive.at(n)];
              expect(ours.own + ours.mean / N).toBeCloseTo(theirs.own + theirs.mean / N, 11);
              expect(ours.constant).toBeCloseTo(theirs.constant, 11);
            }
          }
        }
      }
    }
  });
});

describe("refusals", () => {
  it("has no table of systems that are not linear, nor of tables too large to hold", () => {
    const settings = { levels: [1, 2], players: [1, 2], repeats: 0, seed: 0 };
    const nonlinear = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, {}));
    const coupled = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, {}));
    for (const other of [nonlinear, coupled]) expect(() => finished(stability(other, settings))).toThrow(RefusalError);
    const large = { ...settings, levels: [60_000], players: [90_000] };
    expect(() => finished(stability(model, large))).toThrow(/too many/);
    expect(() => finished(stability(model, { ...settings, levels: [2, 1] }))).toThrow(/increasing/);
    expect(() => finished(stability(model, { ...settings, perturbations: ["driven"] }))).toThrow(/perturb/);
    expect(() => finished(stability(model, { ...settings, repeats: -1 }))).toThrow(/repeats/);
  });

  it("stops when asked, with its exact cells", () => {
    const signal = AbortSignal.abort();
    const table = finished(stability(model, { levels: [1, 2], players: [1, 2], repeats: 100, seed: 0, signal }));
    expect(gridOf(table, "Y0").simulated).toBeUndefined();
    expect(gridOf(table, "Y0").value[0][0]).toBeCloseTo(18, 12);
  });
});
