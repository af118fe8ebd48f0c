/** The equilibria and the social optimum of a model, found once by the exact methods: what other answers are compared with. */

import { cooledEquilibrium } from "./cooling.ts";
import { fieldOf } from "./exploitability.ts";
import { probabilityGradients } from "./gradients.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { startingPolicies } from "./optimum-starts.ts";
import { ascend, polishedOptimum, startAscent } from "./social-optimum.ts";
import { stationaryFields } from "./stationary-field.ts";
import { hasThresholds, thresholdPolicy } from "./threshold-policies.ts";
import { thresholdsOf } from "./threshold-zoom.ts";

export interface Answer {
  readonly policy: Float64Array;
  readonly field: Float64Array;
  readonly performance: number;
}

export interface ReferenceAnswers {
  /** All equilibria in threshold policies; for other games the one that cooling finds; none where none was found. */
  readonly equilibria: readonly Answer[];
  /** The best policy found over all stationary policies; undefined where none has a stationary field. */
  readonly optimum: Answer | undefined;
  /** Pure threshold policies at their fields, with their coordinate. */
  readonly thresholds: readonly (Answer & { readonly c: number })[];
}

const known = new WeakMap<FiniteStationaryModel, ReferenceAnswers>();

/** Computed at the first call for a model. */
export function referenceAnswers(model: FiniteStationaryModel): ReferenceAnswers {
  const before = known.get(model);
  if (before !== undefined) return before;
  const thresholds: (Answer & { c: number })[] = [];
  let equilibria: Answer[] = [];
  if (hasThresholds(model)) {
    const found = thresholdsOf(model);
    for (const { c, field, performance } of found.pure)
      thresholds.push({ c, policy: thresholdPolicy(model, c), field, performance });
    equilibria = found.equilibria.map(({ policy, field }) => answerAt(model, policy, field));
  }
  if (equilibria.length === 0) {
    const cooled = cooledEquilibrium(model);
    if (cooled !== undefined) equilibria = [answerAt(model, cooled, fieldOf(model, cooled))];
  }
  const best = bestOf(model, [...equilibria.map(({ policy }) => policy), ...startingPolicies(model, 4, 0)]);
  const answers = { equilibria, optimum: best, thresholds };
  known.set(model, answers);
  return answers;
}

function answerAt(model: FiniteStationaryModel, policy: Float64Array, field: Float64Array): Answer {
  return { policy, field, performance: probabilityGradients(model, policy, field).J };
}

/** The best local optimum that ascents from these policies come to. */
function bestOf(model: FiniteStationaryModel, starts: readonly Float64Array[]): Answer | undefined {
  let best: Answer | undefined;
  for (const start of starts) {
    if (stationaryFields(model, start).fields.length === 0) continue;
    const ascent = startAscent(model, start);
    for (let k = 0; k < 1000 && ascent.status === "running"; k++) ascend(model, ascent, 1e-9);
    const policy = polishedOptimum(model, ascent.policy) ?? ascent.policy;
    const there = answerAt(model, policy, fieldOf(model, policy));
    if (best === undefined || there.performance > best.performance) best = there;
  }
  return best;
}
