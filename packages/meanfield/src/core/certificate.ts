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
