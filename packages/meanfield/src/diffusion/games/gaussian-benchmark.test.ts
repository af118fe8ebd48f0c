import { describe, expect, it } from "vitest";
import benchmarkNumbers from "../../../../../tests/reference/pde-benchmarks.json" with { type: "json" };
import { RefusalError, parseParameters } from "../../core/index.ts";
import { gaussianFlow } from "../closed-forms/gaussian-flow.ts";
import { extrapolated, solveFields } from "./fields.testing.ts";
import type { Grid } from "./fields.testing.ts";
import { gaussianBenchmark } from "./gaussian-benchmark.ts";
import { ask, limit, reference } from "./reference.testing.ts";
import type { ReferenceRecord } from "./reference.testing.ts";
import type { Quantities } from "../../core/index.ts";

const data = reference(benchmarkNumbers);
const presets: Readonly<Record<string, keyof typeof gaussianBenchmark.presets>> = {
  "9a.S1A": "systemic-risk",
  "9a.LQmean": "tracking",
  "9b3": "b3",
  "9b4": "b4",
};
const records = data.records.filter(({ set }) => set !== undefined && Object.hasOwn(presets, set));

function given({ set }: { readonly set?: string | undefined }) {
  return gaussianBenchmark.presets[presets[set ?? ""]].parameters;
}

/** A record by formulas or by a solved game: values and densities at places, moments, coefficients of the value. */
function read({ id, set, args }: ReferenceRecord, answers: Quantities): number {
  const { T } = parseParameters(gaussianBenchmark.parameters, given({ set }));
  const [, , name] = /^S9[ab]\.(\w+)\.(\w+)/.exec(id) ?? [];
  const u = (t: number, x: number): number => ask(answers, "value", t, x);
  const curvature = (t: number): number => u(t, 1) - 2 * u(t, 0) + u(t, -1);
  switch (name) {
    case "u0":
      return u(0, Number(args?.["x"]));
    case "mT":
      return ask(answers, "density", T, Number(args?.["x"]));
    case "mean_T":
      return ask(answers, "mean", T);
    case "var_T":
    case "sT":
      return ask(answers, "variance", T);
    case "s_mid":
      return ask(answers, "variance", T / 2);
    case "Eu0":
      return ask(answers, "cost");
    case "A0":
      return curvature(0);
    case "A_mid":
      return curvature(T / 2);
    case "B0":
      return u(0, 0);
    default:
      throw new Error(`no rule for ${id}`);
  }
}

describe("Gaussian games on the line", () => {
  it("knows all records of its sets", () => expect(records.length).toBe(27));

  it.each(records)("reproduces $id by its formulas", (record) => {
    const parameters = parseParameters(gaussianBenchmark.parameters, given(record));
    gaussianBenchmark.check?.(parameters, limit);
    const answers = gaussianBenchmark.exact?.(parameters, limit) ?? {};
    // Coefficients are read off four values here.
    const tolerance = Math.max(record.suggested_tol, 1e-11);
    expect(Math.abs(read(record, answers) - Number(record.value))).toBeLessThanOrEqual(tolerance);
  });

  it.each(["9a.S1A", "9a.LQmean"])("reproduces the records of %s on grids of a cut line, extrapolated", (set) => {
    const own = records.filter((record) => record.set === set);
    const answers = (grid: Grid): number[] => {
      const { measured } = solveFields(gaussianBenchmark, given({ set }), grid);
      return own.map((record) => read(record, measured));
    };
    const [coarse, fine] = [81, 161].map((points) => answers({ points, steps: (points - 1) / 2, scheme: "central" }));
    own.forEach(({ value }, i) => {
      const exact = Number(value);
      // Values are parabolas, for which central differences are exact; densities leave the fourth order.
      expect(Math.abs(fine[i] - exact)).toBeLessThan(3e-3);
      expect(Math.abs(extrapolated(coarse[i], fine[i], 2) - exact)).toBeLessThan(5e-5);
    });
  });

  it.each(["9b3", "9b4"])(
    "comes to the records of %s at first order, the logarithm of the density in the cost",
    (set) => {
      const own = records.filter((record) => record.set === set);
      const [coarse, fine] = [61, 121].map((points) => {
        const { measured } = solveFields(gaussianBenchmark, given({ set }), {
          points,
          steps: (points - 1) / 2,
          scheme: "upwind",
        });
        return own.map((record) => read(record, measured));
      });
      own.forEach(({ value }, i) => {
        expect(Math.abs(fine[i] - Number(value))).toBeLessThan(8e-2);
        expect(Math.abs(extrapolated(coarse[i], fine[i], 1) - Number(value))).toBeLessThan(1e-2);
      });
    },
  );

  it("refuses horizons beyond the one at which the value bends without bound", () => {
    const game = { a: 0, k: 1, q: -4, s: 0, b: 0, ell: 0, Q: 0, S: 0, B: 0, sigma: 1, T: 1, x0: 0, v0: 1 };
    // A' = A² + 4: A(t) = −2 tan 2(T − t), infinite at T − t = π/4.
    expect(gaussianFlow({ ...game, T: 0.7 })(0).A).toBeCloseTo(-2 * Math.tan(1.4), 9);
    expect(() => gaussianFlow(game)).toThrow(RefusalError);
  });
});
