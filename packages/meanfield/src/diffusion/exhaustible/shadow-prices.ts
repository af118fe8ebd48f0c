/** Newton's method on the shadow prices: what the market draws from each class must be its reserves. */

import type { Question } from "../../core/index.ts";
import { luDecompose } from "../../numeric/lu.ts";
import { zeros } from "../../numeric/matrix.ts";
import { clearMarket } from "./market.ts";
import type { MarketPath } from "./market.ts";
import { decisionSlopes, exhaustionBound, margin, priceAt } from "./model.ts";
import type { DecisionSlopes, ExhaustibleCandidate, ExhaustibleModel } from "./model.ts";
import { phasedMesh } from "./pieces.ts";

export interface ShadowPriceSearch {
  readonly slopes: DecisionSlopes;
  shadow: Float64Array;
  market: MarketPath;
  /** Largest |ln(drawn/reserves)|. */
  mismatch: number;
}

/** All classes priced alike, as if all had the largest reserves: then everybody is active at the start. */
export function startSearch(model: ExhaustibleModel, question: Question): ShadowPriceSearch {
  const slopes = decisionSlopes(model, question);
  const common = margin(model) * Math.exp(-model.discount * exhaustionBound(model, question));
  const shadow = new Float64Array(model.classes.length).fill(common);
  const market = clearMarket(model, slopes, shadow);
  return { slopes, shadow, market, mismatch: mismatchOf(model, market) };
}

/** One Newton step in ln λ on ln(drawn/reserves), halved until the mismatch falls; returns the halvings, or −1 if none helped. */
export function improveSearch(model: ExhaustibleModel, search: ShadowPriceSearch): number {
  const { classes } = model;
  const n = classes.length;
  const { shadow, market, slopes } = search;
  const jacobian = zeros(n, n);
  const rhs = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    rhs[j] = -Math.log(market.drawn[j] / classes[j].reserves);
    for (let i = 0; i < n; i++) {
      jacobian.data[j * n + i] = (market.sensitivity.data[j * n + i] * shadow[i]) / market.drawn[j];
    }
  }
  const step = luDecompose(jacobian).solve(rhs);
  for (let halvings = 0; halvings < 40; halvings++) {
    const next = shadow.map((value, j) => value * Math.exp(step[j] * 2 ** -halvings));
    const path = clearMarket(model, slopes, next);
    const mismatch = mismatchOf(model, path);
    if (mismatch < search.mismatch) {
      Object.assign(search, { shadow: next, market: path, mismatch });
      return halvings;
    }
  }
  return -1;
}

function mismatchOf({ classes }: ExhaustibleModel, { drawn }: MarketPath): number {
  return Math.max(...classes.map(({ reserves }, j) => Math.abs(Math.log(drawn[j] / reserves))));
}

/** The plan at the shadow prices of a search, whether it has converged or not. */
export function searchCandidate(
  model: ExhaustibleModel,
  question: Question,
  search: ShadowPriceSearch,
): ExhaustibleCandidate {
  const { market, shadow } = search;
  const { exhaustion, extraction, meanExtraction } = market;
  return {
    model,
    question,
    extraction,
    shadowPrice: shadow,
    exhaustion,
    assumedPrice: (t) => priceAt(model, meanExtraction(t)),
    mesh: phasedMesh(exhaustion, model.discount),
  };
}

/** Newton's method to rounding, for readings that need another regime beside the candidate's. */
export function solveShadowPrices(model: ExhaustibleModel, question: Question): ExhaustibleCandidate {
  const search = startSearch(model, question);
  for (let k = 0; k < 100 && search.mismatch > 0 && improveSearch(model, search) >= 0; k++);
  return searchCandidate(model, question, search);
}
