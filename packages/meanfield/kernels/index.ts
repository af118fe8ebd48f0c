// The one WebAssembly module: every kernel works on addresses in an imported memory and allocates nothing.
export * from "./fokker-planck";
export * from "./particles";
export * from "./random";
export * from "./tridiagonal";

/** The first free byte after the module's constant tables. */
export function heapStart(): usize {
  return __heap_base;
}
