/**
 * Firms whose emissions are charged by a price with a threshold in their average.
 *
 * The adjoint is common to all firms and solves a viscous equation in the mean, that of J. M. Burgers where efforts cost a square
 * (E. Hopf, "The partial differential equation u_t + uu_x = μu_xx", Comm. Pure Appl. Math. 3 (1950) 201–230). With complementarity
 * (h₀ < 0) there are several equilibria without common noise, and one with it.
 */

import { z } from "zod";
import { evenGrid, listed, once, real, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Quantity, Question } from "../../core/index.ts";
import type { AggregateCandidate, FieldCandidate, PathCandidate } from "../aggregate/candidate.ts";
import { costOfPath, findEquilibria, leastPotential } from "../aggregate/characteristics.ts";
import { checkAggregate } from "../aggregate/check-model.ts";
import { thresholdClosedForm } from "../aggregate/closed-form.ts";
import { lawOfMean } from "../aggregate/law.ts";
import { effortAt, reachOf } from "../aggregate/model.ts";
import type { AggregateModel } from "../aggregate/model.ts";
import { evenEffort, thresholdPrice } from "../aggregate/prices.ts";
import { solveField, steepness } from "../aggregate/refinement.ts";

const parameters = z.object({
  k: real(1, "Cost of changing emissions fast", { minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  k4: real(0, "The same, of fourth order", { symbol: "k_4", minimum: 0, maximum: 100 }),
  s1: real(0, "Noise of a single firm", { symbol: "\\sigma_1", minimum: 0, maximum: 10 }),
  s0: real(0.5, "Common policy noise", { symbol: "\\sigma_0", minimum: 0, maximum: 10 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 100, unit: "years" }),
  h0: real(1, "Terminal price far above the threshold; below 0 firms are paid for being where the others are", {
    symbol: "h_0",
    minimum: -100,
    maximum: 100,
  }),
  delta: real(0.5, "Width of the terminal threshold", {
    symbol: "\\delta",
    minimum: 0,
    open: "minimum",
    maximum: 100,
    scale: "log",
  }),
  m0: real(0.5, "Average emissions at the start, counted from the threshold", {
    symbol: "m_0",
    minimum: -100,
    maximum: 100,
  }),
  t0: real(0, "Running price at the threshold; 0 far below it, twice as much far above", {
    symbol: "t_0",
    minimum: -100,
    maximum: 100,
  }),
});

type Parameters = ParametersOf<typeof parameters>;

export const energyTransitionThreshold: Game<typeof parameters, AggregateModel, AggregateCandidate> = {
  id: "energy-transition-threshold",
  title: "Energy transition with price thresholds",
  family: "diffusion",
  story:
    "A continuum of firms steers its emissions. Moving fast is costly, and emissions are charged at a price that jumps where " +
    "the average of all firms passes a threshold: on the way, and once at the end. Policy shocks hit all firms at once. Where the " +
    "price falls with the average (h₀ < 0) firms follow each other: without shocks they can agree on high emissions, on low ones, " +
    "or on staying; the smallest shock leaves one answer.",
  reference:
    "E. Hopf, The partial differential equation u_t + uu_x = μu_xx, Comm. Pure Appl. Math. 3 (1950) 201–230; R. Carmona, F. Delarue, Probabilistic Theory of Mean Field Games with Applications II, Springer 2018",
  equations: [
    {
      caption: "Emissions",
      tex: "dX_t = \\alpha_t\\,dt + \\sigma_1\\,dW_t + \\sigma_0\\,dW^0_t,\\quad m_t = \\mathbb E[X_t\\mid W^0]",
    },
    {
      caption: "Cost",
      tex:
        "J = \\mathbb{E}\\int_0^T \\tfrac k2\\alpha^2 + \\tfrac{k_4}4\\alpha^4 + X\\,t_0(1+\\tanh 2m)\\,dt" +
        " + \\mathbb{E}\\big[X_T\\,h_0\\tanh(m_T/\\delta)\\big]",
    },
    {
      caption: "Equilibrium: one adjoint for all, with c the cost of effort, τ and h the prices",
      tex: "y_t+\\tfrac{\\sigma_0^2}2y_{mm}+(c')^{-1}(-y)\\,y_m+\\tau(m)=0,\\quad y(T,m)=h(m),\\quad \\alpha=(c')^{-1}(-y)",
    },
    {
      caption: "Closed form for k₄ = t₀ = 0, with H′ = h",
      tex:
        "y(t,m)=\\frac{\\mathbb E[h\\,e^{-H/(k\\sigma_0^2)}]}{\\mathbb E[e^{-H/(k\\sigma_0^2)}]}\\ \\text{at}\\ m+\\sigma_0B_{T-t}," +
        "\\qquad \\sigma_0=0:\\ m_T=m_0-\\tfrac Tk h(m_T)",
    },
  ],
  parameters,
  presets: {
    CH1: { title: "A terminal price that rises with emissions", parameters: {} },
    CH2: {
      title: "Complementarity without shocks: three equilibria",
      parameters: { h0: -2, m0: 0.1, s0: 0 },
    },
    CH2_noise: { title: "Complementarity with shocks: one equilibrium", parameters: { h0: -2, m0: 0.1, s0: 0.5 } },
    CH2_small_noise: { title: "The same with small shocks", parameters: { h0: -2, m0: 0.1, s0: 0.2 } },
    QUARTIC: {
      title: "Effort of fourth order and a running price: no closed form",
      parameters: { k4: 1, t0: 0.5, h0: 1, delta: 1, m0: 0 },
    },
  },
  axes: { m: { title: "Average emissions", symbol: "m" }, branch: { title: "Equilibrium" } },
  concepts: ["nash", "planner"],
  information: [],
  build,
  quantities: [
    {
      name: "adjoint",
      title: "Price to come",
      symbol: "y",
      story:
        "y(t, m): expected price on one unit of emissions from t on, when the average is m. Without common noise y_t along the equilibrium.",
    },
    {
      name: "control",
      title: "Effort",
      symbol: "\\alpha",
      story: "(c′)⁻¹(−y) at the same places: the same for all firms.",
    },
    { name: "mean_state", title: "Mean emissions", symbol: "\\mathbb E m_t", story: "Expected average emissions." },
    {
      name: "var_common",
      title: "Variance of the mean",
      symbol: "\\operatorname{Var} m_t",
      story: "Variance of the average, by the common noise.",
    },
    {
      name: "var_deviation",
      title: "Variance around the mean",
      symbol: "\\operatorname{Var}(X_t\\mid W^0)",
      story: "Variance of a firm's emissions given the common noise, s1² t.",
    },
    { name: "mean_T", title: "Mean at the end", symbol: "\\mathbb E m_T", story: "Expected average emissions at T." },
    { name: "variance_T", title: "Variance at the end", symbol: "\\operatorname{Var} m_T", story: "Variance of m_T." },
    {
      name: "density_T",
      title: "Law of the mean at the end",
      symbol: "p",
      story: "Density of m_T; left out without common noise.",
    },
    {
      name: "steepness",
      title: "Steepest price",
      symbol: "\\max_m|y_m|",
      story: "Largest |∂y/∂m| over m, by time; left out without common noise.",
    },
    {
      name: "equilibria",
      title: "Equilibria",
      symbol: "m_T",
      story:
        "Average at T in every equilibrium without common noise, in increasing order (of the planner, every stationary point); left out with it.",
    },
    {
      name: "equilibria_cost",
      title: "Cost in every equilibrium",
      symbol: "J",
      story: "Cost of a firm in each of them.",
    },
    {
      name: "equilibria_potential",
      title: "Potential of every equilibrium",
      story:
        "∫ c(α) + G(m) dt + H(m_T) with G, H the integrals of the prices: small common noise selects the least; for the planner, the cost.",
    },
    { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of a firm that starts at the average." },
    { name: "cost_planner", title: "Planner's cost", story: "Least expected cost per firm under one hand." },
    { name: "cost_of_anarchy", title: "Cost of anarchy", story: "Expected cost minus the planner's." },
    {
      name: "price_of_anarchy",
      title: "Price of anarchy",
      story: "Expected cost over the planner's; left out where costs can be negative (h0 < 0 or t0 ≠ 0).",
    },
  ],
  measure: (p, question, candidate) => {
    const { model } = candidate;
    const plannerCost = once(() =>
      question.concept === "planner"
        ? ownCost(candidate)
        : ownCost(solveAgain(model, { ...question, concept: "planner" })),
    );
    if (candidate.kind === "aggregate-path") return pathQuantities(p, candidate, plannerCost);
    return fieldQuantities(p, candidate, plannerCost);
  },
  exact: (p, question, candidate) => {
    const model = build(p);
    const chosen = candidate?.kind === "aggregate-path" ? candidate.chosen : undefined;
    const ours = thresholdClosedForm(model, { k: p.k, quadratic: p.k4 === 0, free: p.t0 === 0 }, question, chosen);
    if (ours === undefined) return {};
    const optimum: Question = { ...question, concept: "planner" };
    const planner = once(() =>
      thresholdClosedForm(model, { k: p.k, quadratic: p.k4 === 0, free: p.t0 === 0 }, optimum, undefined),
    );
    const plannerCost = (): number =>
      question.concept === "planner" && chosen === undefined ? ours.cost() : (planner()?.cost() ?? Number.NaN);
    const { adjoint, path, equilibria, densityAtEnd } = ours;
    return {
      ...shared(p, { ...ours, plannerCost }),
      ...(adjoint === undefined ? {} : fields(model, adjoint)),
      ...(path === undefined ? {} : paths(model, path)),
      ...(densityAtEnd === undefined ? {} : { density_T: () => density(model, densityAtEnd) }),
      ...(equilibria === undefined ? {} : { equilibria: () => byBranch(equilibria) }),
    };
  },
};

function build(p: Parameters): AggregateModel {
  const model: AggregateModel = {
    family: "diffusion",
    kind: "aggregate",
    effort: evenEffort(p.k, p.k4),
    running: thresholdPrice(p.t0, p.t0, 0.5),
    terminal: thresholdPrice(0, p.h0, p.delta),
    horizon: p.T,
    commonNoise: p.s0,
    ownNoise: p.s1,
    start: p.m0,
    interval: [p.m0 - 1, p.m0 + 1],
  };
  // Where the mean can come to, and the thresholds at 0.
  const reach = Math.max(1, reachOf(model, { concept: "nash" }) + 4 * p.s0 * Math.sqrt(p.T));
  const complete: AggregateModel = { ...model, interval: [Math.min(0, p.m0) - reach, Math.max(0, p.m0) + reach] };
  checkAggregate(complete);
  return complete;
}

interface Shared {
  readonly mean: (t: number) => number;
  readonly variance: (t: number) => number;
  readonly cost: () => number;
  readonly plannerCost: () => number;
}

function shared(p: Parameters, { mean, variance, cost, plannerCost }: Shared): Quantities {
  const grid = evenGrid(0, p.T, 101);
  // m h(m) >= 0 then, and 0 only where nothing ever moves.
  const positive = p.h0 > 0 && p.t0 === 0 && (p.s0 > 0 || p.m0 !== 0);
  return {
    mean_state: () => series(grid, mean),
    var_common: () => series(grid, variance),
    var_deviation: () => series(grid, (t) => p.s1 * p.s1 * t),
    mean_T: () => scalar(mean(p.T)),
    variance_T: () => scalar(variance(p.T)),
    cost: () => scalar(cost()),
    cost_planner: () => scalar(plannerCost()),
    cost_of_anarchy: () => scalar(cost() - plannerCost()),
    ...(positive ? { price_of_anarchy: () => scalar(cost() / plannerCost()) } : {}),
  };
}

function fieldQuantities(p: Parameters, candidate: FieldCandidate, plannerCost: () => number): Quantities {
  const { model, adjoint } = candidate;
  const law = once(() => lawOfMean(candidate));
  return {
    ...fields(model, adjoint.at),
    ...shared(p, {
      mean: (t) => law().mean(t),
      variance: (t) => law().variance(t),
      cost: () => law().cost,
      plannerCost,
    }),
    density_T: () => density(model, law().densityAtEnd),
    steepness: () => series(evenGrid(0, p.T, 101), (t) => steepness(adjoint, t)),
  };
}

function pathQuantities(p: Parameters, candidate: PathCandidate, plannerCost: () => number): Quantities {
  const { model, equilibria, chosen } = candidate;
  const { mean, adjoint } = equilibria[chosen];
  return {
    ...paths(model, adjoint),
    ...shared(p, { mean, variance: () => 0, cost: once(() => ownCost(candidate)), plannerCost }),
    equilibria: () => byBranch(equilibria.map(({ meanAtEnd }) => meanAtEnd)),
    equilibria_cost: () => byBranch(equilibria.map((each) => costOfPath(model, each))),
    equilibria_potential: () => byBranch(equilibria.map(({ potential }) => potential)),
  };
}

/** On the interval that the model asks for, thresholds and all. */
function fields(model: AggregateModel, adjoint: (t: number, m: number) => number): Quantities {
  const [low, high] = model.interval;
  const axes = [
    { name: "t", grid: evenGrid(0, model.horizon, 41) },
    { name: "m", grid: evenGrid(low, high, 81) },
  ];
  return {
    adjoint: () => ({ axes, at: (t, m) => adjoint(t, m) }),
    control: () => ({ axes, at: (t, m) => effortAt(model, adjoint(t, m)) }),
  };
}

function paths(model: AggregateModel, adjoint: (t: number) => number): Quantities {
  const grid = evenGrid(0, model.horizon, 101);
  return {
    adjoint: () => series(grid, adjoint),
    control: () => series(grid, (t) => effortAt(model, adjoint(t))),
  };
}

function density({ interval: [low, high] }: AggregateModel, at: (m: number) => number): Quantity {
  return { axes: [{ name: "m", grid: evenGrid(low, high, 161) }], at };
}

function byBranch(values: readonly number[]): Quantity {
  return listed(
    "branch",
    values.map((_, i) => i + 1),
    values,
  );
}

function ownCost(candidate: AggregateCandidate): number {
  return candidate.kind === "aggregate-path"
    ? costOfPath(candidate.model, candidate.equilibria[candidate.chosen])
    : lawOfMean(candidate).cost;
}

/** The answer to another question about the same model. */
function solveAgain(model: AggregateModel, question: Question): AggregateCandidate {
  if (model.commonNoise > 0) return solveField(model, question);
  const { equilibria } = findEquilibria(model, question, 1000);
  return { kind: "aggregate-path", model, question, equilibria, chosen: leastPotential(equilibria) };
}
