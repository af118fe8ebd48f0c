import type { Question } from "../../core/index.ts";
import { coefficients } from "./coefficients.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { integrateNash } from "./nash.ts";
import { openLoopExplosion } from "./open-loop-convexity.ts";
import { integratePlanner } from "./planner.ts";

/**
 * The time to go T − t at which the Riccati system of the question first explodes, to about 1e-12; undefined where it
 * does not within `within` of the horizon.
 *
 * Where no coefficient changes in time this is the bound on the horizon itself, and `within` may then exceed T to look
 * for it; otherwise the search ends at t = 0, because longer horizons have other coefficients.
 */
export function blowUpHorizon(
  model: LinearQuadraticModel,
  { concept, players, information }: Question,
  within: number = model.horizon,
): number | undefined {
  const { timeDependent } = coefficients(model);
  const from = model.horizon - (timeDependent ? Math.min(within, model.horizon) : within);
  if (concept === "planner") return integratePlanner(model, players, from).explosion?.timeToGo;
  const found = [integrateNash(model, players, information, from).explosion?.timeToGo];
  if (information === "open-loop" && Number.isFinite(players)) {
    found.push(openLoopExplosion(model, players, from)?.timeToGo);
  }
  const times = found.filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}
