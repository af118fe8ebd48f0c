import { scale } from "@observablehq/plot";

/**
 * Colours that most kinds of colour-blindness tell apart.
 *
 * M. Okabe, K. Ito, "Color Universal Design", 2002; their yellow is left out because thin lines of it vanish on white,
 * their black is `ink`, kept for exact answers and text.
 */
export const categories = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;

export const ink = "#1a1a1a";
/** Tick labels and notes. */
export const mutedInk = "#4d4d4d";
/** What stands in the background: single paths, guides. */
export const faintInk = "#8c8c8c";
export const gridInk = "#e4e4e4";
export const paper = "#ffffff";
/** Cells of a field without a finite value. */
export const missingPaper = "#d9d9d9";

const dashes = ["", "5 3", "1.5 2.5", "7 2.5 1.5 2.5"] as const;

export interface Pen {
  readonly colour: string;
  /** Value of `stroke-dasharray`; empty for a solid line. */
  readonly dash: string;
}

/** The pen of the category with this index: colours first, and the same colours dashed where they run out. */
export function pen(index: number): Pen {
  const round = Math.floor(index / categories.length) % dashes.length;
  return { colour: categories[index % categories.length], dash: dashes[round] };
}

/**
 * `count` colours of viridis from low to high, as `#rrggbb`: lightness rises evenly, in grey print too.
 *
 * S. van der Walt, N. Smith, "A better default colormap for Matplotlib", SciPy 2015.
 */
export function sequentialColours(count: number): string[] {
  const colour = scale({ color: { type: "linear", scheme: "viridis", domain: [0, 1] } });
  return Array.from({ length: count }, (_, i) => String(colour.apply(count === 1 ? 0.5 : i / (count - 1))));
}
