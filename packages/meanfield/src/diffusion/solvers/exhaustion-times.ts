import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { otherKind, refusedQuestion } from "../exhaustible/model.ts";
import type { ExhaustibleCandidate, ExhaustibleModel } from "../exhaustible/model.ts";
import { improveSearch, searchCandidate, startSearch } from "../exhaustible/shadow-prices.ts";
import type { ShadowPriceSearch } from "../exhaustible/shadow-prices.ts";

const options = z.object({
  tolerance: real(1e-13, "Accepted relative error of what is drawn from each class", {
    minimum: 1e-15,
    maximum: 1e-2,
    scale: "log",
  }),
});

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly search: ShadowPriceSearch;
}

/** Exhaustible reserves by Newton's method on the shadow prices, with the market cleared explicitly in between. */
export const exhaustionTimes: Solver<ExhaustibleModel, typeof options, State, ExhaustibleCandidate> = {
  name: "exhaustion-times",
  title: "Newton on shadow prices",
  family: "diffusion",
  kind: "exhaustible",
  story:
    "Guesses what a unit of reserves is worth in each class, clears the market at all times in closed form, finds when " +
    "each class runs dry, and corrects the guesses by Newton's method until exactly the reserves are drawn. No grid in " +
    "time: the answer is as good as rounding.",
  reference: "H. Hotelling, The economics of exhaustible resources, J. Political Economy 39 (1931) 137–175",
  options,
  refuses: (model, question) => otherKind(model) ?? refusedQuestion(model, question),
  init: (model, question, { tolerance }) => ({ question, tolerance, search: startSearch(model, question) }),
  step: (model, { search, tolerance }) => {
    const before = search.mismatch;
    const halvings = before <= tolerance ? 0 : improveSearch(model, search);
    const metrics = { mismatch: search.mismatch, halvings: Math.max(0, halvings) };
    if (search.mismatch <= tolerance) {
      return { metrics, status: "converged", reason: `reserves are drawn to ${search.mismatch.toExponential(1)}` };
    }
    // Near the root rounding decides: a mismatch of a few units is the end.
    if (halvings < 0 && search.mismatch < 1e-12) {
      return {
        metrics,
        status: "converged",
        reason: `reserves are drawn to ${search.mismatch.toExponential(1)}, the limit of rounding`,
      };
    }
    if (halvings < 0) {
      return {
        metrics,
        status: "diverged",
        reason: `no step lowers the mismatch of ${search.mismatch.toExponential(1)}`,
      };
    }
    return { metrics, status: "running" };
  },
  candidate: (model, { question, search }) => searchCandidate(model, question, search),
};
