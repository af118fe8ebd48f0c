import { expect, it } from "vitest";
import { parseParameters } from "../../core/index.ts";
import { logNormal } from "../backward.testing.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { linearModel, martingaleOf } from "../model.ts";
import type { InteractingModel, LinearSystem } from "../model.ts";
import { linearRecursion } from "../schemes/linear-recursion.ts";
import { countedErrors } from "./counted-errors.ts";
import { at, mostCountedSteps, solveCountingTree } from "./counting-tree.ts";
import type { CountingTree } from "./counting-tree.ts";
import { solvePlayersTree } from "./players-tree.ts";
import type { PlayersTree } from "./players-tree.ts";
import { populations } from "./populations.ts";
import { stepMartingale, stepMoments } from "./step-martingale.ts";
import { settledLimitTree } from "./tree-run.ts";

const martingale = stepMartingale("binomial");
const theta = (weight: number, steps: number) => ({
  martingale,
  steps,
  scheme: { kind: "theta", theta: weight } as const,
});

const nonlinear = (given: Readonly<Record<string, unknown>> = {}): InteractingModel =>
  nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, given));

/** Crowded at the end too. */
const gaussian: LinearSystem = {
  a: 0.3,
  b: 0.5,
  c: 0.8,
  h: 0.2,
  noise: { kind: "gaussian" },
  terminal: { own: 1, mean: 0.4, constant: 0.1 },
};

/** The number of the population of players at `places`, of a tree's n-th time. */
function numberOf(places: readonly number[], n: number): number {
  const { offsets } = populations(places.length, n);
  return offsets.reduce((sum, offset, i) => sum + offset[places.filter((place) => place > i).length], 0);
}

/** Visits all joint places of the product tree, with the values of both trees. */
function compare(product: PlayersTree, counted: CountingTree, visit: (a: number, b: number) => void): void {
  const { players } = product;
  product.values.forEach((row, n) => {
    for (let node = 0; node < row.length; node++) {
      const places = Array.from(
        { length: players },
        (_, j) => Math.floor(node / (n + 1) ** (players - 1 - j)) % (n + 1),
      );
      const [first, second] = places;
      const others = numberOf(places.slice(1), n);
      visit(row[node], at(counted.values[n][first], others));
      if (n === product.own.length) continue;
      visit(product.own[n][node], at(counted.own[n][first], others));
      const row2 = counted.cross[n].length === 0 ? undefined : counted.cross[n][first][second];
      visit(product.cross[n][node], row2 === undefined ? 0 : at(row2, numberOf(places.slice(2), n)));
    }
  });
}

it.each([
  [2, 8],
  [3, 5],
  [4, 4],
  [6, 3],
])("counts %d players on %d steps as the product of their trees tells them apart, at every node", (players, steps) => {
  for (const model of [
    nonlinear(),
    nonlinear({ functional: "softplus-mean", driver: "entropic" }),
    linearModel(1.2, gaussian),
    linearModel(0.8, logNormal),
    { ...nonlinear(), functionals: [], driver: (t: number, x: number, y: number, z: number) => t + x * y + z },
  ]) {
    for (const weight of [0, 0.5, 1]) {
      const settings = theta(weight, steps);
      compare(solvePlayersTree(model, players, settings), solveCountingTree(model, players, settings), (a, b) =>
        // Rounding of sums of up to a thousand numbers of size one, over the root of a step.
        expect(Math.abs(a - b)).toBeLessThan(2e-14 * Math.max(1, Math.abs(a))),
      );
    }
  }
});

