/**
 * How we know that an answer is good: numbers computed by code that shares nothing with the solver's update.
 *
 * `null` stands where a measure does not apply (a planner's optimum has no exploitability, a game without a closed
 * form no exact error); it never stands for "not computed because it would have been bad".
 */
export interface Certificate {
  /** What one player gains by a best response against the flow that the candidate itself induces, in units of cost. */
  readonly exploitability: number | null;
  /** Distance between the flow the candidate assumed and the flow it induces. */
  readonly consistency: number | null;
  /** How well the equations (Riccati, HJB, FBSDE) are satisfied by what is returned. */
  readonly residual: number | null;
  /** Largest distance to a closed form over the quantities that have one, relative where these exceed one. */
  readonly exactError: number | null;
}

/** The numbers of a certificate in words, for every front. */
export const certificateMeanings: Readonly<
  Record<keyof Certificate, { readonly title: string; readonly story: string }>
> = {
  exploitability: {
    title: "exploitability",
    story: "what one player gains by a best response to the flow this answer induces",
  },
  consistency: { title: "consistency", story: "distance between the flow assumed and the flow induced" },
  residual: { title: "residual", story: "how well the returned solution satisfies its equations" },
  exactError: { title: "exact error", story: "largest distance to the closed form, over all quantities that have one" },
};
