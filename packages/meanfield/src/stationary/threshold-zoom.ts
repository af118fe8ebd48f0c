/**
 * The same search as `searchThresholds` on grids too fine to visit every threshold: coarse first, then between.
 *
 * Along thresholds c the best response b(c) to the field of c is a threshold again in monotone games (M. Huang, Y. Ma, CDC
 * 2016), and equilibria are where b(c) − c changes sign. Some dozens of thresholds show the signs, bisection finds the
 * place; a pair of equilibria closer than a coarse step can be missed, which the exhaustive search would find.
 */

import { stationaryFields } from "./stationary-field.ts";
import { asEquilibrium, isEquilibrium, judge, mixedEquilibria, searchThresholds } from "./threshold-equilibria.ts";
import type { PureThreshold, ThresholdEquilibrium, ThresholdSearch } from "./threshold-equilibria.ts";
import { thresholdPolicy } from "./threshold-policies.ts";
import type { ThresholdModel } from "./threshold-policies.ts";

/** Up to so many states every threshold is visited: some seconds. */
export const exhaustiveStates = 128;

/** Thresholds of the first look. */
const coarse = 24;

const finished = new WeakMap<ThresholdModel, ThresholdSearch>();

export interface SearchSettings {
  /** Points between two pure thresholds at which indifference is looked for, beside the ends. */
  readonly interior: number;
  /** Whether every threshold is visited whatever it takes. */
  readonly exhaustive: boolean;
}

/** All equilibria in threshold policies: every threshold where the grid is small or it is asked for, else coarse to fine. */
export function* findThresholds(
  model: ThresholdModel,
  { interior, exhaustive }: SearchSettings,
): Generator<PureThreshold | undefined, ThresholdSearch, void> {
  const zoomed = exhaustive || model.states <= exhaustiveStates ? undefined : yield* zoom(model, interior);
  const found = zoomed ?? (yield* searchThresholds(model, interior));
  finished.set(model, found);
  return found;
}

/** The result of the last search of this model, or of one made now. */
export function thresholdsOf(model: ThresholdModel): ThresholdSearch {
  const known = finished.get(model);
  if (known !== undefined) return known;
  const steps = findThresholds(model, { interior: 0, exhaustive: false });
  let next = steps.next();
  while (next.done !== true) next = steps.next();
  return next.value;
}

/** Undefined where best responses are no thresholds, or a policy has no field or several: then every threshold counts. */
function* zoom(
  model: ThresholdModel,
  interior: number,
): Generator<PureThreshold | undefined, ThresholdSearch | undefined, void> {
  const seen = new Map<number, PureThreshold>();
  const visit = (c: number): PureThreshold | undefined => {
    const known = seen.get(c);
    if (known !== undefined) return known;
    const { fields } = stationaryFields(model, thresholdPolicy(model, c));
    if (fields.length !== 1) return undefined;
    const found = judge(model, c, fields[0]);
    seen.set(c, found);
    return found;
  };
  /** b(c) − c, 0 at a pure equilibrium; undefined where the best response is no threshold. */
  const ahead = (found: PureThreshold): number | undefined => {
    if (isEquilibrium(found)) return 0;
    const b = responseOf(model, found.advantage);
    return b === undefined ? undefined : b - found.c;
  };
  const places = Array.from({ length: coarse + 1 }, (_, i) => Math.round((i * model.states) / coarse));
  const signs: number[] = [];
  for (const c of places) {
    const found = visit(c);
    const sign = found === undefined ? undefined : ahead(found);
    if (sign === undefined) return undefined;
    signs.push(sign);
    yield found;
  }
  const equilibria: ThresholdEquilibrium[] = [];
  for (let i = 0; i < coarse; i++) {
    if (!((signs[i] > 0 && signs[i + 1] < 0) || (signs[i] < 0 && signs[i + 1] > 0))) continue;
    let [low, high] = [places[i], places[i + 1]];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const found = visit(middle);
      const sign = found === undefined ? undefined : ahead(found);
      if (sign === undefined) return undefined;
      yield found;
      if (sign === 0) break;
      if (sign > 0 === signs[i] > 0) low = middle;
      else high = middle;
    }
    if (high - low === 1) equilibria.push(...mixedEquilibria(model, low, 1, interior));
  }
  const better = yield* climb(model, visit, places);
  if (!better) return undefined;
  const pure = [...seen.values()].toSorted((a, b) => a.c - b.c);
  equilibria.push(...pure.filter(isEquilibrium).map((found) => asEquilibrium(model, found)));
  return { pure, equilibria: equilibria.toSorted((a, b) => a.c - b.c), fieldless: [] };
}

/** Visits thresholds around the best coarse one until its neighbours are worse: what a planner asks for. */
function* climb(
  model: ThresholdModel,
  visit: (c: number) => PureThreshold | undefined,
  places: readonly number[],
): Generator<PureThreshold | undefined, boolean, void> {
  const worth = (c: number): number => (c < 0 || c > model.states ? -Infinity : (visit(c)?.performance ?? Number.NaN));
  let best = places.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  for (let step = Math.ceil(model.states / coarse / 2); ; step = Math.ceil(step / 2)) {
    const next = [best - step, best, best + step].reduce((a, b) => (worth(b) > worth(a) ? b : a));
    if (Number.isNaN(worth(best - step) + worth(best + step))) return false;
    yield visit(next);
    if (next !== best) {
      best = next;
      step *= 2;
    } else if (step === 1) return true;
  }
}

/** The coordinate of the pure policy that acts where this advantage is positive; undefined where that is no threshold. */
function responseOf({ threshold, states }: ThresholdModel, advantage: Float64Array): number | undefined {
  const first = (x: number): boolean => (threshold.acts === "below" ? advantage[x] > 0 : advantage[x] <= 0);
  let c = 0;
  while (c < states && first(c)) c++;
  for (let x = c; x < states; x++) if (first(x)) return undefined;
  return c;
}
