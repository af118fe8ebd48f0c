import { plot } from "@observablehq/plot";
import { addFilm } from "./film.ts";
import { paper } from "./palette.ts";
import { richRuns, scriptScale } from "./rich-text.ts";
import type { FigureSpecification } from "./specification.ts";
import { textWidth } from "./text-width.ts";

/** What of a DOM node drawing needs; a browser's and linkedom's both have it. */
export interface SvgNode {
  readonly nodeType: number;
  textContent: string | null;
  readonly childNodes: Iterable<SvgNode>;
}

/** What of a DOM element drawing needs. */
export interface SvgElement extends SvgNode {
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly firstChild: SvgNode | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  insertBefore(node: SvgNode, before: SvgNode | null): unknown;
  removeChild(node: SvgNode): unknown;
}

/** What of a DOM document drawing needs. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

const svg = "http://www.w3.org/2000/svg";

/**
 * Draws a figure into an SVG element of the given document, by itself ready to be saved or put into a page.
 *
 * Over what Plot draws: title and description for those who listen, a paper background, scripts set as scripts,
 * identifiers that begin with the figure's name and depend on nothing drawn before, coordinates to a hundredth of a
 * pixel (so that the last digit of a processor's logarithm does not change the file).
 */
export function draw(specification: FigureSpecification, document: SvgDocument): SvgElement {
  const { name, title, caption, width, height } = specification;
  const root = plot({ ...specification.plot, document: document as never }) as unknown as SvgElement;
  const make = document.createElementNS.bind(document);
  for (const style of root.querySelectorAll("style")) root.removeChild(style);
  root.removeAttribute("class");
  root.setAttribute("xmlns", svg);
  root.setAttribute("xml:space", "preserve");
  root.setAttribute("role", "img");
  root.setAttribute("style", "max-width: 100%; height: auto");
  for (const [key, value] of styleAttributes(specification)) root.setAttribute(key, value);

  renameIdentifiers(root, name);
  root.setAttribute("aria-labelledby", `${name}-title ${name}-description`);
  const texts = [...root.querySelectorAll("text")];
  for (const text of texts) setScripts(text, make);
  for (const element of root.querySelectorAll("*")) roundCoordinates(element);

  const background = make(svg, "rect");
  for (const [key, value] of Object.entries({ width, height, fill: paper }))
    background.setAttribute(key, String(value));
  root.insertBefore(background, root.firstChild);
  if (specification.film !== undefined) addFilm(root, name, specification.film, make);
  for (const [kind, id, content] of [
    ["desc", "description", caption],
    ["title", "title", title],
  ]) {
    const element = make(svg, kind);
    element.setAttribute("id", `${name}-${id}`);
    element.textContent = content;
    root.insertBefore(element, root.firstChild);
  }
  return root;
}

/** Plot's `style` becomes attributes, which every SVG reader understands. */
function styleAttributes({ plot }: FigureSpecification): [string, string][] {
  if (typeof plot.style !== "object" || plot.style === null) return [];
  const { fontFamily, fontSize, color } = plot.style as Readonly<Record<string, string | undefined>>;
  const pairs: [string, string | undefined][] = [
    ["font-family", fontFamily],
    ["font-size", fontSize?.replace("px", "")],
    ["fill", color],
  ];
  return pairs.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** Plot numbers its clip paths and markers for as long as the program runs; here they are numbered by figure. */
function renameIdentifiers(root: SvgElement, name: string): void {
  const names = new Map<string, string>();
  for (const element of root.querySelectorAll("[id]")) {
    const id = element.getAttribute("id") ?? "";
    names.set(id, `${name}-${names.size + 1}`);
    element.setAttribute("id", names.get(id) ?? id);
  }
  if (names.size === 0) return;
  for (const element of root.querySelectorAll("*")) {
    for (const { name: attribute, value } of element.attributes) {
      const renamed = value.replaceAll(/url\(#([^)]+)\)/g, (whole, id: string) =>
        names.has(id) ? `url(#${names.get(id)})` : whole,
      );
      if (renamed !== value) element.setAttribute(attribute, renamed);
    }
  }
}

/** Marked scripts become smaller, shifted spans; a superscript and a subscript next to each other stand above each other. */
function setScripts(text: SvgElement, make: (namespace: string, name: string) => SvgElement): void {
  const marked = text.textContent ?? "";
  if (!/[\uE010-\uE012]/.test(marked)) return;
  text.textContent = "";
  let before = { level: "base", rise: 0, width: 0 };
  // Width by which the next text must start further right, in pixels of a one-pixel font.
  let owed = 0;
  for (const { text: content, level } of richRuns(marked)) {
    const scale = level === "base" ? 1 : scriptScale;
    const rise = level === "base" ? 0 : level === "subscript" ? -0.24 : 0.42;
    const width = textWidth(content, scale);
    const stacked = level !== "base" && before.level !== "base" && before.level !== level;
    const step = stacked ? -before.width : owed;
    owed = stacked ? Math.max(0, before.width - width) : 0;
    const span = make(svg, "tspan");
    // Shifts are in the span's own size.
    if (rise !== before.rise) span.setAttribute("dy", em((before.rise - rise) / scale));
    if (step !== 0) span.setAttribute("dx", em(step / scale));
    if (scale !== 1) span.setAttribute("font-size", `${100 * scale}%`);
    span.textContent = content;
    text.insertBefore(span, null);
    before = { level, rise, width };
  }
}

function em(value: number): string {
  return `${Number(value.toFixed(3))}em`;
}

const coordinates = ["d", "transform", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"];

function roundCoordinates(element: SvgElement): void {
  for (const name of coordinates) {
    const value = element.getAttribute(name);
    if (value !== null && /\.\d{3}|e-/.test(value)) element.setAttribute(name, rounded(value));
  }
}

function rounded(text: string): string {
  return text.replaceAll(/-?\d*\.?\d+(?:e[-+]?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) + 0));
}
