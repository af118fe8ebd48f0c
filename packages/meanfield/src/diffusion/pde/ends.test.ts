import { describe, expect, it } from "vitest";
import { bestResponse } from "./best-response.ts";
import { compileProblem } from "./compile.ts";
import { quadraticHamiltonian } from "./hamiltonians.ts";
import type { DiffusionModel, SpaceAxis } from "./model.ts";
import type { GridProblem, Scheme } from "./problem.ts";
import { emptyFlow, transportMass } from "./transport.ts";

const nu = 0.15;
const plain: Omit<DiffusionModel, "space" | "terminal" | "initial"> = {
  family: "diffusion",
  kind: "fields",
  horizon: 0.5,
  volatility: Math.sqrt(2 * nu),
  discount: 0,
  hamiltonian: [quadraticHamiltonian()],
  running: { value: () => 0 },
  aggregates: [],
  mesh: { points: 32, steps: 16, scheme: "upwind" },
};

/** The best response of players who do not see each other, its flow, and the largest errors of both at all times. */
function errors(
  problem: GridProblem,
  value: (t: number, x: number) => number,
  density: (t: number, x: number) => number,
  within = Infinity,
): [u: number, m: number] {
  const { value: found, policy } = bestResponse(problem, emptyFlow(problem));
  const { mass } = transportMass(problem, policy);
  const { points } = problem.grid.axes[0];
  let [u, m] = [0, 0];
  for (const [n, t] of problem.times.entries()) {
    for (let k = 0; k < problem.size; k++) {
      if (Math.abs(points[k]) > within) continue;
      u = Math.max(u, Math.abs(found.value[n][k] - value(t, points[k])));
      if (problem.place[k] !== 0) continue;
      m = Math.max(m, Math.abs(mass[n][k] / problem.grid.weights[k] - density(t, points[k])));
    }
  }
  return [u, m];
}

// Without running costs e^{−u/2ν} = φ solves the heat equation backwards and m = φ ψ, where ψ solves it forwards
// (E. Hopf, Comm. Pure Appl. Math. 3 (1950) 201–230).
const rate = nu * Math.PI ** 2;
const T = plain.horizon;
const cos = (x: number): number => Math.cos(Math.PI * x);
const sin = (x: number): number => Math.sin(Math.PI * x);

