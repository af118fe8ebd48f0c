/** What tests of controlled rates share. */

import { parseParameters, run } from "../../core/index.ts";
import type { Concept, Game, Outcome, Question } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import { anySolver } from "../finite.testing.ts";
import { cyberSecurityRates } from "../games/cyber-security-rates.ts";
import { klRates } from "../games/kl-rates.ts";
import { lqRates } from "../games/lq-rates.ts";
import { sirRates } from "../games/sir-rates.ts";
import { ratePicard } from "../solvers/rate-picard.ts";
import type { RatesCandidate } from "./candidate.ts";
import type { RatesGrid } from "./grid.ts";
import type { RatesModel } from "./model.ts";

type Given = Readonly<Record<string, unknown>>;

export const ratesGames: Readonly<Record<string, Game>> = Object.fromEntries(
  [lqRates, cyberSecurityRates, sirRates, klRates].map((game) => [game.id, game as unknown as Game]),
);

export function ratesModel(game: string, parameters: Given = {}): RatesModel {
  const { [game]: declared } = ratesGames;
  return declared.build(parseParameters(declared.parameters, parameters)) as unknown as RatesModel;
}

export function ask(concept: Concept = "nash"): Question {
  return { concept, players: Infinity, information: "feedback" };
}

/** One solve on the published grid, to the last digits. */
export function solvedRates(
  model: RatesModel,
  concept: Concept = "nash",
  options: Given = {},
  solver: object = ratePicard,
): Outcome<RatesCandidate> {
  const typed = anySolver(solver);
  const given = parseParameters(typed.options, { N: 100, scheme: "euler", tolerance: 1e-12, ...options });
  return run(typed, model, ask(concept), given) as Outcome<RatesCandidate>;
}

/** A flow of random laws that keeps away from the edges, for derivatives; not one that anything induces. */
export function randomFlow({ t, states }: RatesGrid, seed: number): Float64Array {
  const draws = randomStream(seed, 0);
  const mu = new Float64Array(t.length * states).map((_, i) => 0.2 + draws.uniform(i));
  for (let i = 0; i < mu.length; i += states) {
    const total = mu.subarray(i, i + states).reduce((sum, share) => sum + share, 0);
    for (let x = i; x < i + states; x++) mu[x] /= total;
  }
  return mu;
}

export function randomNumbers(count: number, seed: number): Float64Array {
  const draws = randomStream(seed, 1);
  return Float64Array.from({ length: count }, (_, i) => draws.normal(i));
}

export function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
