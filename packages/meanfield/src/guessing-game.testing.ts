/**
 * A game small enough to see through, for tests of learning: each player guesses two thirds of the mean guess plus one,
 * so that everybody guesses 3; one hand would have everybody guess 2. Its learner averages noisy hints.
 *
 * It stands in a file of its own, as a person's game would, with the wing and the learners it brings.
 */
import { InputError, flag, numeric, real, scalar, whole } from "meanfield";
import type { Certificate, Game, Learner, Model, Question, Wing } from "meanfield";
import { z } from "zod";

interface GuessingModel extends Model {
  readonly family: "stationary";
  readonly shift: number;
}

/** Hints of a guess that is better than this one, on average where the concept wants it. */
interface Hints {
  readonly hint: (concept: Question["concept"], seed: number, stream: number) => number;
}

interface Guess {
  readonly guess: number;
}

const parameters = z.object({
  shift: real(0, "Added to every guess", { minimum: -10, maximum: 10 }),
});

const answers = { nash: 3, planner: 2 } as const;

export const guessing: Game<typeof parameters, GuessingModel, Guess> = {
  id: "guessing",
  title: "Guessing",
  family: "stationary",
  story: "Everybody guesses.",
  reference: "None: made for tests.",
  equations: [{ caption: "Guess", tex: "\\theta = \\tfrac23\\bar\\theta + 1" }],
  parameters,
  presets: { far: { title: "Far away", parameters: { shift: 5 } } },
  concepts: ["nash", "planner"],
  information: [],
  build: ({ shift }) => ({ family: "stationary", shift }),
  quantities: [{ name: "threshold", title: "Guess", symbol: "\\theta", story: "What is guessed." }],
  measure: (_, __, { guess }) => ({
    threshold: () => scalar(guess),
    law: () => ({
      axes: [{ name: "x", grid: Float64Array.of(0, 1), kind: "discrete" }],
      at: (x) => (x === 0 ? guess : 1),
    }),
  }),
  learning: { averaging: { gain: 0.5 } },
};

export const guessingWing: Wing<GuessingModel, Guess, Hints, number> = {
  family: "stationary",
  certify: ({ shift }, { concept }, { guess }): Certificate => ({
    exploitability: concept === "nash" ? (guess - shift - answers.nash) ** 2 : null,
    consistency: 0,
    residual: concept === "nash" ? null : Math.abs(guess - shift - answers.planner),
    exactError: null,
  }),
  environment: ({ shift }) => ({
    hint: (concept, seed, stream) => answers[concept] + shift + numeric.randomStream(seed, stream).uniform(0) - 0.5,
  }),
  learned: (_, __, guess) => ({ guess }),
  observe: ({ shift }, { concept }, guess) => ({ exploitability: (guess - shift - answers[concept]) ** 2 }),
  learningTargets: ({ shift }, _, { exact }) =>
    exact === false
      ? []
      : [
          { label: "SMFE", concept: "nash", quantity: "threshold", value: answers.nash + shift },
          { label: "SMF-SO", concept: "planner", quantity: "threshold", value: answers.planner + shift },
        ],
  learnedLaw: (_, __, guess) => ({
    x: Float64Array.of(0, 1),
    learned: Float64Array.of(guess / 10, 1 - guess / 10),
    exact: Float64Array.of(guess / 10 + 0.01, 0.99 - guess / 10),
  }),
};

const options = z.object({
  iterations: whole(20, "Hints to take", { minimum: 1 }),
  gain: real(1, "Step size, over the number of the hint", { minimum: 0, open: "minimum" }),
  power: real(1, "Exponent of the number of the hint", { minimum: 0, maximum: 2 }),
  unsafe: flag(false, "Allow any power"),
  exact: flag(true, "Whether the exact answers are told"),
  enough: real(0, "Stop where the guess moves less than this", { minimum: 0 }),
  breaks: whole(0, "Number of the run that leaves the numbers at its fourth hint; 0 for none", { minimum: 0 }),
  pause: real(0, "Spent on every hint", { minimum: 0, unit: "milliseconds" }),
});

interface State {
  readonly options: z.output<typeof options>;
  readonly question: Question;
  readonly seed: number;
  readonly run: number;
  k: number;
  guess: number;
}

export const averaging: Learner<Hints, typeof options, State, number> = {
  name: "averaging",
  title: "Averaging",
  family: "stationary",
  story: "Averages hints.",
  reference: "H. Robbins, S. Monro, 1951.",
  options,
  refuses: () => undefined,
  check: (_, __, { power, unsafe }) => {
    if (!unsafe && (power <= 0.5 || power > 1)) {
      throw new InputError(
        "option power",
        power,
        "in (0.5, 1], for the steps to sum to infinity and their squares not",
      );
    }
  },
  init: (_, question, given, { seed, run }, saved) => ({
    options: given,
    question,
    seed,
    run,
    k: (saved?.["k"] as number | undefined) ?? 0,
    guess: (saved?.["guess"] as number | undefined) ?? numeric.randomStream(seed, 1000 * run).uniform(0),
  }),
  step: ({ hint }, state) => {
    const { gain, power, enough, breaks, pause } = state.options;
    for (const end = performance.now() + pause; performance.now() < end;);
    state.k++;
    const before = state.guess;
    const told = hint(state.question.concept, state.seed, 1000 * state.run + state.k);
    state.guess += (gain / state.k ** power) * (told - state.guess);
    if (breaks > 0 && state.run === breaks && state.k === 4) state.guess = Infinity;
    const change = Math.abs(state.guess - before);
    return {
      metrics: { theta: state.guess, change, exploitability_estimate: change },
      status: change < enough ? "converged" : "running",
      reason: `moved less than ${enough}`,
    };
  },
  candidate: (_, { guess }) => guess,
  save: ({ k, guess }) => ({ k, guess }),
};

/** Takes one hint only, for the planner only. */
export const oneHint: Learner<Hints, z.ZodObject<{ iterations: typeof options.shape.iterations }>, State, number> = {
  name: "one-hint",
  title: "One hint",
  family: "stationary",
  story: "Believes one hint.",
  reference: "None: made for tests.",
  options: z.object({ iterations: options.shape.iterations }),
  refuses: (_, { concept }) => (concept === "nash" ? "it hears the planner only" : undefined),
  init: (environment, question, { iterations }, random, saved) =>
    averaging.init(environment, question, options.parse({ iterations }), random, saved),
  step: ({ hint }, state) => {
    state.guess = hint("planner", state.seed, state.run);
    return { metrics: { theta: state.guess }, status: "converged", reason: "one hint is enough" };
  },
  candidate: averaging.candidate,
  save: averaging.save,
};

export default guessing;
export const wings = [guessingWing];
export const learners = [averaging, oneHint];