describe.each<[Scheme, number, number]>([
  ["upwind", 0.85, 1.15],
  ["central", 1.8, 2.3],
])("ends under the %s scheme", (scheme, least, most) => {
  const orders = (
    model: DiffusionModel,
    u: (t: number, x: number) => number,
    m: (t: number, x: number) => number,
    within?: number,
  ) => {
    const [coarse, fine] = [80, 160].map((n) =>
      errors(compileProblem(model, { points: n + 1, steps: n, scheme }), u, m, within),
    );
    return { u: Math.log2(coarse[0] / fine[0]), m: Math.log2(coarse[1] / fine[1]) };
  };

  it("reflect", () => {
    const phi = (t: number, x: number): number => 1 + 0.6 * Math.exp(-rate * (T - t)) * cos(x);
    const psi = (t: number, x: number): number => 1 - 0.5 * Math.exp(-rate * t) * cos(x);
    const total = 1 - 0.5 * 0.6 * Math.exp(-rate * T) * 0.5;
    const value = (t: number, x: number): number => -2 * nu * Math.log(phi(t, x));
    const density = (t: number, x: number): number => (phi(t, x) * psi(t, x)) / total;
    const ends = { kind: "reflecting" } as const;
    const space: [SpaceAxis] = [{ name: "x", low: 0, high: 1, ends: [ends, ends] }];
    const model: DiffusionModel = {
      ...plain,
      space,
      terminal: { value: (x) => value(T, x) },
      initial: (x) => density(0, x),
    };
    const { u, m } = orders(model, value, density);
    for (const order of [u, m]) expect(order).toBeGreaterThan(least);
    // An error that falls faster than the scheme allows is not this scheme's.
    for (const order of [u, m]) expect(order).toBeLessThan(most);
  });

  it("absorb at a cost", () => {
    const [low, high] = [0.3, 0.1];
    // φ is e^{−cost/2ν} at the ends, linear between them in the long run.
    const [a, b] = [Math.exp(-low / (2 * nu)), Math.exp(-high / (2 * nu))];
    const phi = (t: number, x: number): number => a + (b - a) * x + 0.5 * Math.exp(-rate * (T - t)) * sin(x);
    const psi = (t: number, x: number): number => Math.exp(-rate * t) * sin(x);
    const value = (t: number, x: number): number => -2 * nu * Math.log(phi(t, x));
    const start = (x: number): number => phi(0, x) * psi(0, x);
    // ∫ (a + (b−a) x) sin πx = (a + b)/π; ∫ sin² = ½.
    const total = (a + b) / Math.PI + 0.25 * Math.exp(-rate * T);
    const density = (t: number, x: number): number => (phi(t, x) * psi(t, x)) / total;
    const model: DiffusionModel = {
      ...plain,
      space: [
        {
          name: "x",
          low: 0,
          high: 1,
          ends: [
            { kind: "absorbing", cost: () => low },
            { kind: "absorbing", cost: () => high },
          ],
        },
      ],
      terminal: { value: (x) => value(T, x) },
      initial: (x) => start(x) / total,
    };
    const { u, m } = orders(model, value, density);
    for (const order of [u, m]) expect(order).toBeGreaterThan(least);
    // An error that falls faster than the scheme allows is not this scheme's.
    for (const order of [u, m]) expect(order).toBeLessThan(most);
  });

  it.each([
    ["whose slope is told", true],
    ["that go on", false],
  ])("are open: %s", (_name, told) => {
    // u = η x²/2 + ω: η' = η² − q, ω' = −ν η; players revert to 0 at the rate η.
    const [q, last] = [2, 0.4];
    const root = Math.sqrt(q);
    const eta = (t: number): number => {
      const th = Math.tanh(root * (T - t));
      return (root * (last + root * th)) / (root + last * th);
    };
    const h = (t: number): number => Math.cosh(root * (T - t)) + (last / root) * Math.sinh(root * (T - t));
    const value = (t: number, x: number): number => 0.5 * eta(t) * x * x + nu * Math.log(h(t));
    // Var' = −2 η Var + 2 ν with e^{−∫η} = h(t)/h(0).
    const variance = (t: number): number => {
      const fade = (h(t) / h(0)) ** 2;
      const wide = (s: number): number => Math.sinh(root * (T - s)) / (root * h(s));
      return fade * 0.16 + 2 * nu * h(t) ** 2 * (wide(0) - wide(t));
    };
    const density = (t: number, x: number): number => {
      const v = variance(t);
      return Math.exp((-0.5 * x * x) / v) / Math.sqrt(2 * Math.PI * v);
    };
    const end = told
      ? ([
          { kind: "open", slope: (t: number) => -4 * eta(t) },
          { kind: "open", slope: (t: number) => 4 * eta(t) },
        ] as const)
      : ([{ kind: "open" }, { kind: "open" }] as const);
    const model: DiffusionModel = {
      ...plain,
      space: [{ name: "x", low: -4, high: 4, ends: end }],
      running: { value: (_t, x) => 0.5 * q * x * x },
      terminal: { value: (x) => 0.5 * last * x * x },
      initial: (x) => density(0, x),
    };
    // Where values go on as they were a step later they are of first order in time at the very end, where nobody is.
    const { u, m } = orders(model, value, density, told ? 4 : 2.6);
    for (const order of [u, m]) expect(order).toBeGreaterThan(least);
    for (const order of [u, m]) expect(order).toBeLessThan(most);
  });
});
