import { expect, it } from "vitest";
import { parseParameters } from "../../core/index.ts";
import { nonlinearBsde } from "../games/nonlinear-bsde.ts";
import { linearModel } from "../model.ts";
import type { LinearSystem } from "../model.ts";
import { linearRecursion } from "../schemes/linear-recursion.ts";
import { countingField } from "./counting-field.ts";
import { solveCountingTree } from "./counting-tree.ts";
import { solvePlayersTree } from "./players-tree.ts";
import { stepMartingale } from "./step-martingale.ts";
import { playersField } from "./tree-field.ts";

const scheme = { kind: "theta", theta: 0.5 } as const;
const martingale = stepMartingale("binomial");

it("is the product tree's at every place of the walks, for every player and pair", () => {
  const model = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, { functional: "softplus-mean" }));
  const settings = { steps: 4, martingale, scheme };
  const told = playersField(solvePlayersTree(model, 3, settings));
  const counted = countingField(solveCountingTree(model, 3, settings));
  const root = Math.sqrt(0.25);
  for (const [n, places] of [
    [0, [0, 0, 0]],
    [1, [1, -1, 1]],
    [2, [2, 0, -2]],
    [3, [3, -1, 1]],
    [4, [-4, 2, 0]],
  ] as const) {
    const x = Float64Array.from(places, (place) => place * root);
    const [a, b] = [new Float64Array(3), new Float64Array(3)];
    for (const name of ["values", "diagonal"] as const) {
      told[name](n / 4, x, a);
      counted[name](n / 4, x, b);
      a.forEach((value, i) => expect(Math.abs(value - b[i])).toBeLessThan(1e-13));
    }
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2]) {
        expect(Math.abs(told.z(n / 4, x, i, j) - counted.z(n / 4, x, i, j))).toBeLessThan(1e-13);
      }
    }
  }
});

it("interpolates sums over fifty players without error, between times and places and beyond the last place", () => {
  const system: LinearSystem = {
    a: 0.3,
    b: 0.5,
    c: 0.8,
    h: 0.2,
    noise: { kind: "gaussian" },
    terminal: { own: 1, mean: 0.4, constant: 0.1 },
  };
  const players = 50;
  const field = countingField(solveCountingTree(linearModel(1, system), players, { steps: 3, martingale, scheme }));
  const { loads, exposure, cross } = linearRecursion(system, { horizon: 1, steps: 3, players, scheme });
  // The largest is beyond all places.
  const x = Float64Array.from({ length: players }, (_, j) => 1.5 * Math.sin(j * j) + (j === 7 ? 2 : 0));
  const average = x.reduce((sum, state) => sum + state, 0) / players;
  const out = new Float64Array(players);
  for (const t of [1 / 3, 0.5, 2 / 3, 0.9, 1]) {
    const n = Math.min(2, Math.floor(3 * t + 1e-9));
    const later = 3 * t - n;
    const between = (at: (n: number) => number, last: number): number =>
      n < last ? (1 - later) * at(n) + later * at(n + 1) : at(last);
    field.values(t, x, out);
    for (const i of [0, 7, 31]) {
      const value = between((k) => loads[k].own * x[i] + loads[k].mean * average + loads[k].constant, 3);
      expect(Math.abs(out[i] - value)).toBeLessThan(1e-12);
      for (const j of [0, 7, 31]) {
        const z = between((k) => (i === j ? exposure[k] : cross[k]), 2);
        expect(Math.abs(field.z(t, x, i, j) - z)).toBeLessThan(1e-12);
      }
    }
  }
  // The last states read are kept: others must not be taken for them.
  const moved = x.slice();
  moved[49] += 1;
  field.values(0.5, x, out);
  const before = out[0];
  field.values(0.5, moved, out);
  const load = 0.5 * (loads[1].mean + loads[2].mean);
  expect(Math.abs(out[0] - before - load / players)).toBeLessThan(1e-12);
});

it("takes crowds beyond the last places for crowds at them", () => {
  const model = nonlinearBsde.build(parseParameters(nonlinearBsde.parameters, {}));
  const field = countingField(solveCountingTree(model, 20, { steps: 3, martingale, scheme }));
  const [far, farther, out] = [10, 20, 0].map((state) => new Float64Array(20).fill(state));
  far[0] = 0;
  farther[0] = 0;
  field.values(2 / 3, far, out);
  const first = out[0];
  field.values(2 / 3, farther, out);
  expect(first).toBeGreaterThan(-2);
  expect(out[0]).toBe(first);
});
