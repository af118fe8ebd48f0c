import type { Ground } from "../core/index.ts";
import type { FiniteCandidate } from "./candidate.ts";
import { compile } from "./compile.ts";
import { emptyField, induce } from "./flow.ts";
import { enterable, meanMoves } from "./mean-moves.ts";
import type { FiniteAxis, FiniteModel } from "./model.ts";

/** Walls and mean moves of each population whose states lie in a plane, or in several one upon the other. */
export function groundsOf(model: FiniteModel, { policy }: FiniteCandidate): Ground[] {
  const { populations, horizon } = model;
  if (!populations.some(({ states }) => isPlane(states))) return [];
  const field = emptyField(compile(model));
  induce(field, policy);
  return populations.flatMap(({ name, states }, p): Ground[] => {
    if (!isPlane(states)) return [];
    const sides = states.slice(-2).map(({ grid }) => grid.length);
    return [
      {
        suffix: populations.length > 1 ? `_${name}` : "",
        axes: states.map((axis) => axis.name),
        closed: enterable(field, p).map((open) => 1 - open),
        steps: horizon,
        moves: (t) => meanMoves(field, policy, p, t, sides),
      },
    ];
  });
}

/** Places that have words have no distances. */
function isPlane(states: readonly FiniteAxis[]): boolean {
  return states.length >= 2 && states.slice(-2).every(({ grid, labels }) => labels === undefined && grid.length > 1);
}
