import { z } from "zod";
import type { Solver, Step } from "../../core/index.ts";
import { gmres } from "../../numeric/gmres.ts";
import { refusedRates } from "../rates/candidate.ts";
import type { RatesCandidate } from "../rates/candidate.ts";
import type { RatesModel } from "../rates/model.ts";
import { candidateOf, changeAt, gridOptions, lookAt, startRates, toleranceOption } from "../rates/search.ts";
import type { RatesSearch } from "../rates/search.ts";

const options = z.object({ tolerance: toleranceOption, ...gridOptions });

interface State {
  readonly search: RatesSearch;
}

/** Newton's method on μ = G(μ), without a matrix: what it needs of the derivative are differences of sweeps. */
export const rateNewton: Solver<RatesModel, typeof options, State, RatesCandidate> = {
  name: "newton",
  title: "Newton–Krylov method on the flow",
  family: "finite",
  kind: "controlled-rates",
  story:
    "Solves for the flow that induces itself, the linear systems by GMRES over differences of sweeps, with shorter steps where " +
    "a whole one leads away. A handful of iterations, of some ten sweeps each, also where Picard's iteration needs heavy " +
    "damping.",
  reference: "D. A. Knoll, D. E. Keyes, Jacobian-free Newton–Krylov methods, J. Comput. Phys. 193 (2004) 357–397",
  options,
  refuses: (_model, question) => refusedRates(question),
  init: (model, question, given) => ({ search: startRates(model, question, given) }),
  step: (_model, { search }): Step => {
    const metrics = search.distance < Infinity ? advance(search) : {};
    return lookAt(search, metrics);
  },
  candidate: (_model, { search }) => candidateOf(search),
};

/** Of shares of order one: the root of the rounding error. */
const difference = 1e-7;
/** Newton's steps are solved for no further than pays. */
const linearTolerance = 1e-6;
const shortest = 2 ** -10;

/** μ ← μ + λ δ, (I − G′(μ)) δ = G(μ) − μ, with the first λ = 1, ½, ¼ … by which the distance falls. */
function advance(search: RatesSearch): Readonly<Record<string, number>> {
  const { mu, change, distance } = search;
  const start = mu.slice();
  const moved = new Float64Array(mu.length);
  const there = new Float64Array(mu.length);
  const product = (v: Float64Array): Float64Array => {
    const size = v.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
    if (size === 0) return v.slice();
    const by = difference / size;
    for (let i = 0; i < mu.length; i++) moved[i] = start[i] + by * v[i];
    changeAt(search, moved, there);
    return there.map((entry, i) => (change[i] - entry) / by);
  };
  const { x, residuals } = gmres(product, change, { tolerance: linearTolerance, maximumIterations: 60 });
  let length = 1;
  for (; length > shortest; length /= 2) {
    for (let i = 0; i < mu.length; i++) moved[i] = start[i] + length * x[i];
    if (changeAt(search, moved, there) < distance) break;
  }
  for (let i = 0; i < mu.length; i++) mu[i] = start[i] + length * x[i];
  return { linear_products: residuals.length - 1, step_length: length };
}
