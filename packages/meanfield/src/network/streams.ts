/** Which stream of a seed draws what. */
export const streams = {
  /** Neurons before training. */
  start: 0,
  /** Data, one sample after another. */
  data: 1,
  /** Independent noise on the parameters. */
  noise: 2,
} as const;
