import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { softmax } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyProfile } from "../compile.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { goBack, remember, stalled, startRetreat } from "../retreat.ts";
import type { Retreat } from "../retreat.ts";
import { bestCandidate, evaluateOwn, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  alpha: real(0, "Step size; 0 for one that is searched", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-5, to: 10, scale: "log" },
  }),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  /** 0: searched. */
  readonly alpha: number;
  /** θ, of which the policy is the softmax, less its largest entry in each state; −∞ where actions may not be taken. */
  theta: Profile;
  /** θ of the last iterate that did not overshoot, from which steps are taken. */
  base: Profile;
  /** The gradient at `base`, and at `theta`. */
  readonly direction: Profile;
  readonly next: Profile;
  /** The step size that is tried next, and the largest that may be. */
  size: number;
  cap: number;
  /** To the best θ, and the step size that led there. */
  readonly retreat: Retreat;
  bestSize: number;
}

/** The first step whose size is searched changes no parameter by more than this, later ones none by more than `most`. */
const reach = { first: 0.1, most: 1 } as const;
/** The size of a step may change by these factors at a time. */
const change = { least: 0.1, most: 2 } as const;
/** Less than e⁻⁴⁰ of a share is rounding, and from far below no gradient would lead back. */
const deepest = -40;
/** Where a search goes back to its best iterate, steps become shorter by this. */
const shorter = 2;

/** Ascent on V^π(μ_0; L^π), the flow held, in parameters θ with π = softmax(θ): ∂V^π/∂θ_t(s,a) = μ_t(s) π_t(a|s) (Q^π − V^π). */
export const policyGradient: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "policy-gradient",
  title: "Policy gradient",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players turn their choices to where it pays, in proportion to how often they come there and choose so: what most " +
    "learners with networks do from samples, here with the exact gradient. A step after which the gradient points back is " +
    "taken again shorter. States and actions that are seldom tried learn slowly; the natural gradient makes up for that, and " +
    "is online-mirror-descent.",
  reference:
    "R. S. Sutton, D. McAllester, S. Singh, Y. Mansour, Policy gradient methods for reinforcement learning with function approximation, NIPS 1999, theorem 1; J. Barzilai, J. M. Borwein, Two-point step size gradient methods, IMA J. Numer. Anal. 8 (1988) 141–148",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, { alpha, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    search.wantsOwn = true;
    const table = (): Profile => emptyProfile(search.game);
    const theta = search.policy.map((shares) => shares.map((share) => (share > 0 ? 0 : -Infinity)));
    return {
      search,
      alpha,
      theta,
      base: theta.map((entries) => entries.slice()),
      direction: table(),
      next: table(),
      size: alpha,
      cap: Infinity,
      retreat: startRetreat(search.game),
      bestSize: 0,
    };
  },
  step: (_model, state): Step => {
    const { search, alpha, retreat } = state;
    const first = search.scored === 0;
    const back = stalled(retreat);
    if (back) {
      goBack(retreat, search, state.base);
      shorten(state);
    }
    const size = first || back ? 0 : state.size;
    if (!first) advance(state, size);
    const step = look(
      search,
      alpha > 0 ? `try a smaller alpha than ${alpha}, or online-mirror-descent` : "try online-mirror-descent",
      first ? {} : { alpha: size },
    );
    if (step.status !== "running" || !Number.isFinite(search.exploitability)) return step;
    ascent(state);
    if (alpha === 0 && remember(retreat, search, state.theta)) state.bestSize = state.size;
    if (first || back || alpha > 0) accept(state);
    else judge(state);
    return step;
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** θ = base + size · direction, and the policy that is its softmax. */
function advance({ search, base, theta, direction }: State, size: number): void {
  search.game.populations.forEach(({ actions }, p) => {
    const [from, to, by] = [base[p], theta[p], direction[p]];
    for (let row = 0; row < to.length; row += actions) {
      let top = -Infinity;
      for (let i = row; i < row + actions; i++) {
        to[i] = from[i] + size * by[i];
        if (to[i] > top) top = to[i];
      }
      for (let i = row; i < row + actions; i++) if (to[i] > -Infinity) to[i] = Math.max(deepest, to[i] - top);
    }
  });
  softmax(search.game, theta, 1, search.policy);
}

/** The gradient along the flow of the current iterate. */
function ascent({ search, next }: State): void {
  const { Q, V } = evaluateOwn(search);
  search.field.parts.forEach(({ population: { actions }, pairs }, p) => {
    for (let i = 0; i < pairs.length; i++)
      next[p][i] = pairs[i] === 0 ? 0 : pairs[i] * (Q[p][i] - V[p][Math.floor(i / actions)]);
  });
}

/** Steps go on from the current iterate. */
function accept(state: State): void {
  const { direction, next, alpha } = state;
  [state.base, state.theta] = [state.theta, state.base];
  let most = 0;
  direction.forEach((by, p) => {
    by.set(next[p]);
    for (const entry of by) most = Math.max(most, Math.abs(entry));
  });
  if (alpha > 0) return;
  const scale = 1 / Math.max(most, 1e-300);
  state.size = state.size > 0 ? Math.min(state.size, reach.most * scale, state.cap) : reach.first * scale;
}

/**
 * Goes on from the current iterate unless its gradient points back, with a size that by what the gradient changed along the
 * way neither overshoots nor spirals out where the gradient turns: −⟨Δθ,Δg⟩ ⁄ ‖Δg‖².
 */
function judge(state: State): void {
  const { direction, next, size } = state;
  let [before, after, changed] = [0, 0, 0];
  direction.forEach((by, p) => {
    const to = next[p];
    for (let i = 0; i < by.length; i++) {
      before += by[i] * by[i];
      after += by[i] * to[i];
      changed += (to[i] - by[i]) ** 2;
    }
  });
  const ratio = before > after ? (before - after) / changed : Infinity;
  state.size = size * Math.min(change.most, Math.max(change.least, ratio));
  if (after >= 0) accept(state);
}

/** Stays where it went back to for once, and goes on from there with shorter steps than led there. */
function shorten(state: State): void {
  for (const by of state.direction) by.fill(0);
  state.cap = (state.cap < Infinity ? state.cap : state.bestSize > 0 ? state.bestSize : state.size) / shorter;
  state.size = state.cap;
}
