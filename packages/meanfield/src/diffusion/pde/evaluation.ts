/**
 * What a policy costs in the environment of a flow: the linear equation of its value, backwards.
 *
 * A player who uses the drifts `rise` and `fall` pays L(rise) + L(−fall) + H(s) beside F: exactly what the best response's own
 * drifts save at its own value, so that the best response's policy has the best response's value.
 */

import { FREE } from "./compile.ts";
import { fields, look, populationAt, readEnds, readExits, readSource, workshopOf } from "./environment.ts";
import { readTerminal } from "./best-response.ts";
import { lagrangian, restOf } from "./legendre.ts";
import { fillRoom } from "./lines.ts";
import type { AxisHamiltonian, Population } from "./model.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue, Incentives } from "./problem.ts";

/**
 * u of a player who follows `policy` while the population is `flow`; written into `into` where given.
 *
 * Throws `RangeError` where the policy has drifts that no control gives.
 */
export function policyValue(
  problem: GridProblem,
  policy: GridPolicy,
  flow: GridFlow,
  incentives?: Incentives,
  into?: GridValue,
): GridValue {
  const { stages, size, model, place } = problem;
  const result = into ?? { value: fields(stages.length + 1, size) };
  const { value } = result;
  const shop = workshopOf(problem);
  const { lines, source, dataUp, dataDown, room, unknown, x, y } = shop;
  const costs = model.hamiltonian.map(drivingCostOf);
  readTerminal(shop, flow, incentives?.terminal, value[stages.length]);
  for (let s = stages.length - 1; s >= 0; s--) {
    const { axis, length, implicit, carries, time } = stages[s];
    const { central } = lines[axis];
    const step = implicit * length;
    const later = value[s + 1];
    const before = value[s];
    const rise = policy.rise[s];
    const fall = policy.fall[s];
    const shift = incentives?.shift?.[s];
    look(shop, flow, s);
    readSource(shop, s, incentives?.source[s]);
    readEnds(shop, s, later);
    readExits(shop, s, before);
    const kept = 1 + step * carries * model.discount;
    const cost = costs[axis] ?? costs[0];
    for (let k = 0; k < size; k++) {
      if (place[k] !== FREE) {
        unknown[k] = kept * (implicit * before[k] + (1 - implicit) * later[k]);
        continue;
      }
      const r = rise[k];
      const f = fall[k];
      let paid = cost(central[k] === 1, time, x[k], y[k], r, f, populationAt(shop, k));
      if (paid === Infinity) {
        throw new RangeError(
          `policyValue: at t = ${time} and (${x[k]}, ${y[k]}) the drifts are ${r} and ${f}; allowed are drifts that a control gives`,
        );
      }
      paid += central[k] === 1 ? r * (dataUp[k] + dataDown[k]) : r * dataUp[k] - f * dataDown[k];
      if (shift !== undefined) paid += (r - f) * shift[k];
      unknown[k] = later[k] + step * (source[k] + paid);
    }
    fillRoom(lines[axis], rise, fall, unknown, room);
    const { order, first, given, solveValues } = room[axis];
    solveValues(step, kept);
    const onwards = 1 / implicit;
    for (let q = first; q < order.length; q++) {
      const k = order[q];
      if (place[k] === FREE) before[k] = later[k] + (given[q] - later[k]) * onwards;
    }
  }
  return result;
}

type DrivingCost = (
  central: boolean,
  t: number,
  x: number,
  y: number,
  rise: number,
  fall: number,
  population: Population,
) => number;

/** L(rise) + L(−fall) + H(s), or L(rise) of a central difference; `Infinity` for drifts that no control gives. */
function drivingCostOf(hamiltonian: AxisHamiltonian): DrivingCost {
  const { quadratic } = hamiltonian;
  if (quadratic === undefined) {
    return (central, t, x, y, rise, fall, population) => {
      const cost = (drift: number): number => lagrangian(hamiltonian, t, x, y, drift, population);
      if (central) return cost(rise);
      const s = restOf(hamiltonian, t, x, y, population);
      // Where nobody can stand still, L(0) is not finite, and the one drift that there is pays alone.
      if (!Number.isFinite(s)) return cost(rise - fall);
      const least = hamiltonian.value(t, x, y, s, population);
      return least + (rise === 0 ? -least : cost(rise)) + (fall === 0 ? -least : cost(-fall));
    };
  }
  const { side, scale, rest, floor } = quadratic;
  return (_central, t, x, y, rise, fall, population) => {
    if ((side === "rising" && rise > 0) || (side === "falling" && (fall > 0 || rise < 0))) return Infinity;
    const spent = (0.5 * (rise * rise + fall * fall)) / scale(t, x, y, population);
    return spent - (rise - fall) * rest(t, x, y, population) - floor(t, x, y, population);
  };
}
