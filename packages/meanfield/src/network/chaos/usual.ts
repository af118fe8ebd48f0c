import type { ChaosDefaults } from "../../core/index.ts";
import { closureOf } from "../closed-moments.ts";
import { designOf } from "../data.ts";
import type { NetworkModel } from "../model.ts";
import { parametersOf } from "../model.ts";
import { asLinearNetwork } from "./linear-columns.ts";
import { asNoisyNeuron } from "./noisy-columns.ts";

const sizes = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

/** Evaluations of a neuron at a point that all repetitions of one number of neurons may take. */
const most = 6e7;

/**
 * From 10 to 10⁵ neurons in a few seconds: fewer repetitions for more of them, whose errors differ from run to run as those of
 * few do, but take longer; and not so many neurons where there are many data.
 */
export function usualChaos(model: NetworkModel): ChaosDefaults {
  const steps = 25;
  // Exact, or by closed forms given the sample.
  if (asNoisyNeuron(model) !== undefined || asLinearNetwork(model) !== undefined) {
    return { players: sizes, repeats: 60, steps };
  }
  const points = designOf(model.data, model.activation)?.count ?? 1;
  const cheap = typeof closureOf(model) !== "string";
  const each = 4 * steps * points * (cheap ? 0.2 * parametersOf(model) : 1);
  const repeatsFor = (players: number): number => Math.max(8, Math.min(60, Math.round(most / (each * players))));
  const players = sizes.filter((count) => count <= 1000 || 8 * each * count <= 8 * most);
  return { players, repeats: 60, repeatsFor, steps };
}
