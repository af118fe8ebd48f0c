import { diffusion } from "meanfield";
import type { Game } from "meanfield";

let last: { readonly text: string; readonly game: Game } | undefined;

/**
 * The game that a declaration of formulas means.
 *
 * @throws DeclarationError, an InputError, naming the field and the column
 */
export function ownGame(declaration: unknown): Game {
  // A slider asks for the same game again and again.
  const text = JSON.stringify(declaration) ?? "";
  if (last?.text !== text) last = { text, game: diffusion.gameFromDeclaration(declaration) };
  return last.game;
}
