import { describe, expect, it } from "vitest";
import torusNumbers from "../../../../../tests/reference/pde-torus.json" with { type: "json" };
import { InputError, parseParameters, run } from "../../core/index.ts";
import { certifyFields } from "../pde/certify.ts";
import { gridPlanner } from "../solvers/grid-planner.ts";
import { congestion } from "./congestion.ts";
import { extrapolated, solveFields } from "./fields.testing.ts";
import type { Grid } from "./fields.testing.ts";
import { ask, limit, planner, reference } from "./reference.testing.ts";

const data = reference(torusNumbers);
const sets = [
  ["d0", "9d0_alpha0"],
  ["d1", "9d1_congestion"],
] as const;

describe("congestion", () => {
  describe.each(sets)("%s", (preset, set) => {
    const given = congestion.presets[preset].parameters;
    const records = data.records.filter((record) => record.set === set && record.args?.["x"] !== undefined);
    const parameters = parseParameters(congestion.parameters, given);
    const answers = (grid: Grid): number[] => {
      const { measured } = solveFields(congestion, given, grid);
      return records.map(({ id, args }) => {
        const x = Number(args?.["x"]);
        return id.includes(".u0.") ? ask(measured, "value", 0, x) : ask(measured, "density", parameters.T, x);
      });
    };
    const worst = (values: readonly number[]): number =>
      Math.max(...values.map((value, i) => Math.abs(value - Number(records[i].value))));

    it("has the parameters and records of its reference", () => {
      const { nu, T, alpha, f } = data.params[set];
      expect(parameters).toMatchObject({ nu, T, alpha, f });
      expect(records.length).toBe(10);
    });

    it("is the monotone scheme of the records to their last digits, and of first order", () => {
      const errors = [32, 64].map((points, i) => {
        const values = answers({ points, steps: points, scheme: "upwind" });
        values.forEach((value, k) => {
          const theirs = records[k].args?.["acd_J32_64_128"] as readonly number[];
          expect(Math.abs(value - theirs[i])).toBeLessThanOrEqual(1e-10);
        });
        return worst(values);
      });
      expect(Math.log2(errors[0] / errors[1])).toBeGreaterThan(0.85);
    });

    it("is of second order by central differences, and reaches every record by extrapolation", () => {
      const [coarse, fine] = [32, 64].map((points) => answers({ points, steps: points, scheme: "central" }));
      expect(Math.log2(worst(coarse) / worst(fine))).toBeGreaterThan(1.9);
      // Fourth order is left, 2.5e-5 without congestion and 2e-6 with it.
      expect(worst(coarse.map((value, i) => extrapolated(value, fine[i], 2)))).toBeLessThan(
        preset === "d0" ? 3e-5 : 3e-6,
      );
    });
  });

  it("reaches the numbers of strong congestion, d2", () => {
    const [coarse, fine] = [48, 96].map((points) => {
      const { measured } = solveFields(congestion, congestion.presets.d2.parameters, {
        points,
        steps: 2 * points,
        scheme: "central",
      });
      return [ask(measured, "value", 0, 0), ask(measured, "density", 1, 0.5)];
    });
    const [u, m] = coarse.map((value, i) => extrapolated(value, fine[i], 2));
    expect(Math.abs(u - 1.084616203)).toBeLessThan(1e-5);
    expect(Math.abs(m - 1.3321858057)).toBeLessThan(1e-5);
  });

  it("has certificates to rounding, and a cost that is the mean value", () => {
    const grid = { points: 24, steps: 12, scheme: "central" } as const;
    const { certificate, measured } = solveFields(congestion, {}, grid);
    const { exploitability, consistency, residual, exactError } = certificate();
    expect(Math.abs(exploitability ?? 1)).toBeLessThan(1e-12);
    expect(consistency).toBeLessThan(1e-9);
    expect(residual).toBeLessThan(1e-9);
    expect(exactError).toBeNull();
    let sum = 0;
    for (let i = 0; i < 24; i++) sum += (ask(measured, "value", 0, i / 24) * ask(measured, "density", 0, i / 24)) / 24;
    expect(ask(measured, "cost")).toBeCloseTo(sum, 12);
  });

  it("costs less under a planner, whose optimum no wave of the policy improves", () => {
    const parameters = parseParameters(congestion.parameters, {});
    const model = congestion.build(parameters);
    const grid = { points: 32, steps: 16, scheme: "central" } as const;
    const { outcome, candidate } = run(gridPlanner, model, planner, parseParameters(gridPlanner.options, grid));
    expect(outcome).toBe("converged");
    const social = ask(congestion.measure(parameters, planner, candidate), "cost");
    const nash = ask(solveFields(congestion, {}, grid).measured, "cost");
    expect(social).toBeLessThan(nash - 1e-4);
    const { exploitability, consistency, residual } = certifyFields(model, planner, candidate);
    expect(exploitability).toBeNull();
    expect(consistency).toBeLessThan(1e-8);
    // Central differences of the cost know its slope to 1e-11 or so.
    expect(residual).toBeLessThan(1e-9);
  });

  it("refuses a density that touches 0", () => {
    const parameters = parseParameters(congestion.parameters, { psi: 1 });
    expect(() => congestion.check?.(parameters, limit)).toThrow(InputError);
  });
});
