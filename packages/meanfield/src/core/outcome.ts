/** How a solve ended; every front (page, command line, sweep) ends in the same value. */

export type OutcomeKind = "converged" | "iteration-limit" | "diverged" | "aborted";

export interface Outcome<C> {
  readonly outcome: OutcomeKind;
  /** The reason as a sentence a person can read. */
  readonly reason: string;
  readonly iterations: number;
  /** The last candidate, whatever the outcome: a solve that did not converge shows how far it got. */
  readonly candidate: C;
  readonly trace: readonly TraceRow[];
}

/** One row of `trace.csv`: the iteration and its metrics. */
export type TraceRow = { readonly k: number } & Readonly<Record<string, number>>;

/** What a front sees while a solver works. */
export interface Iteration<C> {
  readonly k: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Built on demand: most fronts look only at the metrics of most iterations. */
  readonly candidate: () => C;
}
