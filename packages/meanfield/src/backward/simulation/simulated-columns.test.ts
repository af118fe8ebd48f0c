import { expect, it } from "vitest";
import { parseParameters, rateSlope } from "../../core/index.ts";
import type { ChaosSettings } from "../../core/index.ts";
import { finished, logNormal, setA as gaussian } from "../backward.testing.ts";
import { forwardBackwardColumns } from "../chaos/forward-backward-columns.ts";
import { expectedSquaredDistance } from "../chaos/empirical-law.ts";
import { closedLinearSolution, constantGap } from "../closed-forms/linear.ts";
import { solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
import { forwardBackwardErrors } from "../forward-backward/coupling.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { systemicRiskFbsde } from "../games/systemic-risk-fbsde.ts";
import { linearErrors } from "../linear/second-moments.ts";
import { linearModel } from "../model.ts";
import type { InteractingModel, LinearSystem } from "../model.ts";
import type { SimulatedColumn, SimulatedEntry } from "../chaos/columns.ts";
import { simulatedAdjointColumns } from "./coupled-adjoints.ts";
import { simulatedErrorColumns } from "./simulated-columns.ts";

const settings: ChaosSettings = { players: [3, 10, 40], repeats: 150, steps: 32, seed: 0 };

function estimates(columns: readonly SimulatedColumn[], name: string, chosen: ChaosSettings): SimulatedEntry[] {
  const column = columns.find((candidate) => candidate.name === `${name}_simulated`);
  if (column === undefined) throw new Error(`no column ${name}`);
  return chosen.players.map((players) => {
    const entry = finished(column.estimate(players, chosen));
    if (entry === undefined) throw new Error("stopped");
    return entry;
  });
}

/** The distance in units of 4 standard errors and what the trapezoidal rule leaves in time; infinite where the error is half of it all. */
function distance({ value, standardError }: SimulatedEntry, exact: number, time = 2e-3): number {
  return standardError < 0.5 * exact ? Math.abs(value - exact) / (4 * standardError + time * exact) : Infinity;
}

function exactErrors(system: LinearSystem, players: number) {
  return linearErrors(
    1,
    system,
    players,
    closedLinearSolution(1, system, players),
    closedLinearSolution(1, system, Infinity),
  );
}

it.each([
  ["Gaussian", gaussian],
  ["log-normal", logNormal],
] as const)("%s: simulated errors of Y and Z are the exact ones within 4 standard errors", (_, system) => {
  const columns = simulatedErrorColumns(linearModel(1, system));
  const [y, z, cross] = ["error_Y_path", "error_Z", "error_Z_cross"].map((name) => estimates(columns, name, settings));
  settings.players.forEach((players, k) => {
    const exact = exactErrors(system, players);
    expect(distance(y[k], exact.yPath())).toBeLessThan(1);
    expect(distance(z[k], exact.z())).toBeLessThan(1);
    expect(distance(cross[k], exact.zCross())).toBeLessThan(1);
  });
});

it("the empirical law of Y is as far from the limit's as order statistics say", () => {
  const columns = simulatedErrorColumns(linearModel(1, gaussian));
  const found = estimates(columns, "empirical_w2_squared", settings);
  settings.players.forEach((players, k) => {
    const { own, mean } = closedLinearSolution(1, gaussian, players).at(0.5);
    const gap = constantGap(gaussian, players, 0.5);
    expect(
      distance(
        found[k],
        0.5 * (own * own * expectedSquaredDistance(players) + (mean * (mean + 2 * own)) / players) + gap * gap,
        0,
      ),
    ).toBeLessThan(1);
  });
  const slope = rateSlope(
    settings.players,
    found.map(({ value }) => value),
  );
  expect(Math.abs((slope?.slope ?? 0) + 0.95)).toBeLessThan(0.12);
});

it("fitted fields of a system that does not say it is linear give the exact errors within what they say", () => {
  const { linear: _, ...model }: InteractingModel = linearModel(1, gaussian);
  const chosen = { players: [4, 16], repeats: 60, steps: 8, seed: 3 };
  const columns = simulatedErrorColumns(model);
  const [y, z] = ["error_Y_path", "error_Z"].map((name) => estimates(columns, name, chosen));
  chosen.players.forEach((players, k) => {
    const exact = exactErrors(gaussian, players);
    // Eight steps in time: the scheme and the rule leave 3 % of the squares.
    expect(distance(y[k], exact.yPath(), 0.03)).toBeLessThan(1);
    expect(distance(z[k], exact.z(), 0.03)).toBeLessThan(1);
  });
  expect(columns[0].story).toContain("fitted by regression");
});

it("players without a coupling are their own copies, with any driver", () => {
  const model = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, { c: 0 }));
  const chosen = { players: [5], repeats: 20, steps: 6, seed: 0 };
  const [{ value, standardError }] = estimates(simulatedErrorColumns(model), "error_Y_path", chosen);
  expect(Math.abs(value)).toBeLessThan(4 * standardError + 1e-7);
  expect(value).toBeLessThan(1e-5);
});

it.each([
  ["nash", 3],
  ["nash", 30],
  ["particle", 10],
] as const)("forward–backward systems (%s, %d players): simulated errors are the exact ones", (system, players) => {
  const model = systemicRiskFbsde.build(parseParameters(systemicRiskFbsde.parameters, { system, q: 0.3 }));
  const [finite, limit] = [players, Infinity].map((count) => solveAdjointSystem(model, count));
  const exact = forwardBackwardErrors(model, players, finite, limit);
  const columns = simulatedAdjointColumns(model);
  const chosen = { ...settings, players: [players] };
  for (const [name, value] of [
    ["error_X_T", exact.finalX],
    ["error_Y_T", exact.finalY],
    ["error_X", exact.pathX],
    ["error_Y", exact.pathY],
  ] as const) {
    expect(distance(estimates(columns, name, chosen)[0], value)).toBeLessThan(1);
  }
  const order = forwardBackwardColumns(model).find(({ name }) => name === "empirical_w2_squared_X");
  expect(
    distance(estimates(columns, "empirical_w2_squared_X", chosen)[0], order?.value(players) ?? Number.NaN),
  ).toBeLessThan(1);
});

it("the same numbers again for a seed, and nothing where it is stopped", () => {
  const columns = (): SimulatedColumn[] => simulatedErrorColumns(linearModel(1, gaussian));
  const chosen = { ...settings, repeats: 20 };
  expect(estimates(columns(), "error_Y_path", chosen)).toEqual(estimates(columns(), "error_Y_path", chosen));
  const signal = AbortSignal.abort();
  const large = { players: [20_000], repeats: 40, steps: 4, seed: 0, signal };
  expect(finished(columns()[0].estimate(20_000, large))).toBeUndefined();
});
