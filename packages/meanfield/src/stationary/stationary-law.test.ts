import { describe, expect, it } from "vitest";
import { fromRows, matrix } from "../numeric/matrix.ts";
import { deviation, fieldOf } from "./exploitability.ts";
import { finiteModel, meanPosition } from "./finite-model.ts";
import { productModel } from "./product.ts";
import { driftOfField, stationaryFields } from "./stationary-field.ts";
import { stationaryLaw } from "./stationary-law.ts";
import { malware, randomGame, randomPolicy } from "./stationary.testing.ts";
import { thresholdPolicy } from "./threshold-policies.ts";
import type { ThresholdModel } from "./threshold-policies.ts";

const setA = {
  d: 0.3,
  c: 0.2,
  lambda: 0.2,
  q: 4,
  s: 0.5,
  depreciation: "reset",
  normalised: false,
  gamma: 0.9,
} as const;

describe("stationary laws", () => {
  it("of a chain of period two, where power iteration never ends", () => {
    const { law, classes } = stationaryLaw(
      fromRows([
        [0, 1],
        [1, 0],
      ]),
      Float64Array.of(1, 0),
    );
    expect([...law]).toEqual([0.5, 0.5]);
    expect(classes).toBe(1);
    // "Always repair" in the strict variant without state 0: 0 → somewhere worse → 0.
    const strict = malware(11, "S");
    const policy = Float64Array.from({ length: 22 }, (_, i) => (i % 2 === (i < 2 ? 0 : 1) ? 1 : 0));
    expect(driftOfField(strict, policy, fieldOf(strict, policy))).toBeLessThan(1e-15);
  });

  it("of several classes: weighted by where the start is absorbed", () => {
    // Gambler's ruin on 0..4 from 1: ruin with probability 3/4.
    const ruin = fromRows([
      [1, 0, 0, 0, 0],
      [0.5, 0, 0.5, 0, 0],
      [0, 0.5, 0, 0.5, 0],
      [0, 0, 0.5, 0, 0.5],
      [0, 0, 0, 0, 1],
    ]);
    const { law, classes } = stationaryLaw(ruin, Float64Array.of(0, 1, 0, 0, 0));
    expect(classes).toBe(2);
    [0.75, 0, 0, 0, 0.25].forEach((p, x) => expect(Math.abs(law[x] - p)).toBeLessThan(1e-15));
  });

  it("of nearly uncoupled states keep their relative accuracy", () => {
    const e = 1e-12;
    const { law } = stationaryLaw(matrix(2, 2, [1 - e, e, 3 * e, 1 - 3 * e]), Float64Array.of(1, 0));
    // Elimination looks at the rates alone, never at 1 − e, where they are lost to 1e-16/1e-12.
    expect(Math.abs(law[0] - 0.75)).toBeLessThan(1e-15);
  });

  it("exist for products that hardly ever wear", () => {
    // Of first order in δ: the means at two δ near 0 differ by less than that.
    const means = [1e-12, 1e-15].map((delta) => {
      const game = productModel({ ...setA, delta }) as ThresholdModel;
      const { fields } = stationaryFields(game, thresholdPolicy(game, 4));
      expect(fields.length).toBe(1);
      expect(driftOfField(game, thresholdPolicy(game, 4), fields[0])).toBeLessThan(1e-15);
      return meanPosition(game, fields[0]);
    });
    expect(Math.abs(means[0] - means[1])).toBeLessThan(1e-10);
  });

  it("leave transient states empty", () => {
    const { law } = stationaryLaw(
      fromRows([
        [0, 1, 0],
        [0, 0.5, 0.5],
        [0, 0.5, 0.5],
      ]),
      Float64Array.of(1, 0, 0),
    );
    expect([...law]).toEqual([0, 0.5, 0.5]);
  });
});

describe("stationary fields", () => {
  it.each([
    ["mean", randomGame(5, 6, 3, "mean")],
    ["law", randomGame(6, 6, 3, "law")],
  ] as const)("of games coupled through their %s stay where they are", (_, model) => {
    const policy = randomPolicy(3, model);
    const { fields } = stationaryFields(model, policy);
    expect(fields).toHaveLength(1);
    expect(driftOfField(model, policy, fields[0])).toBeLessThan(1e-13);
  });

  /** A herd: each is drawn to the state that most are in, so that both states may hold the crowd. */
  const herd = finiteModel({
    positions: [0, 1],
    actionNames: ["follow"],
    discount: 0.9,
    initial: [0.8, 0.2],
    transitionsCoupled: true,
    successors: (_x, _a, [mean]) => {
      const p = 0.02 + 0.96 / (1 + Math.exp(-12 * (mean - 0.5)));
      return [
        [0, 1 - p],
        [1, p],
      ];
    },
    reward: (x) => x,
  });

  it("are all found where there are several, and the population's own is the one it settles to", () => {
    const { fields, remark } = stationaryFields(herd, Float64Array.of(1, 1));
    expect(fields).toHaveLength(3);
    expect(remark).toBe("3 stationary fields");
    expect(meanPosition(herd, fields[1])).toBeCloseTo(0.5, 12);
    const own = fieldOf(herd, Float64Array.of(1, 1));
    expect([...own]).toEqual([...fields[0]]);
    for (const field of fields) expect(driftOfField(herd, Float64Array.of(1, 1), field)).toBeLessThan(1e-13);
  });

  it("are told to be none where the population is pushed back from both sides", () => {
    const thermostat = finiteModel({
      positions: [0, 1],
      actionNames: ["follow"],
      discount: 0.9,
      transitionsCoupled: true,
      successors: (_x, _a, [mean]) => [[mean < 0.4 ? 1 : 0, 1]],
      reward: (x) => x,
    });
    const { fields, remark } = stationaryFields(thermostat, Float64Array.of(1, 1));
    expect(fields).toEqual([]);
    expect(remark).toBe("no stationary field exists: the population is pushed back across 0.4 from both sides");
    expect(() => deviation(thermostat, Float64Array.of(1, 1))).toThrow("no stationary field exists");
  });

  it("of thresholds of the malware game have means that rise with the threshold", () => {
    const model = malware(31);
    const means = Array.from({ length: 32 }, (_, c) => meanPosition(model, fieldOf(model, thresholdPolicy(model, c))));
    means.slice(1).forEach((m, c) => expect(m).toBeGreaterThan(means[c]));
  });
});
