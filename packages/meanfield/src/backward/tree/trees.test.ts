import { expect, it } from "vitest";
import { logNormal } from "../backward.testing.ts";
import stability from "../../../../../tests/reference/mean-field-bsde.json" with { type: "json" };
import { evenGrid } from "../../core/index.ts";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { logLogSlope } from "../../numeric/regression.ts";
import { expectation, gaussianRule } from "../gaussian-rule.ts";
import { deviation, softplusMean } from "../law-functional.ts";
import type { LawFunctional } from "../law-functional.ts";
import { linearModel } from "../model.ts";
import type { InteractingModel, LinearSystem } from "../model.ts";
import { linearRecursion } from "../schemes/linear-recursion.ts";
import type { Scheme } from "../schemes/scheme.ts";
import type { TreeSettings } from "./limit-tree.ts";
import { mostSteps, solvePlayersTree } from "./players-tree.ts";
import { stepMartingale, stepMartingales, stepMoments } from "./step-martingale.ts";
import { playersField } from "./tree-field.ts";
import { treeRun } from "./tree-run.ts";
import type { TreeRun } from "./tree-run.ts";

const gaussian: LinearSystem = {
  a: 0.3,
  b: 0.5,
  c: 0.8,
  h: 0.2,
  noise: { kind: "gaussian" },
  terminal: { own: 1, mean: 0.4, constant: 0.1 },
};

const schemes: readonly Scheme[] = [
  { kind: "explicit" },
  { kind: "difference" },
  { kind: "theta", theta: 0.5 },
  { kind: "theta", theta: 1 },
];

function settle(run: TreeRun): TreeRun {
  for (let sweep = 0; sweep < 60; sweep++) if (run.sweep() <= 1e-15) break;
  return run;
}

it.each(stepMartingales)(
  "%s trees give what the scheme gives for linear systems, in the limit and for every player",
  (kind) => {
    const martingale = stepMartingale(kind);
    const sizes: [players: number, steps: number][] = [
      [Infinity, 20],
      [1, 16],
      ...(kind === "gaussian" || kind === "poisson"
        ? []
        : ([
            [2, 12],
            [3, 6],
            [4, 3],
          ] as [number, number][])),
    ];
    for (const system of [gaussian, logNormal]) {
      const s = system.noise.kind === "gaussian" ? 0 : system.noise.s;
      for (const scheme of schemes) {
        for (const [players, steps] of sizes) {
          const { y, z, cross } = settle(
            treeRun(linearModel(1.2, system), players, { steps, martingale, scheme }, "terminal"),
          ).start();
          const exact = linearRecursion(system, {
            horizon: 1.2,
            steps,
            players,
            scheme,
            moments: stepMoments(martingale, s),
          });
          const { own, mean, constant } = exact.loads[0];
          // Rounding of some hundred sums of numbers of size one.
          expect(Math.abs(y - ((own + mean) * (s === 0 ? 0 : 1) + constant))).toBeLessThan(1e-13);
          expect(Math.abs(z - exact.exposure[0])).toBeLessThan(1e-13);
          expect(Math.abs(cross - (players === 1 ? 0 : exact.cross[0]))).toBeLessThan(1e-13);
        }
      }
    }
  },
);

it("the difference equation on trees gives the recorded table of perturbed systems", () => {
  const record = stability.records.find(({ id }) => id === "S8.STAB.Y0_table");
  const table = record?.value as number[][];
  const [rows, columns] = [
    [1, 2, 4, 8],
    [1, 2, 4, Infinity],
  ];
  const { a, b, c, h, T } = stability.params.STAB;
  rows.forEach((k, row) => {
    for (const players of columns) {
      if (mostSteps(stepMartingale("binomial"), players) < k) continue;
      const share = Number.isFinite(players) ? 1 / players : 0;
      const system: LinearSystem = {
        a: a + 1 / k,
        b,
        c: c * (1 - 1 / (2 * k)),
        h,
        noise: { kind: "gaussian" },
        terminal: { own: 1 + 1 / k, mean: Number.isFinite(players) ? 1 / k : 0, constant: share / k },
      };
      const settings = { steps: k, martingale: stepMartingale("binomial"), scheme: { kind: "difference" } as const };
      const { y } = settle(treeRun(linearModel(T * (1 + 1 / k), system), players, settings, "sweep")).start();
      const recorded = table[row][players === Infinity ? 7 : [1, 2, 4].indexOf(players)];
      expect(Math.abs(y - recorded)).toBeLessThan(1e-12);
    }
  });
});

