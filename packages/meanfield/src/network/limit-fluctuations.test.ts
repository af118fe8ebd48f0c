import { describe, expect, it } from "vitest";
import { parseParameters } from "../core/index.ts";
import type { Game, ParameterSchema } from "../core/index.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { logisticMoment } from "./closed-forms/quadratic.ts";
import { fixedSteps } from "./fixed-steps.ts";
import { linearNetwork } from "./games/linear-network.ts";
import { meanFieldLangevin } from "./games/mean-field-langevin.ts";
import { meanFieldNetwork } from "./games/mean-field-network.ts";
import { quadraticNetwork } from "./games/quadratic-network.ts";
import { drawNeurons } from "./initial.ts";
import { limitFlow } from "./limit-flow.ts";
import type { NetworkModel } from "./model.ts";
import { neuronField } from "./neuron-field.ts";
import { randomStream } from "../numeric/random.ts";
import { record } from "./records.testing.ts";
import { limitFluctuations } from "./limit-fluctuations.ts";
import type { LimitFluctuations } from "./limit-fluctuations.ts";

function constants<S extends ParameterSchema>(
  game: Game<S, NetworkModel, NetworkCandidate>,
  given: Readonly<Record<string, unknown>>,
): LimitFluctuations | string {
  return limitFluctuations(game.build(parseParameters(game.parameters, given)));
}

function known(found: LimitFluctuations | string): LimitFluctuations {
  if (typeof found === "string") throw new Error(found);
  return found;
}

describe("fluctuations of the linearised limit", () => {
  it("are the linear network's closed forms, of gradient flow and of online training", () => {
    const { flow, online = 0 } = known(constants(linearNetwork, { T: 1 }));
    // The classical method with 48 steps is of that accuracy.
    expect(Math.abs(flow / Number(record("S7.T1A.CLT_GD.t1").value) - 1)).toBeLessThan(1e-6);
    expect(Math.abs(online / Number(record("S7.T1A.CLT_SGD.t1").value) - 1)).toBeLessThan(1e-6);
  });

  it("carry the sample before training on as the derivative of the logistic moment does", () => {
    const { Mstar, M0, alpha, T } = parseParameters(quadraticNetwork.parameters, {});
    const [[goal], [start]] = [Mstar[0], M0[0]];
    const by = 1e-5;
    const slope = (logisticMoment(goal, start + by, alpha, T) - logisticMoment(goal, start - by, alpha, T)) / (2 * by);
    // Var w₀² = 2m₀², and predictions m x² of normal x have E x⁴ = 3.
    const { flow, spread } = known(constants(quadraticNetwork, {}));
    expect(Math.abs(flow / (3 * 2 * (start * slope) ** 2) - 1)).toBeLessThan(1e-3);
    expect(Math.abs(spread / (3 * 2 * logisticMoment(goal, start, alpha, T) ** 2) - 1)).toBeLessThan(1e-4);
  });

  it("are the covariance of what finitely many neurons predict", () => {
    const model = meanFieldNetwork.build(parseParameters(meanFieldNetwork.parameters, { T: 2 }));
    const { covariance, design } = known(limitFluctuations(model));
    const limit = limitFlow(model);
    if (typeof limit === "string") throw new Error(limit);
    const [N, repeats, K] = [200, 400, design.count];
    const expected = new Float64Array(K);
    limit.predictionsAt(2, expected);
    const field = neuronField(model, design, new Float64Array(N).fill(1 / N));
    const sums = new Float64Array(K * K);
    const found = new Float64Array(K);
    for (let r = 0; r < repeats; r++) {
      const start = field.open(drawNeurons(model.initial, N, randomStream(7, r)));
      field.predict(
        fixedSteps((_t, y, dy) => field.velocity(y, dy), 0, start, 0.1, 20),
        found,
      );
      for (let k = 0; k < K; k++) {
        for (let l = 0; l < K; l++)
          sums[k * K + l] += (N * (found[k] - expected[k]) * (found[l] - expected[l])) / repeats;
      }
    }
    const { data } = covariance.flow;
    for (let k = 0; k < K; k++) {
      for (let l = 0; l < K; l++) {
        // That of a normal sample; the bias of 200 neurons is far below.
        const error = Math.sqrt((data[k * K + k] * data[l * K + l] + data[k * K + l] ** 2) / repeats);
        expect(Math.abs(sums[k * K + l] - data[k * K + l])).toBeLessThan(4 * error);
      }
    }
    // What samples add is a covariance, too.
    const added = covariance.online?.data.map((value, i) => value - data[i]) ?? new Float64Array(K * K);
    for (let k = 0; k < K; k++) expect(added[k * K + k]).toBeGreaterThan(0);
    expect(added[1]).toBeCloseTo(added[K], 12);
  });

  it("say why they are not known", () => {
    expect(constants(meanFieldNetwork, { activation: "relu" })).toMatch(/kink/);
    expect(constants(meanFieldLangevin, {})).toMatch(/without noise/);
    expect(constants(meanFieldNetwork, { data: "gaussian", beta: [1, 1, 1, 1] })).toMatch(/no finite sum/);
    expect(constants(meanFieldNetwork, { activation: "square" })).toMatch(/more steps/);
    const x = Array.from({ length: 40 }, (_, k) => k / 10 - 2);
    expect(constants(meanFieldNetwork, { x, y: x.map(Math.sin) })).toMatch(/too many points/);
    const wide = { data: "gaussian", activation: "square", train_c: false, vc: 0, mc: 1, beta: [1, 0, 0, 0], T: 0.1 };
    const { online, flow } = known(constants(meanFieldNetwork, wide));
    expect(online).toBeUndefined();
    expect(flow).toBeGreaterThan(0);
  });
});
