import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { refusedLongMoves, refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyFlow, emptyProfile } from "../compile.ts";
import { emptyField, induce, observe } from "../flow.ts";
import type { Field } from "../flow.ts";
import { flowTolerance, projectOntoFlows } from "../flow-projection.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { goBack, remember, stalled, startRetreat } from "../retreat.ts";
import type { Retreat } from "../retreat.ts";
import { bestCandidate, bestOf, digits, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  alpha: real(0, "Step size; 0 for one that is searched", {
    symbol: "\\alpha",
    minimum: 0,
    maximum: 1e9,
    tunable: { from: 1e-5, to: 10, scale: "log" },
  }),
  eta: real(0, "Weight of ½‖d‖² beside what is lost: more settles sooner, away from the equilibrium", {
    symbol: "\\eta",
    minimum: 0,
    maximum: 1e6,
  }),
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  /** 0: searched. */
  readonly alpha: number;
  readonly eta: number;
  /** The game at `d`. */
  readonly field: Field;
  /** d, and c_d + ηd there. */
  readonly d: Profile;
  readonly slope: Profile;
  readonly before: Profile;
  readonly slopeBefore: Profile;
  /** v of the projection, and y. */
  readonly target: Profile;
  readonly dual: Profile;
  size: number;
  cap: number;
  wentBack: boolean;
  /** To the best d. */
  readonly retreat: Retreat;
}

/**
 * How far losses push shares in the first step whose size is searched, and at most: far beyond one a step goes to the best
 * response, and there is nothing beyond it but rounding.
 */
const reach = { first: 0.01, most: 1000 } as const;
/** A step that is too long to project is tried so often, each time a quarter as long. */
const tries = 10;
/** The size of a step may change by these factors at a time. */
const change = { least: 0.1, most: 2 } as const;
/** Where a search goes back to its best iterate, steps become shorter by this. */
const shorter = 4;

