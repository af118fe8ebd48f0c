/** The finite wing: finitely many states and actions, finite horizon, one or several populations. */
export * from "./best-response.ts";
export * from "./candidate.ts";
export * from "./certify.ts";
export * from "./compile.ts";
export * from "./evaluation.ts";
export * from "./exploitability.ts";
export * from "./flow.ts";
export * from "./mean-moves.ts";
export * from "./model.ts";
export * from "./quantities.ts";
export * from "./social-optimum.ts";
export * from "./social.ts";
export * from "./space.ts";
export { finiteWing } from "./wing.ts";
export { finiteWings } from "./wings.ts";
export * as rates from "./rates/index.ts";
