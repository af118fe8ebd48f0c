/**
 * Optimal execution in a crowd: everybody unwinds an inventory, and the average rate of trading moves the price for all.
 *
 * P. Cardaliaguet, C.-A. Lehalle, "Mean field game of controls and an application to trade crowding", Mathematics and Financial
 * Economics 12 (2018) 335–363. Their inventories have no noise of their own; a grid needs a little, as of orders that are filled by
 * chance, and linear feedback does not notice it (certainty equivalence).
 *
 * With ρ = 2 this is `trade-crowding` with c_α = 2κ, c_X = 2φ, h = γ, c_g = 2A. Other powers, such as the 3/2 of a square-root
 * impact (R. Almgren, C. Thum, E. Hauptmann, H. Li, "Direct estimation of equity market impact", Risk 18 (2005) 58–62), are left to
 * grids.
 */

import { z } from "zod";
import { once, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf, Quantity } from "../../core/index.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";
import { scalarProfile } from "../closed-forms/scalar-game.ts";
import { requireBefore } from "../linear-quadratic/explosion.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { powerHamiltonian } from "../pde/hamiltonians.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { alongTime, fieldDefinitions, fieldOf, fieldQuantities, readingsOf } from "../pde/quantities.ts";

const parameters = z.object({
  kappa: real(0.2, "Cost of trading fast: temporary impact", {
    symbol: "\\kappa",
    minimum: 0,
    open: "minimum",
    maximum: 100,
    scale: "log",
  }),
  exponent: real(2, "Power of the trading rate that this costs: 2 for a linear impact, 1.5 for a square-root one", {
    symbol: "\\rho",
    minimum: 1.2,
    maximum: 4,
  }),
  phi: real(0.1, "Running cost of inventory", { symbol: "\\varphi", minimum: 0, maximum: 100 }),
  gamma: real(0.4, "Permanent impact of the average rate of trading on the price", {
    symbol: "\\gamma",
    minimum: -10,
    maximum: 10,
  }),
  A: real(1, "Cost of inventory that is left at the end", { minimum: 0, maximum: 100 }),
  sigma: real(0.5, "Noise of an inventory: orders filled by chance", {
    symbol: "\\sigma",
    minimum: 0.01,
    maximum: 10,
    scale: "log",
  }),
  T: real(2, "Horizon", { unit: "days", minimum: 0, open: "minimum", maximum: 50 }),
  q0: real(3, "Mean inventory at the start", { symbol: "q_0", minimum: -100, maximum: 100 }),
  v0: real(1, "Variance of inventories at the start", { symbol: "v_0", minimum: 0.001, maximum: 100 }),
  reach: real(6, "Standard deviations around the mean that the grid covers", { minimum: 4, maximum: 20 }),
});

type Parameters = ParametersOf<typeof parameters>;

