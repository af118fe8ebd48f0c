import type { AgentPaths, AgentSettings } from "./agents.ts";
import type { Certificate } from "./certificate.ts";
import type { SimulationEvents } from "./game.ts";
import type { Ground } from "./ground.ts";
import type { Family, Model } from "./model.ts";
import type { Concept, Question } from "./question.ts";
import type { RateTable } from "./rates.ts";
import type { Simulation, SimulationSettings } from "./simulation.ts";
import type { StabilitySettings, StabilityTable } from "./stability.ts";

/**
 * What a family of models offers beside its solvers: the certificate, and where it makes sense the finite game by
 * simulation and the passage to the limit. Metrics live here, apart from solvers, so that no method marks its own work.
 *
 * @typeParam E environment that learners of the family are given
 * @typeParam L what learners of the family return
 */
export interface Wing<M extends Model = Model, C = unknown, E = unknown, L = unknown> {
  readonly family: Family;
  /** `exactError` is null here: only the game knows its closed forms. */
  readonly certify: (model: M, question: Question, candidate: C) => Certificate;
  /**
   * What an answer to a question is called where nobody plays: `network of 100 neurons`. Undefined, as where this is absent: the
   * equilibrium or optimum that was asked for.
   */
  readonly answer?: (model: M, question: Question) => string | undefined;
  /**
   * The N-player game played under a strategy; yields the share done, in [0, 1], several times a second, so that a
   * front can show progress and stop it: an aborted signal makes it return what it has.
   */
  readonly simulate?: (
    model: M,
    strategy: C,
    events: SimulationEvents,
    settings: SimulationSettings,
  ) => Generator<number, Simulation, void>;
  /** Whether `simulate` knows games of a model's kind; it does where this is absent. */
  readonly simulates?: (model: M) => boolean;
  /** Agents that play a candidate against the flow of the limit; yields the share done. */
  readonly agents?: (model: M, candidate: C, settings: AgentSettings) => Generator<number, AgentPaths, void>;
  /** Of games on a plane of cells: where nobody can be, and where players of a candidate go. */
  readonly grounds?: (model: M, candidate: C) => readonly Ground[];
  /** How many steps `simulate` and `chaos` take where time is discrete in the game itself; undefined where steps are a choice. */
  readonly ownSteps?: (model: M) => number | undefined;
  /**
   * `simulated` where no solver takes finitely many players: they are played by `simulate` and `chaos` under a strategy of
   * the limit. Absent where solvers take them.
   */
  readonly finiteGames?: "simulated";
  /** Strategies a person can name without solving: `zero`. */
  readonly strategies?: Readonly<Record<string, (model: M) => C>>;
  /** The one of these that players of the family follow, and no solved one; `equilibrium` is played unless given. */
  readonly usualStrategy?: string;
  /**
   * How a game is put at another law at the start: the model that starts by a formula, up to a factor, of a player's place.
   *
   * @throws RefusalError where no other start makes sense; what it gives throws InputError for what is no law.
   */
  readonly startingFrom?: (model: M) => (formula: string) => M;
  /** Turns a solved limit strategy into one that each player computes alone, without seeing the others. */
  readonly decentralise?: (candidate: C) => C;
  /**
   * Gain of a best response against N players of whom the others keep the strategy: their feedback, or for open-loop
   * information their control processes. Undefined where it is not known without chance.
   */
  readonly exploitability?: (model: M, question: Question, strategy: C) => number | undefined;
  /** Errors between the finite games and the limit, for each number of players; yields the share done. */
  readonly chaos?: (model: M, settings: ChaosSettings) => Generator<number, RateTable, void>;
  /** Numbers of players, and repetitions of simulated errors, that show the family's rates in a few seconds. */
  readonly chaosDefaults?: (model: M) => ChaosDefaults;
  /** The table of perturbed systems of N players and its limits, for backward systems; yields the share done. */
  readonly stability?: (model: M, settings: StabilitySettings) => Generator<number, StabilityTable, void>;
  /**
   * The law of one player's state along time under a candidate, one row per state coordinate, for figures; undefined where it is
   * not known for so many players.
   */
  readonly flow?: (model: M, players: number, candidate: C) => FlowSummary | undefined;
  /** The common noise of a model: how many Brownian motions shake all players at once, 0 without any, and until when. */
  readonly commonNoise?: (model: M) => { readonly count: number; readonly horizon: number };
  /** The law of one player's state in the limit given a path of the common noise. */
  readonly conditionalFlow?: (model: M, candidate: C, path: CommonPath) => ConditionalFlow;
  /** How strongly a player answers to its own first state coordinate at time 0, in the solution of a question. */
  readonly ownGain?: (model: M, question: Question) => number;
  /** What of a candidate belongs into a run's arrays: gains, densities, paths. */
  readonly arrays?: (model: M, candidate: C) => Readonly<Record<string, NamedArray>>;
  /** The simulator that learners are given: all of a model that they see. */
  readonly environment?: (model: M) => E;
  /** What a learner returned, as a candidate that `certify` and the game's `measure` can judge. */
  readonly learned?: (model: M, question: Question, learned: L) => C;
  /**
   * Numbers that only somebody who knows the model can tell of what has been learned so far, such as `exploitability` and
   * `field_error`; a number that is not known is left out. They stand in the trace beside the learner's own metrics.
   */
  readonly observe?: (model: M, question: Question, learned: L) => Readonly<Record<string, number>>;
  /**
   * Exact answers for figures of learning, in the class of policies that was learned: those to the question, and those to
   * the other concept beside them.
   */
  readonly learningTargets?: (
    model: M,
    question: Question,
    options: Readonly<Record<string, unknown>>,
    learned: L,
  ) => readonly LearningTarget[];
  /** The learned field as shares, with the exact stationary law of the policy that was learned where it is known. */
  readonly learnedLaw?: (model: M, question: Question, learned: L) => LearnedLaw;
  /** Of training runs: a number along the way beside that of the limit, and particles beside the limit's law. */
  readonly learnedTraining?: (model: M, question: Question, learned: L) => LearnedTraining;
}

