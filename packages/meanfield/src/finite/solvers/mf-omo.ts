import { z as schema } from "zod";
import { flag, real, whole } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { projectOntoSimplex } from "../../numeric/simplex-projection.ts";
import { refusedLongMoves, refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { CompiledGame } from "../compile.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { boundedParameters, squaredParameters } from "../occupation-parameters.ts";
import type { OccupationParameters } from "../occupation-parameters.ts";
import { emptyOccupation, matchValues, occupationGradient } from "../occupation.ts";
import type { Occupation, Penalties } from "../occupation.ts";
import { bestCandidate, look, returned, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const penalty = { minimum: 0, open: "minimum", maximum: 1e6, scale: "log" } as const;

const options = schema.object({
  lr: real(0, "Step size of Adam; 0 for one that follows progress, from 0.1 on, where laws are redressed", {
    minimum: 0,
    maximum: 1e6,
    tunable: { from: 1e-3, to: 1, scale: "log", also: [0] },
  }),
  c1: real(1, "Weight of what is missing to a flow", { ...penalty, symbol: "c_1" }),
  c2: real(1, "Weight of what is missing to values", { ...penalty, symbol: "c_2" }),
  c3: real(1, "Weight of what is forgone", { ...penalty, symbol: "c_3" }),
  rb_freq: whole(
    50,
    "Iterations after which the law becomes the flow of its policy, and values and slacks those of best responses to it; 0 for never",
    { minimum: 0, maximum: 1e9, tunable: { from: 10, to: 200, scale: "log", also: [0] } },
  ),
  parameterize: flag(
    true,
    "Whether laws are the softmax of what is descended on, and slacks its square, instead of being projected",
  ),
  r_max: real(
    0,
    "With parameterize: a bound on the size of rewards, by which slacks are shares of a softmax and values sines, from where MFGLib starts them; 0 for squares and free values",
    { minimum: 0, maximum: 1e9, symbol: "r_{\\max}" },
  ),
  tolerance: toleranceOption,
});

/** D. P. Kingma, J. Ba, "Adam", ICLR 2015: decay of both means, and what keeps a division from being by zero. */
const adam = { first: 0.9, second: 0.999, least: 1e-8 } as const;

/** The step size that is tried first. */
const firstRate = 0.1;

/** What the exploitability has to shrink to between two redresses for steps to stay as long. */
const worthwhile = 0.9;

interface State {
  readonly search: Search;
  readonly penalties: Penalties;
  /** The step size, and whether it follows progress. */
  lr: number;
  readonly adapts: boolean;
  /** The least exploitability when laws were last redressed. */
  before: number;
  readonly field: Field;
  readonly at: Occupation;
  /** What Adam moves; nothing for `at` itself, with projections. */
  readonly parameters: OccupationParameters | undefined;
  readonly frequency: number;
  readonly slope: Occupation;
  readonly mean: Occupation;
  readonly square: Occupation;
  updates: number;
}

/** Descent on MF-OMO's one function of laws, values and slacks, by Adam with projections. */
export const mfOmo: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "mf-omo",
  title: "Mean-field occupation-measure optimisation",
  family: "finite",
  kind: "discrete-time",
  story:
    "Equilibria are the zeros of one smooth function of the population's law, of values and of what actions forgo; descend on " +
    "it. Needs neither monotonicity nor best responses, and may find any equilibrium near its start, or a local minimum that " +
    "is none. The matrix of the formulation is never built: an iteration costs a sweep forward and one back.",
  reference:
    "X. Guo, A. Hu, J. Zhang, MF-OMO: an optimization formulation of mean-field games, SIAM J. Control Optim. 62 (2024) 243–270",
  options,
  refuses: (model, question) => refusedQuestion(question) ?? refusedLongMoves(model),
  init: (model, question, { lr, c1, c2, c3, rb_freq, parameterize, r_max, tolerance }) => {
    const search = startSearch(model, question, tolerance);
    const { game } = search;
    const [field, at] = [emptyField(game), emptyOccupation(game)];
    game.populations.forEach(({ states }, p) => at.L[p].set(search.policy[p].map((share) => share / states)));
    matchValues(field, at);
    const parameters = !parameterize
      ? undefined
      : r_max > 0
        ? boundedParameters(game, at, r_max)
        : squaredParameters(game, at);
    parameters?.give(at);
    const empty = (): Occupation => likeOf(parameters?.moved ?? at);
    return {
      search,
      penalties: { c1, c2, c3 },
      lr: lr > 0 ? lr : firstRate,
      adapts: lr === 0,
      before: Infinity,
      field,
      at,
      parameters,
      frequency: rb_freq,
      slope: empty(),
      mean: empty(),
      square: empty(),
      updates: 0,
    };
  },
  step: (_model, state): Step => {
    const { search, field, at, slope, penalties } = state;
    let objective = Number.NaN;
    if (search.scored > 0) {
      objective = occupationGradient(field, at, penalties, slope);
      state.parameters?.pullBack(at, slope);
      descend(state);
      if (state.parameters === undefined) project(search.game, at);
      else state.parameters.give(at);
      policyOf(search.game, at.L, search.policy);
      if (state.frequency > 0 && state.updates % state.frequency === 0) {
        if (state.adapts) follow(state);
        redress(state);
      }
    }
    return look(search, "try another lr, or online-mirror-descent", search.scored > 0 ? { objective } : {});
  },
  candidate: (_model, { search }) => bestCandidate(search),
  remark: (_model, { search }) => returned(search),
};

/** Tables of the same lengths, of zeros. */
function likeOf({ L, y, z }: Occupation): Occupation {
  const zeros = (tables: readonly Float64Array[]): Float64Array[] =>
    tables.map((table) => new Float64Array(table.length));
  return { L: zeros(L), y: zeros(y), z: zeros(z) };
}

/** One step of Adam. */
function descend(state: State): void {
  const { at, parameters, slope, mean, square, lr } = state;
  const moved = parameters?.moved ?? at;
  state.updates++;
  const [firstBias, secondBias] = [1 - adam.first ** state.updates, 1 - adam.second ** state.updates];
  for (const part of ["L", "y", "z"] as const) {
    moved[part].forEach((x, p) => {
      const [g, m, v] = [slope[part][p], mean[part][p], square[part][p]];
      for (let i = 0; i < x.length; i++) {
        m[i] = adam.first * m[i] + (1 - adam.first) * g[i];
        v[i] = adam.second * v[i] + (1 - adam.second) * g[i] * g[i];
        x[i] -= (lr * (m[i] / firstBias)) / (Math.sqrt(v[i] / secondBias) + adam.least);
      }
    });
  }
}

/** Back to the best iterate with half the steps, unless it has become better since laws were last redressed. */
function follow(state: State): void {
  const { search } = state;
  if (!(search.best.exploitability < worthwhile * state.before)) {
    state.lr /= 2;
    search.policy.forEach((table, p) => table.set(search.best.policy[p]));
  }
  state.before = search.best.exploitability;
}

/** L becomes the flow of its policy, y and z what best responses to it make them. */
function redress({ search, field, at, parameters, mean, square }: State): void {
  induce(field, search.policy);
  field.parts.forEach(({ pairs }, p) => at.L[p].set(pairs));
  matchValues(field, at);
  parameters?.take(at);
  // Means of slopes at another point say nothing about this one.
  for (const tables of [mean, square])
    for (const part of ["L", "y", "z"] as const) for (const table of tables[part]) table.fill(0);
}

/** Laws to the simplex of every time, with nothing on actions that may not be taken; slacks to at least 0. */
function project({ populations, times }: CompiledGame, { L, z }: Occupation): void {
  populations.forEach(({ states, actions, allowed }, p) => {
    const rows = states * actions;
    allowed?.forEach((one, i) => {
      if (one === 0) L[p][i] = -Infinity;
    });
    for (let t = 0; t < times; t++) projectOntoSimplex(L[p].subarray(t * rows, (t + 1) * rows));
    for (let i = 0; i < z[p].length; i++) z[p][i] = Math.max(0, z[p][i]);
  });
}

/** π(a|s) = L(s,a) ⁄ Σ_b L(s,b), uniform over what is allowed where nobody is. */
function policyOf({ populations }: CompiledGame, L: Profile, out: Profile): void {
  populations.forEach(({ actions, allowed }, p) => {
    for (let first = 0; first < out[p].length; first += actions) {
      let [sum, count] = [0, 0];
      for (let i = first; i < first + actions; i++) {
        sum += L[p][i];
        if (allowed === undefined || allowed[i] === 1) count++;
      }
      for (let i = first; i < first + actions; i++)
        out[p][i] = sum > 0 ? L[p][i] / sum : allowed === undefined || allowed[i] === 1 ? 1 / count : 0;
    }
  });
}
