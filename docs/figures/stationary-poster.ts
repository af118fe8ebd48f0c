/**
 * Draws docs/images/stationary-learning.svg, after the figures of J. Subramanian, A. Mahajan, "Reinforcement learning in
 * stationary mean-field games", AAMAS 2019: for malware spread and for product investments, thresholds learned for both
 * solution concepts against the exact ones, and beside them the fields that were learned.
 *
 *     node --conditions=@meanfield/source docs/figures/stationary-poster.ts
 */
import { writeFileSync } from "node:fs";
import { byName, catalogue, learnRun, prepareLearning, summarise } from "meanfield";
import type { Concept, LearnedRun, Learning, LearningPreparation, SolveRequest } from "meanfield";
import { panels } from "meanfield/figures";
import type { Panel } from "meanfield/figures";
import { comparedLearning } from "../../packages/cli/src/figures/of-learning.ts";
import { renderSvg } from "../../packages/cli/src/figures/render.ts";

const runs = 20;

/** One row: equilibrium and social optimum of a game, learned. */
function row(id: string, request: SolveRequest): Panel[] {
  const learnings = (["nash", "planner"] as const).map((concept) => learn(id, concept, request));
  return comparedLearning(id, learnings).map((figure) => ({
    svg: renderSvg(figure),
    width: figure.width,
    height: figure.height,
  }));
}

function learn(id: string, concept: Concept, request: SolveRequest): Learning {
  const game = byName("game", catalogue.games, (one) => one.id, id);
  const options = { ...request.options, runs };
  const preparation = prepareLearning(catalogue, game, { ...request, question: { concept }, options });
  const done = Array.from({ length: runs }, (_, run) => toTheEnd(preparation, run));
  const learning = summarise(preparation, done, { seconds: 0 });
  console.log(`${id}, ${concept}: ${learning.reason}`);
  return learning;
}

function toTheEnd(preparation: LearningPreparation, run: number): LearnedRun {
  const steps = learnRun(preparation, run);
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

const file = new URL("../images/stationary-learning.svg", import.meta.url);
writeFileSync(
  file,
  panels({
    name: "stationary-learning",
    title: "Thresholds learned in stationary mean-field games",
    caption:
      `Means over ${runs} runs in bands of one standard deviation, single runs faintly behind, and the exact thresholds ` +
      "dashed; beside them the fields learned, as shares of the population, with the exact stationary laws.",
    rows: [
      { heading: "Malware spread", panels: row("malware-spread", {}) },
      { heading: "Product investments", panels: row("product-investment", {}) },
    ],
  }),
);
