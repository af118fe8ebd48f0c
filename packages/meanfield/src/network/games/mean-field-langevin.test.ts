import { describe, expect, it } from "vitest";
import { InputError, parseParameters, RefusalError } from "../../core/index.ts";
import { designOf } from "../data.ts";
import { gibbs } from "../gibbs.ts";
import { ask, limit, params, record, solved } from "../records.testing.ts";
import { entropicFictitiousPlay } from "../solvers/entropic-fictitious-play.ts";
import { selfConsistentLaw } from "../solvers/self-consistent-law.ts";
import { stationaryCandidate } from "../stationary-law.ts";
import { networkWing } from "../wing.ts";
import { meanFieldLangevin } from "./mean-field-langevin.ts";

const inputs = params["T4A"]["x"] as number[];
const nash = { ...limit, concept: "nash" } as const;

describe("the stationary law of mean-field Langevin training", () => {
  it("is the records', by Newton's method and by entropic fictitious play", () => {
    const roads = [
      solved(meanFieldLangevin, selfConsistentLaw),
      solved(meanFieldLangevin, entropicFictitiousPlay, {}, nash),
    ];
    const predictions = record("S7.T4A.g");
    const energy = record("S7.T4A.free_energy");
    for (const { measured } of roads) {
      [predictions.value].flat().forEach((expected, k) => {
        expect(Math.abs(ask(measured, "prediction", inputs[k]) - expected)).toBeLessThan(
          predictions.suggested_tol ?? 0,
        );
      });
      const tolerance = energy.suggested_tol ?? 0;
      expect(Math.abs(ask(measured, "free_energy") - Number(energy.value))).toBeLessThan(tolerance);
      expect(Math.abs(ask(measured, "final_loss") - Number(energy.args?.["loss"]))).toBeLessThan(tolerance);
      for (const name of ["E_c2", "E_w2"]) {
        expect(Math.abs(ask(measured, name) - Number(energy.args?.[name]))).toBeLessThan(tolerance);
      }
    }
  });

  it("is certified for every preset and both concepts by another quadrature", () => {
    for (const { parameters } of Object.values(meanFieldLangevin.presets)) {
      for (const question of [nash, limit]) {
        const { candidate } = solved(meanFieldLangevin, selfConsistentLaw, parameters, question);
        const found = networkWing.certify(candidate.model, question, candidate);
        expect(found.consistency).toBeLessThan(1e-11);
        expect(found.residual).toBeLessThan(1e-12);
        expect(found.exploitability ?? 0).toBeLessThan(1e-14);
        expect(found.exploitability === null).toBe(question === limit);
      }
    }
  });

  it("has a density of mass one", () => {
    const { candidate } = solved(meanFieldLangevin, selfConsistentLaw);
    const { law } = candidate;
    const [low, high] = law.kind === "gibbs" ? law.range : [0, 0];
    const h = (high - low) / 400;
    let sum = 0;
    for (let i = 0; i < 400; i++) sum += h * (law.kind === "gibbs" ? law.density(low + (i + 0.5) * h) : 0);
    expect(sum).toBeCloseTo(1, 12);
  });

  it("is exploited where neurons assumed other predictions", () => {
    const model = meanFieldLangevin.build(parseParameters(meanFieldLangevin.parameters, {}));
    const design = designOf(model.data, model.activation) ?? missing();
    const right = record("S7.T4A.g").value as number[];
    for (const size of [1e-3, 1e-4]) {
      const wrong = stationaryCandidate(
        model,
        nash,
        design,
        Float64Array.from(right, (g) => g + size),
      );
      const { exploitability, consistency } = networkWing.certify(model, nash, wrong);
      // The gain is τ times a relative entropy: ½ r′P Cov P r/τ to second order, r the gap between assumed and induced.
      const residuals = design.y.map((y, k) => y - right[k] - size);
      const { covariance, predictions } = gibbs(model, design, residuals);
      const gap = predictions.map((g, k) => design.weights[k] * (g - right[k] - size));
      let expected = 0;
      gap.forEach((a, j) => gap.forEach((b, k) => (expected += (0.5 * a * b * covariance.data[j * 5 + k]) / 0.05)));
      expect(Math.abs((exploitability ?? 0) / expected - 1)).toBeLessThan(20 * size);
      expect(consistency).toBeGreaterThan(size / 2);
    }
  });

  it("minimises the free energy among the laws that are mixed with others", () => {
    // F is convex along mixtures, and the Gibbs law of other predictions has a larger one.
    const { measured, candidate } = solved(meanFieldLangevin, selfConsistentLaw);
    const { model, design } = candidate;
    const best = ask(measured, "free_energy");
    for (const shift of [-0.05, 0.05]) {
      const g = Float64Array.from(record("S7.T4A.g").value as number[], (value) => value + shift);
      const other = stationaryCandidate(model, limit, design ?? missing(), g);
      const parameters = parseParameters(meanFieldLangevin.parameters, {});
      expect(ask(meanFieldLangevin.measure(parameters, limit, other), "free_energy")).toBeGreaterThan(best);
    }
  });

  it("is refused where there is none, and among finitely many", () => {
    const model = meanFieldLangevin.build(parseParameters(meanFieldLangevin.parameters, {}));
    expect(selfConsistentLaw.refuses(model, { ...limit, players: 10 })).toMatch(/the limit/);
    expect(selfConsistentLaw.refuses({ ...model, temperature: 0 }, limit)).toMatch(/noise/);
    expect(selfConsistentLaw.refuses({ ...model, horizon: 1 }, limit)).toMatch(/time T/);
    const linear = { ...model, activation: { name: "line", value: (z: number) => z, derivative: () => 1 } };
    const state = selfConsistentLaw.init(linear, limit, { tolerance: 1e-12 });
    expect(() => selfConsistentLaw.step(linear, state)).toThrow(RefusalError);
    const check = (given: Readonly<Record<string, unknown>>) => (): void =>
      meanFieldLangevin.check?.(parseParameters(meanFieldLangevin.parameters, given), limit);
    expect(check({ x: [1] })).toThrow(InputError);
    expect(check({ x: [], y: [] })).toThrow(/at least one point/);
  });
});

function missing(): never {
  throw new Error("a design is expected");
}