/** d ← the flow nearest to d − α(c_d + ηd), c_d = −r the loss and the kernel held at d. */
export const occupationMeasureInclusion: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "occupation-measure-inclusion",
  title: "Occupation-measure inclusion",
  family: "finite",
  kind: "discrete-time",
  story:
    "The population's law over states and actions moves a step to where more is earned now, and then to the nearest law that " +
    "is a flow; where that leads back, it is an equilibrium. Needs monotone rewards and no best responses; each iteration is a " +
    "projection, dearer than a sweep.",
  reference:
    "A. Hu, J. Zhang, MF-OML: online mean-field reinforcement learning with occupation measures for large population games, arXiv:2405.00282 (2024), MF-OMI by forward-backward splitting",
  options,
  refuses: (model, question) => refusedQuestion(question) ?? refusedLongMoves(model),
  init: (model, question, { alpha, eta, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    const { game } = search;
    const table = (): Profile => emptyProfile(game);
    const field = emptyField(game);
    induce(field, search.policy);
    const state: State = {
      search,
      alpha,
      eta,
      field,
      d: field.parts.map(({ pairs }) => pairs.slice()),
      slope: table(),
      before: table(),
      slopeBefore: table(),
      target: table(),
      dual: emptyFlow(game),
      size: alpha,
      cap: Infinity,
      wentBack: false,
      retreat: startRetreat(game),
    };
    return state;
  },
  step: (_model, state): Step => {
    const { search, alpha, retreat, d } = state;
    const first = search.scored === 0;
    const back = stalled(retreat);
    if (back) {
      goBack(retreat, search, d);
      shorten(state);
    } else if (!first) {
      const failure = advance(state);
      if (failure !== undefined)
        return { metrics: {}, status: "diverged", reason: `${failure}; ${bestOf(search)}; try a smaller alpha` };
    }
    if (!first) policyOf(state);
    const step = look(
      search,
      alpha > 0 ? `try a smaller alpha than ${alpha}, or online-mirror-descent` : "try online-mirror-descent",
      first ? {} : { alpha: back ? 0 : state.size },
    );
    if (step.status !== "running" || !Number.isFinite(search.exploitability)) return step;
    losses(state);
    if (alpha === 0) {
      if (first) {
        const scale = 1 / Math.max(spread(state), 1e-300);
        state.size = reach.first * scale;
        state.cap = reach.most * scale;
      }
      if (!first && !back) judge(state);
      remember(retreat, search, d);
    }
    return step;
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** A projected step, shorter where one that is searched cannot be projected; why it failed, if it did. */
function advance(state: State): string | undefined {
  const { search, d, slope, before, slopeBefore } = state;
  d.forEach((pairs, p) => {
    before[p].set(pairs);
    slopeBefore[p].set(slope[p]);
  });
  let missed = projected(state);
  for (let k = 1; missed > 0 && state.alpha === 0 && k < tries; k++) {
    state.size /= 4;
    missed = projected(state);
  }
  return missed > 0
    ? `the projection of iteration ${search.scored} misses a flow by ${digits(missed)}, more than ${flowTolerance}`
    : undefined;
}

/** d becomes the flow nearest to d − size · slope; what it misses one by, 0 where that is rounding. */
function projected({ search, field, d, before, slope, target, dual, size }: State): number {
  let missed = 0;
  field.parts.forEach((part, p) => {
    const [v, y] = [target[p], dual[p]];
    for (let i = 0; i < v.length; i++) v[i] = before[p][i] - size * slope[p][i];
    // With these nothing but what is forgone is taken from d: at an equilibrium they are the dual's optimum.
    for (let i = 0; i < y.length; i++) y[i] = -size * search.response.V[p][i];
    const { converged, residual } = projectOntoFlows(part, search.game.times, v, y, d[p]);
    if (!converged) missed = Math.max(missed, Number.isNaN(residual) ? Infinity : residual);
  });
  return missed;
}

/** c_d + ηd at the game as it is at d. */
function losses({ field, d, slope, eta, search }: State): void {
  observe(field, d);
  field.parts.forEach(({ population: { states, actions }, here, table, tableStride }, p) => {
    for (let t = 0, i = 0; t < search.game.times; t++) {
      for (let s = 0, entry = t * tableStride; s < states; s++)
        for (let a = 0; a < actions; a++, i++, entry++)
          slope[p][i] = eta * d[p][i] - here[t * states + s] - table[entry];
    }
  });
}

/** π(a|s) = d(s,a) ⁄ Σ_b d(s,b), uniform over what is allowed where nobody is. */
function policyOf({ search, d }: State): void {
  search.game.populations.forEach(({ actions, allowed }, p) => {
    const [policy, pairs] = [search.policy[p], d[p]];
    for (let row = 0; row < policy.length; row += actions) {
      let [sum, count] = [0, 0];
      for (let i = row; i < row + actions; i++) {
        sum += pairs[i];
        if (allowed === undefined || allowed[i] === 1) count++;
      }
      for (let i = row; i < row + actions; i++)
        policy[i] = sum > 0 ? pairs[i] / sum : allowed === undefined || allowed[i] === 1 ? 1 / count : 0;
    }
  });
}

/** The largest difference between losses at one time. */
function spread({ slope, search }: State): number {
  let most = 0;
  search.game.populations.forEach(({ states, actions }, p) => {
    const rows = states * actions;
    for (let first = 0; first < slope[p].length; first += rows) {
      const now = slope[p].subarray(first, first + rows);
      most = Math.max(
        most,
        now.reduce((m, c) => Math.max(m, c), -Infinity) - now.reduce((m, c) => Math.min(m, c), Infinity),
      );
    }
  });
  return most;
}

/**
 * The next size: ‖Δd‖² ⁄ Σ|Δd||Δc|, with which losses would have changed along the step by as much as moved it. What losses do
 * where nobody is does not count: that of an empty place may change by ever so much.
 */
function judge(state: State): void {
  const { d, before, slope, slopeBefore, size, cap } = state;
  let [moved, changed] = [0, 0];
  d.forEach((now, p) => {
    for (let i = 0; i < now.length; i++) {
      const step = Math.abs(now[i] - before[p][i]);
      moved += step * step;
      changed += step * Math.abs(slope[p][i] - slopeBefore[p][i]);
    }
  });
  const ratio = changed > 0 ? moved / (changed * size) : Infinity;
  state.size = Math.min(cap, size * Math.min(change.most, Math.max(change.least, ratio)));
}

/** Goes on from where it went back to with steps shorter than the last, and none longer from then on. */
function shorten(state: State): void {
  state.cap = (state.wentBack ? state.cap : Math.min(state.cap, state.size)) / shorter;
  state.wentBack = true;
  state.size = state.cap;
}
