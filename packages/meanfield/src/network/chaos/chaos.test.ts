import { describe, expect, it } from "vitest";
import { parseParameters, rateSlope } from "../../core/index.ts";
import type { ChaosDefaults, ChaosSettings, Game, ParameterSchema, RateColumn, RateTable } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import { variance } from "../../numeric/statistics.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { chainSlope } from "../closed-forms/linear-chain.ts";
import { linearNetwork } from "../games/linear-network.ts";
import { meanFieldLangevin } from "../games/mean-field-langevin.ts";
import { meanFieldNetwork } from "../games/mean-field-network.ts";
import { noisyNeuron } from "../games/noisy-neuron.ts";
import { quadraticNetwork } from "../games/quadratic-network.ts";
import type { NetworkModel } from "../model.ts";
import { drawNeurons } from "../initial.ts";
import { record, recordsOf } from "../records.testing.ts";
import { chaos } from "./chaos.ts";
import { usualChaos } from "./usual.ts";

function table<S extends ParameterSchema>(
  game: Game<S, NetworkModel, NetworkCandidate>,
  given: Readonly<Record<string, unknown>>,
  settings: Partial<ChaosSettings>,
): RateTable {
  const model = game.build(parseParameters(game.parameters, given));
  const work = chaos(model, { players: [10, 100, 1000], repeats: 20, steps: 50, seed: 1, ...settings });
  let next = work.next();
  while (next.done !== true) {
    expect(next.value).toBeGreaterThanOrEqual(0);
    expect(next.value).toBeLessThanOrEqual(1);
    next = work.next();
  }
  return next.value;
}

