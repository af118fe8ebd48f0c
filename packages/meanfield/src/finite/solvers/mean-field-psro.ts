import { z } from "zod";
import { choice, flag, RefusalError, whole } from "../../core/index.ts";
import type { Solver, Step } from "../../core/index.ts";
import { greedy } from "../best-response.ts";
import type { Ties } from "../best-response.ts";
import { refusedQuestion } from "../candidate.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { emptyProfile } from "../compile.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { deviations, deviatorsOf } from "../psro/device.ts";
import type { Deviation, Lottery } from "../psro/device.ts";
import { blend, emptyMetaGame, enlist } from "../psro/meta-game.ts";
import type { MetaGame } from "../psro/meta-game.ts";
import { mean, padded, solveMetaGame, startMetaSolver } from "../psro/meta-solver.ts";
import type { MetaSolver } from "../psro/meta-solver.ts";
import { replyOptions } from "../reply.ts";
import { bestCandidate, digits, look, returned, sizeOfValue, startSearch, toleranceOption } from "../search.ts";
import type { Search } from "../search.ts";

const options = z.object({
  equilibrium: choice(
    ["nash", "cce", "ce"],
    "nash",
    "nash: a mixture of policies; cce: a device that draws mixtures, which nobody gains by not listening to; ce: nor by doing something else than it was told",
  ),
  meta_solver: choice(
    [
      "automatic",
      "nash-search",
      "hedge",
      "regret-matching",
      "polynomial-weights",
      "replicator",
      "projected-replicator",
    ],
    "automatic",
    "How the game restricted to the population is solved; automatic: nash-search for nash, otherwise hedge, helped by nash-search where that is not enough",
  ),
  best_responder: choice(
    ["automatic", "cce", "ce"],
    "automatic",
    "Whose best responses join the population: of a player who does not listen, or (ce) one for each policy that is told; automatic: as the equilibrium needs",
  ),
  regret_steps: whole(1000, "Rounds of the regret minimisers an iteration", { minimum: 1, maximum: 1e6 }),
  selection: choice(
    ["minimal-support", "even", "reward", "average"],
    "minimal-support",
    "Which law over the mixtures seen is returned: one over few with the least gap, the evenest of those, the one of those that pays best, or all alike",
  ),
  filter_new_policies: flag(true, "Leave out best responses that the population has already"),
  ties: replyOptions.ties,
  tolerance: toleranceOption,
});

interface State {
  readonly search: Search;
  readonly meta: MetaGame;
  readonly solver: MetaSolver;
  readonly concept: "coarse-correlated" | "correlated" | undefined;
  readonly responder: "coarse-correlated" | "correlated";
  readonly filter: boolean;
  readonly ties: Ties;
  readonly tolerance: number;
  /** The last device; of one mixture for Nash equilibria. */
  lottery: Lottery;
  responses: readonly Deviation[];
  gap: number;
  best: { readonly k: number; readonly gap: number; readonly lottery: Lottery };
}

/** A population of policies that grows by best responses to the equilibrium of the game restricted to it. */
export const meanFieldPsro: Solver<FiniteModel, typeof options, State, FiniteCandidate> = {
  name: "mean-field-psro",
  title: "Mean-field policy-space response oracles",
  family: "finite",
  kind: "discrete-time",
  story:
    "Players choose among a few policies; the game they make is solved, and a best response to its solution joins them, until none " +
    "is new. Few policies often do. Beside Nash equilibria it finds correlation devices, which tell players what to do so that nobody " +
    "gains by not listening; those are found by learning without regret in any game, also where Nash equilibria are out of reach.",
  reference:
    "P. Muller, M. Rowland, R. Elie, G. Piliouras, J. Pérolat, M. Laurière, R. Marinier, O. Pietquin, K. Tuyls, Learning equilibria in mean-field games: introducing mean-field PSRO, AAMAS 2022",
  options,
  refuses: (_model, question) => refusedQuestion(question),
  init: (model, question, given) => {
    const { equilibrium, best_responder, tolerance } = given;
    const concept = conceptOf(equilibrium);
    const unfit = model.populations.find(({ transition }) => transition.sees !== "nothing");
    if (concept !== undefined && unfit !== undefined)
      throw new RefusalError(
        `correlation devices are for games whose transitions do not depend on the laws; those of ${unfit.name} do, so that players would learn the mixture from where they are taken: ask for equilibrium nash`,
      );
    // Of devices the gap decides, not the score of what they look like from outside.
    const search = startSearch(model, question, concept === undefined ? tolerance : 0);
    const meta = emptyMetaGame(search.game);
    search.policy.forEach((policy, p) => enlist(meta, p, policy, "in"));
    const lottery = { weights: Float64Array.of(1), recommendations: [search.policy.map(() => Float64Array.of(1))] };
    return {
      search,
      meta,
      solver: startMetaSolver({
        concept,
        method: given.meta_solver,
        rounds: given.regret_steps,
        selection: given.selection,
      }),
      concept,
      responder: conceptOf(best_responder === "automatic" ? equilibrium : best_responder) ?? "coarse-correlated",
      filter: given.filter_new_policies,
      ties: given.ties,
      tolerance,
      lottery,
      responses: [],
      gap: Infinity,
      best: { k: -1, gap: Infinity, lottery },
    };
  },
  step: (_model, state): Step => {
    const { search, meta, solver, concept } = state;
    if (search.scored > 0) {
      const grown = recruit(state);
      state.lottery = solveMetaGame(solver, meta, state.lottery, grown, tolerated(state));
      resemble(meta, state.lottery, search.policy);
    }
    const policies = meta.members.reduce((sum, members) => sum + members.policies.length, 0);
    if (concept === undefined) return look(search, "try online-mirror-descent", { policies });
    return judge(state, policies);
  },
  candidate: (_model, { search, concept, meta, best }) => {
    if (concept === undefined || best.k < 0) return bestCandidate(search);
    const { lottery } = best;
    const policy = emptyProfile(search.game);
    resemble(meta, lottery, policy);
    return {
      model: search.game.model,
      question: search.question,
      policy,
      flow: meta.field.parts.map(({ mu }) => mu.slice()),
      device: {
        concept,
        policies: meta.members.map(({ policies }, p) =>
          policies.slice(0, lottery.recommendations[0][p].length).map((table) => table.slice()),
        ),
        weights: lottery.weights.slice(),
        recommendations: lottery.recommendations,
      },
    };
  },
  remark: (_model, state) => (state.concept === undefined ? returned(state.search) : returnedDevice(state)),
};

