import { z } from "zod";
import { InputError } from "./core/errors.ts";
import type { Game } from "./core/game.ts";
import { concepts } from "./core/question.ts";
import { presetOf } from "./laboratory.ts";
import type { SolveRequest } from "./laboratory.ts";
import { hasBegun } from "./learning.ts";
import type { LearnedRun, LearningPreparation } from "./learning.ts";
import { version } from "./version.ts";

/** A number that is not finite stands as null in JSON. */
const cell = z.union([z.number(), z.null().transform(() => Number.NaN)]);

const row = z.looseObject({ run: z.number(), k: z.number() }).catchall(cell);

const schema = z.object({
  kind: z.literal("learning-checkpoint"),
  version: z.string(),
  game: z.string(),
  solver: z.string(),
  concept: z.enum(concepts),
  parameters: z.record(z.string(), z.unknown()),
  options: z.record(z.string(), z.unknown()),
  seed: z.number().int(),
  tolerance: z.number().nullable(),
  /** Spent so far, over all sittings. */
  seconds: z.number(),
  runs: z.array(
    z.object({
      run: z.number().int().min(0),
      end: z.enum(["planned", "converged", "diverged", "aborted"]),
      reason: z.string(),
      iterations: z.number().int().min(0),
      rows: z.array(row),
      last: row.nullable(),
      saved: z.record(z.string(), z.union([z.number(), z.array(z.number())])).nullable(),
    }),
  ),
});

/** Everything that an experiment needs to go on, as plain data that survives JSON exactly. */
export type LearningCheckpoint = z.output<typeof schema>;

/** The checkpoint of an experiment; runs that have not begun are left out. */
export function checkpointOf(
  preparation: LearningPreparation,
  runs: readonly LearnedRun[],
  seconds: number,
): LearningCheckpoint {
  const { game, learner, question, parameters, options, plan, seed, tolerance } = preparation;
  return {
    kind: "learning-checkpoint",
    version,
    game: game.id,
    solver: learner.name,
    concept: question.concept,
    parameters,
    options: { ...options, ...plan },
    seed,
    tolerance: tolerance ?? null,
    seconds,
    runs: runs.filter(hasBegun) as LearningCheckpoint["runs"],
  };
}

/**
 * Reads a checkpoint from parsed JSON.
 *
 * @throws InputError naming the first place that is not as it should be
 */
export function readCheckpoint(document: unknown): LearningCheckpoint {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new InputError(
    path.join(".") || "checkpoint",
    typeof document,
    `that of a checkpoint of learning (${message})`,
  );
}

/**
 * The request that goes on from a checkpoint: what was asked then, and over it what is asked now.
 *
 * @throws InputError where the checkpoint is of another game
 */
export function resumeRequest(checkpoint: LearningCheckpoint, game: Game, request: SolveRequest): SolveRequest {
  if (game.id !== checkpoint.game) throw new InputError("game", game.id, `${checkpoint.game}, ${asThere}`);
  const { preset, ...rest } = request;
  const tolerance = request.tolerance ?? checkpoint.tolerance;
  return {
    ...rest,
    parameters: { ...checkpoint.parameters, ...presetOf(game, preset), ...request.parameters },
    question: { concept: checkpoint.concept, ...request.question },
    solver: request.solver ?? checkpoint.solver,
    options: { ...checkpoint.options, ...request.options },
    seed: request.seed ?? checkpoint.seed,
    ...(tolerance === null ? {} : { tolerance }),
  };
}

const asThere = "as in the run that is resumed";

/** What may differ between an experiment and the one that goes on from it; it must not have become less. */
const mayGrow = new Set(["iterations", "runs"]);
/** What has no effect on any number. */
const indifferent = new Set(["checkpoint-every"]);

/**
 * Makes sure that a prepared experiment is the one of the checkpoint, with as many runs and iterations or more.
 *
 * @throws InputError for the first difference
 */
export function checkResumed(preparation: LearningPreparation, checkpoint: LearningCheckpoint): void {
  const { learner, question, parameters, options, plan, seed } = preparation;
  const same = (field: string, ours: unknown, theirs: unknown): void => {
    if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
    throw new InputError(field, ours, `${JSON.stringify(theirs)}, ${asThere}`);
  };
  same("version", version, checkpoint.version);
  same("solver", learner.name, checkpoint.solver);
  same("concept", question.concept, checkpoint.concept);
  same("seed", seed, checkpoint.seed);
  for (const [name, value] of Object.entries(parameters)) same(name, value, checkpoint.parameters[name]);
  for (const [name, value] of Object.entries({ ...options, ...plan })) {
    if (!mayGrow.has(name) && !indifferent.has(name)) same(`option ${name}`, value, checkpoint.options[name]);
  }
  const done = Math.max(0, ...checkpoint.runs.map(({ iterations }) => iterations));
  if (preparation.iterations < done) {
    throw new InputError("max-iterations", preparation.iterations, `at least ${done}, which are done already`);
  }
  const count = Math.max(0, ...checkpoint.runs.map(({ run }) => run + 1));
  if (plan.runs < count) throw new InputError("option runs", plan.runs, `at least ${count}, which have begun already`);
}
