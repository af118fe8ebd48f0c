import { planAxis, type Axis } from "./axis.ts";
import type { AxisText } from "./specification.ts";
import { linearLabels } from "./ticks.ts";

/** How numbers become colours, and how that is said. */
export interface Shade {
  /** Of the colour bar: from the first colour to the last, in units of `height`. */
  readonly axis: Axis;
  /** Where a number lies on the bar; what lies beyond takes the colour of the end. */
  readonly height: (value: number) => number;
  /** A sentence of the caption, empty for colours that are proportional to numbers. */
  readonly note: string;
}

/** Colours in proportion, from the least to the largest value. */
export function evenShade(values: Iterable<number>, text: AxisText): Shade {
  return { axis: planAxis(values, text, { tight: true }), height: (value) => value, note: "" };
}

/** Colours of probabilities. */
export function chanceShade(text: AxisText): Shade {
  return evenShade([0, 1], text);
}

/** Up to this times the median, shares are drawn in proportion. */
const even = 5;
/** How much larger than where colours end the largest share must be. */
const farther = 2;

/**
 * Colours of shares of a crowd, given time by time, from 0 on; so that a crowd that starts in one place does not leave everything
 * later dark.
 *
 * In proportion where shares are of like size, otherwise by the square root. Where the largest share of all is more than twice
 * that of a middling time, whose largest share half of the times do not exceed, colours end at the latter.
 */
export function crowdShade(times: readonly ArrayLike<number>[], text: AxisText): Shade {
  const shares = times.map((law) => Array.from(law).filter((share) => share > 0 && share < Infinity));
  const positive = Float64Array.from(shares.flat()).toSorted();
  if (positive.length === 0) return evenShade([0, 1], text);
  const largest = positive[positive.length - 1];
  if (largest <= even * positive[positive.length >> 1]) return evenShade([0, largest], text);
  const tops = shares.map((law) => law.reduce((most, share) => Math.max(most, share), 0)).toSorted((a, b) => a - b);
  const middling = roundedUp(tops[tops.length >> 1]);
  const ends = middling > 0 && largest > farther * middling;
  const top = ends ? middling : largest;
  const plain = planAxis([0, top], text, { tight: true, count: 4 });
  // The end says itself what it stands for; ticks that would touch that are left out.
  const kept = ends ? plain.ticks.filter((tick) => Math.sqrt(tick / top) < 0.92) : plain.ticks;
  const labels = linearLabels(kept);
  const [end] = linearLabels([top]);
  return {
    axis: {
      ...plain,
      low: 0,
      high: Math.sqrt(top),
      ticks: [...kept, ...(ends ? [top] : [])].map(Math.sqrt),
      labels: [...labels, ...(ends ? [`≥ ${end}`] : [])],
    },
    height: (share) => Math.sqrt(Math.min(Math.max(0, share), top)),
    note: ends
      ? `Colours by the square root of the share; they end at ${end}, beyond which there is no share at half of the times.`
      : "Colours by the square root of the share.",
  };
}

/** To two digits. */
function roundedUp(value: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2));
}
