import { describe, expect, it } from "vitest";
import { parseParameters } from "../../core/index.ts";
import type { Game, ParameterSchema, Simulation, SimulationSettings } from "../../core/index.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { linearNetwork } from "../games/linear-network.ts";
import { meanFieldNetwork } from "../games/mean-field-network.ts";
import { noisyNeuron } from "../games/noisy-neuron.ts";
import { quadraticNetwork } from "../games/quadratic-network.ts";
import type { NetworkModel } from "../model.ts";
import { simulateTraining, untrained } from "./simulate.ts";

function simulation<S extends ParameterSchema>(
  game: Game<S, NetworkModel, NetworkCandidate>,
  given: Readonly<Record<string, unknown>>,
  settings: Partial<SimulationSettings>,
): Simulation {
  const model = game.build(parseParameters(game.parameters, given));
  const work = simulateTraining(model, { players: 20, paths: 20, steps: 50, seed: 1, ...settings });
  let next = work.next();
  while (next.done !== true) next = work.next();
  return next.value;
}

describe("simulated training", () => {
  it("tells loss and predictions of N neurons online, beside the limit", () => {
    const {
      scheme,
      cost,
      scalars,
      limits = {},
      t,
      series,
      limitSeries = {},
    } = simulation(meanFieldNetwork, {}, { players: 300 });
    expect(scheme).toBe("exact-chain");
    expect(Object.keys(scalars)).toEqual([1, 2, 3, 4, 5].map((k) => `prediction_${k}`));
    for (const [name, { mean, standardError }] of Object.entries({ cost, ...scalars })) {
      // The bias of 300 neurons is of the order of 1/300 of what chance leaves of 20 runs.
      expect(Math.abs(mean - limits[name])).toBeLessThan(4 * standardError);
      expect(standardError).toBeLessThan(0.01);
    }
    expect([t[0], t[60], t.length]).toEqual([0, 5, 61]);
    expect(series["loss"].mean[60]).toBe(cost.mean);
    expect(limitSeries["loss"][60]).toBe(limits["cost"]);
    expect(series["loss"].mean[0]).toBeGreaterThan(100 * cost.mean);
  });

  it("gives neurons noise of their own where they have it", () => {
    const { scheme, cost, limits = {} } = simulation(noisyNeuron, {}, { players: 200, paths: 60, steps: 100 });
    expect(scheme).toBe("euler");
    expect(Math.abs(cost.mean - limits["cost"])).toBeLessThan(4 * cost.standardError + 0.02 * limits["cost"]);
  });

  it("leaves out runs that diverge, which spoil no other, and says so; and refuses where all do", () => {
    const { remarks, cost, pathsDone } = simulation(quadraticNetwork, {}, { players: 50, paths: 200 });
    expect(pathsDone).toBe(200);
    expect(remarks).toContain("1 of 200 runs diverged and are left out");
    expect(cost.count).toBe(199);
    expect(() => simulation(quadraticNetwork, { alpha: 50, T: 5 }, { players: 20 })).toThrow(/diverged; more of them/);
  });

  it("has the same first runs whatever their number, and stops when told", () => {
    const one = simulation(linearNetwork, { T: 0.5 }, { paths: 1 });
    const many = simulation(linearNetwork, { T: 0.5 }, { paths: 9 });
    expect(many.samples[0]).toEqual(one.samples[0]);
    expect(() => simulation(linearNetwork, { T: 0.5 }, { signal: AbortSignal.abort() })).toThrow(/stopped/);
  });

  it("begins with the law before training, under which nothing has been assumed", () => {
    const { law, assumed } = untrained(meanFieldNetwork.build(parseParameters(meanFieldNetwork.parameters, {})));
    expect(law.kind).toBe("moments");
    const out = new Float64Array(5);
    assumed(0, out);
    expect(out).toEqual(new Float64Array(5).fill(Number.NaN));
  });
});
