import type { Quantities, QuantityDefinition, Question } from "../../core/index.ts";
import { evenGrid, meanFieldEquilibrium, once, scalar, series } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import {
  averageRate,
  decentralisedExploitability,
  empiricalExploitability,
  gainRate,
  stateVariance,
  systemicProfile,
} from "../closed-forms/systemic-risk.ts";
import type { SystemicProfile } from "../closed-forms/systemic-risk.ts";
import type { LinearQuadraticCandidate, LinearStrategy } from "../linear-quadratic/candidate.ts";
import { expectedCost } from "../linear-quadratic/cost.ts";
import { decentralised } from "../linear-quadratic/decentralised.ts";
import { exploitability } from "../linear-quadratic/deviation.ts";
import type { MomentsAtTime } from "../linear-quadratic/moments.ts";
import { readings } from "../linear-quadratic/readings.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";
import { bankDefaultProbability } from "./bank-default.ts";
import type { SystemicRisk } from "./model.ts";
import { systemicEventProbability } from "./systemic-event.ts";

/** What a person asks of the systemic-risk games. */
export const systemicQuantities: readonly QuantityDefinition[] = [
  {
    name: "eta",
    title: "Riccati function",
    symbol: "\\eta",
    story: "η(t) of the value ½η(X̄−X)²: (gain − q)/(1 − 1/N) for N banks, gain − q in the limit and for the planner.",
  },
  {
    name: "eta_integral",
    title: "Integral of the Riccati function",
    symbol: "\\int_0^T\\eta",
    story: "∫₀ᵀ η(t) dt, which carries what the noise adds to the cost.",
  },
  { name: "gain", title: "Feedback gain", symbol: "K", story: "K(t) of the strategy α = K(t)(X̄ − X)." },
  {
    name: "gain_rate",
    title: "Gap of the gain to the limit, times N",
    symbol: "N(K_N-K)(0)",
    story:
      "N (K_N(0) − K_∞(0)) of the equilibrium of N banks, from the equation of the difference, so that no digits are lost for many banks.",
  },
  {
    name: "mean_state",
    title: "Mean log-reserves",
    symbol: "\\mathbb E X_t",
    story: "Expected log-reserves: what banks lend cancels on average.",
  },
  {
    name: "var_common",
    title: "Variance of the average",
    symbol: "\\operatorname{Var}\\bar X_t",
    story: "Variance of the average of all banks; in the limit, of the mean given the common noise.",
  },
  {
    name: "var_deviation",
    title: "Variance around the average",
    symbol: "\\operatorname{Var}(X_t\\mid W^0)",
    story: "Variance of X given the common noise; for N banks, of the distance of X to their average.",
  },
  { name: "var_state", title: "Variance of a bank", symbol: "\\operatorname{Var}X_t", story: "Variance of X at t." },
  { name: "cost", title: "Expected cost", symbol: "J", story: "Expected cost of a bank." },
  { name: "cost_control", title: "Cost of lending", story: "The part of the cost from ½α²." },
  {
    name: "cost_cross",
    title: "Reward of lending towards the average",
    story: "The part of the cost from −qα(X̄ − X).",
  },
  {
    name: "cost_deviation",
    title: "Running cost of deviation",
    story: "The part of the cost from the running square of X̄ − X.",
  },
  { name: "cost_terminal", title: "Final cost of deviation", story: "The part of the cost from ½c(X̄ − X)² at T." },
  { name: "cost_planner", title: "Planner's cost", story: "Least expected cost per bank under one hand." },
  {
    name: "price_of_anarchy",
    title: "Price of anarchy",
    story: "Nash cost over the planner's; 1 in the limit. Left out where nothing costs anything.",
  },
  {
    name: "systemic_probability",
    title: "Probability of the systemic event",
    story: "Probability that the average of all banks touches the level D by T; no preference has a say in it.",
  },
  {
    name: "systemic_probability_fixed_start",
    title: "Probability of the systemic event from a fixed start",
    story: "The same where the average of all banks starts exactly at m₀, however scattered they are around it.",
  },
  {
    name: "systemic_probability_monitored",
    title: "Probability of the systemic event, monitored",
    story:
      "The same fixed start, looked at only at 1000 equal steps: the level moved by 0.5826 standard deviations of a step (Broadie, Glasserman and Kou), accurate to o(1/√1000).",
  },
  {
    name: "default_probability",
    title: "Default probability of a bank",
    story:
      "Probability that one bank touches the level D by T, on grids refined until the error below is small; no number where they cannot tell.",
  },
  {
    name: "default_probability_error",
    title: "Error of the default probability",
    story:
      "Cautious estimate of the numerical error; above 1.5e-5 only where mean reversion is very fast against the horizon.",
  },
  {
    name: "exploitability_empirical",
    title: "Exploitability of the limit's strategy, empirical mean",
    story:
      "What one of N banks gains by a best response when all others play the limit's gain on the average they see.",
  },
  {
    name: "exploitability_decentralised",
    title: "Exploitability of the limit's strategy, own computation",
    story: "The same where all others play the limit's gain on the conditional mean that each computes alone.",
  },
];

