/**
 * Games on the line whose law stays Gaussian: tracking a mean, and a crowd that dislikes itself by the logarithm of its density.
 *
 * A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, "Linear-quadratic mean field games", J. Optim. Theory Appl. 169 (2016)
 * 496–529; O. Guéant, "Mean field games and applications to economics", PhD thesis, Paris 2009 (logarithms). Solved here on a grid
 * of a cut line, as any other game is: the linear–quadratic family solves its own exactly.
 */

import { z } from "zod";
import { once, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { gaussianFlow } from "../closed-forms/gaussian-flow.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { alongTime, fieldDefinitions, fieldOf, fieldQuantities, readingsOf } from "../pde/quantities.ts";

const parameters = z.object({
  a: real(0, "Rate at which players are carried to the mean of all", { minimum: 0, maximum: 100 }),
  k: real(1, "Cost of a drift", { minimum: 0, open: "minimum", maximum: 1000, scale: "log" }),
  q: real(1, "Running cost of the distance to the target s x̄ + b", { minimum: 0, maximum: 1000 }),
  s: real(0.5, "Weight of the mean in the target", { minimum: -10, maximum: 10 }),
  b: real(0.2, "The rest of the target", { minimum: -100, maximum: 100 }),
  ell: real(0, "Dislike of the logarithm of the density", { symbol: "\\ell", minimum: 0, maximum: 100 }),
  Q: real(2, "Final cost of the distance to the target S x̄ + B", { minimum: 0, maximum: 1000 }),
  S: real(0.3, "Weight of the mean in the final target", { minimum: -10, maximum: 10 }),
  B: real(0.5, "The rest of the final target", { minimum: -100, maximum: 100 }),
  sigma: real(0.3, "Volatility", { symbol: "\\sigma", minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 20, scale: "log" }),
  x0: real(1, "Mean at the start", { symbol: "x_0", minimum: -100, maximum: 100 }),
  v0: real(0.04, "Variance at the start", { symbol: "v_0", minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  reach: real(8, "Standard deviations of the law on either side of the mean at which the line is cut", {
    minimum: 4,
    maximum: 16,
  }),
});

type Parameters = ParametersOf<typeof parameters>;

export const gaussianBenchmark: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "gaussian-benchmark",
  title: "Gaussian games on the line",
  family: "diffusion",
  story:
    "Players on the line steer towards a target that moves with the mean of all, and may dislike the logarithm of the density " +
    "around them. Starts are Gaussian and stay so: value and law are known, which shows what cutting the line and the " +
    "steps of a grid cost.",
  reference:
    "A. Bensoussan, K. C. J. Sung, S. C. P. Yam, S. P. Yung, Linear-quadratic mean field games, J. Optim. Theory Appl. 169 (2016) 496–529; O. Guéant, PhD thesis, Paris 2009",
  equations: [
    {
      caption: "Dynamics",
      tex: "dX_t=\\big(a(\\bar x_t-X_t)+\\alpha_t\\big)dt+\\sigma\\,dW_t,\\quad X_0\\sim N(x_0,v_0)",
    },
    {
      caption: "Cost",
      tex: "\\mathbb E\\int_0^T\\big(\\tfrac k2\\alpha^2+\\tfrac q2(X-s\\bar x-b)^2+\\ell\\ln m(t,X)\\big)dt+\\tfrac Q2\\mathbb E(X_T-S\\bar x_T-B)^2",
    },
    { caption: "Value and law", tex: "u=\\tfrac12A_tx^2+\\zeta_tx+\\omega_t,\\qquad m_t=N(\\mu_t,v_t)" },
    {
      caption: "Coefficients",
      tex: "A'=\\tfrac{A^2}k+2aA-q+\\tfrac\\ell v,\\quad v'=-2\\big(\\tfrac Ak+a\\big)v+\\sigma^2",
    },
  ],
  parameters,
  presets: {
    tracking: { title: "Tracking a target that moves with the mean", parameters: {} },
    "systemic-risk": {
      title: "Banks that are pulled together",
      parameters: { a: 0.5, q: 1, s: 1, b: 0, Q: 0.5, S: 1, B: 0, reach: 12 },
    },
    b3: {
      title: "Logarithmic dislike, little noise",
      parameters: { q: 1, s: 0, b: 0, ell: 1, Q: 0.5, S: 0, B: 0, sigma: Math.sqrt(0.4), x0: 0, v0: 0.5, reach: 6 },
    },
    b4: {
      title: "Logarithmic dislike, a strong well",
      parameters: { q: 2, s: 0, b: 0, ell: 1, Q: 0, S: 0, B: 0, sigma: 1, T: 2, x0: 0, v0: 0.2, reach: 5 },
    },
  },
  axes: { x: { title: "State", symbol: "x" } },
  concepts: ["nash"],
  information: ["feedback"],
  check: (p) => void gaussianFlow(p),
  build,
  quantities: [
    ...fieldDefinitions({ dimension: 1 }),
    { name: "mean", title: "Mean", symbol: "\\mu", story: "Mean of the law." },
    { name: "variance", title: "Variance", symbol: "v", story: "Variance of the law." },
  ],
  measure: (p, _question, candidate) => {
    const { moment, drift } = readingsOf(candidate);
    const { model } = candidate;
    return {
      ...fieldQuantities(candidate, windowOf(p)),
      // The players' own part of the drift.
      control: () => fieldOf(model, (t, x, y) => drift(0, t, x, y) - p.a * (moment((at) => at, t) - x), windowOf(p)),
      variance: () =>
        alongTime(model, (t) => {
          const mean = moment((x) => x, t);
          return moment((x) => (x - mean) ** 2, t);
        }),
    };
  },
  exact: (p) => {
    const model = build(p);
    const at = gaussianFlow(p);
    const u = (t: number, x: number): number => {
      const { A, zeta, omega } = at(t);
      return 0.5 * A * x * x + zeta * x + omega;
    };
    const cost = once(() => u(0, p.x0) + 0.5 * at(0).A * p.v0);
    return {
      value: () => fieldOf(model, u, windowOf(p)),
      density: () =>
        fieldOf(
          model,
          (t, x) => {
            const { mean, variance } = at(t);
            return gaussian(x, mean, variance);
          },
          windowOf(p),
        ),
      control: () =>
        fieldOf(
          model,
          (t, x) => {
            const { A, zeta } = at(t);
            return -(A * x + zeta) / p.k;
          },
          windowOf(p),
        ),
      mean: () => alongTime(model, (t) => at(t).mean),
      variance: () => alongTime(model, (t) => at(t).variance),
      cost: () => scalar(cost()),
    };
  },
};

function gaussian(x: number, mean: number, variance: number): number {
  return Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
}

/** The interval that so many standard deviations around the mean ever cover. */
function covered(p: Parameters, deviations: number): readonly [low: number, high: number] {
  const at = gaussianFlow(p);
  const times = Array.from({ length: 101 }, (_, i) => (p.T * i) / 100);
  const ends = times.map((t) => {
    const { mean, variance } = at(t);
    return [mean - deviations * Math.sqrt(variance), mean + deviations * Math.sqrt(variance)];
  });
  return [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))];
}

