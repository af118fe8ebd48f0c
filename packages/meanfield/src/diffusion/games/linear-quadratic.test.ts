import { describe, expect, it } from "vitest";
import energyNumbers from "../../../../../tests/reference/energy-transition.json" with { type: "json" };
import crowdingNumbers from "../../../../../tests/reference/price-impact.json" with { type: "json" };
import { InputError, parseParameters, tabulate } from "../../core/index.ts";
import type { Quantities, Question } from "../../core/index.ts";
import { linearQuadratic } from "./linear-quadratic.ts";
import { ask, feedback, limit, openLoop, planner, reference, roads } from "./reference.testing.ts";

const numbers = (quantities: Quantities, name: string): readonly number[] => {
  const table = tabulate(quantities[name]());
  return typeof table === "number" ? [table] : table.value;
};

describe("a person's own linear-quadratic game", () => {
  const presets = Object.entries(linearQuadratic.presets).map(([name, preset]) => ({ name, given: preset.parameters }));

  it.each(presets)("solves $name by Riccati equations and by matrix exponentials to the same numbers", ({ given }) => {
    for (const question of [limit, planner, { ...planner, players: 4 }]) {
      const [[, measured], [, exact]] = roads(linearQuadratic, given, question);
      expect(Object.keys(exact)).toEqual(Object.keys(measured));
      for (const name of Object.keys(exact)) {
        const theirs = numbers(exact, name);
        const worst = Math.max(...numbers(measured, name).map((value, i) => Math.abs(value - theirs[i])));
        expect([name, worst < 1e-10 * Math.max(1, ...theirs.map(Math.abs))]).toEqual([name, true]);
      }
    }
  });

  it("reproduces the energy transition when given its matrices", () => {
    const { params, records } = reference(energyNumbers);
    const { k, q, s, b, d, Q, S, B, Dm, s1, s0, T, x0 } = params.A;
    const given = {
      A: [[0]],
      B: [[1]],
      Q: [[q]],
      Qbar: [[-q * s]],
      Qhat: [[q * s * s + d]],
      q: [-q * b],
      qbar: [q * s * b],
      R: [[k]],
      G: [[Q]],
      Gbar: [[-Q * S]],
      Ghat: [[Q * S * S + Dm]],
      g: [-Q * B],
      gbar: [Q * S * B],
      sigma: [[s1]],
      sigma0: [[s0]],
      m0: [x0],
      v0: 0,
      T,
    };
    // The constants ½qb² and ½QB² are no part of a game given by matrices.
    const constant = 0.5 * q * b * b * T + 0.5 * Q * B * B;
    const expected = (id: string): number => records.find((record) => record.id === id)?.value as number;
    const cases: readonly (readonly [Question, string])[] = [
      [limit, "S4.A.mfg.J"],
      [planner, "S4.A.mfc.J"],
      [openLoop(10), "S4.A.open.N10.J"],
      [feedback(10), "S4.A.feedback.N10.J"],
    ];
    for (const [question, id] of cases) {
      const [[, measured]] = roads(linearQuadratic, given, question);
      expect(Math.abs(ask(measured, "cost") + constant - expected(id))).toBeLessThan(1e-9);
    }
    const [[, measured], [, exact]] = roads(linearQuadratic, given, limit);
    for (const answers of [measured, exact]) {
      expect(Math.abs(-k * ask(answers, "gain", 0, 0, 0) - expected("S4.A.mfg.eta.t0T"))).toBeLessThan(1e-10);
      expect(Math.abs(ask(answers, "mean_state", T) - expected("S4.A.mfg.Em_T"))).toBeLessThan(1e-9);
    }
  });

  it("reproduces trade crowding when given its matrices", () => {
    const { records } = reference(crowdingNumbers);
    const expected = (id: string): number => records.find((record) => record.id === id)?.value as number;
    for (const [, answers] of roads(
      linearQuadratic,
      { ...linearQuadratic.presets["price-pressure"].parameters },
      limit,
    )) {
      expect(Math.abs(ask(answers, "cost") - expected("S5b.T1.mfg.J"))).toBeLessThan(1e-9);
      expect(Math.abs(ask(answers, "cost_planner") - expected("S5b.T1.mfc.J"))).toBeLessThan(1e-9);
      expect(Math.abs(ask(answers, "var_state", 1) - expected("S5b.T1.mfg.varX_T"))).toBeLessThan(1e-9);
    }
  });

  it("stays exact on horizons on which a single exponential would lose every digit", () => {
    for (const question of [limit, planner]) {
      const [[, measured], [, exact]] = roads(linearQuadratic, { T: 60 }, question);
      for (const name of ["gain", "cost"]) {
        const theirs = numbers(exact, name);
        numbers(measured, name).forEach((value, i) => expect(Math.abs(value - theirs[i])).toBeLessThan(1e-9));
      }
    }
  });

  it("leaves the finite game to the engine, which takes these models too", () => {
    const parameters = parseParameters(linearQuadratic.parameters, {});
    for (const question of [openLoop(5), feedback(5)]) {
      expect(linearQuadratic.exact?.(parameters, question)).toEqual({});
      const [[, measured]] = roads(linearQuadratic, {}, question);
      expect(ask(measured, "price_of_anarchy")).toBeGreaterThan(1);
    }
  });

  it("takes numbers for multiples of the identity, in any dimension", () => {
    const three = { A: -0.5, B: 1, sigma: 0.2, sigma0: 0, m0: 1, v0: 0.1 };
    const eye = (c: number) => [
      [c, 0],
      [0, c],
    ];
    const spelt = { A: eye(-0.5), B: eye(1), Q: eye(1), Qbar: eye(-0.8), Qhat: eye(0.64), R: eye(1), G: eye(1) };
    const [[, line]] = roads(linearQuadratic, three, limit);
    const [[, plane]] = roads(
      linearQuadratic,
      { ...three, ...spelt, sigma: eye(0.2), m0: [1, 1], v0: eye(0.1) },
      limit,
    );
    // Two copies of one scalar game that do not meet cost twice as much.
    expect(ask(plane, "cost")).toBeCloseTo(2 * ask(line, "cost"), 11);
  });

  it("refuses wrong shapes, naming the field and the shape it must have", () => {
    const build = (given: Record<string, unknown>) => (): unknown =>
      linearQuadratic.build(parseParameters(linearQuadratic.parameters, given));
    const asymmetric = [
      [1, 2],
      [0, 1],
    ];
    const indefinite = [
      [1, 2],
      [2, 1],
    ];
    expect(build({ A: [] })).toThrow(InputError);
    expect(build({ A: [] })).toThrow(/^A = \[\]: must be a d × d matrix/);
    expect(build({ A: [[1, 2]] })).toThrow(/must be a 1 × (1|k) matrix/);
    expect(build({ A: [[1, 2]], B: 1 })).toThrow(/^A = \[\[1,2\]\]: must be a 1 × 1 matrix/);
    expect(build({ B: [[1, 0]] })).toThrow(/^B = .*: must be a 2 × 2 matrix \(d × k, with d = 2 from A/);
    expect(build({ Q: [[1]] })).toThrow(/^Q = \[\[1\]\]: must be a 2 × 2 matrix \(d × d.* or a number/);
    expect(build({ Q: asymmetric })).toThrow(/^Q = .*: must be symmetric/);
    expect(build({ R: [[-1]] })).toThrow(/^R = \[\[-1\]\]: must be positive definite/);
    expect(build({ R: 0 })).toThrow(/^R = 0: must be positive definite/);
    expect(build({ N: [[1], [2]] })).toThrow(/^N = .*: must be a 1 × 2 matrix \(k × d/);
    expect(build({ N: 2 })).toThrow(/^N = 2: must be 0 or a 1 × 2 matrix \(k × d/);
    expect(build({ m0: [1, 2, 3] })).toThrow(/^m0 = \[1,2,3\]: must be a list of 2 numbers \(d\)/);
    expect(build({ v0: -1 })).toThrow(/^v0 = -1: must be positive semidefinite/);
    expect(build({ v0: indefinite })).toThrow(/^v0 = .*: must be positive semidefinite/);
    expect(build({ sigma: [[1, 0, 0]] })).toThrow(/^sigma = .*: must be a 2 × 3 matrix \(d × any number/);
    expect(build({ A: "x" })).toThrow(/^A = "x": must be a number or a list of rows of numbers/);
    expect(build({ q: [["x"]] })).toThrow(/^q = .*: must be a number or a list of numbers/);
  });
});
