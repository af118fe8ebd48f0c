/**
 * What iterations towards an equilibrium on a grid share: the answer to a flow, the flow of that answer, how far both are
 * from an equilibrium, and when to stop.
 *
 * Convergence is judged by exploitability, the cost of the policy against the flow that it induces less the least cost
 * against that flow, each by a sweep of its own, and by the distance between the flow assumed and the flow induced; what
 * breaks the bounds that every answer keeps is never called converged.
 */

import { RefusalError } from "../../core/index.ts";
import type { Question, Step } from "../../core/index.ts";
import { SingularMatrixError } from "../../numeric/lu.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import { bestResponse, passingBuffers } from "./best-response.ts";
import type { BestResponse } from "./best-response.ts";
import { boundsViolated } from "./bounds.ts";
import type { GridCandidate } from "./candidate.ts";
import { passing } from "./environment.ts";
import { policyValue } from "./evaluation.ts";
import { flowDistance, massFault, restingPolicy } from "./iteration-flows.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue } from "./problem.ts";
import { transportMass } from "./transport.ts";

/** One look at a flow: what players answer to it, and where that leads. */
export interface Reply {
  /** Assumed. */
  readonly flow: GridFlow;
  readonly response: BestResponse;
  /** The flow of `response.policy`. */
  readonly induced: GridFlow;
}

export function replyTo(problem: GridProblem, flow: GridFlow, response = bestResponse(problem, flow)): Reply {
  return { flow, response, induced: transportMass(problem, response.policy) };
}

/** The flow of players who never move on purpose: where iterations begin. */
export function restingFlow(problem: GridProblem): GridFlow {
  return transportMass(problem, restingPolicy(problem));
}

/**
 * The reply to the resting flow.
 *
 * @throws RefusalError where players cannot even answer that on this grid.
 */
export function firstReply(problem: GridProblem): Reply {
  const flow = restingFlow(problem);
  const first = attempt(() => replyTo(problem, flow));
  if (typeof first === "string") throw new RefusalError(`no iteration can begin: ${first}`);
  return first;
}

/** What `action` gives, or in words why an equation in it has no solution that this grid finds. */
export function attempt<T extends object>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    if (error instanceof NoConvergenceError || error instanceof SingularMatrixError) return error.message;
    throw error;
  }
}

/** How far a policy is from an equilibrium. */
export interface Assessment {
  /** ⟨π⁰, u⁰⟩ of the policy against the flow it induces. */
  readonly cost: number;
  /** Less the least that anybody can pay against that flow. */
  readonly exploitability: number;
}

/** Assesses a policy; `answer` is the best response to the induced flow, where that is known already. */
export function assess(
  problem: GridProblem,
  policy: GridPolicy,
  induced: GridFlow,
  answer = bestResponse(problem, induced, undefined, passingBuffers(problem)),
): Assessment {
  const cost = averageCost(problem, policy, induced);
  return { cost, exploitability: cost - meanValue(problem, answer.value) };
}

/** ⟨π⁰, u⁰⟩ of players who follow a policy in the environment of a flow. */
export function averageCost(problem: GridProblem, policy: GridPolicy, flow: GridFlow): number {
  const { stages, size } = problem;
  const spent = { value: passing(stages.length + 1, size) };
  return meanValue(problem, policyValue(problem, policy, flow, undefined, spent));
}

/** ⟨π⁰, u⁰⟩. */
export function meanValue({ initialMass }: GridProblem, { value }: GridValue): number {
  const [first] = value;
  let sum = 0;
  for (let i = 0; i < initialMass.length; i++) if (initialMass[i] !== 0) sum += initialMass[i] * first[i];
  return sum;
}

/** Numbers of one iteration; all solvers on grids trace these, some add their own. */
export interface IterationMetrics extends JudgedMetrics {
  readonly exploitability: number;
}

/** What decides whether an iteration is over; a planner's has no exploitability. */
export interface JudgedMetrics {
  readonly exploitability?: number;
  /** Between the flow assumed and the flow induced. */
  readonly distance: number;
  /** Of the nonlinear Hamilton–Jacobi–Bellman steps. */
  readonly residual: number;
  /** What conservation of mass misses. */
  readonly mass: number;
  readonly cost: number;
}

/** Numbers of a reply and of its assessment; `answer` as there. */
export function measure(
  problem: GridProblem,
  { flow, response, induced }: Reply,
  answer?: BestResponse,
): IterationMetrics {
  const { cost, exploitability } = assess(problem, response.policy, induced, answer);
  return {
    exploitability,
    distance: flowDistance(flow, induced),
    residual: response.residual,
    mass: massFault(problem, induced),
    cost,
  };
}

export interface Judge {
  /** The step that these numbers amount to; `metrics` may hold more than the common ones. */
  readonly step: (metrics: JudgedMetrics, candidate: () => GridCandidate) => Step;
}

export interface JudgeSettings {
  readonly tolerance: number;
  /** So many iterations without any progress in distance or exploitability end the run. */
  readonly patience: number;
  /** What to try instead, for that end. */
  readonly advice: string;
}

/** Decides when an iteration is over; one per run, since it remembers progress. */
export function judgeOf({ tolerance, patience, advice }: JudgeSettings): Judge {
  let leastDistance = Infinity;
  let leastExploitability = Infinity;
  let waited = 0;
  const step = (metrics: JudgedMetrics, candidate: () => GridCandidate): Step => {
    const { exploitability = 0, distance, cost } = metrics;
    const numbers: Record<string, number> = { ...metrics };
    // Costs are sums of terms of their size: below this nothing is known about differences.
    const scale = Math.max(1, Math.abs(cost));
    const compared =
      metrics.exploitability === undefined
        ? "the flow and incentives assumed and those they induce"
        : "the flow assumed and the flow it induces";
    const words = (gain: number): string =>
      metrics.exploitability === undefined ? "" : `; exploitability ${gain.toExponential(1)}`;
    if (exploitability <= tolerance * scale && distance <= tolerance) {
      const fault = boundsViolated(candidate(), distance);
      if (fault !== undefined) return { metrics: numbers, status: "diverged", reason: fault };
      const reason = `${compared} agree to ${distance.toExponential(1)}${words(exploitability)}`;
      return { metrics: numbers, status: "converged", reason };
    }
    const better = distance < leastDistance || exploitability < leastExploitability;
    leastDistance = Math.min(leastDistance, distance);
    leastExploitability = Math.min(leastExploitability, exploitability);
    waited = better ? 0 : waited + 1;
    if (waited < patience) return { metrics: numbers, status: "running" };
    const rounding = leastDistance <= 1e-10 && leastExploitability <= 1e-10 * scale;
    const reason = rounding
      ? `rounding stops progress at distance ${leastDistance.toExponential(1)}${words(leastExploitability)}; the tolerance ${tolerance} is out of reach on this grid`
      : `no progress in ${patience} iterations: ${compared} stay ${distance.toExponential(1)} apart${words(exploitability)}; ${advice}`;
    return { metrics: numbers, status: "diverged", reason };
  };
  return { step };
}

/** A reply as a candidate. */
export function replyCandidate(problem: GridProblem, question: Question, { flow, response }: Reply): GridCandidate {
  const { value, policy } = response;
  return { kind: "grid", model: problem.model, question, problem, flow, value, policy };
}