it("gives what the scheme gives for linear systems of up to five hundred players", () => {
  for (const system of [gaussian, logNormal]) {
    const logarithmic = system.noise.kind !== "gaussian";
    for (const [players, steps, weight] of [
      [2, 20, 0.5],
      [10, 5, 0.5],
      [20, 4, 0],
      [100, 3, 0.5],
      [500, 2, 1],
    ] as const) {
      const settings = theta(weight, steps);
      const tree = solveCountingTree(linearModel(1, system), players, settings);
      const exact = linearRecursion(system, {
        horizon: 1,
        steps,
        players,
        scheme: settings.scheme,
        moments: stepMoments(martingale, system.noise.kind === "gaussian" ? 0 : system.noise.s),
      });
      const { own, mean, constant } = exact.loads[0];
      expect(Math.abs(tree.values[0][0][0] - ((own + mean) * (logarithmic ? 1 : 0) + constant))).toBeLessThan(1e-12);
      expect(Math.abs(tree.own[0][0][0] - exact.exposure[0])).toBeLessThan(1e-12);
      expect(Math.abs(tree.cross[0][0][0][0] - exact.cross[0])).toBeLessThan(1e-12);
      // The last but one time, from every place, everybody else at place 0.
      const n = steps - 1;
      const { t, x } = tree.levels[n];
      const { at: phi } = martingaleOf(system);
      const loads = exact.loads[n];
      for (let k = 0; k <= n; k++) {
        const crowd = (phi(t, x[k]) + (players - 1) * phi(t, x[0])) / players;
        const value = loads.own * phi(t, x[k]) + loads.mean * crowd + loads.constant;
        expect(Math.abs(tree.values[n][k][0] - value)).toBeLessThan(1e-12);
        const exposure = exact.cross[n] * (logarithmic ? phi(t, x[0]) : 1);
        expect(Math.abs(at(tree.cross[n][k][0], 0) - exposure)).toBeLessThan(1e-12);
      }
    }
  }
});

it("expects of its errors what the product tree gives node by node", () => {
  const model = nonlinear();
  for (const [players, steps] of [
    [2, 5],
    [4, 4],
  ] as const) {
    const settings = theta(0.5, steps);
    const limit = settledLimitTree(model, settings);
    const product = solvePlayersTree(model, players, settings);
    const errors = countedErrors(solveCountingTree(model, players, settings), limit);
    let [y, zOwn, zCross] = [0, 0, 0];
    product.values.forEach((row, n) => {
      let sum = 0;
      row.forEach((value, node) => {
        let [rest, chance] = [node, 1];
        for (let j = 0; j < players; j++) {
          chance *= product.levels[n].weights[rest % (n + 1)];
          rest = Math.floor(rest / (n + 1));
        }
        const first = Math.floor(node / (n + 1) ** (players - 1));
        sum += chance * (value - limit.values[n][first]) ** 2;
        if (n === steps) return;
        zOwn += (chance * (product.own[n][node] - limit.exposures[n][first]) ** 2) / steps;
        zCross += (chance * (players - 1) * product.cross[n][node] ** 2) / steps;
      });
      y = Math.max(y, sum);
    });
    expect(errors.start).toBeCloseTo(Math.abs(product.values[0][0] - limit.values[0][0]), 14);
    expect(errors.y / y).toBeCloseTo(1, 11);
    expect(errors.zOwn / zOwn).toBeCloseTo(1, 11);
    expect(errors.zCross / zCross).toBeCloseTo(1, 11);
  }
});

it("has no crowd to count for one player, and none without a law", () => {
  const settings = theta(0.5, 12);
  const alone = solveCountingTree(nonlinear(), 1, settings);
  const product = solvePlayersTree(nonlinear(), 1, settings);
  expect(alone.values[0][0][0]).toBeCloseTo(product.values[0][0], 14);
  const apart = solveCountingTree({ ...nonlinear(), functionals: [], driver: (_t, _x, y) => y }, 1000, theta(1, 3));
  expect(apart.values.flat().every((row) => row.length === 1)).toBe(true);
  expect(apart.cross.every((rows) => rows.length === 0)).toBe(true);
});

it("says what it cannot count", () => {
  const model = nonlinear();
  expect(() => solveCountingTree(model, 10, { ...theta(1, 3), martingale: stepMartingale("trinomial") })).toThrow(
    "binomial walks only, not trinomial",
  );
  expect(() => solveCountingTree(model, 10, { ...theta(1, 3), scheme: { kind: "explicit" } })).toThrow(
    "the theta scheme only: the explicit scheme",
  );
  const most = mostCountedSteps(model, 100);
  expect(most).toBeGreaterThanOrEqual(4);
  expect(() => solveCountingTree(model, 100, theta(1, most + 1))).toThrow(
    `100 players can be counted on ${most} steps at most, not ${most + 1}`,
  );
  expect(mostCountedSteps(model, 1e6)).toBe(0);
  // Crowded at the end, one step less.
  expect(mostCountedSteps(linearModel(1, gaussian), 1000)).toBe(mostCountedSteps(model, 1000) - 1);
  expect(() => solveCountingTree(linearModel(10, { ...gaussian, a: -9 }), 7, theta(1, 5))).toThrow(
    "more steps are needed",
  );
});
