/**
 * A team of threads over one shared memory: block kernels run on all of them at once.
 *
 * Dispatch is a few atomic operations (about a microsecond while the team is warm, where a pool that posts messages takes
 * tens), so a team pays inside a solve, down to steps of some tens of microseconds. The thread that opened the team works
 * along and its `run` blocks until every block is done; in a page that thread must be a worker, for a page's own thread
 * may not wait. Blocks are claimed first come, first served, and a kernel's results must not depend on who computes which
 * block; then they are the same bits for any number of threads.
 */
import { type Arena, joinArena, openArena } from "./arena.ts";
import type { KernelExports } from "./module.ts";

/** Kernels of the form (address of arguments, first block, block after the last). */
const blockKernels = [
  "particleStep",
  "neuronPredict",
  "neuronGradient",
  "neuronStep",
  "neuronMove",
] as const satisfies readonly (keyof KernelExports)[];

export type BlockKernel = (typeof blockKernels)[number];

export interface Team {
  readonly threads: number;
  /** Where the arrays that kernels work on are to be allocated. */
  readonly arena: Arena;
  /** Runs a kernel on blocks 0, ..., blocks - 1 with `kernelArguments`, an array in the arena, and waits for them all. */
  readonly run: (kernel: BlockKernel, kernelArguments: Float64Array, blocks: number) => void;
  /** Ends the threads. */
  readonly close: () => Promise<void>;
}

/** What a new member needs to join: it can be posted to a worker as it is. */
export interface TeamInvitation {
  readonly memory: WebAssembly.Memory;
  /** Address of the words through which the team talks. */
  readonly control: number;
}

/** One more thread, however the platform makes them. */
export interface TeamMember {
  /** Resolves when the thread's `serveTeam` says that it has joined; rejects where it cannot. */
  readonly start: (invitation: TeamInvitation) => Promise<void>;
  /** Ends the thread, which has left `serveTeam` or is about to. */
  readonly stop: () => Promise<void>;
}

/** A team of the calling thread alone, in unshared memory with room for `bytes`: the same interface, everywhere. */
export function soloTeam(bytes: number): Team {
  const arena = openArena(bytes);
  return {
    threads: 1,
    arena,
    run: (kernel, kernelArguments, blocks) => arena.kernels[kernel](kernelArguments.byteOffset, 0, blocks),
    close: () => Promise.resolve(),
  };
}

/**
 * Opens a team of `threads` threads, the caller's among them, over `bytes` bytes of shared memory.
 *
 * Throws RangeError where `threads` is not an integer >= 1, and Error where the calling thread may not wait.
 */
export async function openTeam(threads: number, bytes: number, createMember: () => TeamMember): Promise<Team> {
  if (!Number.isSafeInteger(threads) || threads < 1) {
    throw new RangeError(`threads must be an integer >= 1, got ${threads}`);
  }
  if (threads === 1) return soloTeam(bytes);
  const arena = openArena(bytes + 4 * WORDS, { shared: true });
  const control = arena.int32(WORDS);
  try {
    Atomics.wait(control, EPOCH, -1, 0);
  } catch {
    throw new Error("a team of several threads must be opened in a worker: a page's own thread may not wait");
  }
  const members = Array.from({ length: threads - 1 }, createMember);
  const stop = async (): Promise<void> => {
    Atomics.store(control, CLOSING, 1);
    announce(control);
    await Promise.all(members.map((member) => member.stop()));
  };
  try {
    await Promise.all(members.map((member) => member.start({ memory: arena.memory, control: control.byteOffset })));
  } catch (error) {
    await stop();
    throw error;
  }

  let closed = false;
  return {
    threads,
    arena,
    run(kernel, kernelArguments, blocks) {
      if (closed) throw new Error("the team is closed");
      control[KERNEL] = blockKernels.indexOf(kernel);
      control[ARGUMENTS] = kernelArguments.byteOffset;
      control[BLOCKS] = blocks;
      // Several claims a thread, so that one that the system holds up does not hold up the others.
      control[CHUNK] = Math.max(1, Math.floor(blocks / (8 * threads)));
      Atomics.store(control, NEXT, 0);
      Atomics.store(control, DONE, 0);
      announce(control);
      let failedElsewhere = false;
      try {
        work(arena.kernels, control);
      } finally {
        // Also after a failure here: nobody may still be at work when the arguments change.
        let done = 0;
        while ((done = Atomics.load(control, DONE)) < threads - 1) awaitChange(control, DONE, done);
        failedElsewhere = Atomics.exchange(control, FAILED, 0) !== 0;
      }
      if (failedElsewhere) throw new Error(`kernel ${kernel} failed in another thread`);
    },
    async close() {
      if (closed) return;
      closed = true;
      await stop();
    },
  };
}

/**
 * What every other thread of a team does: calls `joined` once it is ready, then works on what is announced until the team
 * is closed. Blocks its thread meanwhile.
 */
export function serveTeam({ memory, control: address }: TeamInvitation, joined: () => void): void {
  const kernels = joinArena(memory);
  const control = new Int32Array(memory.buffer, address, WORDS);
  joined();
  for (let epoch = 0; ; epoch = (epoch + 1) | 0) {
    awaitChange(control, EPOCH, epoch);
    if (Atomics.load(control, CLOSING) !== 0) return;
    try {
      work(kernels, control);
    } catch {
      Atomics.store(control, FAILED, 1);
    }
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}

// The words of the control block. Those that several threads write lie on cache lines of their own.
const EPOCH = 0;
const CLOSING = 1;
const KERNEL = 2;
const ARGUMENTS = 3;
const BLOCKS = 4;
const CHUNK = 5;
const NEXT = 16;
const DONE = 32;
const FAILED = 33;
const WORDS = 48;

/** Spins this often, some 20 microseconds, before it lets the system put the thread to sleep. */
const PATIENCE = 4000;

/** Claims blocks and computes them until none are left. */
function work(kernels: KernelExports, control: Int32Array): void {
  const kernel = kernels[blockKernels[control[KERNEL]]];
  const at = control[ARGUMENTS];
  const blocks = control[BLOCKS];
  const chunk = control[CHUNK];
  for (;;) {
    const first = Atomics.add(control, NEXT, chunk);
    if (first >= blocks) return;
    kernel(at, first, Math.min(first + chunk, blocks));
  }
}

function announce(control: Int32Array): void {
  Atomics.add(control, EPOCH, 1);
  Atomics.notify(control, EPOCH);
}

/** Returns when the word is no longer `value`. */
function awaitChange(control: Int32Array, word: number, value: number): void {
  for (let spin = 0; spin < PATIENCE; spin++) if (Atomics.load(control, word) !== value) return;
  while (Atomics.load(control, word) === value) Atomics.wait(control, word, value);
}
