import type { PlotOptions } from "@observablehq/plot";
import type { Film } from "./film.ts";

/**
 * One figure as a plain value: what to draw, not a drawing.
 *
 * `draw` turns it into SVG in any document, a browser's or a server's; nothing here touches one.
 */
export interface FigureSpecification {
  /** File name without ending, `kebab-case`; also the prefix of identifiers inside the SVG. */
  readonly name: string;
  /** A few words: the accessible title; never painted. */
  readonly title: string;
  /** What is seen, how bands and bars are to be read, and what could not be drawn. */
  readonly caption: string;
  /** CSS pixels. */
  readonly width: number;
  /** CSS pixels. */
  readonly height: number;
  readonly plot: PlotOptions;
  /** What moves, painted over the plot. */
  readonly film?: Film;
}

/** What every kind of figure asks of its caller besides the data. */
export interface FigureText {
  readonly name: string;
  readonly title: string;
  /** First sentence of the caption; the title unless given. */
  readonly caption?: string;
  /** Default 420: one column of a paper, with text of seven points. */
  readonly width?: number;
  /** Default 280, and more where a legend needs rows. */
  readonly height?: number;
}

/** How an axis is announced. */
export interface AxisText {
  readonly title: string;
  /** TeX without dollars. */
  readonly symbol?: string;
  readonly unit?: string;
}

/** Time, the horizontal axis of most figures. */
export const timeAxis: AxisText = { title: "Time", symbol: "t" };
