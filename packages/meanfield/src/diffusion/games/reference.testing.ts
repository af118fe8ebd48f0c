import { parseParameters } from "../../core/index.ts";
import type { Game, ParameterSchema, Quantities, Question } from "../../core/index.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { solveRiccati } from "../linear-quadratic/riccati.ts";

/** Reference numbers and the two roads to them: quantities read off a solver's candidate, and closed forms. */

export interface ReferenceRecord {
  readonly id: string;
  readonly set?: string;
  readonly value: number | readonly number[];
  readonly args?: Readonly<Record<string, number | readonly number[]>>;
  readonly suggested_tol: number;
}

export interface Reference {
  readonly params: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly records: readonly ReferenceRecord[];
}

/** Types the content of a file of `tests/reference`. */
export function reference(content: unknown): Reference {
  return content as Reference;
}

export const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
export const planner: Question = { ...limit, concept: "planner" };
export const openLoop = (players: number): Question => ({ concept: "nash", players, information: "open-loop" });
export const feedback = (players: number): Question => ({ concept: "nash", players, information: "feedback" });

/** `[measured, exact]` for a game of the linear–quadratic family. */
export type Roads = readonly [road: readonly ["measured", Quantities], other: readonly ["exact", Quantities]];

/** Solves and measures on one road, and asks the closed forms on the other. */
export function roads<S extends ParameterSchema>(
  game: Game<S, LinearQuadraticModel, LinearQuadraticCandidate>,
  given: Readonly<Record<string, unknown>>,
  question: Question,
): Roads {
  const parameters = parseParameters(game.parameters, given);
  game.check?.(parameters, question);
  const measured = game.measure(parameters, question, solveRiccati(game.build(parameters), question));
  return [
    ["measured", measured],
    ["exact", game.exact?.(parameters, question) ?? {}],
  ];
}

/** A scalar, or a value at the given coordinates. */
export function ask(quantities: Quantities, name: string, ...at: readonly number[]): number {
  const quantity = quantities[name];
  if (quantity === undefined) throw new Error(`no quantity ${name}`);
  return quantity().at(...at);
}

/** How a record's value follows from a game's answers. */
export interface Rule {
  readonly pattern: RegExp;
  readonly question: (record: ReferenceRecord) => Question;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly value: (answers: Quantities, record: ReferenceRecord) => number | readonly number[];
}

/** The differences between a record and both roads, as `[road, computed, expected]`, with the record's own tolerance. */
export function distances<S extends ParameterSchema>(
  game: Game<S, LinearQuadraticModel, LinearQuadraticCandidate>,
  { params }: Reference,
  rules: readonly Rule[],
  record: ReferenceRecord,
): readonly { readonly road: string; readonly distance: number }[] {
  const rule = rules.find(({ pattern }) => pattern.test(record.id));
  if (rule === undefined) throw new Error(`no rule for ${record.id}`);
  const given = { ...params[record.set ?? ""], ...rule.parameters };
  return roads(game, given, rule.question(record)).map(([road, answers]) => {
    const computed = [rule.value(answers, record)].flat();
    const expected = [record.value].flat();
    if (computed.length !== expected.length)
      throw new Error(`${record.id}: ${computed.length} values for ${expected.length}`);
    return { road, distance: Math.max(...computed.map((value, i) => Math.abs(value - expected[i]))) };
  });
}

/** The number after `N` in an id such as `S4.A.open.N10.J`. */
export function playersOf({ id }: ReferenceRecord): number {
  return Number(/\.N(\d+)/.exec(id)?.[1]);
}
