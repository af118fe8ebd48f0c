/** Players of a game with a price on the mean: they all start at the mean and make the same effort, each on its own noise. */

import { agentStreams, frameTimes, openAgents } from "../../core/index.ts";
import type { AgentPaths, AgentSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { AggregateCandidate } from "./candidate.ts";
import { effortAt } from "./model.ts";

/** Euler steps of the mean between two frames, where common noise drives it. */
const substeps = 20;

/**
 * X = m + σ₁W: exact at the times that are kept but for the mean, which with common noise follows one path of it by Euler steps.
 *
 * @throws InputError as `openAgents`.
 */
export function* aggregateAgents(
  candidate: AggregateCandidate,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  const { model } = candidate;
  const { agents: count, seed, signal } = settings;
  const coordinates = [{ name: "x", title: "State", symbol: "x" }];
  const paths = openAgents(settings, frameTimes(model.horizon, settings), coordinates, false);
  const { t, positions } = paths;
  const mean = meansAlong(candidate, t, seed);
  const noise = randomStream(seed, agentStreams.own);
  const own = new Float64Array(count);
  const draws = new Float64Array(count);
  for (let n = 0; n < t.length; n++) {
    if (n > 0) {
      const scale = model.ownNoise * Math.sqrt(t[n] - t[n - 1]);
      noise.fillNormal(draws, (n - 1) * count);
      for (let i = 0; i < count; i++) own[i] += scale * draws[i];
    }
    for (let i = 0; i < count; i++) positions[n * count + i] = mean[n] + own[i];
    yield n / t.length;
    if (signal?.aborted === true) break;
  }
  return paths;
}

/** m at the given even times. */
function meansAlong(candidate: AggregateCandidate, t: Float64Array, seed: number): Float64Array {
  if (candidate.kind === "aggregate-path") return t.map(candidate.equilibria[candidate.chosen].mean);
  const { model, adjoint } = candidate;
  const common = randomStream(seed, agentStreams.common);
  const h = model.horizon / ((t.length - 1) * substeps);
  const scale = model.commonNoise * Math.sqrt(h);
  let m = model.start;
  const out = new Float64Array(t.length);
  for (let k = 0; k < (t.length - 1) * substeps; k++) {
    if (k % substeps === 0) out[k / substeps] = m;
    m += h * effortAt(model, adjoint.at(k * h, m)) + scale * common.normal(k);
  }
  out[t.length - 1] = m;
  return out;
}
