/** Producers of an exhaustible resource: each draws down its reserves by the plan of its class, without chance. */

import { frameTimes, openAgents } from "../../core/index.ts";
import type { AgentPaths, AgentSettings } from "../../core/index.ts";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import type { ExhaustibleCandidate } from "./model.ts";

/**
 * Reserves until the last class has stopped; who has none left stays at 0. Classes have their shares of the agents, to one agent.
 *
 * @throws InputError as `openAgents`.
 */
export function* exhaustibleAgents(
  { model, extraction, exhaustion, mesh }: ExhaustibleCandidate,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  const { classes } = model;
  const { agents: count } = settings;
  const end = mesh[mesh.length - 1];
  const coordinates = [{ name: "x", title: "Reserves", symbol: "x" }];
  const paths = openAgents(settings, frameTimes(end, settings), coordinates, false);
  const { t, positions } = paths;
  yield 0;
  const of = new Uint8Array(count);
  let [j, share] = [0, classes[0].weight];
  for (let i = 0; i < count; i++) {
    while (j < classes.length - 1 && (i + 0.5) / count > share) share += classes[++j].weight;
    of[i] = j;
  }
  const left = Float64Array.from(classes, ({ reserves }) => reserves);
  for (let n = 0; n < t.length; n++) {
    if (n > 0)
      for (let k = 0; k < left.length; k++) left[k] -= drawn((time) => extraction(k, time), t[n - 1], t[n], mesh);
    for (let k = 0; k < left.length; k++) if (t[n] >= exhaustion[k]) left[k] = 0;
    for (let i = 0; i < count; i++) positions[n * count + i] = left[of[i]];
  }
  if (classes.length === 1) return paths;
  return { ...paths, groups: { names: classes.map(({ label }) => `class ${label}`), of } };
}

/** ∫ over [from, to] of a function that is smooth between points of the mesh. */
function drawn(q: (t: number) => number, from: number, to: number, mesh: Float64Array): number {
  const cuts = [from, ...mesh.filter((t) => t > from && t < to), to];
  let sum = 0;
  for (let i = 1; i < cuts.length; i++) sum += gaussLegendreIntegrate(q, cuts[i - 1], cuts[i], 8);
  return sum;
}
