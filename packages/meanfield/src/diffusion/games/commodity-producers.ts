/**
 * Commodity producers coupled through the price, a mean-field game through the mean control.
 *
 * P. Chan, R. Sircar, "Bertrand and Cournot mean field games", Applied Mathematics & Optimization 71 (2015) 533–569;
 * R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games with Applications I", Springer 2018, section 4.6
 * (interaction through the law of the controls).
 */

import { z } from "zod";
import { evenGrid, isFiniteFeedback, once, real, RefusalError, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Question } from "../../core/index.ts";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { zeros } from "../../numeric/matrix.ts";
import { commodityGains, intercept, shadowPrice, stiffness } from "../closed-forms/commodity.ts";
import type { Slopes } from "../closed-forms/commodity.ts";
import { scalarProfile } from "../closed-forms/scalar-game.ts";
import type { ScalarGains, ScalarGame, ScalarProfile } from "../closed-forms/scalar-game.ts";
import { symmetricFeedback } from "../closed-forms/symmetric-feedback.ts";
import type { LinearQuadraticCandidate, LinearStrategy } from "../linear-quadratic/candidate.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import {
  constantMatrix,
  linearRows,
  quadraticForm,
  scalarMatrix,
  terminalForm,
  timeMatrix,
} from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { moments } from "../linear-quadratic/moments.ts";
import type { Moments } from "../linear-quadratic/moments.ts";
import { solvePlanner } from "../linear-quadratic/planner.ts";
import { readings } from "../linear-quadratic/readings.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";

