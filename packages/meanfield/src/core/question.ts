/** What is asked of a game: which solution concept, for how many players, with what information. */

export const concepts = ["nash", "planner"] as const;
/** `nash`: nobody gains by deviating alone. `planner`: one hand steers everybody to the least average cost. */
export type Concept = (typeof concepts)[number];

/** The words that concepts may be asked for by; documents say `nash` and `planner`. */
export const conceptWords = {
  nash: "nash",
  planner: "planner",
  equilibrium: "nash",
  "social-optimum": "planner",
} as const satisfies Readonly<Record<string, Concept>>;

export const informationStructures = ["feedback", "open-loop"] as const;
/** Whether players of a finite game answer to the others' states (feedback) or commit to processes (open loop). */
export type Information = (typeof informationStructures)[number];

export interface Question {
  readonly concept: Concept;
  /** Number of players, at least 1, for feedback at least 2; `Infinity` asks for the mean-field limit. */
  readonly players: number;
  /** Without effect in the limit, where the two coincide. */
  readonly information: Information;
}

/** The question most people ask first: the mean-field equilibrium. */
export const meanFieldEquilibrium: Question = { concept: "nash", players: Infinity, information: "feedback" };

/** Whether finitely many players answer to each other's states: the equilibria that most papers leave without a formula. */
export function isFiniteFeedback({ concept, players, information }: Question): boolean {
  return concept === "nash" && players < Infinity && information === "feedback";
}
