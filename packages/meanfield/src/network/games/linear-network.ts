/**
 * A linear network with one hidden layer, whose mean-field limit is known in closed form.
 *
 * A. M. Saxe, J. L. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
 * ICLR 2014, for the dynamics; J. Sirignano, K. Spiliopoulos, "Mean field analysis of neural networks: a central limit theorem",
 * Stochastic Processes and their Applications 130 (2020) 1820–1852, for limit and fluctuations.
 */

import { z } from "zod";
import { evenGrid, real, scalar, series, whole } from "../../core/index.ts";
import type { Game } from "../../core/index.ts";
import { activations } from "../activation.ts";
import type { NetworkCandidate } from "../candidate.ts";
import {
  gradientFlowVariance,
  lossAt,
  onlineVariance,
  slope,
  squares,
  startingSquares,
} from "../closed-forms/linear.ts";
import { slopeFluctuations } from "../fluctuations.ts";
import { independentStart } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { alongTime, losses, productMoment } from "../quantities.ts";

const parameters = z.object({
  beta: real(1.5, "Slope of the teacher, Y = βX + ε", { symbol: "\\beta", minimum: -100, maximum: 100 }),
  s2: real(1, "Variance of the input X", { symbol: "s_2", minimum: 0, open: "minimum", maximum: 100 }),
  sige: real(0.5, "Standard deviation of the noise ε in Y", {
    symbol: "\\sigma_\\varepsilon",
    minimum: 0,
    maximum: 100,
  }),
  alpha: real(1, "Learning rate: a step is α/N, time is t = k/N", {
    symbol: "\\alpha",
    minimum: 0,
    open: "minimum",
    maximum: 100,
  }),
  mc: real(0, "Mean of c before training", { symbol: "m_c", minimum: -100, maximum: 100 }),
  vc: real(1, "Variance of c before training", { symbol: "v_c", minimum: 0, maximum: 100 }),
  mw: real(0, "Mean of w before training", { symbol: "m_w", minimum: -100, maximum: 100 }),
  vw: real(1, "Variance of w before training", { symbol: "v_w", minimum: 0, maximum: 100 }),
  T: real(2, "Time of training", { minimum: 0, open: "minimum", maximum: 100 }),
  N: whole(1000, "Neurons that learning trains", { minimum: 1, maximum: 1_000_000, scale: "log" }),
});

