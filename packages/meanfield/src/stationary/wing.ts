import type { LearnedLaw, LearningTarget, NamedArray, Wing } from "../core/index.ts";
import { orRefuse, refusing } from "../core/too-extreme.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { certifyStationary } from "./certify.ts";
import { learnedCandidate, learnedLaw, observeLearned } from "./learning/judge-learned.ts";
import { learningTargets } from "./learning/targets.ts";
import type { StationaryLearned } from "./learning/learned.ts";
import type { StationaryModel } from "./model.ts";
import { stationaryAgents } from "./simulation/agents.ts";
import { environmentOf } from "./simulation/environment-of.ts";
import type { StationaryEnvironment } from "./simulation/environment.ts";
import { chaosStationary } from "./simulation/field-chaos.ts";
import { plainStrategies } from "./simulation/plain-strategies.ts";
import { simulateStationary } from "./simulation/play.ts";
import { startingFrom } from "./starting-from.ts";

/** What stationary games offer beside their solvers. */
export const stationaryWing: Wing<StationaryModel, StationaryCandidate, StationaryEnvironment, StationaryLearned> = {
  family: "stationary",
  chaosDefaults: () => ({ players: [100, 300, 1000, 3000, 10_000], repeats: 100 }),
  certify: (model, question, candidate) => orRefuse(() => certifyStationary(model, question, candidate)),
  finiteGames: "simulated",
  simulate: (model, candidate, events, settings) => refusing(simulateStationary(model, candidate, events, settings)),
  agents: (model, candidate, settings) => refusing(stationaryAgents(model, candidate, settings)),
  chaos: (model, settings) => refusing(chaosStationary(model, settings)),
  startingFrom,
  strategies: plainStrategies,
  environment: (model) => environmentOf(model),
  learned: (model, question, learned): StationaryCandidate => learnedCandidate(model, question, learned),
  observe: (model, question, learned): Readonly<Record<string, number>> => observeLearned(model, question, learned),
  learningTargets: (model, _question, _options, learned): readonly LearningTarget[] => learningTargets(model, learned),
  learnedLaw: (model, question, learned): LearnedLaw => learnedLaw(model, question, learned),
  arrays: (_model, candidate) => arrays(candidate),
};

/** The candidate itself: field assumed, and the policy's table or threshold. */
function arrays({ field, policy, parametrised }: StationaryCandidate): Record<string, NamedArray> {
  const row = (data: Float64Array): NamedArray => ({ shape: [data.length], data });
  return {
    assumed_field: row(field),
    ...(policy.kind === "table"
      ? { policy_table: row(policy.probabilities) }
      : { policy_threshold: row(Float64Array.of(policy.threshold, policy.width)) }),
    ...(parametrised === undefined ? {} : { theta: row(parametrised.theta) }),
  };
}
