import type { SvgElement, SvgNode } from "./draw.ts";

/**
 * A drawn figure as an SVG file: valid XML with attributes in alphabetical order, the same from every DOM.
 */
export function svgText(root: SvgElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementText(root)}\n`;
}

function elementText(element: SvgElement): string {
  const attributes = [...element.attributes]
    .map(({ name, value }) => ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`)
    .toSorted()
    .join("");
  const content = [...element.childNodes].map(nodeText).join("");
  // `nodeName` of a server's DOM is in capitals.
  const name = element.localName;
  return content === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function nodeText(node: SvgNode): string {
  if (node.nodeType === 1) return elementText(node as SvgElement);
  return node.nodeType === 3 ? escaped(node.textContent ?? "") : "";
}

/** Escapes markup; characters that XML forbids altogether are left out. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
}
