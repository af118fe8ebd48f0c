import { zeros } from "../../numeric/matrix.ts";
import type { TimeMatrix } from "../linear-quadratic/model.ts";
import { profileCosts } from "./closed-loop.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { controlCount } from "./model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/** One hand that steers everybody to the least average cost: the joint linear–quadratic regulator. */
export interface PlannerSolution {
  readonly strategy: PlayersStrategy;
  /** The average over players, which is what is minimised. */
  readonly cost: number;
  /** What each player pays. */
  readonly costs: Float64Array;
}

/**
 * The planner's optimum: the Nash equilibrium of the game with one player who holds all controls and pays the average.
 *
 * @throws RefusalError where the joint Riccati equation explodes (the planner could gain without bound).
 */
export function planner(model: PlayersModel): PlannerSolution {
  const players = model.controls.length;
  const size = model.states + controlCount(model) + 1;
  const one = zeros(size, size);
  const average: TimeMatrix = {
    rows: size,
    columns: size,
    timeDependent: model.running.some((cost) => cost.timeDependent),
    into: (t, out) => {
      out.data.fill(0);
      for (const cost of model.running) {
        cost.into(t, one);
        for (let q = 0; q < out.data.length; q++) out.data[q] += one.data[q] / players;
      }
    },
  };
  const end = zeros(model.states + 1, model.states + 1);
  for (const cost of model.terminal) cost.data.forEach((value, q) => (end.data[q] += value / players));
  const joint = { ...model, controls: [controlCount(model)], running: [average], terminal: [end] };
  const { strategy, costs } = feedbackNash(joint);
  return { strategy, cost: costs[0], costs: profileCosts(model, strategy) };
}
