/** Colour maps whose lightness rises evenly, told apart by most kinds of colour-blindness; 256 colours, `0xrrggbb`. */

/**
 * Viridis at 17 points, straight lines in between: nowhere more than two steps of 255 from the original.
 *
 * S. van der Walt, N. Smith, "A better default colormap for Matplotlib", SciPy 2015.
 */
const viridisPoints = [
  0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26828e, 0x21918c, 0x1fa088, 0x28ae80,
  0x3fbc73, 0x5ec962, 0x84d44b, 0xaddc30, 0xd8e219, 0xfde725,
];

/** Blue for what is negative, red for what is positive, pale at zero: of ColorBrewer's RdBu, turned. */
const divergingPoints = [0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b];

export const viridis = table(viridisPoints);
export const diverging = table(divergingPoints);

/** Okabe and Ito's colours, for things that have names. */
export const categories = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#8C6D31"];

function table(points: readonly number[]): readonly number[] {
  return Array.from({ length: 256 }, (_, k) => {
    const place = (k / 255) * (points.length - 1);
    const i = Math.min(points.length - 2, Math.floor(place));
    const mix = (shift: number): number => {
      const [a, b] = [(points[i] >> shift) & 255, (points[i + 1] >> shift) & 255];
      return Math.round(a + (b - a) * (place - i)) << shift;
    };
    return mix(16) | mix(8) | mix(0);
  });
}
