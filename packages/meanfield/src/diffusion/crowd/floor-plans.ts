/** Rooms to be left: walls and doors of a square, in shares of its side, and where the crowd stands at first. */

/** A rectangle [x0, x1] × [y0, y1]. */
export type Rectangle = readonly [x0: number, x1: number, y0: number, y1: number];

/** A part of the outer wall. */
export interface Door {
  readonly name: string;
  readonly side: "left" | "right" | "bottom" | "top";
  readonly from: number;
  readonly to: number;
}

export interface FloorPlan {
  readonly doors: readonly Door[];
  readonly walls: readonly Rectangle[];
  /** Round pillars: centre and radius. */
  readonly pillars: readonly (readonly [x: number, y: number, radius: number])[];
  /** Where people stand at first, evenly but for a margin in which the density falls to 0. */
  readonly crowd: Rectangle;
}

export const planNames = ["room", "two-doors", "museum"] as const;

export type PlanName = (typeof planNames)[number];

const s = 1 / 16;

/** Walls and doors lie on sixteenths, so that grids of 16 k + 1 points have points on all of them. */
export const floorPlans: Readonly<Record<PlanName, FloorPlan>> = {
  room: {
    doors: [{ name: "right", side: "right", from: 7 * s, to: 9 * s }],
    walls: [],
    pillars: [[12.5 * s, 8 * s, 1.2 * s]],
    crowd: [1 * s, 9 * s, 2 * s, 14 * s],
  },
  "two-doors": {
    doors: [
      { name: "left", side: "left", from: 7.5 * s, to: 8.5 * s },
      { name: "right", side: "right", from: 6 * s, to: 10 * s },
    ],
    walls: [
      [10 * s, 11 * s, 0, 5 * s],
      [10 * s, 11 * s, 11 * s, 1],
    ],
    pillars: [],
    crowd: [1 * s, 9 * s, 3 * s, 13 * s],
  },
  museum: {
    doors: [
      { name: "right", side: "right", from: 2 * s, to: 4 * s },
      { name: "top", side: "top", from: 2 * s, to: 4 * s },
    ],
    walls: [
      [5 * s, 6 * s, 0, 6 * s],
      [5 * s, 6 * s, 9 * s, 1],
      [10 * s, 11 * s, 0, 3 * s],
      [10 * s, 11 * s, 6 * s, 1],
    ],
    pillars: [
      [8 * s, 4 * s, 0.9 * s],
      [13.5 * s, 6 * s, 0.9 * s],
      [13.5 * s, 12 * s, 0.9 * s],
    ],
    crowd: [6 * s, 10 * s, 6 * s, 16 * s],
  },
};

/** Rounding of coordinates must not decide what a point is. */
const slack = 1e-9;

/** What stands at a point of the unit square. */
export function placeOf(plan: FloorPlan, x: number, y: number): "free" | "wall" | "exit" {
  for (const [x0, x1, y0, y1] of plan.walls) {
    if (x >= x0 - slack && x <= x1 + slack && y >= y0 - slack && y <= y1 + slack) return "wall";
  }
  for (const [cx, cy, radius] of plan.pillars) {
    if ((x - cx) ** 2 + (y - cy) ** 2 <= (radius + slack) ** 2) return "wall";
  }
  return doorAt(plan, x, y) === undefined ? "free" : "exit";
}

/** The door that a point of the unit square belongs to. */
export function doorAt({ doors }: FloorPlan, x: number, y: number): Door | undefined {
  return doors.find(({ side, from, to }) => {
    const upright = side === "left" || side === "right";
    const across = upright ? x : y;
    const along = upright ? y : x;
    const onWall = side === "left" || side === "bottom" ? across <= slack : across >= 1 - slack;
    return onWall && along >= from - slack && along <= to + slack;
  });
}

/** A density of mass 1 on an interval: flat, with margins that rise and fall as a cosine does. */
export function plateau(low: number, high: number, margin: number): (x: number) => number {
  const height = 1 / (high - low - margin);
  return (x) => {
    const inside = Math.min(x - low, high - x);
    if (inside <= 0) return 0;
    return inside >= margin ? height : 0.5 * height * (1 - Math.cos((Math.PI * inside) / margin));
  };
}
