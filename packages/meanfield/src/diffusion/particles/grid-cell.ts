import type { Axis } from "../../measure/grid.ts";

/** Where a place lies on an even axis: the two grid points around it, and how near it is to the second. */
export interface GridCell {
  readonly below: number;
  readonly above: number;
  /** 0 at the first point, 1 at the second. */
  readonly share: number;
  /** Moves to another place; one object serves all, so that nothing is allocated for each player. */
  readonly look: (at: number) => void;
}

/** The cell of a place on an axis; beyond the ends, the last cell as at the end itself. */
export function gridCell({ points, periodic, low, spacing = 1 }: Axis): GridCell {
  const n = points.length;
  const cell = {
    below: 0,
    above: 0,
    share: 0,
    look: (at: number): void => {
      const along = (at - low) / spacing;
      let below = Math.floor(along);
      let share = along - below;
      if (periodic) below = ((below % n) + n) % n;
      else if (below < 0) [below, share] = [0, 0];
      else if (below > n - 2) [below, share] = [n - 2, 1];
      cell.below = below;
      cell.above = periodic && below === n - 1 ? 0 : below + 1;
      cell.share = share;
    },
  };
  return cell;
}
