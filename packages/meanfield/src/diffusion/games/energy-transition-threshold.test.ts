import { describe, expect, it } from "vitest";
import numbers from "../../../../../tests/reference/energy-transition.json" with { type: "json" };
import { checkGame, InputError, once, parseParameters, run, tabulate } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { certifyAggregate } from "../aggregate/certify.ts";
import type { AggregateCandidate, PathCandidate } from "../aggregate/candidate.ts";
import { charges, effortAt } from "../aggregate/model.ts";
import { adjointPicard } from "../solvers/adjoint-picard.ts";
import { decouplingCharacteristics } from "../solvers/decoupling-characteristics.ts";
import { decouplingField } from "../solvers/decoupling-field.ts";
import { energyTransitionThreshold } from "./energy-transition-threshold.ts";
import { ask, limit, planner, reference } from "./reference.testing.ts";

const data = reference(numbers);
const recordsOf = (set: string) => data.records.filter((record) => record.set === set);

function answers(given: Readonly<Record<string, unknown>>, question: Question, branch = 0) {
  const parameters = parseParameters(energyTransitionThreshold.parameters, given);
  const model = energyTransitionThreshold.build(parameters);
  const outcome =
    model.commonNoise > 0
      ? run(decouplingField, model, question, parseParameters(decouplingField.options, {}))
      : run(
          decouplingCharacteristics,
          model,
          question,
          parseParameters(decouplingCharacteristics.options, { branch, cells: 200 }),
        );
  const { candidate } = outcome;
  const measured = energyTransitionThreshold.measure(parameters, question, candidate);
  const exact = energyTransitionThreshold.exact?.(parameters, question, candidate) ?? {};
  return { parameters, model, outcome, candidate, measured, exact };
}

const preset = (name: string) => energyTransitionThreshold.presets[name].parameters;

// Solved once, read by several tests.
const CH1 = once(() => answers(data.params["CH1"], limit));
const QUARTIC = once(() => answers({ ...data.params["QUARTIC"], m0: 0 }, limit));
const CH2 = once(() => answers(preset("CH2"), limit));

