import type { FlowSummary, LearnedLaw, LearnedTraining, LearningTarget, NamedArray, Wing } from "../core/index.ts";
import { orRefuse, refusing } from "../core/too-extreme.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { certifyNetwork } from "./certify.ts";
import { chaos } from "./chaos/chaos.ts";
import { usualChaos } from "./chaos/usual.ts";
import { arraysOf, flowOf } from "./flow-summary.ts";
import type { NetworkModel } from "./model.ts";
import { neuronAgents } from "./training/agents.ts";
import { environmentOf } from "./training/environment.ts";
import type { NetworkEnvironment } from "./training/environment.ts";
import { learnedCandidate, learnedLaw, learningTargets, observeLearned } from "./training/judge.ts";
import { trainingPictures } from "./training/pictures.ts";
import type { NetworkLearned } from "./training/run.ts";
import { simulateTraining, untrained } from "./training/simulate.ts";

/** What networks offer beside their solvers. */
export const networkWing: Wing<NetworkModel, NetworkCandidate, NetworkEnvironment, NetworkLearned> = {
  family: "network",
  chaosDefaults: (model) => usualChaos(model),
  certify: (model, question, candidate) => orRefuse(() => certifyNetwork(model, question, candidate)),
  answer: (_model, { players }): string =>
    players === Infinity
      ? "limit of training"
      : players === 1
        ? "network of 1 neuron"
        : `network of ${players} neurons`,
  usualStrategy: "training",
  strategies: { training: (model) => untrained(model) },
  simulate: (model, _strategy, _events, settings) => refusing(simulateTraining(model, settings)),
  agents: (model, candidate, settings) => refusing(neuronAgents(model, candidate, settings)),
  chaos: (model, settings) => refusing(chaos(model, settings)),
  flow: (model, _players, candidate): FlowSummary | undefined => flowOf(model, candidate),
  arrays: (_model, candidate): Readonly<Record<string, NamedArray>> => arraysOf(candidate),
  environment: (model) => environmentOf(model),
  learned: (model, question, learned): NetworkCandidate => learnedCandidate(model, question, learned),
  observe: (model, _question, learned): Readonly<Record<string, number>> => observeLearned(model, learned),
  learningTargets: (model, question): readonly LearningTarget[] => learningTargets(model, question),
  learnedLaw: (model, _question, learned): LearnedLaw => ({
    ...learnedLaw(model, learned),
    words: {
      axis: "Input weight, first coordinate",
      story: "Law of the neurons' input weights after training; exact: the limit's law at the same time.",
    },
  }),
  learnedTraining: (model, _question, learned): LearnedTraining => trainingPictures(model, learned),
};
