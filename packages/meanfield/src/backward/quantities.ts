import { RefusalError, evenGrid, scalar, series } from "../core/index.ts";
import type { Quantities, QuantityDefinition, Question } from "../core/index.ts";
import type { BackwardCandidate, DecouplingField, InteractingCandidate, LinearSolution } from "./candidate.ts";
import { closedLinearSolution } from "./closed-forms/linear.ts";
import { expectation, gaussianRule } from "./gaussian-rule.ts";
import { solvePlayersSystem } from "./linear/players-system.ts";
import { linearErrors } from "./linear/second-moments.ts";
import { martingaleOf } from "./model.ts";
import type { InteractingModel, LinearSystem } from "./model.ts";

/** What a person asks of an interacting system. */
export const interactingQuantities: readonly QuantityDefinition[] = [
  {
    name: "Y0",
    title: "Value at the start",
    symbol: "Y_0",
    story: "Y^i at time 0: of the system of N players where N is given, else of the limit.",
  },
  {
    name: "Z0",
    title: "Exposure at the start",
    symbol: "Z_0",
    story: "Z^{ii} at time 0: how Y^i moves with the player's own noise; of the system of N players where N is given.",
  },
  {
    name: "Y_mean",
    title: "Mean of Y",
    symbol: "\\mathbb E\\,Y_t",
    story: "E Y^i at t, of the system of N players where N is given.",
  },
  {
    name: "error_Y",
    title: "Distance to the limit",
    symbol: "\\mathbb E|Y^{i,N}_t-Y^i_t|^2",
    story: "Mean square distance at t between Y^i of N players and of the limit, on the same Brownian motions.",
  },
  {
    name: "error_Z",
    title: "Distance of Z to the limit",
    story: "E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt: mean square distance of all exposures to those in the limit.",
  },
  {
    name: "error_Z_cross",
    title: "Exposure to the others",
    story: "E∫Σ_{j≠i}|Z^{ij}|²dt: the part of error_Z that an equation with Z^{ii}dW^i alone would leave out.",
  },
  {
    name: "Z0_cross",
    title: "Exposure to another player at the start",
    symbol: "Z^{ij}_0",
    story: "Z^{ij} at time 0, j another player, by methods that take all exposures as unknown.",
  },
  {
    name: "Y0_scheme",
    title: "Value of the scheme itself",
    story: "What the scheme in time gives for Y₀ without any chance: what is left to Y0 is the regression's error.",
  },
  {
    name: "Z0_scheme",
    title: "Exposure of the scheme itself",
    story: "The same for Z₀.",
  },
  ...(
    [
      ["level_batches", "Batches", "independent batches of paths on it"],
      ["level_Y0", "Part of Y₀", "what it adds to Y₀ over the level before"],
      ["level_variance_Y0", "Variance of Y₀", "variance of that between batches"],
      ["level_variance_Z0", "Variance of Z₀", "the same for Z₀"],
    ] as const
  ).map(([name, title, story]) => ({
    name,
    title: `${title} by level`,
    story: `Levels of time steps of a multilevel method, named by their number of steps: ${story}.`,
  })),
];

/** @throws RefusalError for a candidate of another kind, which only a person's own solver could return. */
export function interactingOnly(candidate: BackwardCandidate): InteractingCandidate {
  if (candidate.kind === "interacting") return candidate;
  throw new RefusalError(`the solver returned a ${candidate.kind} solution of an interacting system`);
}

/** Quantities read off a candidate; errors only where the system is linear, or where the method tells them itself. */
export function measureInteracting(question: Question, candidate: InteractingCandidate): Quantities {
  const { model, linear, told } = candidate;
  const { linear: system } = model;
  const own =
    linear !== undefined && system !== undefined
      ? linearQuantities(model.horizon, system, question, linear, () =>
          solvePlayersSystem(model.horizon, system, Infinity),
        )
      : fieldQuantities(model, question, candidate.field);
  return { ...own, ...told };
}

/** The same from the closed forms. */
export function exactLinear(model: InteractingModel, question: Question): Quantities {
  const { horizon, linear: system } = model;
  if (system === undefined) return {};
  return linearQuantities(horizon, system, question, closedLinearSolution(horizon, system, question.players), () =>
    closedLinearSolution(horizon, system, Infinity),
  );
}

function linearQuantities(
  horizon: number,
  system: LinearSystem,
  { players }: Question,
  solution: LinearSolution,
  limit: () => LinearSolution,
): Quantities {
  const { at, slope, mean } = martingaleOf(system);
  const grid = evenGrid(0, horizon, 101);
  const level = (t: number): number => {
    const { own, mean: crowd, constant } = solution.at(t);
    return (own + crowd) * mean + constant;
  };
  const start: Quantities = {
    Y0: () => {
      const { own, mean: crowd, constant } = solution.at(0);
      return scalar(own * at(0, 0) + crowd * mean + constant);
    },
    Z0: () => {
      const { own, mean: crowd } = solution.at(0);
      return scalar(slope(0, 0) * (own + crowd / players));
    },
    Y_mean: () => series(grid, level),
  };
  if (players === Infinity) return start;
  const errors = linearErrors(horizon, system, players, solution, limit());
  return {
    ...start,
    error_Y: () => series(grid, errors.y),
    error_Z: () => scalar(errors.z()),
    error_Z_cross: () => scalar(errors.zCross()),
  };
}

/** Y0 and Z0 of any field over Brownian motions, and in the limit the mean. */
function fieldQuantities(model: InteractingModel, { players }: Question, field: DecouplingField): Quantities {
  if (model.forward.kind !== "brownian") return {};
  const count = Number.isFinite(players) ? players : 1;
  const [states, out] = [new Float64Array(count), new Float64Array(count)];
  const start: Quantities = {
    Y0: () => {
      field.values(0, states, out);
      return scalar(out[0]);
    },
    Z0: () => scalar(field.z(0, states, 0, 0)),
  };
  if (players !== Infinity) return start;
  const rule = gaussianRule();
  const value = (t: number, x: number): number => {
    states[0] = x;
    field.values(t, states, out);
    return out[0];
  };
  return {
    ...start,
    Y_mean: () => series(evenGrid(0, model.horizon, 101), (t) => expectation(rule, (z) => value(t, z * Math.sqrt(t)))),
  };
}
