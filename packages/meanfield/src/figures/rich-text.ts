import type { AxisText } from "./specification.ts";
import { texToRuns, type Run } from "./tex.ts";
import { textWidth } from "./text-width.ts";

/**
 * Text with raised and lowered parts in one string, because a Plot label is a string.
 *
 * Three private-use characters mark where a script begins and ends; `draw` turns them into shifted `tspan`s, so that
 * scripts without a Unicode letter (`X_T`) look like those with one.
 */
const marks = { subscript: "\uE010", superscript: "\uE011", end: "\uE012" } as const;

/** Size of scripts as a share of the text around them. */
export const scriptScale = 0.72;

/** TeX as marked text. */
export function richOfTex(tex: string): string {
  return texToRuns(tex)
    .map(({ text, level }) => (level === "base" ? text : marks[level] + text + marks.end))
    .join("");
}

/** Marked text back as runs; plain text is a single run. */
export function richRuns(text: string): Run[] {
  const runs: Run[] = [];
  for (const [, mark, inside, base] of text.matchAll(/([\uE010\uE011])([^\uE012]*)\uE012|([^\uE010-\uE012]+)/g)) {
    if (base !== undefined) runs.push({ text: base, level: "base" });
    else runs.push({ text: inside, level: mark === marks.subscript ? "subscript" : "superscript" });
  }
  return runs;
}

/** Width in pixels as the shipped font sets it. */
export function richWidth(text: string, size: number): number {
  return richRuns(text).reduce(
    (sum, run) => sum + textWidth(run.text, run.level === "base" ? size : size * scriptScale),
    0,
  );
}

/** `Mean reserve x̄(t) (billion euro)`. */
export function axisLabel({ title, symbol, unit }: AxisText): string {
  return [title, ...(symbol === undefined ? [] : [richOfTex(symbol)]), ...(unit ? [`(${unit})`] : [])].join(" ");
}

/** The text broken at spaces into lines no wider than `width`; a single word may be wider. */
export function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && richWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
