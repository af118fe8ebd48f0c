/** Newcomers to a settled population: they come from ξ₀ and play its policy against its stationary field, step by step. */

import { agentStreams, frameSteps, openAgents } from "../../core/index.ts";
import type { AgentPaths, AgentSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { policyKernel } from "../evaluation.ts";
import { featuresAt } from "../finite-model.ts";
import type { FiniteStationaryModel, StationaryModel } from "../model.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import { transitionsAt } from "../tables.ts";
import { distributions, draw } from "./finite-crowd.ts";
import { tableIn, thresholdIn } from "./play.ts";
import { chanceOf, next } from "./repair-crowd.ts";

/** Steps that are shown of a time without end. */
const shown = 40;

/**
 * At most 40 steps, of which the law is ξ₀ P_π(z)ⁿ.
 *
 * @throws InputError as `openAgents`; RefusalError where the candidate's policy is of another game.
 */
export function* stationaryAgents(
  model: StationaryModel,
  { policy, field }: StationaryCandidate,
  settings: AgentSettings,
): Generator<number, AgentPaths, void> {
  const { agents: count, seed, signal } = settings;
  const steps = Math.min(shown, settings.frames - 1);
  const continuous = model.kind === "repair";
  const coordinate = {
    name: "x",
    title: "State",
    symbol: "x",
    ...(continuous ? { ends: [0, 1] as const } : { places: model.positions }),
  };
  const paths = openAgents(settings, frameSteps(steps, settings), [coordinate], true);
  const [starts, own] = (["start", "own"] as const).map((name) => randomStream(seed, agentStreams[name]));
  const crowd = continuous ? repairing(policy, count, starts) : moving(model, policy, field, count, starts);
  const draws = new Float64Array(count);
  for (let n = 0; n <= steps; n++) {
    if (n > 0) {
      own.fillUniform(draws, (n - 1) * count);
      crowd.move(draws);
    }
    for (let i = 0; i < count; i++) paths.positions[n * count + i] = crowd.position(i);
    yield n / steps;
    if (signal?.aborted === true) break;
  }
  return paths;
}

interface Newcomers {
  /** One uniform number for each. */
  readonly move: (draws: Float64Array) => void;
  readonly position: (agent: number) => number;
}

function moving(
  model: FiniteStationaryModel,
  policy: PlayedPolicy,
  field: Float64Array,
  count: number,
  starts: RandomStream,
): Newcomers {
  const { states, positions, initial } = model;
  const P = transitionsAt(model, featuresAt(model, field));
  const moves = distributions(policyKernel(model, P, tableIn(model, policy)).data, states);
  const start = distributions(initial, states);
  const at = Int32Array.from({ length: count }, (_, i) => draw(start, 0, states, starts.uniform(i)));
  return {
    move: (draws) => {
      for (let i = 0; i < count; i++) at[i] = draw(moves, at[i], states, draws[i]);
    },
    position: (i) => positions[at[i]],
  };
}

function repairing(policy: PlayedPolicy, count: number, starts: RandomStream): Newcomers {
  const chance = chanceOf(thresholdIn(policy));
  const at = new Float64Array(count);
  starts.fillUniform(at, 0);
  return {
    move: (draws) => {
      for (let i = 0; i < count; i++) at[i] = next(at[i], chance(at[i]), draws[i]);
    },
    position: (i) => at[i],
  };
}
