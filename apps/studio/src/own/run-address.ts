import type { Address } from "../state/address.ts";
import type { Document } from "./document.ts";

/** The question that a run answered, or why it cannot be asked here. */
export function addressOfRun(run: Document, games: readonly string[]): Partial<Address> | string {
  const { game, command } = run;
  if (typeof game !== "string" || typeof run["parameters"] !== "object" || run["parameters"] === null)
    return "is neither a run's document nor a game's file";
  if (command !== undefined && command !== "solve")
    return `is a ${JSON.stringify(command)} run; the page opens solve runs`;
  if (!games.includes(game)) return `is a run of ${game}, which is not in the catalogue; drop the game's own .mfg.json`;
  const { players, concept, solver, options, seed, information, initial, outcome, iterations } = run;
  return {
    page: "game",
    game,
    set: run["parameters"] as Record<string, unknown>,
    initial: typeof initial === "string" ? initial : undefined,
    concept: concept === "planner" ? "planner" : "nash",
    players: typeof players === "number" ? players : undefined,
    information: information === "open-loop" || information === "feedback" ? information : undefined,
    solver: typeof solver === "string" ? solver : undefined,
    options: typeof options === "object" && options !== null ? (options as Record<string, unknown>) : {},
    seed: typeof seed === "number" ? seed : 0,
    // Where the limit ended it, the limit is known.
    maximumIterations: outcome === "iteration-limit" && typeof iterations === "number" ? iterations : undefined,
  };
}
