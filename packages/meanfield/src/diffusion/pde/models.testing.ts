/** Small games of diffusions with known answers, for the tests of solvers. */

import type { Question } from "../../core/index.ts";
import { quadraticHamiltonian } from "./hamiltonians.ts";
import type { DiffusionModel } from "./model.ts";

export const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
export const planner: Question = { concept: "planner", players: Infinity, information: "feedback" };

const circle = { name: "x", low: 0, high: 1, ends: "periodic" } as const;
const tau = 2 * Math.PI;

/** Set c1 of pde-torus.json: m solves a heat equation, u = −K ln m, F = f m + V with the V that makes it so. */
export function exactTorus({ nu = 0.2, K = 0.1, first = 0.5, second = 0.2, f = 1, T = 0.5 } = {}): DiffusionModel & {
  readonly density: (t: number, x: number) => number;
  readonly exactValue: (t: number, x: number) => number;
} {
  const a = (t: number): number => first * Math.exp(-(tau ** 2) * (nu - K) * t);
  const b = (t: number): number => second * Math.exp(-4 * tau ** 2 * (nu - K) * t);
  const density = (t: number, x: number): number => 1 + a(t) * Math.cos(tau * x) + b(t) * Math.sin(2 * tau * x);
  const potential = (t: number, x: number): number => {
    const m = density(t, x);
    const slope = (-tau * a(t) * Math.sin(tau * x) + 2 * tau * b(t) * Math.cos(2 * tau * x)) / m;
    const bend = (-(tau ** 2) * a(t) * Math.cos(tau * x) - 4 * tau ** 2 * b(t) * Math.sin(2 * tau * x)) / m;
    return K * (nu - K) * bend + nu * K * (bend - slope ** 2) + 0.5 * (K * slope) ** 2 - f * m;
  };
  return {
    family: "diffusion",
    kind: "fields",
    space: [circle],
    horizon: T,
    volatility: Math.sqrt(2 * nu),
    discount: 0,
    hamiltonian: [quadraticHamiltonian()],
    running: {
      value: (t, x, _y, { density: m }) => potential(t, x) + f * m,
      sees: { density: true },
      densitySlope: () => f,
    },
    terminal: { value: (x) => -K * Math.log(density(T, x)) },
    initial: (x) => density(0, x),
    aggregates: [],
    mesh: { points: 32, steps: 16, scheme: "upwind" },
    density,
    exactValue: (t, x) => -K * Math.log(density(t, x)),
  };
}

/** Sets d0 and d1 of pde-torus.json: H = p²/(2 (1 + m)^α), F = V + f m. */
export function congestion({ nu = 0.1, T = 0.5, alpha = 1, f = 0.5 } = {}): DiffusionModel {
  return {
    family: "diffusion",
    kind: "fields",
    space: [circle],
    horizon: T,
    volatility: Math.sqrt(2 * nu),
    discount: 0,
    hamiltonian: [
      quadraticHamiltonian(
        alpha === 0 ? {} : { scale: (_t, _x, _y, { density }) => (1 + density) ** -alpha, sees: { density: true } },
      ),
    ],
    running: {
      value: (_t, x, _y, { density }) => 0.5 * Math.sin(tau * x) + 0.3 * Math.cos(2 * tau * x) + f * density,
      sees: { density: true },
      densitySlope: () => f,
    },
    terminal: { value: (x) => 0.2 * Math.cos(tau * x) },
    initial: (x) => 1 + 0.6 * Math.cos(tau * x),
    aggregates: [],
    mesh: { points: 32, steps: 32, scheme: "upwind" },
  };
}

/** Set A of exhaustible-resource.json: noisy reserves absorbed at 0, the price through the mean output; −u is the value. */
export function noisyResource({ P0 = 1, c2 = 2, gamma = 0.3, r = 0.2, sigma = 0.3, T = 3 } = {}): DiffusionModel {
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: 0, high: 8, ends: [{ kind: "absorbing" }, { kind: "reflecting" }] }],
    horizon: T,
    volatility: sigma,
    discount: r,
    hamiltonian: [
      quadraticHamiltonian({
        scale: 1 / c2,
        rest: (_t, _x, _y, { aggregates: [output] }) => gamma * output - P0,
        side: "rising",
        sees: { aggregates: true },
      }),
    ],
    running: { value: () => 0 },
    terminal: { value: () => 0 },
    initial: (x) => (4 ** 4 / 6) * x ** 3 * Math.exp(-4 * x),
    aggregates: [{ name: "mean_output", drift: [() => -1] }],
    mesh: { points: 81, steps: 30, grading: 2, scheme: "central" },
  };
}

