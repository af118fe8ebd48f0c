import { describe, expect, it } from "vitest";
import { among, ask, finished, limit, record, records, roads, sets } from "../backward.testing.ts";
import type { BackwardRecord } from "../backward.testing.ts";
import { supErrorColumn } from "../chaos/sup-error.ts";
import { RefusalError, parseParameters } from "../../core/index.ts";
import type { LinearSystem } from "../model.ts";
import { linearBackwardSystem } from "../solvers/linear-system.ts";
import { backwardWing } from "../wing.ts";
import { logNormalBsde } from "./log-normal-bsde.ts";
import { meanFieldBsde } from "./mean-field-bsde.ts";

const solve = (given: Readonly<Record<string, unknown>>, players: number) =>
  roads(meanFieldBsde, linearBackwardSystem, given, players === Infinity ? limit : among(players));

const players = ({ id }: BackwardRecord): number => Number(/\.N(\d+)/.exec(id)?.[1]);

/** The number a record is about, on both roads. */
function answers({ id, set, args = {} }: BackwardRecord): number[] {
  const given = sets[set];
  const T = given["T"];
  if (/\.mv\.A\./.test(id)) {
    const { candidate, exact } = solve(given, Infinity);
    if (candidate.kind !== "interacting") throw new Error(candidate.kind);
    const t = (args["t"] as number) * T;
    const measured = candidate.field.z(t, Float64Array.of(0.3), 0, 0);
    return t === 0 ? [measured, ask(exact, "Z0")] : [measured];
  }
  const N = /\.mv\.y\./.test(id) ? Infinity : players({ id } as BackwardRecord);
  const { measured, exact } = solve(given, N);
  const both = (name: string, ...at: number[]): number[] => [measured, exact].map((road) => ask(road, name, ...at));
  if (/\.mv\.y\./.test(id)) return both("Y_mean", (args["t"] as number) * T);
  if (/\.Y0\.N/.test(id)) return both("Y0");
  if (/\.Yerr\.N/.test(id)) return both("error_Y", args["t"] as number);
  if (/\.Zerr\.N/.test(id)) return both("error_Z");
  throw new Error(`no rule for ${id}`);
}

const exactRecords = records.filter(({ id }) => /^S8\.(A|C_c0)\.(mv|Y0|Yerr|Zerr)/.test(id));

describe("mean-field-bsde", () => {
  it.each(exactRecords)("reproduces $id on both roads", (entry) => {
    for (const answer of answers(entry)) {
      expect(Math.abs(answer - (entry.value as number))).toBeLessThanOrEqual(entry.suggested_tol ?? 0);
    }
  });

  it("has all the records there are of it", () => {
    // 24 of set A and as many of C: four of the limit, and of five numbers of players Y₀, two errors of Y, one of Z.
    expect(exactRecords.length).toBe(2 * (4 + 5 * 4));
  });

  it.each(["S8.A.supYerr_MC.N10", "S8.A.supYerr_MC.N100", "S8.C_c0.supYerr_MC.N10", "S8.C_c0.supYerr_MC.N100"])(
    "agrees with the simulated supremum %s",
    (id) => {
      const { set, value, args } = record(id);
      const model = meanFieldBsde.build(parseParameters(meanFieldBsde.parameters, sets[set]));
      const N = args?.["N"] as number;
      const column = supErrorColumn(model.horizon, model.linear as LinearSystem);
      const entry = finished(column.estimate(N, { players: [N], repeats: 4000, steps: 400, seed: 5 }));
      const error = Math.hypot(args?.["se"] as number, entry?.standardError ?? 0);
      // Four standard errors of both together; without coupling both are exactly zero.
      expect(Math.abs((entry?.value ?? Number.NaN) - (value as number))).toBeLessThanOrEqual(4 * error);
    },
  );

  it("has the presets that the records are about", () => {
    expect(parseParameters(meanFieldBsde.parameters, meanFieldBsde.presets["A"].parameters)).toEqual(sets["A"]);
    expect(parseParameters(meanFieldBsde.parameters, meanFieldBsde.presets["C"].parameters)).toEqual(sets["C_c0"]);
  });

  it.each([1, 2, 3, 10, 1500, Infinity])("certifies the system of %d players to rounding", (N) => {
    const { candidate } = solve({}, N);
    const { residual, consistency, exploitability } = backwardWing.certify(
      candidate.model,
      candidate.question,
      candidate,
    );
    // Sums over N players of values of size one round by N times 1e-16.
    expect(residual).toBeLessThan(1e-12 * Math.max(1, N === Infinity ? 1 : N / 100));
    expect(consistency === null).toBe(N !== Infinity);
    expect(consistency ?? 0).toBeLessThan(1e-13);
    expect(exploitability).toBeNull();
  });

  it.each([
    { a: 0, c: 0 },
    { a: 0.3, c: 0 },
    { a: 0.3, c: -0.3 },
    { a: 0.3, c: 1e-9 },
    { a: 0.3, c: -0.3 + 1e-10 },
    { a: 1e-12, c: 1e-12 },
    { a: -40, c: 2 },
    { a: 1, c: -2, T: 2 },
  ])("goes through the removable singularities at a + c = 0 and c = 0: %o", (given) => {
    for (const N of [1, 2, 7, Infinity]) {
      const { measured, exact } = solve(given, N);
      for (const name of Object.keys(exact)) {
        const at = exact[name]().axes.length === 0 ? [] : [0.37];
        const [ours, theirs] = [ask(measured, name, ...at), ask(exact, name, ...at)];
        // The equations are integrated to a relative 1e-13 a step.
        expect(Math.abs(ours - theirs)).toBeLessThan(1e-10 * Math.max(1e-3, Math.abs(theirs)));
      }
    }
  });

  it("keeps the gap y_N − y where a subtraction would lose it", () => {
    // b/N (τe^{(a+c)τ} − e^{aτ}(e^{cτ} − 1)/c) → (b/N) e^{aτ} cτ²/2 for small c.
    const at = (N: number): number => ask(solve({ a: 0.3, c: 1e-7 }, N).exact, "Y0");
    const gap = at(1) - at(Infinity);
    expect(gap / (0.5 * Math.exp(0.3) * 1e-7 * 0.5)).toBeCloseTo(1, 6);
    expect(solve({ c: 0 }, 5).exact["error_Z"]().at()).toBe(0);
  });

  it("refuses values that would leave double precision, in one line", () => {
    const parameters = parseParameters(meanFieldBsde.parameters, { a: 50, T: 10 });
    expect(() => meanFieldBsde.check?.(parameters, limit)).toThrow(RefusalError);
  });
});

