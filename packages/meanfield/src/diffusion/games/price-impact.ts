/**
 * Traders whose average order moves the price, under common market shocks.
 *
 * R. Carmona, D. Lacker, "A probabilistic weak formulation of mean field games and applications", Annals of Applied
 * Probability 25 (2015) 1189–1231, section 1; here with the price as a common state and discounted running cost.
 */

import { z } from "zod";
import { evenGrid, flag, once, real, RefusalError, scalar, series } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities, Question } from "../../core/index.ts";
import {
  individualHorizon,
  meanFieldGains,
  meanHorizon,
  openLoopGains,
  plannerGains,
  plannerHorizon,
} from "../closed-forms/price-impact.ts";
import { scalarProfile } from "../closed-forms/scalar-game.ts";
import type { ScalarGains, ScalarGame, ScalarMoments } from "../closed-forms/scalar-game.ts";
import { symmetricFeedback } from "../closed-forms/symmetric-feedback.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { constantMatrix, linearRows, quadraticForm, scaledMatrix, terminalForm } from "../linear-quadratic/forms.ts";
import { layout } from "../linear-quadratic/model.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { readings } from "../linear-quadratic/readings.ts";
import { matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";

/** The longest horizon that may be asked for. */
const longestHorizon = 50;

const parameters = z.object({
  kappa: real(0.5, "Price impact of the average trading speed", { symbol: "\\kappa", minimum: -10, maximum: 10 }),
  lam: real(1, "Cost of trading at the price", { symbol: "\\lambda", minimum: -10, maximum: 10 }),
  q: real(1, "Weight of the final position", { minimum: -10, maximum: 100 }),
  r: real(0.05, "Discount rate of running cost", { minimum: 0, maximum: 5 }),
  s: real(0.2, "Noise of a trader's own position", { symbol: "\\sigma", minimum: 0, maximum: 10 }),
  s0: real(0.3, "Noise of the price", { symbol: "\\sigma_0", minimum: 0, maximum: 10 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: longestHorizon }),
  m0: real(1, "Mean position at the start", { symbol: "m_0", minimum: -100, maximum: 100 }),
  v0: real(0.25, "Variance of positions at the start", { symbol: "v_0", minimum: 0, maximum: 100 }),
  S0: real(0.5, "Price at the start", { symbol: "S_0", minimum: -100, maximum: 100 }),
  discountTerminal: flag(false, "Whether the final cost is discounted too (q becomes q e^{−rT})"),
});

type Parameters = ParametersOf<typeof parameters>;

export const priceImpact: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "price-impact",
  title: "Price impact under common market shocks",
  family: "linear-quadratic",
  story:
    "Many traders unwind positions in one market. The average trading speed pushes the price, shocks to the price hit " +
    "all at once, and each trader takes the price as given, since one trader alone hardly moves it. Trading fast is " +
    "costly, trading at the price too, and what is left at the end is penalised. The planner is one large trader who " +
    "minds the impact.",
  reference:
    "R. Carmona, D. Lacker, A probabilistic weak formulation of mean field games and applications, Ann. Appl. Probab. 25 (2015) 1189–1231",
  equations: [
    {
      caption: "Position and price",
      tex: "dX_t = \\alpha_t\\,dt + \\sigma\\,dW_t,\\qquad dS_t = \\kappa\\bar\\alpha_t\\,dt + \\sigma_0\\,dW^0_t",
    },
    {
      caption: "Cost",
      tex: "J = \\mathbb E\\int_0^T e^{-rt}\\big(\\tfrac12\\alpha^2+\\lambda\\alpha S\\big)dt + \\tfrac q2\\,\\mathbb E X_T^2",
    },
    {
      caption: "Equilibrium",
      tex:
        "\\alpha = -e^{rt}\\big(A(X-\\bar X)+M\\bar X+CS\\big)-\\lambda S,\\quad A'=e^{rt}A^2,\\quad " +
        "L=M+\\kappa C,\\quad L'=L\\,(e^{rt}L+\\kappa\\lambda)",
    },
    { caption: "Conserved", tex: "S_t-\\kappa\\bar X_t = S_0-\\kappa\\bar X_0+\\sigma_0 W^0_t" },
  ],
  parameters,
  presets: {
    A: { title: "Selling into one's own impact", parameters: {} },
    B: {
      title: "Covering a short position, no discount",
      parameters: { kappa: 1, lam: 0.3, q: 4, r: 0, s: 0.5, s0: 0.5, T: 2, m0: -2, v0: 1, S0: 2 },
    },
    C_neg: {
      title: "Negative impact: selling lifts the price",
      parameters: { kappa: -0.8, lam: 1, q: 2, r: 0.1, s: 0.3, s0: 0.4, T: 1, m0: 1, v0: 0, S0: 1 },
    },
    D_planner_blowup: {
      title: "Strong negative impact: no planner's optimum beyond T = 2/3",
      parameters: { kappa: -2, lam: 1, q: 0.5, r: 0, T: 0.5 },
    },
    E_negq: {
      title: "Rewarded final positions: no equilibrium beyond T = 0.976",
      parameters: { kappa: 0.5, lam: 1, q: -1, r: 0.05, T: 0.5 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: (p, question) => {
    if (question.concept === "planner") {
      const longest = plannerHorizon(p, p.T);
      if (!(p.T < longest)) {
        throw new RefusalError(
          `the planner has no optimum for T = ${p.T}: its cost is unbounded below from T = ${longest} on`,
        );
      }
      return;
    }
    const individual = individualHorizon(p);
    const mean = question.players === Infinity ? meanHorizon(p, longestHorizon) : Infinity;
    if (p.T < Math.min(individual, mean)) return;
    const limits = [
      individual === Infinity ? [] : [`with q < 0 a trader's own problem is convex only for T below ${individual}`],
      mean === Infinity ? [] : [`the mean's equation explodes at T = ${mean}`],
    ].flat();
    throw new RefusalError(`no equilibrium for T = ${p.T}: ${limits.join("; ")}`);
  },
  build: (p) => {
    const space = layout(1, 1, 1);
    const control = { control: 1 };
    const running = quadraticForm(space).half(1, control).product(p.lam, control, { common: 1 }).matrix;
    return {
      family: "linear-quadratic",
      layout: space,
      horizon: p.T,
      drift: constantMatrix(linearRows(space, [control])),
      commonDrift: constantMatrix(linearRows(space, [{ meanControl: p.kappa }])),
      running: p.r === 0 ? constantMatrix(running) : scaledMatrix(running, (t) => Math.exp(-p.r * t)),
      terminal: terminalForm(space).half(terminalWeight(p), { state: 1 }).matrix,
      noise: { own: matrix(1, 1, [p.s]), common: matrix(1, 1, [0]), commonState: matrix(1, 1, [p.s0]) },
      initial: {
        mean: Float64Array.of(p.m0),
        covariance: matrix(1, 1, [p.v0]),
        commonState: Float64Array.of(p.S0),
      },
    };
  },
  quantities: [
    {
      name: "A",
      title: "Adjoint response to one's own deviation",
      symbol: "A",
      story: "A(t) = −e^{−rt} times the gain on X − X̄.",
    },
    {
      name: "M",
      title: "Adjoint response to the mean position",
      symbol: "M",
      story: "M(t) = −e^{−rt} times the gain on X̄.",
    },
    {
      name: "C",
      title: "Adjoint response to the price",
      symbol: "C",
      story: "C(t) = −e^{−rt} times (gain on S, plus λ).",
    },
    { name: "mean_state", title: "Mean position", symbol: "\\mathbb E\\bar X_t", story: "Expected average position." },
    {
      name: "mean_control",
      title: "Mean trading speed",
      symbol: "\\mathbb E\\bar\\alpha_t",
      story: "Expected average trading speed.",
    },
    { name: "mean_price", title: "Mean price", symbol: "\\mathbb E S_t", story: "Expected price." },
    {
      name: "var_common",
      title: "Variance of the mean position",
      symbol: "\\operatorname{Var}\\bar X_t",
      story: "Variance of the average position over the common noise; with N traders, of their empirical average.",
    },
    {
      name: "var_price",
      title: "Variance of the price",
      symbol: "\\operatorname{Var}S_t",
      story: "Variance of the price.",
    },
    {
      name: "cov_price",
      title: "Covariance of mean position and price",
      symbol: "\\operatorname{Cov}(\\bar X_t,S_t)",
      story: "Covariance of the average position with the price.",
    },
    {
      name: "var_deviation",
      title: "Variance around the mean",
      symbol: "\\operatorname{Var}(X_t\\mid W^0)",
      story: "Variance of a position given the common noise; with N traders, of its distance to their average.",
    },
    { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of a trader." },
    {
      name: "cost_planner",
      title: "Planner's cost",
      story: "Least expected cost per trader under one hand; left out where the planner has no optimum.",
    },
    {
      name: "cost_gap",
      title: "Cost of anarchy",
      story: "Expected cost minus the planner's, never negative; left out where the planner has no optimum.",
    },
    {
      name: "price_of_anarchy",
      title: "Price of anarchy",
      story: "Expected cost over the planner's; telling only where both are positive.",
    },
    {
      name: "gateaux",
      title: "Derivative of the cost at the equilibrium",
      symbol: "\\partial_\\varepsilon J(\\alpha+\\varepsilon(S-S_0))",
      story:
        "Derivative of one trader's cost when it adds ε(S − S₀) to its feedback and nobody else changes; 0 in equilibrium.",
    },
    {
      name: "horizon_individual",
      title: "Longest horizon of one trader's problem",
      story: "The horizon at which a trader's own problem stops being convex (q < 0); left out where there is none.",
    },
    {
      name: "horizon_mean",
      title: "Longest horizon of the mean's equation",
      story: "The horizon at which the equation of the mean field explodes; left out where there is none up to 50.",
    },
    {
      name: "horizon_planner",
      title: "Longest horizon of the planner",
      story: "The horizon from which the planner's cost is unbounded below; left out where there is none up to 50.",
    },
  ],
  measure: (p, question, candidate) => {
    const read = readings(question, candidate);
    const answers = quantities(p, question, {
      gains: {
        deviation: (t) => read.gain(t)[0],
        mean: (t) => read.gain(t)[0] + read.gain(t)[1],
        common: (t) => read.gain(t)[2],
        constant: (t) => read.gain(t)[3],
      },
      at: (t) => {
        const { mean, common, deviation } = read.moments().at(t);
        return {
          mean: mean[0],
          common: mean[1],
          varianceMean: common.data[0],
          covariance: common.data[1],
          varianceCommon: common.data[3],
          varianceDeviation: deviation.data[0],
        };
      },
      cost: read.cost,
      plannerCost: read.plannerCost,
    });
    return { ...answers, ...horizons(p) };
  },
  exact: (p, question) => {
    const game = scalarGame(p);
    const gains = exactGains(p, question);
    const profile = once(() => scalarProfile(game, question.players, gains));
    const planner = once(() => scalarProfile(game, question.players, plannerGains(problem(p))));
    return quantities(p, question, {
      gains,
      at: (t) => profile().at(t),
      cost: () => profile().cost,
      plannerCost: () => planner().cost,
    });
  },
};

interface Answers {
  readonly gains: ScalarGains;
  readonly at: (t: number) => ScalarMoments;
  readonly cost: () => number;
  readonly plannerCost: () => number;
}

/** Conditions on T alone, whatever the T at hand; no solver is needed for them. */
function horizons(p: Parameters): Quantities {
  const found = {
    horizon_individual: individualHorizon(p),
    horizon_mean: meanHorizon(p, longestHorizon),
    horizon_planner: plannerHorizon(p, longestHorizon),
  };
  const finite = Object.entries(found).filter(([, horizon]) => horizon < Infinity);
  return Object.fromEntries(finite.map(([name, horizon]) => [name, () => scalar(horizon)]));
}

/**
 * The derivative in ε of one trader's cost when it adds ε(S − S₀) to its feedback, the flow being frozen:
 *
 *     E ∫ e^{−rt} (α + λS) β dt + (terminal weight) E X_T Y_T,   Y′ = β,  Y₀ = 0,
 *
 * with β = (gain on X−X̄) Y + S − S₀ the change of its control and Y that of its position. A trader's own deviation is
 * independent of the price, so X̄ may stand for X and ᾱ for α.
 */
function gateaux(p: Parameters, { gains, at }: Answers): number {
  const { end } = integrate(
    (t, y, dy) => {
      const now = at(t);
      const [mean, common, constant] = [gains.mean(t), gains.common(t), gains.constant(t)];
      const shift = now.common - p.S0;
      // E X̄(S−S₀) and E S(S−S₀); y holds E Y, E X̄Y, E SY and the running part.
      const withMean = now.covariance + now.mean * shift;
      const withPrice = now.varianceCommon + now.common * shift;
      const controlled = mean * y[1] + common * y[2] + constant * y[0];
      const own = gains.deviation(t);
      dy[0] = own * y[0] + shift;
      dy[1] = controlled + own * y[1] + withMean;
      dy[2] = p.kappa * controlled + own * y[2] + withPrice;
      const direct = mean * withMean + (common + p.lam) * withPrice + constant * shift;
      dy[3] = Math.exp(-p.r * t) * (own * (controlled + p.lam * y[2]) + direct);
    },
    0,
    p.T,
    [0, 0, 0, 0],
  );
  return end[3] + terminalWeight(p) * end[1];
}

function quantities(p: Parameters, { concept, players }: Question, answers: Answers): Quantities {
  const { gains, at, cost, plannerCost } = answers;
  const grid = evenGrid(0, p.T, 101);
  const priced = (gain: (t: number) => number, shift: number) => () =>
    series(grid, (t) => -Math.exp(-p.r * t) * (gain(t) + shift));
  const moment = (name: keyof ScalarMoments) => () => series(grid, (t) => at(t)[name]);
  const meanControl = (t: number): number =>
    gains.mean(t) * at(t).mean + gains.common(t) * at(t).common + gains.constant(t);
  const alone: Quantities = {
    A: priced(gains.deviation, 0),
    M: priced(gains.mean, 0),
    C: priced(gains.common, p.lam),
    mean_state: moment("mean"),
    mean_control: () => series(grid, meanControl),
    mean_price: moment("common"),
    var_common: moment("varianceMean"),
    var_price: moment("varianceCommon"),
    cov_price: moment("covariance"),
    var_deviation: moment("varianceDeviation"),
    cost: () => scalar(cost()),
    ...(concept === "nash" && players === Infinity ? { gateaux: () => scalar(gateaux(p, answers)) } : {}),
  };
  if (!(p.T < plannerHorizon(p, p.T))) return alone;
  return {
    ...alone,
    cost_planner: () => scalar(plannerCost()),
    cost_gap: () => scalar(cost() - plannerCost()),
    price_of_anarchy: () => scalar(cost() / plannerCost()),
  };
}

function exactGains(p: Parameters, { concept, players, information }: Question): ScalarGains {
  if (concept === "planner") return plannerGains(problem(p));
  if (players === Infinity) return meanFieldGains(problem(p));
  return information === "open-loop"
    ? openLoopGains(problem(p), players)
    : symmetricFeedback(scalarGame(p), players).gains;
}

function terminalWeight(p: Parameters): number {
  return p.discountTerminal ? p.q * Math.exp(-p.r * p.T) : p.q;
}

function problem(p: Parameters) {
  return { kappa: p.kappa, lam: p.lam, r: p.r, horizon: p.T, terminal: terminalWeight(p) };
}

function scalarGame(p: Parameters): ScalarGame {
  return {
    horizon: p.T,
    weight: (t) => Math.exp(-p.r * t),
    control: 1,
    controlLinear: () => 0,
    controlMeanControl: 0,
    controlCommon: p.lam,
    stateMeanControl: 0,
    running: {},
    terminal: { xx: terminalWeight(p) },
    impact: p.kappa,
    noise: { own: p.s, common: 0, commonState: p.s0 },
    initial: { mean: p.m0, variance: p.v0, commonState: p.S0 },
  };
}
