/**
 * Equilibria by a primal–dual interior-point method: laws L and slacks z, both above 0, are kept near L z = τω while τ falls.
 *
 * S. J. Wright, "Primal-dual interior-point methods", SIAM 1997, chapters 1 and 5, on the conditions of MF-OMO
 * (`occupation.ts`): L is a flow, z = V − Q ≥ 0 and L z = 0. ω is the flow that it begins with, so that places that hardly
 * anybody reaches are as central as others. Where players repel each other some tens of Newton's steps do, whatever the size.
 */

import { emptyFlow, emptyProfile } from "./compile.ts";
import { actionValues, emptyValues } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import { respond } from "./best-response.ts";
import { emptyField, induce } from "./flow.ts";
import type { Field } from "./flow.ts";
import { newtonStep } from "./linearised-game.ts";
import type { Profile } from "./model.ts";
import { socialise } from "./social.ts";
import type { Search } from "./search.ts";

export interface Interior {
  /** Along the flow of the policy. */
  readonly field: Field;
  /** L ⁄ Σ L. */
  readonly policy: Profile;
  readonly L: Profile;
  readonly z: Profile;
  readonly V: readonly Float64Array[];
  readonly omega: Profile;
  readonly scratch: Values;
  readonly weight: Profile;
  readonly drive: Profile;
  readonly step: { readonly L: Profile; readonly V: readonly Float64Array[] };
  /** The share of the last step that was taken: all of it, or as much as keeps L and z above 0. */
  share: number;
}

/** How much of the uniform policy is mixed in at the start: nothing may begin at the edge. */
const uniform = 0.05;
/** The share of the way to the edge that is gone at most. */
const inside = 0.97;

/**
 * Begins near a policy.
 *
 * @param scale the slack of everything at first, a difference of action values
 */
export function startInterior({ game, question }: Search, near: Profile, even: Profile, scale: number): Interior {
  const planner = question.concept === "planner";
  const policy = near.map((table, p) => table.map((share, i) => share + uniform * (even[p][i] - share)));
  const field = emptyField(game, planner);
  const best = emptyValues(game);
  induce(field, policy);
  if (planner) socialise(field, policy, best);
  respond(field, best);
  // Steps begin with rewards to which nothing was added.
  if (planner) induce(field, policy);
  const L = field.parts.map(({ pairs }) => Float64Array.from(pairs));
  return {
    field,
    policy,
    L,
    z: L.map((table) => table.map((share) => (share > 0 ? scale : 0))),
    V: best.V.map((table) => Float64Array.from(table)),
    omega: L.map((table) => Float64Array.from(table)),
    scratch: emptyValues(game),
    weight: emptyProfile(game),
    drive: emptyProfile(game),
    step: { L: emptyProfile(game), V: emptyFlow(game) },
    share: 1,
  };
}

/**
 * One of Newton's steps, to a τ that is a tenth of the present one if the last was taken whole.
 *
 * @throws SingularMatrixError or RangeError where rounding leaves no step
 */
export function interiorStep({ game, question }: Search, interior: Interior): void {
  const { field, policy, L, z, V, omega, scratch, weight, drive, step } = interior;
  const planner = question.concept === "planner";
  if (planner) socialise(field, policy, scratch);
  const { Q } = scratch;
  field.parts.forEach((part, p) => {
    for (let t = game.times - 1; t >= 0; t--) actionValues(part, game.times, t, V[p], Q[p]);
  });
  const tau = (aimed(interior.share) * product(L, z)) / total(omega);
  L.forEach((table, p) => {
    const { actions } = game.populations[p];
    for (let i = 0; i < table.length; i++) {
      if (table[i] === 0) continue;
      weight[p][i] = table[i] / z[p][i];
      const missing = V[p][Math.floor(i / actions)] - Q[p][i] - z[p][i];
      drive[p][i] = (tau * omega[p][i]) / z[p][i] - table[i] - weight[p][i] * missing;
    }
  });
  newtonStep(field, { weight, drive }, planner, step);
  // L δz + z δL = τω − L z.
  const slack = scratch.Q;
  let share = 1;
  L.forEach((table, p) => {
    for (let i = 0; i < table.length; i++) {
      if (table[i] === 0) continue;
      const [there, more] = [z[p][i], step.L[p][i]];
      slack[p][i] = (tau * omega[p][i] - table[i] * there - there * more) / table[i];
      if (more < 0) share = Math.min(share, (-inside * table[i]) / more);
      if (slack[p][i] < 0) share = Math.min(share, (-inside * there) / slack[p][i]);
    }
  });
  interior.share = share;
  L.forEach((table, p) => {
    const { actions } = game.populations[p];
    for (let i = 0; i < V[p].length; i++) V[p][i] += share * step.V[p][i];
    for (let first = 0; first < table.length; first += actions) {
      let all = 0;
      for (let i = first; i < first + actions; i++) {
        if (table[i] === 0) continue;
        z[p][i] += share * slack[p][i];
        table[i] += share * step.L[p][i];
        all += table[i];
      }
      if (all > 0) for (let i = first; i < first + actions; i++) policy[p][i] = table[i] / all;
    }
  });
  // Rounding must not add up: what is there is what the policy brings there.
  induce(field, policy);
  field.parts.forEach(({ pairs }, p) => L[p].set(pairs));
}

/** By what τ is to fall: as boldly as the last step went. */
function aimed(share: number): number {
  return share > 0.9 ? 0.1 : share > 0.5 ? 0.3 : 0.6;
}

function product(one: Profile, other: Profile): number {
  let sum = 0;
  one.forEach((table, p) => table.forEach((value, i) => (sum += value * other[p][i])));
  return sum;
}

function total(tables: Profile): number {
  let sum = 0;
  for (const table of tables) for (let i = 0; i < table.length; i++) sum += table[i];
  return sum;
}
