/** The compiled hot loops, the memory they work in and the threads they run on; their sources are in `kernels/`. */
export { type Arena, joinArena, openArena } from "./arena.ts";
export {
  type GridSweeps,
  gridSweeps,
  type LineShape,
  recordAt,
  recordField,
  type RespondOptions,
} from "./grid-sweeps.ts";
export type { KernelExports } from "./module.ts";
export {
  kernelActivations,
  type KernelActivation,
  type NeuronMove,
  type NeuronSystem,
  neuronSystem,
  neuronSystemBytes,
  type NeuronSystemOptions,
} from "./neuron-system.ts";
export {
  eulerMaruyama,
  gaussianTransition,
  type GaussianStep,
  type LinearDiffusion,
  type ParticleSystem,
  particleSystem,
  particleSystemBytes,
} from "./particle-system.ts";
export {
  type BlockKernel,
  openTeam,
  serveTeam,
  soloTeam,
  type Team,
  type TeamInvitation,
  type TeamMember,
} from "./team.ts";
export {
  tangentBytes,
  type TangentCoefficients,
  type TangentLines,
  type TangentStage,
  type TangentSweeps,
  tangentSweeps,
} from "./tangent-sweeps.ts";
export { type Transport, transport } from "./transport.ts";
export { serveWebTeam, type WebWorker, type WebWorkerScope, webMember } from "./web-team.ts";
