import { describe, expect, it } from "vitest";
import { parseParameters } from "../../core/index.ts";
import type { RateColumn } from "../../core/index.ts";
import { gaussian } from "../../measure/gaussian.ts";
import { kullbackLeiblerGaussian } from "../../measure/kullback-leibler.ts";
import { normalLaw } from "../../measure/law.ts";
import { wassersteinGaussians } from "../../measure/wasserstein-gaussians.ts";
import { wassersteinSampleLaw } from "../../measure/wasserstein-sample-law.ts";
import { matrix } from "../../numeric/matrix.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { randomStream } from "../../numeric/random.ts";
import { finished, record, sets } from "../backward.testing.ts";
import { closedLinearSolution, constantGap } from "../closed-forms/linear.ts";
import { logNormalBsde } from "../games/log-normal-bsde.ts";
import { meanFieldBsde } from "../games/mean-field-bsde.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { closedAdjoint, fastestRate, layeredIntegral } from "../closed-forms/systemic-adjoint.ts";
import { systemicRiskFbsde } from "../games/systemic-risk-fbsde.ts";
import { linearRecursion } from "../schemes/linear-recursion.ts";
import type { BackwardModel } from "../model.ts";
import { chaos } from "./chaos.ts";
import { expectedSquaredDistance } from "./empirical-law.ts";
import { marginalDistances } from "./marginals.ts";

const players = [2, 3, 5, 10, 30, 100, 300, 1000, 3000, 10_000];
const settings = { players, repeats: 0, steps: 100, seed: 0 };
const columnsOf = (model: BackwardModel): readonly RateColumn[] => finished(chaos(model, settings)).columns;
const named = (columns: readonly RateColumn[], name: string): RateColumn => {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
};
const gaussianModel = (given: Readonly<Record<string, unknown>> = {}) =>
  meanFieldBsde.build(parseParameters(meanFieldBsde.parameters, given));

