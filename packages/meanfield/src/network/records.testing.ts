/** The reference numbers of networks, and the roads to them. */
import { readFileSync } from "node:fs";
import { parseParameters, run } from "../core/index.ts";
import type { Game, ParameterSchema, Quantities, Question, Solver } from "../core/index.ts";
import type { NetworkCandidate } from "./candidate.ts";
import type { NetworkModel } from "./model.ts";

export interface NetworkRecord {
  readonly id: string;
  readonly set?: string;
  readonly value: number | readonly number[];
  readonly args?: Readonly<Record<string, number | readonly number[]>>;
  readonly suggested_tol?: number;
}

interface Reference {
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly records: readonly NetworkRecord[];
}

const file = new URL("../../../../tests/reference/mean-field-network.json", import.meta.url);

export const { params, records } = JSON.parse(readFileSync(file, "utf8")) as Reference;

/** The records whose id matches; at least one. */
export function recordsOf(pattern: RegExp): readonly NetworkRecord[] {
  const found = records.filter(({ id }) => pattern.test(id));
  if (found.length === 0) throw new Error(`no record matches ${String(pattern)}`);
  return found;
}

/** The one record with this id. */
export function record(id: string): NetworkRecord {
  const found = records.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no record ${id}`);
  return found;
}

export const limit: Question = { concept: "planner", players: Infinity, information: "feedback" };
export const among = (players: number): Question => ({ ...limit, players });

/** What a solver answers to a game. */
export function solved<S extends ParameterSchema, O extends ParameterSchema, T>(
  game: Game<S, NetworkModel, NetworkCandidate>,
  solver: Solver<NetworkModel, O, T, NetworkCandidate>,
  given: Readonly<Record<string, unknown>> = {},
  question: Question = limit,
  options: Readonly<Record<string, unknown>> = {},
): { readonly candidate: NetworkCandidate; readonly measured: Quantities; readonly exact: Quantities } {
  const parameters = parseParameters(game.parameters, given);
  const model = game.build(parameters);
  const why = solver.refuses(model, question);
  if (why !== undefined) throw new Error(why);
  const outcome = run(solver, model, question, parseParameters(solver.options, options));
  if (outcome.outcome !== "converged") throw new Error(outcome.reason);
  return {
    candidate: outcome.candidate,
    measured: game.measure(parameters, question, outcome.candidate),
    exact: game.exact?.(parameters, question) ?? {},
  };
}

/** The value of a quantity at the given coordinates. */
export function ask(quantities: Quantities, name: string, ...at: readonly number[]): number {
  const quantity = quantities[name];
  if (quantity === undefined) throw new Error(`no quantity ${name}`);
  return quantity().at(...at);
}
