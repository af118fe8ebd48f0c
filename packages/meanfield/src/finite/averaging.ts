/**
 * Averages of flows, as policies: who stands in a state and takes an action came there under one of the policies averaged,
 * π(a|s) = Σ_i w_i μ_i(s) π_i(a|s) / Σ_i w_i μ_i(s).
 */

import type { CompiledGame } from "./compile.ts";
import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";

/**
 * Moves `policy`, whose flow `field` holds, a share of the way to another policy, whose flow `other` holds.
 *
 * Where neither comes, policies are mixed as if both came alike, or made uniform with `nobody: "uniform"`.
 */
export function mixPolicies(
  field: Field,
  policy: Profile,
  other: Field,
  target: Profile,
  share: number,
  nobody: "mixed" | "uniform",
): void {
  field.parts.forEach(({ population: { actions, allowed }, mu }, p) => {
    const [own, goal, there] = [policy[p], target[p], other.parts[p].mu];
    const kernels = field.game.room.over(mu, own, there, goal, ...(allowed === undefined ? [] : [allowed]));
    if (kernels !== undefined) {
      const places = [mu, own, there, goal].map(({ byteOffset }) => byteOffset) as [number, number, number, number];
      kernels.finiteMix(mu.length, actions, share, ...places, nobody === "uniform", allowed?.byteOffset ?? 0);
      return;
    }
    for (let i = 0, j = 0; i < mu.length; i++, j += actions) {
      let [stay, go] = [(1 - share) * mu[i], share * there[i]];
      if (!(stay + go > 0)) {
        if (nobody === "uniform") {
          fillUniform(field.game, p, j, own);
          continue;
        }
        [stay, go] = [1 - share, share];
      }
      const weight = go / (stay + go);
      for (let k = j; k < j + actions; k++) own[k] = (1 - weight) * own[k] + weight * goal[k];
    }
  });
}

/** The uniform policy in the state whose row begins at `first`. */
function fillUniform({ populations }: CompiledGame, p: number, first: number, policy: Float64Array): void {
  const { actions, allowed } = populations[p];
  let count = 0;
  for (let k = first; k < first + actions; k++) if (allowed === undefined || allowed[k] === 1) count++;
  for (let k = first; k < first + actions; k++) policy[k] = allowed === undefined || allowed[k] === 1 ? 1 / count : 0;
}