describe("backward propagation of chaos", () => {
  const columns = columnsOf(gaussianModel());

  it("falls at the theory's rates from 2 to 10 000 players", () => {
    for (const { name, slope, theory, asymptotic } of columns) {
      // Entropies and laws bend at few players; the empirical law carries ln ln N besides.
      const slack = /pair|empirical/.test(name) ? 0.06 : 0.05;
      expect(Math.abs((slope?.slope ?? Number.NaN) - (theory ?? Number.NaN))).toBeLessThan(slack);
      // Of the empirical law there are no millions of players.
      expect(asymptotic ?? theory).toBeCloseTo(theory ?? Number.NaN, 4);
    }
    expect(columns.map(({ name }) => name)).toEqual([
      "error_Y",
      "error_Y_path",
      "gap_Y0",
      "error_Z",
      "error_Z_own",
      "kl_marginal",
      "kl_pair",
      "w2_squared_marginal",
      "w2_squared_pair",
      "empirical_w2_squared",
    ]);
  });

  it("has the theory's constants: the records' N times the error", () => {
    const { constant } = named(columns, "error_Z");
    expect(constant).toBeCloseTo(record("S8.A.Zerr.N1000").args?.["N_times"] as number, 11);
    for (const N of [10, 100, 1000]) {
      const entry = record(`S8.A.Zerr.N${N}`);
      expect(named(columns, "error_Z").value[players.indexOf(N)]).toBeCloseTo(entry.value as number, 12);
    }
    // max_t N·E|Y^N − Y|² → max_t B²t.
    const largest = Math.max(
      ...Array.from({ length: 100_001 }, (_, i) => {
        const t = i / 100_000;
        return (Math.exp(0.3 * (1 - t)) * Math.expm1(0.8 * (1 - t))) ** 2 * t;
      }),
    );
    expect(named(columns, "error_Y").constant).toBeCloseTo(largest, 7);
  });

  it("is trivial without coupling, and says so with zeros", () => {
    const uncoupled = columnsOf(gaussianModel(sets["C_c0"]));
    expect(uncoupled.map(({ name }) => name)).toEqual(["error_Y", "error_Z", "empirical_w2_squared"]);
    expect(named(uncoupled, "error_Y").value).toEqual(players.map(() => 0));
    expect(named(uncoupled, "error_Y").slope).toBeNull();
  });

  it("holds for log-normal claims", () => {
    const columns = columnsOf(logNormalBsde.build(parseParameters(logNormalBsde.parameters, { b: 0.6, h: 0.1 })));
    for (const { name, slope, theory } of columns) {
      // Heavy tails make the empirical law slow.
      const slack = name === "empirical_w2_squared" ? 0.15 : 0.05;
      expect(Math.abs((slope?.slope ?? Number.NaN) - (theory ?? Number.NaN))).toBeLessThan(slack);
    }
    expect(columns.map(({ name }) => name)).toEqual([
      "error_Y",
      "error_Y_path",
      "gap_Y0",
      "error_Z",
      "error_Z_own",
      "w2_squared_marginal",
      "w2_squared_pair_least",
      "w2_squared_pair_most",
      "empirical_w2_squared",
    ]);
    // Without b all players' mean is the limit's, whatever their number.
    const unexposed = columnsOf(logNormalBsde.build(parseParameters(logNormalBsde.parameters, {})));
    expect(unexposed.map(({ name }) => name)).not.toContain("gap_Y0");
  });

  it("holds for both forward–backward systems, five errors each", () => {
    for (const system of ["nash", "particle"]) {
      const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, { system }));
      const columns = columnsOf(model);
      const errors = columns.slice(0, 5);
      expect(errors.map(({ name }) => name)).toEqual(["error_X_T", "error_Y_T", "error_X", "error_Y", "error_Z"]);
      for (const { name, slope, asymptotic, constant } of errors) {
        // The particle system's errors are 1/N exactly, its Z but for (N − 1)/N.
        const exact = system === "particle" && name !== "error_Z";
        expect(Math.abs((slope?.slope ?? Number.NaN) + 1)).toBeLessThan(exact ? 1e-9 : 0.03);
        expect(asymptotic).toBeCloseTo(-1, 5);
        expect(constant).toBeGreaterThan(0);
      }
    }
  });

  it("refuses lists of players that do not increase", () => {
    expect(() => finished(chaos(gaussianModel(), { ...settings, players: [10, 5] }))).toThrow(/players/);
  });

  describe("of a nonlinear driver on walks", () => {
    const model = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, {}));

    it("falls at the theory's rates up to three hundred players, all in expectation", () => {
      const { columns } = finished(chaos(model, { ...settings, players: [10, 20, 50, 100, 200, 300] }));
      expect(columns.map(({ name }) => name)).toEqual([
        "gap_Y0_walk",
        "error_Y_walk",
        "error_Z_walk",
        "error_Z_own_walk",
        "error_Z_cross_walk",
      ]);
      for (const { asymptotic, slope, theory } of columns) {
        // What is left is of the next order, some parts in 200; a line through few players too bends more.
        expect(Math.abs((asymptotic ?? Number.NaN) - (theory ?? -2))).toBeLessThan(0.02);
        expect(Math.abs((slope?.slope ?? Number.NaN) - (theory ?? -2))).toBeLessThan(0.1);
      }
      expect(named(columns, "gap_Y0_walk").story).toContain("walks of 3 steps");
      // The line through all of a column that bends says so.
      expect(named(columns, "error_Y_walk").story).toContain("between 200 and 300 the slope is −1.0");
    });

    it("does not depend on the number of steps but for its constants", () => {
      const of = (steps: number) =>
        named(finished(chaos(model, { ...settings, players: [2, 50, 100], steps })).columns, "error_Z_walk");
      for (const steps of [3, 4]) expect(of(steps).asymptotic).toBeCloseTo(-1, 1);
      expect(of(3).value[2] / of(4).value[2]).toBeCloseTo(1, 0);
      expect(of(100).value).toEqual(of(4).value);
    });

    it("is that of the scheme for a linear driver told as any other, and near the continuous gap", () => {
      const { linear, ...plain } = gaussianModel();
      if (linear === undefined) throw new Error("linear");
      const few = { ...settings, players: [2, 10, 100], steps: 4 };
      const walked = finished(chaos(plain, few)).columns;
      const exact = finished(chaos(gaussianModel(), few)).columns;
      const of = (count: number) =>
        linearRecursion(linear, {
          horizon: plain.horizon,
          steps: 4,
          players: count,
          scheme: { kind: "theta", theta: 0.5 },
        });
      const limit = of(Infinity);
      few.players.forEach((N, i) => {
        const { loads, exposure, cross } = of(N);
        const gap = Math.abs(loads[0].constant - limit.loads[0].constant);
        expect(named(walked, "gap_Y0_walk").value[i] / gap).toBeCloseTo(1, 11);
        // Four steps of a scheme of second order.
        expect(Math.abs(gap / named(exact, "gap_Y0").value[i] - 1)).toBeLessThan(0.08);
        const over = (row: (n: number) => number): number =>
          [0, 1, 2, 3].reduce((sum, n) => sum + (plain.horizon / 4) * row(n), 0);
        const own = over((n) => (exposure[n] - limit.exposure[n]) ** 2);
        const others = over((n) => (N - 1) * cross[n] ** 2);
        expect(named(walked, "error_Z_own_walk").value[i] / own).toBeCloseTo(1, 8);
        expect(named(walked, "error_Z_cross_walk").value[i] / others).toBeCloseTo(1, 10);
        expect(named(walked, "error_Z_walk").value[i] / (own + others)).toBeCloseTo(1, 10);
      });
    });

    it("vanishes without a law in the driver", () => {
      const alone = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, { c: 0 }));
      for (const { value, slope } of finished(chaos(alone, { ...settings, players: [2, 3, 100] })).columns) {
        expect(value).toEqual([0, 0, 0]);
        expect(slope).toBeNull();
      }
    });

    it("fits a few players beside, and many only where they are asked for alone", () => {
      const ask = { repeats: 2, steps: 2, seed: 0 };
      const few = named(finished(chaos(model, { ...ask, players: [2, 3, 12] })).columns, "error_Z_simulated");
      expect(few.players).toEqual([2, 3]);
      expect(few.value).toHaveLength(2);
      expect(few.remark).toMatch(/left out for N = 12: /);
      const many = named(finished(chaos(model, { ...ask, players: [2, 12, 14] })).columns, "error_Z_simulated");
      expect(many.players).toBeUndefined();
      expect(many.value).toHaveLength(3);
    });

    it("refuses more players than can be counted", () => {
      expect(() => finished(chaos(model, settings))).toThrow(/not 10000: ask for fewer --players or --steps, or/);
    });
  });

  it("simulates the supremum with errors that shrink with repeats, and stops when asked", () => {
    const few = finished(chaos(gaussianModel(), { players: [2, 20], repeats: 100, steps: 50, seed: 1 }));
    const many = finished(chaos(gaussianModel(), { players: [2, 20], repeats: 1600, steps: 50, seed: 1 }));
    const [rough, fine] = [few, many].map(({ columns }) => named(columns, "error_Y_sup"));
    const ratio = (rough.standardError?.[1] ?? 0) / (fine.standardError?.[1] ?? 1);
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThan(6);
    // E sup is at least sup E.
    expect(fine.value[1]).toBeGreaterThan(named(many.columns, "error_Y").value[1]);
    const signal = AbortSignal.abort();
    expect(finished(chaos(gaussianModel(), { ...settings, signal })).columns).toEqual([]);
  });
});

