/** The mean-field limit of a model, by whatever gives it quickly, for those who compare training with it. */

import type { NetworkCandidate, Neurons } from "./candidate.ts";
import { lossOf, neuronsAt } from "./candidate.ts";
import { closureOf, integrateMoments } from "./closed-moments.ts";
import { designOf } from "./data.ts";
import type { Design } from "./data.ts";
import { densityStep, openDensity } from "./density-flow.ts";
import { gibbs, refusedGibbs } from "./gibbs.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";
import { lawOfFlow, openFlow, stepFlow } from "./neuron-flow.ts";
import { refusedFlow } from "./refused.ts";
import { selfConsistentPredictions } from "./self-consistent.ts";
import { directionsOf, startingNodes, usualSpacing } from "./starting-nodes.ts";

export interface LimitFlow {
  readonly design: Design;
  readonly law: NetworkCandidate["law"];
  /** Whether it is a law at rest, whatever the time. */
  readonly stationary: boolean;
  readonly predictionsAt: (t: number, out: Float64Array) => void;
}

/** The loss of the limit at time t. */
export function limitLoss({ design, predictionsAt }: LimitFlow, t: number): number {
  const out = new Float64Array(design.count);
  predictionsAt(t, out);
  return lossOf(design, out);
}

/** The law of the limit as points at time t. */
export function limitNeurons({ law, stationary }: LimitFlow, t: number): Neurons {
  return neuronsAt(law, stationary ? 0 : t);
}

const found = new WeakMap<NetworkModel, LimitFlow | string>();

/** The limit of a model up to its horizon, found once; or why it is not known, as one line. */
export function limitFlow(model: NetworkModel): LimitFlow | string {
  const known = found.get(model);
  if (known !== undefined) return known;
  const flow = solve(model);
  found.set(model, flow);
  return flow;
}

function solve(model: NetworkModel): LimitFlow | string {
  const design = designOf(model.data, model.activation);
  if (design === undefined) return "the data have no finite sum for averages";
  if (model.horizon === Infinity) return atRest(model, design);
  const closure = closureOf(model);
  if (typeof closure !== "string") {
    const flow = integrateMoments(closure, initialMoments(model.initial), model.horizon);
    return {
      design,
      stationary: false,
      law: { kind: "moments", gaussian: model.initial.kind === "gaussian", at: flow.at },
      predictionsAt: (t, out) => closure.predict(flow.secondAt(t), out),
    };
  }
  if (model.temperature > 0) return moving(model, design);
  const why = refusedFlow(model);
  if (why !== undefined) return why;
  const directions = directionsOf(model.initial).length;
  if (directions >= usualSpacing.length) return `the law before training spreads in ${directions} directions`;
  // Coarser than a solver's: far below what finitely many neurons differ by.
  const spacing = 1.4 * usualSpacing[directions];
  const flow = openFlow(model, design, startingNodes(model.initial, spacing, model.activation.kinked), 1e-8);
  while (stepFlow(flow).status === "running");
  const { law, assumed } = lawOfFlow(flow, false);
  return { design, stationary: false, law, predictionsAt: assumed };
}

function atRest(model: NetworkModel, design: Design): LimitFlow | string {
  const why = refusedGibbs(model);
  if (why !== undefined) return why;
  const { predictions } = selfConsistentPredictions(model, design, new Float64Array(design.count), 1e-12);
  const residuals = design.y.map((value, k) => value - predictions[k]);
  return {
    design,
    stationary: true,
    law: gibbs(model, design, residuals).law,
    predictionsAt: (_t, out) => out.set(predictions),
  };
}

/** A density on a line, where noise moves one fixed c and one w. */
function moving(model: NetworkModel, design: Design): LimitFlow | string {
  const { covariance } = initialMoments(model.initial);
  if (model.data.dimension > 1 || model.trainsOutput || covariance.data[0] !== 0 || !(covariance.data[3] > 0)) {
    return "the density of the neurons has more than one dimension";
  }
  const steps = 400;
  const flow = openDensity(model, design, 800, steps, 8);
  while (flow.done < steps) densityStep(flow);
  return {
    design,
    stationary: false,
    law: { kind: "density", output: flow.output, cells: flow.cells, width: flow.width, at: flow.at },
    predictionsAt: (t, out) => flow.predictionAt(t, out),
  };
}
