import { fontFamily } from "./frame.ts";
import { ink, paper } from "./palette.ts";
import type { FigureSpecification } from "./specification.ts";

/** A drawn figure as `svgText` gives it. */
export interface Panel {
  readonly svg: string;
  /** CSS pixels, those of its specification. */
  readonly width: number;
  readonly height: number;
}

export interface PanelsInput {
  readonly name: string;
  /** The accessible title. */
  readonly title: string;
  /** The accessible description. */
  readonly caption: string;
  /** Rows of figures side by side, each under its heading. */
  readonly rows: readonly { readonly heading: string; readonly panels: readonly Panel[] }[];
}

/** Several figures as one, described but not yet drawn: rows of them, each under its heading. */
export interface FigureSheet extends Pick<FigureSpecification, "name" | "title" | "caption" | "width" | "height"> {
  readonly rows: readonly { readonly heading: string; readonly figures: readonly FigureSpecification[] }[];
}

/** A sheet as large as its rows ask for. */
export function figureSheet(input: Omit<FigureSheet, "width" | "height">): FigureSheet {
  const rows = input.rows.map(({ figures }) => ({
    width: figures.reduce((sum, { width }) => sum + width, gap * (figures.length - 1)),
    height: Math.max(0, ...figures.map(({ height }) => height)),
  }));
  return {
    ...input,
    width: 2 * margin + Math.max(0, ...rows.map(({ width }) => width)),
    height: 2 * margin - gap + rows.reduce((sum, { height }) => sum + headingHeight + height + gap, 0),
  };
}

const gap = 28;
const margin = 16;
const headingHeight = 34;

/** Several figures in one SVG file. Their names must differ, since identifiers begin with them. */
export function panels({ name, title, caption, rows }: PanelsInput): string {
  const parts: string[] = [];
  let bottom = margin;
  let right = 0;
  for (const { heading, panels: row } of rows) {
    const style = `font-family="${fontFamily}" font-size="15" font-weight="bold" fill="${ink}"`;
    parts.push(`<text x="${margin}" y="${bottom + 15}" ${style}>${escaped(heading)}</text>`);
    bottom += headingHeight;
    let left = margin;
    for (const { svg, width } of row) {
      parts.push(placed(svg, left, bottom));
      left += width + gap;
    }
    right = Math.max(right, left - gap);
    bottom += Math.max(0, ...row.map(({ height }) => height)) + gap;
  }
  const [width, height] = [right + margin, bottom - gap + margin];
  const names = `aria-labelledby="${name}-title ${name}-description" role="img" xmlns="http://www.w3.org/2000/svg"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg ${names} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" style="max-width: 100%; height: auto">
<title id="${name}-title">${escaped(title)}</title>
<desc id="${name}-description">${escaped(caption)}</desc>
<rect width="${width}" height="${height}" fill="${paper}"/>
${parts.join("\n")}
</svg>
`;
}

/** The figure's element at a place of its own. */
function placed(svg: string, x: number, y: number): string {
  const element = svg.slice(svg.indexOf("<svg"));
  return element.trimEnd().replace("<svg", `<svg x="${x}" y="${y}"`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
