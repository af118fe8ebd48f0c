/**
 * One step of Newton's method on X − Φ(X) = 0, Φ(X) being the flow of the best response to the flow X.
 *
 * Φ reads of X only what players see, Φ' = L S with S the part that is seen, so that the step δ = r + L y needs a linear system
 * for y = S δ alone: (1 − S L) y = S r. L smooths (it is two parabolic sweeps), the system is the identity plus a compact map.
 * Or the whole system in values and masses is eliminated at once, as a sparse matrix.
 */

import { gmres } from "../../numeric/gmres.ts";
import { fields } from "./environment.ts";
import type { Reply } from "./iteration.ts";
import { linearise } from "./linearised.ts";
import type { GridFlow, GridProblem } from "./problem.ts";
import { seenOf } from "./seen.ts";
import { spaceTimeStep } from "./space-time.ts";
import type { SpaceTime } from "./space-time.ts";

/** By products with the Jacobian, or by elimination of the Jacobian itself. */
export type LinearSolver = "krylov" | SpaceTime;

export interface NewtonDirection {
  /** δ, to be added to the flow. */
  readonly change: GridFlow;
  /** Products with the Jacobian. */
  readonly products: number;
  /** What the linear system is missed by, relative to its right-hand side. */
  readonly linearResidual: number;
}

/** The step from a flow, given the reply to it; `tolerance` is that of products. */
export function newtonDirection(
  problem: GridProblem,
  reply: Reply,
  linear: LinearSolver,
  tolerance: number,
): NewtonDirection {
  if (linear !== "krylov") {
    const { change, residual } = spaceTimeStep(linear, problem, reply);
    return { change, products: 0, linearResidual: residual };
  }
  const { flow, response, induced } = reply;
  const { layout, apply, induced: inducedBy } = linearise(problem, flow, response, induced);
  const rest = add(induced, flow, -1);
  const product = (v: Float64Array): Float64Array => {
    const image = apply(v);
    for (let i = 0; i < image.length; i++) image[i] = v[i] - image[i];
    return image;
  };
  const b = seenOf(problem, layout, rest);
  const { x, residuals } = gmres(product, b, { tolerance, maximumIterations: 300 });
  addTo(rest, inducedBy(x));
  return {
    change: rest,
    products: residuals.length,
    linearResidual: residuals.at(-1) ?? 0,
  };
}

/** Adds b to a. */
function addTo(a: GridFlow, b: GridFlow): void {
  for (const part of ["mass", "aggregates"] as const) {
    a[part].forEach((into, s) => {
      const values = b[part][s];
      for (let i = 0; i < into.length; i++) into[i] += values[i];
    });
  }
}

/** a + share b. */
export function add(a: GridFlow, b: GridFlow, share = 1): GridFlow {
  const parts = (x: readonly Float64Array[], y: readonly Float64Array[]): Float64Array[] => {
    const sums = fields(x.length, x[0].length);
    x.forEach((values, s) => {
      const others = y[s];
      const out = sums[s];
      for (let i = 0; i < out.length; i++) out[i] = values[i] + share * others[i];
    });
    return sums;
  };
  return { mass: parts(a.mass, b.mass), aggregates: parts(a.aggregates, b.aggregates) };
}
