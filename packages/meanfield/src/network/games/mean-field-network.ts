/**
 * A one-hidden-layer network with any activation on any data: training as a particle system, and its mean-field limit.
 *
 * S. Mei, A. Montanari, P.-M. Nguyen, "A mean field view of the landscape of two-layer neural networks", PNAS 115 (2018)
 * E7665–E7671; J. Sirignano, K. Spiliopoulos, "Mean field analysis of neural networks: a law of large numbers", SIAM J. Appl. Math. 80
 * (2020) 725–752; L. Chizat, F. Bach, NeurIPS 2018.
 */

import { z } from "zod";
import { choice, flag, InputError, json, real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { activationNames, activations } from "../activation.ts";
import type { NetworkCandidate, Neurons } from "../candidate.ts";
import { readPoints } from "../data.ts";
import type { DataLaw, PointData } from "../data.ts";
import { independentStart } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { alongTime, losses, predictions, productMoment } from "../quantities.ts";

const numbers = z.array(z.number());
const sine = [-2, -1, 0.5, 1, 2];

const parameters = z.object({
  activation: choice(activationNames, "tanh", "What a neuron answers to its input"),
  data: choice(
    ["points", "gaussian"],
    "points",
    "Law of (X, Y): points, each equally likely, or X ~ N(0, s₂ I) with Y = β·X + ε",
  ),
  x: json(z.array(z.union([z.number(), numbers])), sine, "Points: one number or one list of numbers each", "x"),
  y: json(numbers, sine.map(Math.sin), "Values at the points", "y"),
  csv: json(z.string(), "", "Points as comma-separated text instead, the last column being y"),
  beta: json(numbers, [1], "Gaussian data: slopes of the teacher, one for each input", "\\beta"),
  s2: real(1, "Gaussian data: variance of each input", { symbol: "s_2", minimum: 0, open: "minimum", maximum: 100 }),
  sige: real(0, "Gaussian data: standard deviation of the noise in Y", {
    symbol: "\\sigma_\\varepsilon",
    minimum: 0,
    maximum: 100,
  }),
  train_c: flag(true, "Whether c is trained beside w"),
  alpha: real(1, "Learning rate: a step is α/N, time is t = k/N", {
    symbol: "\\alpha",
    minimum: 0,
    open: "minimum",
    maximum: 100,
  }),
  lam: real(0, "Ridge on the trained parameters", { symbol: "\\lambda", minimum: 0, maximum: 100 }),
  mc: real(0, "Mean of c before training", { symbol: "m_c", minimum: -100, maximum: 100 }),
  vc: real(1, "Variance of c before training", { symbol: "v_c", minimum: 0, maximum: 100 }),
  mw: real(0, "Mean of each entry of w before training", { symbol: "m_w", minimum: -100, maximum: 100 }),
  vw: real(1, "Variance of each entry of w before training", { symbol: "v_w", minimum: 0, maximum: 100 }),
  T: real(5, "Time of training", { minimum: 0, open: "minimum", maximum: 100 }),
  N: whole(1000, "Neurons that learning trains", { minimum: 1, maximum: 1_000_000, scale: "log" }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Any network with one hidden layer. */
export const meanFieldNetwork: Game<typeof parameters, NetworkModel, NetworkCandidate> = {
  id: "mean-field-network",
  title: "Mean-field network",
  family: "network",
  story:
    "N neurons (c, w) share the work of a network g(x) = (1/N) Σ c σ(w·x). Each moves along the gradient of the common loss " +
    "with respect to its own parameters, and knows the others only through the errors that they make together. As N grows, " +
    "training forgets the single neurons: their law follows a gradient flow in the space of laws, along which the loss falls.",
  reference:
    "S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671; J. Sirignano, K. Spiliopoulos, SIAM J. Appl. Math. 80 (2020) 725–752",
  equations: [
    {
      caption: "Network and loss",
      tex: "g(x)=\\frac1N\\sum_{i=1}^N c_i\\,\\sigma(w_i\\cdot x),\\qquad \\mathcal L=\\tfrac12\\mathbb E\\,(Y-g(X))^2",
    },
    {
      caption: "Online training, t = k/N",
      tex: "\\theta_i\\leftarrow\\theta_i+\\frac{\\alpha}{N}\\Big[(y_k-g(x_k))\\,\\nabla_{\\theta_i}\\big(c_i\\sigma(w_i\\cdot x_k)\\big)-\\lambda\\theta_i\\Big]",
    },
    {
      caption: "Limit",
      tex: "\\partial_t\\rho+\\nabla\\cdot(\\rho\\,v)=0,\\qquad v(\\theta;\\rho)=\\alpha\\Big(\\mathbb E\\big[(Y-g(X;\\rho))\\nabla_\\theta(c\\,\\sigma(w\\cdot X))\\big]-\\lambda\\theta\\Big)",
    },
    {
      caption: "which is gradient descent in W₂ of",
      tex: "F(\\rho)=\\tfrac12\\mathbb E\\Big(Y-\\int c\\,\\sigma(w\\cdot X)\\,d\\rho\\Big)^2+\\tfrac\\lambda2\\int|\\theta|^2d\\rho",
    },
  ],
  parameters,
  presets: {
    T5A: { title: "Five points of a sine, tanh, from standard normal neurons", parameters: {} },
    regression: {
      title: "A noisy line on Gaussian data by sigmoids that say nothing before training",
      parameters: { activation: "sigmoid", data: "gaussian", beta: [0.8], sige: 0.2, vc: 0, T: 3 },
    },
    planes: {
      title: "A plane in ten dimensions by linear neurons",
      parameters: {
        activation: "identity",
        data: "gaussian",
        beta: [1, -1, 0.5, -0.5, 0.25, 0, 0, 0, 0, 0],
        T: 2,
      },
    },
  },
  concepts: ["planner"],
  information: ["feedback"],
  check: (p) => void dataOf(p),
  build: (p) => {
    const data = dataOf(p);
    return {
      family: "network",
      activation: activations[p.activation],
      data,
      initial: independentStart(data.dimension, { mean: p.mc, variance: p.vc }, { mean: p.mw, variance: p.vw }),
      trainsOutput: p.train_c,
      ridge: p.lam,
      temperature: 0,
      rate: p.alpha,
      horizon: p.T,
      learning: { neurons: p.N, time: p.T },
    };
  },
  quantities: [
    { name: "prediction", title: "Prediction", symbol: "g_t(x)", story: "Output of the network at x." },
    { name: "loss", title: "Loss", symbol: "\\mathcal L(t)", story: "½E(Y − g)²." },
    { name: "final_loss", title: "Loss after training", story: "The loss at time T." },
    {
      name: "size",
      title: "Size of the neurons",
      symbol: "\\mathbb E|\\theta|^2",
      story: "Average of c² + |w|² over neurons.",
    },
    {
      name: "invariant",
      title: "Invariant",
      symbol: "\\mathbb E(|w|^2-kc^2)",
      story:
        "Average of |w|² − k c², which gradient flow without ridge leaves as it is, for every neuron, where σ is " +
        "homogeneous of degree k (identity and ReLU: 1, square: 2) and c is trained; only then.",
    },
  ],
  measure: (p, _question, candidate) => ({
    // Without a finite sum there are no points to predict at, but for numbers on the line.
    ...(candidate.design === undefined && candidate.model.data.dimension > 1
      ? {}
      : { prediction: () => predictions(candidate) }),
    ...losses(candidate),
    size: () => alongTime(candidate, (neurons) => trace(neurons, 0)),
    ...(degree(p) === undefined || p.lam > 0 || !p.train_c
      ? {}
      : {
          invariant: () =>
            alongTime(candidate, (neurons) => trace(neurons, 1) - (degree(p) ?? 0) * productMoment(neurons, 0, 0)),
        }),
  }),
};

/** The degree in which σ is homogeneous. */
function degree({ activation }: Parameters): number | undefined {
  const degrees: Readonly<Record<string, number>> = { identity: 1, relu: 1, square: 2 };
  return degrees[activation];
}

/** Sum of E θ_a² from a on. */
function trace(neurons: Neurons, from: number): number {
  const p = neurons.theta.length / neurons.weights.length;
  let sum = 0;
  for (let a = from; a < p; a++) sum += productMoment(neurons, a, a);
  return sum;
}

function dataOf(p: Parameters): DataLaw {
  if (p.data === "gaussian") {
    if (p.beta.length === 0) throw new InputError("beta", p.beta, "at least one slope");
    return {
      kind: "gaussian",
      dimension: p.beta.length,
      variance: p.s2,
      teacher: { kind: "linear", beta: Float64Array.from(p.beta) },
      noise: p.sige * p.sige,
    };
  }
  return p.csv.trim() === "" ? pointsOf(p) : readPoints(p.csv);
}

function pointsOf({ x, y }: Parameters): PointData {
  const rows = x.map((point) => (typeof point === "number" ? [point] : point));
  if (rows.length === 0) throw new InputError("x", x, "at least one point");
  const dimension = rows[0].length;
  if (dimension === 0 || rows.some((row) => row.length !== dimension)) {
    throw new InputError("x", x, "points of one length, of at least one number each");
  }
  if (y.length !== rows.length) throw new InputError("y", y, `as many numbers as there are points, ${rows.length}`);
  return { kind: "points", dimension, x: Float64Array.from(rows.flat()), y: Float64Array.from(y) };
}
