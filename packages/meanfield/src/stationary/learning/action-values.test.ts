import { describe, expect, it } from "vitest";
import { deviation } from "../exploitability.ts";
import { featuresAt } from "../finite-model.ts";
import { softResponse } from "../regularised-equilibrium.ts";
import { actionValues } from "../evaluation.ts";
import { tablesAt } from "../tables.ts";
import { exploring, greedyTable, learnActionValues } from "./action-values.ts";
import { experience } from "./agents.ts";
import { finiteEnvironment, finiteMalware } from "./environments.testing.ts";

const field = finiteMalware.initial;
const even = new Float64Array(22).fill(0.5);
const step = { symbol: "ρ", option: "value-power", scale: 1, offset: 1, power: 0.7 };

function learned(temperature: number): Float64Array {
  const Q = new Float64Array(22);
  const visits = new Float64Array(22);
  const settings = { choices: 2, discount: 0.9, step, temperature };
  for (let k = 0; k < 40; k++) {
    const seen = experience(finiteEnvironment, even, field, { count: 500, horizon: 50 }, { seed: 2, run: 0 }, k);
    learnActionValues(Q, visits, seen, settings);
  }
  expect(visits.reduce((sum, n) => sum + n, 0)).toBe(1_000_000);
  return Q;
}

describe("learned action values", () => {
  it("at a frozen field are those of the best response", () => {
    const exact = deviation(finiteMalware, even, field).best.Q;
    // Noise of the last 10⁴ visits or so of each pair, with values that vary by 0.3.
    learned(0).forEach((value, i) => expect(Math.abs(value - exact[i])).toBeLessThan(0.02));
  });

  it("with a temperature are those of the soft best response", () => {
    const tables = tablesAt(finiteMalware, featuresAt(finiteMalware, field));
    const { V } = softResponse(finiteMalware, tables, 0.2);
    const exact = actionValues(finiteMalware, tables, V);
    learned(0.2).forEach((value, i) => expect(Math.abs(value - exact[i])).toBeLessThan(0.02));
  });

  it("recommend the first best action, or by softmax, and are explored around", () => {
    const Q = Float64Array.of(1, 2, 3, 3, 1000, 0);
    expect(greedyTable(Q, 2).probabilities).toEqual(Float64Array.of(0, 1, 1, 0, 1, 0));
    const soft = greedyTable(Q, 2, 0.5).probabilities;
    expect(soft[1]).toBeCloseTo(1 / (1 + Math.exp(-2)), 15);
    expect([...soft.subarray(2)]).toEqual([0.5, 0.5, 1, 0]);
    expect([...exploring(greedyTable(Q, 2), 2, 0.2).subarray(0, 2)]).toEqual([0.1, 0.9]);
  });
});
