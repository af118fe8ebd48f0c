import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { crowded, games, number, reference, withoutNoise } from "../players/reference-games.testing.ts";
import { bestResponse, exploitability } from "./deviation.ts";
import { meanFlowResponse, picardSpectralRadius } from "./mean-flow.ts";
import { moments } from "./moments.ts";
import { quadraticForm } from "./forms.ts";
import { zeros } from "../../numeric/matrix.ts";

describe("picardSpectralRadius", () => {
  it("is the recorded one for the energy transition", () => {
    expect(Math.abs(picardSpectralRadius(games["S4.A"]) - number("S4.A.picard_spectral_radius"))).toBeLessThan(1e-11);
    // Printed with ten digits.
    expect(picardSpectralRadius(games["S4.B"])).toBeCloseTo(0.7917997753, 10);
  });

  it("finds the continuous spectrum of players who answer ᾱ(t) at once", () => {
    // Cournot: α = (P₀ − c₁ − γᾱ − p)/c₂ with p constant in time, so ᾱ ↦ −(γ/c₂) ᾱ = −½ ᾱ on paths without mean, and
    // −½/(1 + λT/c₂) = −¼ on constants.
    expect(picardSpectralRadius(games["S3.A"])).toBeCloseTo(0.5, 11);
    // Damping δ turns μ into 1 − δ(1 − μ): the largest is now that of −½, and not of the 0 of flows nobody answers.
    expect(picardSpectralRadius(games["S3.A"], 0.9)).toBeCloseTo(0.35, 11);
    expect(picardSpectralRadius(games["S3.A"], 0.5)).toBeCloseTo(0.5, 11);
  });
});

describe("meanFlowResponse", () => {
  const model = withoutNoise(crowded());
  const response = meanFlowResponse(model);
  const flow = response.respond(response.start(), new Float64Array(response.time.count * response.width));
  const image = response.respond(flow, new Float64Array(flow.length));

  it("induces the flow that the moments of its policy have, control included", () => {
    const law = moments(model, Infinity, response.policy(flow));
    const found = new Float64Array(5);
    for (const t of [0, 0.1, 0.43, 0.8]) {
      response.time.interpolate(image, 5, t, found);
      const { mean, meanControl } = law.at(t);
      [...mean, ...meanControl].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 11));
    }
  });

  it("answers a flow best: the gain of a deviator who sees the population play is the next policy's", () => {
    const deviator = bestResponse(model, Infinity, response.policy(flow));
    const gain = zeros(2, deviator.columns);
    const next = zeros(2, 6);
    const law = moments(model, Infinity, response.policy(flow));
    for (const t of [0, 0.37, 0.8]) {
      deviator.gain(t, gain);
      response.policy(image).gain(t, next);
      const { mean } = law.at(t);
      for (let a = 0; a < 2; a++) {
        // On the path, what the deviator reads from (x̄, s, 1) is the constant of the policy.
        let constant = gain.data[a * 6 + 5];
        for (let j = 0; j < 3; j++) constant += gain.data[a * 6 + 2 + j] * mean[j];
        for (let b = 0; b < 2; b++) expect(next.data[a * 6 + b]).toBeCloseTo(gain.data[a * 6 + b], 11);
        expect(next.data[a * 6 + 5]).toBeCloseTo(constant, 11);
      }
    }
  });

  it("knows what a deviator gains", () => {
    const known = response.exploitability(flow);
    expect(known).toBeGreaterThan(1e-8);
    expect(Math.abs(known / exploitability(model, Infinity, response.policy(flow)) - 1)).toBeLessThan(1e-8);
  });

  it("is affine", () => {
    const zero = response.respond(new Float64Array(flow.length), new Float64Array(flow.length));
    const double = response.respond(
      flow.map((value) => 2 * value),
      new Float64Array(flow.length),
    );
    double.forEach((value, q) => expect(value - 2 * image[q] + zero[q]).toBeCloseTo(0, 12));
  });

  it("makes the recorded Picard and fictitious-play iterates of the expected mean", () => {
    const energy = meanFlowResponse(games["S4.A"]);
    const size = energy.time.count * energy.width;
    const end = (y: Float64Array): number => {
      const out = new Float64Array(1);
      energy.meanAt(y, 1, out);
      return out[0];
    };
    let y = energy.start();
    for (const expected of reference("S4.A.picard_mT").value as readonly number[]) {
      y = energy.respond(y, new Float64Array(size));
      expect(Math.abs(end(y) - expected)).toBeLessThan(1e-12);
    }
    const recorded = reference("S4.A.fictitious_mT").value as readonly number[];
    y = energy.start();
    const averages = Array.from({ length: 40 }, (_, n) => {
      const best = energy.respond(y, new Float64Array(size));
      y = y.map((value, q) => value + (best[q] - value) / (n + 2));
      return end(y);
    });
    [1, 2, 5, 10, 20, 40].forEach((n, i) => expect(Math.abs(averages[n - 1] - recorded[i])).toBeLessThan(1e-12));
  });

  it("refuses a player who has no best response", () => {
    const model = games["S4.A"];
    const concave = quadraticForm(model.layout).half(1, { control: 1 }).half(-4, { state: 1 });
    const endless = {
      ...model,
      horizon: 3,
      running: {
        ...model.running,
        into: (_t: number, out: { data: Float64Array }) => out.data.set(concave.matrix.data),
      },
    };
    expect(() => meanFlowResponse(endless)).toThrow(RefusalError);
    expect(() => meanFlowResponse(endless)).toThrow("no best response on the horizon 3");
  });
});
