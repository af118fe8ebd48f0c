import { z } from "zod";
import { InputError, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { AggregateCandidate } from "../aggregate/candidate.ts";
import { findEquilibria, leastPotential } from "../aggregate/characteristics.ts";
import type { EquilibriaFound } from "../aggregate/characteristics.ts";
import { otherKind, refusedNoise } from "../aggregate/model.ts";
import type { AggregateModel } from "../aggregate/model.ts";

const options = z.object({
  branch: whole(
    0,
    "Which equilibrium is reported, counted from 1 by the mean at T; 0 for the one that small common noise selects, for the planner the best",
    { minimum: 0, maximum: 1000 },
  ),
  cells: whole(500, "Cells of the first scan of where characteristics end", {
    minimum: 10,
    maximum: 100_000,
    scale: "log",
  }),
});

interface State {
  readonly question: Question;
  readonly branch: number;
  cells: number;
  found: EquilibriaFound;
}

/** Games with a price on the mean, without common noise: all equilibria. */
export const decouplingCharacteristics: Solver<AggregateModel, typeof options, State, AggregateCandidate> = {
  name: "characteristics",
  title: "All equilibria by characteristics",
  family: "diffusion",
  kind: "aggregate",
  story:
    "Every equilibrium is a characteristic that starts at the mean at 0, and where it ends tells which. Scans the ends, " +
    "follows characteristics backwards, and finds every start by bracketing, with turning points between; halves the " +
    "cells until the number of equilibria stays.",
  reference: "L. C. Evans, Partial Differential Equations, 2nd ed., AMS 2010, section 3.2",
  options,
  refuses: (model) => otherKind(model) ?? refusedNoise(model, "noiseless"),
  init: (model, question, { branch, cells }) => {
    const found = findEquilibria(model, question, cells);
    requireBranch(branch, found);
    return { question, branch, cells, found };
  },
  step: (model, state) => {
    const before = state.found.equilibria.length;
    state.cells *= 2;
    state.found = findEquilibria(model, state.question, state.cells);
    const { equilibria, nearestMiss, resolution } = state.found;
    requireBranch(state.branch, state.found);
    const metrics = { equilibria: equilibria.length, resolution };
    if (equilibria.length !== before) return { metrics, status: "running" };
    const miss = Number.isFinite(nearestMiss)
      ? `; characteristics that turn back miss the start by ${nearestMiss.toPrecision(2)}`
      : "";
    const count = equilibria.length === 1 ? "1 equilibrium" : `${equilibria.length} equilibria`;
    return {
      metrics,
      status: "converged",
      reason: `${count}, as many on cells of ${resolution.toPrecision(2)} as on those twice as wide${miss}`,
    };
  },
  candidate: (model, { question, branch, found: { equilibria } }) => ({
    kind: "aggregate-path",
    model,
    question,
    equilibria,
    chosen: branch === 0 ? leastPotential(equilibria) : branch - 1,
  }),
};

function requireBranch(branch: number, { equilibria }: EquilibriaFound): void {
  if (branch > equilibria.length)
    throw new InputError("branch", branch, `at most ${equilibria.length}, the number of equilibria, or 0`);
}
