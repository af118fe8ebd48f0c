import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { respond } from "../aggregate/best-response-sweep.ts";
import type { AggregateCandidate } from "../aggregate/candidate.ts";
import { fieldOf } from "../aggregate/field.ts";
import { gatheredMesh } from "../aggregate/gathering.ts";
import type { FieldMesh } from "../aggregate/mesh.ts";
import { charges, effortAt, otherKind, refusedNoise } from "../aggregate/model.ts";
import type { AggregateModel } from "../aggregate/model.ts";

const options = z.object({
  tolerance: real(1e-10, "Accepted distance between the adjoint that all play by and the best response", {
    minimum: 1e-14,
    maximum: 1,
    scale: "log",
  }),
  damping: real(1, "Share of the best response in what is played next", {
    minimum: 0,
    open: "minimum",
    maximum: 1,
    tunable: { from: 0.05, to: 1 },
  }),
  cells: whole(400, "Cells of the mesh of means", { minimum: 16, maximum: 20_000, scale: "log" }),
  steps: whole(200, "Time steps, which gather at T", { minimum: 8, maximum: 20_000, scale: "log" }),
});

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly damping: number;
  readonly mesh: FieldMesh;
  /** What all play by. */
  readonly y: Float64Array;
  /** What was played when `response` was the best response. */
  readonly assumed: Float64Array;
  response: Float64Array;
}

/** Games with a price on the mean and common noise: best responses again and again. */
export const adjointPicard: Solver<AggregateModel, typeof options, State, AggregateCandidate> = {
  name: "picard",
  title: "Picard iteration on the adjoint",
  family: "diffusion",
  kind: "aggregate",
  story:
    "Everybody best responds to the flow of the mean that the last round induces. Late adjoints settle first and earlier ones " +
    "follow, so that undamped rounds converge faster than geometrically. Semi-Lagrangian steps of second order: no limit on " +
    "their size, and nothing shared with the equation that decoupling-field solves.",
  reference:
    "R. Carmona, F. Delarue, Probabilistic Theory of Mean Field Games with Applications I, Springer 2018, ch. 4 (Picard iteration); M. Falcone, R. Ferretti, Semi-Lagrangian Approximation Schemes, SIAM 2014",
  options,
  refuses: (model) => otherKind(model) ?? refusedNoise(model, "noisy"),
  init: (model, question, { tolerance, damping, cells, steps }) => {
    const mesh = gatheredMesh(model, question, { slices: steps, grading: 2, cells });
    const prices = mesh.points.map(charges(model, question).terminal.value);
    const y = new Float64Array(prices.length * (steps + 1));
    for (let j = 0; j <= steps; j++) y.set(prices, j * prices.length);
    return { question, tolerance, damping, mesh, y, assumed: y.slice(), response: y.slice() };
  },
  step: (model, state) => {
    const { question, tolerance, damping, mesh, y, assumed } = state;
    const { values, gain } = respond(model, charges(model, question), mesh, y);
    assumed.set(y);
    state.response = values;
    let gap = 0;
    for (let i = 0; i < y.length; i++) {
      gap = Math.max(gap, Math.abs(values[i] - y[i]));
      y[i] += damping * (values[i] - y[i]);
    }
    const metrics = question.concept === "nash" ? { gap, exploitability: gain } : { gap };
    return gap <= tolerance
      ? { metrics, status: "converged", reason: `the best response moves the adjoint by ${gap.toExponential(1)}` }
      : { metrics, status: "running" };
  },
  candidate: (model, { question, mesh, assumed, response }) => {
    const before = fieldOf(mesh, assumed.slice());
    return {
      kind: "aggregate-field",
      model,
      question,
      adjoint: fieldOf(mesh, response),
      assumedDrift: (t, m) => effortAt(model, before.at(t, m)),
    };
  },
};
