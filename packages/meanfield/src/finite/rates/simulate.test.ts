import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import type { RateTable, Simulation } from "../../core/index.ts";
import { ratesModel, solvedRates } from "./rates.testing.ts";
import { chaosRates, simulateRates } from "./simulate.ts";

function finish<R>(steps: Generator<number, R, void>): R {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

function played(
  game: string,
  given: Readonly<Record<string, unknown>>,
  players: number,
  paths: number,
  seed = 1,
): Simulation {
  const model = ratesModel(game, given);
  const { candidate } = solvedRates(model, "nash", { N: 401, scheme: "heun" });
  return finish(simulateRates(model, candidate, {}, { players, paths, steps: 50, seed }));
}

describe("players who do not meet", () => {
  const [players, paths] = [40, 400];
  const simulation = played("kl-rates", { mu0: [0.2, 0.3, 0.5] }, players, paths);

  it("are at all times where the limit says, and pay what it says", () => {
    const { cost, limits, series, limitSeries } = simulation;
    expect(Math.abs(cost.mean - (limits?.["cost"] ?? 0))).toBeLessThan(4.5 * cost.standardError);
    expect(Object.keys(series)).toEqual(["share_0", "share_1", "share_2"]);
    for (const [name, { mean, standardError }] of Object.entries(series))
      mean.forEach((share, k) =>
        // Of 153 numbers at 4.5 standard errors none in a thousand runs.
        expect(Math.abs(share - (limitSeries?.[name][k] ?? 0))).toBeLessThan(4.5 * standardError[k]),
      );
  });

  it("are spread like independent players", () => {
    for (const [name, { standardError }] of Object.entries(simulation.series))
      for (const k of [0, 25, 50]) {
        const p = simulation.limitSeries?.[name][k] ?? 0;
        const variance = standardError[k] ** 2 * paths;
        // Variances of 400 samples have a relative standard error of 7 per cent.
        expect(Math.abs(variance / ((p * (1 - p)) / players) - 1)).toBeLessThan(0.3);
      }
  });

  it("have the same luck again from the same seed", () => {
    const again = played("kl-rates", { mu0: [0.2, 0.3, 0.5] }, players, 3);
    expect(played("kl-rates", { mu0: [0.2, 0.3, 0.5] }, players, 3).cost).toEqual(again.cost);
    expect(played("kl-rates", { mu0: [0.2, 0.3, 0.5] }, players, 3, 2).cost.mean).not.toBe(again.cost.mean);
  });
});

describe("players who infect each other", () => {
  it("are many enough to be near the limit", () => {
    const { scalars, limits } = played("sir-rates", { T: 20 }, 20_000, 12);
    expect(scalars["law_error"].mean).toBeLessThan(0.02);
    expect(Math.abs(scalars["social_cost"].mean - (limits?.["social_cost"] ?? 0))).toBeLessThan(
      4.5 * scalars["social_cost"].standardError,
    );
  });

  it("die out or not as a single pair's chances say", () => {
    // Two players, one infected, who mind nothing: contagion at rate β/2 against recovery at rate γ, before T = ∞.
    const model = ratesModel("sir-rates", { c_I: 0, mu0: [0.5, 0.5, 0], T: 200 });
    const { candidate } = solvedRates(model, "nash", { N: 401, scheme: "heun" });
    const paths = 3000;
    const { series } = finish(simulateRates(model, candidate, {}, { players: 2, paths, steps: 20, seed: 3 }));
    // Starts are (1/4, 1/2, 1/4) in 0, 1 and 2 infected; one infected passes it on with probability β/2 ⁄ (β/2 + γ).
    const passed = 0.2 / (0.2 + 0.125);
    const expected = (0.25 * 2 + 0.5 * (1 - passed)) / 2;
    const { mean, standardError } = series["share_susceptible"];
    expect(Math.abs((mean.at(-1) ?? 0) - expected)).toBeLessThan(4 * (standardError.at(-1) ?? 0));
  });
});

describe("what cannot be played", () => {
  it("is refused: another game's policy", () => {
    const { candidate } = solvedRates(ratesModel("lq-rates", { d: 4 }));
    const model = ratesModel("lq-rates");
    expect(() => finish(simulateRates(model, candidate, {}, { players: 10, paths: 2, steps: 5, seed: 0 }))).toThrow(
      RefusalError,
    );
  });

  it("is refused: chaos without repetitions", () => {
    const settings = { players: [2, 4], repeats: 0, steps: 5, seed: 0 };
    expect(() => finish(chaosRates(ratesModel("kl-rates"), settings))).toThrow(/repeats = 0/);
  });
});

describe("propagation of chaos", () => {
  it("has the rate of the law of large numbers", () => {
    const settings = { players: [30, 100, 300, 1000], repeats: 40, steps: 20, seed: 0 };
    const { columns }: RateTable = finish(chaosRates(ratesModel("kl-rates", { kappa: 2 }), settings));
    for (const { slope } of columns) expect(Math.abs((slope?.slope ?? 0) + 0.5)).toBeLessThan(0.1);
  });
});
