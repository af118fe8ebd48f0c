/**
 * How the empirical law of N players goes to the stationary field, and what one of them counts, under the policy of the
 * mean-field equilibrium.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 2, takes the limit of many agents. The law of large numbers behind it is
 * A.-S. Sznitman, "Topics in propagation of chaos", Lecture Notes in Mathematics 1464 (1991) 165–251.
 */

import { checkChaos, RefusalError, rateSlope } from "../../core/index.ts";
import type { ChaosSettings, RateColumn, RateTable } from "../../core/index.ts";
import { wassersteinSampleLaw } from "../../measure/index.ts";
import { runningMoments } from "../../numeric/running-moments.ts";
import { fieldOf } from "../exploitability.ts";
import { meanPosition } from "../finite-model.ts";
import type { FiniteStationaryModel, RepairModel, StationaryModel } from "../model.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import { referenceAnswers } from "../reference-answers.ts";
import { equilibrium } from "../repair/closed-form.ts";
import { lawOnTheLine } from "../repair/law-on-the-line.ts";
import { repairOneOfMany } from "../repair/one-of-many.ts";
import { environmentOf } from "./environment-of.ts";
import type { LearnedField } from "./environment.ts";
import { oneOfMany } from "./one-of-many.ts";
import type { OneOfMany } from "./one-of-many.ts";
import { MOST_PLAYERS, MOST_STEPS, crowdOf } from "./play.ts";

/**
 * Errors against the number of players, one row for each; yields the share done.
 *
 * All players play the equilibrium's policy. Simulated, over `repeats` populations that start from ξ₀ and have settled for
 * `steps` steps: `mean_field_error`, E|⟨Z⟩ − ⟨z⟩|, and `law_error`, the distance of the empirical law to z. Exact, where
 * moves do not depend on the field: `mean_field_deviation`, and where rewards are affine in the field `performance_gap` and
 * `deviation_gain` of a newcomer among players who have settled. Stopped by its signal, it returns the numbers of players
 * done.
 *
 * @throws InputError for players that do not increase from at least 2, and for repeats, steps or seed that are no such
 * numbers; RefusalError where no equilibrium is known that a population from ξ₀ comes to, or nothing would be computed.
 */
export function* chaosStationary(model: StationaryModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  checkChaos(settings, { players: MOST_PLAYERS, steps: MOST_STEPS });
  const { players, repeats, signal } = settings;
  const settled = model.kind === "repair" ? settledRepair(model) : settledFinite(model);
  const exact = exactColumns(settled);
  if (repeats === 0 && exact.length === 0) {
    throw new RefusalError("repeats = 0: this game has no exact errors, only simulated ones");
  }
  const simulated: SimulatedErrors[] = [];
  const total = players.reduce((sum, count) => sum + count, 0);
  let done = 0;
  if (repeats > 0) {
    for (const count of players) {
      const errors = yield* simulate(model, settled, count, settings, (share) => (done + share * count) / total);
      if (errors === undefined) break;
      simulated.push(errors);
      done += count;
    }
  }
  if (repeats === 0) yield 1;
  const reached = repeats > 0 ? players.slice(0, simulated.length) : signal?.aborted === true ? [] : players;
  return {
    players: reached,
    columns: [
      ...(repeats > 0 ? simulatedColumns(model, reached, simulated) : []),
      ...exact.map(({ value: of, ...column }): RateColumn => {
        const value = reached.map(of);
        return { ...column, value, slope: rateSlope(reached, value) };
      }),
    ],
  };
}

/** The equilibrium's policy and its field. */
interface Settled {
  readonly policy: PlayedPolicy;
  /** ⟨z⟩. */
  readonly mean: number;
  /** Var_z(x) where the players are independent. */
  readonly variance: number | undefined;
  /** Distance of an empirical law to z. */
  readonly distance: (law: LearnedField) => number;
  readonly meanOf: (law: LearnedField) => number;
  /** J. */
  readonly performance: number;
  /** What one of finitely many earns, where that is known exactly. */
  readonly newcomer: ((players: number) => OneOfMany) | undefined;
  /** The order in N at which the gain of a deviation vanishes, where it does not vanish altogether. */
  readonly gainOrder?: number;
}

function settledRepair(model: RepairModel): Settled {
  const found = equilibrium(model);
  const { threshold, length, atZero, mean, performance } = found;
  const law = lawOnTheLine(length, atZero);
  const mixed = atZero > 0 && atZero < 1;
  return {
    policy: { kind: "threshold", threshold, width: 0, atZero },
    mean,
    variance: Math.max(0, law.partialSquare(1)),
    distance: (sample) => wassersteinSampleLaw(sample, law, 1),
    meanOf: (sample) => sample.reduce((sum, x) => sum + x, 0) / sample.length,
    performance,
    newcomer: (players) => repairOneOfMany(model, found, players),
    // Who mixes forgoes an advantage of order 1/N; a threshold is moved by as much, where moving it costs the square.
    ...(mixed ? { gainOrder: -1 } : threshold > 0 && threshold < 1 ? { gainOrder: -2 } : {}),
  };
}

