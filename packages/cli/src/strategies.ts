import { existsSync } from "node:fs";
import { RefusalError, prepare, runSolver } from "meanfield";
import type { Preparation, Question, SolveRequest } from "meanfield";
import { UsageError } from "./failure.ts";
import type { FoundGame } from "./find-game.ts";
import { readRun } from "./runs/read-run.ts";

/** A strategy for N players to play, and where it came from. */
export interface FoundStrategy {
  readonly candidate: unknown;
  readonly story: string;
}

/** Strategies that are solved for by name. */
const solved: Readonly<
  Record<string, { readonly story: string; readonly finite: boolean; readonly concept: Question["concept"] }>
> = {
  equilibrium: {
    story: "the mean-field equilibrium's strategy, seeing the empirical mean",
    finite: false,
    concept: "nash",
  },
  decentralised: {
    story: "the mean-field equilibrium's strategy, each player computing the limit's mean alone",
    finite: false,
    concept: "nash",
  },
  nash: { story: "the strategy of the finite game's Nash equilibrium", finite: true, concept: "nash" },
  planner: { story: "the planner's strategy", finite: true, concept: "planner" },
};

/** Where finite games are simulated only, it is the limit's answers that can be played, and they look at nobody. */
const solvedInTheLimit: typeof solved = {
  equilibrium: { story: "the mean-field equilibrium's policy", finite: false, concept: "nash" },
  planner: { story: "the social optimum's policy", finite: false, concept: "planner" },
};

/**
 * Finds the strategy that the players of a simulation are to play.
 *
 * A run folder's strategy is solved again from its recorded configuration, which gives the same numbers: the run's
 * game, parameters and question stand, and the simulated game's own parameters may differ.
 *
 * @throws UsageError for a name that is none of ours and no run folder.
 */
export async function findStrategy(
  name: string,
  found: FoundGame,
  preparation: Preparation,
  request: SolveRequest,
  players: number,
  signal: AbortSignal,
): Promise<FoundStrategy> {
  const { wing, model } = preparation;
  const simple = wing.strategies?.[name];
  if (simple !== undefined)
    return { candidate: simple(model), story: name === wing.usualStrategy ? name : `the strategy ${name}` };
  if (wing.usualStrategy !== undefined) {
    throw new RefusalError(
      `strategy = ${name}: players of the family ${model.family} follow ${wing.usualStrategy} only`,
    );
  }
  const simulated = wing.finiteGames === "simulated";
  const named = simulated ? solvedInTheLimit : solved;
  if (simulated && name === "nash") {
    throw new RefusalError(
      `strategy = nash: no solver is known for ${players} players of ${found.game.id}; equilibrium is that of the limit`,
    );
  }
  const known = named[name];
  if (known !== undefined) {
    const { information } = preparation.question;
    const question = { concept: known.concept, ...(known.finite ? { players, information } : { players: Infinity }) };
    const candidate = await solvedCandidate(prepare(found.catalogue, found.game, { ...request, question }), signal);
    if (name !== "decentralised") return { candidate, story: known.story };
    if (wing.decentralise === undefined)
      throw new RefusalError(`strategy = decentralised: not known for ${model.family} games`);
    return { candidate: wing.decentralise(candidate), story: known.story };
  }
  if (!existsSync(name)) {
    const names = [...Object.keys(named), ...Object.keys(wing.strategies ?? {})];
    throw new UsageError(`--strategy ${name}: must be one of ${names.join(", ")}, or a run folder`);
  }
  return { candidate: await candidateOfRun(name, found, signal), story: `the strategy of ${name}` };
}

async function candidateOfRun(path: string, { catalogue, game }: FoundGame, signal: AbortSignal): Promise<unknown> {
  const run = readRun(path);
  if (run.command !== "solve")
    throw new UsageError(`--strategy ${path}: is a ${run.command} run; a solve run has a strategy`);
  if (run.game !== game.id) throw new UsageError(`--strategy ${path}: is of the game ${run.game}, not ${game.id}`);
  const question: Partial<Question> = {
    concept: run.concept === "planner" ? "planner" : "nash",
    ...(typeof run.players === "number" ? { players: run.players } : {}),
    ...(run.information === "open-loop" ? { information: "open-loop" } : {}),
  };
  const again = prepare(catalogue, game, {
    parameters: run.parameters,
    question,
    ...(run.solver === undefined ? {} : { solver: run.solver }),
    ...(run.options === undefined ? {} : { options: run.options }),
    seed: run.seed,
    ...(run.initial === undefined ? {} : { initial: run.initial }),
  });
  return solvedCandidate(again, signal);
}

async function solvedCandidate(preparation: Preparation, signal: AbortSignal): Promise<unknown> {
  const outcome = await runSolver(preparation, { signal });
  if (outcome.outcome !== "converged") throw new RefusalError(`the strategy did not converge: ${outcome.reason}`);
  return outcome.candidate;
}