/** Quantities read off a candidate by the linear–quadratic engine. */
export function measureSystemic(p: SystemicRisk, question: Question, candidate: LinearQuadraticCandidate): Quantities {
  const { concept, players } = question;
  const { model } = candidate;
  const read = readings(question, candidate);
  const gain = (t: number): number => -read.gain(t)[0];
  const at = (t: number): MomentsAtTime => read.moments().at(t);
  const deviation = (t: number): number => at(t).deviation.data[0];
  const average = (t: number): number => at(t).common.data[0];
  const meanRate = once(() => (average(p.T) - average(0)) / p.T);
  const bank = once(() =>
    bankDefaultProbability({
      level: p.D,
      horizon: p.T,
      rate: (t) => p.a + gain(t),
      meanRate: meanRate(),
      deviationRate: (1 - 1 / players) * model.noise.own.data[0] ** 2,
      initial: { mean: at(0).mean[0], meanVariance: average(0), deviationVariance: deviation(0) },
    }),
  );
  const limit = once(() => solveRiccati(model, meanFieldEquilibrium).strategy);
  // Between the steps of the moments' own integrator, which are short where anything happens quickly.
  const integral = (f: (t: number) => number): number => {
    const { mesh } = read.moments();
    let sum = 0;
    for (let i = 1; i < mesh.length; i++) sum += gaussLegendreIntegrate(f, mesh[i - 1], mesh[i], 10);
    return sum;
  };
  const eta = (t: number): number => (gain(t) - p.q) / ownShare(question);
  /** E α² for α = k₀(x − x̄) + k₁x̄ + k₂. */
  const controlSquare = (t: number): number => {
    const [own, mean, one] = read.gain(t);
    return own ** 2 * deviation(t) + (own + mean) ** 2 * average(t) + ((own + mean) * at(t).mean[0] + one) ** 2;
  };
  const nashCost = (): number =>
    concept === "nash"
      ? read.cost()
      : expectedCost(model, players, solveRiccati(model, { ...question, concept: "nash" }).strategy);
  return {
    ...common(p, question, {
      gain,
      deviation,
      mean: (t) => at(t).mean[0],
      average,
      state: (t) => at(t).state.data[0],
      cost: read.cost,
    }),
    eta_integral: () => scalar(integral(eta)),
    ...rateOf(question, () => measuredGainRate(p, question, limit())),
    cost_control: () => scalar(0.5 * integral(controlSquare)),
    cost_cross: () => scalar(-p.q * integral((t) => gain(t) * deviation(t))),
    cost_deviation: () => scalar(0.5 * p.eps * integral(deviation)),
    cost_terminal: () => scalar(0.5 * p.c * deviation(p.T)),
    ...compared(p, read.plannerCost, nashCost),
    systemic_probability: () =>
      scalar(
        systemicEventProbability({
          level: p.D,
          horizon: p.T,
          rate: meanRate(),
          initial: { mean: at(0).mean[0], variance: average(0) },
        }),
      ),
    ...fixedStart(p, meanRate),
    default_probability: () => scalar(bank().probability),
    default_probability_error: () => scalar(bank().error),
    ...unilateral(
      players,
      () => exploitability(model, players, limit()),
      () => exploitability(model, players, decentralised(limit())),
    ),
  };
}

/** The same by closed forms; a bank's default has one only where nothing pulls it back. */
export function exactSystemic(p: SystemicRisk, question: Question): Quantities {
  const { players } = question;
  const profile = once(() => systemicProfile(p, question));
  const part = (name: keyof SystemicProfile["parts"]) => () => scalar(profile().parts[name]);
  const deviation = (t: number): number => profile().deviation(t);
  const plannerCost = (): number => systemicProfile(p, { ...question, concept: "planner" }).cost;
  const nashCost = (): number => systemicProfile(p, { ...question, concept: "nash" }).cost;
  const rate = averageRate(p, players);
  const variance = p.v0 / players;
  return {
    ...common(p, question, {
      gain: (t) => profile().gain(t),
      deviation,
      mean: () => p.m0,
      average: (t) => variance + rate * t,
      state: (t) => stateVariance(p, players, deviation(t), t),
      cost: () => profile().cost,
    }),
    eta_integral: () => scalar(profile().etaIntegral()),
    ...rateOf(question, () => gainRate(p, players, question.information === "open-loop")),
    cost_control: part("control"),
    cost_cross: part("cross"),
    cost_deviation: part("deviation"),
    cost_terminal: part("terminal"),
    ...compared(p, plannerCost, nashCost),
    systemic_probability: () =>
      scalar(systemicEventProbability({ level: p.D, horizon: p.T, rate, initial: { mean: p.m0, variance } })),
    ...fixedStart(p, () => rate),
    ...(p.a === 0 && p.q === 0 && p.eps === 0 && p.c === 0
      ? { default_probability: () => scalar(unhindered(p, question)) }
      : {}),
    ...unilateral(
      players,
      () => empiricalExploitability(p, players),
      () => decentralisedExploitability(p, players),
    ),
  };
}

