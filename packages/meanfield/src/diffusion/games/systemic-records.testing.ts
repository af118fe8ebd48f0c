import type { Game, ParameterSchema, Quantities, Question } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { ask, feedback, limit, openLoop, planner, roads } from "./reference.testing.ts";
import type { Roads } from "./reference.testing.ts";

/** The records of both systemic-risk games have the same shape; so have the rules that answer them. */

export interface SystemicRecord {
  readonly id: string;
  readonly set: string;
  readonly value: number | readonly number[] | Readonly<Record<string, number>>;
  readonly args?: Readonly<Record<string, number | string>>;
  readonly suggested_tol: number;
  readonly status: string;
}

export type Set = Readonly<Record<string, number>>;

/** Asks a game under other parameters or another question than the record's own. */
type Asker = (question: Question, changes?: Set) => Quantities;

interface SystemicRule {
  readonly pattern: RegExp;
  readonly answer: (asker: Asker, record: SystemicRecord, set: Set) => number | readonly number[];
}

const rateCounts = [10, 100, 1000, 1e4, 1e8];
const playersIn = ({ args }: SystemicRecord): number => (args?.N === "inf" ? Infinity : (args?.N as number));
const nash = (record: SystemicRecord): Question =>
  (record.id.includes("open") ? openLoop : feedback)(playersIn(record));
const gainAtZero = (asker: Asker, question: Question): number => ask(asker(question), "gain", 0);

const rules: readonly SystemicRule[] = [
  { pattern: /\.eta_mfg\./, answer: (asker, { args }) => ask(asker(limit), "eta", args?.t as number) },
  {
    pattern: /\.int_eta_0_T$/,
    answer: (asker, _record, { T }) => {
      const eta = asker(limit).eta();
      return [ask(asker(limit), "eta_integral"), integrate((t, _y, dy) => (dy[0] = eta.at(t)), 0, T, [0]).end[0]];
    },
  },
  { pattern: /\.varD_mfg\./, answer: (asker, { args }) => ask(asker(limit), "var_deviation", args?.t as number) },
  { pattern: /\.varX_mfg\.T$/, answer: (asker, _record, { T }) => ask(asker(limit), "var_state", T) },
  { pattern: /\.J_mfg$/, answer: (asker) => [ask(asker(limit), "cost"), ask(asker(planner), "cost")] },
  {
    pattern: /\.J_mfg\.parts$/,
    answer: (asker) => ["control", "cross", "deviation", "terminal"].map((part) => ask(asker(limit), `cost_${part}`)),
  },
  { pattern: /\.gain_mfg\.0$/, answer: (asker) => [gainAtZero(asker, limit), gainAtZero(asker, planner)] },
  { pattern: /\.gain_(closed|open)\.N/, answer: (asker, record) => gainAtZero(asker, nash(record)) },
  { pattern: /\.(eta_closed|phi_open)\.N/, answer: (asker, record) => ask(asker(nash(record)), "eta", 0) },
  { pattern: /\.J_(closed|open)\.N/, answer: (asker, record) => ask(asker(nash(record)), "cost") },
  {
    pattern: /\.J_planner\.N/,
    answer: (asker, record) => {
      const players = playersIn(record);
      return [ask(asker({ ...planner, players }), "cost"), ask(asker(feedback(players)), "cost_planner")];
    },
  },
  {
    pattern: /\.PoA_(closed|open)_minus1\.N/,
    answer: (asker, record) => {
      const question = nash(record);
      const ratio = (concept: Question["concept"]): number =>
        ask(asker({ ...question, concept }), "price_of_anarchy") - 1;
      return [ratio("nash"), ratio("planner")];
    },
  },
  {
    pattern: /\.exploit_emp\.N/,
    answer: (asker, record) => ask(asker(feedback(playersIn(record))), "exploitability_empirical"),
  },
  {
    pattern: /\.exploit_det\.N/,
    answer: (asker, record) => ask(asker(feedback(playersIn(record))), "exploitability_decentralised"),
  },
  {
    pattern: /\.rate_gain_(closed|open)$/,
    answer: (asker, { id }) => {
      const question = id.endsWith("open") ? openLoop : feedback;
      return rateCounts.map((N) => ask(asker(question(N)), "gain_rate"));
    },
  },
  { pattern: /\.rate_gain_closed_limit$/, answer: (asker) => -ask(asker(limit), "eta", 0) },
  {
    // The average starts at m₀; the event's probability knows nothing else of the game, so v₀ = 0 asks for the same.
    pattern: /\.P_systemic\./,
    answer: (asker, record) => {
      const D = record.args?.D as number;
      const question = feedback(playersIn(record));
      return [
        ask(asker(question, { D }), "systemic_probability_fixed_start"),
        ask(asker(question, { D, v0: 0 }), "systemic_probability"),
      ];
    },
  },
  {
    pattern: /\.P_systemic_discrete1000\./,
    answer: (asker, record) =>
      ask(asker(feedback(playersIn(record)), { D: record.args?.D as number }), "systemic_probability_monitored"),
  },
];

/** What other tests answer. */
const elsewhere = /slide_adjoint/;

/**
 * The records that either road of the game misses by more than their tolerance, and how many there were.
 *
 * @param translate a set of the records as parameters of the game
 */
export function missedRecords<S extends ParameterSchema>(
  game: Game<S, LinearQuadraticModel, LinearQuadraticCandidate>,
  { params, records }: { readonly params: Readonly<Record<string, Set>>; readonly records: readonly SystemicRecord[] },
  translate: (set: Set) => Set,
): { readonly count: number; readonly missed: readonly string[] } {
  const solved = new Map<string, Roads>();
  const both = (question: Question, given: Set): Roads => {
    const key = JSON.stringify([question, String(question.players), given]);
    const known = solved.get(key) ?? roads(game, given, question);
    solved.set(key, known);
    return known;
  };
  const missed: string[] = [];
  const own = records.filter(({ id }) => !elsewhere.test(id));
  for (const record of own) {
    const rule = rules.find(({ pattern }) => pattern.test(record.id));
    if (rule === undefined) throw new Error(`no rule for ${record.id}`);
    const set = params[record.set];
    const expected = typeof record.value === "object" ? Object.values(record.value) : [record.value];
    for (const road of [0, 1] as const) {
      const asker: Asker = (question, changes) => both(question, { ...translate(set), ...changes })[road][1];
      const answers = [rule.answer(asker, record, set)].flat();
      // Two answers for one number are two ways to ask for it.
      const far = answers.some((answer, i) => {
        const wanted = expected.length === 1 ? expected[0] : expected[i];
        return !(Math.abs(answer - wanted) <= record.suggested_tol);
      });
      if (far) missed.push(`${record.id} (${road === 0 ? "measured" : "exact"}): ${answers.join(", ")}`);
    }
  }
  return { count: own.length, missed };
}

/** Reads a file of `tests/reference`. */
export function systemicReference(content: unknown): {
  readonly params: Readonly<Record<string, Set>>;
  readonly records: readonly SystemicRecord[];
} {
  return content as ReturnType<typeof systemicReference>;
}
