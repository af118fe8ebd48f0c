import type { SvgElement } from "./draw.ts";
import { tickSize } from "./frame.ts";
import { ink, paper } from "./palette.ts";

/** Pictures that cover a figure one after the other, again and again; the figure itself is seen where nothing moves. */
export interface Film {
  /** Of every picture but the last, which stays longer. */
  readonly milliseconds: number;
  readonly frames: readonly FilmFrame[];
}

export interface FilmFrame {
  readonly images: readonly FilmImage[];
  /** What tells this picture from the others, as `t = 3`, in the middle of a rectangle of its own. */
  readonly label: { readonly text: string; readonly x: number; readonly y: number };
}

/** A picture's address in a rectangle of pixels. */
export interface FilmImage {
  readonly src: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Cells stay cells, however much larger they are drawn. */
const asItIs = { preserveAspectRatio: "none", "image-rendering": "optimizeSpeed", style: "image-rendering: pixelated" };

/** Of the rectangle that covers the still picture's label. */
const labelWidth = 90;

/** How many times as long as the others the last picture is seen. */
const lastStays = 6;

/**
 * Adds a film to a drawn figure: groups of which style sheets show one after the other, so that it plays in any browser, alone
 * or within a page, and stops under a pointer. Readers without style sheets, printers, and whoever asked for less motion see
 * none of them.
 */
export function addFilm(
  root: SvgElement,
  name: string,
  { frames, milliseconds }: Film,
  make: (namespace: string, name: string) => SvgElement,
): void {
  const element = (kind: string, attributes: Readonly<Record<string, string | number>>): SvgElement => {
    const out = make("http://www.w3.org/2000/svg", kind);
    for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, String(value));
    return out;
  };
  const style = element("style", {});
  style.textContent = styleOf(name, frames.length, milliseconds);
  root.insertBefore(style, root.firstChild);
  const period = (frames.length - 1 + lastStays) * milliseconds;
  frames.forEach(({ images, label }, k) => {
    const last = k === frames.length - 1;
    const group = element("g", {
      class: `${name}-frame${last ? ` ${name}-last` : ""}`,
      // Begun so long ago that its turn comes after those before it.
      style: `animation-delay: ${k * milliseconds - period}ms`,
      visibility: "hidden",
    });
    for (const { src, ...place } of images)
      group.insertBefore(element("image", { ...place, href: src, ...asItIs }), null);
    const cover = { x: label.x - labelWidth / 2, y: label.y - 8, width: labelWidth, height: 16, fill: paper };
    group.insertBefore(element("rect", cover), null);
    const text = element("text", {
      x: label.x,
      y: label.y,
      dy: "0.32em",
      "text-anchor": "middle",
      "font-size": tickSize,
      fill: ink,
      stroke: "none",
    });
    text.textContent = label.text;
    group.insertBefore(text, null);
    root.insertBefore(group, null);
  });
}

function styleOf(name: string, count: number, milliseconds: number): string {
  const turns = count - 1 + lastStays;
  const share = (turn: number): string => `${Number(((100 * turn) / turns).toFixed(4))}%`;
  const keyframes = (which: string, shown: number): string =>
    `@keyframes ${name}-${which}{0%{visibility:visible}${share(shown)}{visibility:hidden}100%{visibility:hidden}}`;
  const animation = (which: string): string => `${name}-${which} ${turns * milliseconds}ms step-end infinite`;
  return [
    keyframes("frame", 1),
    keyframes("last", lastStays),
    "@media screen and (prefers-reduced-motion:no-preference){",
    `.${name}-frame{animation:${animation("frame")}}`,
    `.${name}-last{animation:${animation("last")}}`,
    `svg:hover>.${name}-frame{animation-play-state:paused}}`,
  ].join("");
}
