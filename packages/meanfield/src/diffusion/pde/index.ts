/** Games of diffusions declared by their Hamiltonian: what a game's file needs, and the discrete game for those who look inside. */
// Linear–quadratic games have a `bestResponse` of their own, and forms.
export { bestResponse as bestResponseToFlow } from "./best-response.ts";
export type { BestResponse as BestResponseToFlow } from "./best-response.ts";
export { boundsViolated } from "./bounds.ts";
export type * from "./candidate.ts";
export { certifyFields } from "./certify.ts";
export { checkModel as checkDiffusionModel } from "./check-model.ts";
export { compileProblem } from "./compile.ts";
export type { MeshOptions } from "./compile.ts";
export { policyValue } from "./evaluation.ts";
export * from "./hamiltonians.ts";
export { lagrangian, momentumOf, restOf } from "./legendre.ts";
export type {
  Aggregate,
  AxisHamiltonian,
  DiffusionModel,
  End,
  HamiltonianSees,
  MeshAdvice,
  NearbyKernel,
  Population,
  RunningCost,
  SpaceAxis,
  TerminalCost,
} from "./model.ts";
export type { QuadraticForm as QuadraticHamiltonianForm } from "./model.ts";
export { viscosity } from "./model.ts";
export type * from "./problem.ts";
export * from "./quantities.ts";
export { transportMass } from "./transport.ts";