describe("printed forms that are wrong", () => {
  it("an equation with Z^{ii}dW^i alone is not solved by Y", () => {
    const { candidate } = solve({}, 4);
    if (candidate.kind !== "interacting") throw new Error(candidate.kind);
    const printed = {
      ...candidate,
      field: {
        ...candidate.field,
        z: (t: number, x: Float64Array, i: number, j: number) => (i === j ? candidate.field.z(t, x, i, j) : 0),
      },
    };
    const { residual } = backwardWing.certify(candidate.model, candidate.question, printed);
    // What is missing is B/N, which at t = 0 is 0.41.
    expect(residual).toBeGreaterThan(0.1);
  });

  it("the limit's Z is not that of N players, nor is the error of Z without the others the whole", () => {
    const entry = record("S8.A.Zerr.N10");
    const { measured } = solve(sets["A"], 10);
    const own = ask(measured, "error_Z") - ask(measured, "error_Z_cross");
    expect(own).toBeCloseTo((entry.value as number) / 10, 12);
    expect(Math.abs(own - (entry.value as number))).toBeGreaterThan(0.5 * (entry.value as number));
  });
});

describe("log-normal-bsde", () => {
  const lognormal = (given: Readonly<Record<string, unknown>>, N: number) =>
    roads(logNormalBsde, linearBackwardSystem, given, N === Infinity ? limit : among(N));

  it.each(records.filter(({ id }) => id.startsWith("S8.LN.")))("reproduces $id on both roads", (entry) => {
    const N = /Yerr/.test(entry.id) ? (entry.args?.["N"] as number) : Infinity;
    const { measured, exact } = lognormal(sets["LN"], N);
    for (const road of [measured, exact]) {
      const answer = Number.isFinite(N) ? ask(road, "error_Y", 0.5) : ask(road, "Y0");
      // The record's 1e-11 and 1e-12 are absolute.
      expect(Math.abs(answer - (entry.value as number))).toBeLessThanOrEqual(entry.suggested_tol ?? 0);
    }
  });

  it.each([{}, { b: 0.6, h: 0.1 }, { b: -2, c: -0.5 }, { s: 1.2 }, { c: 0, b: 0.3 }, { a: -0.5, c: 0.5, h: 1 }])(
    "agrees on both roads and is certified: %o",
    (given) => {
      for (const N of [1, 2, 9, Infinity]) {
        const { measured, exact, candidate } = lognormal(given, N);
        for (const name of Object.keys(exact)) {
          const at = exact[name]().axes.length === 0 ? [] : [0.37];
          const [ours, theirs] = [ask(measured, name, ...at), ask(exact, name, ...at)];
          expect(Math.abs(ours - theirs)).toBeLessThan(1e-10 * Math.max(1e-3, Math.abs(theirs)));
        }
        const { residual } = backwardWing.certify(candidate.model, candidate.question, candidate);
        expect(residual).toBeLessThan(1e-11);
      }
    },
  );
});
