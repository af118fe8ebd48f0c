/** What a crowd leaves: a room by its plan, in shares of its side. */

import { drawnRoom } from "./drawn-plan.ts";
import { doorAt, floorPlans, placeOf, plateau } from "./floor-plans.ts";
import type { PlanName } from "./floor-plans.ts";

export interface Room {
  /** Names of doors. */
  readonly doors: readonly string[];
  readonly place: (x: number, y: number) => "free" | "wall" | "exit";
  /** The name of the door that a point belongs to. */
  readonly doorAt: (x: number, y: number) => string | undefined;
  /** The density at the start. */
  readonly crowd: (x: number, y: number) => number;
  /** Whether the density at the start jumps at its edges, so that its mass is 1 but for the points there. */
  readonly evenCrowd: boolean;
  /** Points along each axis that suit the plan. */
  readonly points: number;
}

/** @throws InputError for a drawing that is no room. */
export function roomOf(plan: PlanName | "drawn", drawing: readonly string[]): Room {
  if (plan === "drawn") return drawnRoom(drawing);
  const known = floorPlans[plan];
  const [x0, x1, y0, y1] = known.crowd;
  const [along, across] = [plateau(x0, x1, 1 / 8), plateau(y0, y1, 1 / 8)];
  return {
    doors: known.doors.map(({ name }) => name),
    place: (x, y) => placeOf(known, x, y),
    doorAt: (x, y) => doorAt(known, x, y)?.name,
    crowd: (x, y) => along(x) * across(y),
    evenCrowd: false,
    points: 49,
  };
}