const gamma = 0.8;
const claim = (x: number): number => Math.tanh(x) + 0.3 * x;

const variance: LawFunctional = {
  name: "variance",
  symbol: "\\operatorname{Var}",
  of: (points, weights) => deviation.of(points, weights) ** 2,
};

/** Quadratic in z: Y solves exp(γY) = E exp(γξ); the law of Y adds a deterministic number that leaves its variance as it is. */
const entropic: InteractingModel = {
  family: "backward",
  kind: "interacting",
  horizon: 1,
  forward: { kind: "brownian" },
  driver: (_t, _x, _y, z, law) => 0.5 * gamma * z * z + 0.6 * law[0],
  terminal: claim,
  functionals: [variance],
  terminalFunctionals: [],
};

const rule = gaussianRule();

function withoutLaw(t: number, x: number): number {
  const root = Math.sqrt(1 - t);
  return Math.log(expectation(rule, (g) => Math.exp(gamma * claim(x + root * g)))) / gamma;
}

function entropicStart(): number {
  const spread = (t: number): number => {
    const states = rule.nodes.map((node) => node * Math.sqrt(t));
    return variance.of(
      states.map((x) => withoutLaw(t, x)),
      rule.weights,
    );
  };
  return withoutLaw(0, 0) + 0.6 * integrateAdaptive(spread, 0, 1, { absolute: 1e-10 }).value;
}

it("a quadratic driver with the variance of the law: order one on random walks, two with θ = ½ and three branches", () => {
  const exact = entropicStart();
  const sizes = [32, 64, 128, 256];
  for (const [kind, scheme, order, accuracy] of [
    ["binomial", { kind: "explicit" }, 1, 5e-3],
    ["binomial", { kind: "difference" }, 1, 5e-3],
    ["trinomial", { kind: "theta", theta: 0.5 }, 2, 2e-5],
  ] as const) {
    const martingale = stepMartingale(kind);
    const errors = sizes.map((steps) =>
      Math.abs(settle(treeRun(entropic, Infinity, { steps, martingale, scheme }, "sweep")).start().y - exact),
    );
    const { slope, low, high } = logLogSlope(sizes, errors);
    expect(Math.abs(slope + order)).toBeLessThan(0.1);
    expect(high - low).toBeLessThan(0.4);
    expect(errors[errors.length - 1]).toBeLessThan(accuracy);
  }
});

it.each(stepMartingales)("%s steps have mean 0 and variance 1, and third moments where they are told to", (kind) => {
  const { probabilities, moves, order } = stepMartingale(kind);
  const [total, mean, variance, third] = [0, 1, 2, 3].map((power) =>
    moves.reduce((sum, move, k) => sum + probabilities[k] * move ** power, 0),
  );
  for (const error of [total - 1, mean, variance - 1]) expect(Math.abs(error)).toBeLessThan(4e-15);
  expect(third).toBeCloseTo({ skewed: 1.5, poisson: 1 }[kind as string] ?? 0, 13);
  expect(order).toBe(Math.abs(third) > 0.5 ? 0.5 : 1);
});

it.each(stepMartingales)(
  "%s steps lead to the same limit: like the step, or its root where they are skewed",
  (kind) => {
    const exact = entropicStart();
    const martingale = stepMartingale(kind);
    // Next to the root of the step the step itself is seen for long.
    const sizes = martingale.order === 1 ? [64, 128] : [256, 512];
    const scheme = { kind: "explicit" } as const;
    const [rough, fine] = sizes.map((steps) =>
      Math.abs(settle(treeRun(entropic, Infinity, { steps, martingale, scheme }, "sweep")).start().y - exact),
    );
    expect(Math.abs(Math.log2(rough / fine) - martingale.order)).toBeLessThan(0.08);
    expect(fine).toBeLessThan(0.01);
  },
);

