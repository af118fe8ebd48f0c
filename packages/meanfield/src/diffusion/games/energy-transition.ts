/**
 * Firms that cut emissions under a common policy noise.
 *
 * Linear–quadratic game with common noise: R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk",
 * Communications in Mathematical Sciences 13 (2015) 911–933, for the method; Y = η(X−m) + χm + ψ and α = −Y/k.
 */

import { z } from "zod";
import { evenGrid, isFiniteFeedback, once, real, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Question } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { picardRadius } from "../closed-forms/picard-radius.ts";
import { scalarProfile } from "../closed-forms/scalar-game.ts";
import type { ScalarGains, ScalarGame, ScalarProfile } from "../closed-forms/scalar-game.ts";
import { symmetricFeedback } from "../closed-forms/symmetric-feedback.ts";
import { tracking } from "../closed-forms/tracking-offset.ts";
import { blowUpHorizon } from "../linear-quadratic/blow-up.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { requireBefore } from "../linear-quadratic/explosion.ts";
import { constantMatrix, linearRows, quadraticForm, scalarMatrix, terminalForm } from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { readings } from "../linear-quadratic/readings.ts";

/** The longest horizon that may be asked for. */
const longestHorizon = 100;

const parameters = z.object({
  k: real(1, "Cost of changing emissions fast", { minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  q: real(1, "Running penalty on being away from the target", { minimum: 0, maximum: 100 }),
  s: real(0.5, "How much of the average enters the running target", { minimum: -5, maximum: 5 }),
  b: real(0.2, "Fixed part of the running target", { minimum: -100, maximum: 100 }),
  d: real(0.8, "Running damage of average emissions, which no single firm sees", { minimum: 0, maximum: 100 }),
  Q: real(2, "Terminal penalty on being away from the target", { minimum: 0, maximum: 100 }),
  S: real(0.3, "How much of the average enters the terminal target", { minimum: -5, maximum: 5 }),
  B: real(0.5, "Fixed part of the terminal target", { minimum: -100, maximum: 100 }),
  Dm: real(0.4, "Terminal damage of average emissions", { symbol: "D_m", minimum: 0, maximum: 100 }),
  s1: real(0.3, "Noise of a single firm", { symbol: "\\sigma_1", minimum: 0, maximum: 10 }),
  s0: real(0.2, "Common policy noise", { symbol: "\\sigma_0", minimum: 0, maximum: 10 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: longestHorizon, unit: "years" }),
  x0: real(1, "Emissions at the start, the same for all", { symbol: "x_0", minimum: -100, maximum: 100 }),
});

type Parameters = ParametersOf<typeof parameters>;

export const energyTransition: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "energy-transition",
  title: "Energy transition with common policy noise",
  family: "linear-quadratic",
  story:
    "A continuum of firms steers its emissions. Moving fast is costly; so is being away from a target that partly " +
    "follows what the others emit. Average emissions do damage that falls on everybody and that nobody takes into " +
    "account alone, and policy shocks hit all firms at once. The planner, who sees the damage, cuts deeper.",
  reference:
    "R. Carmona, J.-P. Fouque, L.-H. Sun, Mean field games and systemic risk, Commun. Math. Sci. 13 (2015) 911–933 (method)",
  equations: [
    { caption: "Emissions", tex: "dX_t = \\alpha_t\\,dt + \\sigma_1\\,dW_t + \\sigma_0\\,dW^0_t" },
    {
      caption: "Cost, with m the mean given the common noise",
      tex:
        "J = \\mathbb{E}\\int_0^T \\tfrac k2\\alpha^2 + \\tfrac q2(X-sm-b)^2 + \\tfrac d2 m^2\\,dt" +
        " + \\mathbb{E}\\big[\\tfrac Q2(X_T-Sm_T-B)^2 + \\tfrac{D_m}2 m_T^2\\big]",
    },
    {
      caption: "Equilibrium",
      tex:
        "\\alpha = -\\tfrac1k\\big(\\eta(X-m)+\\chi m+\\psi\\big),\\quad \\eta' = \\tfrac{\\eta^2}k-q,\\quad " +
        "\\chi' = \\tfrac{\\chi^2}k-q(1-s),\\quad \\psi' = \\tfrac{\\chi\\psi}k+qb",
    },
    {
      caption: "Blow-up for s > 1",
      tex: "T^* = \\tfrac1w\\Big(\\arctan\\tfrac{Q(1-S)}{kw}+\\tfrac\\pi2\\Big),\\quad w=\\sqrt{q(s-1)/k}",
    },
  ],
  parameters,
  presets: {
    A: { title: "Moderate imitation and damage", parameters: {} },
    B: {
      title: "Strong imitation, heavy damage, long horizon",
      parameters: { k: 0.5, q: 3, s: 0.9, b: 0, d: 2, Q: 1, S: 0, B: -1, Dm: 1, s1: 0.5, s0: 0.5, T: 3, x0: 2 },
    },
    C_blowup: {
      title: "Over-imitation: no equilibrium beyond T = 1.539",
      parameters: { k: 1, q: 2, s: 1.8, S: 0.5, Q: 1 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: (p, question) => {
    if (isFiniteFeedback(question)) return;
    requireBefore(p.T, blowUp(p, question));
  },
  build: (p) => {
    const space = layout(1, 1);
    const target = { state: 1, mean: -p.s, one: -p.b };
    const terminalTarget = { state: 1, mean: -p.S, one: -p.B };
    return {
      family: "linear-quadratic",
      layout: space,
      horizon: p.T,
      drift: constantMatrix(linearRows(space, [{ control: 1 }])),
      commonDrift: constantMatrix(zeros(0, space.size)),
      running: constantMatrix(
        quadraticForm(space).half(p.k, { control: 1 }).half(p.q, target).half(p.d, { mean: 1 }).matrix,
      ),
      terminal: terminalForm(space).half(p.Q, terminalTarget).half(p.Dm, { mean: 1 }).matrix,
      noise: { own: scalarMatrix(p.s1), common: scalarMatrix(p.s0), commonState: zeros(0, 1) },
      initial: { mean: Float64Array.of(p.x0), covariance: scalarMatrix(0), commonState: new Float64Array(0) },
    };
  },
  quantities: [
    {
      name: "eta",
      title: "Response to one's own deviation",
      symbol: "\\eta",
      story: "η(t) = −k times the gain on X − m.",
    },
    { name: "chi", title: "Response to the mean", symbol: "\\chi", story: "χ(t) = −k times the gain on m." },
    { name: "psi", title: "Affine part", symbol: "\\psi", story: "ψ(t) = −k times the constant part of the control." },
    { name: "mean_state", title: "Mean emissions", symbol: "\\mathbb E m_t", story: "Expected average emissions." },
    {
      name: "var_common",
      title: "Variance of the mean",
      symbol: "\\operatorname{Var} m_t",
      story: "Variance of the average; with N players, of their empirical average.",
    },
    {
      name: "var_deviation",
      title: "Variance around the mean",
      symbol: "\\operatorname{Var}(X_t\\mid W^0)",
      story: "Variance of X given the common noise; with N players, of a firm's distance to their empirical average.",
    },
    {
      name: "control_0",
      title: "First control",
      symbol: "\\alpha_0",
      story: "The control at time 0, the same for all firms.",
    },
    { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of a firm, noise and damage included." },
    { name: "cost_planner", title: "Planner's cost", story: "Least expected cost per firm under one hand." },
    { name: "price_of_anarchy", title: "Price of anarchy", story: "Expected cost over the planner's." },
    {
      name: "horizon",
      title: "Longest horizon",
      symbol: "T^*",
      story:
        "The horizon at which the Riccati equations explode, whatever the horizon at hand; left out where there is none up to 100.",
    },
    {
      name: "picard_spectral_radius",
      title: "Spectral radius of the best-response map",
      symbol: "\\rho",
      story:
        "How much of an error in the expected mean a best response to it keeps: Picard iteration converges where this is below 1. Left out where s and S have opposite signs.",
    },
  ],
  measure: (p, question, candidate) => {
    const read = readings(question, candidate);
    const common = (t: number): number => read.moments().at(t).common.data[0];
    const answers = quantities(p, {
      deviation: (t) => read.gain(t)[0],
      mean: (t) => read.gain(t)[0] + read.gain(t)[1],
      constant: (t) => read.gain(t)[2],
      meanState: (t) => read.moments().at(t).mean[0],
      varianceMean: common,
      varianceDeviation: (t) => read.moments().at(t).deviation.data[0],
      cost: read.cost,
      plannerCost: read.plannerCost,
    });
    const longest = horizon(p, question);
    if (longest === undefined) return { ...answers, ...contraction(p, question) };
    // Looked for by the engine a little further than where the closed form has it.
    const found = (): number => blowUpHorizon(candidate.model, question, 1.01 * longest) ?? Infinity;
    return { ...answers, ...contraction(p, question), horizon: () => scalar(found()) };
  },
  exact: (p, question) => {
    const game = scalarGame(p);
    const gains = exactGains(p, question);
    const profile = once(() => scalarProfile(game, question.players, gains));
    const planner = once((): ScalarProfile => {
      const optimum: Question = { ...question, concept: "planner" };
      return scalarProfile(game, question.players, exactGains(p, optimum));
    });
    const longest = horizon(p, question);
    const answers = quantities(p, {
      ...gains,
      meanState: (t) => profile().at(t).mean,
      varianceMean: (t) => profile().at(t).varianceMean,
      varianceDeviation: (t) => profile().at(t).varianceDeviation,
      cost: () => profile().cost,
      plannerCost: () => planner().cost,
    });
    return longest === undefined ? answers : { ...answers, horizon: () => scalar(longest) };
  },
};

interface Answers {
  readonly deviation: (t: number) => number;
  readonly mean: (t: number) => number;
  readonly constant: (t: number) => number;
  readonly meanState: (t: number) => number;
  readonly varianceMean: (t: number) => number;
  readonly varianceDeviation: (t: number) => number;
  readonly cost: () => number;
  readonly plannerCost: () => number;
}

function quantities(p: Parameters, answers: Answers): Quantities {
  const grid = evenGrid(0, p.T, 101);
  return {
    eta: () => series(grid, (t) => -p.k * answers.deviation(t)),
    chi: () => series(grid, (t) => -p.k * answers.mean(t)),
    psi: () => series(grid, (t) => -p.k * answers.constant(t)),
    mean_state: () => series(grid, answers.meanState),
    var_common: () => series(grid, answers.varianceMean),
    var_deviation: () => series(grid, answers.varianceDeviation),
    control_0: () => scalar(answers.mean(0) * p.x0 + answers.constant(0)),
    cost: () => scalar(answers.cost()),
    cost_planner: () => scalar(answers.plannerCost()),
    price_of_anarchy: () => scalar(answers.cost() / answers.plannerCost()),
  };
}

/** η, χ and ψ in closed form: the limit, the planner (for any number of players) and the open-loop equilibrium. */
function equations(p: Parameters, { concept, players }: Question) {
  const planner = concept === "planner";
  // A firm's own weight in the average softens its target; the planner moves the whole average.
  const running = planner ? 1 : 1 - p.s / players;
  const terminal = planner ? 1 : 1 - p.S / players;
  const damage = planner ? 1 : 1 / players;
  const onMean = planner ? 1 - p.s : running;
  const onTerminalMean = planner ? 1 - p.S : terminal;
  const B = 1 / p.k;
  const horizon = p.T;
  return {
    deviation: tracking({ B, C: running * p.q, terminal: terminal * p.Q, drive: 0, terminalOffset: 0, horizon }),
    mean: tracking({
      B,
      C: onMean * p.q * (1 - p.s) + damage * p.d,
      terminal: onTerminalMean * p.Q * (1 - p.S) + damage * p.Dm,
      drive: onMean * p.q * p.b,
      terminalOffset: -onTerminalMean * p.Q * p.B,
      horizon,
    }),
  };
}

/** The horizon at which one of the equations above explodes. */
function blowUp(p: Parameters, question: Question): number {
  const { deviation, mean } = equations(p, question);
  return Math.min(deviation.riccati.blowUp ?? Infinity, mean.riccati.blowUp ?? Infinity);
}

/** The same among the horizons that may be asked for, where it has a closed form. */
function horizon(p: Parameters, question: Question): number | undefined {
  if (isFiniteFeedback(question)) return undefined;
  const longest = blowUp(p, question);
  return longest <= longestHorizon ? longest : undefined;
}

function contraction(p: Parameters, { concept, players }: Question): Quantities {
  const radius = concept === "nash" && players === Infinity ? picardRadius(p) : undefined;
  return radius === undefined ? {} : { picard_spectral_radius: () => scalar(radius) };
}

function exactGains(p: Parameters, question: Question): ScalarGains {
  if (isFiniteFeedback(question)) return symmetricFeedback(scalarGame(p), question.players).gains;
  const { deviation, mean } = equations(p, question);
  return {
    deviation: (t) => -deviation.riccati.at(t) / p.k,
    mean: (t) => -mean.riccati.at(t) / p.k,
    common: () => 0,
    constant: (t) => -mean.offset(t) / p.k,
  };
}

/** ½q(x − s x̄ − b)² + ½d x̄², expanded. */
function targetCost(q: number, s: number, b: number, d: number) {
  return { xx: q, xm: -q * s, mm: q * s * s + d, x: -q * b, m: q * s * b, one: 0.5 * q * b * b };
}

function scalarGame(p: Parameters): ScalarGame {
  return {
    horizon: p.T,
    weight: () => 1,
    control: p.k,
    controlLinear: () => 0,
    controlMeanControl: 0,
    controlCommon: 0,
    stateMeanControl: 0,
    running: targetCost(p.q, p.s, p.b, p.d),
    terminal: targetCost(p.Q, p.S, p.B, p.Dm),
    impact: 0,
    noise: { own: p.s1, common: p.s0, commonState: 0 },
    initial: { mean: p.x0, variance: 0, commonState: 0 },
  };
}
