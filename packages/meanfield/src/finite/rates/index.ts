/** Finite games in continuous time: players choose the rates at which they jump. */
export * from "./candidate.ts";
export * from "./certify.ts";
export * from "./grid.ts";
export * from "./implicit.ts";
export * from "./model.ts";
export * from "./pieces.ts";
export * from "./pull.ts";
export * from "./quantities.ts";
export * from "./social-cost.ts";
export * from "./stage.ts";
export * from "./sweep.ts";
export { ratesWing } from "./wing.ts";
