import type { Scale } from "./omissions.ts";
import { axisLabel } from "./rich-text.ts";
import type { AxisText } from "./specification.ts";
import { linearLabels, linearTicks, logLabels, logTicks, wholeTicks } from "./ticks.ts";

/** An axis with everything decided: where it begins and ends, its ticks and their text. */
export interface Axis {
  readonly scale: Scale;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly labels: readonly string[];
  /** Marked text, see `richOfTex`; may be empty. */
  readonly label: string;
}

export interface AxisOptions {
  /** Default `linear`. */
  readonly scale?: Scale;
  /** Whether the axis ends at the data instead of a little beyond. Default false. */
  readonly tight?: boolean;
  /** About how many ticks. Default 5. */
  readonly count?: number;
  /** Ticks only at whole numbers. Default false. */
  readonly whole?: boolean;
  /** Ticks here and nowhere else. */
  readonly ticks?: readonly number[];
}

/**
 * The axis for these values; those that cannot stand on it (not finite, not positive where logarithmic) are ignored.
 *
 * Without any value it runs over [0, 1] or [1, 10]; around values equal to rounding it opens a window, so that noise of
 * the last digit is not blown up into a shape.
 */
export function planAxis(values: Iterable<number>, text: AxisText, options: AxisOptions = {}): Axis {
  const { scale = "linear", tight = false, count = 5, whole = false } = options;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!(Math.abs(value) < 1e150) || (scale === "log" && !(value > 1e-150))) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  [low, high] = scale === "log" ? logWindow(low, high, tight) : linearWindow(low, high, tight);
  const ticks = options.ticks?.filter((tick) => tick >= low && tick <= high) ?? automaticTicks();
  const labels = scale === "log" ? logLabels(ticks) : linearLabels(ticks);
  return { scale, low, high, ticks, labels, label: axisLabel(text) };

  function automaticTicks(): number[] {
    if (scale === "log") return logTicks(low, high, count);
    return whole ? wholeTicks(low, high, count) : linearTicks(low, high, count);
  }
}

function linearWindow(low: number, high: number, tight: boolean): [number, number] {
  if (low > high) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= 1e-12 * size || high - low < 1e-140) {
    const reach = size < 1e-140 ? 1 : 0.1 * size;
    return [(low + high) / 2 - reach, (low + high) / 2 + reach];
  }
  if (tight) return [low, high];
  const margin = 0.05 * (high - low);
  return [low >= 0 && low < margin ? 0 : low - margin, high <= 0 && -high < margin ? 0 : high + margin];
}

function logWindow(low: number, high: number, tight: boolean): [number, number] {
  if (low > high) return [1, 10];
  const span = Math.log10(high / low);
  if (!(span > 1e-9)) return [low / 2, high * 2];
  if (tight) return [low, high];
  const factor = 10 ** (0.05 * span);
  return [low / factor, high * factor];
}

/** An axis of named places 0, 1, 2 …, as for solvers side by side; half a place free at both ends. */
export function namedAxis(names: readonly string[]): Axis {
  const ticks = names.map((_, i) => i);
  return { scale: "linear", low: -0.5, high: Math.max(names.length, 1) - 0.5, ticks, labels: names, label: "" };
}

/** Where a value lies along an axis, 0 at its low end and 1 at its high end. */
export function along(axis: Axis, value: number): number {
  if (axis.scale === "log") return Math.log(value / axis.low) / Math.log(axis.high / axis.low);
  return (value - axis.low) / (axis.high - axis.low);
}
