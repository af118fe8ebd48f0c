import { describe, expect, it } from "vitest";
import { randomStream } from "../numeric/random.ts";
import { openArena } from "./index.ts";

describe("the kernels of agents", () => {
  // Blocks of four agents with finitely many states, of eight with a continuous one.
  it("give each agent the same bits however blocks are shared out", () => {
    const { kernels, float64, int32 } = openArena(100_000);
    const keys = int32(4);
    keys.set(randomStream(5, 6).keys);
    const [blocks, steps] = [10, 25];

    const call = float64(14);
    const states = float64(8 * blocks);
    const returns = float64(8 * blocks);
    call.set([states.byteOffset, 16, 3, steps, keys.byteOffset, 2, 0.4, 10, 0.5, 0.3, 0.9, returns.byteOffset]);
    const continuous = (...cuts: number[]) => {
      for (const [i, first] of cuts.entries()) {
        const last = cuts[i + 1] ?? blocks;
        kernels.repairStart(call.byteOffset, first, last);
        kernels.repairReturns(call.byteOffset, first, last);
        kernels.repairMove(call.byteOffset, first, last);
      }
      return [...states, ...returns];
    };
    expect(continuous(0, 1, 4, 9)).toEqual(continuous(0));
    expect(new Set(continuous(0)).size).toBeGreaterThan(100);

    // A walk on a ring of five, to either side by chance; action 1 with probability a half, and it pays.
    const rows = int32(20);
    const thresholds = int32(10);
    const pairs = int32(10);
    const targets = new Uint16Array(pairs.buffer, pairs.byteOffset, 20);
    const policy = int32(10);
    const rewards = float64(10);
    for (let row = 0; row < 10; row++) {
      rows.set([row, 1], 2 * row);
      thresholds[row] = 2 ** 30;
      targets.set([((row >> 1) + 1) % 5, ((row >> 1) + 4) % 5], 2 * row);
      rewards[row] = row % 2;
      policy[row] = row % 2 === 0 ? 2 ** 30 : 0;
    }
    const finite = float64(16);
    const places = int32(4 * blocks);
    const [all, at] = [float64(4 * blocks), (array: { readonly byteOffset: number }) => array.byteOffset];
    finite.set([at(places), 7, 2, steps, at(keys), 2, at(policy), at(rows), at(thresholds), at(targets), at(rewards)]);
    finite.set([0, 0.9, at(all)], 11);
    const ring = (...cuts: number[]) => {
      for (const [i, first] of cuts.entries()) {
        const last = cuts[i + 1] ?? blocks;
        kernels.finiteStart(finite.byteOffset, first, last);
        kernels.finiteReturns(finite.byteOffset, first, last);
        kernels.finiteMove(finite.byteOffset, first, last);
      }
      return [...places, ...all];
    };
    expect(ring(0, 2, 3, 7)).toEqual(ring(0));
    expect(new Set(ring(0)).size).toBeGreaterThan(40);
  });
});
