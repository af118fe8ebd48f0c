/** What the tests of backward systems share: reference records, and the two roads to every quantity. */

import content from "../../../../tests/reference/mean-field-bsde.json" with { type: "json" };
import { parseParameters, run } from "../core/index.ts";
import type { Game, ParameterSchema, Quantities, Question, Solver } from "../core/index.ts";
import type { BackwardCandidate } from "./candidate.ts";
import type { BackwardModel } from "./model.ts";
import type { LinearSystem } from "./model.ts";

export interface BackwardRecord {
  readonly id: string;
  readonly set: string;
  readonly value: number | readonly number[] | readonly (readonly number[])[];
  readonly args?: Readonly<Record<string, unknown>>;
  readonly suggested_tol?: number;
}

export const records = content.records as unknown as readonly BackwardRecord[];
export const sets = content.params as Readonly<Record<string, Readonly<Record<string, number>>>>;

export function record(id: string): BackwardRecord {
  const found = records.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no record ${id}`);
  return found;
}

export const limit: Question = { concept: "nash", players: Infinity, information: "open-loop" };
export const among = (players: number): Question => ({ ...limit, players });

/** What a solver returns for a model; throws where it does not converge. */
export function solved<O extends ParameterSchema, S>(
  solver: Solver<BackwardModel, O, S, BackwardCandidate>,
  model: BackwardModel,
  question: Question,
  options: Readonly<Record<string, unknown>> = {},
): BackwardCandidate {
  const outcome = run(solver, model, question, parseParameters(solver.options, options));
  if (outcome.outcome !== "converged") throw new Error(`${solver.name}: ${outcome.reason}`);
  return outcome.candidate;
}

/** `measured` from the solver's candidate, `exact` by closed form. */
export function roads<P extends ParameterSchema, M extends BackwardModel, O extends ParameterSchema, S>(
  game: Game<P, M, BackwardCandidate>,
  solver: Solver<BackwardModel, O, S, BackwardCandidate>,
  given: Readonly<Record<string, unknown>>,
  question: Question,
): { readonly candidate: BackwardCandidate; readonly measured: Quantities; readonly exact: Quantities } {
  const parameters = parseParameters(game.parameters, given);
  game.check?.(parameters, question);
  const candidate = solved(solver, game.build(parameters), question);
  return {
    candidate,
    measured: game.measure(parameters, question, candidate),
    exact: game.exact?.(parameters, question) ?? {},
  };
}

export function ask(quantities: Quantities, name: string, ...at: readonly number[]): number {
  const quantity = quantities[name];
  if (quantity === undefined) throw new Error(`no quantity ${name}`);
  return quantity().at(...at);
}

/** Runs a generator to its end. */
export function finished<T>(steps: Generator<number, T, void>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** Set A of the reference. */
export const setA: LinearSystem = {
  a: 0.3,
  b: 0.5,
  c: 0.8,
  h: 0.2,
  noise: { kind: "gaussian" },
  terminal: { own: 1, mean: 0, constant: 0 },
};

/** Positive claims, with weights of every kind. */
export const logNormal: LinearSystem = {
  a: 0.1,
  b: 0.3,
  c: 0.5,
  h: -0.1,
  noise: { kind: "log-normal", s: 0.4 },
  terminal: { own: 1, mean: 0.3, constant: 0.2 },
};
