import { describe, expect, it } from "vitest";
import { openArena } from "../../kernels/index.ts";
import { smallGenerator } from "../../numeric/small-generator.testing.ts";
import { agentTables, agentTablesBytes, slotsOf, writePolicy } from "./agent-tables.ts";

/** The law that 32 uniform bits draw by the alias table of a row: each slot has the same share of them. */
function drawn({ rows, thresholds, targets }: ReturnType<typeof agentTables>, row: number, states: number): number[] {
  const law = Array.from({ length: states }, () => 0);
  const [first, count] = [rows[2 * row], rows[2 * row + 1]];
  for (let slot = first; slot < first + count; slot++) {
    const share = thresholds[slot] / 2 ** 32;
    law[targets[2 * slot]] += share / count;
    law[targets[2 * slot + 1]] += (1 - share) / count;
  }
  return law;
}

describe("alias tables", () => {
  it("draw each law to the resolution of 32 bits, and nothing that is impossible", () => {
    const next = smallGenerator(1);
    const [rows, states] = [60, 23];
    const laws = new Float64Array(rows * states);
    for (let row = 0; row < rows; row++) {
      const law = laws.subarray(row * states, (row + 1) * states);
      // From a single successor to all of them; even rows all alike.
      const many = 1 + (row % states);
      for (let i = 0; i < many; i++) law[(7 * i + row) % states] = row % 2 === 0 ? 1 : next() ** 6;
      const sum = law.reduce((total, p) => total + p, 0);
      law.forEach((p, y) => (law[y] = p / sum));
    }
    const slots = slotsOf(laws);
    const tables = agentTables(openArena(agentTablesBytes(rows, slots)), rows, slots, states);
    tables.write(laws);
    for (let row = 0; row < rows; row++) {
      const count = tables.rows[2 * row + 1];
      drawn(tables, row, states).forEach((p, y) => {
        const exact = laws[row * states + y];
        // A slot that is full to within 2^-33 counts as full, and one's threshold stays below 2^32.
        expect(Math.abs(p - exact)).toBeLessThanOrEqual(exact === 0 ? 0 : 2 ** -32 + count * 1e-16);
      });
    }
  });

  it("refuses rows that are no laws", () => {
    const tables = agentTables(openArena(agentTablesBytes(1, 3)), 1, 3, 3);
    expect(() => tables.write(Float64Array.of(0.5, 0.6, -0.1))).toThrow("P[2] = -0.1: must be a probability");
    expect(() => tables.write(Float64Array.of(0.5, Number.NaN, 0.5))).toThrow("P[1] = NaN: must be a probability");
    expect(() => tables.write(Float64Array.of(0.5, 0.25, 0))).toThrow("the sum of P[0, …, 2] = 0.75: must be 1");
  });
});

describe("a policy's cumulative probabilities", () => {
  it("are 64-bit integers in units of 2^-32 that reach the certain actions", () => {
    const out = new Uint32Array(12);
    writePolicy(Float64Array.of(0.25, 0.5, 0.25, 1, 0, 0, 0, 0, 1), 3, out);
    expect([...out]).toEqual([2 ** 30, 0, 3 * 2 ** 30, 0, 0, 1, 0, 1, 0, 0, 0, 0]);
  });
});
