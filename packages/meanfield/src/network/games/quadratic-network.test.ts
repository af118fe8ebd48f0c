import { describe, expect, it } from "vitest";
import { InputError, parseParameters } from "../../core/index.ts";
import { logisticMoment } from "../closed-forms/quadratic.ts";
import { among, ask, limit, params, recordsOf, solved } from "../records.testing.ts";
import { characteristics } from "../solvers/characteristics.ts";
import { momentSystem } from "../solvers/moment-system.ts";
import { particleFlow } from "../solvers/particle-flow.ts";
import { networkWing } from "../wing.ts";
import { quadraticNetwork } from "./quadratic-network.ts";

const plane = { Mstar: params["T2B"]["Mstar"], M0: params["T2B"]["M0"], T: 1 };
const t = (id: string): number => Number(/\.t([\d.]+)$/.exec(id)?.[1]);

describe("the quadratic network", () => {
  it("has the records of one dimension, by three roads", () => {
    const { measured, exact } = solved(quadraticNetwork, momentSystem);
    const { measured: followed } = solved(quadraticNetwork, characteristics);
    for (const { id, value, suggested_tol = 0 } of recordsOf(/^S7\.T2A\.m\./)) {
      expect(Math.abs(ask(measured, "m", t(id)) - Number(value))).toBeLessThan(suggested_tol);
      expect(Math.abs(ask(exact, "m", t(id)) - Number(value))).toBeLessThan(suggested_tol);
      // The nodes' integrator keeps 1e-9.
      expect(Math.abs(ask(followed, "m", t(id)) - Number(value))).toBeLessThan(1e-8);
    }
  });

  it("has the records of two dimensions, by moments and by characteristics", () => {
    const { measured, exact } = solved(quadraticNetwork, momentSystem, plane);
    expect(exact).toEqual({});
    const { measured: followed } = solved(quadraticNetwork, characteristics, plane);
    for (const { id, value, suggested_tol = 0, args } of recordsOf(/^S7\.T2B\.M\./)) {
      [value].flat().forEach((expected, entry) => {
        const place = [t(id), 1 + Math.floor(entry / 2), 1 + (entry % 2)];
        expect(Math.abs(ask(measured, "M", ...place) - expected)).toBeLessThan(suggested_tol);
        expect(Math.abs(ask(followed, "M", ...place) - expected)).toBeLessThan(1e-8);
      });
      expect(Math.abs(ask(measured, "loss", t(id)) - Number(args?.["loss"]))).toBeLessThan(suggested_tol);
    }
  });

  it("is certified, in the limit and with finitely many neurons", () => {
    for (const question of [limit, among(5)]) {
      for (const solver of [momentSystem, particleFlow]) {
        if (solver === particleFlow && question === limit) continue;
        const { candidate } = solved(quadraticNetwork, solver as typeof momentSystem, plane, question, { seed: 3 });
        const { consistency, residual } = networkWing.certify(candidate.model, question, candidate);
        expect(consistency).toBeLessThan(1e-8);
        expect(residual).toBeLessThan(1e-8);
      }
    }
  });

  it("moves N neurons and the moments of the same N neurons alike", () => {
    const few = [momentSystem, particleFlow as unknown as typeof momentSystem].map(
      (solver) => solved(quadraticNetwork, solver, plane, among(7), { seed: 5 }).measured,
    );
    for (const at of [0, 0.1, 1]) {
      for (const [i, j] of [
        [1, 1],
        [1, 2],
        [2, 2],
      ]) {
        expect(Math.abs(ask(few[0], "M", at, i, j) - ask(few[1], "M", at, i, j))).toBeLessThan(1e-8);
      }
    }
  });

  it("has the logistic equation's limits", () => {
    expect(logisticMoment(0, 0.5, 1, 2)).toBeCloseTo(0.5 / 13, 15);
    expect(logisticMoment(1e-9, 0.5, 1, 2)).toBeCloseTo(0.5 / 13, 7);
    expect(logisticMoment(1.2, 0, 1, 2)).toBe(0);
    expect(logisticMoment(-1, 0.5, 1, 100)).toBe(0);
    expect(logisticMoment(1.2, 0.5, 1, 100)).toBe(1.2);
  });

  it("refuses what are no such matrices", () => {
    const check = (given: Readonly<Record<string, unknown>>) => (): void =>
      quadraticNetwork.check?.(parseParameters(quadraticNetwork.parameters, given), limit);
    expect(check({ Mstar: [[1, 2]] })).toThrow(InputError);
    expect(check({ Mstar: [] })).toThrow(/Mstar|M0/);
    expect(check({ M0: [[-1]] })).toThrow(/semidefinite/);
    expect(check(plane)).not.toThrow();
    expect(
      check({
        ...plane,
        M0: [
          [1, 0.1],
          [0, 1],
        ],
      }),
    ).toThrow(/symmetric/);
  });
});
