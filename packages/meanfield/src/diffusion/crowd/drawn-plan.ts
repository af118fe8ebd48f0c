/**
 * Rooms drawn as rows of characters, the first row at the top: `#` is a wall, `.` or a blank is free, `E` an exit, and people
 * start in the places `o`; where none is marked, in all free places from which there is a way out.
 *
 * Places are squares; the longer side of the drawing is that of the room, and beside a drawing that is no square there are walls.
 */

import { InputError } from "../../core/index.ts";
import type { Room } from "./room.ts";

const smallest = 2;
const largest = 40;
const mostExits = 8;

/** Grids have about so many points along an axis. */
const usualPoints = 48;

/** Names of exits, numbered as one reads: groups of places that touch along a side. */
export const exitNames: readonly string[] = Array.from({ length: mostExits }, (_, k) => `exit_${k + 1}`);

/**
 * Reads a drawing.
 *
 * @throws InputError for rows that differ in length, too few or too many of them, other characters, no exit, more exits than can be
 * told apart, nobody who could start, and people who are walled in.
 */
export function drawnRoom(rows: readonly string[]): Room {
  checkShape(rows);
  const [height, width] = [rows.length, rows[0].length];
  const side = Math.max(height, width);
  const exits = exitsOf(rows);
  const reached = waysOut(rows);
  const marked = rows.some((row) => row.includes("o"));
  const peopled = (r: number, c: number): boolean => (marked ? rows[r][c] === "o" : reached[r * width + c]);
  rows.forEach((row, r) =>
    Array.from(row).forEach((place, c) => {
      if (place === "o" && !reached[r * width + c])
        throw new InputError("drawing", `people in row ${r + 1}, column ${c + 1}`, "free to walk to an exit");
    }),
  );
  if (!marked && !reached.includes(true))
    throw new InputError("drawing", rows, "a plan with a free place from which there is a way to an exit");
  /** Row and column at a point of the unit square, counted from below at its corner; −1 beside the drawing. */
  const cellAt = (x: number, y: number): number => {
    const c = Math.min(side - 1, Math.floor(x * side + 1e-9));
    const r = height - 1 - Math.min(side - 1, Math.floor(y * side + 1e-9));
    return c < 0 || c >= width || r < 0 || r >= height ? -1 : r * width + c;
  };
  const people = rows.map((row, r) => Array.from(row, (_, c) => peopled(r, c)));
  const count = people.flat().filter(Boolean).length;
  return {
    doors: exitNames.slice(0, exits.count),
    place: (x, y) => {
      const cell = cellAt(x, y);
      if (cell < 0) return "wall";
      const drawn = rows[Math.floor(cell / width)][cell % width];
      return drawn === "#" ? "wall" : drawn === "E" ? "exit" : "free";
    },
    doorAt: (x, y) => {
      const cell = cellAt(x, y);
      return cell < 0 || exits.of[cell] < 0 ? undefined : exitNames[exits.of[cell]];
    },
    crowd: (x, y) => {
      const cell = cellAt(x, y);
      return cell >= 0 && people[Math.floor(cell / width)][cell % width] ? (side * side) / count : 0;
    },
    evenCrowd: true,
    // Multiples of the side and two more: no point lies between two places, and mirror images have mirror images of points.
    points: Math.max(1, Math.round(usualPoints / side)) * side + 2,
  };
}

function checkShape(rows: readonly string[]): void {
  const width = rows[0]?.length ?? 0;
  const fits = (length: number): boolean => length >= smallest && length <= largest;
  if (!fits(rows.length) || !fits(width))
    throw new InputError(
      "drawing",
      `${rows.length} rows of ${width} places`,
      `from ${smallest} to ${largest} rows of ${smallest} to ${largest} places`,
    );
  rows.forEach((row, r) => {
    if (row.length !== width) throw new InputError(`drawing.${r}`, row, `as long as the first row, ${width} places`);
    if (!/^[#.Eo ]*$/.test(row))
      throw new InputError(`drawing.${r}`, row, "made of # (wall), . (free), E (exit) and o (people at the start)");
  });
  if (!rows.some((row) => row.includes("E"))) throw new InputError("drawing", rows, "a plan with at least one exit E");
}

/** Cells to both sides, above and below, as far as there are any. */
function neighbours(cell: number, width: number, size: number): number[] {
  const c = cell % width;
  return [
    ...(c > 0 ? [cell - 1] : []),
    ...(c < width - 1 ? [cell + 1] : []),
    ...(cell >= width ? [cell - width] : []),
    ...(cell + width < size ? [cell + width] : []),
  ];
}

/** All cells that are joined to some through cells of a kind. */
function spread(from: readonly number[], width: number, size: number, into: (cell: number) => boolean): boolean[] {
  const found = Array.from({ length: size }, () => false);
  const waiting = [...from];
  for (const cell of waiting) found[cell] = true;
  for (let cell = waiting.pop(); cell !== undefined; cell = waiting.pop()) {
    for (const next of neighbours(cell, width, size)) {
      if (found[next] || !into(next)) continue;
      found[next] = true;
      waiting.push(next);
    }
  }
  return found;
}

/** Free places from which an exit is reached. */
function waysOut(rows: readonly string[]): boolean[] {
  const cells = rows.join("");
  const exits = Array.from(cells).flatMap((place, cell) => (place === "E" ? [cell] : []));
  const free = (cell: number): boolean => cells[cell] !== "#" && cells[cell] !== "E";
  return spread(exits, rows[0].length, cells.length, free).map((found, cell) => found && free(cell));
}

/** The number of each cell's exit, −1 for none. */
function exitsOf(rows: readonly string[]): { readonly of: Int32Array; readonly count: number } {
  const cells = rows.join("");
  const of = new Int32Array(cells.length).fill(-1);
  let count = 0;
  for (let cell = 0; cell < cells.length; cell++) {
    if (cells[cell] !== "E" || of[cell] >= 0) continue;
    const group = spread([cell], rows[0].length, cells.length, (next) => cells[next] === "E");
    group.forEach((found, one) => {
      if (found) of[one] = count;
    });
    count += 1;
  }
  if (count > mostExits) throw new InputError("drawing", `${count} separate exits`, `a plan with at most ${mostExits}`);
  return { of, count };
}
