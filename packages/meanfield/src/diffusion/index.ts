/** The diffusion wing: games in continuous time and space. */
export * from "./chaos/chaos.ts";
export * from "./linear-quadratic/blow-up.ts";
export * from "./linear-quadratic/candidate.ts";
export * from "./linear-quadratic/certify.ts";
export * from "./linear-quadratic/conditional-mean.ts";
export { expectedCost } from "./linear-quadratic/cost.ts";
export * from "./linear-quadratic/decentralised.ts";
export * from "./linear-quadratic/deviation.ts";
export * from "./linear-quadratic/forms.ts";
export * from "./linear-quadratic/model.ts";
export * from "./linear-quadratic/moments.ts";
export * from "./linear-quadratic/planner.ts";
export * from "./linear-quadratic/riccati.ts";
export * from "./own-game/index.ts";
export * from "./pde/index.ts";
export * from "./simulation/simulate.ts";
export { diffusionWing, linearQuadraticWing } from "./wing.ts";
/** Games of N unlike players by their full matrices; its names repeat those of the symmetric engine. */
export * as players from "./players/index.ts";