function settledFinite(model: FiniteStationaryModel): Settled {
  const found = referenceAnswers(model).equilibria.find(({ policy, field }) => {
    const reached = fieldOf(model, policy);
    return reached.every((p, x) => Math.abs(p - field[x]) < 1e-6);
  });
  if (found === undefined) {
    throw new RefusalError("no equilibrium is known that a population comes to from the initial law");
  }
  const { policy, field, performance } = found;
  const mean = meanPosition(model, field);
  return {
    policy: { kind: "table", probabilities: policy },
    mean,
    variance: model.transitionsCoupled
      ? undefined
      : field.reduce((sum, p, x) => sum + p * (model.positions[x] - mean) ** 2, 0),
    distance: (law) => law.reduce((sum, p, x) => sum + Math.abs(p - field[x]), 0),
    meanOf: (law) => meanPosition(model, law),
    performance,
    newcomer: oneOfMany(model, policy, field),
    // A pure equilibrium on finitely many states is none the less one for many enough players.
    ...(policy.every((p) => p === 0 || p === 1) ? {} : { gainOrder: -1 }),
  };
}

type Column = Omit<RateColumn, "value" | "slope" | "standardError">;

function exactColumns({ variance, performance, newcomer, gainOrder }: Settled): (Column & {
  readonly value: (players: number) => number;
})[] {
  return [
    ...(variance === undefined
      ? []
      : [
          {
            name: "mean_field_deviation",
            title: "Standard deviation of the mean field",
            story:
              "Root mean square distance of the mean of N settled players to the stationary mean, √(Var_z(x)/N), since " +
              "no player's moves depend on the others; exact.",
            theory: -0.5,
            value: (players: number) => Math.sqrt(variance / players),
          },
        ]),
    ...(newcomer === undefined
      ? []
      : [
          {
            name: "performance_gap",
            title: "Gap of the performance",
            story:
              "Distance of the return of one who joins N − 1 settled players to its limit J: it counts in the field itself; " +
              "exact.",
            theory: -1,
            value: (players: number) => Math.abs(newcomer(players).performance - performance),
          },
          {
            name: "deviation_gain",
            title: "Gain of a deviation",
            story:
              "What one who joins N − 1 settled players gains by the best reply that looks at its own state alone; exact." +
              (gainOrder === undefined ? " It is zero where the policy is the best reply itself." : ""),
            ...(gainOrder === undefined ? {} : { theory: gainOrder }),
            value: (players: number) => newcomer(players).gain,
          },
        ]),
  ];
}

interface MonteCarlo {
  readonly mean: number;
  /** Infinite after one repeat. */
  readonly standardError: number;
}

interface SimulatedErrors {
  readonly mean: MonteCarlo;
  readonly law: MonteCarlo;
}

/** Every number of players has streams of its own, so that its results do not depend on the others asked for. */
const streamsEach = 2 ** 29;

/** The empirical law after `steps` steps from ξ₀, by the number of the stream that it is drawn from. */
function populations(
  model: StationaryModel,
  policy: PlayedPolicy,
  players: number,
  steps: number,
  seed: number,
): (stream: number) => LearnedField {
  if (policy.kind === "table" || (policy.atZero ?? 0) === 0) {
    const { population } = environmentOf(model);
    return (stream) => population(policy, { players, steps, repeats: 1 }, { seed, stream });
  }
  // Agents of the kernels do not mix at x = 0.
  const crowd = crowdOf(model, policy, policy, { players, seed });
  return (stream) => {
    crowd.start(stream);
    for (let t = 0; t < steps; t++) crowd.advance(t);
    return Float64Array.from({ length: players }, (_, i) => crowd.position(i));
  };
}

/** Nothing where it was stopped. */
function* simulate(
  model: StationaryModel,
  { policy, mean, meanOf, distance }: Settled,
  players: number,
  { repeats, steps, seed, signal }: ChaosSettings,
  share: (own: number) => number,
): Generator<number, SimulatedErrors | undefined, void> {
  const population = populations(model, policy, players, steps, seed);
  const [means, laws] = [runningMoments(), runningMoments()];
  for (let repeat = 0; repeat < repeats; repeat++) {
    yield share(repeat / repeats);
    if (signal?.aborted === true) return undefined;
    const law = population(players * streamsEach + repeat);
    means.add(Math.abs(meanOf(law) - mean));
    laws.add(distance(law));
  }
  const read = ({ count, mean, standardError }: typeof means): MonteCarlo => ({
    mean,
    standardError: count < 2 ? Infinity : standardError,
  });
  return { mean: read(means), law: read(laws) };
}

function simulatedColumns(
  model: StationaryModel,
  players: readonly number[],
  errors: readonly SimulatedErrors[],
): RateColumn[] {
  const column = (own: Column, read: (row: SimulatedErrors) => MonteCarlo): RateColumn => {
    const value = errors.map((row) => read(row).mean);
    return {
      ...own,
      value,
      standardError: errors.map((row) => read(row).standardError),
      slope: rateSlope(players, value),
    };
  };
  const settled = "of N players who started from ξ₀ and have settled";
  return [
    column(
      {
        name: "mean_field_error",
        title: "Error of the mean field",
        story: `Mean distance of the mean ${settled} to the stationary mean; simulated.`,
        theory: -0.5,
      },
      ({ mean }) => mean,
    ),
    column(
      {
        name: "law_error",
        title: "Error of the law",
        story:
          model.kind === "repair"
            ? `Mean Wasserstein distance of order 1 of the empirical law ${settled} to the stationary law; simulated.`
            : `Mean distance ‖Z − z‖₁ of the shares ${settled} to the stationary ones; simulated.`,
        theory: -0.5,
      },
      ({ law }) => law,
    ),
  ];
}
