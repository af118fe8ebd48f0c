/** The compiled hot loops and the memory they work in; their sources are the AssemblyScript files in `kernels/`. */
export { type Arena, joinArena, openArena } from "./arena.ts";
export type { KernelExports } from "./module.ts";
