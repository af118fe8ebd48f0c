/** Backward wing: interacting backward stochastic differential equations, forward–backward systems, their limits. */
export * from "./candidate.ts";
export * from "./law-functional.ts";
export * from "./model.ts";
export * from "./quantities.ts";
export * from "./forward-backward/model.ts";
export * from "./forward-backward/quantities.ts";
export { backwardWing } from "./wing.ts";
export { linearBackwardSystem } from "./solvers/linear-system.ts";
export { semilinearGrid } from "./solvers/semilinear-grid.ts";
export { donskerTree } from "./solvers/donsker-tree.ts";
export { leastSquaresMonteCarlo } from "./solvers/least-squares-monte-carlo.ts";
export { countingTree } from "./solvers/counting-tree.ts";
export { particlePicard } from "./solvers/particle-picard.ts";
export { adjointIteration } from "./solvers/adjoint-iteration.ts";
export { linearForwardBackward } from "./solvers/linear-forward-backward.ts";