describe("laws", () => {
  it.each([1, 2, 3, 10, 200])("expects the squared distance of %d normal variables as simulation does", (N) => {
    const law = normalLaw(0, 1);
    const noise = randomStream(11, N);
    const repeats = Math.round(20_000 / Math.sqrt(N));
    const sample = new Float64Array(N);
    const distances = Float64Array.from({ length: repeats }, (_, r) => {
      noise.fillNormal(sample, r * N);
      return wassersteinSampleLaw(sample, law, 2) ** 2;
    });
    const { mean, standardError } = meanWithError(distances);
    expect(Math.abs(mean - expectedSquaredDistance(N))).toBeLessThan(4 * standardError);
  });

  it("expects 2 for one variable, and 2 − 2/π for two", () => {
    // Two: c = ∓φ(0) = ∓1/√(2π) and E X₍₂₎ = 1/√π, so that 2 − 4/(√(2π)√π).
    expect(expectedSquaredDistance(1)).toBe(2);
    expect(expectedSquaredDistance(2)).toBeCloseTo(2 - 4 / (Math.sqrt(2 * Math.PI) * Math.sqrt(Math.PI)), 13);
    expect(() => expectedSquaredDistance(0)).toThrow(RangeError);
  });

  it("knows joint laws of k players as general formulas for Gaussian laws do", () => {
    const { horizon, linear } = gaussianModel();
    if (linear === undefined) throw new Error("linear");
    const t = 0.5;
    for (const N of [3, 10, 400]) {
      const loads = closedLinearSolution(horizon, linear, N).at(t);
      const own = closedLinearSolution(horizon, linear, Infinity).at(t);
      for (const k of [1, 2, 3]) {
        const covariance = (common: number) =>
          matrix(
            k,
            k,
            Array.from({ length: k * k }, (_, e) => (e % (k + 1) === 0 ? loads.own ** 2 * t : 0) + common),
          );
        const crowd = ((2 * loads.own * loads.mean + loads.mean ** 2) * t) / N;
        const [first, second] = [
          gaussian(new Float64Array(k).fill(loads.constant), covariance(crowd)),
          gaussian(new Float64Array(k).fill(own.constant), covariance(0)),
        ];
        const ours = marginalDistances(k, N, t, loads, constantGap(linear, N, horizon - t));
        expect(ours.entropy / kullbackLeiblerGaussian(first, second)).toBeCloseTo(1, 9);
        expect(Math.sqrt(ours.squaredDistance) / wassersteinGaussians(first, second)).toBeCloseTo(1, 9);
      }
    }
  });

  it("adds up what shifts the empirical law, as simulation of all players does", () => {
    const N = 6;
    const model = gaussianModel();
    const { horizon, linear } = model;
    if (linear === undefined) throw new Error("linear");
    const column = finished(chaos(model, { ...settings, players: [N, 10] })).columns;
    const t = horizon / 2;
    const { own, mean, constant } = closedLinearSolution(horizon, linear, N).at(t);
    const limit = closedLinearSolution(horizon, linear, Infinity).at(t);
    const law = normalLaw(limit.constant, limit.own ** 2 * t);
    const noise = randomStream(3, 9);
    const w = new Float64Array(N);
    const distances = Float64Array.from({ length: 20_000 }, (_, r) => {
      noise.fillNormal(w, r * N);
      const average = (Math.sqrt(t) * w.reduce((sum, value) => sum + value, 0)) / N;
      return (
        wassersteinSampleLaw(
          w.map((value) => own * Math.sqrt(t) * value + mean * average + constant),
          law,
          2,
        ) ** 2
      );
    });
    const { mean: simulated, standardError } = meanWithError(distances);
    expect(Math.abs(simulated - named(column, "empirical_w2_squared").value[0])).toBeLessThan(4 * standardError);
  });
});

