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
/** The part of the shares that may be drawn alike at the upper end, and how much further they must reach. */
const topPart = 1 / 40;
const farther = 2;

/**
 * Colours of shares of a crowd, from 0 on, so that a crowd that starts in one place does not leave everything later dark.
 *
 * In proportion where shares are of like size. Otherwise by the square root; and where the largest share is more than twice
 * the one that a fortieth of all positive shares exceed, the colours end at the latter.
 */
export function crowdShade(shares: ArrayLike<number>, text: AxisText): Shade {
  const positive = Float64Array.from(Array.from(shares).filter((share) => share > 0 && share < Infinity)).toSorted();
  if (positive.length === 0) return evenShade([0, 1], text);
  const largest = positive[positive.length - 1];
  if (largest <= even * positive[positive.length >> 1]) return evenShade([0, largest], text);
  const exceeded = roundedUp(positive[Math.max(0, Math.ceil((1 - topPart) * positive.length) - 1)]);
  const ends = largest > farther * exceeded;
  const top = ends ? exceeded : largest;
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
      ? `Colours by the square root of the share; they end at ${end}, which about one in forty of the shares exceeds.`
      : "Colours by the square root of the share.",
  };
}

/** To two digits. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2));
}
