/** Twelve significant digits: more than any reference asks for, few enough to read. */
export function digits(value: number | null | undefined, significant = 12): string {
  if (value === null || value === undefined) return "—";
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  const text = value.toPrecision(significant);
  return text.includes("e") ? text.replace(/\.?0+e/, "e") : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Errors and residuals: two digits are all that matters. */
export function magnitude(value: number | null): string {
  return value === null ? "—" : value === 0 ? "0" : value.toExponential(1).replace("e+0", "");
}

/** 0.0123 → `12 ms`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  return seconds < 120 ? `${seconds.toPrecision(3)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/** `1 player`, `10 players`. */
export function playersInWords(count: number): string {
  return count === 1 ? "1 player" : `${count} players`;
}

/** A 95 % interval in brackets; a dash where there is none. */
export function interval(slope: { readonly low?: number; readonly high?: number } | null): string {
  const { low, high } = slope ?? {};
  return low === undefined || high === undefined ? "—" : `[${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
