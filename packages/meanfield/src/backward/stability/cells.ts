import type { LinearSystem } from "../model.ts";
import { martingaleOf } from "../model.ts";
import { solvePlayersSystem } from "../linear/players-system.ts";
import { dataSet } from "./data-set.ts";
import type { DataSet, Perturbation } from "./data-set.ts";
import { meanSquareDistance } from "./distance.ts";
import { closedProcess, recursiveProcess } from "./processes.ts";
import type { LoadedProcess } from "./processes.ts";

/** The systems S^{k,N} of one table by one road, each made once; `Infinity` for k or N is a margin. */
export interface Cells {
  readonly data: (k: number, players: number) => DataSet;
  readonly process: (k: number, players: number) => LoadedProcess;
  /** Y₀. */
  readonly start: (k: number, players: number) => number;
  /** (1/T)∫₀ᵀE|Y^{k,N} − Y^{∞,M}|²dt for the unperturbed system of M players, M = N or ∞. */
  readonly toUnperturbed: (k: number, players: number, others: number) => number;
  /** (1/Tᵏ)∫E|Y^{k,N} − Y^{k,∞}|²dt over [0, Tᵏ]. */
  readonly toManyPlayers: (k: number, players: number) => number;
}

/**
 * @param road `closed`: exponentials and geometric sums; `checked`: the backward recursion with a load for every player, and the
 * ordinary differential equations of `players-system` where no steps drive the system
 */
export function cells(
  horizon: number,
  system: LinearSystem,
  which: ReadonlySet<Perturbation>,
  road: "closed" | "checked",
): Cells {
  const made = new Map<string, LoadedProcess>();
  const data = (k: number, players: number): DataSet => dataSet(horizon, system, k, players, which);
  const process = (k: number, players: number): LoadedProcess => {
    const name = `${k},${players}`;
    const found = made.get(name) ?? make(data(k, players), players, road);
    made.set(name, found);
    return found;
  };
  return {
    data,
    process,
    start: (k, players) => {
      const { own, mean, constant } = process(k, players).at(0);
      return (own + mean) * martingaleOf(system).mean + constant;
    },
    toUnperturbed: (k, players, others) =>
      k === Infinity && players === others
        ? 0
        : meanSquareDistance(system, process(k, players), process(Infinity, others), horizon),
    toManyPlayers: (k, players) =>
      meanSquareDistance(system, process(k, players), process(k, Infinity), data(k, players).horizon),
  };
}

function make(data: DataSet, players: number, road: "closed" | "checked"): LoadedProcess {
  if (road === "closed") return closedProcess(data, players);
  if (data.steps !== undefined) return recursiveProcess(data, players);
  const { at } = solvePlayersSystem(data.horizon, data.system, players);
  return { players, horizon: data.horizon, times: undefined, at };
}
