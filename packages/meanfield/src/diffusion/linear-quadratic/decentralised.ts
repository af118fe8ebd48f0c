import type { LinearStrategy } from "./candidate.ts";

/**
 * The same gains, applied to the limit's conditional mean and common state that each player computes from the common
 * noise, instead of to the empirical mean and the actual common state.
 */
export function decentralised(strategy: LinearStrategy): LinearStrategy {
  return { ...strategy, source: "decentralised" };
}
