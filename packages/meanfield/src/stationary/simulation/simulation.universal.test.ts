import { describe, expect, it } from "vitest";
import type { RepairModel } from "../model.ts";
import { environmentOf } from "./environment-of.ts";
import { coupledByHand, fingerprint, malwareByHand } from "./small-games.testing.ts";

const interval: RepairModel = {
  family: "stationary",
  kind: "repair",
  k: 0.2,
  lambda: 0.5,
  discount: 0.9,
  threshold: { acts: "above", low: 0, high: 1, start: [0, 1], width: 0.1 },
};

/** Everything that an environment draws, as words that change when any bit does. */
function drawn(
  model: Parameters<typeof environmentOf>[0],
  policy: Parameters<ReturnType<typeof environmentOf>["returns"]>[0],
) {
  const environment = environmentOf(model);
  const draws = { seed: 2019, stream: 251 };
  const settings = { count: 1001, horizon: 53 };
  const start = environment.initialField(draws);
  const field = environment.population(policy, { players: 21, steps: 17, repeats: 10 }, draws);
  const run = environment.trajectories(policy, field, settings, draws);
  const { rewards, next } = environment.transitions(run.last, run.actions.subarray(0, 1001), field, draws);
  const arrays = [
    start,
    field,
    environment.nextField(policy, field, 500, draws),
    environment.returns(policy, field, settings, draws),
    run.states,
    run.actions,
    run.rewards,
    run.last,
    rewards,
    next,
  ];
  return arrays.map(fingerprint).join(" ");
}

describe("the same agents everywhere and for ever", () => {
  it("of a game with two actions", () => {
    const probabilities = Float64Array.from({ length: 22 }, (_, i) =>
      i % 2 === 0 ? 1 - (i >> 1) / 16 : (i >> 1) / 16,
    );
    expect(drawn(malwareByHand(), { kind: "table", probabilities })).toBe(
      "b8594d9b 8445a6a0 97c4887c b139acc1 88df5569 e5b55a78 1ad8a0a9 af2735dd a4478011 1296dac2",
    );
  });

  it("of a game with three actions, whose laws depend on the population", () => {
    const probabilities = Float64Array.of(0.25, 0.5, 0.25, 0, 0.625, 0.375, 1, 0, 0);
    expect(drawn(coupledByHand(), { kind: "table", probabilities })).toBe(
      "932e7f15 26f0bfa b612cb7 dee487a7 87acde18 cae4415a 3badcb66 4d8e0a85 8f1ea837 796806b8",
    );
  });

  it("of the interval, at a hard threshold", () => {
    expect(drawn(interval, { kind: "threshold", threshold: 0.4851620216, width: 0 })).toBe(
      "c138d28c 484d3253 c7db82ee 7bed9815 c0feb395 b9c84c5b e402da78 f52573c8 1d1c2367 3bcaf4b3",
    );
  });

  it("of the interval, at a smooth threshold", () => {
    expect(drawn(interval, { kind: "threshold", threshold: 0.4851620216, width: 0.1 })).toBe(
      "c138d28c 7b8a6073 4f99e71b 9790ca29 ea407936 5b8d0127 61ab4943 c3e98aa3 75e26e18 69334a9a",
    );
  });
});
