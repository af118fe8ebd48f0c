/** The momenta that a value has in the stages of a problem, and what players do at them. */

import { FREE } from "./compile.ts";
import { fields, look, populationAt, readEnds, workshopOf } from "./environment.ts";
import type { Workshop } from "./environment.ts";
import { restOf } from "./legendre.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue, Incentives } from "./problem.ts";

/** Of one stage, at each point. */
export interface Momenta {
  /** θ u⁻ + (1 − θ) u⁺. */
  readonly mean: Float64Array;
  /** p⁺, at which players think of the next point; where the difference is central, the one momentum. */
  readonly above: Float64Array;
  /** p⁻, at which they think of the previous one; the same where central. */
  readonly below: Float64Array;
  /** Where H is least; not read where the difference is central. */
  readonly rest: Float64Array;
  /** Whether players move to the next, and to the previous point on purpose: p⁺ < rest, p⁻ > rest. Central: 1 and 0. */
  readonly rises: Uint8Array;
  readonly falls: Uint8Array;
}

export function momentaBuffers({ size }: GridProblem): Momenta {
  const [mean, above, below, rest] = fields(4, size);
  return { mean, above, below, rest, rises: new Uint8Array(size), falls: new Uint8Array(size) };
}

/** Sets the momenta of stage `s` under a value and a shift; after `look` at that stage. */
export function readMomenta(
  shop: Workshop,
  s: number,
  { value }: GridValue,
  shift: Float64Array | undefined,
  into: Momenta,
): void {
  const { problem, lines, dataUp, dataDown, x, y } = shop;
  const { axis, implicit, time } = problem.stages[s];
  const { next, previous, gainUp, gainDown, central } = lines[axis];
  const hamiltonian = problem.model.hamiltonian[axis] ?? problem.model.hamiltonian[0];
  const { mean, above, below, rest, rises, falls } = into;
  const [before, later] = [value[s], value[s + 1]];
  readEnds(shop, s, later);
  for (let k = 0; k < mean.length; k++) mean[k] = implicit * before[k] + (1 - implicit) * later[k];
  for (let k = 0; k < mean.length; k++) {
    above[k] = below[k] = rest[k] = 0;
    rises[k] = falls[k] = 0;
    if (problem.place[k] !== FREE) continue;
    const felt = shift === undefined ? 0 : shift[k];
    above[k] = gainUp[k] * (mean[next[k]] - mean[k]) + dataUp[k] + felt;
    below[k] = gainDown[k] * (mean[k] - mean[previous[k]]) + dataDown[k] + felt;
    if (central[k] === 1) {
      above[k] += below[k] - felt;
      below[k] = above[k];
      rises[k] = 1;
      continue;
    }
    rest[k] = restOf(hamiltonian, time, x[k], y[k], populationAt(shop, k));
    if (above[k] < rest[k]) rises[k] = 1;
    if (below[k] > rest[k]) falls[k] = 1;
  }
}

/**
 * What players would do who took a value for what the future costs: −H_p of its momenta, in the environment of a flow.
 *
 * At the value of a best response that is the best response; at the value of a policy, a better one.
 */
export function improvedPolicy(
  problem: GridProblem,
  value: GridValue,
  flow: GridFlow,
  incentives?: Incentives,
): GridPolicy {
  const { stages, size, model } = problem;
  const shop = workshopOf(problem);
  const { x, y } = shop;
  const momenta = momentaBuffers(problem);
  const { above, below, rises, falls } = momenta;
  const policy = { rise: fields(stages.length, size), fall: fields(stages.length, size) };
  for (const [s, { axis, time }] of stages.entries()) {
    const { slope } = model.hamiltonian[axis] ?? model.hamiltonian[0];
    look(shop, flow, s);
    readMomenta(shop, s, value, incentives?.shift?.[s], momenta);
    const [rise, fall] = [policy.rise[s], policy.fall[s]];
    for (let k = 0; k < size; k++) {
      if (rises[k] === 1) rise[k] = -slope(time, x[k], y[k], above[k], populationAt(shop, k));
      if (falls[k] === 1) fall[k] = slope(time, x[k], y[k], below[k], populationAt(shop, k));
    }
  }
  return policy;
}
