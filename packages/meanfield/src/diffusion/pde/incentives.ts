/**
 * What a planner adds to everybody's own cost so that, each minding their own, they do what is best for all: what each costs
 * the others.
 *
 * With m the density, z_k = ∫ (a_k + b_k · β) m and (K * m) what players see, the optimum of the average cost solves
 *
 *     −u_t − ν Δu + r u + H(p) = F + m (F − H)_m + ∫ K(x', ·) (F − H)_near m(dx') + Σ λ_k a_k,     p = Du + Σ λ_k b_k,
 *     λ_k = ∫ (F − H)_{z_k} m,                                        u(T) = g + m g_m + … + Σ λ_k(T) a_k
 *
 * (A. Bensoussan, J. Frehse, P. Yam, Mean Field Games and Mean Field Type Control Theory, Springer 2013, chapter 4; for
 * means of controls: B. Acciaio, J. Backhoff-Veraguas, R. Carmona, SIAM J. Control Optim. 57 (2019) 3666–3693). On the grid, and
 * without discount, these are the exact conditions for the least cost of the discrete game on a line.
 */

import { FREE } from "./compile.ts";
import { fields, look, meanMass, workshopOf } from "./environment.ts";
import type { Workshop } from "./environment.ts";
import { momentaBuffers, readMomenta } from "./momenta.ts";
import type { GridFlow, GridProblem, GridValue, Incentives } from "./problem.ts";
import { stageSlopes, terminalSensitivities } from "./stage-slopes.ts";
import type { Sensitivity } from "./stage-slopes.ts";

/** Incentives with nothing left out. */
export interface FullIncentives extends Incentives {
  readonly shift: readonly Float64Array[];
  readonly terminal: Float64Array;
}

export function noIncentives({ stages, size }: GridProblem): FullIncentives {
  return {
    source: fields(stages.length, size),
    shift: fields(stages.length, size),
    terminal: new Float64Array(size),
  };
}

/** The incentives that a flow and a value call for; `felt` are those under which the value was found. */
export function incentivesOf(
  problem: GridProblem,
  flow: GridFlow,
  value: GridValue,
  felt: FullIncentives,
): FullIncentives {
  const { stages, size, levels, model, times } = problem;
  const shop = workshopOf(problem);
  const { x, y } = shop;
  const adjoint = adjointAverage(problem);
  const momenta = momentaBuffers(problem);
  const [mass, own] = fields(2, size);
  const into = noIncentives(problem);
  const prices = new Float64Array(model.aggregates.length);
  for (let step = 0; step + 1 < levels.length; step++) {
    const [from, to] = [levels[step], levels[step + 1]];
    const carrying = stages.findIndex(({ carries }, s) => s >= from && s < to && carries !== 0);
    const { carries: carried, length: carriedLength } = stages[carrying];
    const source = into.source[carrying];
    prices.fill(0);
    for (let s = from; s < to; s++) {
      const { time, length } = stages[s];
      look(shop, flow, s);
      readMomenta(shop, s, value, felt.shift[s], momenta);
      meanMass(stages[s], flow.mass[s], flow.mass[s + 1], mass);
      const { sensitivities } = stageSlopes(shop, s, momenta);
      own.fill(0);
      const lambdas = othersCost(shop, sensitivities, mass, adjoint, own);
      lambdas.forEach((lambda, k) => {
        prices[k] += (lambda * length) / (times[step + 1] - times[step]);
        const { state } = model.aggregates[k];
        if (state !== undefined) for (let i = 0; i < size; i++) own[i] += lambda * state(time, x[i], y[i]);
      });
      // What other stages of the step ask for is put where the running cost is.
      const share = length / (carriedLength * carried);
      for (let i = 0; i < size; i++) if (problem.place[i] === FREE) source[i] += share * own[i];
    }
    for (let s = from; s < to; s++) {
      const { time, axis } = stages[s];
      for (const [k, { drift }] of model.aggregates.entries()) {
        const weight = drift?.[axis];
        if (weight === undefined) continue;
        for (let i = 0; i < size; i++) {
          if (problem.place[i] === FREE) into.shift[s][i] += prices[k] * weight(time, x[i], y[i]);
        }
      }
    }
  }
  const last = stages.length;
  mass.set(flow.mass[last]);
  othersCost(shop, terminalSensitivities(shop, flow), mass, adjoint, into.terminal).forEach((lambda, k) => {
    const { state } = model.aggregates[k];
    if (state === undefined) return;
    for (let i = 0; i < size; i++) {
      if (problem.place[i] === FREE) into.terminal[i] += lambda * state(model.horizon, x[i], y[i]);
    }
  });
  return into;
}

/** Adds what one more player at each point costs the others through densities; gives λ of each aggregate. */
function othersCost(
  { problem }: Workshop,
  sensitivities: readonly Sensitivity[],
  mass: Float64Array,
  adjoint: ((from: Float64Array, to: Float64Array) => void) | undefined,
  into: Float64Array,
): Map<number, number> {
  const { weights } = problem.grid;
  const lambdas = new Map<number, number>();
  for (const { sight, source } of sensitivities) {
    if (sight === "density") {
      for (let i = 0; i < mass.length; i++) into[i] += (mass[i] / weights[i]) * source[i];
    } else if (sight === "nearby") {
      const felt = mass.map((amount, i) => amount * source[i]);
      const total = new Float64Array(mass.length);
      adjoint?.(felt, total);
      for (let i = 0; i < mass.length; i++) into[i] += total[i];
    } else {
      let lambda = 0;
      for (let i = 0; i < mass.length; i++) lambda += mass[i] * source[i];
      lambdas.set(sight, lambda);
    }
  }
  return lambdas;
}

/** ∫ K(x', ·) f(dx'): the averaging of a problem whose kernel looks the other way. */
function adjointAverage(problem: GridProblem): Workshop["average"] {
  const { nearby } = problem.model;
  if (nearby === undefined) return undefined;
  const turned = nearby.map((kernel) => (x: number, other: number) => kernel(other, x));
  return workshopOf({ ...problem, model: { ...problem.model, nearby: turned } }).average;
}

/** The largest difference anywhere, relative to the largest incentive (where that exceeds 1). */
export function incentiveDistance(a: FullIncentives, b: FullIncentives): number {
  let largest = 0;
  let scale = 1;
  const [own, other] = [partsOf(a), partsOf(b)];
  own.forEach((values, s) => {
    for (let i = 0; i < values.length; i++) {
      const distance = Math.abs(values[i] - other[s][i]);
      // Written so that not-a-number shows.
      if (!(distance <= largest)) largest = distance;
      scale = Math.max(scale, Math.abs(values[i]), Math.abs(other[s][i]));
    }
  });
  return largest / scale;
}

/** All arrays of incentives, in one order. */
export function partsOf({ source, shift, terminal }: FullIncentives): readonly Float64Array[] {
  return [...source, ...shift, terminal];
}

/** Incentives of such arrays. */
export function incentivesOfParts(parts: readonly Float64Array[]): FullIncentives {
  const count = (parts.length - 1) / 2;
  return { source: parts.slice(0, count), shift: parts.slice(count, 2 * count), terminal: parts[2 * count] };
}
