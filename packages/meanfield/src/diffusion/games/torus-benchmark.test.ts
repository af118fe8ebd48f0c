import { describe, expect, it } from "vitest";
import torusNumbers from "../../../../../tests/reference/pde-torus.json" with { type: "json" };
import { InputError, parseParameters } from "../../core/index.ts";
import { farthest, solveFields } from "./fields.testing.ts";
import { ask, limit, reference } from "./reference.testing.ts";
import { torusBenchmark, torusPotential } from "./torus-benchmark.ts";

const data = reference(torusNumbers);
const circle = torusBenchmark.presets.c1.parameters;
const plane = torusBenchmark.presets.c3.parameters;
const formulas = (given: Readonly<Record<string, unknown>>) => {
  const parameters = parseParameters(torusBenchmark.parameters, given);
  torusBenchmark.check?.(parameters, limit);
  return {
    parameters,
    answers: torusBenchmark.exact?.(parameters, limit) ?? {},
    potential: torusPotential(parameters),
  };
};
const points = data.records.filter(({ id }) => /^S9c\..*\.(u0?|mT|V0)\./.test(id));
/** Rows of points, steps, largest errors of u and m, Newton steps. */
const upwind = data.records.flatMap(({ id, value }) =>
  id === "S9c.c1.acd_errors" ? (value as unknown as readonly number[][]) : [],
);

describe("exact games on the torus", () => {
  it("has the sets of the reference as presets", () => {
    const { nu, K, psi1, psi2, f, T } = data.params["9c1"];
    expect(formulas(circle).parameters).toMatchObject({ nu, K, psi1, psi2, f, T });
    const three = data.params["9c3_2d"];
    expect(formulas(plane).parameters).toMatchObject({
      nu: three["nu"],
      K: three["K"],
      f: three["f"],
      T: three["T"],
      psi1: three["a"],
      psi3: three["b"],
      psi4: three["c"],
    });
    expect(points.length).toBe(27);
  });

  it.each(points)("reproduces $id by its formulas", ({ id, set, args, value, suggested_tol: tolerance }) => {
    const { parameters, answers, potential } = formulas(set === "9c1" ? circle : plane);
    const [x, y] = [Number(args?.["x"]), Number(args?.["y"] ?? 0)];
    const place = set === "9c1" ? [x] : [x, y];
    const computed = id.includes(".V0.")
      ? potential(0, x, y)
      : id.includes(".mT.")
        ? ask(answers, "density", parameters.T, ...place)
        : ask(answers, "value", 0, ...place);
    expect(Math.abs(computed - Number(value))).toBeLessThanOrEqual(tolerance);
  });

  it("errs by the monotone scheme exactly as the reference's own does, at first order", () => {
    expect(upwind.length).toBe(4);
    for (const [J, steps, errorU, errorM] of upwind.slice(0, 3)) {
      const { candidate, exact } = solveFields(torusBenchmark, circle, { points: J, steps, scheme: "upwind" });
      if (candidate.kind !== "grid") throw new Error("not on a grid");
      const { problem, value, flow } = candidate;
      const [u, m] = [exact["value"](), exact["density"]()];
      let [worstU, worstM] = [0, 0];
      problem.times.forEach((t, n) => {
        for (let k = 0; k < J; k++) {
          worstU = Math.max(worstU, Math.abs(value.value[n][k] - u.at(t, k / J)));
          worstM = Math.max(worstM, Math.abs(flow.mass[n][k] * J - m.at(t, k / J)));
        }
      });
      expect(worstU).toBeCloseTo(errorU, 12);
      expect(worstM).toBeCloseTo(errorM, 12);
    }
  });

  it("is read everywhere at second order from central differences, the drift too", () => {
    const [coarse, fine] = [32, 64].map((count) => {
      const { measured, exact } = solveFields(torusBenchmark, circle, {
        points: count,
        steps: count,
        scheme: "central",
      });
      return ["value", "density", "control", "cost"].map((name) => farthest(measured, exact, name));
    });
    const orders = coarse.map((error, i) => Math.log2(error / fine[i]));
    expect(Math.min(...orders)).toBeGreaterThan(1.8);
    expect(Math.max(...fine)).toBeLessThan(5e-3);
  });

  it.each([
    ["upwind", 12, 0.8],
    // From 32 to 64 points it is 1.93 and 1.94.
    ["central", 16, 1.75],
  ] as const)("converges in the plane, %s, from %d points at order above %d", (scheme, points, order) => {
    const [coarse, fine] = [points, 2 * points].map((count) => {
      const { measured, exact } = solveFields(torusBenchmark, plane, { points: count, steps: count / 2, scheme });
      return ["value", "density"].map((name) => farthest(measured, exact, name));
    });
    coarse.forEach((error, i) => expect(Math.log2(error / fine[i])).toBeGreaterThan(order));
  });

  it("refuses densities that vanish, at the start or once they have grown", () => {
    const check = (given: Readonly<Record<string, unknown>>) => (): void => {
      torusBenchmark.check?.(parseParameters(torusBenchmark.parameters, given), limit);
    };
    expect(check({ psi1: 0.9, psi2: 0.4 })).toThrow(InputError);
    expect(check({ psi1: 0.5, psi2: 0, K: 0.3 })).toThrow(/at T = 0\.5: where K > ν differences of the density grow/);
    expect(check({ psi1: 0.05, psi2: 0, K: 0.25 })).not.toThrow();
  });
});
