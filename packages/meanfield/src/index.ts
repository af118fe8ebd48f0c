/**
 * meanfield: mean-field games, declared once, solved with every method that fits, certified.
 *
 * The core (games, solvers, certificates) and the catalogue stand at the top; the rooms below are namespaces.
 */
export * from "./core/index.ts";
export { catalogue } from "./catalogue.ts";
export * from "./common-noise.ts";
export * from "./laboratory.ts";
export * from "./learning.ts";
export * from "./learning-checkpoint.ts";
export * from "./learning-summary.ts";
export * from "./tuning.ts";
export { version } from "./version.ts";
export * as backward from "./backward/index.ts";
export * as diffusion from "./diffusion/index.ts";
export * as finite from "./finite/index.ts";
export * as kernels from "./kernels/index.ts";
export * as measure from "./measure/index.ts";
export * as network from "./network/index.ts";
export * as numeric from "./numeric/index.ts";
export * as stationary from "./stationary/index.ts";
