/**
 * Mean-field Langevin training: the stationary law of noisy neurons, which is an equilibrium and an optimum at once.
 *
 * K. Hu, Z. Ren, D. Šiška, Ł. Szpruch, "Mean-field Langevin dynamics and energy landscape of neural networks", Ann. Inst. H.
 * Poincaré Probab. Statist. 57 (2021) 2043–2065; S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671.
 */

import { z } from "zod";
import { choice, evenGrid, InputError, json, real, scalar, whole } from "../../core/index.ts";
import type { Game } from "../../core/index.ts";
import { activations } from "../activation.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { freeEnergy } from "../free-energy.ts";
import { independentStart } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { latestNeurons, losses, predictions, productMoment } from "../quantities.ts";

const numbers = z.array(z.number());
const sine = [-2, -1, 0.5, 1, 2];

const parameters = z.object({
  activation: choice(["tanh", "sigmoid"], "tanh", "What a neuron answers to its input; bounded, so that a law exists"),
  x: json(numbers, sine, "Points", "x"),
  y: json(numbers, sine.map(Math.sin), "Values at the points", "y"),
  lam: real(0.1, "Ridge λ on c and w", { symbol: "\\lambda", minimum: 0, open: "minimum", maximum: 100, scale: "log" }),
  tau: real(0.05, "Temperature τ of the noise", {
    symbol: "\\tau",
    minimum: 0.001,
    maximum: 100,
    scale: "log",
  }),
  T: real(60, "Time that learning trains; the stationary law needs none", {
    minimum: 0,
    open: "minimum",
    maximum: 100_000,
  }),
  N: whole(1000, "Neurons that learning trains", { minimum: 1, maximum: 1_000_000, scale: "log" }),
});

/** Neurons that have come to rest in their own noise. */
export const meanFieldLangevin: Game<typeof parameters, NetworkModel, NetworkCandidate> = {
  id: "mean-field-langevin",
  title: "Mean-field Langevin",
  family: "network",
  story:
    "Neurons (c, w) are pulled by the errors that they make together, held back by a ridge and shaken by noise of their own. " +
    "They come to rest in a law that answers to its own predictions: given the others, each neuron follows the Gibbs law that " +
    "is best for itself when it pays for its entropy, and because all share one convex free energy, no single hand could do " +
    "better.",
  reference:
    "K. Hu, Z. Ren, D. Šiška, Ł. Szpruch, Ann. Inst. H. Poincaré Probab. Statist. 57 (2021) 2043–2065; S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671",
  equations: [
    {
      caption: "Training",
      tex: "d\\theta_i=-\\nabla V(\\theta_i;\\rho^N)\\,dt+\\sqrt{2\\tau}\\,dB_i,\\qquad V(\\theta;\\rho)=\\tfrac\\lambda2|\\theta|^2-\\tfrac1K\\sum_k\\big(y_k-g(x_k;\\rho)\\big)\\,c\\,\\sigma(wx_k)",
    },
    {
      caption: "Stationary law",
      tex: "\\rho(\\theta)\\propto e^{-V(\\theta;\\rho)/\\tau}",
    },
    {
      caption: "with c integrated by hand",
      tex: "\\rho(w)\\propto\\exp\\Big(-\\frac{\\lambda w^2}{2\\tau}+\\frac{a(w)^2}{2\\lambda\\tau}\\Big),\\qquad a(w)=\\tfrac1K\\sum_kr_k\\,\\sigma(wx_k),\\qquad g(x)=\\int\\frac{a(w)}\\lambda\\,\\sigma(wx)\\,\\rho(w)\\,dw",
    },
    {
      caption: "Free energy, which it minimises",
      tex: "F(\\rho)=\\tfrac1{2K}\\sum_k\\big(y_k-g(x_k)\\big)^2+\\tfrac\\lambda2\\int|\\theta|^2d\\rho+\\tau\\int\\rho\\ln\\rho",
    },
  ],
  parameters,
  presets: {
    T4A: { title: "Five points of a sine", parameters: {} },
    cold: { title: "Twenty times colder", parameters: { tau: 0.0025 } },
    steps: {
      title: "A step learned by sigmoids",
      parameters: { activation: "sigmoid", y: [0, 0, 1, 1, 1], lam: 0.02 },
    },
  },
  concepts: ["nash", "planner"],
  information: [],
  check: ({ x, y }) => {
    if (x.length === 0) throw new InputError("x", x, "at least one point");
    if (y.length !== x.length) throw new InputError("y", y, `as many numbers as there are points, ${x.length}`);
  },
  build: (p) => ({
    family: "network",
    activation: activations[p.activation],
    data: { kind: "points", dimension: 1, x: Float64Array.from(p.x), y: Float64Array.from(p.y) },
    initial: independentStart(1, { mean: 0, variance: 1 }, { mean: 0, variance: 1 }),
    trainsOutput: true,
    ridge: p.lam,
    temperature: p.tau,
    rate: 1,
    horizon: Infinity,
    learning: { neurons: p.N, time: p.T },
  }),
  quantities: [
    { name: "prediction", title: "Prediction", symbol: "g(x)", story: "Output of the network at x." },
    { name: "free_energy", title: "Free energy", symbol: "F", story: "Loss, ridge, and τ∫ρ ln ρ." },
    { name: "final_loss", title: "Loss at rest", symbol: "\\mathcal L", story: "½E(Y − g)²; of learning at its end." },
    { name: "loss", title: "Loss", symbol: "\\mathcal L(t)", story: "½E(Y − g)² along time; of learning only." },
    { name: "E_c2", title: "Second moment of c", symbol: "\\mathbb Ec^2", story: "Average of c² over neurons." },
    { name: "E_w2", title: "Second moment of w", symbol: "\\mathbb Ew^2", story: "Average of w² over neurons." },
    { name: "density", title: "Density of w", symbol: "\\rho(w)", story: "Density of w under the stationary law." },
  ],
  measure: (_p, _question, candidate) => {
    const { law } = candidate;
    return {
      prediction: () => predictions(candidate),
      ...losses(candidate),
      E_c2: () => scalar(productMoment(latestNeurons(candidate), 0, 0)),
      E_w2: () => scalar(productMoment(latestNeurons(candidate), 1, 1)),
      ...(law.kind !== "gibbs"
        ? {}
        : {
            free_energy: () => scalar(freeEnergy(candidate, 0)),
            density: () => ({
              axes: [{ name: "w", grid: evenGrid(...law.range, 201) }],
              at: (w) => law.density(w),
            }),
          }),
    };
  },
};
