/**
 * The stages of a linearised game on a grid, in WebAssembly (kernels/tangent-sweeps.ts): what a change of value and masses becomes
 * over each. Everything that stages read lies in one arena, written once and read by every product.
 *
 * Arrays are in the grid's order, but for rates, which are in that of the lines (grid-sweeps.ts).
 */
import { openArena } from "./arena.ts";
import type { GridSweeps } from "./grid-sweeps.ts";

export interface TangentLines {
  readonly sweeps: GridSweeps;
  readonly periodic: boolean;
  /** The next and the previous point of each; itself where there is none. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Whether momenta of some point are central differences. */
  readonly central: boolean;
}

export interface TangentStage {
  readonly axis: number;
  /** Things that are seen of the population, and how many of them, the first ones, move drifts. */
  readonly sights: number;
  readonly moving: number;
  /** Length of the implicit part, and one over its share of the stage. */
  readonly length: number;
  readonly over: number;
  /** Factor of the value itself in its implicit equation. */
  readonly kept: number;
}

/** The arrays of one stage, to be written. */
export interface TangentCoefficients {
  /** Rates of jumps, in the order of lines. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** Mass that goes up with the difference above, and down with that below. */
  readonly upAbove: Float64Array;
  readonly downBelow: Float64Array;
  /** Up with the difference below, and down with that above; of length 0 where none is central. */
  readonly upBelow: Float64Array;
  readonly downAbove: Float64Array;
  /** For each sight: of the source of the value, and where it moves drifts of mass that goes up, and down. */
  readonly sights: readonly {
    readonly source: Float64Array;
    readonly moves: { readonly up: Float64Array; readonly down: Float64Array } | undefined;
  }[];
  /** The change of each sight, one after another; shared by all stages. */
  readonly seen: readonly Float64Array[];
}

export interface TangentSweeps {
  readonly stages: readonly TangentCoefficients[];
  /** The change of the value: that at T on the way in, that of the stage after it. */
  readonly value: Float64Array;
  /** Changes of masses before each stage and after the last. */
  readonly mass: readonly Float64Array[];
  /** Takes the value over stage s, after `seen` is set, and notes what it does to masses. */
  readonly backward: (s: number) => void;
  /** Takes masses over stage s. */
  readonly forward: (s: number) => void;
}

/** Numbers of all arrays of a stage for each point. */
function fieldsOf({ sights, moving, axis }: TangentStage, lines: readonly TangentLines[]): number {
  return 3 + (lines[axis].central ? 4 : 2) + sights + 2 * moving;
}

/** Bytes that the sweeps take. */
export function tangentBytes(size: number, lines: readonly TangentLines[], stages: readonly TangentStage[]): number {
  const field = 8 * size + 64;
  const places = Math.max(...lines.map(({ sweeps }) => sweeps.order.length));
  const perStage = stages.reduce((sum, stage) => sum + fieldsOf(stage, lines) * field + 16 * (places - size) + 512, 0);
  const most = Math.max(...stages.map(({ sights }) => sights));
  return perStage + (stages.length + most + 8) * field + lines.length * (2 * field + 4 * places) + 40 * places + 4096;
}

/** Room and kernels for one game on a grid of `size` points. */
export function tangentSweeps(
  size: number,
  lines: readonly TangentLines[],
  stages: readonly TangentStage[],
): TangentSweeps {
  const arena = openArena(tangentBytes(size, lines, stages));
  const field = (): Float64Array => arena.float64(size);
  const most = Math.max(...stages.map(({ sights }) => sights));
  // One behind the other, as the kernel reads them.
  const row = (count: number): Float64Array[] => {
    const all = arena.float64(count * size);
    return Array.from({ length: count }, (_, n) => all.subarray(n * size, (n + 1) * size));
  };
  const given = arena.float64(Math.max(...lines.map(({ sweeps }) => sweeps.order.length)));
  const scratch = arena.float64(Math.max(...lines.map(({ sweeps }) => 3 * sweeps.places)));
  const [nodes] = row(4);
  const seen = row(most);
  const tables = lines.map(({ sweeps, next, previous }) => {
    const copy = (indices: Int32Array): number => {
      const into = arena.int32(indices.length);
      into.set(indices);
      return into.byteOffset;
    };
    return { order: copy(sweeps.order), next: copy(next), previous: copy(previous) };
  });
  const value = field();
  const mass = row(stages.length + 1);
  const made = stages.map(({ axis, sights, moving, length, over, kept }, s) => {
    const { sweeps, periodic, central } = lines[axis];
    const { order, first, mirrored, pairs, places } = sweeps;
    const [up, down] = [arena.float64(order.length), arena.float64(order.length)];
    const sources = central ? 4 : 2;
    const block = row(sources + sights + 2 * moving);
    const reactions = sources + sights;
    const nothing = new Float64Array(0);
    const arrives = field();
    const call = arena.float64(29);
    call.set([places / 2, pairs, periodic ? 1 : 0, length, kept]);
    call.set([up.byteOffset, down.byteOffset, given.byteOffset, scratch.byteOffset], 5);
    call.set([mirrored + first, first, order.length, tables[axis].order], 12);
    call.set([size, tables[axis].next, tables[axis].previous, value.byteOffset, over, sights], 16);
    call.set([seen.length === 0 ? 0 : seen[0].byteOffset, block[0].byteOffset, central ? 1 : 0], 22);
    call.set([arrives.byteOffset, nodes.byteOffset, mass[s + 1].byteOffset, moving], 25);
    const coefficients: TangentCoefficients = {
      up,
      down,
      upAbove: block[0],
      downBelow: block[1],
      upBelow: central ? block[2] : nothing,
      downAbove: central ? block[3] : nothing,
      sights: Array.from({ length: sights }, (_, n) => ({
        source: block[sources + n],
        moves: n < moving ? { up: block[reactions + 2 * n], down: block[reactions + 2 * n + 1] } : undefined,
      })),
      seen: seen.slice(0, sights),
    };
    return { call, coefficients };
  });
  return {
    stages: made.map(({ coefficients }) => coefficients),
    value,
    mass,
    backward(s) {
      const { call } = made[s];
      call[19] = value.byteOffset;
      arena.kernels.tangentValues(call.byteOffset);
    },
    forward(s) {
      const { call } = made[s];
      call[19] = mass[s].byteOffset;
      arena.kernels.tangentMasses(call.byteOffset);
    },
  };
}
