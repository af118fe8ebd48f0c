/** Noisy linear neurons: every error of finitely many is known exactly. */

import type { RateColumn } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { averageVarianceAt, entropyAt, stationaryEntropy, varianceAmong, varianceAt } from "../closed-forms/noisy.ts";
import type { NoisyNeuron } from "../closed-forms/noisy.ts";
import { designOf } from "../data.ts";
import { initialMoments } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { exactColumn } from "./table.ts";

/** A model in the words of the closed forms: w on a line, one fixed c, which a change of units makes 1. */
export function asNoisyNeuron(model: NetworkModel): NoisyNeuron | undefined {
  const { activation, trainsOutput, data, initial, rate, ridge, temperature } = model;
  const { mean, covariance } = initialMoments(initial);
  const normal = initial.kind === "gaussian" && covariance.data[0] === 0 && !trainsOutput;
  if (activation.name !== "identity" || data.dimension > 1 || !normal || !(temperature > 0)) return undefined;
  const design = designOf(data, activation);
  if (design === undefined || mean[0] === 0) return undefined;
  let xx = 0;
  let xy = 0;
  design.weights.forEach((weight, k) => {
    xx += weight * design.x[k] ** 2;
    xy += weight * design.x[k] * design.y[k];
  });
  const c = mean[0];
  return {
    s2: rate * c * c * xx,
    beta: xy / (c * xx),
    lam: rate * ridge,
    tau: rate * temperature,
    m0: mean[1],
    v0: covariance.data[3],
  };
}

export function noisyColumns(neuron: NoisyNeuron, horizon: number, players: readonly number[]): RateColumn[] {
  const coupling = couplingConstant(neuron, horizon);
  const columns = [
    exactColumn(
      {
        name: "coupling_error",
        title: "Coupling error at the end",
        story:
          "Mean square distance at T between a neuron among N and its copy in the limit, on the same noise; exact.",
        theory: -1,
      },
      players,
      (count) => coupling / count,
    ),
    exactColumn(
      {
        name: "loss_gap",
        title: "Expected loss, less that of the limit",
        story: "What the chance of the average of N neurons adds to the loss at T; exact.",
        theory: -1,
      },
      players,
      (count) => 0.5 * neuron.s2 * averageVarianceAt(neuron, count, horizon),
    ),
    exactColumn(
      {
        name: "variance_gap",
        title: "Gap of a neuron's variance",
        story: "Distance between the variance of a neuron among N at T and in the limit; exact.",
        theory: -1,
      },
      players,
      (count) => Math.abs(varianceAmong(neuron, count, horizon) - varianceAt(neuron, horizon)),
    ),
    ...[1, 2].map((k) =>
      exactColumn(
        {
          name: k === 1 ? "kl_marginal" : "kl_pair",
          title: k === 1 ? "Relative entropy of one neuron's law" : "Relative entropy of two neurons' law",
          story: `Relative entropy at T of ${k === 1 ? "a neuron" : "two neurons"} among N with respect to the limit; exact.`,
          theory: -2,
        },
        players,
        (count) => entropyAt(neuron, count, k, horizon),
      ),
    ),
  ];
  if (!(neuron.lam > 0)) return columns;
  return [
    ...columns,
    ...[1, 2].map((k) =>
      exactColumn(
        {
          name: k === 1 ? "kl_stationary" : "kl_stationary_pair",
          title: k === 1 ? "Relative entropy at rest" : "Relative entropy of a pair at rest",
          story: `The same for ${k === 1 ? "one" : "two"} of N neurons that have come to rest; exact.`,
          theory: -2,
        },
        players,
        (count) => stationaryEntropy(neuron, count, k),
      ),
    ),
  ];
}

/**
 * N E|w_i^N − w_i|² at T: with u = w̄ − m and δ = w_i^N − w_i, du = −(s₂ + λ)u dt + √(2τ/N)dB, dδ = −(λδ + s₂u)dt.
 */
function couplingConstant({ s2, lam, tau, v0 }: NoisyNeuron, horizon: number): number {
  const { end } = integrate(
    (_t, [uu, ud, dd], dy) => {
      dy[0] = -2 * (s2 + lam) * uu + 2 * tau;
      dy[1] = -(s2 + 2 * lam) * ud - s2 * uu;
      dy[2] = -2 * lam * dd - 2 * s2 * ud;
    },
    0,
    horizon,
    [v0, 0, 0],
  );
  return end[2];
}