const parameters = z.object({
  P0: real(10, "Price at no output, on average over the seasons", { symbol: "P_0", minimum: 0, maximum: 1000 }),
  A: real(0, "Seasonal swing of that price", { minimum: -1000, maximum: 1000 }),
  w: real(1, "Angular frequency of the seasons", { symbol: "\\omega", minimum: 0, maximum: 100 }),
  gamma: real(1, "Fall of the price per unit of average output", { symbol: "\\gamma", minimum: 0, maximum: 100 }),
  c1: real(1, "Linear cost of production", { symbol: "c_1", minimum: 0, maximum: 1000 }),
  c2: real(2, "Quadratic cost of production", {
    symbol: "c_2",
    minimum: 0,
    open: "minimum",
    maximum: 1000,
    scale: "log",
  }),
  r: real(0, "Discount rate", { minimum: 0, maximum: 5 }),
  lam: real(0.5, "Penalty on missing the target of cumulative output", {
    symbol: "\\lambda",
    minimum: 0,
    maximum: 1000,
  }),
  xs: real(5, "Target of cumulative output", { symbol: "x^*", minimum: -1000, maximum: 1000 }),
  theta: real(0, "Final charge per unit of own cumulative and average final output; only in the limit", {
    symbol: "\\theta",
    minimum: -100,
    maximum: 100,
  }),
  x0: real(0, "Mean cumulative output at the start", { symbol: "x_0", minimum: -1000, maximum: 1000 }),
  v0: real(1, "Variance of cumulative output at the start", { symbol: "v_0", minimum: 0, maximum: 1000 }),
  T: real(4, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
});

type Parameters = ParametersOf<typeof parameters>;

const limitOnly =
  "theta must be 0 for finitely many players: each could move the average output at the last instant at no cost, so the game is ill-posed";

export const commodityProducers: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "commodity-producers",
  title: "Commodity producers",
  family: "linear-quadratic",
  story:
    "Many producers sell one commodity. The price falls with their average output and moves with the seasons; each " +
    "takes it as given, pays a rising cost of production and answers at the end for the distance of its cumulative " +
    "output to a target. One hand over all producers is a cartel: it sells less, earns more, and consumers lose more " +
    "than it gains.",
  reference:
    "P. Chan, R. Sircar, Bertrand and Cournot mean field games, Appl. Math. Optim. 71 (2015) 533–569; Carmona & Delarue (2018) I, section 4.6",
  equations: [
    {
      caption: "Cumulative output and price",
      tex: "dX_t=\\alpha_t\\,dt,\\qquad P_t=P_0+A\\sin\\omega t-\\gamma\\bar\\alpha_t",
    },
    {
      caption: "Cost",
      tex:
        "J=\\mathbb E\\int_0^T e^{-rt}\\big(c_1\\alpha+\\tfrac{c_2}2\\alpha^2-\\alpha P_t\\big)dt" +
        "+e^{-rT}\\,\\mathbb E\\big[\\tfrac\\lambda2(X_T-x^*)^2+\\theta X_T\\bar\\alpha_T\\big]",
    },
    {
      caption:
        "Output, with κ = c₂ + γ for the mean field, c₂ + γ(1+1/N) for N Cournot players, c₂ + 2γ for the cartel",
      tex: "\\bar\\alpha_t=\\frac{P_0(t)-c_1-e^{-r(T-t)}\\pi}{\\kappa}",
    },
    {
      caption: "Shadow price at the end",
      tex:
        "\\pi=\\frac{\\lambda\\big(x_0+\\int_0^T\\frac{P_0(t)-c_1}{\\kappa}dt-x^*\\big)+\\theta\\frac{P_0(T)-c_1}\\kappa}" +
        "{1+\\big(\\lambda\\int_0^Te^{-r(T-t)}dt+\\theta\\big)/\\kappa}",
    },
  ],
  parameters,
  presets: {
    A: { title: "A steady market", parameters: {} },
    seasonal: {
      title: "A seasonal, discounted market",
      parameters: { A: 3, w: 2, r: 0.1 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: (p, question) => {
    if (p.theta !== 0 && question.players < Infinity) throw new RefusalError(`theta = ${p.theta}: ${limitOnly}`);
    if (p.theta !== 0 && question.concept === "planner") {
      throw new RefusalError(
        `theta = ${p.theta}: theta must be 0 for the planner, who could choose the average output at the last instant at no cost`,
      );
    }
    if (!(stiffness(p, slopes(p, question).all) > 0)) {
      throw new RefusalError(
        `theta = ${p.theta}: no equilibrium; theta must exceed −(c2 + gamma + lam ∫e^{−r(T−t)}dt), so that 1 + (λE+θ)/(c2+γ) > 0`,
      );
    }
  },
  build,
  quantities: [
    {
      name: "shadow_price",
      title: "Shadow price at the end",
      symbol: "\\pi",
      story: "Expected marginal final charge of cumulative output, E[λ(X_T − x*) + θ ᾱ_T].",
    },
    { name: "price", title: "Price", symbol: "P_t", story: "Expected market price." },
    { name: "mean_control", title: "Mean output", symbol: "\\bar\\alpha_t", story: "Expected average output." },
    {
      name: "mean_state",
      title: "Mean cumulative output",
      symbol: "\\bar x_t",
      story: "Expected average cumulative output.",
    },
    {
      name: "var_state",
      title: "Variance of cumulative output",
      symbol: "\\operatorname{Var}X_t",
      story: "Variance of a producer's cumulative output.",
    },
    {
      name: "cost",
      title: "Expected cost",
      symbol: "J",
      story: "Expected cost of a producer; its profit with the opposite sign.",
    },
    {
      name: "cost_planner",
      title: "Cartel's cost",
      story: "Least expected cost per producer under one hand, with θ = 0.",
    },
    {
      name: "consumer_surplus",
      title: "Consumer surplus",
      story: "Discounted expected surplus of the buyers, ∫e^{−rt} ½γ E ᾱ² dt.",
    },
    {
      name: "efficiency",
      title: "Profit over the cartel's",
      story:
        "Profit of a producer over the profit per producer of the cartel, both with θ = 0; at most 1 where profits are positive.",
    },
    {
      name: "welfare_gap",
      title: "Welfare lost under a cartel",
      story: "Consumer surplus minus cost, minus the same under the cartel, all with θ = 0.",
    },
    {
      name: "price_of_anarchy",
      title: "Price of anarchy",
      story: "Cost over the cartel's, both with θ = 0. Where costs are negative, that is profits, below 1 is a loss.",
    },
  ],
  measure: (p, question, candidate) => {
    const read = readings(question, candidate);
    const { players } = question;
    const surplus = (strategy: LinearStrategy, follow: Moments): number => surplusOf(p, strategy, follow);
    // With θ the cartel's problem has no optimum, so that both sides of a comparison are taken without it.
    const plain = p.theta === 0 ? undefined : once(() => solveRiccati(build({ ...p, theta: 0 }), question));
    const plainModel = plain === undefined ? candidate.model : build({ ...p, theta: 0 });
    const cartel = once(() => solvePlanner(plainModel, players));
    return quantities(p, {
      meanState: (t) => read.moments().at(t).mean[0],
      variance: (t) => read.moments().at(t).state.data[0],
      meanControl: (t) => read.moments().at(t).meanControl[0],
      cost: read.cost,
      surplus: once(() => surplus(candidate.strategy, read.moments())),
      plainCost: plain === undefined ? read.cost : () => expectedCost(plainModel, players, plain().strategy),
      plainSurplus:
        plain === undefined
          ? once(() => surplus(candidate.strategy, read.moments()))
          : () => surplus(plain().strategy, moments(plainModel, players, plain().strategy)),
      cartelCost: () => cartel().cost,
      cartelSurplus: () => surplus(cartel().strategy, moments(plainModel, players, cartel().strategy)),
    });
  },
  exact: (p, question) => {
    const without = { ...p, theta: 0 };
    const profile = once(() => exactProfile(p, question));
    const plain = p.theta === 0 ? profile : once(() => exactProfile(without, question));
    const cartel = once(() => exactProfile(without, { ...question, concept: "planner" }));
    const surplus = (of: ScalarProfile): number => 0.5 * p.gamma * of.meanControlEnergy;
    const values = quantities(p, {
      meanState: (t) => profile().at(t).mean,
      variance: (t) => profile().at(t).varianceMean + profile().at(t).varianceDeviation,
      meanControl: (t) => profile().meanControl(t),
      cost: () => profile().cost,
      surplus: () => surplus(profile()),
      plainCost: () => plain().cost,
      plainSurplus: () => surplus(plain()),
      cartelCost: () => cartel().cost,
      cartelSurplus: () => surplus(cartel()),
    });
    if (isFiniteFeedback(question)) return values;
    return { ...values, shadow_price: () => scalar(shadowPrice(p, slopes(p, question))) };
  },
};

function build(p: Parameters): LinearQuadraticModel {
  const space = layout(1, 1);
  const control = { control: 1 };
  const market = quadraticForm(space).half(p.c2, control).product(p.gamma, control, { meanControl: 1 }).matrix;
  const margin = (t: number): number => p.c1 - intercept(p, t);
  const linear = [
    space.offset.control * space.size + space.offset.one,
    space.offset.one * space.size + space.offset.control,
  ];
  const steady = p.A === 0 && p.r === 0;
  const final = Math.exp(-p.r * p.T);
  const terminal = terminalForm(space).half(final * p.lam, { state: 1, one: -p.xs });
  if (p.theta !== 0) {
    // ᾱ_T is what the first-order condition at T makes of the mean: (c₂ + γ + θ) ᾱ_T = P₀(T) − c₁ − λ(x̄_T − x*).
    const steep = p.c2 + p.gamma + p.theta;
    const control = { mean: -p.lam / steep, one: (p.lam * p.xs - margin(p.T)) / steep };
    terminal.product(final * p.theta, { state: 1 }, control);
  }
  return {
    family: "linear-quadratic",
    layout: space,
    horizon: p.T,
    drift: constantMatrix(linearRows(space, [control])),
    commonDrift: constantMatrix(zeros(0, space.size)),
    running: {
      ...timeMatrix(space.size, space.size, (t, out) => {
        const weight = Math.exp(-p.r * t);
        for (let i = 0; i < market.data.length; i++) out.data[i] = weight * market.data[i];
        for (const i of linear) out.data[i] += weight * margin(t);
      }),
      timeDependent: !steady,
    },
    terminal: terminal.matrix,
    noise: { own: scalarMatrix(0), common: scalarMatrix(0), commonState: zeros(0, 1) },
    initial: { mean: Float64Array.of(p.x0), covariance: scalarMatrix(p.v0), commonState: new Float64Array(0) },
    ...(p.theta === 0 ? {} : { limitOnly }),
  };
}

interface Answers {
  readonly meanState: (t: number) => number;
  readonly variance: (t: number) => number;
  readonly meanControl: (t: number) => number;
  readonly cost: () => number;
  readonly surplus: () => number;
  readonly plainCost: () => number;
  readonly plainSurplus: () => number;
  readonly cartelCost: () => number;
  readonly cartelSurplus: () => number;
}

function quantities(p: Parameters, answers: Answers): Quantities {
  const grid = evenGrid(0, p.T, 101);
  const { meanState, variance, meanControl, cost, surplus, plainCost, plainSurplus, cartelCost, cartelSurplus } =
    answers;
  return {
    shadow_price: () => scalar(p.lam * (meanState(p.T) - p.xs) + p.theta * meanControl(p.T)),
    price: () => series(grid, (t) => intercept(p, t) - p.gamma * meanControl(t)),
    mean_control: () => series(grid, meanControl),
    mean_state: () => series(grid, meanState),
    var_state: () => series(grid, variance),
    cost: () => scalar(cost()),
    cost_planner: () => scalar(cartelCost()),
    consumer_surplus: () => scalar(surplus()),
    efficiency: () => scalar(plainCost() / cartelCost()),
    welfare_gap: () => scalar(plainSurplus() - plainCost() - (cartelSurplus() - cartelCost())),
    price_of_anarchy: () => scalar(plainCost() / cartelCost()),
  };
}

/** ∫e^{−rt} ½γ E ᾱ² dt of a strategy whose moments are known. */
function surplusOf(p: Parameters, strategy: LinearStrategy, follow: Moments): number {
  const gain = zeros(1, 3);
  // Players who compute the mean themselves answer to a number: nothing here makes the limit's mean random.
  const onMean = strategy.source === "decentralised" ? 0 : 1;
  const density = (t: number): number => {
    const { meanControl, common } = follow.at(t);
    strategy.gain(t, gain);
    const response = gain.data[0] + onMean * gain.data[1];
    return Math.exp(-p.r * t) * (meanControl[0] ** 2 + response ** 2 * common.data[0]);
  };
  return 0.5 * p.gamma * integrateAdaptive(density, 0, p.T, { relative: 1e-12 }).value;
}

function slopes(p: Parameters, { concept, players }: Question): Slopes {
  if (concept === "planner") return { own: p.c2, all: p.c2 + 2 * p.gamma };
  return { own: p.c2 + p.gamma / players, all: p.c2 + p.gamma * (1 + 1 / players) };
}

function exactProfile(p: Parameters, question: Question): ScalarProfile {
  const gains: ScalarGains = isFiniteFeedback(question)
    ? symmetricFeedback(scalarGame(p), question.players).gains
    : commodityGains(p, slopes(p, question));
  return scalarProfile(scalarGame(p), question.players, gains);
}

function scalarGame(p: Parameters): ScalarGame {
  const final = Math.exp(-p.r * p.T);
  // θ x ᾱ_T with ᾱ_T from its own first-order condition, as a function of x̄_T.
  const steep = p.c2 + p.gamma + p.theta;
  const lastSlope = -p.lam / steep;
  const last = (intercept(p, p.T) - p.c1 + p.lam * p.xs) / steep;
  return {
    horizon: p.T,
    weight: (t) => Math.exp(-p.r * t),
    control: p.c2,
    controlLinear: (t) => p.c1 - intercept(p, t),
    controlMeanControl: p.gamma,
    controlCommon: 0,
    stateMeanControl: 0,
    running: {},
    terminal: {
      xx: final * p.lam,
      xm: final * p.theta * lastSlope,
      x: final * (p.theta * last - p.lam * p.xs),
      one: 0.5 * final * p.lam * p.xs ** 2,
    },
    impact: 0,
    noise: { own: 0, common: 0, commonState: 0 },
    initial: { mean: p.x0, variance: p.v0, commonState: 0 },
  };
}