function column({ columns }: RateTable, name: string): RateColumn {
  const found = columns.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

/** The weighted slope of a simulated column on log–log axes, with what chance alone makes of it. */
function slopeOf({ players }: RateTable, { value, standardError = [] }: RateColumn): readonly [number, number] {
  const x = players.map(Math.log);
  const centre = x.reduce((sum, one) => sum + one / x.length, 0);
  const spread = x.reduce((sum, one) => sum + (one - centre) ** 2, 0);
  const slope = value.reduce((sum, error, i) => sum + ((x[i] - centre) / spread) * Math.log(error), 0);
  return [slope, Math.hypot(...value.map((error, i) => ((x[i] - centre) / spread) * (standardError[i] / error)))];
}

describe("the linear network among N", () => {
  const rates = table(linearNetwork, { T: 1 }, { players: [100, 1000, 10_000, 100_000], repeats: 60 });

  it("obeys the law of large numbers: mean squares fall like 1/N, from 100 to 10⁵", () => {
    for (const name of ["slope_error_flow", "slope_error_online", "coupling_error", "pair_correlation"]) {
      const [slope, error] = slopeOf(rates, column(rates, name));
      expect(Math.abs(slope + 1)).toBeLessThan(4 * error);
      expect(error).toBeLessThan(0.05);
      expect(column(rates, name).theory).toBe(-1);
    }
  });

  it("obeys the central limit theorem with the constants of gradient flow and of online training", () => {
    for (const [name, id] of [
      ["clt_gd", "S7.T1A.CLT_GD.t1"],
      ["clt_sgd", "S7.T1A.CLT_SGD.t1"],
    ]) {
      const { value, standardError = [], constant } = column(rates, name);
      expect(Math.abs((constant ?? 0) - Number(record(id).value))).toBeLessThan(1e-8);
      // At N = 10⁴ and 10⁵ the bias of order 1/N is far below chance.
      for (const i of [2, 3]) expect(Math.abs(value[i] - Number(record(id).value))).toBeLessThan(4 * standardError[i]);
    }
  });

  it("has the records' fluctuations of 100 and 1000 neurons", () => {
    const { beta, s2, alpha, sige } = parseParameters(linearNetwork.parameters, {});
    const model = linearNetwork.build(parseParameters(linearNetwork.parameters, { T: 1 }));
    for (const { args, value } of recordsOf(/CLT_SGD_MC/)) {
      const N = Number(args?.["N"]);
      const repeats = N === 100 ? 8000 : 1500;
      const found = Array.from({ length: repeats }, (_, r) => {
        const theta = drawNeurons(model.initial, N, randomStream(3, 2 * r));
        let [P, Q] = [0, 0];
        for (let i = 0; i < N; i++) {
          P += (theta[2 * i] + theta[2 * i + 1]) ** 2 / N;
          Q += (theta[2 * i] - theta[2 * i + 1]) ** 2 / N;
        }
        return chainSlope({ beta, s2, alpha, sige }, N, [P, Q], N, randomStream(3, 2 * r + 1));
      });
      const spread = variance(found);
      const mean = found.reduce((sum, M) => sum + M / repeats, 0);
      // The error of a variance from its fourth moment, and the record's own.
      const fourth = found.reduce((sum, M) => sum + (M - mean) ** 4 / repeats, 0);
      const error = N * Math.sqrt((fourth - spread * spread) / repeats);
      expect(Math.abs(N * spread - Number(value))).toBeLessThan(4 * Math.hypot(error, Number(args?.["se"])));
      expect(Math.abs(mean - Number(args?.["mean_M"]))).toBeLessThan(
        4 * Math.hypot(Math.sqrt(spread / repeats), Number(args?.["mean_se"])),
      );
    }
  });

  it("has pairs of neurons whose correlation is that of the central limit theorem", () => {
    const { value, standardError = [], constant = 0 } = column(rates, "pair_correlation");
    value.forEach((one, i) =>
      expect(Math.abs(one * (rates.players[i] - 1) - constant)).toBeLessThan(4 * rates.players[i] * standardError[i]),
    );
  });

  it("is the same for each number of neurons whatever others are asked for, and stops when told", () => {
    const settings = { repeats: 3, seed: 9 };
    const both = table(linearNetwork, {}, { ...settings, players: [10, 30] });
    const alone = table(linearNetwork, {}, { ...settings, players: [30] });
    both.columns.forEach(({ value }, i) => expect(value[1]).toBe(alone.columns[i].value[0]));
    const controller = new AbortController();
    const model = linearNetwork.build(parseParameters(linearNetwork.parameters, {}));
    const work = chaos(model, { ...settings, players: [10, 30, 50], steps: 4, signal: controller.signal });
    let next = work.next();
    while (next.done !== true) {
      if (next.value > 0.12) controller.abort();
      next = work.next();
    }
    expect(next.value.players).toEqual([10]);
  });
});

describe("five points of a sine among N", () => {
  it("have the record's mean squares, which fall like 1/N", () => {
    const { value: expected, args = {} } = record("S7.T5A.LLN_mse.t5");
    const rates = table(meanFieldNetwork, {}, { players: args["N"] as number[], repeats: 60, steps: 40 });
    const { value, standardError = [] } = column(rates, "prediction_error");
    value.forEach((error, i) => {
      const theirs = (args["se"] as number[])[i];
      expect(Math.abs(error - (expected as number[])[i])).toBeLessThan(4 * Math.hypot(standardError[i], theirs));
    });
    for (const name of ["prediction_error", "coupling_error"]) {
      const [slope, error] = slopeOf(rates, column(rates, name));
      expect(Math.abs(slope + 1)).toBeLessThan(4 * error);
    }
    // From the linearised limit, and from N neurons; the bias of order 1/N is far below chance.
    for (const name of ["prediction_clt", "prediction_clt_online", "pair_correlation"]) {
      const { value: found, standardError: error = [], constant = 0 } = column(rates, name);
      expect(constant).toBeGreaterThan(0);
      found.forEach((one, i) => {
        const pairs = name === "pair_correlation" ? rates.players[i] - 1 : 1;
        expect(Math.abs(pairs * one - constant)).toBeLessThan(4 * pairs * error[i]);
      });
    }
    expect(column(rates, "pair_correlation").remark).toMatch(/^negative, since/);
    // So is the slope between the record's own three numbers of neurons.
    const [slope, error] = slopeOf(rates, {
      ...column(rates, "prediction_error"),
      value: expected as number[],
      standardError: args["se"] as number[],
    });
    expect(Math.abs(slope + 1)).toBeLessThan(4 * error);
  });

  it("are trained online as well by few neurons, and only by gradient flow by many, which is said", () => {
    const few = table(meanFieldNetwork, {}, { players: [10, 40, 160], repeats: 30, steps: 40 });
    const online = column(few, "prediction_error_online");
    const [slope, error] = slopeOf(few, online);
    expect(Math.abs(slope + 1)).toBeLessThan(4 * error);
    // The chance of samples comes on top of that of the neurons before training.
    const flow = column(few, "prediction_error");
    expect(online.value[2]).toBeGreaterThan(0.7 * flow.value[2]);
    expect(online.remark).toBeUndefined();
    const many = table(meanFieldNetwork, { T: 0.2 }, { players: [10, 40, 20_000], repeats: 100, steps: 1 });
    const left = column(many, "prediction_error_online");
    expect(left.players).toEqual([10, 40]);
    expect(left.value).toHaveLength(2);
    expect(left.remark).toMatch(/too many steps for N = 20000/);
  });
});

describe("noisy neurons among N", () => {
  it("have the records' entropies and every rate of theory", () => {
    const rates = table(noisyNeuron, {}, { players: [10, 100, 1000], repeats: 0 });
    for (const { value, args } of recordsOf(/^S7\.T3A\.KL_stationary\./)) {
      const found = column(rates, args?.["k"] === 1 ? "kl_stationary" : "kl_stationary_pair");
      const i = rates.players.indexOf(Number(args?.["N"]));
      expect(Math.abs(found.value[i] - Number(value))).toBeLessThan(1e-12);
    }
    expect(rates.columns).toHaveLength(7);
    for (const { asymptotic, theory, standardError } of rates.columns) {
      expect(Math.abs((asymptotic ?? 0) - (theory ?? 9))).toBeLessThan(1e-4);
      expect(standardError).toBeUndefined();
    }
    expect(table(noisyNeuron, { lam: 0 }, {}).columns.map(({ name }) => name)).not.toContain("kl_stationary");
  });

  it("have the coupling error of a simulation on the same noise", () => {
    const { s2, beta, lam, tau, m0, v0 } = parseParameters(noisyNeuron.parameters, {});
    const [N, repeats, steps, T] = [8, 4000, 200, 1];
    const h = T / steps;
    const samples: number[] = [];
    const draws = new Float64Array(N * (steps + 1));
    for (let r = 0; r < repeats; r++) {
      randomStream(5, r).fillNormal(draws, 0);
      const ours = Float64Array.from({ length: N }, (_, i) => m0 + Math.sqrt(v0) * draws[i]);
      const theirs = ours.slice();
      let m = m0;
      for (let k = 1; k <= steps; k++) {
        const average = ours.reduce((sum, w) => sum + w / N, 0);
        for (let i = 0; i < N; i++) {
          const shake = Math.sqrt(2 * tau * h) * draws[k * N + i];
          ours[i] += h * (s2 * (beta - average) - lam * ours[i]) + shake;
          theirs[i] += h * (s2 * (beta - m) - lam * theirs[i]) + shake;
        }
        m += h * (s2 * (beta - m) - lam * m);
      }
      samples.push(ours.reduce((sum, w, i) => sum + (w - theirs[i]) ** 2 / N, 0));
    }
    const mean = samples.reduce((sum, value) => sum + value / repeats, 0);
    const [exact] = column(table(noisyNeuron, { T }, { players: [N] }), "coupling_error").value;
    // Euler's error is of the order of a step, a few hundredths of the value.
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(variance(samples) / repeats) + 0.03 * exact);
  });
});

