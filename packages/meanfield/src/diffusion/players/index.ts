/** Games of N players written out in full, without symmetry, and learning in static games. */
export * from "./best-response.ts";
export * from "./closed-loop.ts";
export * from "./commitment.ts";
export * from "./deviation.ts";
export * from "./direct-transcription.ts";
export * from "./discrete-induction.ts";
export * from "./expand.ts";
export * from "./feedback-nash.ts";
export * from "./model.ts";
export * from "./open-loop-nash.ts";
export * from "./planner.ts";
export * from "./static-game.ts";
