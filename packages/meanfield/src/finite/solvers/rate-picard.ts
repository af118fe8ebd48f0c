import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { adapt, startPace } from "../pace.ts";
import type { Pace } from "../pace.ts";
import { refusedRates } from "../rates/candidate.ts";
import type { RatesCandidate } from "../rates/candidate.ts";
import type { RatesModel } from "../rates/model.ts";
import { candidateOf, gridOptions, lookAt, startRates, toleranceOption } from "../rates/search.ts";
import type { RatesSearch } from "../rates/search.ts";

const options = z.object({
  damping: real(0, "Share of the way to the induced flow that each update goes; 0 for a share that follows progress", {
    symbol: "\\delta",
    minimum: 0,
    maximum: 1,
    tunable: { from: 0.01, to: 1, scale: "log", also: [0] },
  }),
  tolerance: toleranceOption,
  ...gridOptions,
});

interface State {
  readonly search: RatesSearch;
  readonly damping: number;
  readonly pace: Pace;
}

/** μ ← μ + δ (G(μ) − μ), G(μ) the flow of the best response to μ. */
export const ratePicard: Solver<RatesModel, typeof options, State, RatesCandidate> = {
  name: "picard",
  title: "Damped Picard iteration",
  family: "finite",
  kind: "controlled-rates",
  story:
    "Values backward against the present flow, the flow of the best controls forward, and all or part of the way to it. " +
    "Converges where horizons are short or coupling is weak, and with damping for most games.",
  reference:
    "D. A. Gomes, J. Mohr, R. R. Souza, Continuous time finite state mean field games, Appl. Math. Optim. 68 (2013) 99–143",
  options,
  refuses: (_model, question) => refusedRates(question),
  init: (model, question, { damping, ...rest }) => ({
    search: startRates(model, question, rest),
    damping,
    pace: startPace(1, 1e-3, 1),
  }),
  step: (_model, { search, damping, pace }): Step => {
    const share = damping > 0 ? damping : pace.size;
    if (search.distance < Infinity) for (let i = 0; i < search.mu.length; i++) search.mu[i] += share * search.change[i];
    const step = lookAt(search, search.distance < Infinity ? { damping: share } : {});
    adapt(pace, search.distance);
    return step;
  },
  candidate: (_model, { search }) => candidateOf(search),
};
