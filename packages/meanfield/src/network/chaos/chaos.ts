import { checkChaos, RefusalError } from "../../core/index.ts";
import type { ChaosSettings, RateTable } from "../../core/index.ts";
import type { NetworkModel } from "../model.ts";
import { flowColumns } from "./flow-columns.ts";
import { asLinearNetwork, linearColumns } from "./linear-columns.ts";
import { asNoisyNeuron, noisyColumns } from "./noisy-columns.ts";

/**
 * How training of N neurons goes to its limit, one row per number of neurons.
 *
 * Noisy linear neurons: exact, for relative entropies too. The linear network: law of large numbers and central limit theorem of
 * gradient flow and of online training. Any other without noise: by simulation. Stopped by its signal, it returns the numbers
 * of neurons done.
 *
 * @throws InputError for players that do not increase from at least 2, and for repeats, steps or seed that are no such
 * numbers; RefusalError where the limit is not known, and for simulated errors without repetitions.
 */
export function* chaos(model: NetworkModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  checkChaos(settings, { players: MOST_NEURONS, steps: MOST_STEPS });
  const { players, repeats } = settings;
  if (model.horizon === Infinity) {
    throw new RefusalError(
      "errors of stationary laws among finitely many neurons are not known; noisy-neuron has them exactly",
    );
  }
  const noisy = asNoisyNeuron(model);
  if (noisy !== undefined) return { players, columns: noisyColumns(noisy, model.horizon, players) };
  if (model.temperature > 0) {
    throw new RefusalError("with noise, errors are known for linear neurons with one fixed c only");
  }
  if (repeats === 0) throw new RefusalError("the errors of training are simulated: at least 1 repeat is needed");
  const linear = asLinearNetwork(model);
  return linear === undefined ? yield* flowColumns(model, settings) : yield* linearColumns(model, linear, settings);
}

const MOST_NEURONS = 1e6;
const MOST_STEPS = 1e6;
