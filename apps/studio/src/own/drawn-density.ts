/** A density drawn by hand, as a formula: bells side by side, as high as the hand went. */

/** Bells across the state: enough for two or three humps, few enough for a line of text. */
export const bells = 15;

/**
 * The sum of equally wide bells with given heights at evenly spaced centres, as a formula in x.
 *
 * Bells one spacing apart with that deviation add up to a constant within a thousandth, so that heights are what one sees.
 */
export function densityFormula(heights: readonly number[], from: number, to: number): string {
  const spacing = (to - from) / (heights.length - 1);
  const terms = heights.flatMap((height, i) => {
    const weight = Number((height * spacing).toPrecision(3));
    const centre = Number((from + i * spacing).toPrecision(4));
    return weight <= 0 ? [] : [`${weight}*normal(x, ${centre}, ${Number(spacing.toPrecision(4))})`];
  });
  return terms.length === 0 ? "1" : terms.join(" + ");
}

/** Heights after the hand has passed from one place to another; both are shares of the width and of the height. */
export function drawnThrough(
  heights: readonly number[],
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): number[] {
  const last = heights.length - 1;
  const [a, b] = [Math.round(x0 * last), Math.round(x1 * last)];
  return heights.map((height, i) => {
    if (i < Math.min(a, b) || i > Math.max(a, b)) return height;
    const share = a === b ? 1 : (i - a) / (b - a);
    return Math.min(1, Math.max(0, y0 + share * (y1 - y0)));
  });
}
