/**
 * A quadratic network that learns a quadratic form from Gaussian data; its second moments close.
 *
 * S. Sarao Mannelli, E. Vanden-Eijnden, L. Zdeborová, "Optimization and generalization of shallow neural networks with quadratic
 * activation functions", NeurIPS 2020.
 */

import { z } from "zod";
import { evenGrid, InputError, json, real, scalar, series, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { covarianceRoot } from "../../measure/index.ts";
import { fromRows, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { activations } from "../activation.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { logisticMoment, quadraticLoss } from "../closed-forms/quadratic.ts";
import type { NetworkModel } from "../model.ts";
import { alongTime, losses, matrixAlongTime, productMoment } from "../quantities.ts";

const square = z.array(z.array(z.number()));

const parameters = z.object({
  Mstar: json(square, [[1.2]], "The teacher's quadratic form M*: Y = X′M*X + ε, symmetric", "M^*"),
  M0: json(square, [[0.3]], "Eww′ before training, of centred normal neurons", "M_0"),
  sige: real(0, "Standard deviation of the noise ε in Y", { symbol: "\\sigma_\\varepsilon", minimum: 0, maximum: 100 }),
  alpha: real(1, "Learning rate: a step is α/N, time is t = k/N", {
    symbol: "\\alpha",
    minimum: 0,
    open: "minimum",
    maximum: 100,
  }),
  T: real(0.5, "Time of training", { minimum: 0, open: "minimum", maximum: 100 }),
  N: whole(1000, "Neurons that learning trains", { minimum: 1, maximum: 1_000_000, scale: "log" }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Neurons that answer with the square of their input. */
export const quadraticNetwork: Game<typeof parameters, NetworkModel, NetworkCandidate> = {
  id: "quadratic-network",
  title: "Quadratic network",
  family: "network",
  story:
    "N neurons w answer (w·x)² and learn a quadratic form together. All that they predict is Eww′, which follows an equation " +
    "of its own; in one dimension it is the logistic one.",
  reference: "S. Sarao Mannelli, E. Vanden-Eijnden, L. Zdeborová, NeurIPS 2020",
  equations: [
    {
      caption: "Network and teacher",
      tex: "g(x)=\\frac1N\\sum_{i=1}^N(w_i\\cdot x)^2,\\qquad Y=X^\\top M^*X+\\varepsilon,\\qquad X\\sim N(0,I)",
    },
    {
      caption: "Online training, t = k/N",
      tex: "w_i\\leftarrow w_i+\\tfrac{\\alpha}{N}(y_k-g(x_k))\\,2(w_i\\cdot x_k)\\,x_k",
    },
    {
      caption: "Limit, with M = Eww′ and Δ = M* − M",
      tex: "\\dot w=Gw,\\qquad \\dot M=GM+MG,\\qquad G=2\\alpha(2\\Delta+\\operatorname{tr}\\Delta\\,I)",
    },
    { caption: "One dimension", tex: "m(t)=\\frac{m^*}{1+(m^*/m_0-1)e^{-12\\alpha m^*t}}" },
  ],
  parameters,
  presets: {
    T2A: { title: "One dimension: the logistic equation", parameters: {} },
    T2B: {
      title: "Two dimensions",
      parameters: {
        Mstar: [
          [1, 0.3],
          [0.3, 0.5],
        ],
        M0: [
          [0.5, 0],
          [0, 0.5],
        ],
        T: 1,
      },
    },
  },
  concepts: ["planner"],
  information: ["feedback"],
  check: (p) => {
    const start = symmetric("M0", p.M0, p.Mstar.length);
    symmetric("Mstar", p.Mstar, p.Mstar.length);
    try {
      covarianceRoot("M0", start);
    } catch {
      throw new InputError("M0", p.M0, "positive semidefinite");
    }
  },
  build: (p) => {
    const d = p.Mstar.length;
    const covariance = zeros(1 + d, 1 + d);
    p.M0.forEach((row, i) => row.forEach((value, j) => void (covariance.data[(1 + i) * (1 + d) + 1 + j] = value)));
    return {
      family: "network",
      activation: activations.square,
      data: {
        kind: "gaussian",
        dimension: d,
        variance: 1,
        teacher: { kind: "quadratic", matrix: symmetric("Mstar", p.Mstar, d) },
        noise: p.sige * p.sige,
      },
      initial: {
        kind: "gaussian",
        mean: Float64Array.from({ length: 1 + d }, (_, i) => (i === 0 ? 1 : 0)),
        covariance,
      },
      trainsOutput: false,
      ridge: 0,
      temperature: 0,
      rate: p.alpha,
      horizon: p.T,
      learning: { neurons: p.N, time: p.T },
    };
  },
  quantities: [
    { name: "M", title: "Second moments of the neurons", symbol: "M(t)", story: "Average of w_i w_j over neurons." },
    { name: "m", title: "Trace of the second moments", symbol: "\\operatorname{tr}M(t)", story: "Average of |w|²." },
    { name: "loss", title: "Loss", symbol: "\\mathcal L(t)", story: "½E(Y − g)², of which ½σ_ε² is noise in Y." },
    { name: "final_loss", title: "Loss after training", story: "The loss at time T." },
  ],
  measure: (p, _question, candidate) => ({
    M: () => matrixAlongTime(candidate, p.Mstar.length, (neurons, i, j) => productMoment(neurons, 1 + i, 1 + j)),
    m: () => traceOf(candidate, p.Mstar.length),
    ...losses(candidate),
  }),
  exact: (p, { players }) => {
    if (Number.isFinite(players) || p.Mstar.length > 1) return {};
    const m = (t: number): number => logisticMoment(p.Mstar[0][0], p.M0[0][0], p.alpha, t);
    const loss = (t: number): number => quadraticLoss([p.Mstar[0][0] - m(t)], 1, p.sige);
    return {
      m: () => series(evenGrid(0, p.T, 101), m),
      loss: () => series(evenGrid(0, p.T, 101), loss),
      final_loss: () => scalar(loss(p.T)),
    };
  },
};

function traceOf(candidate: NetworkCandidate, d: number) {
  return alongTime(candidate, (neurons) => {
    let sum = 0;
    for (let i = 1; i <= d; i++) sum += productMoment(neurons, i, i);
    return sum;
  });
}

/** @throws InputError unless the rows make a symmetric matrix of the size of M*. */
function symmetric(field: "Mstar" | "M0", rows: Parameters["M0"], d: number): Matrix {
  const fits = rows.length === d && d > 0 && rows.every((row) => row.length === d);
  const size = Math.max(...rows.flat().map(Math.abs), 0);
  if (!fits || rows.some((row, i) => row.some((value, j) => Math.abs(value - rows[j][i]) > 1e-12 * size))) {
    throw new InputError(field, rows, `a symmetric matrix of ${Math.max(1, d)} rows`);
  }
  return fromRows(rows);
}
