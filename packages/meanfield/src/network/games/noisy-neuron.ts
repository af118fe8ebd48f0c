/**
 * Linear neurons trained with independent noise: an interacting particle system whose laws are normal, with and without limit.
 *
 * S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671 (noisy SGD); D. Lacker, "Hierarchies, entropy, and quantitative
 * propagation of chaos for mean field diffusions", Probab. Math. Phys. 4 (2023) 377–432 (the entropies among N neurons).
 */

import { z } from "zod";
import { evenGrid, real, scalar, series, whole } from "../../core/index.ts";
import type { Game, Question } from "../../core/index.ts";
import { activations } from "../activation.ts";
import type { NetworkCandidate } from "../candidate.ts";
import {
  averageVarianceAt,
  freeEnergyAt,
  freeEnergyRate,
  meanAt,
  stationaryMoments,
  varianceAmong,
  varianceAt,
} from "../closed-forms/noisy.ts";
import { dissipation, freeEnergy } from "../free-energy.ts";
import { independentStart } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { alongTime, losses, meanOf, productMoment, timeGrid } from "../quantities.ts";

const parameters = z.object({
  beta: real(1, "Slope of the teacher, Y = βX", { symbol: "\\beta", minimum: -100, maximum: 100 }),
  s2: real(2, "Variance of the input X", { symbol: "s_2", minimum: 0, open: "minimum", maximum: 100 }),
  lam: real(0.5, "Ridge λ: what a unit of w²/2 costs", { symbol: "\\lambda", minimum: 0, maximum: 100 }),
  tau: real(0.1, "Temperature τ of the noise", { symbol: "\\tau", minimum: 0, open: "minimum", maximum: 100 }),
  m0: real(-0.5, "Mean of w before training", { symbol: "m_0", minimum: -100, maximum: 100 }),
  v0: real(1, "Variance of w before training", { symbol: "v_0", minimum: 0, maximum: 100 }),
  T: real(2, "Time of training", { minimum: 0, open: "minimum", maximum: 100 }),
  N: whole(1000, "Neurons that learning trains", { minimum: 1, maximum: 1_000_000, scale: "log" }),
});

