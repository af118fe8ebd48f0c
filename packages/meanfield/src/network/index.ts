/** Network wing: one-hidden-layer networks as systems of neurons, their training, and its mean-field limit. */
export * from "./activation.ts";
export * from "./candidate.ts";
export * from "./data.ts";
export * from "./free-energy.ts";
export * from "./initial.ts";
export * from "./limit-flow.ts";
export * from "./limit-fluctuations.ts";
export * from "./model.ts";
export * from "./quantities.ts";
export { environmentOf } from "./training/environment.ts";
export type { NetworkEnvironment } from "./training/environment.ts";
export type { NetworkLearned } from "./training/run.ts";
export { networkWing } from "./wing.ts";