describe("energy transition with thresholds", () => {
  it("is a game, whose presets are those of the records", () => {
    checkGame(energyTransitionThreshold);
    const defaults = parseParameters(energyTransitionThreshold.parameters, {});
    expect(defaults).toMatchObject(data.params["CH1"]);
    expect({ ...defaults, ...preset("QUARTIC") }).toMatchObject(data.params["QUARTIC"]);
  });

  it.each(recordsOf("CH1").filter(({ id }) => !id.includes("sigma0")))("reproduces $id on both roads", (record) => {
    const { measured, exact } = CH1();
    const names: Readonly<Record<string, string>> = {
      Em_T: "mean_T",
      Varm_T: "variance_T",
      J_mfg: "cost",
      J_mfc: "cost_planner",
    };
    const place = record.args?.["m"];
    for (const road of [measured, exact]) {
      const name = names[record.id.split(".")[2]];
      const value = name === undefined ? ask(road, "adjoint", 0, place as number) : ask(road, name);
      expect(Math.abs(value - (record.value as number))).toBeLessThan(record.suggested_tol);
    }
  });

  it.each(recordsOf("QUARTIC"))("reproduces $id", (record) => {
    const value = ask(QUARTIC().measured, "adjoint", 0, record.args?.["m"] as number);
    expect(Math.abs(value - (record.value as number))).toBeLessThan(record.suggested_tol);
  });

  it("does not reproduce the quartic records by the quadratic formula", () => {
    const quadratic = { ...data.params["QUARTIC"], k4: 0, t0: 0, m0: 0 };
    const parameters = parseParameters(energyTransitionThreshold.parameters, quadratic);
    const exact = energyTransitionThreshold.exact?.(parameters, limit) ?? {};
    for (const record of recordsOf("QUARTIC")) {
      const value = ask(exact, "adjoint", 0, record.args?.["m"] as number);
      expect(Math.abs(value - (record.value as number))).toBeGreaterThan(0.01);
    }
    expect(QUARTIC().exact).toEqual({});
  });

  it("agrees with its closed form in everything, and certifies itself", () => {
    const { measured, exact, candidate, model } = CH1();
    for (const [name, quantity] of Object.entries(exact)) {
      const [ours, theirs] = [measured[name](), quantity()].map((q) => tabulate(q, { t: [0, 0.31, 0.77, 1] }));
      const values = (table: typeof ours): readonly number[] => (typeof table === "number" ? [table] : table.value);
      // The mesh was halved until y moved by 1e-9.
      values(ours).forEach((value, i) => expect(Math.abs(value - values(theirs)[i])).toBeLessThan(1e-9));
    }
    const { exploitability, consistency, residual } = certifyAggregate(model, limit, candidate);
    // What a deviation gains is of second order in what is wrong, here the certificate's own extrapolated second-order sweep.
    expect(exploitability).toBeLessThan(1e-13);
    expect(consistency).toBeLessThan(1e-6);
    expect(residual).toBeLessThan(1e-7);
  });

  it("finds the one equilibrium of CH1 without noise", () => {
    const expected = recordsOf("CH1").find(({ id }) => id.includes("sigma0"))?.value ?? [];
    const { candidate } = answers({ ...data.params["CH1"], s0: 0 }, limit);
    const ends = (candidate as PathCandidate).equilibria.map(({ meanAtEnd }) => meanAtEnd);
    expect(ends).toHaveLength(1);
    expect(Math.abs(ends[0] - [expected].flat()[0])).toBeLessThan(1e-10);
  });

  it("finds all three equilibria of CH2, each a fixed point that nobody leaves, and chooses the least potential", () => {
    const { measured, exact, candidate, model, outcome } = CH2();
    const expected = [-1.8979829959, -0.0333994515, 2.0990974814];
    const { equilibria, chosen } = candidate as PathCandidate;
    expect(outcome.reason).toMatch(/^3 equilibria, as many/);
    expect(equilibria).toHaveLength(3);
    equilibria.forEach(({ meanAtEnd: x }, i) => {
      // Ten decimals are what is known of them.
      expect(Math.abs(x - expected[i])).toBeLessThan(1e-10);
      expect(Math.abs(x - (0.1 + 2 * Math.tanh(x / 0.5)))).toBeLessThan(1e-14);
      expect(Math.abs(ask(measured, "equilibria", i + 1) - ask(exact, "equilibria", i + 1))).toBeLessThan(1e-13);
    });
    expect(equilibria.map(({ spread }) => Math.sign(spread))).toEqual([1, -1, 1]);
    expect(chosen).toBe(2);
    const { exploitability, consistency, residual } = certifyAggregate(model, limit, candidate);
    expect(Math.max(exploitability ?? 1, consistency ?? 1, residual ?? 1)).toBeLessThan(1e-13);
  });

  it("plays the branch that is asked for, and refuses one that is not there", () => {
    for (const branch of [1, 2, 3]) {
      const { measured, exact } = answers(preset("CH2"), limit, branch);
      expect(ask(measured, "mean_T")).toBe(ask(measured, "equilibria", branch));
      expect(Math.abs(ask(measured, "cost") - ask(exact, "cost"))).toBeLessThan(1e-13);
      expect(Math.abs(ask(measured, "cost") - ask(measured, "equilibria_cost", branch))).toBeLessThan(1e-13);
    }
    expect(() => answers(preset("CH2"), limit, 4)).toThrow(InputError);
  });

  it("has one equilibrium with shocks, which small shocks bring to the one of least potential", () => {
    const noiseless = ask(CH2().measured, "mean_T");
    const distances = [0.4, 0.2, 0.1].map((s0) => {
      const parameters = parseParameters(energyTransitionThreshold.parameters, { ...preset("CH2"), s0 });
      return Math.abs(ask(energyTransitionThreshold.exact?.(parameters, limit) ?? {}, "mean_T") - noiseless);
    });
    expect(distances[1]).toBeLessThan(1e-3);
    expect(distances[0] / distances[1]).toBeGreaterThan(100);
    expect(distances[1] / distances[2]).toBeGreaterThan(3);
  });

  it("gathers its mesh where shocks leave y steep", () => {
    const { measured, exact, candidate, outcome } = answers(preset("CH2_noise"), limit);
    expect(outcome.outcome).toBe("converged");
    for (const m of [-2, -0.1, 0, 0.1, 0.7]) {
      expect(Math.abs(ask(measured, "adjoint", 0, m) - ask(exact, "adjoint", 0, m))).toBeLessThan(1e-9);
    }
    for (const name of ["mean_T", "variance_T", "cost"]) {
      expect(Math.abs(ask(measured, name) - ask(exact, name))).toBeLessThan(1e-9);
    }
    // The layer of Burgers' equation, −U tanh(Um/(kσ₀²)) with U = |h₀|: its slope is U²/(kσ₀²) = 16 once it has formed.
    expect(Math.abs(ask(measured, "steepness", 0) - 16)).toBeLessThan(0.5);
    const { mesh } = (candidate as Extract<AggregateCandidate, { kind: "aggregate-field" }>).adjoint;
    const gaps = Array.from(mesh.points.subarray(1), (m, i) => m - mesh.points[i]);
    expect(Math.max(...gaps) / Math.min(...gaps)).toBeGreaterThan(10);
  });

  it("keeps an equilibrium where the running price moves the mean too, with and without shocks", () => {
    const { candidate, model } = answers({ ...preset("QUARTIC"), h0: -3, s0: 0, m0: 0.3 }, limit);
    const { equilibria } = candidate as PathCandidate;
    expect(equilibria).toHaveLength(3);
    const { exploitability, consistency, residual } = certifyAggregate(model, limit, candidate);
    // Quadrature of a path that was integrated to 1e-12.
    expect(exploitability).toBeLessThan(1e-12);
    expect(consistency).toBeLessThan(1e-9);
    expect(residual).toBeLessThan(1e-9);
    const certificate = certifyAggregate(QUARTIC().model, limit, QUARTIC().candidate);
    expect(certificate.exploitability).toBeLessThan(1e-13);
    expect(certificate.residual).toBeLessThan(1e-8);
  });

  it("costs the planner least", () => {
    const { model, parameters, measured } = CH1();
    const options = parseParameters(decouplingField.options, { tolerance: 1e-6 });
    const { candidate } = run(decouplingField, model, planner, options);
    const exact = energyTransitionThreshold.exact?.(parameters, planner) ?? {};
    if (candidate.kind !== "aggregate-field") throw new Error("a field");
    for (const m of [-1, 0.2, 0.5]) {
      expect(Math.abs(candidate.adjoint.at(0, m) - ask(exact, "adjoint", 0, m))).toBeLessThan(1e-6);
    }
    const { exploitability, residual } = certifyAggregate(model, planner, candidate);
    expect(exploitability).toBeNull();
    expect(residual).toBeLessThan(1e-4);
    // The derivative of m h(m) is what it counts.
    const { terminal } = charges(model, planner);
    expect(terminal.value(0.3)).toBeCloseTo(Math.tanh(0.6) + 0.6 / Math.cosh(0.6) ** 2, 14);
    expect(ask(measured, "price_of_anarchy")).toBeGreaterThan(1);
    expect(ask(measured, "cost_of_anarchy")).toBeGreaterThan(0.01);
  });

  it("is found by best responses on another mesh, to their second order", () => {
    const { model, candidate } = QUARTIC();
    const other = run(adjointPicard, model, limit, parseParameters(adjointPicard.options, { cells: 200, steps: 60 }));
    expect(other.outcome).toBe("converged");
    expect(other.trace.at(-1)?.exploitability).toBeLessThan(1e-15);
    if (candidate.kind !== "aggregate-field" || other.candidate.kind !== "aggregate-field") throw new Error("fields");
    for (const m of [-2, -1, 0, 0.5, 1, 2]) {
      const [ours, theirs] = [candidate, other.candidate].map(({ adjoint }) => adjoint.at(0, m));
      // (T/60)² times derivatives of order 1.
      expect(Math.abs(ours - theirs)).toBeLessThan(1e-4);
      expect(effortAt(model, ours)).toBeCloseTo(effortAt(model, theirs), 4);
    }
    const certificate = certifyAggregate(model, limit, other.candidate);
    expect(certificate.exploitability).toBeLessThan(1e-9);
  });

  it("turns away what it cannot solve", () => {
    const noisy = energyTransitionThreshold.build(parseParameters(energyTransitionThreshold.parameters, {}));
    const noiseless = { ...noisy, commonNoise: 0 };
    expect(decouplingCharacteristics.refuses(noisy, limit)).toMatch(/no single path/);
    expect(decouplingField.refuses(noiseless, limit)).toMatch(/characteristics cross/);
    expect(adjointPicard.refuses({ family: "diffusion", kind: "fields" } as never, limit)).toMatch(/price on the mean/);
  });
});