it.each(["binomial", "trinomial", "skewed"] as const)("two players on %s steps go to the same limit", (kind) => {
  const model: InteractingModel = {
    ...entropic,
    driver: (_t, _x, y, z, law) => 0.3 * y + 0.3 * z * z + 0.6 * law[0],
    functionals: [softplusMean],
  };
  const martingale = stepMartingale(kind);
  const start = (settings: Omit<TreeSettings, "scheme">, scheme: Scheme): number =>
    solvePlayersTree(model, 2, { ...settings, scheme }).values[0][0];
  // Of second order.
  const exact = start({ steps: 64, martingale: stepMartingale("trinomial") }, { kind: "theta", theta: 0.5 });
  const [rough, fine] = [40, 80].map((steps) => Math.abs(start({ steps, martingale }, { kind: "difference" }) - exact));
  expect(Math.abs(Math.log2(rough / fine) - martingale.order)).toBeLessThan(0.1);
});

it("Y^i and Z^{ij} of every pair of players are those of the first under an exchange of places", () => {
  const settings = { steps: 4, martingale: stepMartingale("trinomial"), scheme: { kind: "explicit" } as const };
  const { y, z } = fieldOf(3);
  const exact = linearRecursion(gaussian, { horizon: 1, steps: 4, players: 3, scheme: settings.scheme });
  // Affine functions are interpolated without error, beyond the places of the walks too.
  evenGrid(0, 1, 5).forEach((t, n) => {
    if (n === 4) return;
    const { own, mean, constant } = exact.loads[n];
    // At time 0 only the start is known.
    const x = n === 0 ? [0, 0, 0] : [0.3, -1.1, 2.4];
    const average = (x[0] + x[1] + x[2]) / 3;
    [0, 1, 2].forEach((i) => {
      expect(y(t, x)[i]).toBeCloseTo(own * x[i] + mean * average + constant, 12);
      [0, 1, 2].forEach((j) => expect(z(t, x, i, j)).toBeCloseTo(i === j ? exact.exposure[n] : exact.cross[n], 12));
    });
  });

  function fieldOf(players: number) {
    const field = playersField(solvePlayersTree(linearModel(1, gaussian), players, settings));
    return {
      y: (t: number, x: readonly number[]) => {
        const out = new Float64Array(players);
        field.values(t, Float64Array.from(x), out);
        return out;
      },
      z: (t: number, x: readonly number[], i: number, j: number) => field.z(t, Float64Array.from(x), i, j),
    };
  }
});

it("exposures of players who see the others unequally are told apart", () => {
  // f depends on the others through a convex function: who is high counts more.
  const model: InteractingModel = {
    ...entropic,
    driver: (_t, _x, y, z, law) => 0.2 * y + 0.1 * z + law[0],
    functionals: [softplusMean],
  };
  const settings = { steps: 10, martingale: stepMartingale("binomial"), scheme: { kind: "difference" } as const };
  const field = playersField(solvePlayersTree(model, 3, settings));
  const states = Float64Array.of(1.2, -0.9, 0.1);
  /** The slope of Y^3 in x_j, over two places of the walk. */
  const slope = (j: number): number => {
    const ends = [1, -1].map((sign) => {
      const moved = states.slice();
      moved[j] += sign * Math.sqrt(0.1);
      const out = new Float64Array(3);
      field.values(0.5, moved, out);
      return out[2];
    });
    return (ends[0] - ends[1]) / (2 * Math.sqrt(0.1));
  };
  const [high, low] = [field.z(0.5, states, 2, 0), field.z(0.5, states, 2, 1)];
  expect(high).toBeGreaterThan(low + 0.02);
  // Up to the time step and the distance of the places.
  expect(Math.abs(high - slope(0))).toBeLessThan(0.005);
  expect(Math.abs(low - slope(1))).toBeLessThan(0.005);
});

it("refuses trees that nobody could visit, and steps too long for an implicit equation", () => {
  const martingale = stepMartingale("binomial");
  const scheme = { kind: "explicit" } as const;
  expect(() => solvePlayersTree(entropic, 6, { steps: 20, martingale, scheme })).toThrow("can have 9 steps at most");
  const stiff = linearModel(10, { ...gaussian, a: -9 });
  const theta = { kind: "theta", theta: 1 } as const;
  expect(() => treeRun(stiff, Infinity, { steps: 5, martingale, scheme: theta }, "sweep").sweep()).toThrow(
    "more steps are needed",
  );
});
