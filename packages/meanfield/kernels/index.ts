// The one WebAssembly module: every kernel works on addresses in an imported memory and allocates nothing.
export { agentsOfSample } from "./agents";
export * from "./finite-agents";
export * from "./finite-policies";
export * from "./finite-sweeps";
export * from "./fokker-planck";
export * from "./grid-response";
export * from "./grid-sweeps";
export * from "./neurons";
export * from "./particles";
export * from "./random";
export * from "./regression";
export * from "./repair-agents";
export * from "./tangent-sweeps";
export * from "./tridiagonal";

/** The first free byte after the module's constant tables. */
export function heapStart(): usize {
  return __heap_base;
}
