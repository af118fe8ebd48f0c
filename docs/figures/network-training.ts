/**
 * Draws docs/images/network-training.svg: the loss of 1000 neurons in online training beside that of the limit, and the neurons
 * at four times over the limit's law; below, errors against the number of neurons, from 10 to 100,000.
 *
 *     node --conditions=@meanfield/source docs/figures/network-training.ts
 */
import { writeFileSync } from "node:fs";
import { byName, catalogue, learnRun, prepare, prepareLearning, summarise } from "meanfield";
import type { LearnedRun, LearningPreparation, RateTable } from "meanfield";
import { panels } from "meanfield/figures";
import type { FigureSpecification, Panel } from "meanfield/figures";
import { chaosFigures } from "../../packages/cli/src/figures/of-chaos.ts";
import { trainingParts } from "../../packages/cli/src/figures/of-learning.ts";
import { renderSvg } from "../../packages/cli/src/figures/render.ts";

/** `meanfield learn mean-field-network --set N=1000` */
function training(): ReturnType<typeof trainingParts> {
  const game = byName("game", catalogue.games, (one) => one.id, "mean-field-network");
  const preparation = prepareLearning(catalogue, game, { parameters: { N: 1000 } });
  return trainingParts(summarise(preparation, [toTheEnd(preparation)], { seconds: 0 }));
}

function toTheEnd(preparation: LearningPreparation): LearnedRun {
  const steps = learnRun(preparation, 0);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

/** `meanfield chaos <game>`, some of its columns. */
function rates(id: string, names: readonly string[]): FigureSpecification[] {
  const game = byName("game", catalogue.games, (one) => one.id, id);
  const preparation = prepare(catalogue, game, { question: { players: 10 } });
  const { wing, model } = preparation;
  const usual = wing.chaosDefaults?.(model);
  const repeatsEach = usual?.repeatsFor && usual.players.map(usual.repeatsFor);
  const work = usual && wing.chaos?.(model, { steps: 25, seed: 0, ...usual, repeatsEach });
  if (work === undefined) throw new Error(`${id} has no propagation of chaos`);
  let next = work.next();
  while (next.done !== true) next = work.next();
  const table: RateTable = next.value;
  const columns = names.flatMap((name) => table.columns.filter((column) => column.name === name));
  return chaosFigures(preparation, { ...table, columns }).map((figure) => ({
    ...figure,
    name: `${id}-${figure.name}`,
  }));
}

function panelsOf(figures: readonly FigureSpecification[]): Panel[] {
  return figures.map((figure) => ({ svg: renderSvg(figure), width: figure.width, height: figure.height }));
}

const { curve, clouds } = training();
if (curve === undefined) throw new Error("the loss of the limit is not known");
const file = new URL("../images/network-training.svg", import.meta.url);
writeFileSync(
  file,
  panels({
    name: "network-training",
    title: "Training of a wide network and its mean-field limit",
    caption:
      "Loss of 1000 neurons in online training beside that of the limit, the neurons at four times over the limit’s law, and " +
      "errors against the number of neurons.",
    rows: [
      { heading: "1000 neurons learn five points of a sine", panels: panelsOf([curve]) },
      { heading: "", panels: panelsOf(clouds.slice(0, 2)) },
      { heading: "", panels: panelsOf(clouds.slice(2)) },
      {
        heading: "Errors, and correlations of pairs, against the number of neurons",
        panels: panelsOf(rates("mean-field-network", ["prediction_error", "pair_correlation"])),
      },
    ],
  }),
);