/** Where fields are shown: where players are. */
function windowOf(p: Parameters) {
  return { window: [covered(p, 3)] };
}

function build(p: Parameters): DiffusionModel {
  const [low, high] = covered(p, p.reach);
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low, high, ends: [{ kind: "open" }, { kind: "open" }] }],
    horizon: p.T,
    volatility: p.sigma,
    discount: 0,
    hamiltonian: [
      // sup −β p − k (β − a (x̄ − x))²/2.
      p.a === 0
        ? quadraticHamiltonian({ scale: 1 / p.k })
        : quadraticHamiltonian({
            scale: 1 / p.k,
            rest: (_t, x, _y, { aggregates: [mean] }) => p.k * p.a * (mean - x),
            floor: (_t, x, _y, { aggregates: [mean] }) => -0.5 * p.k * (p.a * (mean - x)) ** 2,
            sees: { aggregates: true },
          }),
    ],
    running: {
      value: (_t, x, _y, { aggregates: [mean], density }) =>
        0.5 * p.q * (x - p.s * mean - p.b) ** 2 + (p.ell === 0 ? 0 : p.ell * Math.log(Math.max(density, leastDensity))),
      sees: { aggregates: p.s !== 0, density: p.ell !== 0 },
      densitySlope: (_t, _x, _y, { density }) => (density > leastDensity ? p.ell / density : 0),
      aggregateSlope: (_k, _t, x, _y, { aggregates: [mean] }) => -p.q * p.s * (x - p.s * mean - p.b),
    },
    terminal: {
      value: (x, _y, { aggregates: [mean] }) => 0.5 * p.Q * (x - p.S * mean - p.B) ** 2,
      sees: { aggregates: p.S !== 0 },
    },
    initial: (x) => gaussian(x, p.x0, p.v0),
    aggregates: [{ name: "mean", state: (_t, x) => x }],
    mesh: { points: 161, steps: 80, scheme: p.ell === 0 ? "central" : "upwind" },
  };
}

/** Central differences may leave no mass, or less than none, where there is nearly nobody. */
const leastDensity = 1e-200;