interface Answers {
  readonly gain: (t: number) => number;
  readonly deviation: (t: number) => number;
  readonly mean: (t: number) => number;
  readonly average: (t: number) => number;
  readonly state: (t: number) => number;
  readonly cost: () => number;
}

function common(p: SystemicRisk, question: Question, answers: Answers): Quantities {
  const grid = evenGrid(0, p.T, 101);
  const u = ownShare(question);
  return {
    eta: () => series(grid, (t) => (answers.gain(t) - p.q) / u),
    gain: () => series(grid, answers.gain),
    mean_state: () => series(grid, answers.mean),
    var_common: () => series(grid, answers.average),
    var_deviation: () => series(grid, answers.deviation),
    var_state: () => series(grid, answers.state),
    cost: () => scalar(answers.cost()),
  };
}

/** (K − q)/η: a bank of N moves its own distance to the average by 1 − 1/N only. */
function ownShare({ concept, players }: Question): number {
  return concept === "planner" ? 1 : 1 - 1 / players;
}

function rateOf({ concept, players }: Question, rate: () => number): Quantities {
  return concept === "nash" && players < Infinity ? { gain_rate: () => scalar(rate()) } : {};
}

/** The equation of δ = N(η_N − η), which `gainRate` solves by its integrating factor, integrated along the engine's η. */
function measuredGainRate(p: SystemicRisk, { players, information }: Question, limit: LinearStrategy): number {
  const inverse = 1 / players;
  const gain = zeros(1, 3);
  const eta = (t: number): number => {
    limit.gain(t, gain);
    return -gain.data[0] - p.q;
  };
  const { end } = integrate(
    (t, [delta], dy) => {
      const [there, here] = [eta(t), eta(t) + inverse * delta];
      const source = (information === "open-loop" ? p.q + here : inverse * here) * here;
      dy[0] = (2 * (p.a + p.q) + here + there) * delta - source;
    },
    p.T,
    0,
    [0],
    { relative: 1e-12, absolute: 1e-15 },
  );
  return (1 - inverse) * end[0] - eta(0);
}

function fixedStart({ D: level, T: horizon, m0 }: SystemicRisk, rate: () => number): Quantities {
  const initial = { mean: m0, variance: 0 };
  const probability = (monitoring: number) => () =>
    scalar(systemicEventProbability({ level, horizon, rate: rate(), initial, monitoring }));
  return {
    systemic_probability_fixed_start: probability(0),
    systemic_probability_monitored: probability(horizon / 1000),
  };
}

function compared(p: SystemicRisk, plannerCost: () => number, nashCost: () => number): Quantities {
  const cost = { cost_planner: () => scalar(plannerCost()) };
  return isFree(p) ? cost : { ...cost, price_of_anarchy: () => scalar(nashCost() / plannerCost()) };
}

function unilateral(players: number, empirical: () => number, decentralisedMean: () => number): Quantities {
  if (players === Infinity) return {};
  return {
    exploitability_empirical: () => scalar(empirical()),
    exploitability_decentralised: () => scalar(decentralisedMean()),
  };
}

/** Whether nothing costs anything: α = q(X̄ − X) is free, or all banks are one. */
function isFree(p: SystemicRisk): boolean {
  return (p.c === 0 && p.eps === p.q * p.q) || (Math.abs(p.rho) === 1 && p.v0 === 0);
}

/** Default of a bank that is a Brownian motion from a Gaussian start. */
function unhindered(p: SystemicRisk, { players }: Question): number {
  const meanRate = averageRate(p, players);
  return bankDefaultProbability({
    level: p.D,
    horizon: p.T,
    rate: undefined,
    meanRate,
    deviationRate: p.sigma * p.sigma - meanRate,
    initial: { mean: p.m0, meanVariance: p.v0 / players, deviationVariance: p.v0 * (1 - 1 / players) },
  }).probability;
}
