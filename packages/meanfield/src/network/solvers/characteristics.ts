import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { designOf } from "../data.ts";
import type { NetworkModel } from "../model.ts";
import { lawOfFlow, openFlow, stepFlow } from "../neuron-flow.ts";
import type { NeuronFlow } from "../neuron-flow.ts";
import { refusedFlow } from "../refused.ts";
import { directionsOf, startingNodes, usualSpacing } from "../starting-nodes.ts";

const options = z.object({
  spacing: real(
    0,
    "Distance of nodes in standard deviations of the law before training; 0: by the number of directions",
    {
      minimum: 0,
      maximum: 2,
    },
  ),
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

/** The limit along characteristics: nodes of a quadrature of the law before training, moving as neurons do. */
export const characteristics: Solver<NetworkModel, typeof options, State, NetworkCandidate> = {
  name: "characteristics",
  title: "Characteristics from quadrature nodes",
  family: "network",
  story:
    "Puts the nodes of a quadrature on the law before training and lets them flow in the field of their common predictions. " +
    "Converges geometrically in the number of nodes where the activation is smooth, until the flow has torn neurons far " +
    "apart; for laws that spread in at most three directions.",
  reference:
    "L. Chizat, F. Bach, On the global convergence of gradient descent for over-parameterized models, NeurIPS 2018 (the flow); L. N. Trefethen, J. A. C. Weideman, SIAM Review 56 (2014) 385–458 (the quadrature)",
  options,
  refuses: (model, question) => {
    if (Number.isFinite(question.players))
      return "its nodes stand for infinitely many neurons; it takes the limit only";
    const why = refusedFlow(model);
    if (why !== undefined) return why;
    const directions = directionsOf(model.initial).length;
    if (directions >= usualSpacing.length)
      return `the law before training spreads in ${directions} directions; nodes fill at most 3`;
    return undefined;
  },
  init: (model, question, { spacing, tolerance }) => {
    const design = designOf(model.data, model.activation);
    if (design === undefined) throw new RangeError("the data have no finite sum for averages");
    const chosen = spacing > 0 ? spacing : usualSpacing[directionsOf(model.initial).length];
    return {
      question,
      flow: openFlow(model, design, startingNodes(model.initial, chosen, model.activation.kinked), tolerance),
    };
  },
  step: (_model, { flow }) => stepFlow(flow),
  candidate: (model, { question, flow }) => ({ model, question, design: flow.design, ...lawOfFlow(flow, false) }),
};
