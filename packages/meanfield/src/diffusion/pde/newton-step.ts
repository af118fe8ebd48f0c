/**
 * One step of Newton's method on X − Φ(X) = 0, Φ(X) being the flow of the best response to the flow X.
 *
 * Φ reads of X only what players see, Φ' = L S with S the part that is seen, so that the step δ = r + L y needs a linear system
 * for y = S δ alone: (1 − S L) y = S r. L smooths (it is two parabolic sweeps), the system is the identity plus a compact map.
 */

import { RefusalError } from "../../core/index.ts";
import { gmres } from "../../numeric/gmres.ts";
import { solveLinear } from "../../numeric/lu.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { Reply } from "./iteration.ts";
import { linearise } from "./linearised.ts";
import type { Linearisation } from "./linearised.ts";
import type { GridFlow, GridProblem } from "./problem.ts";
import { seenLayout, seenOf } from "./seen.ts";

/** `krylov`: by products with the Jacobian; `direct`: by elimination of the Jacobian itself. */
export type LinearSolver = "krylov" | "direct";

/** Most unknowns that are eliminated directly: 32 MB, and seconds. */
export const mostUnknowns = 2000;

/** @throws RefusalError where the system is too large to be eliminated. */
export function requireLinearSolver(problem: GridProblem, linear: LinearSolver): void {
  const { size } = seenLayout(problem);
  if (linear === "direct" && size > mostUnknowns) {
    throw new RefusalError(
      `linear = direct: players see ${size} numbers on this grid, at most ${mostUnknowns} are eliminated directly; take fewer points and steps, or linear = krylov`,
    );
  }
}

export interface NewtonDirection {
  /** δ, to be added to the flow. */
  readonly change: GridFlow;
  /** Products with the Jacobian. */
  readonly products: number;
  /** |(1 − S L) y − S r| / |S r|. */
  readonly linearResidual: number;
}

/** The step from a flow, given the reply to it; `tolerance` is that of the linear system. */
export function newtonDirection(
  problem: GridProblem,
  { flow, response, induced }: Reply,
  linear: LinearSolver,
  tolerance: number,
): NewtonDirection {
  const linearisation = linearise(problem, flow, response, induced);
  const rest = subtract(induced, flow);
  const b = seenOf(problem, linearisation.layout, rest);
  if (linear === "direct") {
    const y = b.length === 0 ? b : eliminate(linearisation, b);
    return { change: add(rest, linearisation.induced(y)), products: b.length, linearResidual: 0 };
  }
  const apply = (v: Float64Array): Float64Array => {
    const image = linearisation.apply(v);
    for (let i = 0; i < image.length; i++) image[i] = v[i] - image[i];
    return image;
  };
  const { x, residuals } = gmres(apply, b, { tolerance, maximumIterations: 300 });
  return {
    change: add(rest, linearisation.induced(x)),
    products: residuals.length,
    linearResidual: residuals.at(-1) ?? 0,
  };
}

/** Solves (1 − S L) y = b with the matrix, column by column. */
function eliminate({ apply }: Linearisation, b: Float64Array): Float64Array {
  const n = b.length;
  const matrix = zeros(n, n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit[j] = 1;
    const column = apply(unit);
    unit[j] = 0;
    for (let i = 0; i < n; i++) matrix.data[i * n + j] = (i === j ? 1 : 0) - column[i];
  }
  return solveLinear(matrix, b);
}

function subtract(a: GridFlow, b: GridFlow): GridFlow {
  return combined(a, b, -1);
}

/** a + share b. */
export function add(a: GridFlow, b: GridFlow, share = 1): GridFlow {
  return combined(a, b, share);
}

function combined(a: GridFlow, b: GridFlow, share: number): GridFlow {
  const parts = (x: readonly Float64Array[], y: readonly Float64Array[]): Float64Array[] =>
    x.map((values, s) => {
      const others = y[s];
      const out = new Float64Array(values.length);
      for (let i = 0; i < out.length; i++) out[i] = values[i] + share * others[i];
      return out;
    });
  return { mass: parts(a.mass, b.mass), aggregates: parts(a.aggregates, b.aggregates) };
}
