import { cellFigure, cellsPng, headingRise, headlineAt, type CellPanelsInput } from "./cell-panels.ts";
import type { FilmFrame } from "./film.ts";
import type { FigureSpecification } from "./specification.ts";

export interface CellFilmInput extends Omit<CellPanelsInput, "panels" | "columns" | "rows"> {
  /** One a panel; what each shows, which may be empty for a single one. */
  readonly panels: readonly { readonly heading: string; readonly wall?: ArrayLike<number> }[];
  /** One a picture: what it is called, as `t = 3`, and the values of each panel, as in `cellPanels`. */
  readonly frames: readonly { readonly label: string; readonly values: readonly ArrayLike<number>[] }[];
  /** The one that is seen where nothing moves. */
  readonly still: number;
}

/** All pictures take about so long together, each not too short and not too long to be seen. */
const seconds = 8;
const [shortest, longest] = [60, 500];

/** Half the picture elements along a cell: few, for browsers are told not to smooth them. */
const blocks = 2;

/** Tables over discrete cells that change from picture to picture, as a figure that moves. */
export function cellFilm({ panels, frames, still, notes = [], ...input }: CellFilmInput): FigureSpecification {
  // Labels stand over the panel, or over the headings of several.
  const alone = panels.length === 1 && panels[0].heading === "";
  const { figure, panes } = cellFigure({
    ...input,
    columns: panels.length,
    ...(alone ? {} : { headline: frames[still].label }),
    panels: panels.map(({ heading, wall }, p) => ({
      heading: alone ? frames[still].label : heading,
      value: frames[still].values[p],
      ...(wall === undefined ? {} : { wall }),
    })),
    notes: [...notes, "Moves on screens, and stops under the pointer or where less motion is asked for."],
  });
  const [first] = panes;
  const last = panes[panes.length - 1];
  const [m, n] = [input.across.grid.length, input.up.grid.length];
  const label = { x: (first.left + last.right) / 2, y: alone ? first.top - headingRise : headlineAt };
  return {
    ...figure,
    film: {
      milliseconds: Math.round(Math.min(longest, Math.max(shortest, (1000 * seconds) / frames.length))),
      frames: frames.map(({ label: text, values }): FilmFrame => {
        return {
          label: { text, ...label },
          images: panes.map(({ left, right, top, bottom }, p) => ({
            src: cellsPng({ ...panels[p], value: values[p] }, m, n, blocks, blocks, input.shade),
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
          })),
        };
      }),
    },
  };
}
