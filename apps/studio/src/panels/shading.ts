/** From values to colours. */
import type { Field } from "../engine/protocol.ts";
import { diverging, viridis } from "./colours.ts";

export type ShadeScale = "linear" | "root";

export interface Shading {
  readonly low: number;
  readonly high: number;
  readonly map: readonly number[];
  /** In [0, 1]. */
  readonly place: (value: number) => number;
  /** Whether there are values beyond `high`, which take its colour. */
  readonly ends?: boolean;
}

/** How much larger than where colours end the largest share must be. */
const farther = 2;

/**
 * Colours of a crowd, by the square root of shares. Where the largest share of all is more than twice that of a middling time,
 * whose largest share half of the times do not exceed, colours end at the latter: so that a crowd that starts in one place does
 * not leave all that follows dark. The same rule as that of figures in files.
 */
export function crowdShading(values: readonly Float64Array[], fields: readonly Field[]): Shading {
  const shading = shadingOf(values, "root");
  const tops = fields.flatMap(({ axes, value }) => {
    if (axes[0]?.name !== "t") return [];
    const size = value.length / axes[0].grid.length;
    return Array.from(axes[0].grid, (_, n) =>
      value.subarray(n * size, (n + 1) * size).reduce((most, share) => (share > most ? share : most), 0),
    );
  });
  const middling = tops.toSorted((a, b) => a - b)[tops.length >> 1] ?? 0;
  if (shading.low < 0 || !(middling > 0) || shading.high <= farther * middling) return shading;
  return {
    ...shading,
    low: 0,
    high: middling,
    place: (value) => Math.sqrt(Math.min(Math.max(0, value), middling) / middling),
    ends: true,
  };
}

/**
 * How the values of a field are coloured: from pale to bright, or about zero where both signs occur.
 *
 * A population that starts at one point would drown all that follows on a linear scale: it is coloured by its square root.
 */
export function shadingOf(values: readonly Float64Array[], scale: ShadeScale): Shading {
  let low = Infinity;
  let high = -Infinity;
  for (const list of values)
    for (const value of list) {
      if (value < low) low = value;
      if (value > high && value < Infinity) high = value;
    }
  // What rounding leaves below zero is no second sign.
  if (low < 0 && low > -1e-6 * high) low = 0;
  // Nor is what would not be seen as one.
  const twoSigns = low < 0 && high > 0 && Math.min(-low, high) > 0.02 * Math.max(-low, high);
  if (!(low < Infinity)) return { low: 0, high: 1, map: viridis, place: () => 0 };
  if (twoSigns) {
    const most = Math.max(-low, high);
    return { low: -most, high: most, map: diverging, place: (value) => 0.5 + value / (2 * most) };
  }
  const span = high > low ? high - low : 1;
  const place =
    scale === "root" ? (value: number) => Math.sqrt((value - low) / span) : (value: number) => (value - low) / span;
  return { low, high, map: viridis, place };
}

export function colourOf({ map, place }: Shading, value: number): number {
  return map[Math.min(255, Math.max(0, Math.round(255 * place(value))))];
}

/**
 * Paints a grid of values: `at(i, j)` belongs to column i of `columns` and row j of `rows`, row 0 at the bottom.
 *
 * Continuous axes are interpolated between grid points that stand at the edges; discrete ones are painted as cells.
 */
export function paintGrid(
  context: CanvasRenderingContext2D,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  grid: {
    readonly columns: number;
    readonly rows: number;
    readonly cells: boolean;
    readonly at: (i: number, j: number) => number;
  },
  shading: Shading,
  ratio: number,
): void {
  const { columns, rows, cells, at } = grid;
  const width = Math.max(1, Math.round(box.width * ratio));
  const height = Math.max(1, Math.round(box.height * ratio));
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const column = sampler(width, columns, cells);
  const row = sampler(height, rows, cells);
  for (let py = 0; py < height; py++) {
    const [j, v] = row(height - 1 - py);
    for (let px = 0; px < width; px++) {
      const [i, u] = column(px);
      let value = at(i, j);
      if (u > 0) value += u * (at(i + 1, j) - value);
      if (v > 0) {
        let above = at(i, j + 1);
        if (u > 0) above += u * (at(i + 1, j + 1) - above);
        value += v * (above - value);
      }
      // NaN has no colour: what is not there is left out.
      if (value === value) pixels[py * width + px] = abgr(colourOf(shading, value));
    }
  }
  const sheet = new OffscreenCanvas(width, height);
  sheet.getContext("2d")?.putImageData(image, 0, 0);
  context.drawImage(sheet, box.x, box.y, box.width, box.height);
}

/** Grid index and share of the way to the next, by pixel. */
function sampler(pixels: number, count: number, cells: boolean): (pixel: number) => readonly [number, number] {
  const places = Array.from({ length: pixels }, (_, pixel): readonly [number, number] => {
    if (cells || count === 1) return [Math.min(count - 1, Math.floor((pixel / pixels) * count)), 0];
    const at = (pixel / Math.max(1, pixels - 1)) * (count - 1);
    const i = Math.min(count - 2, Math.floor(at));
    return [i, at - i];
  });
  return (pixel) => places[pixel];
}

function abgr(rgb: number): number {
  return ((255 << 24) | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}
