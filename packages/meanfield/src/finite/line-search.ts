/**
 * How far to go from one policy towards its best response, in the average of their flows: until the response no longer pays.
 *
 * At the average with share w players earn g(w) more by the response than by the policy; g(0) is the exploitability, and where
 * the game is monotone g falls. Its zero is the exact line search of a potential where there is one. Where nothing pulls back,
 * as in games that turn in circles, the whole way pays and leads nowhere: all of it is gone only where that lowers
 * exploitability, and otherwise no more than 2/(k + 2) of it. M. Geist, J. Pérolat, M. Laurière, R. Elie, S. Perrin, O. Bachem,
 * R. Munos, O. Pietquin, "Concave utility reinforcement learning: the mean-field game viewpoint", AAMAS 2022
 * (fictitious play as the steps of M. Frank and P. Wolfe).
 */

import { findRoot } from "../numeric/index.ts";
import { mixPolicies } from "./averaging.ts";
import { respond } from "./best-response.ts";
import { emptyProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { emptyValues, evaluate, worth } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import { forgone } from "./exploitability.ts";
import { emptyField, induce } from "./flow.ts";
import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";
import type { Search } from "./search.ts";

/** Room to try policies in. */
export interface LineSearch {
  readonly trial: Profile;
  readonly field: Field;
  readonly values: Values;
}

export function startLineSearch(game: CompiledGame): LineSearch {
  return { trial: emptyProfile(game), field: emptyField(game), values: emptyValues(game) };
}

/** The share of the way from the current iterate to `target`, whose flow is `other`. */
export function shareAlong(line: LineSearch, search: Search, other: Field, target: Profile): number {
  const { policy, exploitability, scored } = search;
  const go = (share: number): void => mixInto(line, search, other, target, share);
  const gain = (share: number): number => {
    go(share);
    return valueOf(line, target) - valueOf(line, policy);
  };
  const usual = 2 / (scored + 1);
  // Soft responses need not pay at all.
  if (!(gain(0) > 0)) return usual;
  const whole = gain(1) >= 0 ? 1 : findRoot(gain, 0, 1, { tolerance: 1e-6 });
  go(whole);
  respond(line.field, line.values);
  const left = forgone(line.field, line.trial, line.values).reduce((sum, part) => sum + part, 0);
  return left < exploitability ? whole : Math.min(whole, usual);
}

function mixInto(
  { trial, field }: LineSearch,
  { policy, field: from }: Search,
  other: Field,
  target: Profile,
  share: number,
): void {
  policy.forEach((table, p) => trial[p].set(table));
  mixPolicies(from, trial, other, target, share, "uniform");
  induce(field, trial);
}

/** What a policy earns along the flow tried, of all populations together. */
function valueOf({ field, values }: LineSearch, policy: Profile): number {
  evaluate(field, policy, values);
  return worth(field, values).reduce((sum, part) => sum + part, 0);
}
