/**
 * An answer by particles put on a grid, where what it costs and what it leaves to be gained can be computed without chance.
 *
 * Its drifts are read at the points of a grid of the game's own mesh; the flow that they induce and the value of playing them
 * there follow by the sweeps of grids. What the grid adds to its errors is told by finer ones.
 */

import { once, RefusalError } from "../../core/index.ts";
import type { GridCandidate, ParticleCandidate } from "../pde/candidate.ts";
import { compileProblem } from "../pde/compile.ts";
import { policyValue } from "../pde/evaluation.ts";
import { workshopOf } from "../pde/environment.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue } from "../pde/problem.ts";
import { transportMass } from "../pde/transport.ts";

/** The game on the grid that its own mesh advises. */
export function advisedProblem(model: DiffusionModel): GridProblem {
  const { points, steps, scheme, grading } = model.mesh;
  return compileProblem(model, { points, steps, scheme, ...(grading === undefined ? {} : { grading }) });
}

/** The drifts of an answer at the points of a grid, in every stage. */
export function policyOnGrid({ drift }: Pick<ParticleCandidate, "drift">, problem: GridProblem): GridPolicy {
  const { stages, size, place } = problem;
  const { x, y, lines } = workshopOf(problem);
  const rise = stages.map(() => new Float64Array(size));
  const fall = stages.map(() => new Float64Array(size));
  for (const [s, { axis, time }] of stages.entries()) {
    for (let k = 0; k < size; k++) {
      if (place[k] !== 0) continue;
      const own = drift(axis, time, x[k], y[k]);
      if (!Number.isFinite(own)) {
        throw new RefusalError(
          `the drift found at t = ${time}, (${x[k]}, ${y[k]}) is ${own}: nothing can be said of it`,
        );
      }
      // Central differences have one drift of either sign; elsewhere there is one control to each side.
      if (lines[axis].central[k] === 1) rise[s][k] = own;
      else if (own > 0) rise[s][k] = own;
      else fall[s][k] = -own;
    }
  }
  return { rise, fall };
}

export interface PlayedOnGrid {
  readonly problem: GridProblem;
  readonly policy: GridPolicy;
  readonly flow: GridFlow;
  readonly value: GridValue;
}

const played = new WeakMap<ParticleCandidate, () => PlayedOnGrid>();

/** What becomes of an answer that everybody plays on the game's own mesh; computed once. */
export function playedOnGrid(candidate: ParticleCandidate): PlayedOnGrid {
  const known = played.get(candidate);
  if (known !== undefined) return known();
  const make = once((): PlayedOnGrid => {
    const problem = advisedProblem(candidate.model);
    const policy = policyOnGrid(candidate, problem);
    const flow = transportMass(problem, policy);
    return { problem, policy, flow, value: policyValue(problem, policy, flow) };
  });
  played.set(candidate, make);
  return make();
}

/** An answer's policy in another game on the same space, or in its own: with the flow and the costs that come of it there. */
export function playedIn(model: DiffusionModel, candidate: GridCandidate | ParticleCandidate): GridCandidate {
  const { problem, policy } = candidate.kind === "grid" ? candidate : playedOnGrid(candidate);
  const { scheme, times, grid } = problem;
  const { grading } = model.mesh;
  const own = compileProblem(model, {
    points: grid.axes.map(({ points }) => points.length),
    steps: times.length - 1,
    scheme,
    ...(grading === undefined ? {} : { grading }),
  });
  const flow = transportMass(own, policy);
  const { question } = candidate;
  return { kind: "grid", model, question, problem: own, flow, value: policyValue(own, policy, flow), policy };
}
