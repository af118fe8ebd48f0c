import { RefusalError } from "meanfield";
import type { Game } from "meanfield";

/** The game that a declaration of formulas means. */
export async function ownGame(_declaration: unknown): Promise<Game> {
  throw new RefusalError("own games are not here yet");
}