/** Set 9a.LQmean of pde-benchmarks.json: cost α²/2 + q/2 (x − s E X − b)², at T with Q, S, B. */
export function trackedMean({
  q = 1,
  s = 0.5,
  b = 0.2,
  Q = 2,
  S = 0.3,
  B = 0.5,
  s1 = 0.3,
  T = 1,
  x0 = 1,
  v0 = 0.04,
} = {}) {
  const model: DiffusionModel = {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: x0 - 2, high: x0 + 1.8, ends: [{ kind: "open" }, { kind: "open" }] }],
    horizon: T,
    volatility: s1,
    discount: 0,
    hamiltonian: [quadraticHamiltonian()],
    running: {
      value: (_t, x, _y, { aggregates: [mean] }) => 0.5 * q * (x - s * mean - b) ** 2,
      sees: { aggregates: true },
    },
    terminal: {
      value: (x, _y, { aggregates: [mean] }) => 0.5 * Q * (x - S * mean - B) ** 2,
      sees: { aggregates: true },
    },
    initial: (x) => Math.exp(-((x - x0) ** 2) / (2 * v0)) / Math.sqrt(tau * v0),
    aggregates: [{ name: "mean", state: (_t, x) => x }],
    mesh: { points: 96, steps: 24, scheme: "central" },
  };
  return model;
}

/** Players on a segment who dislike the neighbourhood's crowd: a kernel, walls at both ends, and a discount. */
export function crowdedSegment({ dislike = 0.5, width = 0.2, discount = 0.4 } = {}): DiffusionModel {
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: 0, high: 1, ends: [{ kind: "reflecting" }, { kind: "reflecting" }] }],
    horizon: 1,
    volatility: 0.3,
    discount,
    hamiltonian: [quadraticHamiltonian()],
    running: {
      value: (_t, x, _y, { nearby }) => dislike * nearby ** 2 + (x - 0.3) ** 2,
      sees: { nearby: true },
    },
    terminal: { value: (x, _y, { density }) => 0.3 * Math.cos(3 * x) + 0.02 * density, sees: { density: true } },
    initial: (x) => 1 + 0.8 * Math.cos(Math.PI * x),
    aggregates: [],
    nearby: [(x, other) => Math.exp(-0.5 * ((x - other) / width) ** 2)],
    mesh: { points: 31, steps: 20, scheme: "upwind" },
  };
}

/** All at once, in the plane: a room with a pillar, a door and an exit, where crowds slow down and the mean drift is felt. */
export function room(): DiffusionModel {
  const slowed = quadraticHamiltonian({
    scale: (_t, _x, _y, { density, aggregates: [along] }) => (1 + 0.1 * along) / (1 + 0.2 * density),
    sees: { density: true, aggregates: true },
  });
  return {
    family: "diffusion",
    kind: "fields",
    space: [
      { name: "x", low: 0, high: 1, ends: "periodic" },
      { name: "y", low: 0, high: 1, ends: [{ kind: "reflecting" }, { kind: "absorbing", cost: () => 0.3 }] },
    ],
    place: (x, y) =>
      Math.abs(x - 0.5) < 0.13 && Math.abs(y - 0.5) < 0.13 ? "wall" : x === 0 && y === 0 ? "exit" : "free",
    exitCost: (t) => 0.1 * t,
    horizon: 0.5,
    volatility: 0.5,
    discount: 0.1,
    hamiltonian: [slowed, slowed],
    running: { value: (_t, _x, _y, { nearby }) => 1 + 0.5 * nearby, sees: { nearby: true } },
    terminal: { value: (x, y, { aggregates: [, height] }) => (y - height) ** 2 + 0.1 * x, sees: { aggregates: true } },
    initial: (x, y) => (y < 0.25 ? 8 * (1 + 0.5 * Math.cos(tau * x)) * Math.sin(4 * Math.PI * y) ** 2 : 0),
    aggregates: [
      { name: "along", drift: [() => 1, (_t, x) => x] },
      { name: "height", state: (_t, _x, y) => y },
    ],
    nearby: [(x, other) => 1 + 0.5 * Math.cos(tau * (x - other)), (y, other) => Math.exp(-Math.abs(y - other))],
    mesh: { points: 9, steps: 6, scheme: "upwind" },
  };
}