/** A training run beside its limit, for figures. */
export interface LearnedTraining {
  /** As figures name it: `Loss`. */
  readonly title: string;
  /** TeX without dollars. */
  readonly symbol: string;
  readonly t: Float64Array;
  readonly value: Float64Array;
  readonly limit?: { readonly t: Float64Array; readonly value: Float64Array };
  /** In the order of time; empty where particles have no plane to be drawn on. */
  readonly clouds: readonly LearnedCloud[];
}

/** Particles on a plane, and the density they should have there at the same time. */
export interface LearnedCloud {
  readonly t: number;
  /** What the points are called: `1000 neurons`. */
  readonly particles: string;
  /** How the two coordinates are announced; symbols are TeX without dollars. */
  readonly x: { readonly title: string; readonly symbol: string };
  readonly y: { readonly title: string; readonly symbol: string };
  readonly points: { readonly x: Float64Array; readonly y: Float64Array };
  /** On a grid: the value at (x[i], y[j]) stands at i · y.length + j. */
  readonly limit?: { readonly x: Float64Array; readonly y: Float64Array; readonly value: Float64Array };
}

/** An exact answer that learning should come to. */
export interface LearningTarget {
  /** As a figure names it: `SMFE`. */
  readonly label: string;
  readonly concept: Concept;
  /** Name of a quantity of the game, such as `threshold`. */
  readonly quantity: string;
  readonly value: number;
}

/** A law on a line, one share each of the positions, or of the bins whose centres they are. */
export interface LearnedLaw {
  /** Increasing, and the same for all that is learned of one model. */
  readonly x: Float64Array;
  readonly learned: Float64Array;
  readonly exact?: Float64Array;
  /** What x is and what is seen, in words; default a state, and the field with its policy's stationary law. */
  readonly words?: { readonly axis: string; readonly story: string };
}

/** Mean and standard deviation of each state coordinate at each time. */
export interface FlowSummary {
  readonly t: Float64Array;
  /** Whose law it is, where not everybody's: `those who are still there`. */
  readonly whose?: string;
  readonly coordinates: readonly FlowCoordinate[];
}

export interface FlowCoordinate {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** Quantiles at 5, 25, 75 and 95 per cent; those of the normal law where left out. */
  readonly quantiles?: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  /** How its axis is announced; a state `x` where left out. Symbols are TeX without dollars. */
  readonly axis?: { readonly title: string; readonly symbol: string };
}

/** A path of the common noise: values at increasing times from 0 to the horizon, straight lines in between. */
export interface CommonPath {
  readonly t: Float64Array;
  /** One row per common Brownian motion, as long as `t`, each starting at 0. */
  readonly noises: readonly Float64Array[];
}

/**
 * X_t = m_t + (X_t − m_t): the mean along a path of the common noise, and what a player's own noise and start add to it.
 *
 * The first `state` entries of a mean belong to a player's state, the `common` others to a common state (a price).
 */
export interface ConditionalFlow {
  readonly state: number;
  readonly common: number;
  /** The mean of the state, and the common state, given the path. */
  readonly mean: (t: number) => Float64Array;
  /** The standard deviation of each state coordinate around that mean. */
  readonly deviation: (t: number) => Float64Array;
  /** The law of `mean` over all paths: expectation and standard deviation. */
  readonly law: (t: number) => { readonly mean: Float64Array; readonly deviation: Float64Array };
}

/** An array with its shape, row-major. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What is taken where a person asks for nothing else. */
export interface ChaosDefaults extends Pick<ChaosSettings, "players" | "repeats"> {
  /** Fewer repetitions for many players, whose errors take longer; `repeats` for all unless given. */
  readonly repeatsFor?: (players: number) => number;
  readonly steps?: number;
}

export interface ChaosSettings {
  /** Numbers of players, increasing, each at least 2. */
  readonly players: readonly number[];
  /** Independent repetitions of every simulated error; 0 gives the exact columns only. */
  readonly repeats: number;
  /** Those of each number of players, at least 1, where they are not `repeats` for all. */
  readonly repeatsEach?: readonly number[] | undefined;
  /** Time steps of a simulated path. */
  readonly steps: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}
