/** What games with a price on the mean offer beside their solvers. */

import { evenGrid } from "../../core/index.ts";
import type { NamedArray, Wing } from "../../core/index.ts";
import { orRefuse, refusing } from "../../core/too-extreme.ts";
import { aggregateAgents } from "./agents.ts";
import type { AggregateCandidate, FieldCandidate, PathCandidate } from "./candidate.ts";
import { certifyAggregate } from "./certify.ts";
import { flowOf } from "./flow.ts";
import { sliceTime } from "./mesh.ts";
import type { AggregateModel } from "./model.ts";

export const aggregateWing: Wing<AggregateModel, AggregateCandidate> = {
  family: "diffusion",
  certify: (model, question, candidate) => orRefuse(() => certifyAggregate(model, question, candidate)),
  agents: (_model, candidate, settings) => refusing(aggregateAgents(candidate, settings)),
  flow: (_model, _players, candidate) => orRefuse(() => flowOf(candidate)),
  arrays: (_model, candidate) =>
    candidate.kind === "aggregate-field" ? fieldArrays(candidate) : pathArrays(candidate),
};

/** y on the mesh of the solver, times decreasing from T. */
function fieldArrays({ adjoint: { mesh, values } }: FieldCandidate): Record<string, NamedArray> {
  const t = Float64Array.from({ length: mesh.slices + 1 }, (_, j) => sliceTime(mesh, j));
  return {
    mesh_adjoint: { shape: [t.length, mesh.points.length], data: values },
    mesh_t: { shape: [t.length], data: t },
    mesh_m: { shape: [mesh.points.length], data: mesh.points },
  };
}

/** Mean and adjoint along every equilibrium that was found. */
function pathArrays({ model, equilibria }: PathCandidate): Record<string, NamedArray> {
  const t = evenGrid(0, model.horizon, 101);
  const along = (of: (equilibrium: PathCandidate["equilibria"][number]) => (t: number) => number): NamedArray => ({
    shape: [equilibria.length, t.length],
    data: Float64Array.from(equilibria.flatMap((equilibrium) => Array.from(t, of(equilibrium)))),
  });
  return {
    branch_mean: along(({ mean }) => mean),
    branch_adjoint: along(({ adjoint }) => adjoint),
    branch_t: { shape: [t.length], data: t },
  };
}
