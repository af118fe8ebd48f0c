/** Reference records against the engine's answers, file by file. */
import { readFileSync } from "node:fs";
import type { Question } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "./candidate.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { solvePlanner } from "./planner.ts";
import { solveRiccati } from "./riccati.ts";

export type Numbers = Readonly<Record<string, number>>;

export interface Entry {
  readonly id: string;
  readonly set: string;
  readonly value: number | readonly number[];
  readonly args?: Readonly<Record<string, number | readonly number[]>>;
  readonly suggested_tol: number;
}

/** The engine's answer to the records whose id matches. */
export interface Rule<P> {
  readonly pattern: RegExp;
  readonly answer: (entry: Entry, parameters: P) => number | readonly number[];
}

interface Records {
  readonly params: Record<string, Numbers>;
  readonly records: readonly Entry[];
}

export function load(name: string): Records {
  const url = new URL(`../../../../../tests/reference/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as Records;
}

/**
 * What is wrong with the answers to a file's records: each must have a rule, or match `beyond`, the list of what is not the engine's.
 *
 * @param tolerance relative where the number exceeds one, absolute below
 * @param parameters where they are not the file's own
 */
export function mismatches<P>(
  name: string,
  rules: readonly Rule<P>[],
  beyond: readonly RegExp[],
  tolerance: (entry: Entry, index: number) => number,
  parameters: (entry: Entry) => Numbers | undefined = (entry) => load(name).params[entry.set],
): readonly string[] {
  const failures: string[] = [];
  let checked = 0;
  for (const entry of load(name).records) {
    if (beyond.some((pattern) => pattern.test(entry.id))) continue;
    const rule = rules.find(({ pattern }) => pattern.test(entry.id));
    if (rule === undefined) {
      failures.push(`${entry.id}: no rule`);
      continue;
    }
    checked++;
    const got = [rule.answer(entry, parameters(entry) as P)].flat();
    const want = [entry.value].flat();
    if (got.length !== want.length) failures.push(`${entry.id}: ${got.length} numbers instead of ${want.length}`);
    for (const [i, value] of want.entries()) {
      const error = Math.abs(got[i] - value) / Math.max(1, Math.abs(value));
      const allowed = tolerance(entry, i);
      if (!(error <= allowed))
        failures.push(`${entry.id}[${i}]: ${got[i]}, not ${value} (off by ${error} > ${allowed})`);
    }
  }
  return checked === 0 ? ["nothing was checked"] : failures;
}

export const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
export const feedback = (players: number): Question => ({ concept: "nash", players, information: "feedback" });
export const openLoop = (players: number): Question => ({ concept: "nash", players, information: "open-loop" });
export const planner = (players: number): Question => ({ concept: "planner", players, information: "feedback" });

/** Nash for the players in the record's arguments, open loop where its id says so; the limit where it names none. */
export function questionOf({ id, args }: Entry): Question {
  const players = args?.["N"];
  if (typeof players !== "number") return limit;
  return id.includes("open") ? openLoop(players) : feedback(players);
}

const solved = new Map<string, LinearStrategy>();

/** The strategy for a question, solved once per `key` and question. */
export function strategyOf(key: string, model: LinearQuadraticModel, question: Question): LinearStrategy {
  const name = `${key} ${question.concept} ${question.players} ${question.information}`;
  let strategy = solved.get(name);
  if (strategy === undefined) {
    const { concept, players } = question;
    strategy = concept === "planner" ? solvePlanner(model, players).strategy : solveRiccati(model, question).strategy;
    solved.set(name, strategy);
  }
  return strategy;
}

export function gain(model: LinearQuadraticModel, strategy: LinearStrategy, t: number): Float64Array {
  const K = zeros(model.layout.control, model.layout.stateSize);
  strategy.gain(t, K);
  return K.data;
}
