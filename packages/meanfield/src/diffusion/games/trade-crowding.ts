/**
 * Optimal execution when everybody trades the same way.
 *
 * R. Carmona, D. Lacker, "A probabilistic weak formulation of mean field games and applications", Annals of Applied
 * Probability 25 (2015) 1189–1231, section 1; the price impact enters through the inventory, as −h x ᾱ.
 */

import { z } from "zod";
import { evenGrid, isFiniteFeedback, once, real, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Question } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";
import { scalarProfile } from "../closed-forms/scalar-game.ts";
import type { ScalarGains, ScalarGame } from "../closed-forms/scalar-game.ts";
import { symmetricFeedback } from "../closed-forms/symmetric-feedback.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { requireBefore } from "../linear-quadratic/explosion.ts";
import { constantMatrix, linearRows, quadraticForm, scalarMatrix, terminalForm } from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { readings } from "../linear-quadratic/readings.ts";

const parameters = z.object({
  ca: real(1, "Cost of trading fast", { symbol: "c_\\alpha", minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  cX: real(2, "Running cost of inventory", { symbol: "c_X", minimum: 0, maximum: 100 }),
  h: real(1, "Price impact of the average trading speed on what one holds", { minimum: -10, maximum: 10 }),
  cg: real(0.3, "Cost of inventory left at the end", { symbol: "c_g", minimum: 0, maximum: 100 }),
  s: real(0.5, "Noise of a trader's inventory", { symbol: "\\sigma", minimum: 0, maximum: 10 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 50 }),
  m0: real(1, "Mean inventory at the start", { symbol: "m_0", minimum: -100, maximum: 100 }),
  v0: real(1, "Variance of inventories at the start", { symbol: "v_0", minimum: 0, maximum: 100 }),
});

type Parameters = ParametersOf<typeof parameters>;

export const tradeCrowding: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "trade-crowding",
  title: "Trade crowding",
  family: "linear-quadratic",
  story:
    "Traders unwind inventories. Trading fast and holding inventory are costly, and the average trading speed moves the " +
    "price of what each still holds. In equilibrium nobody counts its own part of the impact, so that all trade too " +
    "fast; the planner spreads the orders out.",
  reference:
    "R. Carmona, D. Lacker, A probabilistic weak formulation of mean field games and applications, Ann. Appl. Probab. 25 (2015) 1189–1231",
  equations: [
    { caption: "Inventory", tex: "dX_t = \\alpha_t\\,dt + \\sigma\\,dW_t" },
    {
      caption: "Cost",
      tex:
        "J = \\mathbb E\\int_0^T \\tfrac{c_\\alpha}2\\alpha^2 + \\tfrac{c_X}2X^2 - hX\\bar\\alpha\\,dt" +
        " + \\tfrac{c_g}2\\,\\mathbb E X_T^2",
    },
    {
      caption: "Equilibrium",
      tex:
        "\\alpha = -\\tfrac1{c_\\alpha}\\big(\\eta(X-m)+\\chi m\\big),\\quad \\eta'=\\tfrac{\\eta^2}{c_\\alpha}-c_X,\\quad " +
        "\\chi'=\\tfrac{\\chi^2-h\\chi}{c_\\alpha}-c_X",
    },
    {
      caption: "Planner",
      tex: "\\bar\\alpha=-\\tfrac{\\chi-h}{c_\\alpha}m,\\quad \\chi'=\\tfrac{(\\chi-h)^2}{c_\\alpha}-c_X",
    },
  ],
  parameters,
  presets: {
    T1: { title: "Unwinding long inventories", parameters: {} },
    T2: {
      title: "Covering short inventories, two periods",
      parameters: { ca: 0.5, cX: 1, h: 0.8, cg: 2, s: 0.3, T: 2, m0: -1.5, v0: 0.25 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: (p, question) => requireBefore(p.T, blowUpOf(p, question)),
  build: (p) => {
    const space = layout(1, 1);
    const state = { state: 1 };
    const running = quadraticForm(space)
      .half(p.ca, { control: 1 })
      .half(p.cX, state)
      .product(-p.h, state, { meanControl: 1 });
    return {
      family: "linear-quadratic",
      layout: space,
      horizon: p.T,
      drift: constantMatrix(linearRows(space, [{ control: 1 }])),
      commonDrift: constantMatrix(zeros(0, space.size)),
      running: constantMatrix(running.matrix),
      terminal: terminalForm(space).half(p.cg, state).matrix,
      noise: { own: scalarMatrix(p.s), common: scalarMatrix(0), commonState: zeros(0, 1) },
      initial: { mean: Float64Array.of(p.m0), covariance: scalarMatrix(p.v0), commonState: new Float64Array(0) },
    };
  },
  quantities: [
    {
      name: "eta",
      title: "Adjoint response to one's own deviation",
      symbol: "\\eta",
      story:
        "η(t): the adjoint's gain on X − m, h/N − c_α times the control's for N players, −c_α times it in the limit.",
    },
    {
      name: "chi",
      title: "Adjoint response to the mean",
      symbol: "\\chi",
      story:
        "χ(t): the adjoint's gain on m; −c_α times the control's gain, plus h/N for N players, plus h for the planner, whose control answers to χ − h.",
    },
    { name: "mean_state", title: "Mean inventory", symbol: "m_t", story: "Expected average inventory." },
    {
      name: "var_state",
      title: "Variance of inventories",
      symbol: "\\operatorname{Var}X_t",
      story: "Variance of a trader's inventory.",
    },
    { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of a trader." },
    {
      name: "cost_planner",
      title: "Planner's cost",
      story: "Least expected cost per trader under one hand; left out where the planner has no optimum.",
    },
    {
      name: "price_of_anarchy",
      title: "Price of anarchy",
      story: "Expected cost over the planner's; left out where the planner has no optimum.",
    },
  ],
  measure: (p, question, candidate) => {
    const read = readings(question, candidate);
    return quantities(p, question, {
      deviation: (t) => read.gain(t)[0],
      mean: (t) => read.gain(t)[0] + read.gain(t)[1],
      meanState: (t) => read.moments().at(t).mean[0],
      variance: (t) => read.moments().at(t).state.data[0],
      cost: read.cost,
      plannerCost: read.plannerCost,
    });
  },
  exact: (p, question) => {
    const game = scalarGame(p);
    const gains = exactGains(p, question);
    const profile = once(() => scalarProfile(game, question.players, gains));
    const planner = once(() =>
      scalarProfile(game, question.players, exactGains(p, { ...question, concept: "planner" })),
    );
    return quantities(p, question, {
      ...gains,
      meanState: (t) => profile().at(t).mean,
      variance: (t) => profile().at(t).varianceMean + profile().at(t).varianceDeviation,
      cost: () => profile().cost,
      plannerCost: () => planner().cost,
    });
  },
};

interface Answers {
  readonly deviation: (t: number) => number;
  readonly mean: (t: number) => number;
  readonly meanState: (t: number) => number;
  readonly variance: (t: number) => number;
  readonly cost: () => number;
  readonly plannerCost: () => number;
}

function quantities(p: Parameters, question: Question, answers: Answers): Quantities {
  const grid = evenGrid(0, p.T, 101);
  const planner = question.concept === "planner";
  const alone: Quantities = {
    eta: () => series(grid, (t) => (planner ? 0 : p.h / question.players) - p.ca * answers.deviation(t)),
    chi: () => series(grid, (t) => (planner ? p.h : p.h / question.players) - p.ca * answers.mean(t)),
    mean_state: () => series(grid, answers.meanState),
    var_state: () => series(grid, answers.variance),
    cost: () => scalar(answers.cost()),
  };
  if (!(p.T < blowUpOf(p, { ...question, concept: "planner" }))) return alone;
  return {
    ...alone,
    cost_planner: () => scalar(answers.plannerCost()),
    price_of_anarchy: () => scalar(answers.cost() / answers.plannerCost()),
  };
}

/** η and χ of the limit, the planner and the open-loop equilibrium; `own` is the part of the impact that is one's own. */
function adjoint(p: Parameters, { concept, players }: Question) {
  const planner = concept === "planner";
  const B = 1 / p.ca;
  const share = 1 / players;
  const common = { B, terminal: p.cg, horizon: p.T };
  const equation = (slope: number, square: number) =>
    scalarRiccati({ ...common, A: (-0.5 * slope * p.h) / p.ca, C: p.cX - (square * p.h * p.h) / p.ca });
  return {
    eta: equation(planner ? 0 : share, 0),
    chi: planner ? equation(2, 1) : equation(1 + share, share),
    ownEta: planner ? 0 : share * p.h,
    ownChi: planner ? p.h : share * p.h,
  };
}

/** How long before the horizon the closed forms explode; the feedback equilibrium, which has none, is left to its solver. */
function blowUpOf(p: Parameters, question: Question): number {
  if (isFiniteFeedback(question)) return Infinity;
  const { eta, chi } = adjoint(p, question);
  return Math.min(eta.blowUp ?? Infinity, chi.blowUp ?? Infinity);
}

function exactGains(p: Parameters, question: Question): ScalarGains {
  if (isFiniteFeedback(question)) return symmetricFeedback(scalarGame(p), question.players).gains;
  const { eta, chi, ownEta, ownChi } = adjoint(p, question);
  return {
    deviation: (t) => (ownEta - eta.at(t)) / p.ca,
    mean: (t) => (ownChi - chi.at(t)) / p.ca,
    common: () => 0,
    constant: () => 0,
  };
}

function scalarGame(p: Parameters): ScalarGame {
  return {
    horizon: p.T,
    weight: () => 1,
    control: p.ca,
    controlLinear: () => 0,
    controlMeanControl: 0,
    controlCommon: 0,
    stateMeanControl: -p.h,
    running: { xx: p.cX },
    terminal: { xx: p.cg },
    impact: 0,
    noise: { own: p.s, common: 0, commonState: 0 },
    initial: { mean: p.m0, variance: p.v0, commonState: 0 },
  };
}
