import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import { draw, panels, svgText, type FigureSheet, type FigureSpecification } from "meanfield/figures";

/** A figure, or several as one. */
export type Drawable = FigureSpecification | FigureSheet;

/** The figure as a self-contained SVG file; the same bytes for the same specification. */
export function renderSvg(specification: Drawable): string {
  if ("rows" in specification) {
    const { rows, ...text } = specification;
    return panels({
      ...text,
      rows: rows.map(({ heading, figures }) => ({
        heading,
        panels: figures.map((figure) => ({ svg: renderSvg(figure), width: figure.width, height: figure.height })),
      })),
    });
  }
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return svgText(draw(specification, document));
}

export interface PngOptions {
  /** Dots for each CSS pixel. Default 2. */
  readonly scale?: number;
}

const family = "DejaVu Sans Condensed";

/** The one font figures are painted in, with none of the system's. */
export const shippedFont = {
  loadSystemFonts: false,
  fontFiles: [createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf")],
  defaultFontFamily: family,
  sansSerifFamily: family,
};

/** The figure as a PNG file, set in the font we ship and no other, so that it is the same on every machine. */
export function renderPng(specification: Drawable, options: PngOptions = {}): Uint8Array {
  return pngOf(renderSvg(specification), options);
}

/** Any SVG file as PNG, as `renderPng`. */
export function pngOf(svg: string, { scale = 2 }: PngOptions = {}): Uint8Array {
  return new Resvg(svg, { fitTo: { mode: "zoom", value: scale }, font: shippedFont }).render().asPng();
}
