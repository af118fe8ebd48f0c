/** Which numbers of a trace are drawn while a solve converges. */
import type { TraceRow } from "meanfield";

/** More curves hide each other. */
const most = 3;

/**
 * Names of what becomes small, exploitability first. Numbers that tell something else, such as a step that grows, would stretch
 * the axis until nobody sees how the solve converges: they are drawn only where there is nothing else.
 */
export function convergingNames(rows: readonly TraceRow[]): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    // Zero and below have no place on a logarithmic axis.
    (name) => name !== "k" && name !== "seconds" && rows.some((row) => row[name] > 0),
  );
  const small = names.filter((name) => rankOf(name) < 2);
  return (small.length > 0 ? small : names).toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, most);
}

function rankOf(name: string): number {
  if (name === "exploitability") return 0;
  return /residual|error|change|gap|distance|consistency|gradient/.test(name) ? 1 : 2;
}