export const optimalExecution: Game<typeof parameters, DiffusionModel, DiffusionCandidate> = {
  id: "optimal-execution",
  title: "Optimal execution in a crowd",
  family: "diffusion",
  story:
    "Traders sell what they hold before the day is over. Trading fast pays impact, holding on risks the market, and the " +
    "average rate of trading moves the price of what each still holds. Whoever foresees that all will sell, sells before " +
    "them, and moves the price further; those who hold little may even join in and buy back later. The planner, who counts " +
    "what each sale does to the others, spreads the orders out.",
  reference:
    "P. Cardaliaguet, C.-A. Lehalle, Mean field game of controls and an application to trade crowding, Math. Financ. Econ. 12 (2018) 335–363",
  equations: [
    { caption: "Inventory", tex: "dQ_t=\\alpha_t\\,dt+\\sigma\\,dW_t" },
    {
      caption: "Cost; the average rate of trading is that of all",
      tex: "J=\\mathbb E\\int_0^T\\big(\\kappa|\\alpha|^\\rho+\\varphi Q^2-\\gamma Q\\bar\\alpha\\big)dt+A\\,\\mathbb E Q_T^2",
    },
    {
      caption: "Value of a trader, and the rate",
      tex: "-u_t-\\tfrac{\\sigma^2}2u_{qq}+H(u_q)=\\varphi q^2-\\gamma q\\bar\\alpha,\\quad u(T,q)=Aq^2,\\quad H(p)=\\sup_\\alpha\\,(-\\alpha p-\\kappa|\\alpha|^\\rho),\\quad\\alpha=-H'(u_q)",
    },
    {
      caption: "With ρ = 2",
      tex: "\\alpha=-\\tfrac1{2\\kappa}\\big(\\eta(q-m)+\\chi m\\big),\\quad \\eta'=\\tfrac{\\eta^2}{2\\kappa}-2\\varphi,\\quad \\chi'=\\tfrac{\\chi^2-\\gamma\\chi}{2\\kappa}-2\\varphi,\\quad\\eta(T)=\\chi(T)=2A",
    },
  ],
  parameters,
  presets: {
    quadratic: { title: "Linear impact, known in closed form", parameters: {} },
    "square-root": {
      title: "Square-root impact: small orders cost less, large ones more to hurry",
      parameters: { exponent: 1.5, kappa: 0.5 },
    },
    T1: {
      title: "The first set of trade-crowding",
      parameters: { kappa: 0.5, phi: 1, gamma: 1, A: 0.15, sigma: 0.5, T: 1, q0: 1, v0: 1 },
    },
    T2: {
      title: "The second set of trade-crowding: covering short inventories",
      parameters: { kappa: 0.25, phi: 0.5, gamma: 0.8, A: 1, sigma: 0.3, T: 2, q0: -1.5, v0: 0.25 },
    },
  },
  axes: { x: { title: "Inventory", symbol: "q" } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: (p, { concept }) => {
    if (p.exponent !== 2) return;
    const { eta, chi } = adjoint(p, concept === "planner");
    requireBefore(p.T, Math.min(eta.blowUp ?? Infinity, chi.blowUp ?? Infinity));
  },
  build,
  quantities: [
    ...fieldDefinitions({ dimension: 1 }).map((definition) =>
      definition.name === "control"
        ? {
            ...definition,
            title: "Rate of trading",
            symbol: "\\alpha",
            story: "The rate at which a trader with inventory q buys at time t.",
          }
        : definition.name === "density"
          ? { ...definition, story: "The density of the traders' inventories." }
          : definition,
    ),
    {
      name: "mean_rate",
      title: "Average rate of trading",
      symbol: "\\bar\\alpha_t",
      story: "The rate of trading averaged over all traders; negative when they sell.",
    },
    { name: "mean_state", title: "Mean inventory", symbol: "m_t", story: "Inventory averaged over all traders." },
    {
      name: "var_state",
      title: "Variance of inventories",
      symbol: "\\operatorname{Var}Q_t",
      story: "Variance of inventories.",
    },
    {
      name: "price_move",
      title: "Price that the crowd has moved",
      story: "Permanent impact of all trades so far, γ (m_t − m_0).",
    },
  ],
  measure: (p, _question, candidate) => {
    const { model } = candidate;
    const { moment } = readingsOf(candidate);
    const mean = (t: number): number => moment((q) => q, t);
    return {
      ...fieldQuantities(candidate, windowOf(p)),
      mean_state: () => alongTime(model, mean),
      var_state: () =>
        alongTime(model, (t) => {
          const middle = mean(t);
          return moment((q) => (q - middle) ** 2, t);
        }),
      price_move: () => alongTime(model, (t) => p.gamma * (mean(t) - mean(0))),
    };
  },
  exact: (p, { concept }) => {
    if (p.exponent !== 2) return {};
    const model = build(p);
    const planner = concept === "planner";
    const { eta, chi, own } = adjoint(p, planner);
    const ca = 2 * p.kappa;
    const gains = {
      deviation: (t: number) => -eta.at(t) / ca,
      mean: (t: number) => (own - chi.at(t)) / ca,
      common: () => 0,
      constant: () => 0,
    };
    const profile = once(() => scalarProfile(scalarGame(p), Infinity, gains));
    const mean = (t: number): number => profile().at(t).mean;
    const rate = (t: number, q: number): number => gains.deviation(t) * (q - mean(t)) + gains.mean(t) * mean(t);
    /** u = ½ η q² + b q + c, b = (χ − η) m. */
    const slope = (t: number): number => (chi.at(t) - eta.at(t)) * mean(t);
    const constant = (t: number): number => {
      const { nodes, weights } = gaussLegendre(40);
      const half = 0.5 * (p.T - t);
      return nodes.reduce((sum, node, i) => {
        const s = t + half * (1 + node);
        const spread = slope(s) - own * mean(s);
        return sum + half * weights[i] * (0.5 * p.sigma ** 2 * eta.at(s) - (spread * spread) / (2 * ca));
      }, 0);
    };
    const constants = new Map<number, number>();
    const constantAt = (t: number): number => {
      const known = constants.get(t) ?? constant(t);
      constants.set(t, known);
      return known;
    };
    const field = (at: (t: number, q: number) => number): Quantity => fieldOf(model, at, windowOf(p));
    const variance = (t: number): number => profile().at(t).varianceDeviation;
    return {
      value: () => field((t, q) => 0.5 * eta.at(t) * q * q + slope(t) * q + constantAt(t)),
      density: () => field((t, q) => gaussian(q, mean(t), variance(t))),
      control: () => field(rate),
      mean_rate: () => alongTime(model, (t) => gains.mean(t) * mean(t)),
      mean_state: () => alongTime(model, mean),
      var_state: () => alongTime(model, variance),
      price_move: () => alongTime(model, (t) => p.gamma * (mean(t) - p.q0)),
      cost: () => scalar(profile().cost),
    };
  },
};

/** η and χ of `trade-crowding`; `own` is the part of the impact that the planner counts and a trader does not. */
function adjoint(p: Parameters, planner: boolean) {
  const ca = 2 * p.kappa;
  const common = { B: 1 / ca, terminal: 2 * p.A, horizon: p.T };
  const own = planner ? p.gamma : 0;
  return {
    own,
    eta: scalarRiccati({ ...common, A: 0, C: 2 * p.phi }),
    chi: scalarRiccati({ ...common, A: (planner ? -p.gamma : -0.5 * p.gamma) / ca, C: 2 * p.phi - (own * own) / ca }),
  };
}

function scalarGame(p: Parameters) {
  return {
    horizon: p.T,
    weight: () => 1,
    control: 2 * p.kappa,
    controlLinear: () => 0,
    controlMeanControl: 0,
    controlCommon: 0,
    stateMeanControl: -p.gamma,
    running: { xx: 2 * p.phi },
    terminal: { xx: 2 * p.A },
    impact: 0,
    noise: { own: p.sigma, common: 0, commonState: 0 },
    initial: { mean: p.q0, variance: p.v0, commonState: 0 },
  };
}

function gaussian(x: number, mean: number, variance: number): number {
  return Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
}

/** From nothing to the inventories at the start, and so many standard deviations beyond. */
function covered({ q0, v0, sigma, T }: Parameters, deviations: number): readonly [low: number, high: number] {
  const spread = deviations * Math.sqrt(v0 + sigma * sigma * T);
  return [Math.min(0, q0) - spread, Math.max(0, q0) + spread];
}

/** Where fields are shown: where traders are. */
function windowOf(p: Parameters) {
  return { window: [covered(p, 2)] };
}

function build(p: Parameters): DiffusionModel {
  const [low, high] = covered(p, p.reach);
  // The conjugate of κ|α|^ρ is c|p|^q/q with 1/q + 1/ρ = 1 and c = (κρ)^{−1/(ρ−1)}.
  const conjugate = p.exponent / (p.exponent - 1);
  const scale = (p.kappa * p.exponent) ** (1 / (1 - p.exponent));
  return {
    family: "diffusion",
    kind: "fields",
    space: [{ name: "x", low, high, ends: [{ kind: "open" }, { kind: "open" }] }],
    horizon: p.T,
    volatility: p.sigma,
    discount: 0,
    hamiltonian: [powerHamiltonian(conjugate, { scale })],
    running: {
      value: (_t, q, _y, { aggregates: [rate] }) => p.phi * q * q - p.gamma * q * rate,
      ...(p.gamma === 0 ? {} : { sees: { aggregates: true }, aggregateSlope: (_k, _t, q) => -p.gamma * q }),
    },
    terminal: { value: (q) => p.A * q * q },
    initial: (q) => gaussian(q, p.q0, p.v0),
    aggregates: [{ name: "mean_rate", drift: [() => 1] }],
    // Beyond ρ = 2 the Hamiltonian has no second derivative at 0.
    mesh: {
      points: p.exponent < 2 ? 321 : 241,
      steps: p.exponent < 2 ? 160 : 120,
      scheme: p.exponent <= 2 ? "central" : "upwind",
    },
  };
}