function conceptOf(equilibrium: "nash" | "cce" | "ce"): State["concept"] {
  if (equilibrium === "nash") return undefined;
  return equilibrium === "cce" ? "coarse-correlated" : "correlated";
}

/** Best responses to the last lottery join the population; whether any was new. */
function recruit({ search, meta, concept, responses, filter, ties }: State): boolean {
  const { game, response } = search;
  const table = emptyProfile(game);
  const known = filter ? "out" : "in";
  let grown = false;
  const join = (p: number, Q: Profile): void => {
    greedy(game, Q, table, ties);
    if (enlist(meta, p, table[p], known)) grown = true;
  };
  if (concept === undefined) meta.members.forEach((_, p) => join(p, response.Q));
  else for (const { population, gain, values } of responses) if (gain > 0) join(population, values.Q);
  return grown;
}

/** What a lottery looks like from outside: the policies of its mean mixture, and their law. */
function resemble(meta: MetaGame, { weights, recommendations }: Lottery, out: Profile): void {
  blend(meta, padded(meta, mean(recommendations, weights)), out);
}

/** Scores the last device by what deviating from it gains. */
function judge(state: State, policies: number): Step {
  const { search, meta, lottery, concept = "coarse-correlated", responder, tolerance } = state;
  const k = search.scored;
  const step = look(search, "try online-mirror-descent");
  if (step.status !== "running") return step;
  const found = deviations(meta, lottery, deviatorsOf(meta, concept));
  state.gap = found.reduce((sum, { gain }) => sum + gain, 0);
  state.responses = responder === concept ? found : deviations(meta, lottery, deviatorsOf(meta, responder));
  if (state.gap < state.best.gap) state.best = { k, gap: state.gap, lottery };
  const name = concept === "correlated" ? "ce_gap" : "cce_gap";
  const scored = {
    ...step,
    metrics: { ...step.metrics, [name]: state.gap, policies, mixtures: lottery.weights.length },
  };
  if (tolerance === 0) return scored;
  if (state.gap <= tolerated(state))
    return {
      ...scored,
      status: "converged",
      reason: `nobody gains more than ${digits(state.gap)} by ${deviating(concept)}, at iteration ${k}`,
    };
  if (k - state.best.k < patience) return scored;
  return {
    ...scored,
    status: "diverged",
    reason: `no better for ${patience} iterations; ${returnedDevice(state)}; try more regret_steps`,
  };
}

/** Without a better device for so many iterations, a search is given up. */
const patience = 200;

function tolerated({ search, tolerance }: State): number {
  return tolerance * sizeOfValue(search);
}

function deviating(concept: "coarse-correlated" | "correlated"): string {
  return concept === "correlated" ? "doing something else than told" : "not listening";
}

function returnedDevice({ concept = "coarse-correlated", best }: State): string {
  return best.k < 0
    ? "nothing was scored"
    : `returned: iteration ${best.k}, where ${deviating(concept)} gains ${digits(best.gap)}`;
}
