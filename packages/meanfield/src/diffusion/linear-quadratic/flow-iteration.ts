import { RefusalError } from "../../core/index.ts";
import type { Question, Step } from "../../core/index.ts";
import type { LinearQuadraticCandidate } from "./candidate.ts";
import { meanFlowResponse } from "./mean-flow.ts";
import type { MeanFlow, MeanFlowResponse } from "./mean-flow.ts";
import { hasCommonNoise } from "./model.ts";
import type { LinearQuadraticModel } from "./model.ts";

/**
 * Iteration of the best-response map on mean flows: y ← y + δ_n (Φ(y) − y); what Picard and fictitious play share.
 *
 * With common noise y is the expected flow. That is enough, because gains of linear–quadratic problems do not depend on
 * noise (certainty equivalence) and flows are carried from every start: written as a feedback on (x̄, s), the policy
 * answers conditional means as it answers expected ones.
 */
export interface FlowIteration {
  readonly question: Question;
  readonly response: MeanFlowResponse;
  readonly tolerance: number;
  /** y, the flow assumed. */
  readonly flow: MeanFlow;
  /** Φ(y), the flow that the best response to y induces. */
  readonly image: MeanFlow;
  /** How many updates have been made. */
  updates: number;
  /** Whether the policy must be a feedback on (x̄, s), a function of the clock being of no use to a random mean. */
  readonly needsFeedback: boolean;
  /** sup |Φ(y) − y| at the start. */
  readonly first: number;
  readonly horizon: number;
  /** (E x̄, E s) at the horizon. */
  readonly end: Float64Array;
}

/** Why iteration on mean flows cannot take this question, in one line; undefined where it can. */
export function refusesFlows(_model: LinearQuadraticModel, { concept, players }: Question): string | undefined {
  if (concept !== "nash") return "best responses to a mean flow lead to equilibria, not to the planner's optimum";
  if (players !== Infinity)
    return `players = ${players}: a mean flow that nobody moves alone exists only in the limit of infinitely many`;
  return undefined;
}

/** @throws RefusalError where the question is refused or a single player has no best response. */
export function startFlows(model: LinearQuadraticModel, question: Question, tolerance: number): FlowIteration {
  const refused = refusesFlows(model, question);
  if (refused !== undefined) throw new RefusalError(refused);
  const response = meanFlowResponse(model);
  const flow = response.start();
  const image = response.respond(flow, response.start());
  const first = distance(response.path(flow), response.path(image));
  const { horizon, layout } = model;
  const end = new Float64Array(layout.state + layout.common);
  const needsFeedback = hasCommonNoise(model);
  return { question, response, tolerance, flow, image, updates: 0, needsFeedback, first, horizon, end };
}

/**
 * One update by the share `weight` of the way.
 *
 * Converged when Φ(y) is within the tolerance of y, from the model's own start and from unit starts: not when updates
 * become small, which averaging brings about by itself. Metrics belong to the flow after the update: `exploitability` of
 * the best response to it, `consistency` sup |Φ(y) − y| along the path from the model's start, `other_starts` the largest
 * of the same from the unit vectors of (x̄, s, 1), `change`, the sup of the update of the path, and `mean_T`, its first
 * coordinate of the mean at the horizon.
 */
export function stepFlows(state: FlowIteration, weight: number, whyDiverged: () => string): Step {
  const { response, flow, image, tolerance } = state;
  const before = response.path(flow);
  flow.forEach((column, j) => {
    for (let q = 0; q < column.length; q++) column[q] += weight * (image[j][q] - column[q]);
  });
  response.respond(flow, image);
  state.updates++;
  const path = response.path(flow);
  const consistency = distance(path, response.path(image));
  const otherStarts = Math.max(...flow.map((column, j) => distance(column, image[j])));
  const change = distance(before, path);
  response.meanAt(path, state.horizon, state.end);
  const metrics = {
    exploitability: response.exploitability(flow),
    consistency,
    other_starts: otherStarts,
    change,
    mean_T: state.end[0],
  };
  if (consistency <= tolerance && otherStarts <= tolerance) {
    if (state.needsFeedback && response.policy(flow).source !== "empirical") {
      const reason =
        "the expected flow settled, but starts contract so much that the policy is no feedback on the mean, which common noise asks for";
      return { metrics, status: "diverged", reason };
    }
    const reason = `the best response reproduces the mean flow to ${consistency.toExponential(1)}, within ${tolerance}`;
    return { metrics, status: "converged", reason };
  }
  // Far beyond any transient growth, yet with room before overflow.
  if (!(consistency <= 1e8 * Math.max(1, state.first))) return { metrics, status: "diverged", reason: whyDiverged() };
  return { metrics, status: "running" };
}

/** The best response to the current flow, with that flow as the assumed one; later updates do not touch it. */
export function flowCandidate(model: LinearQuadraticModel, state: FlowIteration): LinearQuadraticCandidate {
  const { response, question } = state;
  const path = response.path(state.flow);
  return {
    model,
    question,
    strategy: response.policy(state.flow),
    assumedMean: (t, out) => response.meanAt(path, t, out),
  };
}

function distance(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  // Written so that not-a-number shows.
  for (let q = 0; q < a.length; q++) if (!(Math.abs(a[q] - b[q]) <= largest)) largest = Math.abs(a[q] - b[q]);
  return largest;
}
