import { readFileSync } from "node:fs";
import type { CommonPath } from "meanfield";
import { UsageError } from "./failure.ts";

/**
 * Reads a path of the common noise from a file of comma-separated values: a header `t,W0` (or `t,W0_1,W0_2,…`), then
 * increasing times from 0, where every path is 0, to the horizon or beyond.
 *
 * @throws UsageError naming the file, the line and what is wanted.
 */
export function readCommonNoise(
  file: string,
  { count, horizon }: { readonly count: number; readonly horizon: number },
): CommonPath {
  const fault = (text: string): UsageError => new UsageError(`--common-noise ${file}: ${text}`);
  const lines = readText(file, fault)
    .split(/\r?\n/)
    .map((text, i) => ({ text: text.trim(), line: i + 1 }))
    .filter(({ text }) => text !== "");
  const names = count === 1 ? ["t", "W0"] : ["t", ...Array.from({ length: count }, (_, j) => `W0_${j + 1}`)];
  const header = cells(lines[0]?.text ?? "");
  if (header.join() !== names.join()) {
    throw fault(`the first line must be the header ${names.join(",")}, not ${header.join(",") || "nothing"}`);
  }
  const rows = lines.slice(1).map(({ text, line }) => {
    const values = cells(text).map((cell) => (cell === "" ? Number.NaN : Number(cell)));
    if (values.length !== names.length || !values.every(Number.isFinite)) {
      throw fault(`line ${line}: must be ${names.length} finite numbers, not ${text}`);
    }
    return { line, values };
  });
  if (rows.length < 2) throw fault("must have at least two lines of numbers");
  if (rows[0].values.some((value) => value !== 0))
    throw fault(`line ${rows[0].line}: must be ${names.map(() => "0").join(",")}, where every path starts`);
  for (let i = 1; i < rows.length; i++) {
    const [before, now] = [rows[i - 1].values[0], rows[i].values[0]];
    if (!(now > before)) throw fault(`line ${rows[i].line}: times must increase, but ${before} is followed by ${now}`);
  }
  const t = Float64Array.from(rows, ({ values }) => values[0]);
  const end = t[t.length - 1];
  // A horizon such as ⅓ cannot be written down exactly.
  if (end < horizon * (1 - 1e-9)) throw fault(`ends at t = ${end}: must reach the horizon T = ${horizon}`);
  t[t.length - 1] = Math.max(end, horizon);
  return { t, noises: names.slice(1).map((_, j) => Float64Array.from(rows, ({ values }) => values[j + 1])) };
}

function readText(file: string, fault: (text: string) => UsageError): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fault(`cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
}

function cells(text: string): string[] {
  return text.split(",").map((cell) => cell.trim());
}
