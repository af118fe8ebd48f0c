/** What games of walkers on circles and grids declare alike. */

import { choice, flag, real, whole } from "../core/index.ts";
import { clip, wrap } from "./game-parts.ts";

/** Steps of a game that is named by their number, as OpenSpiel names it. */
export function stepsParameter(fallback: number) {
  return whole(fallback, "Number of steps; decisions are taken at t = 0, 1, …, horizon", {
    symbol: "T",
    minimum: 1,
    maximum: 10_000,
  });
}

/** For games whose usual implementation differs from what their name says. */
export function asPublished(how: string) {
  return flag(false, `Exactly as in OpenSpiel: ${how}`);
}

/** Why they start from their own law only, as published. */
export const publishedStart = "as published, rewards at t = 0 are made of it";

export function sizeParameter(fallback: number, minimum = 2) {
  return whole(fallback, "Places along each side", { minimum, maximum: 2000 });
}

export function weightParameter(fallback: number, meaning: string) {
  return real(fallback, meaning, { minimum: -1e6, maximum: 1e6 });
}

export function noiseParameter(fallback: number, meaning: string) {
  return real(fallback, meaning, { minimum: 0, maximum: 1 });
}

export function geometryParameter() {
  return choice(["square", "torus"], "square", "square: the grid ends in walls; torus: it goes on at the other side");
}

/** Moves on a grid, in OpenSpiel's order for several populations: still, right, down, up, left. */
export const crossMoves = [
  [0, 0],
  [1, 0],
  [0, 1],
  [0, -1],
  [-1, 0],
] as const;
export const crossNames = ["stay", "+x", "+y", "-y", "-x"] as const;

/** The cell x·size + y after a move, from walls back or round the torus. */
export function moved(
  cell: number,
  move: readonly [number, number],
  size: number,
  geometry: "square" | "torus",
): number {
  const place = geometry === "torus" ? wrap : clip;
  return place(Math.floor(cell / size) + move[0], size) * size + place((cell % size) + move[1], size);
}