/** Neurons that are pulled together by what they predict and shaken apart by noise. */
export const noisyNeuron: Game<typeof parameters, NetworkModel, NetworkCandidate> = {
  id: "noisy-neuron",
  title: "Noisy neurons",
  family: "network",
  story:
    "N linear neurons w predict with their average and learn a slope, each pulled back to zero by a ridge and shaken by noise " +
    "of its own. In the limit the free energy falls along time at exactly the rate of its dissipation; among N neurons all " +
    "laws are normal, so that propagation of chaos can be read off to every digit.",
  reference:
    "S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671; D. Lacker, Probab. Math. Phys. 4 (2023) 377–432",
  equations: [
    {
      caption: "Neurons",
      tex: "dw_i=\\big[s_2(\\beta-\\bar w)-\\lambda w_i\\big]dt+\\sqrt{2\\tau}\\,dB_i,\\qquad \\bar w=\\frac1N\\sum_jw_j",
    },
    {
      caption: "Limit",
      tex: "\\partial_t\\rho=-\\partial_w\\big(\\rho\\,[s_2(\\beta-m)-\\lambda w]\\big)+\\tau\\,\\partial_w^2\\rho,\\qquad m=\\int w\\,d\\rho",
    },
    {
      caption: "Free energy and its dissipation",
      tex: "F=\\tfrac{s_2}2(\\beta-m)^2+\\tfrac\\lambda2\\mathbb Ew^2+\\tau\\!\\int\\!\\rho\\ln\\rho,\\qquad -\\dot F=\\mathbb E\\Big|\\partial_w\\tfrac{\\delta F}{\\delta\\rho}\\Big|^2",
    },
    {
      caption: "Entropy of k stationary neurons among N",
      tex: "H=\\tfrac12\\big(\\varrho-\\ln(1+\\varrho)\\big),\\qquad \\varrho=-\\frac kN\\,\\frac{s_2}{s_2+\\lambda}",
    },
  ],
  parameters,
  presets: {
    T3A: { title: "A slope of one, in the cool", parameters: {} },
    hot: { title: "Ten times hotter", parameters: { tau: 1 } },
    free: { title: "Without ridge: neurons spread for ever", parameters: { lam: 0 } },
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
      noise: 0,
    },
    initial: independentStart(1, { mean: 1, variance: 0 }, { mean: p.m0, variance: p.v0 }),
    trainsOutput: false,
    ridge: p.lam,
    temperature: p.tau,
    rate: 1,
    horizon: p.T,
    learning: { neurons: p.N, time: p.T },
  }),
  quantities: [
    { name: "mean", title: "Mean of a neuron", symbol: "m(t)", story: "Ew, the slope that the network predicts with." },
    { name: "variance", title: "Variance of a neuron", symbol: "v(t)", story: "Var w of one neuron." },
    { name: "loss", title: "Loss", symbol: "\\mathcal L(t)", story: "½E(Y − g)², for finitely many neurons expected." },
    { name: "final_loss", title: "Loss after training", story: "The loss at time T." },
    {
      name: "free_energy",
      title: "Free energy",
      symbol: "F(t)",
      story:
        "½E(Y − g)² + (λ/2)Ew² + τ∫ρ ln ρ; of the limit only, and where w varies before training (v₀ > 0): it is infinite at first otherwise.",
    },
    {
      name: "dissipation",
      title: "Dissipation of free energy",
      symbol: "-\\dot F(t)",
      story:
        "E|∂_w δF/δρ|², which is what the free energy loses in time; in closed form by differentiating F. Of the limit only, and for v₀ > 0.",
    },
    {
      name: "stationary_free_energy",
      title: "Free energy of the stationary law",
      symbol: "F(\\infty)",
      story: "What the free energy falls to as time goes on; of the limit only, and where there is a ridge.",
    },
  ],
  measure: (p, question, candidate) => ({
    mean: () => alongTime(candidate, (neurons) => meanOf(neurons, 1)),
    variance: () => alongTime(candidate, (neurons) => productMoment(neurons, 1, 1) - meanOf(neurons, 1) ** 2),
    ...losses(candidate),
    ...(isFinite(question) || candidate.trained === true || p.v0 === 0
      ? {}
      : {
          free_energy: () => series(timeGrid(candidate), (t) => freeEnergy(candidate, t)),
          dissipation: () => series(timeGrid(candidate), (t) => dissipation(candidate, t)),
        }),
  }),
  exact: (p, question) => {
    const along = (at: (t: number) => number) => () => series(evenGrid(0, p.T, 101), at);
    const { players } = question;
    const variance = (t: number): number => (isFinite(question) ? varianceAmong(p, players, t) : varianceAt(p, t));
    const loss = (t: number): number =>
      0.5 * p.s2 * ((p.beta - meanAt(p, t)) ** 2 + (isFinite(question) ? averageVarianceAt(p, players, t) : 0));
    return {
      mean: along((t) => meanAt(p, t)),
      variance: along(variance),
      loss: along(loss),
      final_loss: () => scalar(loss(p.T)),
      ...(isFinite(question)
        ? {}
        : {
            ...(p.v0 > 0
              ? {
                  free_energy: along((t) => freeEnergyAt(p, meanAt(p, t), varianceAt(p, t))),
                  dissipation: along((t) => -freeEnergyRate(p, t)),
                }
              : {}),
            ...(p.lam > 0 ? { stationary_free_energy: () => scalar(freeEnergyAt(p, ...stationaryMoments(p))) } : {}),
          }),
    };
  },
};

function isFinite({ players }: Question): boolean {
  return Number.isFinite(players);
}
