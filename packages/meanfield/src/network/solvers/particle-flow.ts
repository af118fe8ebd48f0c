import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { designOf } from "../data.ts";
import { drawNeurons } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { equally } from "../neuron-field.ts";
import { lawOfFlow, openFlow, stepFlow } from "../neuron-flow.ts";
import type { NeuronFlow } from "../neuron-flow.ts";
import { refusedFlow } from "../refused.ts";
import { streams } from "../streams.ts";

const options = z.object({
  particles: whole(2000, "Neurons that stand for infinitely many, in the limit", {
    minimum: 1,
    maximum: 1_000_000,
    scale: "log",
  }),
  seed: whole(0, "Seed of the neurons before training", { minimum: 0 }),
  tolerance: real(1e-9, "Tolerance of the integrator, relative and absolute", {
    minimum: 1e-14,
    maximum: 1e-2,
    scale: "log",
  }),
});

interface State {
  readonly question: Question;
  readonly flow: NeuronFlow;
}

/** Full-batch gradient flow of N neurons; in the limit of many more than anybody asks for. */
export const particleFlow: Solver<NetworkModel, typeof options, State, NetworkCandidate> = {
  name: "particle-flow",
  title: "Gradient flow of neurons",
  family: "network",
  story:
    "Draws neurons and lets each follow the gradient of the loss, all at once, as an ordinary differential equation with " +
    "adaptive steps. For N neurons this is the game itself; for the limit many of them stand for all, off by about 1/√N.",
  reference:
    "G. Rotskoff, E. Vanden-Eijnden, Trainability and accuracy of artificial neural networks: an interacting particle system approach, Comm. Pure Appl. Math. 75 (2022) 1889–1935",
  options,
  refuses: (model) => refusedFlow(model),
  init: (model, question, { particles, seed, tolerance }) => {
    const design = designOf(model.data, model.activation);
    if (design === undefined) throw new RangeError("the data have no finite sum for averages");
    const count = Number.isFinite(question.players) ? question.players : particles;
    const neurons = equally(drawNeurons(model.initial, count, randomStream(seed, streams.start)), count);
    return { question, flow: openFlow(model, design, neurons, tolerance) };
  },
  step: (_model, { flow }) => stepFlow(flow),
  candidate: (model, { question, flow }) => ({ model, question, design: flow.design, ...lawOfFlow(flow, true) }),
};
