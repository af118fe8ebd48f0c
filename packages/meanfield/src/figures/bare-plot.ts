import type { Markish, PlotOptions } from "@observablehq/plot";
import { ink, paper } from "./palette.ts";
import { fontFamily, textSize } from "./frame.ts";

export interface BarePlot {
  readonly width: number;
  readonly height: number;
  /** Where the pictures begin and end, in pixels from the left and the top; `room` is what is kept free on the right. */
  readonly left: number;
  readonly room: number;
  readonly top: number;
  readonly bottom: number;
  readonly marks: Markish[];
}

/** A plot without axes of its own, whose marks are placed in pixels or on the unit square. */
export function barePlot({ width, height, left, room, top, bottom, marks }: BarePlot): PlotOptions {
  return {
    width,
    height,
    marginLeft: left,
    marginRight: room,
    marginTop: top,
    marginBottom: height - bottom,
    style: { fontFamily, fontSize: `${textSize}px`, color: ink, background: paper },
    x: { type: "linear", domain: [0, 1], axis: null },
    y: { type: "linear", domain: [0, 1], axis: null },
    marks,
  };
}
