import type { TraceRow } from "meanfield";

/** The trace as CSV: one row per iteration, one column per metric that ever appeared. */
export function traceCsv(trace: readonly TraceRow[]): string {
  const columns = [...new Set(["k", ...trace.flatMap((row) => Object.keys(row))])];
  const rows = trace.map((row) => columns.map((column) => row[column] ?? "").join(","));
  return `${[columns.join(","), ...rows].join("\n")}\n`;
}
