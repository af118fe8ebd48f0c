import { RefusalError, evenGrid, scalar, series } from "../../core/index.ts";
import type { Quantities, QuantityDefinition, Question } from "../../core/index.ts";
import type { BackwardCandidate, ForwardBackwardCandidate } from "../candidate.ts";
import { solveAdjointSystem } from "./adjoint-system.ts";
import { forwardBackwardErrors } from "./coupling.ts";

/** What a person asks of a forward–backward system that is linear–quadratic. */
export const forwardBackwardQuantities: readonly QuantityDefinition[] = [
  {
    name: "eta",
    title: "Slope of the adjoint",
    symbol: "\\eta",
    story: "∂Y^{ii}/∂x_i with the average held still: Y = η(X − X̄) in the limit, of N players where N is given.",
  },
  {
    name: "Z0",
    title: "Exposure at the start",
    symbol: "Z_0",
    story: "Z^{ii} at time 0: how Y^{ii} moves with the player's own noise.",
  },
  {
    name: "error_X_T",
    title: "Distance of X to the limit at T",
    symbol: "\\mathbb E|X^{i,N}_T-X^i_T|^2",
    story: "Between N players and their copies in the limit, on the same starts and noises.",
  },
  {
    name: "error_Y_T",
    title: "Distance of Y to the limit at T",
    symbol: "\\mathbb E|Y^{i,N}_T-Y^i_T|^2",
    story: "The same for the adjoints Y^{ii}.",
  },
  {
    name: "eta_0_time_error",
    title: "Error of η₀ by time steps",
    story: "What the time steps of a simulated method leave in η at time 0, by comparison with half as many.",
  },
  { name: "error_X", title: "Distance of X to the limit", story: "∫E|X^{i,N} − X^i|²dt." },
  { name: "error_Y", title: "Distance of Y to the limit", story: "∫E|Y^{i,N} − Y^i|²dt." },
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
];

/** @throws RefusalError for a candidate of another kind, which only a person's own solver could return. */
export function forwardBackwardOnly(candidate: BackwardCandidate): ForwardBackwardCandidate {
  if (candidate.kind === "forward-backward") return candidate;
  throw new RefusalError(`the solver returned an ${candidate.kind} solution of a forward–backward system`);
}

/** Quantities read off a candidate; errors only where the game is linear–quadratic, or where the method tells them itself. */
export function measureForwardBackward({ players }: Question, candidate: ForwardBackwardCandidate): Quantities {
  const { model, linear, told, adjoint } = candidate;
  const { horizon, volatility, start } = model;
  const size = Number.isFinite(players) ? players : 1;
  // By differences: exact for adjoints that are affine in the states.
  const states = (shift: number): Float64Array => {
    const x = new Float64Array(size).fill(start.mean);
    x[0] += shift;
    return x;
  };
  const slope = (t: number): number =>
    linear === undefined
      ? adjoint(t, states(0.5), 0, 0) - adjoint(t, states(-0.5), 0, 0)
      : linear.at(t).own + (Number.isFinite(players) ? linear.at(t).mean / players : 0);
  const own: Quantities = {
    ...(linear === undefined ? {} : { eta: () => series(evenGrid(0, horizon, 101), (t) => linear.at(t).own) }),
    Z0: () => scalar(volatility * slope(0)),
  };
  if (players === Infinity || linear === undefined) return { ...own, ...told };
  const errors = forwardBackwardErrors(model, players, linear, solveAdjointSystem(model, Infinity));
  return {
    ...own,
    error_X_T: () => scalar(errors.finalX),
    error_Y_T: () => scalar(errors.finalY),
    error_X: () => scalar(errors.pathX),
    error_Y: () => scalar(errors.pathY),
    error_Z: () => scalar(errors.z()),
    error_Z_cross: () => scalar(errors.crossZ()),
    ...told,
  };
}
