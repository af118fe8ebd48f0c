import type { DecouplingField, LinearSolution } from "../candidate.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";

/** A linear solution as functions of the players' Brownian motions; φ̄ is their average, in the limit (`Infinity`) the mean. */
export function linearField(system: LinearSystem, solution: LinearSolution, players: number): DecouplingField {
  const { at, slope, mean } = martingaleOf(system);
  const average = (t: number, x: Float64Array): number => {
    if (players === Infinity) return mean;
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += at(t, x[i]);
    return sum / x.length;
  };
  return {
    values: (t, x, out) => {
      const { own, mean: crowd, constant } = solution.at(t);
      const rest = crowd * average(t, x) + constant;
      for (let i = 0; i < x.length; i++) out[i] = own * at(t, x[i]) + rest;
    },
    diagonal: (t, x, out) => {
      const { own, mean: crowd } = solution.at(t);
      for (let i = 0; i < x.length; i++) out[i] = slope(t, x[i]) * (own + crowd / players);
    },
    z: (t, x, i, j) => {
      const { own, mean: crowd } = solution.at(t);
      return slope(t, x[j]) * ((i === j ? own : 0) + crowd / players);
    },
  };
}