/** Every neuron multiplies twice; the network learns a slope. */
export const linearNetwork: Game<typeof parameters, NetworkModel, NetworkCandidate> = {
  id: "linear-network",
  title: "Linear network",
  family: "network",
  story:
    "N neurons (c, w), each of which contributes c w x, learn the slope of a line together: each moves along the gradient of " +
    "the common loss with respect to its own parameters. Every neuron sees the others only through the error of the network, " +
    "so that with many neurons each moves as in the limit, where the law of a neuron follows a gradient flow that is " +
    "known in closed form.",
  reference:
    "A. M. Saxe, J. L. McClelland, S. Ganguli, ICLR 2014; J. Sirignano, K. Spiliopoulos, Stochastic Process. Appl. 130 (2020) 1820–1852",
  equations: [
    { caption: "Network", tex: "g(x)=\\frac1N\\sum_{i=1}^N c_iw_ix,\\qquad \\mathcal L=\\tfrac12\\mathbb E(Y-g(X))^2" },
    {
      caption: "Online training, t = k/N",
      tex: "c_i\\leftarrow c_i+\\tfrac{\\alpha}{N}(y_k-g(x_k))\\,w_ix_k,\\qquad w_i\\leftarrow w_i+\\tfrac{\\alpha}{N}(y_k-g(x_k))\\,c_ix_k",
    },
    {
      caption: "Limit",
      tex: "\\dot c=\\alpha s_2(\\beta-M)w,\\qquad \\dot w=\\alpha s_2(\\beta-M)c,\\qquad M=\\mathbb E[cw]",
    },
    {
      caption: "Closed form, with A = c + w and B = c − w",
      tex: "M=\\tfrac14\\big(P_0z-Q_0/z\\big),\\qquad \\dot z=2\\alpha s_2\\big(\\beta z-\\tfrac{P_0}4z^2+\\tfrac{Q_0}4\\big),\\qquad P_0=\\mathbb E A_0^2,\\ Q_0=\\mathbb E B_0^2",
    },
    {
      caption: "Fluctuations of online training",
      tex: "\\dot\\Sigma=J\\Sigma+\\Sigma J^\\top+V\\,gg^\\top,\\qquad g=2\\alpha(P,-Q),\\qquad V=2s_2^2(\\beta-M)^2+\\sigma_\\varepsilon^2s_2",
    },
  ],
  parameters,
  presets: {
    T1A: { title: "Slope 1.5 from standard normal neurons", parameters: {} },
    symmetric: { title: "Balanced neurons: c = w before training", parameters: { mc: 0.5, mw: 0.5, vc: 0, vw: 0 } },
    negative: {
      title: "A slope that the neurons first have to turn to",
      parameters: { beta: -2, mc: 1, mw: 1, sige: 0 },
    },
  },
  concepts: ["planner"],
  information: ["feedback"],
  build: (p) => ({
    family: "network",
    activation: activations.identity,
    data: {
      kind: "gaussian",
      dimension: 1,
      variance: p.s2,
      teacher: { kind: "linear", beta: Float64Array.of(p.beta) },
      noise: p.sige * p.sige,
    },
    initial: independentStart(1, { mean: p.mc, variance: p.vc }, { mean: p.mw, variance: p.vw }),
    trainsOutput: true,
    ridge: 0,
    temperature: 0,
    rate: p.alpha,
    horizon: p.T,
    learning: { neurons: p.N, time: p.T },
  }),
  quantities: [
    { name: "M", title: "Slope of the network", symbol: "M(t)", story: "Average of c w over neurons." },
    { name: "loss", title: "Loss", symbol: "\\mathcal L(t)", story: "½E(Y − g)², of which ½σ_ε² is noise in Y." },
    { name: "final_loss", title: "Loss after training", story: "The loss at time T." },
    { name: "size", title: "Size of the neurons", symbol: "\\mathbb E(c^2+w^2)", story: "Average of c² + w²." },
    {
      name: "invariant",
      title: "Invariant",
      symbol: "\\mathbb E(c^2-w^2)",
      story: "Average of c² − w², which training leaves as it is, for every neuron.",
    },
    {
      name: "clt_gd",
      title: "Fluctuations of gradient flow",
      symbol: "\\lim N\\,\\mathrm{Var}\\,M^N",
      story:
        "N times the variance of M with N neurons trained by full-batch gradient flow, for N → ∞; of the limit only.",
    },
    {
      name: "clt_sgd",
      title: "Fluctuations of online training",
      symbol: "\\lim N\\,\\mathrm{Var}\\,M^N",
      story: "The same with one fresh sample a step, so that the samples' chance counts, too; of the limit only.",
    },
  ],
  measure: (p, { players }, candidate) => ({
    M: () => alongTime(candidate, (neurons) => productMoment(neurons, 0, 1)),
    ...losses(candidate),
    size: () => alongTime(candidate, (neurons) => productMoment(neurons, 0, 0) + productMoment(neurons, 1, 1)),
    invariant: () => alongTime(candidate, (neurons) => productMoment(neurons, 0, 0) - productMoment(neurons, 1, 1)),
    ...(Number.isFinite(players) || candidate.trained === true
      ? {}
      : {
          clt_gd: () => series(evenGrid(0, p.T, 101), slopeFluctuations(p, candidate, startingSquares(p), false)),
          clt_sgd: () => series(evenGrid(0, p.T, 101), slopeFluctuations(p, candidate, startingSquares(p), true)),
        }),
  }),
  exact: (p, { players }) => {
    if (Number.isFinite(players)) return {};
    const start = startingSquares(p);
    const network = { ...p, ...start };
    const along = (at: (t: number) => number) => () => series(evenGrid(0, p.T, 101), at);
    return {
      M: along((t) => slope(network, t)),
      loss: along((t) => lossAt(network, t)),
      final_loss: () => scalar(lossAt(network, p.T)),
      size: along((t) => (squares(network, t)[0] + squares(network, t)[1]) / 2),
      invariant: along(() => start.invariant),
      clt_gd: along((t) => gradientFlowVariance(network, start, t)),
      clt_sgd: () => series(evenGrid(0, p.T, 21), (t) => onlineVariance(network, start, t)),
    };
  },
};
