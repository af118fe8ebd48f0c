/**
 * The exact derivative of the map from a flow to the flow of its best response: a linear sweep backwards for the value and
 * the drifts, and one forwards for the masses.
 *
 * Where δ is what changes in the population that players see, and G the generator of the chain that they steer,
 *
 *     δu⁻ = δu⁺ + τ (G − r') δū + τ (s F_μ − Ĥ_μ) δ,        δπ⁺ = δπ⁻ + τ Gᵀ δπ̄ + τ (δG)ᵀ π̄,
 *
 * δG being that of the drifts δβ = −H_pp Dδū − H_pμ δ (Y. Achdou, I. Capuzzo-Dolcetta, SIAM J. Numer. Anal. 48 (2010)
 * 1136–1162, section 4). The matrices of both sweeps are those of the policy's own evaluation and transport.
 */

import { EXIT, FREE } from "./compile.ts";
import { fields, meanMass, readAggregates, workshopOf } from "./environment.ts";
import type { Workshop } from "./environment.ts";
import { fillRoom } from "./lines.ts";
import { inducedBySweeps } from "./linearised-sweeps.ts";
import type { Lines } from "./lines.ts";
import type { BestResponse } from "./best-response.ts";
import { viscosity } from "./model.ts";
import type { GridFlow, GridProblem } from "./problem.ts";
import { seenLayout, seenOf } from "./seen.ts";
import type { SeenLayout } from "./seen.ts";
import type { Sight } from "./sensitivities.ts";
import { slopesAlong } from "./stage-slopes.ts";
import { emptyFlow } from "./transport.ts";

export interface Linearisation {
  readonly layout: SeenLayout;
  /** The change of the induced flow with a change of what is seen; the same arrays every time. */
  readonly induced: (seen: Float64Array) => GridFlow;
  /** What is seen of that change. */
  readonly apply: (seen: Float64Array) => Float64Array;
}

interface Term {
  readonly into: Float64Array;
  readonly field: Float64Array;
  readonly factor: number;
}

/**
 * Linearises about a flow, the best response to it and the flow that this induces.
 *
 * Until the same problem is linearised anew: the arrays of a problem are made once.
 */
export function linearise(
  problem: GridProblem,
  flow: GridFlow,
  response: BestResponse,
  induced: GridFlow,
): Linearisation {
  const layout = seenLayout(problem);
  const swept =
    inducedBySweeps(problem, flow, response, induced, layout) ??
    inducedStageByStage(problem, flow, response, induced, layout);
  return { layout, induced: swept, apply: (seen) => seenOf(problem, layout, swept(seen)) };
}

