import { once } from "../../core/index.ts";
import { solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
import { forwardBackwardErrors } from "../forward-backward/coupling.ts";
import type { ForwardBackwardErrors } from "../forward-backward/coupling.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import type { ExactColumn } from "./columns.ts";

/** The errors of a linear–quadratic forward–backward system, from ordinary differential equations of second moments. */
export function forwardBackwardColumns(model: ForwardBackwardModel): ExactColumn[] {
  if (model.linear === undefined) return [];
  const limit = once(() => solveAdjointSystem(model, Infinity));
  const known = new Map<number, () => ForwardBackwardErrors>();
  const errorsOf = (players: number): ForwardBackwardErrors => {
    const found =
      known.get(players) ??
      once(() => forwardBackwardErrors(model, players, solveAdjointSystem(model, players), limit()));
    known.set(players, found);
    return found();
  };
  const who = model.system === "nash" ? "the open-loop Nash equilibrium of N players" : "the N-particle system";
  return [
    {
      name: "error_X_T",
      title: "Error of X at the horizon",
      story: `E|X^{i,N} − X^i|² at T between ${who} and the limit, on the same starts and noises; exact.`,
      theory: -1,
      value: (players) => errorsOf(players).finalX,
    },
    {
      name: "error_Y_T",
      title: "Error of Y at the horizon",
      story: "E|Y^{i,N} − Y^i|² at T; exact.",
      theory: -1,
      value: (players) => errorsOf(players).finalY,
    },
    {
      name: "error_X",
      title: "Error of X over time",
      story: "∫E|X^{i,N} − X^i|²dt; exact.",
      theory: -1,
      value: (players) => errorsOf(players).pathX,
    },
    {
      name: "error_Y",
      title: "Error of Y over time",
      story: "∫E|Y^{i,N} − Y^i|²dt; exact.",
      theory: -1,
      value: (players) => errorsOf(players).pathY,
    },
    {
      name: "error_Z",
      title: "Error of Z",
      story: "E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt, exposures to the others included; exact.",
      theory: -1,
      value: (players) => errorsOf(players).z(),
    },
  ];
}
