/** What pictures of a plane show beside fields, as plain data: walls, exits, moves, roads. */
import type { Game, Preparation } from "meanfield";
import type { Answer, Field, PlaneGround, RoadsOfAnswer, SceneryGround } from "./protocol.ts";

/** Numbers of an answer's moves, at most: more take longer to hand over than to look at. */
const mostMoves = 1_500_000;
/** Points along each axis at which walls are looked for, and along an edge at which exits are. */
const wallPoints = 192;
const exitPoints = 480;

/** What stands on the ground of an answer's fields, none of it where the game has no such thing. */
export function groundOf(
  { game, parameters, wing, model }: Preparation,
  candidate: unknown,
  fields: Readonly<Record<string, Field>>,
): Pick<Answer, "planes" | "scenery" | "roads"> {
  const scenery = sceneryOf(game, parameters, fields);
  const roads = roadsOf(game, parameters);
  return {
    planes: planesOf(wing.grounds?.(model, candidate) ?? []),
    ...(scenery === undefined ? {} : { scenery }),
    ...(roads === undefined ? {} : { roads }),
  };
}

type Grounds = ReturnType<NonNullable<Preparation["wing"]["grounds"]>>;

function planesOf(grounds: Grounds): readonly PlaneGround[] {
  return grounds.map(({ suffix, axes, closed, steps, moves }) => {
    const size = 2 * closed.length;
    const shown = steps * size <= mostMoves ? steps : 0;
    const all = new Float32Array(shown * size);
    for (let t = 0; t < shown; t++) all.set(moves(t), t * size);
    return { suffix, axes, closed, steps: shown, moves: all };
  });
}

function roadsOf(game: Game, parameters: Preparation["parameters"]): RoadsOfAnswer | undefined {
  const map = game.roads?.(parameters);
  if (map === undefined) return undefined;
  return {
    crossings: map.crossings.map(({ name, x, y }) => ({ name, x, y })),
    roads: map.roads.map(({ from, to }) => ({ from, to })),
  };
}

function sceneryOf(
  game: Game,
  parameters: Preparation["parameters"],
  fields: Readonly<Record<string, Field>>,
): SceneryGround | undefined {
  const scenery = game.scenery?.(parameters);
  if (scenery === undefined) return undefined;
  const ends = ["x", "y"].map((name) => {
    const grid = Object.values(fields)
      .flatMap(({ axes }) => axes)
      .find((axis) => axis.name === name)?.grid;
    return grid === undefined ? undefined : ([grid[0], grid[grid.length - 1]] as const);
  });
  const [x, y] = ends;
  if (x === undefined || y === undefined) return undefined;
  const along = ([from, to]: readonly [number, number], share: number): number => from + share * (to - from);
  const walls = new Uint8Array(wallPoints * wallPoints);
  for (let i = 0; i < wallPoints; i++) {
    for (let j = 0; j < wallPoints; j++) {
      const [u, v] = [(i + 0.5) / wallPoints, (j + 0.5) / wallPoints];
      if (scenery.place(along(x, u), along(y, v)) === "wall") walls[i * wallPoints + j] = 1;
    }
  }
  const exits = [0, 1].flatMap((side) => [
    ...openings((share) => scenery.place(x[side], along(y, share)) === "exit").map(([a, b]) => ({
      from: [x[side], along(y, a)] as const,
      to: [x[side], along(y, b)] as const,
    })),
    ...openings((share) => scenery.place(along(x, share), y[side]) === "exit").map(([a, b]) => ({
      from: [along(x, a), y[side]] as const,
      to: [along(x, b), y[side]] as const,
    })),
  ]);
  return { x, y, points: wallPoints, walls, exits };
}

/** Where an edge is open, as shares of its length. */
export function openings(open: (share: number) => boolean): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let begun: number | undefined;
  for (let i = 0; i <= exitPoints + 1; i++) {
    const here = i <= exitPoints && open(i / exitPoints);
    if (here) begun ??= i;
    else if (begun !== undefined) {
      found.push([begun / exitPoints, (i - 1) / exitPoints]);
      begun = undefined;
    }
  }
  return found;
}