describe("the table of rates", () => {
  it("goes by simulation for other networks, moments of which close or not", () => {
    const rates = table(quadraticNetwork, {}, { players: [10, 40, 160, 640], repeats: 40, steps: 60 });
    const [slope, error] = slopeOf(rates, column(rates, "coupling_error"));
    expect(Math.abs(slope + 1)).toBeLessThan(4 * error);
  });

  it("leaves out numbers of neurons that diverge in online training, and says which", () => {
    for (const [game, given] of [
      [quadraticNetwork, {}],
      [meanFieldNetwork, meanFieldNetwork.presets["planes"].parameters],
    ] as const) {
      const players = [10, 100, 200, 400];
      const rates = table(game as typeof quadraticNetwork, given, { players, repeats: 60, steps: 4 });
      const { value, slope, standardError, remark, story, ...online } = column(rates, "prediction_error_online");
      expect(online.players).toEqual([100, 200, 400]);
      expect(remark).toMatch(/^online training diverged for N = 10(;|$)/);
      expect(story).toContain("Left out: online training diverged for N = 10.");
      expect(standardError).toHaveLength(3);
      for (const error of value) expect(error).toBeLessThan(1);
      expect(slope?.slope).toBeLessThan(0);
      expect(JSON.stringify(rates)).not.toContain("null");
      // Where all diverge, no number is left.
      const few = column(
        table(game as typeof quadraticNetwork, given, { players: [10], repeats: 60, steps: 1 }),
        "prediction_error_online",
      );
      expect([few.players, few.value, few.slope]).toEqual([[], [], null]);
    }
  });

  it("says where a few runs carry the mean of online training, and has the median beside it", () => {
    const rates = table(quadraticNetwork, {}, { players: [100, 300, 1000, 3000], repeats: 40, steps: 25 });
    const { remark, story } = column(rates, "prediction_error_online");
    expect(remark).toMatch(/for N = 100[\d, ]* a single run makes up \d+[\d, ]* % of the mean/);
    expect(story).toContain("the median tells more");
    const [slope, error] = slopeOf(rates, column(rates, "prediction_median_online"));
    expect(Math.abs(slope + 1)).toBeLessThan(4 * error);
  });

  it("takes as many repetitions for each number of neurons as is said, which weigh in the fit", () => {
    const settings = { players: [10, 40, 160], steps: 25 };
    const each = table(quadraticNetwork, {}, { ...settings, repeatsEach: [9, 4, 2] });
    const { value, slope, repeats } = column(each, "coupling_error");
    expect(repeats).toEqual([9, 4, 2]);
    const few = table(quadraticNetwork, {}, { ...settings, repeats: 2 });
    expect(value[2]).toBe(column(few, "coupling_error").value[2]);
    expect(slope).toEqual(rateSlope(settings.players, value, [9, 4, 2]));
    expect(slope?.slope).not.toBe(rateSlope(settings.players, value)?.slope);
    expect(() => table(quadraticNetwork, {}, { ...settings, repeatsEach: [9, 4] })).toThrow(/repeats/);
  });

  it("goes from 10 to 10⁵ neurons unless others are asked for, not so far with many data", () => {
    const usual = (game: Parameters<typeof table>[0], given: object): ChaosDefaults =>
      usualChaos(game.build(parseParameters(game.parameters, { ...given })));
    for (const game of [meanFieldNetwork, quadraticNetwork, linearNetwork, noisyNeuron]) {
      const { players } = usual(game, {});
      expect([players[0], players[players.length - 1]]).toEqual([10, 100_000]);
    }
    const { players, repeats, repeatsFor = () => 0 } = usual(meanFieldNetwork, {});
    expect([repeatsFor(10), repeatsFor(100_000)]).toEqual([repeats, 8]);
    expect(players.map(repeatsFor)).toEqual(players.map(repeatsFor).toSorted((a, b) => b - a));
    const many = usual(meanFieldNetwork, meanFieldNetwork.presets["regression"].parameters);
    expect(Math.max(...many.players)).toBe(10_000);
  });

  it("is refused where there is nothing to compare", () => {
    const refused =
      (game: Parameters<typeof table>[0], given: object, settings: Partial<ChaosSettings> = {}) =>
      () =>
        table(game, { ...given }, settings);
    expect(refused(meanFieldLangevin as never, {})).toThrow(/stationary/);
    expect(refused(meanFieldNetwork as never, {}, { repeats: 0 })).toThrow(/at least 1 repeat/);
    expect(refused(meanFieldNetwork as never, { data: "gaussian", beta: [1, 1, 1, 1] })).toThrow(/no finite sum/);
    expect(refused(linearNetwork as never, {}, { players: [10, 2e6] })).toThrow(/1000000/);
    expect(refused(linearNetwork as never, {}, { players: [1] })).toThrow(/players/);
  });
});
