/**
 * What the gallery shows of each game, as JSON on stdout: the page does not carry the library, only this.
 *
 * A thumbnail is the game's population, solved here at its defaults and reduced to a few small pictures in time; nothing is
 * drawn by hand, and a new game has one without a line of its own.
 */
import { catalogue, prepare, quickLook } from "meanfield";
import type { Game, Quantity } from "meanfield";

export interface GalleryEntry {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly story: string;
  readonly thumbnail: Thumbnail | null;
}

export interface Thumbnail {
  /** `lines`: curves over time; `field`: rows of states against time; `plane`: frames of a plane in time. */
  readonly kind: "lines" | "field" | "plane";
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** One byte per value in base64, from the least to the greatest, row-major, frame by frame. */
  readonly data: string;
}

/** Milliseconds a thumbnail's solve may take; then it shows how far it got. */
const budget = 1500;

const entries: GalleryEntry[] = [];
for (const game of catalogue.games) {
  const { id, title, family, story } = game;
  entries.push({ id, title, family, story: firstSentence(story), thumbnail: await thumbnailOf(game) });
}
console.log(JSON.stringify(entries));

function firstSentence(story: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(story)?.[0] ?? story;
}

async function thumbnailOf(game: Game): Promise<Thumbnail | null> {
  const preparation = prepare(catalogue, game);
  const { model, wing, parameters, question } = preparation;
  const outcome = await quickLook(preparation, { signal: AbortSignal.timeout(budget) });
  const flow = wing.flow?.(model, Infinity, outcome.candidate);
  const first = flow?.coordinates[0];
  const lazy = game.measure(parameters, question, outcome.candidate);
  const named = [/^(density|flow|law)(_|$)/, /./].flatMap((pattern) =>
    Object.keys(lazy).filter((name) => pattern.test(name)),
  );
  for (const name of named) {
    if (/planner|anarchy|exploitability|probability/.test(name)) continue;
    const isPopulation = /^(density|flow|law)(_|$)/.test(name);
    if (!isPopulation && flow !== undefined && first !== undefined) return law(first.mean, first.deviation);
    const picture = pictureOf(lazy[name](), isPopulation ? Math.sqrt : (value) => value);
    if (picture !== null) return picture;
  }
  return null;
}

/** The normal law along time, as high as its density; a law that begins in one point begins bright. */
function law(mean: Float64Array, deviation: Float64Array): Thumbnail {
  const [rows, columns] = [40, 28];
  const times = thinned(Array.from(mean.keys()), rows);
  const reach = times.flatMap((n) => [mean[n] - 2.6 * deviation[n], mean[n] + 2.6 * deviation[n]]);
  const [low, high] = [Math.min(...reach), Math.max(...reach)];
  const narrowest = (high - low) / columns;
  const values = times.flatMap((n) => {
    const s = Math.max(deviation[n], narrowest);
    return Array.from({ length: columns }, (_, j) => {
      const x = low + ((j + 0.5) / columns) * (high - low);
      return Math.exp(-0.25 * ((x - mean[n]) / s) ** 2) / Math.sqrt(s);
    });
  });
  return packed("field", times.length, columns, 1, values);
}

function pictureOf(quantity: Quantity, shade: (value: number) => number): Thumbnail | null {
  // Axes of one point show nothing, and of many axes the first three are enough for a thumbnail: others stay at their start.
  const long = quantity.axes.filter(({ grid }) => grid.length > 1);
  const extra = long.length > 3 ? [long[1]] : [];
  const axes = long.filter((axis) => !extra.includes(axis)).slice(0, 3);
  const read = (...grids: (readonly number[])[]): number[] =>
    grids
      .reduce<number[][]>((all, grid) => all.flatMap((row) => grid.map((x) => [...row, x])), [[]])
      .map((point) =>
        quantity.at(...quantity.axes.map((axis) => (axes.includes(axis) ? point[axes.indexOf(axis)] : axis.grid[0]))),
      );
  if (axes.length === 1) return lines([read(thinned(axes[0].grid, 48))]);
  if (axes.length === 2 && axes[0].name === "t" && axes[0].grid.length > 1) {
    const [t, x] = [thinned(axes[0].grid, 40), thinned(axes[1].grid, 28)];
    return packed("field", t.length, x.length, 1, read(t, x).map(shade));
  }
  if (axes.length === 3 && axes[0].name === "t") {
    const [t, x, y] = [thinned(axes[0].grid, 8), thinned(axes[1].grid, 22), thinned(axes[2].grid, 22)];
    return packed("plane", x.length, y.length, t.length, read(t, x, y).map(shade));
  }
  if (axes.length === 2) {
    const [x, y] = [thinned(axes[0].grid, 28), thinned(axes[1].grid, 28)];
    return packed("plane", x.length, y.length, 1, read(x, y).map(shade));
  }
  return null;
}

function lines(curves: readonly ArrayLike<number>[]): Thumbnail {
  const length = Math.min(48, curves[0].length);
  const thin = curves.flatMap((curve) => thinned(curve, length));
  return packed("lines", curves.length, length, 1, thin);
}

function thinned(grid: ArrayLike<number>, most: number): number[] {
  const count = Math.min(most, grid.length);
  return Array.from({ length: count }, (_, i) => grid[Math.round((i * (grid.length - 1)) / Math.max(1, count - 1))]);
}

function packed(
  kind: Thumbnail["kind"],
  rows: number,
  columns: number,
  frames: number,
  values: readonly number[],
): Thumbnail {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const bytes = Uint8Array.from(values, (value) =>
    Number.isFinite(value) && high > low ? Math.round((255 * (value - low)) / (high - low)) : 0,
  );
  return { kind, rows, columns, frames, data: Buffer.from(bytes).toString("base64") };
}
