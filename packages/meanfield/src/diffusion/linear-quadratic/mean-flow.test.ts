import { describe, expect, it } from "vitest";
import { RefusalError } from "../../core/index.ts";
import { crowded, games, number, reference, withoutNoise } from "../players/reference-games.testing.ts";
import { bestResponse, exploitability } from "./deviation.ts";
import { meanFlowResponse, picardSpectralRadius } from "./mean-flow.ts";
import type { MeanFlow } from "./mean-flow.ts";
import { energyTransition } from "./models.testing.ts";
import { moments } from "./moments.ts";
import { quadraticForm } from "./forms.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";

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
  const flow = response.respond(response.start(), response.start());
  const image = response.respond(flow, response.start());

  it("induces the flow that the moments of its policy have, control included", () => {
    const law = moments(model, Infinity, response.policy(flow));
    const found = new Float64Array(5);
    for (const t of [0, 0.1, 0.43, 0.8]) {
      response.time.interpolate(response.path(image), 5, t, found);
      const { mean, meanControl } = law.at(t);
      [...mean, ...meanControl].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 11));
    }
  });

  it("answers a flow best: the gain of a deviator who sees the population play is the next policy's", () => {
    const deviator = bestResponse(model, Infinity, response.policy(flow));
    const gain = zeros(2, deviator.columns);
    const next = zeros(2, 6);
    const law = moments(model, Infinity, response.policy(flow));
    const lawAfter = moments(model, Infinity, response.policy(image));
    for (const t of [0, 0.37, 0.8]) {
      deviator.gain(t, gain);
      response.policy(image).gain(t, next);
      for (let a = 0; a < 2; a++) {
        // Along its own path, what each reads from (x̄, s, 1) is the same function of time.
        for (let b = 0; b < 2; b++) expect(next.data[a * 6 + b]).toBeCloseTo(gain.data[a * 6 + b], 11);
        const read = ({ data }: Matrix, mean: Float64Array): number =>
          mean.reduce((sum, value, j) => sum + data[a * 6 + 2 + j] * value, data[a * 6 + 5]);
        expect(read(next, lawAfter.at(t).mean)).toBeCloseTo(read(gain, law.at(t).mean), 11);
      }
    }
  });

  it("knows what a deviator gains", () => {
    const known = response.exploitability(flow);
    expect(known).toBeGreaterThan(1e-8);
    expect(Math.abs(known / exploitability(model, Infinity, response.policy(flow)) - 1)).toBeLessThan(1e-8);
  });

  it("maps paths affinely: the path of the image is the image of the path", () => {
    // From here the change of path is that of the flow's columns put together at the model's start.
    const [once, twice] = [response.path(flow), response.path(image)];
    const change = once.map((value, q) => twice[q] - value);
    const expected = response.path(response.respond(image, response.start()));
    response.respondToChange(change, new Float64Array(change.length)).forEach((value, q) => {
      expect(twice[q] + value).toBeCloseTo(expected[q], 12);
    });
  });

  it("writes a policy by the clock where the means it induces cross, and says so", () => {
    // Against a flow that stays, firms drawn far beyond zero turn their mean around before the end: from there no start
    // can be read off where it is.
    const contrary = energyTransition({
      k: 0.5,
      q: 3,
      s: -4,
      b: 0,
      d: 0,
      Q: 1,
      S: 0,
      B: -1,
      Dm: 0,
      s1: 0.5,
      s0: 0,
      T: 3,
      x0: 2,
    });
    const map = meanFlowResponse(contrary);
    const { source } = map.policy(map.start());
    expect(source).toBe("decentralised");
    const assumed = map.respond(map.start(), map.start());
    const law = moments(contrary, Infinity, map.policy(map.start()));
    const found = new Float64Array(1);
    for (const t of [0.5, 2, 3]) {
      map.meanAt(map.path(assumed), t, found);
      expect(found[0]).toBeCloseTo(law.at(t).mean[0], 11);
    }
    expect(response.policy(image).source).toBe("empirical");
  });

  it("makes the recorded Picard and fictitious-play iterates of the expected mean", () => {
    const energy = meanFlowResponse(games["S4.A"]);
    const end = (flow: MeanFlow): number => {
      const out = new Float64Array(1);
      energy.meanAt(energy.path(flow), 1, out);
      return out[0];
    };
    let y = energy.start();
    for (const expected of reference("S4.A.picard_mT").value as readonly number[]) {
      y = energy.respond(y, energy.start());
      expect(Math.abs(end(y) - expected)).toBeLessThan(1e-12);
    }
    const recorded = reference("S4.A.fictitious_mT").value as readonly number[];
    y = energy.start();
    const averages = Array.from({ length: 40 }, (_, n) => {
      const best = energy.respond(y, energy.start());
      y = y.map((column, j) => column.map((value, q) => value + (best[j][q] - value) / (n + 2)));
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
