/**
 * Exhaustible resources with uncertain reserves: producers who stop at zero and meet in one market.
 *
 * P. Chan, R. Sircar, "Bertrand and Cournot mean field games", Applied Mathematics & Optimization 71 (2015) 533–569; O. Guéant,
 * J.-M. Lasry, P.-L. Lions, "Mean field games and applications", Paris–Princeton Lectures on Mathematical Finance 2010 (oil).
 * P. J. Graber, A. Bensoussan, "Existence and uniqueness of solutions for Bertrand and Cournot mean field games", Applied
 * Mathematics & Optimization 77 (2018) 47–71, prove one equilibrium.
 *
 * Costs are minimised: the model's value is the negative of a producer's profit, u of the papers.
 */

import { z } from "zod";
import { InputError, real, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantity } from "../../core/index.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { logGamma } from "../../numeric/log-gamma.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { quadraticHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { activeFraction, alongTime, fieldOf, readingsOf } from "../pde/quantities.ts";

const parameters = z.object({
  P0: real(1, "Price at no output", { symbol: "P_0", minimum: 0, open: "minimum", maximum: 1000 }),
  c1: real(0, "Linear cost of extraction; below the price at no output", { symbol: "c_1", minimum: 0, maximum: 1000 }),
  c2: real(2, "Quadratic cost of extraction", {
    symbol: "c_2",
    minimum: 0,
    open: "minimum",
    maximum: 1000,
    scale: "log",
  }),
  gamma: real(0.3, "Fall of the price per unit of average output", { symbol: "\\gamma", minimum: 0, maximum: 1000 }),
  r: real(0.2, "Discount rate", { minimum: 0, maximum: 10 }),
  sigma: real(0.3, "Volatility of reserves: discoveries and disappointments", {
    symbol: "\\sigma",
    minimum: 0.01,
    maximum: 10,
    scale: "log",
  }),
  T: real(3, "Horizon, at which the concession ends", {
    unit: "years",
    minimum: 0,
    open: "minimum",
    maximum: 100,
    scale: "log",
  }),
  x0: real(1, "Mean of the reserves at the start", {
    symbol: "x_0",
    minimum: 0,
    open: "minimum",
    maximum: 1000,
    scale: "log",
  }),
  shape: real(4, "Shape of the gamma law of the reserves at the start; larger is narrower", {
    minimum: 2,
    maximum: 100,
    scale: "log",
  }),
});

type Parameters = ParametersOf<typeof parameters>;

export const exhaustibleResource: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "exhaustible-resource",
  title: "Exhaustible resources with uncertain reserves",
  family: "diffusion",
  story:
    "Producers sell from reserves that they know only up to discoveries and disappointments, and leave the market for good " +
    "when these run out. The price falls with everybody's average output, and through it alone they meet: whoever sees many " +
    "others run dry holds back for better prices. A cartel counts what each unit does to the price for all, and keeps more " +
    "in the ground.",
  reference:
    "P. Chan, R. Sircar, Bertrand and Cournot mean field games, Appl. Math. Optim. 71 (2015) 533–569; O. Guéant, J.-M. Lasry, P.-L. Lions, Mean field games and applications (2010)",
  equations: [
    {
      caption: "Reserves, until they are exhausted",
      tex: "dX_t=-q_t\\,dt+\\sigma\\,dW_t,\\quad q_t\\ge0,\\qquad P_t=P_0-\\gamma\\bar q_t,\\quad \\bar q_t=\\int_0^\\infty q(t,x)\\,m(t,x)\\,dx",
    },
    {
      caption: "Value of a producer, to whom the price is given",
      tex: "u_t+\\tfrac{\\sigma^2}2u_{xx}-ru+\\tfrac1{2c_2}(P_t-c_1-u_x)_+^2=0,\\quad u(t,0)=0,\\quad u(T,\\cdot)=0",
    },
    {
      caption: "Reserves of the population",
      tex: "m_t=\\tfrac{\\sigma^2}2m_{xx}+(q\\,m)_x,\\quad m(t,0)=0,\\qquad q=\\tfrac1{c_2}(P_t-c_1-u_x)_+",
    },
    { caption: "The cartel decides as if the price were", tex: "P_0-2\\gamma\\bar q_t" },
  ],
  parameters,
  presets: {
    A: { title: "Small market power", parameters: {} },
    B: {
      title: "A steeper demand, more noise",
      parameters: { P0: 1, c1: 0.1, c2: 1, gamma: 0.8, r: 0.1, sigma: 0.5, T: 4 },
    },
  },
  axes: { x: { title: "Reserves", symbol: "x" } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: ({ P0, c1 }) => {
    if (!(P0 > c1)) throw new InputError("c1", c1, `below P0 = ${P0}: otherwise nothing is ever worth extracting`);
  },
  build,
  quantities: [
    { name: "price", title: "Price", symbol: "P_t", story: "The market price." },
    {
      name: "mean_output",
      title: "Average output",
      symbol: "\\bar q_t",
      story: "Output averaged over all producers, the exhausted ones included.",
    },
    {
      name: "active_fraction",
      title: "Active producers",
      story: "Share of the producers whose reserves have not run out.",
    },
    {
      name: "value",
      title: "Value of reserves",
      symbol: "u",
      story:
        "Discounted profit that reserves x at time t are worth; for the cartel at the price by which it decides, P₀ − 2γq̄.",
    },
    { name: "density", title: "Density", symbol: "m", story: "Density of the producers' reserves." },
    { name: "control", title: "Output", symbol: "q", story: "Output of a producer with reserves x at time t." },
    {
      name: "mean_reserves",
      title: "Average reserves",
      symbol: "\\bar x_t",
      story: "Reserves averaged over all producers, the exhausted ones counting 0.",
    },
    {
      name: "profit",
      title: "Profit",
      symbol: "\\Pi",
      story: "Discounted profit per producer at the market price.",
    },
    {
      name: "consumer_surplus",
      title: "Consumer surplus",
      story: "Discounted surplus of the buyers per producer, ∫ e^{−rt} ½ γ q̄² dt.",
    },
    {
      name: "welfare",
      title: "Welfare",
      story: "Profit and consumer surplus together; what price-takers maximise without knowing.",
    },
    { name: "cost", title: "Expected cost", symbol: "J", story: "The negative of the profit, which solvers minimise." },
  ],
  measure: (p, _question, candidate) => {
    const { model } = candidate;
    const read = readingsOf(candidate);
    const output = (t: number): number => read.aggregate(0, t);
    // Nothing happens far above the reserves there are at the start.
    const window = { window: [[0, 3 * p.x0] as const] };
    const surplus = (): number => consumerSurplus(p, output);
    const field = (at: (t: number, x: number) => number): Quantity => fieldOf(model, (t, x) => at(t, x), window);
    return {
      price: () => alongTime(model, (t) => p.P0 - p.gamma * output(t)),
      mean_output: () => alongTime(model, output),
      active_fraction: () => activeFraction(candidate),
      value: () => field((t, x) => -read.value(t, x, 0)),
      density: () => field((t, x) => read.density(t, x, 0)),
      profit: () => scalar(-read.cost()),
      welfare: () => scalar(surplus() - read.cost()),
      cost: () => scalar(read.cost()),
      control: () => field((t, x) => -read.drift(0, t, x, 0)),
      mean_reserves: () => series(reservesGrid(p), (t) => read.moment((x) => x, t)),
      consumer_surplus: () => scalar(surplus()),
    };
  },
};

function reservesGrid({ T }: Parameters): Float64Array {
  return Float64Array.from({ length: 101 }, (_, i) => (T * i) / 100);
}

/** ∫ e^{−rt} ½ γ q̄² dt; near T output is smooth in the square root of what is left of time. */
function consumerSurplus({ gamma, r, T }: Parameters, output: (t: number) => number): number {
  const { nodes, weights } = gaussLegendre(24);
  return nodes.reduce((sum, node, i) => {
    const s = 0.5 * (1 + node);
    const t = T * (1 - s * s);
    return sum + weights[i] * T * s * Math.exp(-r * t) * 0.5 * gamma * output(t) ** 2;
  }, 0);
}

function build(p: Parameters): DiffusionModel {
  const rate = p.shape / p.x0;
  const scale = p.shape * Math.log(rate) - logGamma(p.shape);
  // Where the gamma law, spread by the noise, has nobody left.
  const high = p.x0 * (1 + 12 / Math.sqrt(p.shape)) + 6 * p.sigma * Math.sqrt(p.T);
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low: 0, high, ends: [{ kind: "absorbing" }, { kind: "reflecting" }] }],
    horizon: p.T,
    volatility: p.sigma,
    discount: p.r,
    // q ≥ 0 only: with costs for profits, sup_q (q p − c₁ q − ½ c₂ q² + P q) = (p + P − c₁)₊² / (2 c₂).
    hamiltonian: [
      quadraticHamiltonian({
        scale: 1 / p.c2,
        rest: (_t, _x, _y, { aggregates }) => p.c1 - p.P0 + p.gamma * aggregates[0],
        side: "rising",
        sees: { aggregates: true },
      }),
    ],
    running: { value: () => 0 },
    terminal: { value: () => 0 },
    initial: (x) => (x > 0 ? Math.exp(scale + (p.shape - 1) * Math.log(x) - rate * x) : 0),
    aggregates: [{ name: "mean_output", drift: [() => -1] }],
    // The corner where u(T, x) = 0 meets u(t, 0) = 0 wants small steps at T.
    mesh: { points: 801, steps: 200, grading: 2, scheme: "central" },
  };
}