describe("laws of forward–backward systems", () => {
  const sizes = [3, 10, 100, 1000, 10_000];
  /** Means and variances at T/2 by hand: deviations from the average decay, the average is that of starts and noises. */
  const byHand = (given: Readonly<Record<string, unknown>>, N: number) => {
    const p = parseParameters(systemicRiskFbsde.parameters, given);
    const t = p.T / 2;
    const { slope, decay } = closedAdjoint(p, N, p.system);
    const noise = layeredIntegral((s) => decay(s, t) ** 2, 0, t, fastestRate(p));
    const deviation = p.v0 * decay(0, t) ** 2 + p.sigma ** 2 * noise;
    return { t, slope: slope(t), deviation, average: p.v0 + p.sigma ** 2 * t, m0: p.m0 };
  };

  it.each([{}, { system: "particle" }, { a: 1, eps: 10, c: 0, sigma: 1, m0: 0, v0: 0 }, { q: 1, eps: 1.5, m0: 0.5 }])(
    "are those of general formulas for Gaussian laws, by hand: %o",
    (given) => {
      const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, given));
      const { columns } = finished(chaos(model, { ...settings, players: sizes }));
      const limit = byHand(given, Infinity);
      // Two numbers of order one are subtracted here, with an error of 10⁻¹⁴ of each: few players only.
      for (const N of [3, 10, 100]) {
        const hand = byHand(given, N);
        for (const [name, factor, limitFactor, average, centre] of [
          ["X", 1, 1, hand.average, hand.m0],
          ["Y", hand.slope, limit.slope, 0, 0],
        ] as const) {
          for (const [k, size] of [
            [1, "marginal"],
            [2, "pair"],
          ] as const) {
            const law = (own: number, common: number) =>
              gaussian(
                new Float64Array(k).fill(centre),
                matrix(
                  k,
                  k,
                  Array.from({ length: k * k }, (_, e) => (e % (k + 1) === 0 ? own : 0) + common),
                ),
              );
            const own = factor ** 2 * hand.deviation;
            const [first, second] = [law(own, (average - own) / N), law(limitFactor ** 2 * limit.deviation, 0)];
            const at = (column: string): number => named(columns, column).value[sizes.indexOf(N)];
            expect(at(`kl_${name}_${size}`) / kullbackLeiblerGaussian(first, second)).toBeCloseTo(1, 7);
            expect(Math.sqrt(at(`w2_squared_${name}_${size}`)) / wassersteinGaussians(first, second)).toBeCloseTo(1, 7);
          }
        }
      }
      const laws = columns.filter(({ name }) => /^(?:kl|w2|empirical)/.test(name));
      expect(laws).toHaveLength(10);
      for (const { name, asymptotic, theory } of laws) {
        expect(theory).toBe(name.startsWith("empirical") ? -1 : -2);
        // Of the empirical law there are no millions of players; errors of the Riccati equations, 10⁻¹³, are 10⁻⁶ of 1/N there.
        expect(asymptotic ?? -2).toBeCloseTo(-2, 4);
      }
    },
  );

  it("leave out the entropy of two who are each other's mirror image, and of nobody else", () => {
    for (const system of ["nash", "particle"]) {
      const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, { system }));
      const columns = columnsOf(model);
      expect(players[0]).toBe(2);
      const pair = named(columns, "kl_Y_pair");
      expect(pair.players).toEqual(players.slice(1));
      expect(pair.remark).toMatch(/^left out for N = 2: infinite/);
      const without = named(finished(chaos(model, { ...settings, players: players.slice(1) })).columns, "kl_Y_pair");
      expect(pair.value).toEqual(without.value);
      expect(pair.slope).toEqual(without.slope);
      expect(pair.constant).toBe(without.constant);
      expect(without.players).toBeUndefined();
      for (const name of ["kl_X_pair", "w2_squared_Y_pair"]) expect(named(columns, name).value).toHaveLength(10);
    }
    const still = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, { c: 0, eps: 0 }));
    expect(columnsOf(still).some(({ name }) => /_Y_(?:marginal|pair)|squared_Y$/.test(name))).toBe(false);
  });

  it.each([
    ["X", "nash"],
    ["Y", "nash"],
    ["Y", "particle"],
  ])("expect of the empirical law of %s what simulation of all players does: %s", (name, system) => {
    const N = 6;
    const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, { system }));
    const { columns } = finished(chaos(model, { ...settings, players: [N, 10] }));
    const [hand, limit] = [byHand({ system }, N), byHand({ system }, Infinity)];
    const [factor, limitFactor] = name === "X" ? [1, 1] : [-hand.slope, -limit.slope];
    const centre = name === "X" ? hand.m0 : 0;
    const law = normalLaw(centre, limitFactor ** 2 * limit.deviation);
    const noise = randomStream(5, 9);
    const draws = new Float64Array(N + 1);
    const distances = Float64Array.from({ length: 20_000 }, (_, r) => {
      noise.fillNormal(draws, r * (N + 1));
      const own = draws.subarray(0, N);
      const middle = own.reduce((sum, value) => sum + value, 0) / N;
      const average = name === "X" ? Math.sqrt(hand.average / N) * draws[N] : 0;
      const sample = own.map((value) => centre + factor * Math.sqrt(hand.deviation) * (value - middle) + average);
      return wassersteinSampleLaw(sample, law, 2) ** 2;
    });
    const { mean, standardError } = meanWithError(distances);
    expect(Math.abs(mean - named(columns, `empirical_w2_squared_${name}`).value[0])).toBeLessThan(4 * standardError);
  });
});
