/** The gain that is summed up along the way, beside the difference of two costs on far finer steps. */
import { describe, expect, it } from "vitest";
import { logLogSlope } from "../../numeric/regression.ts";
import { rungeKutta4 } from "../../numeric/runge-kutta-4.ts";
import type { RatesCandidate } from "./candidate.ts";
import { costOfKeeping, judge } from "./certify.ts";
import { controlsAt, intervalAt, seenAt } from "./continuous-flow.ts";
import { row } from "./grid.ts";
import { ratesGames, ratesModel, solvedRates } from "./rates.testing.ts";
import { drift, hamiltonian } from "./stage.ts";

/** What a policy costs against its own flow and the least there is, with the games' own minimisers, on steps divided. */
function costs(candidate: RatesCandidate, parts: number): { readonly kept: number; readonly least: number } {
  const { model, grid } = candidate;
  const { horizon, initial, moves, running, terminal } = model;
  const { states } = grid;
  const steps = parts * (grid.t.length - 1);
  const policyAt = (t: number): Float64Array => {
    const i = intervalAt(grid, t);
    return controlsAt(candidate, i, (t - grid.t[i]) / grid.step);
  };
  const flow = rungeKutta4(
    (t, mu, out) => drift(model, seenAt(model, t, mu), policyAt(t), out),
    0,
    horizon,
    initial,
    2 * steps,
  );
  const lawAt = (t: number): Float64Array => row(flow.y, Math.round((2 * steps * t) / horizon), states);
  const last = seenAt(model, horizon, flow.end);
  const end = Float64Array.from({ length: 2 * states }, (_, k) => terminal.value(k % states, last));
  const { end: start } = rungeKutta4(
    (t, values, out) => {
      const [at, kept] = [seenAt(model, t, lawAt(t)), policyAt(t)];
      const [own, slope] = [row(values, 0, states), row(out, 0, states)];
      for (let x = 0; x < states; x++) slope[x] = running.value(x, at);
      moves.forEach(({ from, to, cost, rate }, m) => {
        slope[from] += cost.value(kept[m], at) + rate.value(kept[m], at) * (own[to] - own[from]);
      });
      hamiltonian(model, at, row(values, 1, states), row(out, 1, states));
      for (let k = 0; k < out.length; k++) out[k] = -out[k];
    },
    horizon,
    0,
    end,
    steps,
  );
  const average = (values: Float64Array): number => initial.reduce((sum, share, x) => sum + share * values[x], 0);
  return { kept: average(row(start, 0, states)), least: average(row(start, 1, states)) };
}

const { parameters: control } = ratesGames["lq-rates"].presets["control"];
const { parameters: protective } = ratesGames["cyber-security-rates"].presets["protective"];

describe("what is forgone along the way", () => {
  it.each([
    ["lq-rates", {}, "heun", 801, 10],
    ["lq-rates", { gamma_form: "mean-field", gamma: 3 }, "heun", 201, 32],
    ["lq-rates", { gamma_form: "arc", gamma: 3 }, "heun", 101, 32],
    ["lq-rates", { gamma_form: "arc", gamma: 3 }, "euler", 101, 32],
    ["sir-rates", {}, "heun", 101, 8],
    ["kl-rates", { kappa: 2 }, "heun", 201, 8],
    ["cyber-security-rates", { ...protective }, "heun", 201, 8],
    // All or nothing: controls leap at some time within an interval.
    ["cyber-security-rates", { ...protective, effort: 0 }, "heun", 201, 16],
  ] as const)("of %s %o by %s on %d points is what the policy costs too much", (game, given, scheme, N, parts) => {
    const { outcome, candidate } = solvedRates(ratesModel(game, given), "nash", { N, scheme, damping: 0 });
    expect(outcome).toBe("converged");
    const { kept, least } = costs(candidate, parts);
    const { exploitability } = judge(candidate, false);
    // Differences of the steps of the grid itself, which err as the solver does, miss it by up to 65 per cent.
    expect(Math.abs(exploitability / (kept - least) - 1)).toBeLessThan(2e-3);
    expect(Math.abs(costOfKeeping(candidate) / kept - 1)).toBeLessThan(1e-6);
  });

  it("keeps its order where it is nearly rounding, which a difference of costs does not", () => {
    const steps = [50, 100, 200, 400, 800];
    const gains = steps.map(
      (n) =>
        judge(solvedRates(ratesModel("lq-rates", control), "nash", { N: n + 1, scheme: "heun" }).candidate, false)
          .exploitability,
    );
    expect(gains[4]).toBeLessThan(3e-14);
    expect(Math.abs(logLogSlope(steps, gains).slope + 4)).toBeLessThan(0.01);
  });

  it.each([["lq-rates"], ["kl-rates"]])("of %s is no number where the policy is none", (game) => {
    const { candidate } = solvedRates(ratesModel(game));
    const controls = candidate.controls.slice();
    controls[50 * candidate.grid.moves] = Number.NaN;
    expect(judge({ ...candidate, controls }, false).exploitability).toBeNaN();
  });
});
