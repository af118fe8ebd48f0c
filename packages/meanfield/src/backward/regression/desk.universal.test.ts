import { describe, expect, it } from "vitest";
import { randomStream } from "../../numeric/random.ts";
import { mean } from "../law-functional.ts";
import { basisOf, designOf } from "./basis.ts";
import { openDesk } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { addPairSums, evaluate, ownProjection, pairProjection } from "./projection.ts";

/** Numbers of the normal law, the same in every test. */
function normals(count: number, stream: number): Float64Array {
  const out = new Float64Array(count);
  randomStream(5, stream).fillNormal(out, 0);
  return out;
}

function desk(copies: number, players: number, width: number): Desk {
  const found = openDesk({ copies, players, width, pairs: 40, buffers: 6 });
  if (found === undefined) throw new Error("no desk");
  return found;
}

/** The largest difference, relative to the largest number. */
function distance(ours: Float64Array, theirs: Float64Array): number {
  expect(ours.length).toBe(theirs.length);
  let [gap, size] = [0, 0];
  ours.forEach((value, k) => {
    gap = Math.max(gap, Math.abs(value - theirs[k]));
    size = Math.max(size, Math.abs(theirs[k]));
  });
  return gap / size;
}

describe("sums in the memory of the kernels", () => {
  const degrees = Array.from({ length: 13 }, (_, degree) => degree);

  it.each(degrees)("are those without to rounding, of one copy and of many, odd and even: degree %d", (degree) => {
    for (const [copies, players] of [
      [1, 1001],
      [1, 9000],
      [100, 7],
      [260, 1],
      [64, 10],
    ] as const) {
      const rows = copies * players;
      const [x, u, w] = [0, 1, 2].map((stream) => normals(rows, stream));
      const basis = basisOf({ own: degree, crowd: Math.min(2, degree) }, { centre: 0.1, scale: 1.3 }, [
        { functional: mean, centre: 0.05, scale: 0.4 },
      ]);
      const table = desk(copies, players, degree + 1);
      const [there, here] = [designOf(basis, x, players, table), designOf(basis, x, players)];
      // The same operations in the same order: not even rounding differs.
      expect(distance(there.own, here.own)).toBe(0);
      const [ours, theirs] = [there, here].map((design) => {
        const projection = ownProjection(design);
        const out = new Float64Array(rows);
        const first = projection.coefficients(u);
        const second = projection.coefficients(u, w);
        evaluate(design, second, out);
        return { first, second, out };
      });
      // Rounding grows with the condition of the equations, and that with the degree.
      const rounding = 1e-12 * 2 ** (degree + 2);
      expect(distance(ours.first, theirs.first)).toBeLessThan(rounding);
      expect(distance(ours.second, theirs.second)).toBeLessThan(rounding);
      expect(distance(ours.out, theirs.out)).toBeLessThan(rounding);
    }
  });

  it.each([1, 2, 4])("of pairs too: degree %d", (degree) => {
    const [copies, players] = [80, 9];
    const rows = copies * players;
    const [x, u, w] = [0, 1, 2].map((stream) => normals(rows, stream));
    const basis = basisOf({ own: degree, crowd: 2 }, { centre: 0, scale: 1 }, [
      { functional: mean, centre: 0, scale: 0.33 },
    ]);
    const [ours, theirs] = [
      designOf(basis, x, players, desk(copies, players, degree + 1)),
      designOf(basis, x, players),
    ].map((design) => {
      const coefficients = pairProjection(design).coefficients(u, w);
      const sums = new Float64Array(rows);
      addPairSums(design, coefficients, w, sums);
      return { coefficients, sums };
    });
    expect(distance(ours.coefficients, theirs.coefficients)).toBeLessThan(1e-11);
    expect(distance(ours.sums, theirs.sums)).toBeLessThan(1e-11);
  });

  it("work on numbers where they lie, and on others by copying them", () => {
    const rows = 500;
    const table = desk(1, rows, 4);
    const basis = basisOf({ own: 3, crowd: 2 }, { centre: 0, scale: 1 }, []);
    const design = designOf(basis, normals(rows, 0), rows, table);
    const outside = normals(rows, 1);
    const inside = table.numbers(rows);
    inside.set(outside);
    const projection = ownProjection(design);
    const coefficients = projection.coefficients(outside);
    expect([...projection.coefficients(inside)]).toEqual([...coefficients]);
    const [first, second] = [new Float64Array(rows), table.numbers(rows)];
    evaluate(design, coefficients, first);
    evaluate(design, coefficients, second);
    expect([...second]).toEqual([...first]);
  });

  it("take back what they gave out", () => {
    const table = desk(1, 300, 3);
    const before = table.mark();
    const first = table.numbers(300).byteOffset;
    table.release(before);
    expect(table.numbers(300).byteOffset).toBe(first);
  });

  it("are not for a few rows, nor for more than memory holds", () => {
    expect(openDesk({ copies: 1, players: 10, width: 5, pairs: 0, buffers: 11 })).toBeUndefined();
    expect(openDesk({ copies: 10, players: 1e7, width: 13, pairs: 0, buffers: 11 })).toBeUndefined();
  });
});
