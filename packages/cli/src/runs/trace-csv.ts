/** The trace as CSV: one row per iteration (or number of players), one column per name that ever appeared. */
export function traceCsv(trace: readonly Readonly<Record<string, number | string>>[]): string {
  const columns = [...new Set(trace.length === 0 ? ["k"] : trace.flatMap((row) => Object.keys(row)))];
  const rows = trace.map((row) => columns.map((column) => row[column] ?? "").join(","));
  return `${[columns.join(","), ...rows].join("\n")}\n`;
}
