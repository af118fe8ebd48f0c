/** A step size, temperature or damping that follows progress: bolder while exploitability falls, more careful where it rises. */

export interface Pace {
  /** The current size. */
  size: number;
  readonly least: number;
  readonly most: number;
  before: number;
}

const [bolder, careful] = [1.05, 0.7];

export function startPace(size: number, least: number, most: number): Pace {
  return { size, least, most, before: Infinity };
}

/** Adapts the size to the exploitability of the iterate that it led to. */
export function adapt(pace: Pace, exploitability: number): void {
  const next = pace.size * (exploitability < pace.before ? bolder : careful);
  pace.size = Math.min(pace.most, Math.max(pace.least, next));
  pace.before = exploitability;
}
