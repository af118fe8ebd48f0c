import type { LearnedLaw, LearningTarget, Wing } from "../core/index.ts";
import { orRefuse, refusing } from "../core/too-extreme.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { certifyNetwork } from "./certify.ts";
import { chaos } from "./chaos/chaos.ts";
import type { NetworkModel } from "./model.ts";
import { environmentOf } from "./training/environment.ts";
import type { NetworkEnvironment } from "./training/environment.ts";
import { learnedCandidate, learnedLaw, learningTargets, observeLearned } from "./training/judge.ts";
import type { NetworkLearned } from "./training/run.ts";

/** What networks offer beside their solvers. */
export const networkWing: Wing<NetworkModel, NetworkCandidate, NetworkEnvironment, NetworkLearned> = {
  family: "network",
  certify: (model, question, candidate) => orRefuse(() => certifyNetwork(model, question, candidate)),
  chaos: (model, settings) => refusing(chaos(model, settings)),
  environment: (model) => environmentOf(model),
  learned: (model, question, learned): NetworkCandidate => learnedCandidate(model, question, learned),
  observe: (model, _question, learned): Readonly<Record<string, number>> => observeLearned(model, learned),
  learningTargets: (model, question): readonly LearningTarget[] => learningTargets(model, question),
  learnedLaw: (model, _question, learned): LearnedLaw => learnedLaw(model, learned),
};
