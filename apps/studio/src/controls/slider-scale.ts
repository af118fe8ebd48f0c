import type { ParameterFacts } from "meanfield";

/** The range a slider offers where a parameter's own is open or has no end: about the default. */
export interface SliderRange {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly whole: boolean;
}

/** Positions of a slider: enough that each is less than a pixel. */
export const positions = 1000;

export function sliderRange(facts: ParameterFacts, value: number): SliderRange {
  const usual = typeof facts.default === "number" ? facts.default : 0;
  const whole = facts.kind === "whole";
  const { minimum, maximum, open } = facts;
  // Not about the value: a range that grows with it would run away under the hand that moves it.
  const size = Math.max(Math.abs(usual), whole ? 4 : 0);
  const log = facts.scale === "log" && usual > 0 && (minimum ?? 0) >= 0;
  let low = minimum ?? (log ? usual / 100 : usual < 0 || minimum === undefined ? -3 * (size || 1) : 0);
  let high = maximum ?? 3 * (size || 1);
  if (log) {
    // Six decades at most: beyond them a number is typed.
    low = Math.max(low, usual / 1000);
    high = Math.min(Math.max(high, usual), usual * 1000);
  } else if (maximum !== undefined && size > 0 && maximum > 50 * size) high = 4 * size;
  if (!log && minimum !== undefined && size > 0 && minimum < -50 * size) low = -4 * size;
  // An end that is not allowed itself is kept away from by one part in a thousand.
  const gap = (high - low) / positions;
  if (!whole && !log && (open === "minimum" || open === "both") && low === minimum) low += gap;
  if (!whole && !log && (open === "maximum" || open === "both") && high === maximum) high -= gap;
  return { low: Math.min(low, value), high: Math.max(high, value), log, whole };
}

export function toPosition({ low, high, log }: SliderRange, value: number): number {
  if (high === low) return 0;
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(positions * Math.min(1, Math.max(0, share)));
}

/** The value at a position, to as few digits as tell neighbouring positions apart. */
export function fromPosition({ low, high, log, whole }: SliderRange, position: number): number {
  const share = position / positions;
  const value = log ? low * (high / low) ** share : low + share * (high - low);
  if (whole) return Math.round(value);
  const step = log ? value * ((high / low) ** (1 / positions) - 1) : (high - low) / positions;
  const digits = Math.max(0, Math.min(12, -Math.floor(Math.log10(step))));
  return Math.min(high, Math.max(low, Number(value.toFixed(digits))));
}
