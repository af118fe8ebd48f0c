import { describe, expect, it } from "vitest";
import { randomStream } from "../../numeric/random.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import { conditionalMean, conditionalMeanAlong, conditionalMeanOn } from "./conditional-mean.ts";
import { moments } from "./moments.ts";
import { randomModel } from "./random-models.testing.ts";
import { solveRiccati } from "./riccati.ts";

const model = randomModel(5);
const { strategy } = solveRiccati(model, { concept: "nash", players: Infinity, information: "feedback" });
const T = model.horizon;

describe("conditional mean", () => {
  it("without common noise it is the mean", () => {
    const along = conditionalMeanAlong(model, strategy, (_t, out) => void out.fill(0));
    const out = new Float64Array(3);
    for (const t of [0, 0.3, T]) {
      along(t, out);
      const { mean } = moments(model, Infinity, strategy).at(t);
      for (let i = 0; i < 3; i++) expect(out[i]).toBeCloseTo(mean[i], 12);
    }
  });

  it("along straight lines between grid points the transitions agree with the pathwise equation", () => {
    const times = Float64Array.of(0, 0.2, 0.3, T);
    const increments = Float64Array.of(0.3, -0.2, 0.5, 0.1, -0.4, 0.7);
    const { along } = conditionalMean(model, strategy, times);
    const corners = [[0, 0]];
    for (let k = 0; k < 3; k++) corners.push([0, 1].map((j) => corners[k][j] + increments[2 * k + j]));
    const path = conditionalMeanAlong(model, strategy, (t, out) => {
      const k = t < 0.2 ? 0 : t < 0.3 ? 1 : 2;
      const share = (t - times[k]) / (times[k + 1] - times[k]);
      for (let j = 0; j < 2; j++) out[j] = corners[k][j] + share * (corners[k + 1][j] - corners[k][j]);
    });
    const got = along(increments);
    const out = new Float64Array(3);
    for (let k = 0; k < 4; k++) {
      path(times[k], out);
      for (let i = 0; i < 3; i++) expect(got[3 * k + i]).toBeCloseTo(out[i], 10);
    }
  });

  it("follows straight lines exactly between their corners too, and to a horizon between two of them", () => {
    const times = Float64Array.of(0, 0.2, 0.3, 1.25 * T);
    const values = [Float64Array.of(0, 0.3, 0.8, 0.4), Float64Array.of(0, -0.2, -0.1, 0.6)];
    const on = conditionalMeanOn(model, strategy, times, values);
    const path = conditionalMeanAlong(model, strategy, (t, out) => {
      const k = t < 0.2 ? 0 : t < 0.3 ? 1 : 2;
      const share = (t - times[k]) / (times[k + 1] - times[k]);
      for (let j = 0; j < 2; j++) out[j] = values[j][k] + share * (values[j][k + 1] - values[j][k]);
    });
    const [got, wanted] = [new Float64Array(3), new Float64Array(3)];
    for (const t of [0, 0.1, 0.2, 0.27, 0.3, 0.9 * T, T]) {
      on(t, got);
      path(t, wanted);
      for (let i = 0; i < 3; i++) expect(got[i]).toBeCloseTo(wanted[i], 10);
    }
    expect(() => on(1.1 * T, got)).toThrow("t must lie in");
    expect(() => conditionalMeanOn(model, strategy, times, values.slice(1))).toThrow("2 rows of 4");
    expect(() => conditionalMeanOn(model, strategy, Float64Array.of(0, 0.1, 0.2, 0.9 * T), values)).toThrow("reach T");
  });

  it("approaches a smooth path at order two in the grid", () => {
    const noise = (t: number, out: Float64Array): void => out.set([Math.sin(3 * t), t ** 2]);
    const exact = new Float64Array(3);
    conditionalMeanAlong(model, strategy, noise)(T, exact);
    const error = (n: number): number => {
      const times = Float64Array.from({ length: n + 1 }, (_, i) => (T * i) / n);
      const [before, after] = [new Float64Array(2), new Float64Array(2)];
      const increments = new Float64Array(2 * n);
      for (let k = 0; k < n; k++) {
        noise(times[k], before);
        noise(times[k + 1], after);
        for (let j = 0; j < 2; j++) increments[2 * k + j] = after[j] - before[j];
      }
      return Math.abs(conditionalMean(model, strategy, times).along(increments)[3 * n] - exact[0]);
    };
    expect(Math.log2(error(8) / error(16))).toBeCloseTo(2, 1);
  });

  it("simulated paths have the law of the moments, even on a coarse grid", () => {
    const { simulate } = conditionalMean(model, strategy, Float64Array.of(0, T / 2, T));
    const draws = randomStream(11, 0).sequence();
    const ends = Array.from({ length: 20_000 }, () => simulate(() => draws.normal()).path.slice(6));
    const { mean, common } = moments(model, Infinity, strategy).at(T);
    for (let i = 0; i < 3; i++) {
      const first = meanWithError(ends.map((y) => y[i]));
      expect(Math.abs(first.mean - mean[i])).toBeLessThan(4 * first.standardError);
      for (let j = 0; j <= i; j++) {
        const product = meanWithError(ends.map((y) => (y[i] - mean[i]) * (y[j] - mean[j])));
        expect(Math.abs(product.mean - common.data[3 * i + j])).toBeLessThan(4 * product.standardError);
      }
    }
  });

  it("refuses times that do not start at 0, do not increase or end past T", () => {
    for (const times of [[0.1, 0.2], [0, 0.2, 0.2], [0, 2 * T], [0]]) {
      expect(() => conditionalMean(model, strategy, Float64Array.from(times))).toThrow("times must");
    }
  });
});