/** The change of the induced flow, whatever the game: what compiled sweeps are compared with. */
export function inducedStageByStage(
  problem: GridProblem,
  flow: GridFlow,
  { value, policy }: BestResponse,
  induced: GridFlow,
  layout: SeenLayout,
): Linearisation["induced"] {
  const { stages, size, model } = problem;
  const shop = workshopOf(problem);
  const { slopes, terminal } = slopesAlong(problem, flow, value);
  const rise = fields(stages.length, size);
  const fall = fields(stages.length, size);
  const change = emptyFlow(problem);
  const [level, nextLevel, nearby, density, mean] = fields(5, size);
  const anyOpen = shop.lines.some(({ open }) => open.length > 0);
  // What `state` weights alone make of the masses: aggregates are linear in drifts only beside it.
  const still = restingAggregates(problem, induced);
  const moved = fields(stages.length + 1, model.aggregates.length);

  /** Adds factor · field · (change of a sight of stage s) to each array. */
  const addSeen = (seen: Float64Array, s: number, sight: Sight, terms: readonly Term[]): void => {
    if (typeof sight === "number") {
      const amount = seen[layout.aggregates[s] + sight];
      for (const { into, field, factor } of terms) {
        const share = factor * amount;
        for (let k = 0; k < size; k++) into[k] += share * field[k];
      }
      return;
    }
    const amounts = sight === "nearby" ? nearby : density;
    for (const { into, field, factor } of terms) {
      for (let k = 0; k < size; k++) into[k] += factor * field[k] * amounts[k];
    }
  };
  const readSeen = (seen: Float64Array, s: number): void => {
    const from = layout.masses[s];
    if (from < 0) return;
    const { weights } = problem.grid;
    for (let k = 0; k < size; k++) density[k] = seen[from + k] / weights[k];
    shop.average?.(seen.subarray(from, from + size), nearby);
  };

  const backward = (seen: Float64Array): void => {
    let [later, before] = [level, nextLevel];
    later.fill(0);
    shop.dataUp.fill(0);
    shop.dataDown.fill(0);
    readSeen(seen, stages.length);
    for (const { sight, source } of terminal) {
      addSeen(seen, stages.length, sight, [{ into: later, field: source, factor: 1 }]);
    }
    const { lines, unknown, dataUp, dataDown, room } = shop;
    for (let s = stages.length - 1; s >= 0; s--) {
      const { axis, length, implicit, carries } = stages[s];
      const at = lines[axis];
      const step = implicit * length;
      readSeen(seen, s);
      const { rise: riseSlope, fall: fallSlope, sensitivities } = slopes[s];
      const [pRise, pFall] = [policy.rise[s], policy.fall[s]];
      const [dRise, dFall] = [rise[s], fall[s]];
      unknown.set(later);
      for (const { sight, source } of sensitivities) {
        addSeen(seen, s, sight, [{ into: unknown, field: source, factor: step }]);
      }
      if (anyOpen) endsFollow(shop, at, step, later, pRise, pFall);
      fillRoom(at, pRise, pFall, unknown, room);
      const { order, first, given, solveValues } = room[axis];
      solveValues(step, 1 + step * carries * model.discount);
      for (let q = first; q < order.length; q++) unknown[order[q]] = given[q];
      const { next, previous, gainUp, gainDown, central } = at;
      const over = 1 / implicit;
      for (let k = 0; k < size; k++) {
        const here = unknown[k];
        const above = gainUp[k] * (unknown[next[k]] - here) + dataUp[k];
        const below = gainDown[k] * (here - unknown[previous[k]]) + dataDown[k];
        const both = central[k];
        // Where nobody stands all slopes are 0.
        dRise[k] = riseSlope[k] * (above + both * below);
        dFall[k] = fallSlope[k] * below;
        before[k] = later[k] + over * (here - later[k]);
      }
      for (const { sight, rise: byRise, fall: byFall } of sensitivities) {
        if (byRise === undefined || byFall === undefined) continue;
        addSeen(seen, s, sight, [
          { into: dRise, field: byRise, factor: 1 },
          { into: dFall, field: byFall, factor: 1 },
        ]);
      }
      [later, before] = [before, later];
    }
  };

  const forward = (): void => {
    const { lines, unknown, room } = shop;
    change.mass[0].fill(0);
    for (const [s, { axis, length, implicit }] of stages.entries()) {
      const at = lines[axis];
      const { next, previous, gainUp, gainDown, central } = at;
      const step = implicit * length;
      const [dRise, dFall] = [rise[s], fall[s]];
      const [start, end] = [change.mass[s], change.mass[s + 1]];
      if (implicit !== 1) meanMass(stages[s], induced.mass[s], induced.mass[s + 1], mean);
      const standing = implicit === 1 ? induced.mass[s + 1] : mean;
      unknown.set(start);
      for (let k = 0; k < size; k++) {
        const both = central[k];
        const amount = step * standing[k];
        const upward = amount * (dRise[k] - both * dFall[k]) * gainUp[k];
        const downward = amount * (dFall[k] - both * dRise[k]) * gainDown[k];
        unknown[k] -= upward + downward;
        unknown[next[k]] += upward;
        unknown[previous[k]] += downward;
      }
      fillRoom(at, policy.rise[s], policy.fall[s], unknown, room);
      const { order, first, given, solveMasses } = room[axis];
      solveMasses(step);
      const onwards = 1 / implicit;
      for (let q = first; q < order.length; q++) {
        const k = order[q];
        end[k] = implicit === 1 ? given[q] : start[k] + (given[q] - start[k]) * onwards;
      }
      for (const k of shop.bound) if (problem.place[k] === EXIT) end[k] = 0;
    }
    readAggregates(problem, change.mass, policy, change.aggregates);
    if (model.aggregates.every(({ drift }) => drift === undefined)) return;
    readAggregates(problem, induced.mass, { rise, fall }, moved);
    change.aggregates.forEach((values, s) => {
      if (s < stages.length) for (let k = 0; k < values.length; k++) values[k] += moved[s][k] - still[s][k];
    });
  };

  return (seen) => {
    backward(seen);
    forward();
    return change;
  };
}

/** Aggregates of masses that nobody moves on purpose. */
function restingAggregates(problem: GridProblem, { mass }: GridFlow): Float64Array[] {
  const { stages, size, model } = problem;
  const nothing = new Float64Array(size);
  const into = fields(stages.length + 1, model.aggregates.length);
  const rise = stages.map(() => nothing);
  readAggregates(problem, mass, { rise, fall: rise }, into);
  return into;
}

/** What open ends whose slope is not told add: they follow the value one time step later. */
function endsFollow(
  { problem, unknown, dataUp, dataDown }: Workshop,
  { open }: Lines,
  step: number,
  later: Float64Array,
  rise: Float64Array,
  fall: Float64Array,
): void {
  dataUp.fill(0);
  dataDown.fill(0);
  const nu = viscosity(problem.model);
  for (const { point, inner, innermost, side, spacing, slope } of open) {
    if (slope !== undefined || problem.place[point] !== FREE) continue;
    const bend = (later[point] - 2 * later[inner] + later[innermost]) / (spacing * spacing);
    const outward = side * ((later[point] - later[inner]) / spacing + spacing * bend);
    unknown[point] += step * nu * bend;
    if (side === 1) {
      dataUp[point] = outward;
      unknown[point] += step * rise[point] * outward;
    } else {
      dataDown[point] = outward;
      unknown[point] -= step * fall[point] * outward;
    }
  }
}
