/**
 * A block of WebAssembly memory, the kernels instantiated over it, and typed arrays handed out from it.
 *
 * A kernel takes addresses: an array's is its `byteOffset`. An arena never grows, because growing a memory detaches
 * every array on it; whoever needs more opens another, which costs tens of microseconds since the module is compiled
 * once. An arena is collected like any object when nothing refers to it or to its arrays.
 */
import { type KernelExports, plainModule, sharedModule } from "./module.ts";

export interface Arena {
  /** The memory itself; a shared one is what other threads join. */
  readonly memory: WebAssembly.Memory;
  readonly kernels: KernelExports;
  /** A zeroed array of `length` numbers; RangeError where the arena is full. */
  readonly float64: (length: number) => Float64Array;
  /** A zeroed array of `length` 32-bit integers; RangeError where the arena is full. */
  readonly int32: (length: number) => Int32Array;
  /** How far the arena is filled, in bytes: give it to `release` to drop everything handed out since. */
  readonly mark: () => number;
  /** Takes back what was handed out since `mark`; arrays from then must not be used any more. */
  readonly release: (mark: number) => void;
}

const PAGE = 65_536;
/** A cache line: arrays of different threads never share one, and SIMD loads are aligned. */
const ALIGNMENT = 64;

/**
 * Opens an arena with room for `bytes` bytes of arrays (each rounded up to 64), at most 4 GiB in all.
 *
 * With `shared`, the memory is a SharedArrayBuffer (in a page: only where it is cross-origin isolated).
 */
export function openArena(bytes: number, options: { readonly shared?: boolean } = {}): Arena {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new RangeError(`arena: bytes must be an integer >= 0, got ${bytes}`);
  // The constant tables come first; half a page is far more than they take, and instantiate() checks.
  const pages = Math.ceil((bytes + PAGE / 2) / PAGE);
  if (pages > 65_536) throw new RangeError(`arena: bytes must leave room in 4 GiB, got ${bytes}`);
  const shared = options.shared === true;
  return arenaOver(new WebAssembly.Memory({ initial: pages, maximum: pages, shared }), shared);
}

/** The kernels over a shared memory that another thread's arena made: to compute in it, not to allocate. */
export function joinArena(memory: WebAssembly.Memory): KernelExports {
  return instantiate(memory, true);
}

function arenaOver(memory: WebAssembly.Memory, shared: boolean): Arena {
  const kernels = instantiate(memory, shared);
  const capacity = memory.buffer.byteLength;
  let used = aligned(kernels.heapStart());
  // Memory from here on was never handed out, is zero as it is, and takes no page before it is written.
  let untouched = used;
  const take = (bytes: number, what: string): number => {
    const address = used;
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      throw new RangeError(`arena: ${what} must have an integer length >= 0`);
    if (address + bytes > capacity) {
      throw new RangeError(
        `arena: ${what} takes ${bytes} bytes and only ${capacity - address} of ${capacity} are left`,
      );
    }
    used = aligned(address + bytes);
    return address;
  };
  const zeroed = <T extends Float64Array | Int32Array>(array: T): T => {
    if (array.byteOffset < untouched) array.fill(0);
    untouched = Math.max(untouched, used);
    return array;
  };
  return {
    memory,
    kernels,
    // The cast hides SharedArrayBuffer from the type: every consumer would have to spell it, and none cares.
    float64: (length) =>
      zeroed(
        new Float64Array(memory.buffer, take(8 * length, `an array of ${length} numbers`), length) as Float64Array,
      ),
    int32: (length) =>
      zeroed(new Int32Array(memory.buffer, take(4 * length, `an array of ${length} integers`), length) as Int32Array),
    mark: () => used,
    release: (mark) => {
      used = mark;
    },
  };
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

/** Compiled on first use, synchronously: tens of kilobytes, far below what a page's main thread may compile so. */
const compiled = new Map<boolean, WebAssembly.Module>();

function instantiate(memory: WebAssembly.Memory, shared: boolean): KernelExports {
  let module = compiled.get(shared);
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(atob(shared ? sharedModule : plainModule), (c) => c.charCodeAt(0)));
    compiled.set(shared, module);
  }
  // By way of `unknown`: browsers' own declarations, where there are such, know of no kernels.
  const { exports }: { readonly exports: unknown } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as KernelExports;
}
