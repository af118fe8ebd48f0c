import { describe, expect, it } from "vitest";
import benchmarkNumbers from "../../../../../tests/reference/pde-benchmarks.json" with { type: "json" };
import { checkGame, parseParameters, run, tabulate } from "../../core/index.ts";
import { certifyFields } from "../pde/certify.ts";
import { stationaryNewton } from "../solvers/stationary-newton.ts";
import { ergodicCrowd } from "./ergodic-crowd.ts";
import { ask, limit, reference } from "./reference.testing.ts";

const { params, records } = reference(benchmarkNumbers);

function solve(given: Readonly<Record<string, unknown>>, options: Readonly<Record<string, unknown>> = {}) {
  const parameters = parseParameters(ergodicCrowd.parameters, given);
  ergodicCrowd.check?.(parameters, limit);
  const model = ergodicCrowd.build(parameters);
  const outcome = run(stationaryNewton, model, limit, parseParameters(stationaryNewton.options, options));
  const { candidate } = outcome;
  return {
    model,
    outcome,
    candidate,
    measured: ergodicCrowd.measure(parameters, limit, candidate),
    exact: ergodicCrowd.exact?.(parameters, limit) ?? {},
  };
}

const logarithm = { coupling: "logarithm", a: 1, f: 1 };
const spaces: Readonly<Record<string, string>> = { "9b1": "line", "9b2": "line", "9b5": "known" };
const given = (set: string) => ({ ...logarithm, ...params[set], space: spaces[set] });
const recordsOf = (set: string) => records.filter((record) => record.set === set);

describe("the crowd that walks for ever", () => {
  it.each(Object.keys(spaces))("has the numbers of set %s by formula, and by the solver as its order allows", (set) => {
    const { measured, exact, outcome } = solve(given(set), { extrapolate: true });
    expect(outcome.outcome).toBe("converged");
    const found = recordsOf(set);
    expect(found.length).toBeGreaterThanOrEqual(3);
    for (const { id, value, args, suggested_tol: tolerance } of found) {
      const x = typeof args?.["x"] === "number" ? args["x"] : 0;
      const [read, error] = id.endsWith(".lambda")
        ? // Three grids leave errors of the sixth power of the spacing.
          [(answers: typeof measured) => ask(answers, "ergodic_constant"), 2e-10]
        : id.endsWith(".A")
          ? [(answers: typeof measured) => 2 * (ask(answers, "value", 1) - ask(answers, "value", 0)), 1e-4]
          : id.endsWith(".var")
            ? [(answers: typeof measured) => ask(answers, "var_state"), 2e-4]
            : [(answers: typeof measured) => ask(answers, "density", x), 2e-4];
      expect(Math.abs(read(exact) - Number(value))).toBeLessThan(tolerance);
      expect(Math.abs(read(measured) - Number(value))).toBeLessThan(error);
    }
  });

  it("has the torus of the paper as its default: constant to seven digits, density between the recorded bounds", () => {
    const [record] = recordsOf("9acd_nu1");
    const { candidate, measured, model } = solve({ ...params["9acd_nu1"] }, { points: 32, extrapolate: true });
    expect(Math.abs(ask(measured, "ergodic_constant") - Number(record.value))).toBeLessThan(record.suggested_tol);
    expect(ask(measured, "constant_error")).toBeGreaterThan(0);
    expect(ask(measured, "constant_error")).toBeLessThan(1e-6);
    const densities = candidate.mass.map((mass, k) => mass / candidate.grid.weights[k]);
    // The extremes stand on grid points of 32 a side: errors of second order, at most 4e-4 at 32.
    expect(Math.abs(Math.max(...densities) - Number(record.args?.["m_max"]))).toBeLessThan(4e-4);
    expect(Math.abs(Math.min(...densities) - Number(record.args?.["m_min"]))).toBeLessThan(4e-4);
    const { exploitability } = certifyFields(model, limit, candidate);
    expect(Math.abs(exploitability ?? Number.NaN)).toBeLessThan(1e-11);
  });

  it.each([
    { space: "circle", coupling: "linear", nu: 0.05 },
    { space: "circle", coupling: "power", q: 0.5, nu: 0.05 },
    { space: "line", coupling: "linear", nu: 0.2, f: 4 },
    { space: "line", coupling: "power", q: 3, nu: 0.02 },
    { space: "circle", f: 0, nu: 0.1 },
  ])("is solved where no formula is known: %o", (parameters) => {
    const { outcome, candidate, exact, model } = solve(parameters);
    expect(outcome.outcome).toBe("converged");
    expect(Object.keys(exact)).toHaveLength(0);
    const certificate = certifyFields(model, limit, candidate);
    expect(Math.abs(certificate.exploitability ?? Number.NaN)).toBeLessThan(1e-10);
    expect(certificate.consistency).toBeLessThan(1e-11);
  });

  it.each([
    { space: "line", coupling: "linear", nu: 0.2, f: 4 },
    { space: "line", coupling: "power", q: 3, nu: 0.02 },
  ])("cuts the line where nearly nobody is left: %o", (parameters) => {
    const { candidate } = solve(parameters);
    const densities = candidate.mass.map((mass, k) => mass / candidate.grid.weights[k]);
    expect(densities[0] / Math.max(...densities)).toBeLessThan(1e-12);
  });

  it("draws the line where the crowd is, with formulas that the solver meets there", () => {
    const { measured, exact } = solve({ ...given("9b1") });
    for (const name of ["density", "control"]) {
      const [ours, theirs] = [tabulate(measured[name]()), tabulate(exact[name]())];
      if (typeof ours === "number" || typeof theirs === "number" || !("axes" in ours)) throw new Error("not a field");
      expect(ours.axes["x"]).toHaveLength(81);
      const apart = ours.value.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.value[i])), 0);
      expect(apart).toBeLessThan(3e-3);
    }
  });

  it("is a well-formed game, and refuses a known circle without its logarithm", () => {
    expect(() => checkGame(ergodicCrowd)).not.toThrow();
    expect(() => solve({ space: "known", coupling: "linear" })).toThrow(/^coupling = "linear": must be logarithm/);
    for (const { parameters } of Object.values(ergodicCrowd.presets)) {
      const full = parseParameters(ergodicCrowd.parameters, parameters);
      expect(() => ergodicCrowd.check?.(full, limit)).not.toThrow();
      expect(ergodicCrowd.build(full).mesh.scheme).toBe("central");
    }
  });
});
