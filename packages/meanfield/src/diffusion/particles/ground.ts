/**
 * Walls and exits told by `place`: every player stands in the cell of its nearest grid point, as the chain on the grid does.
 *
 * A step is walked in pieces of half a cell. A piece into a wall is walked along the axes that do not lead there, if any; who
 * comes to an exit is gone. Paths between the pieces are straight, an error of the order of the root of the step near walls.
 */

import type { GridProblem } from "../pde/problem.ts";

export interface Walk {
  x: number;
  y: number;
  exit: boolean;
}

/** Walks from a place by a shift that stays in the space; undefined where the game has neither walls nor exits of its own. */
export function groundOf({
  model,
  grid,
  place,
}: GridProblem): ((x: number, y: number, dx: number, dy: number, into: Walk) => void) | undefined {
  if (model.place === undefined) return undefined;
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const nearest = (axis: typeof first, at: number): number => {
    const n = axis.points.length;
    const i = Math.round((at - axis.low) / (axis.spacing ?? 1));
    return axis.periodic ? ((i % n) + n) % n : Math.max(0, Math.min(n - 1, i));
  };
  const kind = (x: number, y: number): number =>
    place[nearest(first, x) * columns + (second === undefined ? 0 : nearest(second, y))];
  // Exits of the ends are crossed by bridges, not by cells.
  const leaves = (x: number, y: number): boolean => {
    const [i, j] = [nearest(first, x), second === undefined ? 0 : nearest(second, y)];
    return model.place?.(first.points[i], second?.points[j] ?? 0) === "exit";
  };
  const [h, k] = [first.spacing ?? 1, second?.spacing ?? Infinity];
  return (x, y, dx, dy, into) => {
    const pieces = Math.max(1, Math.ceil(2 * Math.max(Math.abs(dx) / h, Math.abs(dy) / k)));
    into.x = x;
    into.y = y;
    into.exit = false;
    for (let n = 0; n < pieces; n++) {
      const [toX, toY] = [into.x + dx / pieces, into.y + dy / pieces];
      if (kind(toX, toY) !== WALL) {
        into.x = toX;
        into.y = toY;
      } else if (kind(toX, into.y) !== WALL) into.x = toX;
      else if (kind(into.x, toY) !== WALL) into.y = toY;
      if (leaves(into.x, into.y)) {
        into.exit = true;
        return;
      }
    }
  };
}

const WALL = 1;
